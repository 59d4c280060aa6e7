"""From a task and its series to forecasts; what a worker runs.

The stages around the model: the grid of local time, budget, calendar, transforms, model, bounds.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.data.results import Forecast, Outcome
from models.data.series import Notice, Series
from models.errors import SeriesError
from models.intervals.methods import IntervalMethod
from models.registry import ModelSpec
from models.tasks.groups import (
    ForecastTask,
    as_error_of,
    cost_key,
    cost_of,
    cost_seconds,
    fit_and_forecast,
    not_finite,
)
from models.transforms.bounds import Bounds
from models.transforms.chain import Difference, FittedChain
from models.transforms.wall_clock import WallClock, wall_clock
from models.types import FloatArray

__all__ = ["ForecastTask", "IntervalMethod", "cost_seconds", "forecast_many"]

SUBSTITUTE = "seasonal_naive"
"""The model for series that the chosen one would take too long for, unless another is named."""


def forecast_many(task: ForecastTask, series: Sequence[Series]) -> list[Outcome[Forecast]]:
    """Forecast every series, in order; what fails is told in its outcome, nothing is raised for it.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    clocks = _clocks(task, series)
    laid = [
        one if clock is None else clock.laid(one) for one, clock in zip(series, clocks, strict=True)
    ]
    steps = [task.horizon if clock is None else clock.steps for clock in clocks]
    outcomes: dict[int, Outcome[Forecast]] = {}
    for horizon in sorted(set(steps)):
        alike = [position for position, needed in enumerate(steps) if needed == horizon]
        made = _on_its_grid(replace(task, horizon=horizon), [laid[position] for position in alike])
        outcomes.update(zip(alike, made, strict=True))
    return [_at_stamps(clock, outcomes[position]) for position, clock in enumerate(clocks)]


def _clocks(task: ForecastTask, series: Sequence[Series]) -> list[WallClock | None]:
    """Return the way of each series onto the grid of local time, None where seasons need no such way."""
    model = task.forecaster()
    lags = tuple(one.lag for one in task.transform.transforms if isinstance(one, Difference))

    def clock(one: Series) -> WallClock | None:
        named = model.named_seasons(one)
        return wall_clock(one, None if named is None else (*named, *lags), task.horizon)

    return [None if one.grid.tz is None or one.is_constant else clock(one) for one in series]


def _at_stamps(clock: WallClock | None, outcome: Outcome[Forecast]) -> Outcome[Forecast]:
    """Return the outcome at the real stamps."""
    if clock is None or outcome.result is None:
        return outcome
    return replace(outcome, result=clock.forecast(outcome.result))


def _on_its_grid(task: ForecastTask, series: Sequence[Series]) -> list[Outcome[Forecast]]:
    """Forecast every series on the grid it has, with a cheap model where the chosen one takes too long."""
    within, beyond = _by_budget(task, series)
    outcomes = _staged(task, [series[position] for position in within])
    substituted = _substituted(task, [series[position] for position in beyond]) if beyond else []
    placed = dict(zip([*within, *beyond], [*outcomes, *substituted], strict=True))
    return [placed[position] for position in range(len(series))]


def _by_budget(task: ForecastTask, series: Sequence[Series]) -> tuple[list[int], list[int]]:
    """Return the positions of the series that the model can afford, and of those that it cannot."""
    if task.budget_s is None:
        return list(range(len(series))), []
    dear_keys = {
        key for key in {cost_key(one) for one in series} if cost_of(task, *key) > task.budget_s
    }
    if not dear_keys:
        return list(range(len(series))), []
    dear = [position for position, one in enumerate(series) if cost_key(one) in dear_keys]
    return sorted(set(range(len(series))) - set(dear)), dear


def _substituted(task: ForecastTask, series: Sequence[Series]) -> list[Outcome[Forecast]]:
    """Forecast series, whose model would take too long, by the model that was named for that."""
    if task.substitute is not None:
        other = replace(task, model=task.substitute, substitute=None)
    else:
        cheap = ModelSpec(SUBSTITUTE)
        other = replace(task, model=cheap, interval_method="auto", budget_s=None)
    return [
        replace(outcome, notices=(_replaced_notice(task, one, other.model.name), *outcome.notices))
        for one, outcome in zip(series, forecast_many(other, series), strict=True)
    ]


def _replaced_notice(task: ForecastTask, series: Series, used: str) -> Notice:
    return Notice(
        "model_replaced",
        f"{task.model.name} would take about {cost_seconds(task, series):.0f} s on {len(series)} points, "
        f"more than the budget of {task.budget_s:g} s: {used} was used instead",
        "raise timeout_s, shorten the series, or choose a model for long seasons: stl, fourier_arima",
        series.unique_id,
    )


def _staged(task: ForecastTask, series: Sequence[Series]) -> list[Outcome[Forecast]]:
    """Forecast between the stages around the model: calendar and transforms before, bounds after."""
    outcomes: dict[int, Outcome[Forecast]] = {}
    ready: dict[int, tuple[Series, FittedChain, tuple[Notice, ...]]] = {}
    for position, one in enumerate(series):
        try:
            ready[position] = _before(task, one)
        except SeriesError as error:
            outcomes[position] = Outcome(one.unique_id, error=as_error_of(one, error))
    fitted = fit_and_forecast(_within(task), [one for one, _, _ in ready.values()])
    for (position, (_, chain, notices)), outcome in zip(ready.items(), fitted, strict=True):
        outcomes[position] = _after(task, chain, notices, outcome)
    return [outcomes[position] for position in range(len(series))]


def _within(task: ForecastTask) -> ForecastTask:
    """Return what is left to do between the stages, with the intervals that the last one needs."""
    method = "auto" if task.interval_method == "none" else task.interval_method
    left = task.transform.from_difference()
    return replace(task, transform=left, levels=task.made_levels, interval_method=method)


def _before(task: ForecastTask, series: Series) -> tuple[Series, FittedChain, tuple[Notice, ...]]:
    """Add the calendar's columns, transform the values; raises ``SeriesError`` for values it cannot take.

    From the first difference on, transforms are a part of the model: they are only tried here.
    """
    notices: tuple[Notice, ...] = ()
    if task.calendar and task.forecaster().takes_exogenous:
        series, notices = task.calendar.added_to(series, task.horizon)
    chain = task.transform.fit_to(series).before_difference()
    return chain.transformed(series), chain, notices


def _after(
    task: ForecastTask, chain: FittedChain, notices: tuple[Notice, ...], outcome: Outcome[Forecast]
) -> Outcome[Forecast]:
    """Transform back, keep within the bounds, leave out intervals that nobody asked for."""
    if outcome.result is None:
        return outcome
    as_asked = len(outcome.result.bands) == len(task.shown_levels)
    if not chain.stages and not notices and task.bounds.is_open and as_asked:
        return outcome
    result = bounded(chain.restore(outcome.result), task.bounds)
    if not as_asked:
        result = _shown(task, result)
    if not np.isfinite(result.mean).all():
        return Outcome(outcome.unique_id, error=not_finite(task.model.name, outcome.unique_id))
    return replace(outcome, result=result, notices=(*notices, *outcome.notices))


def _shown(task: ForecastTask, forecast: Forecast) -> Forecast:
    """Return the forecast with the intervals that were asked for."""
    levels = task.shown_levels
    return replace(
        forecast,
        bands={level: forecast.bands[level] for level in levels},
        interval_method=forecast.interval_method if levels else "none",
        fitted_bands={level: b for level, b in forecast.fitted_bands.items() if level in levels},
    )


def bounded(forecast: Forecast, bounds: Bounds) -> Forecast:
    """Return the forecast with all its values inside the bounds."""
    if bounds.is_open:
        return forecast
    clip_band = bounds.clip_band

    def clip(values: FloatArray | None) -> FloatArray | None:
        return None if values is None else bounds.clip(values)

    return replace(
        forecast,
        mean=bounds.clip(forecast.mean),
        bands={level: clip_band(band) for level, band in forecast.bands.items()},
        fitted=clip(forecast.fitted),
        fitted_bands={level: clip_band(band) for level, band in forecast.fitted_bands.items()},
        paths=clip(forecast.paths),
        median=clip(forecast.median),
        fitted_median=clip(forecast.fitted_median),
    )
