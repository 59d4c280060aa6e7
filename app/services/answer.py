"""What an answer holds beside its table: each series' entry, warnings, errors; and the whole of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.codecs.frame import Column, Frame
from app.schemas.shared import SharedOptions
from app.services.request import SeriesRequest
from models.data.forecasts import Provenance
from models.data.results import ModelInfo, Outcome
from models.data.series import Notice
from models.errors import SeriesError, TidecastError
from models.prepare import PreparedPanel


@dataclass(slots=True)
class AnswerParts:
    """What goes around the table of an answer."""

    series: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    failures: list[SeriesError] = field(default_factory=list)

    def tell_of(self, prepared: PreparedPanel) -> None:
        """Take up what was remarked of the series as they were prepared, and why some could not be."""
        self.notices.extend(prepared.notices)
        self.failures.extend(prepared.failures)


class Entries:
    """Builds what the answer tells of each series, each model's part once.

    ``reports``: of the preparation of each series of the panel.
    """

    def __init__(self, prepared: PreparedPanel) -> None:
        self._panel = prepared.panel
        self.reports = [prepared.report(i) for i in prepared.rows.tolist()]
        self._known: dict[int, tuple[ModelInfo, dict[str, Any]]] = {}

    def entry(self, place: int, made: Outcome[Any] | Provenance, **more: Any) -> dict[str, Any]:
        """Return the entry of one series, by its place in the panel, and model."""
        return {
            "unique_id": self._panel.ids[place],
            "model": None if made.model is None else self._model(made.model),
            "freq": self._panel.grids[place].freq.wire,
            "data_report": self.reports[place],
            "fit_ms": round(made.fit_ms, 4),
            "device": made.device,
            **more,
        }

    def _model(self, info: ModelInfo) -> dict[str, Any]:
        if id(info) not in self._known:
            self._known[id(info)] = (info, _model_entry(info))
        return self._known[id(info)][1]


def _model_entry(info: ModelInfo) -> dict[str, Any]:
    """Return what the answer tells of a fitted model."""
    entry = {
        "name": info.name,
        "title": info.title,
        "params": dict(info.params),
        "season_length": list(info.season_length),
    }
    return {**entry, "details": dict(info.details)} if info.details else entry


def frame(
    name: str,
    table: Mapping[str, Column],
    found: AnswerParts,
    asked: SeriesRequest,
    options: SharedOptions,
) -> Frame:
    """Put the answer together."""
    asked.clock.lap("assemble")
    return Frame(
        name,
        table,
        {
            "request_id": asked.request_id,
            "series": found.series,
            "warnings": [_notice_entry(notice) for notice in found.notices],
            "errors": [entry for error in found.failures for entry in _error_entries(error)],
            "random_state": options.random_state,
            "device": ", ".join(sorted({one["device"] for one in found.series})) or "cpu",
            "timing_ms": asked.clock.totals(),
        },
    )


def _notice_entry(notice: Notice) -> dict[str, Any]:
    """Return a notice as the answer tells it."""
    return {
        "code": notice.code,
        "unique_id": notice.unique_id,
        "message": notice.message,
        "hint": notice.hint,
    }


def _error_entries(error: TidecastError) -> list[dict[str, Any]]:
    """Return the problems of one series as the answer tells them."""
    return [
        {
            "code": error.code,
            "unique_id": problem.unique_id,
            "ds": problem.ds,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in error.problems
    ]


def failure_of(outcome: Outcome[Any]) -> SeriesError:
    """Return the error of a series without a result; raises what is no fault of the series."""
    if isinstance(outcome.error, SeriesError):
        return outcome.error
    raise outcome.error or RuntimeError("an outcome has neither a result nor an error")
