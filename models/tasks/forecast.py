"""From a task and its series to forecasts; what a worker runs.

The stages around the model: the grid of local time, calendar, bounds, transforms.
"""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np

from models import registry
from models.contract.context import QUIET, Context
from models.data.forecasts import Forecasts
from models.data.outcomes import grouped, guard, in_order, named
from models.data.panel import Panel, asked_once
from models.data.results import Forecast, Outcome
from models.data.series import Notice, Series
from models.registry import ModelSpec
from models.tasks.forecast_task import ForecastTask, cost_of
from models.tasks.groups import fit_and_forecast, not_finite
from models.tasks.stages import (
    CalendarRegressors,
    LocalTime,
    ObservedSpan,
    Stage,
    StagedSeries,
    apply_stages,
)
from models.transforms.transform import Difference
from models.types import FloatArray

__all__ = ["ForecastTask", "cost_of", "forecast_many"]

SUBSTITUTE = "seasonal_naive"
"""The model for series that the chosen one would take too long for, unless another is named."""
_ROUNDING = 1e-9
_NAMED = 3
"""So many models are named in a hint."""


def forecast_many(
    task: ForecastTask, series: Sequence[Series], context: Context = QUIET
) -> Sequence[Outcome[Forecast]]:
    """Forecast every series, in order; what fails is told in its outcome, nothing is raised for it.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    panel = Panel.of(series)
    dear = _too_dear(task, panel)
    if any(dear):
        affordable = replace(task, budget_s=None)
        parts: list[tuple[list[int], Sequence[Outcome[Forecast]]]] = []
        for is_dear, rows in grouped(dear, bool).items():
            work, other = (_substituted, task) if is_dear else (forecast_many, affordable)
            parts.append((rows, work(other, panel[rows], context)))
        return in_order(parts)
    stages = _stages(task, panel)
    if not stages and task.made_levels == task.shown_levels:  # there is no way back to go
        made = fit_and_forecast(_within(task, task.horizon), panel, context)
        return _said_if_below_zero(task, panel, made)
    staged = _staged(task, stages, panel)
    ready = [one for one in staged if isinstance(one, StagedSeries)]
    parts = []
    for horizon, rows in grouped(ready, attrgetter("horizon")).items():
        inner = [ready[row].series for row in rows]
        parts.append((rows, fit_and_forecast(_within(task, horizon), inner, context)))
    return _said_if_below_zero(task, panel, _left(task, staged, in_order(parts)))


def _left(
    task: ForecastTask,
    staged: Sequence[StagedSeries | Outcome[Forecast]],
    outcomes: Sequence[Outcome[Forecast]],
) -> list[Outcome[Forecast]]:
    """Return what was forecast of the series that entered the stages, back on their own scale."""
    made = iter(outcomes)
    return [
        _answered(task, one, next(made)) if isinstance(one, StagedSeries) else one for one in staged
    ]


def _said_if_below_zero(
    task: ForecastTask, panel: Panel, made: Sequence[Outcome[Forecast]]
) -> Sequence[Outcome[Forecast]]:
    """Tell of forecasts below zero of series that never were: models by name say what they say."""
    if task.bounds.lower is not None:
        return made
    found = Forecasts.of(made, task.horizon)
    falling = np.flatnonzero((found.mean < 0.0).any(axis=1)).tolist()
    told = {
        row: (*found.notices.get(row, ()), _below_zero(task, panel.ids[row]))
        for row in falling
        if row not in found.errors and _never_was(panel[row].y, found.mean[row])
    }
    return replace(found, notices={**found.notices, **told}) if told else made


def _never_was(y: FloatArray, mean: FloatArray) -> bool:
    """Whether no value (t,) is below zero, and what is expected (horizon,) is so by more than rounding."""
    return bool(y.min() >= 0.0 and mean.min() < -_ROUNDING * y.max())


def _below_zero(task: ForecastTask, unique_id: str) -> Notice:
    return Notice(
        "below_zero",
        f"{task.model.name} expects values below zero, though the series never was: they stand as they are",
        'send bounds {"lower": 0}, or choose auto, which expects none below zero then',
        unique_id,
    )


def _too_dear(task: ForecastTask, panel: Panel) -> list[bool]:
    """Return which series the model cannot afford, shape (n,)."""
    budget = task.budget_s
    if budget is None:
        return [False] * len(panel)
    return asked_once(panel, lambda one: cost_of(task, one).needed_seconds > budget)


def _substituted(
    task: ForecastTask, series: Sequence[Series], context: Context
) -> list[Outcome[Forecast]]:
    """Forecast series, whose model would take too long, by the model that was named for that."""
    if task.substitute is not None:
        other = replace(task, model=task.substitute, substitute=None)
    else:  # takes milliseconds, so that even a late answer is one
        cheap, context = ModelSpec(SUBSTITUTE), QUIET
        other = replace(task, model=cheap, interval_method="auto", budget_s=None)
    return [
        replace(outcome, notices=(_replaced_notice(task, one, other.model.name), *outcome.notices))
        for one, outcome in zip(series, forecast_many(other, series, context), strict=True)
    ]


def _replaced_notice(task: ForecastTask, series: Series, used: str) -> Notice:
    cost = cost_of(task, series)
    about = "about" if cost.least_seconds is None else "at least"
    return Notice(
        "model_replaced",
        f"{task.model.name} would take {about} {cost.needed_seconds:.0f} s on {len(series)} points, "
        f"more than the budget of {task.budget_s:.3g} s: {used} was used instead",
        f"raise timeout_s, shorten the series, or choose a model that takes less time{_affordable(task, series)}",
        series.unique_id,
    )


def _affordable(task: ForecastTask, series: Series) -> str:
    """Name those that do most within the budget, of the models that follow long seasons if the series has any."""
    several = len(series.season_length or ()) > 1
    seconds = {
        name: cost_of(replace(task, model=ModelSpec(name)), series).seconds
        for name, model in registry.registered("forecaster").items()
        if model.takes_several_seasons >= several
    }
    within = [name for name in seconds if task.budget_s is None or seconds[name] <= task.budget_s]
    named = sorted(within, key=lambda name: (-seconds[name], name))[:_NAMED]
    return f", such as {', '.join(named)}" if named else ""


def _staged(
    task: ForecastTask, stages: Sequence[Stage], series: Sequence[Series]
) -> list[StagedSeries | Outcome[Forecast]]:
    """Lead every series through the stages before the model, or say what is wrong with it."""
    found: list[StagedSeries | Outcome[Forecast]] = []
    for one in series:
        with guard(f"{task.model.name} could not be fitted", "try another transform") as caught:
            found.append(apply_stages(stages, one, task.horizon))
        if caught.error is not None:
            found.append(Outcome(one.unique_id, error=named(caught.error, one.unique_id)))
    return found


def _stages(task: ForecastTask, panel: Panel) -> list[Stage]:
    """Return the stages that have something to do; from the first difference on, transforms are the model's."""
    model = task.make()
    lags = tuple(one.lag for one in task.transform.transforms if isinstance(one, Difference))

    def seasons(one: Series) -> tuple[int, ...] | None:
        if one.is_constant:
            return ()
        known = model.named_seasons(one)
        return None if known is None else (*known, *lags)

    stages: list[Stage] = []
    if panel.observed is not None:
        # series that are learned from together are forecast by as many steps
        stages.append(ObservedSpan(to_last=model.scope != "global"))
    if any(grid.tz is not None for grid in panel.grids):
        stages.append(LocalTime(seasons))
    if task.calendar and model.takes_exogenous:
        stages.append(CalendarRegressors(task.calendar))
    return [*stages, *task.around(pointwise=True)]


def _within(task: ForecastTask, horizon: int) -> ForecastTask:
    """Return what is left to do between the stages, with the intervals that the way back needs."""
    method = "auto" if task.interval_method == "none" else task.interval_method
    left = [*task.transform.from_difference().transforms]
    return replace(
        task,
        horizon=horizon,
        options=task.options.model_copy(update={"transform": left}),
        levels=task.made_levels,
        interval_method=method,
    )


def _answered(
    task: ForecastTask, staged: StagedSeries, outcome: Outcome[Forecast]
) -> Outcome[Forecast]:
    """Lead a forecast back through the stages, and leave out intervals that nobody asked for."""
    if outcome.result is None:
        return outcome
    as_asked = len(outcome.result.bands) == len(task.shown_levels)
    if not staged.fitted and as_asked:
        return outcome
    result, told = staged.answered(outcome.result)
    if not as_asked:
        result = _shown(task, result)
    if not np.isfinite(result.mean).all():
        return Outcome(outcome.unique_id, error=not_finite(task.model.name, outcome.unique_id))
    return replace(outcome, result=result, notices=(*staged.notices, *outcome.notices, *told))


def _shown(task: ForecastTask, forecast: Forecast) -> Forecast:
    """Return the forecast with the intervals that were asked for."""
    levels = task.shown_levels
    return replace(
        forecast,
        bands={level: forecast.bands[level] for level in levels},
        interval_method=forecast.interval_method if levels else "none",
        fitted_bands={level: b for level, b in forecast.fitted_bands.items() if level in levels},
    )
