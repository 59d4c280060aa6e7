"""What is asked of a forecaster: which one, how far ahead, with which intervals; for any number of series."""

from dataclasses import dataclass
from typing import Any

from models import registry
from models.contract.cost import Cost, Workload
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.intervals.conformal import MAX_ORIGINS, REFERENCE_LEVEL
from models.intervals.methods import IntervalMethod, is_refitted
from models.registry import ModelSpec
from models.tasks.task import Task
from models.transforms.chain import BIAS_LEVEL

_CALENDAR = 3
"""Columns of a calendar, which are marks of days mostly, take about as much as so many regressors."""


@dataclass(frozen=True, slots=True)
class ForecastTask(Task):
    """What to forecast, for any number of series; ``levels`` in percent.

    What ``calendar`` tells becomes regressors of models that take any. A series that needs more
    than ``budget_s`` seconds, as estimated, gets the ``substitute``, a model that takes milliseconds if None,
    and a notice that says so.
    """

    model: ModelSpec
    horizon: int
    levels: tuple[float, ...] = ()
    interval_method: IntervalMethod = "auto"
    add_history: bool = False
    n_paths: int = 0
    parts: bool = False
    substitute: ModelSpec | None = None

    @property
    def shown_levels(self) -> tuple[float, ...]:
        """Levels of the intervals that are asked for."""
        return () if self.interval_method == "none" else self.levels

    @property
    def made_levels(self) -> tuple[float, ...]:
        """Levels of the intervals to make: also those that paths and the correction for bias are read from."""
        needed = {REFERENCE_LEVEL: self.n_paths > 0, BIAS_LEVEL: self.transform.is_nonlinear}
        unseen = [
            level for level, wanted in needed.items() if wanted and level not in self.shown_levels
        ]
        return (*self.shown_levels, *unseen)

    def make(self) -> Forecaster[Any]:
        """Make the unfitted model; raises ``InvalidRequest`` for a bad name or bad params."""
        model = registry.create(Forecaster, self.model, self.options.random_state)
        return model.aimed_at(self.horizon)


def cost_of(task: ForecastTask, series: Series) -> Cost:
    """Estimate what one series takes, intervals included."""
    model = task.make()
    work = Workload.of_series(series, task.horizon, _CALENDAR * bool(task.calendar))
    fit = model.cost(work)
    differenced = bool(task.transform.from_difference() and task.made_levels)
    by_method = is_refitted(task.interval_method, model.interval_methods)
    refitted = by_method or task.n_paths > 0 or differenced
    return fit.times(1 + MAX_ORIGINS * refitted)
