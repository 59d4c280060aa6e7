"""Backtests of models that learn once, at the first cutoff, and move their state on by what came since."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from models.contract.context import QUIET, Context
from models.contract.cost import Cost
from models.data.forecasts import Forecasts
from models.data.panel import Panel
from models.data.prediction import Prediction
from models.data.results import Forecast, Interval, Outcome
from models.data.series import Notice, Series
from models.errors import InvalidRequest
from models.evaluation.backtest import (
    Backtest,
    BacktestTask,
    refit_many,
    training_part,
    training_parts,
    with_cutoff,
)
from models.forecasters.base import Forecaster
from models.tasks.forecast_task import ForecastTask, cost_of
from models.tasks.groups import attempt, bands_of, group_rolling_errors
from models.tasks.stages import LocalTime, ObservedSpan, apply_stages
from models.types import FloatArray, IntArray


def refit_reason(task: BacktestTask) -> str | None:
    """Return why a model is refitted at every cutoff although that was not wanted; None if it is not."""
    forecast, model = task.forecast, task.forecast.make()
    if not model.can_update():
        return f"{model.name} has no state that new observations could move on"
    if forecast.transform:
        return "transforms are fitted to each training part"
    return None


def refitted_notice(reason: str, unique_id: str | None = None) -> Notice:
    """Tell of refits that were not wanted."""
    hint = "leave refit out, or choose a model that the catalog says can be updated"
    return Notice("refitted", f"{reason}: it was refitted at every cutoff", hint, unique_id)


def rolls(task: BacktestTask, series: Series) -> bool:
    """Whether a series is forecast from one fit whose state moves on.

    Not so where the first training part is constant, which needs no model, or too dear for the model that was
    asked for.
    """
    if task.refit or refit_reason(task) is not None:
        return False
    first = training_part(series, int(task.windows.cutoffs(len(series))[0]), task.missing)
    budget = task.forecast.budget_s
    affordable = budget is None or cost_of(task.forecast, first).needed_seconds <= budget
    return affordable and not (len(first) > 1 and first.is_constant)


def roll_many(
    task: BacktestTask, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[Backtest]]:
    """Backtest series whose model learns once, at the first cutoff, and moves its state on."""
    model = task.forecast.make()
    waiting = range(len(series), 0, -1)
    return [
        _roll(task, one, model.turn(context, left))
        for one, left in zip(series, waiting, strict=True)
    ]


def _roll(task: BacktestTask, series: Series, context: Context) -> Outcome[Backtest]:
    """Backtest one series; what turns out to have no state after all, as some ensembles, is refitted."""
    try:
        return _roll_strictly(task, series, context)
    except InvalidRequest as error:
        [again] = refit_many(task, [series], context)
        notice = refitted_notice(error.message, series.unique_id)
        return replace(again, notices=(notice, *again.notices))


def _roll_strictly(task: BacktestTask, series: Series, context: Context) -> Outcome[Backtest]:
    parts = training_parts(task, series)
    model = task.forecast.make()
    laid, ahead = _laid(model, parts, task.windows.horizon)
    laid, told = _with_calendar(task.forecast, model, laid, int(ahead.max()) + 1)
    rolled = replace(task.forecast, horizon=int(ahead.max()) + 1)
    [first] = alone = Panel.of(laid[:1])

    def work() -> Forecasts:
        made = Outcome(first.unique_id, _rolled(rolled, model, laid, context))
        return Forecasts.of([made], len(ahead) * rolled.horizon)

    [outcome] = attempt(model, alone, work)
    result = outcome.result
    if result is None:
        return Outcome(series.unique_id, error=with_cutoff(task, parts[0], outcome).error)

    def at_cutoffs(values: FloatArray) -> FloatArray:
        return np.take_along_axis(values.reshape(len(ahead), rolled.horizon), ahead, axis=1)

    bands = {
        level: Interval(at_cutoffs(band.lower), at_cutoffs(band.upper))
        for level, band in result.bands.items()
    }
    mean, cutoffs = at_cutoffs(result.mean), task.windows.cutoffs(len(series))
    backtest = Backtest(cutoffs, mean, bands, result.interval_method)
    return Outcome(
        series.unique_id,
        backtest,
        outcome.model,
        notices=(*told, *outcome.notices),
        fit_ms=outcome.fit_ms,
    )


def _with_calendar(
    task: ForecastTask, model: Forecaster[Any], parts: Sequence[Series], horizon: int
) -> tuple[Sequence[Series], tuple[Notice, ...]]:
    """Return training parts with what the calendar tells of the first one, for a model that takes regressors."""
    if not (task.calendar and model.takes_exogenous):
        return parts, ()
    first, last = parts[0], parts[-1]
    added, notices = task.calendar.added_to(first, len(last) - len(first) + horizon)
    columns = {
        name: np.concatenate([values, added.future[name]])
        for name, values in added.exog.items()
        if name not in first.exog
    }
    told = [
        replace(
            part,
            exog={**part.exog, **{name: x[: len(part)] for name, x in columns.items()}},
            future={
                **part.future,
                **{name: x[len(part) :][:horizon] for name, x in columns.items()},
            },
        )
        for part in parts
    ]
    return told, notices


def _laid(
    model: Forecaster[Any], parts: Sequence[Series], horizon: int
) -> tuple[Sequence[Series], IntArray]:
    """Return training parts from their first value on, on the grid of local time if one of them needs that.

    Besides, which step there each of the points ahead is, shape (parts, horizon).
    """
    stages = (ObservedSpan(to_last=False), LocalTime(model.named_seasons))
    staged = [apply_stages(stages, part, horizon) for part in parts]
    ahead = np.arange(horizon)
    return [one.series for one in staged], np.stack([one.steps(ahead) for one in staged])


def _rolled(
    task: ForecastTask, model: Forecaster[Any], parts: Sequence[Series], context: Context
) -> Forecast:
    """Return the forecasts at all cutoffs, one behind the other, of a model fitted to the first part.

    Intervals from rolling errors keep the width that they had at the first cutoff.
    """

    def around(ahead: Prediction, part: Series) -> tuple[dict[float, Interval], str]:
        rolling = partial(group_rolling_errors, model, [part], task.horizon)
        return bands_of(model, ahead, task, rolling)

    first = model.fit_one(parts[0], context).predict(task.horizon)
    bands, method = around(first, parts[0])
    means, moved = [first.mean], [bands]
    for known, part in pairwise(parts):
        ahead = model.update(part.tail(len(part) - len(known))).predict(task.horizon)
        means.append(ahead.mean)
        moved.append(
            around(ahead, part)[0]
            if method == "parametric"
            else {k: _moved(b, ahead.mean, first.mean) for k, b in bands.items()}
        )
    joined = {
        level: Interval(
            np.concatenate([each[level].lower for each in moved], axis=None),
            np.concatenate([each[level].upper for each in moved], axis=None),
        )
        for level in bands
    }
    return task.bounds.forecast(Forecast(np.concatenate(means, axis=None), joined, method))


def _moved(band: Interval, mean: FloatArray, before: FloatArray) -> Interval:
    """Return the interval around another mean."""
    return Interval(band.lower + mean - before, band.upper + mean - before)


def roll_cost_of(task: BacktestTask, series: Series) -> Cost:
    """Estimate what a series takes that is fitted once."""
    once = cost_of(task.forecast, series)
    return replace(once, seconds=once.seconds * (1.0 + 0.1 * task.windows.count))
