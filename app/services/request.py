"""A request for work on series: what came in, when, and its prepared series."""

from dataclasses import dataclass, field
from time import perf_counter

from app.codecs.base import Content
from app.engine.base import Budget
from app.engine.cancellation import Cancellation
from app.failures import NothingWorked
from app.schemas.shared import SharedOptions
from models.contract.context import Context
from models.prepare import PreparedPanel, prepare


@dataclass(slots=True)
class Clock:
    """Where the time of a request went, in milliseconds."""

    begin: float = field(default_factory=perf_counter)
    spent: dict[str, float] = field(default_factory=dict)
    _mark: float = field(default_factory=perf_counter)

    def lap(self, name: str) -> None:
        """Add the time since the last lap to a name."""
        now = perf_counter()
        self.spent[name] = self.spent.get(name, 0.0) + (now - self._mark) * 1e3
        self._mark = now

    def totals(self) -> dict[str, float]:
        """Return all laps and the total, rounded to microseconds."""
        total = (perf_counter() - self.begin) * 1e3
        return {name: round(value, 3) for name, value in {**self.spent, "total": total}.items()}


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """A request for work on series, before its options are read."""

    content: Content
    request_id: str
    clock: Clock
    cancellation: Cancellation = field(default_factory=Cancellation)


def prepare_all(asked: SeriesRequest, options: SharedOptions, budget: Budget) -> PreparedPanel:
    """Prepare all series; raises ``BudgetExceeded``, or ``Cancelled`` if the client has gone."""
    content = asked.content
    context = Context(budget.deadline, is_cancelled=lambda: asked.cancellation.is_cancelled)
    return prepare(content.table, options, content.future or (), context)


def refuse_failed_preparation(prepared: PreparedPanel, options: SharedOptions) -> None:
    """Raise ``NothingWorked`` if a series failed and that must fail the request."""
    failures = prepared.failures
    if failures and (options.on_error == "fail" or len(failures) == len(prepared)):
        raise NothingWorked.because(failures[:1] if options.on_error == "fail" else failures)
