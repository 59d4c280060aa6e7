"""The events of an answer: neighbouring anomalies of one series as one row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from app.schemas.detect import DetectOptions
from models.data.results import Detection
from models.data.series import Series
from models.decisions.events import Events, events_of
from models.decisions.same_time import SameTime
from models.time.grid import Grid

DIRECTIONS = ("below", None, "above")


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One judged series of the answer, and how many of its values were filled in."""

    series: Series
    judged: Detection
    filled: int = 0


def event_table(rows: Sequence[JudgedRow], options: DetectOptions) -> dict[str, Any]:
    """Return the columns of all events, series by series in order of time."""
    found = [(row, _events(row, options)) for row in rows if row.judged.is_anomaly.any()]
    return {
        "unique_id": [row.series.unique_id for row, events in found for _ in range(len(events))],
        **{
            name: [*chain.from_iterable(_stamps(row.series.grid, e, place) for row, e in found)]
            for name, place in (("start", "first"), ("end", "last"), ("peak", "peak"))
        },
        "peak_score": [one for _, events in found for one in events.score.tolist()],
        "kind": [one for _, events in found for one in events.kinds()],
        "n_points": [one for _, events in found for one in events.count.tolist()],
        "y": [one for row, events in found for one in row.series.y[events.peak].tolist()],
        "severity": [one for _, events in found for one in events.severity.tolist()],
        "direction": [
            DIRECTIONS[code + 1]
            for row, events in found
            for code in row.judged.direction[events.peak].tolist()
        ],
        "reason": [text for row, events in found for text in _reasons(row, events, options)],
    }


def _events(row: JudgedRow, options: DetectOptions) -> Events:
    zeros = options.missing == "zero" and row.filled > 0
    return events_of(
        row.series.y_observed, row.judged, causal=options.causal, zero_is_missing=zeros
    )


def _stamps(grid: Grid, events: Events, name: str) -> list[str | int]:
    text = grid.text_at(getattr(events, name))
    return [*text.tolist()] if isinstance(text, np.ndarray) else [*text]


def _reasons(row: JudgedRow, events: Events, options: DetectOptions) -> Iterator[str]:
    """Yield the reason at the peak of each event, what other days had then, and how many points it has."""
    y = row.series.y_observed
    others = SameTime.of(row.series.grid, y, np.isfinite(y) & ~row.judged.is_anomaly)
    places = zip(events.first.tolist(), events.peak.tolist(), events.count.tolist(), strict=True)
    for first, peak, count in places:
        before = first if options.causal else None
        then = None if others is None else others.sentence(peak, before)
        many = f"{count} points are flagged." if count > 1 else None
        yield " ".join(text for text in (row.judged.reasons.get(peak), then, many) if text)
