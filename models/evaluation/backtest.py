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

import numpy as np

from models.contract.context import QUIET, Context
from models.data.results import Forecast, Interval, Outcome
from models.data.series import Notice, Series
from models.errors import NoObservations, Problem, SeriesError, SeriesTooShort
from models.prepare import missing
from models.tasks.forecast import forecast_many
from models.tasks.forecast_task import ForecastTask
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
    return [with_cutoff(task, part, outcome) for part, outcome in zip(parts, outcomes, strict=True)]


def with_cutoff(task: BacktestTask, part: Series, outcome: Outcome[Forecast]) -> Outcome[Forecast]:
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
