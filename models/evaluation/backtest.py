"""Forecasts of a past that is known: the series is cut, what lies behind the cutoff is forecast.

A *training part* is a series up to a cutoff, prepared from what was known then: seasons are detected and
missing values filled without what came later. Each part is forecast as any series is, so that intervals,
transforms, bounds and constants go the same way. Exogenous variables alone are known behind the cutoff, as
a forecast that uses them has to know them.

Reference: Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of
Forecasting 16.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
from models.errors import InvalidRequest, NoObservations, Problem, SeriesError, SeriesTooShort
from models.forecasters.base import Forecaster
from models.prepare import missing
from models.tasks.forecast import forecast_many
from models.tasks.forecast_task import ForecastTask, cost_of
from models.tasks.groups import attempt, bands_of, group_rolling_errors
from models.tasks.stages import LocalTime, ObservedSpan, apply_stages
from models.tasks.task import TaskOptions
from models.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class RollingOrigins:
    """Where series are cut: ``count`` cutoffs, ``step`` apart, the last one ``horizon`` before the end."""

    horizon: int
    count: int = 1
    step: int = 1

    @property
    def spare(self) -> int:
        """How many points lie behind the first cutoff."""
        return self.horizon + (self.count - 1) * self.step

    def cutoffs(self, observations: int) -> IntArray:
        """Return the sizes of the training parts, ascending, shape (count,)."""
        return np.arange(self.count) * self.step + (observations - self.spare)

    def spans(self, observations: int) -> IntArray:
        """Return the positions of the points that are forecast, shape (count, horizon)."""
        return self.cutoffs(observations)[:, None] + np.arange(self.horizon)

    def __str__(self) -> str:
        """Write as the options of a request."""
        several = f", n_windows {self.count} and step_size {self.step}" if self.count > 1 else ""
        return f"h {self.horizon}{several}"


@dataclass(frozen=True, slots=True)
class BacktestTask:
    """What to forecast at which cutoffs.

    ``refit``: learn anew at every cutoff; else once, at the first, with the state moved on by new
    observations. ``missing``: the policy by which missing values of the training parts are filled.
    """

    forecast: ForecastTask
    windows: RollingOrigins
    refit: bool = True
    missing: str = "interpolate"

    @property
    def options(self) -> TaskOptions:
        """What all tasks share."""
        return self.forecast.options


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """The forecasts of one series at all its cutoffs.

    ``cutoffs``: sizes of the training parts, (windows,). ``mean`` and both edges of the ``bands``:
    (windows, horizon), NaN where an interval could not be given. ``median``: as ``mean``, None where it
    is the same.
    """

    cutoffs: IntArray
    mean: FloatArray
    bands: dict[float, Interval]
    interval_method: str
    median: FloatArray | None = None

    @property
    def center(self) -> FloatArray:
        """The median of what to expect at each step, (windows, horizon)."""
        return self.mean if self.median is None else self.median


def uncuttable(windows: RollingOrigins, series: Series) -> SeriesError | None:
    """Return why a series cannot be cut: too short, or nothing is known before the first cutoff."""
    first = len(series) - windows.spare
    if first < 1:
        return SeriesTooShort(
            f"a backtest with {windows} needs at least {windows.spare + 1} observations,"
            f" got {len(series)}",
            _shorter(windows, len(series)),
            unique_id=series.unique_id,
        )
    if series.observed is not None and not series.observed[:first].any():
        return NoObservations(
            f"all {first} values up to the first cutoff are missing",
            "use fewer windows, or begin the series with its first value",
            unique_id=series.unique_id,
        )
    return None


def _shorter(windows: RollingOrigins, observations: int) -> str:
    """Return the next step for a series that is too short."""
    room = observations - 1
    if room < 1:
        return "send a longer series"
    fitting = (room - windows.horizon) // windows.step + 1
    if fitting >= 1:
        return f"send a longer series, or use n_windows {fitting}"
    count = min(windows.count, room)
    size = room // count
    fewer = f"n_windows {count}, " if count < windows.count else ""
    step = f" and step_size {size}" if count > 1 else ""
    return f"send a longer series, or use {fewer}h {size}{step}"


# --- training parts ------------------------------------------------------------


def training_parts(task: BacktestTask, series: Series) -> list[Series]:
    """Return what was known of a series at each cutoff."""
    return [
        training_part(series, int(size), task.missing) for size in task.windows.cutoffs(len(series))
    ]


def training_part(series: Series, size: int, policy: str) -> Series:
    """Return the first points of a series, with nothing learned from later ones."""
    part = replace(series.head(size), season_length=series.season_length)
    if part.observed is None or part.observed.all():
        return part
    return replace(part, y=_filled(part.y_observed, policy, series))


def _filled(y: FloatArray, policy: str, series: Series) -> FloatArray:
    if policy in missing.SIMPLE:
        return missing.SIMPLE[policy](y)
    return missing.beside_season(y, series.grid.head(len(y)), series.season_length)[0]


# --- learning anew at every cutoff ---------------------------------------------


def refit_many(
    task: BacktestTask, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[Backtest]]:
    """Backtest series by learning anew at every cutoff."""
    parts = [part for one in series for part in training_parts(task, one)]
    outcomes = iter(forecast_parts(task, parts, context))
    count = task.windows.count
    return [gather(task, one, [next(outcomes) for _ in range(count)]) for one in series]


def forecast_parts(
    task: BacktestTask, parts: Sequence[Series], context: Context = QUIET
) -> list[Outcome[Forecast]]:
    """Forecast training parts, in order, those that one fit can take together at once."""
    outcomes = forecast_many(task.forecast, parts, context)
    return [_at_cutoff(task, part, outcome) for part, outcome in zip(parts, outcomes, strict=True)]


def _at_cutoff(task: BacktestTask, part: Series, outcome: Outcome[Forecast]) -> Outcome[Forecast]:
    """Have an error say at which cutoff, and how long the series would have to be."""
    error = outcome.error
    if not isinstance(error, SeriesError):
        return outcome
    cutoff = part.grid.stamp(-1)
    tail = _least(task, part) if isinstance(error, SeriesTooShort) else ""
    problems = [
        Problem(
            f"at the cutoff {cutoff}: {p.message}{tail}", p.hint, p.path, part.unique_id, cutoff
        )
        for p in error.problems
    ]
    return replace(outcome, error=type(error).of(problems))


def _least(task: BacktestTask, part: Series) -> str:
    """Say how long the whole series must be for its first training part to be long enough."""
    model = task.forecast.make()
    needed = max(model.required_for(part), len(part) + 1)
    return f"; with {task.windows}, the series needs at least {needed + task.windows.spare}"


def gather(
    task: BacktestTask, series: Series, outcomes: Sequence[Outcome[Forecast]]
) -> Outcome[Backtest]:
    """Put the forecasts of one series at all cutoffs together; if one failed, all did."""
    spent = sum(outcome.fit_ms for outcome in outcomes)
    failed = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
    if failed is not None:
        return Outcome(series.unique_id, error=failed, fit_ms=spent)
    forecasts = [outcome.result for outcome in outcomes if outcome.result is not None]
    backtest = Backtest(
        task.windows.cutoffs(len(series)),
        np.stack([forecast.mean for forecast in forecasts]),
        {level: _stacked(forecasts, level) for level in forecasts[-1].bands},
        forecasts[-1].interval_method,
        np.stack([forecast.center for forecast in forecasts]),
    )
    model, notices = outcomes[-1].model, _once(n for one in outcomes for n in one.notices)
    return Outcome(series.unique_id, backtest, model, notices=notices, fit_ms=spent)


def _stacked(forecasts: Sequence[Forecast], level: float) -> Interval:
    nothing = np.full_like(forecasts[0].mean, np.nan)
    bands = [forecast.bands.get(level, Interval(nothing, nothing)) for forecast in forecasts]
    return Interval(np.stack([b.lower for b in bands]), np.stack([b.upper for b in bands]))


def _once(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Keep the first notice of each kind: what befalls one cutoff often befalls them all."""
    kept: dict[str, Notice] = {}
    for notice in notices:
        kept.setdefault(notice.code, notice)
    return tuple(kept.values())


# --- learning once -------------------------------------------------------------


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
        return Outcome(series.unique_id, error=_at_cutoff(task, parts[0], outcome).error)

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
