"""Neighbouring anomalies as one event: when it began and ended, where it was strangest, and its kind."""

from dataclasses import dataclass, replace

import numpy as np

from models.data.results import Detection
from models.types import BoolArray, FloatArray, IntArray

KINDS = ("spike", "dip", "level_shift", "missing_data", "flat_line", "unusual_shape")
_SPIKE, _DIP, _LEVEL_SHIFT, _MISSING_DATA, _FLAT_LINE, _UNUSUAL_SHAPE = range(len(KINDS))

_LASTING = 4
"""Fewer points on one side are a spike or a dip, however far the level holds, or alike they are."""
_MOST = 0.9
"""So large a part of the points of a flat line has one value at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The events of one series, in order of time; every array has shape (k,).

    ``first``, ``last`` and ``peak``: places of points. ``count``: how many points are flagged. ``score``: that
    of the peak, NaN where it has none. ``kind``: places in ``KINDS``.
    """

    first: IntArray
    last: IntArray
    peak: IntArray
    count: IntArray
    score: FloatArray
    severity: FloatArray
    kind: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def kinds(self) -> list[str]:
        """Return the kinds by their names."""
        return [KINDS[code] for code in self.kind.tolist()]


def events_of(
    y: FloatArray, judged: Detection, *, causal: bool = False, zero_is_missing: bool = False
) -> Events:
    """Return the events of a judged series; ``y``: shape (t,), NaN where nothing was observed.

    Flagged points belong to one event unless a point that was judged normal lies between them. The kind is told
    from the values flagged, how they lie to what was expected and, where nothing was, to the values that
    are usual: those that are not flagged, when ``causal`` of the points before. ``zero_is_missing``: whether
    zeros stand for rows that were not sent.
    """
    observed = np.isfinite(y)
    places = np.flatnonzero(judged.is_anomaly & observed)
    normal = np.cumsum(observed & ~judged.is_anomaly)
    starts = np.flatnonzero(np.append(True, np.diff(normal[places]) > 0)[: len(places)])
    if not len(places):
        none, unknown = np.empty(0, dtype=np.int64), np.empty(0)
        return Events(none, none, none, none, unknown, unknown, none)
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(places))))
    strange = np.where(np.isnan(judged.score), np.inf, judged.score)[places]
    peak = places[np.lexsort((places, -strange, group))[starts]]
    events = Events(
        first=places[starts],
        last=places[np.append(starts[1:], len(places)) - 1],
        peak=peak,
        count=np.bincount(group),
        score=judged.score[peak],
        severity=np.maximum.reduceat(judged.severity[places], starts),
        kind=np.zeros(len(starts), dtype=np.int64),
    )
    usual = _Usual.of(y, ~judged.is_anomaly & observed, causal=causal)
    flagged = _Flagged(y[places], places, starts, group)
    missing = zero_is_missing & flagged.all_of(y[places] == 0.0)
    if judged.shows is not None:
        return replace(events, kind=np.full(len(starts), KINDS.index(judged.shows)))
    return replace(events, kind=_kinds(events, flagged, judged, usual, missing))


@dataclass(frozen=True, slots=True, eq=False)
class _Usual:
    """The least and greatest usual value at each point, shape (t,), NaN where there was none yet."""

    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, y: FloatArray, usual: BoolArray, *, causal: bool) -> "_Usual":
        low = np.fmin.accumulate(np.where(usual, y, np.nan))
        high = np.fmax.accumulate(np.where(usual, y, np.nan))
        if causal:
            return cls(low, high)
        return cls(np.full(len(y), low[-1]), np.full(len(y), high[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Flagged:
    """Flagged points, shape (m,), and the events, shape (k,), that they belong to."""

    values: FloatArray
    places: IntArray
    starts: IntArray
    group: IntArray

    def all_of(self, holds: BoolArray) -> BoolArray:
        """Return whether something holds for all points of an event, shape (k,)."""
        return np.logical_and.reduceat(holds, self.starts)

    def median(self, values: FloatArray) -> FloatArray:
        """Return the upper median of values in each event, shape (k,)."""
        ends = np.append(self.starts[1:], len(values))
        ordered = values[np.lexsort((values, self.group))]
        return np.asarray(ordered[self.starts + (ends - self.starts) // 2])


def _kinds(
    events: Events, flagged: _Flagged, judged: Detection, usual: _Usual, missing: BoolArray
) -> IntArray:
    """Return the kind of each event, the first of these that holds."""
    low, high = usual.low[flagged.places], usual.high[flagged.places]
    off, side = _off(flagged, judged, low, high)
    with np.errstate(invalid="ignore"):
        within = (flagged.values >= low) & (flagged.values <= high)
        most = np.maximum.reduceat(off, flagged.starts)
        holds = 2.0 * flagged.median(off) >= most
    value = np.repeat(flagged.median(flagged.values), events.count)
    alike = np.add.reduceat(within & (flagged.values == value), flagged.starts, dtype=np.int64)
    flat = (events.count >= _LASTING) & (alike >= _MOST * events.count)
    above, below = flagged.all_of(side > 0), flagged.all_of(side < 0)
    lasting = (above | below) & (events.count >= _LASTING) & holds
    gaps = events.last - events.first + 1 - events.count
    choices = {
        _MISSING_DATA: missing | (gaps >= events.count),
        _FLAT_LINE: flat,
        _LEVEL_SHIFT: lasting,
        _SPIKE: above,
        _DIP: below,
    }
    return np.select([*choices.values()], [*choices], _UNUSUAL_SHAPE)


def _off(
    flagged: _Flagged, judged: Detection, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return how far each flagged point lies from what is usual, shape (m,), and on which side, 0 for none."""
    with np.errstate(invalid="ignore"):
        if judged.expected is None:
            off = np.fmax(np.fmax(flagged.values - high, low - flagged.values), 0.0)
            side = np.subtract(flagged.values > high, flagged.values < low, dtype=np.int64)
        else:
            expected = np.broadcast_to(judged.expected, judged.score.shape)[flagged.places]
            off = np.nan_to_num(np.abs(flagged.values - expected))
            side = judged.direction[flagged.places]
    return np.nan_to_num(off), np.asarray(side)
