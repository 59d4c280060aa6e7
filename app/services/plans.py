"""Which models a request asks for, the work that this is, and the columns that hold what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.engine.chunks import IN_PLACE_SECONDS
from app.engine.run import Many, Unit
from app.failures import over_limit
from app.schemas.choices import ModelChoice
from app.schemas.forecast import ForecastingOptions, level_of
from app.services.answer import failure_of
from app.services.choice import Selection, choose
from app.services.workbench import costs
from app.settings import Limits
from models import registry
from models.contract.cost import Cost
from models.data.columns import in_name
from models.data.results import Outcome
from models.data.series import Notice, Series
from models.errors import SeriesError
from models.forecasters.base import Forecaster
from models.tasks.detect import DetectTask
from models.tasks.forecast import ForecastTask
from models.types import FloatArray

_ENSEMBLE = "ensemble"
"""The forecaster that combines others."""
DEFAULT_FALLBACK = "naive"


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """One model of the request with its task; the names of the columns of its forecasts begin with ``prefix``."""

    prefix: str
    chosen: Selection
    task: ForecastTask

    @property
    def name(self) -> str:
        """What tells the model from the others of the request: its name, the second time with ``_2``."""
        return self.prefix.removeprefix("yhat_") if "_" in self.prefix else self.chosen.spec.name


def plan_of(
    options: ForecastingOptions, limits: Limits, *, add_history: bool = False
) -> list[PlannedModel]:
    """Return the models of a request; raises ``LimitExceeded``, or ``InvalidRequest`` for an unknown one."""
    if options.h > limits.max_horizon:
        raise over_limit("max_horizon", options.h, limits.max_horizon, ("h",))
    if options.models is None:
        chosen = choose("forecaster", options.model, options.params, ("model",))
        return [PlannedModel("yhat", chosen, _task(chosen, options, add_history))]
    if len(options.models) > limits.max_models:
        raise over_limit("max_models", len(options.models), limits.max_models, ("models",))
    several = [choose("forecaster", one, {}, ("models", i)) for i, one in enumerate(options.models)]
    if options.ensemble:
        chosen = _ensemble(several, options.ensemble)
        return [PlannedModel("yhat", chosen, _task(chosen, options, add_history))]
    return [
        PlannedModel(f"yhat_{name}", chosen, _task(chosen, options, add_history))
        for name, chosen in zip(distinct(several), several, strict=True)
    ]


def _task(chosen: Selection, options: ForecastingOptions, add_history: bool) -> ForecastTask:
    return ForecastTask(
        chosen.spec,
        options.h,
        options.levels(),
        options.interval_method,
        add_history,
        options=options.of_task(),
    )


def calendar_notices(plan: Sequence[PlannedModel]) -> list[Notice]:
    """Tell of models that can make nothing of holidays and calendar columns that were asked for."""
    able = registry.named("forecaster", "exogenous")
    hint = f"leave them out, or use a model that takes any: {able}"
    idle = [planned for planned in plan if not planned.chosen.model.takes_exogenous]
    return [
        notice
        for planned in idle
        for notice in planned.task.calendar.unused(f"{planned.name} takes no regressors", hint)
    ]


def _ensemble(members: Sequence[Selection], method: str) -> Selection:
    listed = [{"name": one.spec.name, "params": dict(one.spec.params)} for one in members]
    beside: dict[str, Any] = {"models": listed, "method": method}
    return choose("forecaster", ModelChoice(name=_ENSEMBLE, **beside), {}, ())


def distinct(several: Sequence[Selection]) -> list[str]:
    """Return the names of the models of a request, the second of a name with ``_2`` behind it."""
    seen: dict[str, int] = {}
    names = []
    for one in several:
        seen[one.spec.name] = seen.get(one.spec.name, 0) + 1
        number = seen[one.spec.name]
        names.append(one.spec.name if number == 1 else f"{one.spec.name}_{number}")
    return names


def unit_of(
    chosen: Selection,
    work: Many,
    task: Any,
    series: Sequence[Series],
    cost_of: Callable[[Series], Cost],
) -> Unit:
    """Decide where the work runs: arithmetic on a whole panel is done at once."""
    taken = costs(series, cost_of)
    model = registry.create(Forecaster, chosen.spec)
    together = taken.seconds.sum() / model.gain
    in_place = model.scope == "panel" and together < IN_PLACE_SECONDS
    trains = model.scope == "global"
    keys = [model.group_key(one) for one in series] if trains else None
    random_state = task.options.random_state
    return Unit(work, task, series, taken, bool(in_place), keys, random_state, ends_early=trains)


def unit_of_detector(
    work: Many,
    task: Any,
    judges: DetectTask,
    series: Sequence[Series],
    cost_of: Callable[[Series], Cost],
) -> Unit:
    """Decide where detection runs: what is little is done at once, but what would load the networks here."""
    taken, detector = costs(series, cost_of), judges.make()
    in_place = not detector.runs_network and bool(taken.seconds.sum() < IN_PLACE_SECONDS)
    keys = [0] * len(series) if detector.judges_together else None
    return Unit(work, task, series, taken, in_place, keys, judges.options.random_state)


def failure_with(outcome: Outcome[Any], planned: PlannedModel, models: int) -> SeriesError:
    """Return the error of a series, telling the model where there are several."""
    error = failure_of(outcome)
    if models == 1:
        return error
    told = [replace(one, message=f"{planned.name}: {one.message}") for one in error.problems]
    return type(error).of(told)


class ModelRows(Protocol):
    """What one model forecast, as columns over all series."""

    def mean(self) -> FloatArray:
        """Return the expected values."""

    def median(self) -> FloatArray:
        """Return the medians."""

    def edges(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper edge at a level in percent."""


def columns_of(prefix: str, options: ForecastingOptions, rows: ModelRows) -> dict[str, FloatArray]:
    """Return the columns of one model under their names on the wire."""
    columns = {prefix: rows.mean()}
    if options.quantiles is not None:
        for quantile in options.quantiles:
            columns[f"{prefix}_q_{in_name(quantile)}"] = _quantile(quantile, rows)
        return columns
    if options.interval_method == "none":
        return columns
    for level in options.levels():
        lower, upper = (f"{prefix}_{side}_{in_name(level)}" for side in ("lo", "hi"))
        columns[lower], columns[upper] = rows.edges(level)
    return columns


def _quantile(quantile: float, rows: ModelRows) -> FloatArray:
    return rows.median() if quantile == 0.5 else rows.edges(level_of(quantile))[quantile > 0.5]
