"""The combination as a whole: from a series and a horizon to a forecast, its bounds, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.data.results import Interval
from models.forecasters.combination._closed import ClosedPhases
from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._error_scale import held_out_errors
from models.forecasters.combination._laws import exact_law, is_additive_law
from models.forecasters.combination._members import run_members
from models.forecasters.combination._origins import (
    SLOW_MEMBER_LIMIT,
    judged_steps,
    plan,
    plan_everywhere,
)
from models.forecasters.combination._seasonal import (
    Seasons,
    days_a_week,
    find_seasons,
    sure_seasons,
)
from models.forecasters.combination._simple import (
    HalfWidths,
    intermittent,
    median_of_few,
    slow_means,
)
from models.forecasters.combination._weights import (
    combine,
    convincing,
    learned_weights,
    relative_errors,
    weights_of,
)
from models.forecasters.combination._widths import widths_of
from models.stats.cleaning import outliers_replaced
from models.stats.incidents import without_incidents, without_last_days
from models.types import FloatArray, IntArray

Kind = Literal["few", "intermittent", "ordinary"]
Learned = Mapping[str, float] | None

FEWEST = 4
"""A shorter series leaves nothing to hold out."""
_FLAT = 1e-12
_MOSTLY_ZERO, _SELDOM_ZERO = 0.5, 0.25
_CYCLES_TO_TELL, _LEVELS_APART, _STEADIER = 3, 0.1, 0.5
"""With fewer cycles, levels more alike, or an amplitude that is not as much steadier, logarithms are taken."""
_LOG_RANGE = 1e4
"""Over a range as wide as this, logarithms make much of values next to nothing."""
_SURE, _FEW = 95.0, 20
"""Level of the interval below which no forecast goes; fewer values may have risen all along for a while."""
_LONGEST_HISTORY, _MOST_CYCLES = 3000, 5
"""Older values than this, or than so many of the longest cycle, are left out: they only cost time."""
_LONGEST_SEARCHED = 50_000
"""Seasons are looked for in so many of the last values."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSeries:
    """A series to be forecast.

    ``y``: shape (t,), the largest value being 1 in size; ``unit``: what that was. ``seasons``: those
    with two cycles or more, shortest first. ``log``: whether members may take logarithms. ``learned``: the
    last of the values, from which is learned, without the outliers. ``came``: shape (t,), the values by which
    intervals are judged, ``y`` if None.
    """

    y: FloatArray
    unit: float
    kind: Kind
    seasons: Seasons
    log: bool
    learned: FloatArray
    came: FloatArray | None = None

    @classmethod
    def of(cls, y: FloatArray, named: Seasons | None, calendar: Seasons = ()) -> "TrainingSeries":
        """Look at the values (t,); ``named`` are the seasons to go by, None to have them found.

        ``calendar``: those that the calendar suggests, which the values are asked for first.
        """
        unit = float(np.abs(y).max()) or 1.0
        y = y / unit
        kind = _kind(y)
        if kind == "intermittent" and (sure := sure_seasons(y, named, calendar)):
            kind, named = "ordinary", sure
        elif kind == "intermittent" and len(begun := _begun(y)) < len(y):
            return replace(cls.of(begun, named, calendar), y=y, unit=unit)
        log = kind == "ordinary" and bool(y.min() > 0 and y.max() / y.min() < _LOG_RANGE)
        log = log and not is_additive_law(y)  # on which nothing is in proportion to the level
        if kind != "ordinary":
            return cls(y, unit, kind, (), log, y)
        if named is None:
            tail = y[-_LONGEST_SEARCHED:]
            named = find_seasons(np.log(tail) if log else tail, calendar)
        seasons = tuple(m for m in sorted(set(named)) if 1 < m <= len(y) / 2)
        log = log and not (seasons and _is_plainly_additive(y, seasons[0]))
        recent = y[-max(_LONGEST_HISTORY, _MOST_CYCLES * max(seasons, default=0)) :]
        cleaned = np.log(recent) if log else recent
        # seasons of many cycles are not bent by what happened in one
        if len(cleaned) <= SLOW_MEMBER_LIMIT:
            cleaned = without_incidents(cleaned, seasons)
        elif days := days_a_week(seasons, calendar):
            cleaned = without_last_days(cleaned, seasons[0], days)
        cleaned = outliers_replaced(cleaned, seasons)
        cleaned = np.exp(cleaned) if log else np.maximum(cleaned, 0.0 if y.min() >= 0 else -np.inf)
        is_outlier = np.abs(cleaned - recent) > 1e-9 * np.abs(recent)
        return cls(y, unit, kind, seasons, log, np.where(is_outlier, cleaned, recent))

    @property
    def least(self) -> float:
        """The least that there may be: what was never negative stays so."""
        return 0.0 if self.y.min() >= 0 else -np.inf

    @property
    def floor(self) -> float:
        """The least that may be forecast, in units of the data."""
        return self.floor_at(_SURE)

    def floor_at(self, level: float) -> float:
        """Return the least that a bound may be, in units of the data: a meter, which never fell, does not.

        So it does if a step down is no more probable, after so many up, than a value below the interval.
        Reference: Laplace (1814), Essai philosophique sur les probabilités (the rule of succession).
        """
        size = len(self.y)
        is_sure = size >= _FEW and 1.0 / (size + 1) <= (1.0 - level / 100.0) / 2.0
        if is_sure and (np.diff(self.y) >= 0).all():
            return float(self.y[-1]) * self.unit
        return self.least

    @property
    def recent(self) -> FloatArray:
        """The last of the values, as many as are learned from, shape (k,)."""
        return self.y[len(self.y) - len(self.learned) :]

    @property
    def outcome(self) -> FloatArray:
        """The last of the values by which intervals are judged, as many as are learned from, shape (k,)."""
        values = self.y if self.came is None else self.came
        return values[len(values) - len(self.learned) :]

    def judged_by(self, came: FloatArray | None) -> "TrainingSeries":
        """Return the same, its intervals judged by other values, (t,); by its own if None."""
        return self if came is None else replace(self, came=came / self.unit)

    @property
    def outliers(self) -> IntArray:
        """The places of the values that are not learned from, shape (n,)."""
        return np.flatnonzero(self.learned != self.recent) + len(self.y) - len(self.learned)


def _kind(y: FloatArray) -> Kind:
    if len(y) < FEWEST or np.ptp(y) <= _FLAT:
        return "few"
    return "intermittent" if np.mean(y == 0) > _MOSTLY_ZERO else "ordinary"


def _begun(y: FloatArray) -> FloatArray:
    """Return the values (t,) after the zeros that they begin with, if few of those are zero; else all of them."""
    after = y[np.argmax(y != 0) :]
    return after if _kind(after) == "ordinary" and np.mean(after == 0) < _SELDOM_ZERO else y


def _is_plainly_additive(y: FloatArray, season: int) -> bool:
    """Whether the amplitude of a season is by far steadier in units than as a share of the level.

    Reference: Guerrero (1993), Time-series analysis supported by power transformations, J. Forecasting 12.
    """
    cycles = y[len(y) % season :].reshape(-1, season)
    if len(cycles) < _CYCLES_TO_TELL:
        return False
    level = cycles.mean(axis=1)
    slope = np.polyfit(np.arange(len(y)), y, 1)[0]
    amplitude = (cycles - slope * np.arange(season)).std(axis=1)

    def unsteadiness(values: FloatArray) -> float:
        return float(values.std() / values.mean()) if values.mean() > 0 else np.inf

    told = unsteadiness(level) > _LEVELS_APART
    return told and unsteadiness(amplitude) < _STEADIER * unsteadiness(amplitude / level)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member: its weight, and its held-out root mean squared error (None without a held-out step)."""

    name: str
    weight: float
    rmse: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Combination:
    """A forecast (horizon,), its bounds, the candidates, and how many origins and steps judged them.

    ``closed``: the times of each cycle at which there never was anything, None if there are none.
    """

    mean: FloatArray
    bounds: HalfWidths
    history: TrainingSeries
    candidates: tuple[Candidate, ...]
    origins: int = 0
    held: int = 0
    closed: ClosedPhases | None = None
    error: float = np.inf
    """The least root mean squared error of a candidate on held-out values as they came, outliers included."""

    @property
    def is_law(self) -> bool:
        """Whether the values lie on one law, which is continued."""
        return self.candidates[0].name == "law"

    def band(self, level: float) -> Interval:
        """Return the interval at a level in percent, (horizon,)."""
        below, above = self.bounds.sides(level)
        if self.closed is not None and self.closed.is_sure(level):
            above = np.where(self.closed.ahead(len(above)), 0.0, above)
        least = np.minimum(self.mean, self.history.floor_at(level))
        lower = np.maximum(self.mean - below * self.history.unit, least)
        return Interval(lower, self.mean + above * self.history.unit)


def combination_of(history: TrainingSeries, horizon: int, learned: Learned = None) -> Combination:
    """Forecast so many steps; ``learned``: what members count by another series, None to weigh them here."""
    if history.kind == "ordinary":
        return _weighted(history, horizon, learned)
    if history.kind == "intermittent":
        name, (mean, bounds) = "mean", intermittent(history.y, horizon)
    else:
        name, (mean, bounds) = "median", median_of_few(history.y, horizon)
    law = exact_law(history.y, horizon)
    if law is not None:
        name, mean = "law", law
    return Combination(_finished(mean, history), bounds, history, (Candidate(name, 1.0),))


def context_of(history: TrainingSeries, horizon: int) -> EvaluationContext:
    """Return what members see of an ordinary series: at least as many steps as they are judged by."""
    y = history.learned
    judged = judged_steps(len(y), history.seasons)
    steps = plan(len(y), judged)
    ahead = max(horizon, judged)
    return EvaluationContext(y, ahead, history.seasons, steps, history.log, history.outcome)


def _weigh(context: EvaluationContext, errors: Mapping[str, float], learned: Learned) -> FloatArray:
    """Return what the members count, (members,), by what was learned if one of them was there."""
    known = learned_weights(learned or {}, errors)
    if not known:
        return weights_of(context, errors)
    return np.array([known.get(name, 0.0) for name in errors])


def _members_and_errors(
    context: EvaluationContext,
) -> tuple[dict[str, FloatArray], dict[str, float]]:
    """Return the forecasts of the members that take part, (origins, horizon) each, and their relative errors."""
    members = run_members(context)
    errors = relative_errors(context, members)
    kept = convincing(errors)
    return {name: members[name] for name in kept}, {name: errors[name] for name in kept}


def _weighted(history: TrainingSeries, horizon: int, learned: Learned) -> Combination:
    context = context_of(history, horizon)
    members, errors = _members_and_errors(context)
    weights = _weigh(context, errors, learned)
    forecast = combine(members, weights)
    bounds = widths_of(context, held_out_errors(context, forecast, members)).until(horizon)
    candidates = tuple(
        Candidate(name, float(weight), _rmse(members[name], context.actual, history.unit))
        for name, weight in zip(members, weights, strict=True)
    )
    origins = len(context.plan.origins) - 1
    law = exact_law(history.y, horizon)
    if law is not None:
        candidates = (Candidate("law", 1.0, 0.0),)
    closed = ClosedPhases.of(history.recent, history.seasons)
    mean = _finished(forecast[-1, :horizon] if law is None else law, history)
    mean = np.maximum(mean, history.floor)
    if closed is not None:
        mean = np.where(closed.ahead(horizon), 0.0, mean)
    came = context.of_judged(context.outcome)
    missed = (_rmse(forecast, came, history.unit) for forecast in members.values())
    error = min((one for one in missed if one is not None), default=np.inf)
    return Combination(mean, bounds, history, candidates, origins, context.plan.held, closed, error)


def _rmse(forecast: FloatArray, came: FloatArray, unit: float) -> float | None:
    """Return the root mean squared error of forecasts on the steps that both know, None if there are none."""
    squares = (forecast - came) ** 2
    known = squares[np.isfinite(squares)]
    return float(np.sqrt(known.mean())) * unit if known.size else None


def _finished(mean: FloatArray, history: TrainingSeries) -> FloatArray:
    most = np.finfo(np.float64).max / max(history.unit, 1.0)
    return np.asarray(np.clip(mean, history.least, most) * history.unit)


def fitted(history: TrainingSeries, learned: Learned = None) -> FloatArray:
    """Return one-step forecasts of the history (t,), NaN where there is none.

    Those of the held-out part were made without knowing what follows; those before it are a fit.
    """
    values = np.full(len(history.y), np.nan)
    if history.kind == "intermittent":
        values[1:] = slow_means(history.y)[:-1]
    elif history.kind == "ordinary":
        y = history.learned
        context = EvaluationContext(y, 1, history.seasons, plan_everywhere(len(y)), history.log)
        members, errors = _members_and_errors(context)
        weights = _weigh(context, errors, learned)
        forecast = combine(members, weights)[:-1, 0]
        values[len(values) - len(forecast) :] = forecast
    return _finished(values, history)
