"""Where use cases have their work done: the engine, with the limits of a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from app.engine.base import Budget, Engine
from app.engine.cancellation import Cancellation
from app.engine.run import Costs, Run, Unit
from app.failures import NothingWorked, over_limit
from app.schemas.shared import SharedOptions
from app.services.size import AnswerSize
from app.settings import Settings
from models.contract.cost import Cost
from models.data.panel import asked_once
from models.data.results import Outcome
from models.data.series import Series
from models.errors import SeriesError


@dataclass(frozen=True, slots=True)
class Workbench:
    """The engine with the limits of its work."""

    engine: Engine
    settings: Settings

    def budget(self, options: SharedOptions, cancellation: Cancellation) -> Budget:
        """Return what the request may take from now on, as long as somebody waits for it."""
        seconds = min(options.timeout_s or self.settings.timeout_s, self.settings.timeout_s)
        return Budget(monotonic() + seconds, self.settings.max_chunk_bytes, cancellation)

    def run(
        self, units: Sequence[Unit], options: SharedOptions, budget: Budget
    ) -> list[Sequence[Outcome[Any]]]:
        """Do the work; with ``on_error`` fail, the first failing series fails it."""
        stop = _failed if options.on_error == "fail" else _never
        outcomes = Run(self.engine, budget, units, stop).outcomes()
        if options.on_error == "fail":
            _raise_first(outcomes)
        return outcomes

    def check_size(self, size: AnswerSize) -> None:
        """Raise ``LimitExceeded`` if the answer would be too large."""
        allowed = self.settings.max_cells_out
        if size.cells > allowed:
            raise over_limit("max_cells_out", size.cells, allowed)
        if size.bytes > self.settings.max_answer_bytes:
            text = f"about {size.bytes}"
            raise over_limit("max_answer_bytes", text, self.settings.max_answer_bytes)


def _failed(outcomes: Sequence[Outcome[Any]]) -> bool:
    return any(outcome.error is not None for outcome in outcomes)


def _never(outcomes: Sequence[Outcome[Any]]) -> bool:
    return False


def _raise_first(outcomes: Sequence[Sequence[Outcome[Any]]]) -> None:
    failures = [o.error for unit in outcomes for o in unit if isinstance(o.error, SeriesError)]
    if failures:
        # What was stopped because of the first failure is not a failure of its own.
        real = [error for error in failures if error.code != "budget_exceeded"]
        raise NothingWorked.because((real or failures)[:1])


def costs(series: Sequence[Series], cost_of: Callable[[Series], Cost]) -> Costs:
    """Estimate what each series takes, which depends on its length, its season and its regressors only."""
    each = asked_once(series, cost_of)
    return Costs(
        np.array([one.seconds for one in each], dtype=np.float64),
        np.array([one.memory_bytes for one in each], dtype=np.int64),
        any(one.device == "gpu" for one in each),
        np.array([one.shared_bytes for one in each], dtype=np.int64),
    )
