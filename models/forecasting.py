"""From a task and its series to forecasts: budget, calendar, transforms, model, bounds; what a worker runs."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.bounds import Bounds
from models.errors import SeriesError
from models.fitting import (
    ForecastTask,
    IntervalMethod,
    as_error_of,
    cost_key,
    cost_of,
    cost_seconds,
    fit_and_forecast,
    not_finite,
)
from models.prepare.transforms import FittedChain
from models.registry import ModelSpec
from models.results import Forecast, Outcome
from models.series import Notice, Series

__all__ = ["ForecastTask", "IntervalMethod", "cost_seconds", "forecast_many"]

SUBSTITUTE = "seasonal_naive"
"""The model for series that the chosen one would take too long for."""


def forecast_many(task: ForecastTask, series: Sequence[Series]) -> list[Outcome[Forecast]]:
    """Forecast every series, in order; what fails is told in its outcome, nothing is raised for it.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    task.forecaster()
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
    """Forecast series, whose model would take too long, by a model that takes milliseconds."""
    cheap = replace(task, model=ModelSpec(SUBSTITUTE), interval_method="auto", budget_s=None)
    return [
        replace(outcome, notices=(_replaced_notice(task, one), *outcome.notices))
        for one, outcome in zip(series, forecast_many(cheap, series), strict=True)
    ]


def _replaced_notice(task: ForecastTask, series: Series) -> Notice:
    return Notice(
        "model_replaced",
        f"{task.model.name} would take about {cost_seconds(task, series):.0f} s on {len(series)} points, "
        f"more than the budget of {task.budget_s:g} s: {SUBSTITUTE} was used instead",
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
    fitted = fit_and_forecast(task, [one for one, _, _ in ready.values()])
    for (position, (_, chain, notices)), outcome in zip(ready.items(), fitted, strict=True):
        outcomes[position] = _after(task, chain, notices, outcome)
    return [outcomes[position] for position in range(len(series))]


def _before(task: ForecastTask, series: Series) -> tuple[Series, FittedChain, tuple[Notice, ...]]:
    """Add the calendar's columns, transform the values; raises ``SeriesError`` for values it cannot take."""
    notices: tuple[Notice, ...] = ()
    if task.calendar and task.forecaster().takes_exogenous:
        series, notices = task.calendar.added_to(series, task.horizon)
    chain = task.transform.fit_to(series)
    return chain.transformed(series), chain, notices


def _after(
    task: ForecastTask, chain: FittedChain, notices: tuple[Notice, ...], outcome: Outcome[Forecast]
) -> Outcome[Forecast]:
    """Transform back and keep within the bounds."""
    if outcome.result is None:
        return outcome
    if not chain.stages and not notices and task.bounds.is_open:
        return outcome
    result = bounded(chain.restore(outcome.result), task.bounds)
    if not np.isfinite(result.mean).all():
        return Outcome(outcome.unique_id, error=not_finite(task.model.name, outcome.unique_id))
    return replace(outcome, result=result, notices=(*notices, *outcome.notices))


def bounded(forecast: Forecast, bounds: Bounds) -> Forecast:
    """Return the forecast with all its values inside the bounds."""
    if bounds.is_open:
        return forecast
    clip, clip_band = bounds.clip, bounds.clip_band
    return replace(
        forecast,
        mean=clip(forecast.mean),
        bands={level: clip_band(band) for level, band in forecast.bands.items()},
        fitted=None if forecast.fitted is None else clip(forecast.fitted),
        fitted_bands={level: clip_band(band) for level, band in forecast.fitted_bands.items()},
        paths=None if forecast.paths is None else clip(forecast.paths),
    )
