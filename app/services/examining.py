"""What decomposing, searching for changes and profiling share: one piece of work on every series."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from app.codecs.frame import Column, Frame
from app.engine.base import Budget
from app.engine.chunks import IN_PLACE_SECONDS
from app.engine.run import Many, Unit
from app.failures import NothingWorked
from app.schemas.shared import SharedOptions
from app.services.answer import AnswerParts, Entries, failure_of, frame
from app.services.choice import Selection
from app.services.notices import seasons_notices, timeout_notices
from app.services.request import SeriesRequest, prepare_all, refuse_failed_preparation
from app.services.size import ENTRY_BYTES, AnswerSize
from app.services.workbench import Workbench, costs
from models.contract.cost import Cost
from models.data.panel import Panel
from models.data.results import Outcome
from models.data.series import DataReport, Notice, Series, exogenous_unused
from models.prepare import PreparedPanel
from models.tasks.task import Task

T = TypeVar("T")
_LEAVE = "leave them out, or ask for a forecast"


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """One series of the answer and what was found in it."""

    report: DataReport
    series: Series
    found: T


@dataclass(frozen=True, slots=True)
class ExaminationPlan:
    """The work of one request: a task for every series, its cost, and the size of the answer.

    ``a_row_each``: each series has one row in the table, else as many as it has points.
    """

    work: Many
    task: Any
    cost_of: Callable[[Series], Cost]
    columns: int
    entry_bytes: int = ENTRY_BYTES
    a_row_each: bool = False

    def size(self, panel: Panel) -> AnswerSize:
        """Return how large the answer will be at most."""
        rows = np.ones(len(panel), dtype=np.int64) if self.a_row_each else panel.lengths
        return AnswerSize(panel.ids, rows, self.columns, entry_bytes=self.entry_bytes)

    def unit(self, series: Sequence[Series]) -> Unit:
        """Return the work on some series; what is little is done in place."""
        taken = costs(series, self.cost_of)
        in_place = bool(taken.seconds.sum() < IN_PLACE_SECONDS)
        seed = self.task.options.random_state
        return Unit(self.work, self.task, series, taken, in_place, random_state=seed)


Again = Callable[[list[Outcome[Any]], Sequence[Series], Budget], None]
"""Does what failed once more: outcomes are replaced where they stand."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A request whose answer holds what was found in each series."""

    workbench: Workbench
    asked: SeriesRequest
    options: SharedOptions

    def rows(
        self,
        job: ExaminationPlan,
        found: AnswerParts,
        more: Callable[[Any], dict[str, Any]],
        again: Again | None = None,
        chosen: Selection | None = None,
    ) -> list[Row[Any]]:
        """Do the work; ``more``: what the entry of a series tells besides; ``chosen``: the model asked for.

        Raises ``LimitExceeded``, ``NothingWorked`` if no series has an answer, ``Unavailable``.
        """
        budget = self.workbench.budget(self.options, self.asked.cancellation)
        prepared = prepare_all(self.asked, self.options, budget)
        refuse_failed_preparation(prepared, self.options)
        series = prepared.panel
        self.workbench.check_size(job.size(series))
        self.asked.clock.lap("prepare")
        [done] = self.workbench.run([job.unit(series)], self.options, budget)
        outcomes = [*done]
        if again is not None:
            again(outcomes, series, budget)
        self.asked.clock.lap("fit")
        found.tell_of(prepared)
        found.notices.extend(timeout_notices(self.options, self.workbench.settings))
        found.notices.extend(_without_effect(job.task))
        if chosen is not None:
            found.notices.extend(seasons_notices(self.options, chosen, outcomes))
        return _rows(prepared, outcomes, found, more)

    def answer(self, name: str, table: Mapping[str, Column], found: AnswerParts) -> Frame:
        """Put the answer together."""
        return frame(name, table, found, self.asked, self.options)


def _without_effect(task: Task) -> list[Notice]:
    """Tell of options that are for forecasts and expected values, which there are none here."""
    notices = list(task.calendar.unused("no model with regressors is fitted here", _LEAVE))
    if not task.bounds.is_open:
        text = "no value is forecast or expected here, so bounds have no effect"
        notices.append(Notice("bounds_unused", text, _LEAVE))
    return notices


def _rows(
    prepared: PreparedPanel,
    outcomes: Iterable[Outcome[Any]],
    found: AnswerParts,
    more: Callable[[Any], dict[str, Any]],
) -> list[Row[Any]]:
    entries, rows = Entries(prepared), []
    for place, (series, outcome) in enumerate(zip(prepared.panel, outcomes, strict=True)):
        why = "has no effect where nothing is forecast"
        found.notices.extend(exogenous_unused(series.exog, why, _LEAVE, series.unique_id))
        found.notices.extend(outcome.notices)
        if outcome.result is None:
            found.failures.append(failure_of(outcome))
            continue
        entry = entries.entry(place, outcome, **more(outcome.result))
        found.series.append(_without_model(entry) if outcome.model is None else entry)
        rows.append(Row(entries.reports[place], series, outcome.result))
    if not rows:
        raise NothingWorked.because(found.failures)
    return rows


def _without_model(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "model"}
