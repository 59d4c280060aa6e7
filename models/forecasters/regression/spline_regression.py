"""Ridge regression on splines of regressors and on the calendar, with a level of errors that fades."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field
from scipy.signal import lfilter

from models.contract.cost import Cost, Workload
from models.data.parts import REST, SEASONAL, TREND, Parts, added, inverted
from models.data.prediction import Curve, Distribution, NeverNarrowing
from models.data.results import Interval
from models.data.series import Series
from models.errors import BadValues
from models.features.calendar import part_of
from models.features.known_ahead import delayed, informative_columns, places, regressors
from models.forecasters.regression._regressor_forecaster import RegressorForecaster, require_ahead
from models.forecasters.regression._splines import design
from models.params import SeasonalParams
from models.stats.distributions import normal_quantile
from models.stats.scaling import safe_exp
from models.types import FloatArray, IntArray

_COME_AND_GONE = 4
"""So many changes a column has that came and went twice."""
_HELD_OUT = 0.2
_HELPING = 0.9
"""Straight effects that help make errors less by as much: those of columns of noise do by chance, a little."""
_LEAST_DEVIATION = 1e-9
_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Of standardised columns, as shares of the rows."""
_RATES, _KEPT = (1.0, 0.3, 0.1, 0.03, 0.01), (0.0, 0.9, 0.97, 0.99, 0.997, 1.0)
_MOST_TOLD = 12
_OWN_COLUMNS, _COLUMNS_OF_EACH = 100, 100
"""About how many columns calendar and seasons have, and a regressor, whose effect may differ over the hours."""
_LOOKED_AT = 12
"""At so many steps ahead the fading of errors is judged."""


class SplineRegressionParams(SeasonalParams):
    """How freely a regressor's effect may bend, and how strongly all effects are pulled to none."""

    knots: int = Field(
        6,
        ge=2,
        le=50,
        title="Knots",
        description="Between how many quantiles of a regressor its effect may bend.",
    )
    ridge: float | None = Field(
        None,
        gt=0,
        le=1e6,
        title="Ridge",
        description="Shrinkage of all effects towards zero, as a share of the history's length; chosen on"
        " held-out values if omitted.",
    )
    log: bool | None = Field(
        None,
        title="Logarithms",
        description="Whether effects are multiplicative; chosen on held-out values if omitted.",
    )


class _Effect(IntEnum):
    """What regressors do: effects that bend and last, or straight lines, at once or some steps later, too."""

    BENT = 0
    STRAIGHT = 1
    DELAYED = 2


class _Specification(NamedTuple):
    """What was compared on held-out values, and how it errs there.

    What regressors do, logarithms, a straight trend, the ridge, and the fading of errors.
    """

    error: float
    effect: _Effect
    log: bool
    trend: bool
    ridge: float
    rate: float
    kept: float


class SplineRegression(RegressorForecaster[SplineRegressionParams]):
    """Forecast by a ridge regression on what is known of each step ahead.

    That is its place in calendar and seasons, and cubic splines of the regressors, as they are and smoothed over
    some steps, whose effects may differ over the hours of a day, or straight lines of them, and of some steps
    before, if these err less. What the regression missed of late is smoothed
    and fades. Ridge, logarithms, trend and fading are those that err least on the last fifth of the history.
    Another series is continued in units of its own deviation, from what the regression misses there.

    Reference: Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, chapter 5; Hong
    (2010), Short term electric load forecasting, North Carolina State University.
    """

    name = "spline_regression"
    title = "Spline regression"
    summary = (
        "Ridge regression on splines of regressors and the calendar; says what each column adds."
    )
    reference = "Hastie, Tibshirani & Friedman (2009), The elements of statistical learning, ch. 5"
    state_version = 5
    min_observations = 10

    def cost(self, work: Workload) -> Cost:
        """Errors are faded in many ways, for each form that effects may have; columns decide on the rest."""
        forms = 4 if work.regressors else 1
        columns = _OWN_COLUMNS + _COLUMNS_OF_EACH * work.regressors

        def seconds(observations: int, season_length: int, horizon: int) -> float:
            solves = 4e-10 * observations * columns**2 + 3e-10 * columns**3
            return forms * 6e-2 + solves

        return replace(super().cost(work), seconds=work.seconds(seconds))

    def _fit(self, series: Series) -> None:
        self._take_up(series, len(series) // 10)
        logs, positive = self.params.log, bool(series.y.min() > 0.0)
        if logs and not positive:
            raise BadValues("logarithms take values over 0 only", "leave log out")
        choices = ((False, True) if positive else (False,)) if logs is None else (logs,)
        ways = list(product(choices, (False, True)))

        def least(columns: Mapping[str, FloatArray]) -> _Specification:
            return min(self._compared(columns, *one) for one in ways)

        columns = self._columns(0, _Effect.BENT)
        best = least(columns)
        without = {n: x for n, x in columns.items() if n not in informative_columns(series)}
        if len(without) < len(columns):
            alone = least(without).error
            for effect in _Effect.STRAIGHT, _Effect.DELAYED:
                tried = least(self._columns(0, effect))
                if tried.error < min(best.error, _HELPING * alone):
                    best = tried._replace(effect=effect)
        self.form_ = [float(value) for value in best]
        self.error_std_ = best.error
        self._learn_all(self._columns(0, best.effect), best)

    @property
    def _form(self) -> _Specification:
        error, effect, log, trend, *rest = self.form_
        return _Specification(error, _Effect(int(effect)), bool(log), bool(trend), *rest)

    def _columns(self, horizon: int, effect: _Effect) -> dict[str, FloatArray]:
        """Return the columns that each name stands for, of history and horizon, (t + horizon, k) each."""
        series, learned = self.series_, self._taught
        knots = self.params.knots if effect is _Effect.BENT else 0
        if learned is series:
            placed = places(series, horizon, self.seasons_)
            told = _by_column(series, horizon, effect)
            return design(placed, told, len(series), knots)
        # Where knots lie, and which places have a column, is asked of what was learned from.
        placed, told = places(learned, 0, self.seasons_), _by_column(learned, 0, effect)
        there = places(series, horizon, self.seasons_, self._first_step, placed)
        told = {
            name: _joined(known, regressors(_with_only(series, name), horizon, known))
            for name, known in told.items()
        }
        both = design(_joined(placed, there), told, len(learned), knots)
        return {name: x[len(learned) :] for name, x in both.items()}

    def _regression(
        self, columns: Mapping[str, FloatArray], log: bool, trend: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Return what is regressed, (t,), and all columns side by side, the straight trend last, (t, k)."""
        y = self.series_.y
        table = np.concatenate([*columns.values(), _line(len(y), len(y), trend)], axis=1)
        return np.log(y) if log else y, table

    def _compared(
        self, columns: Mapping[str, FloatArray], log: bool, trend: bool
    ) -> _Specification:
        """Return the best form with or without logarithms and trend, by the last fifth."""
        target, x = self._regression(columns, log, trend)
        cut = int((1.0 - _HELD_OUT) * len(target))
        penalties = _PENALTIES if self.params.ridge is None else (self.params.ridge,)
        forms = []
        for ridge, fitted in zip(penalties, _ridges(x, target, cut, penalties), strict=True):
            forms.append(
                _faded(fitted, target, cut, self.lead_, log)._replace(trend=trend, ridge=ridge)
            )
        return min(forms)

    def _learn_all(self, columns: Mapping[str, FloatArray], form: _Specification) -> None:
        target, x = self._regression(columns, form.log, form.trend)
        self.center_, self.scale_ = x.mean(axis=0), _scale(x)
        self.level_ = float(target.mean())
        z = (x - self.center_) / self.scale_
        gram = z.T @ z + form.ridge * len(target) * np.eye(z.shape[1])
        self.coefficients_ = np.linalg.solve(gram, z.T @ (target - self.level_))
        self.fitted_ = z @ self.coefficients_ + self.level_
        errors = target - self.fitted_
        self.recent_ = float(_smoothed(errors, form.rate)[-1])
        cut = int((1.0 - _HELD_OUT) * len(target))
        (held,) = _ridges(x, target, cut, (form.ridge,))
        self.stds_ = _stds(held, target, cut, self.lead_, form)
        self._keep_errors(_held_out_errors(held, target, cut, self.lead_ // 2, form))

    def _apply(self, series: Series) -> None:
        log = self._form.log
        if log and series.y.min() <= 0.0:
            raise BadValues(
                f"{self.name} was fitted to logarithms, which are taken of values over 0 only",
                "fit it with log set to false",
            )
        self._continue(series, log=log)
        y = self.series_.y
        target, told = np.log(y) if log else y, np.zeros(len(y))
        for effect in self._effects(0, history=True).values():
            told += effect
        self.level_ = float(np.mean(target - told))
        self.fitted_ = told + self.level_
        self.recent_ = float(_smoothed(target - self.fitted_, self._form.rate)[-1])

    def _effects(self, horizon: int, *, history: bool = False) -> dict[str, FloatArray]:
        """Return what each name adds at the steps ahead, (horizon,) each, or in the history, (t,)."""
        size, form = len(self.series_), self._form
        columns = self._columns(horizon, form.effect)
        line = _line(size + horizon, len(self._taught), form.trend)
        table = np.concatenate([*columns.values(), line], axis=1)
        x = ((table if history else table[size:]) - self.center_) / self.scale_
        parts, first = {}, 0
        names = {name: one.shape[1] for name, one in columns.items()}
        if form.trend:
            names["trend"] = 1
        for name, width in names.items():
            span = slice(first, first + width)
            parts[name] = x[:, span] @ self.coefficients_[span]
            first += width
        return parts

    def parts(self, horizon: int) -> Parts:
        """Return level and trend, and what calendar, seasons, regressors and errors of late add."""
        effects = self._effects(horizon)
        known = set(self.series_.exog) & set(self.series_.future)
        level = self.level_ + effects.pop("trend", np.zeros(horizon))
        found = [(part_of(n) if n in known else _of_place(n), e) for n, e in effects.items()]
        parts = added([(TREND, level), *found, (REST, self._fading(horizon))])
        return inverted(parts, self._back)

    @property
    def unjudged_columns(self) -> list[str]:
        """Regressors that came and went twice, but not in the last fifth, by whose errors it is judged.

        What changed once cannot be told from a level that wanders.
        """
        held = int((1.0 - _HELD_OUT) * len(self.series_))
        changes = {
            name: np.diff(self.series_.exog[name]) != 0.0
            for name in informative_columns(self.series_)
        }
        return [
            name
            for name, one in changes.items()
            if one.sum() >= _COME_AND_GONE and not one[held:].any()
        ]

    def unjudged(self, horizon: int) -> FloatArray:
        """Return what changes ahead of ``unjudged_columns`` add, (horizon,), such as the next Easter."""
        expected, ahead = self._ahead(horizon), self._effects(horizon)
        before = self._effects(0, history=True)
        changes = [ahead[name] - before[name][-1] for name in self.unjudged_columns]
        return self._back(expected) - self._back(expected - np.sum(changes, axis=0))

    def _fading(self, horizon: int) -> FloatArray:
        return np.asarray(self._form.kept ** np.arange(1, horizon + 1) * self.recent_)

    def _ahead(self, horizon: int) -> FloatArray:
        """Return the forecast before logarithms are taken back, (horizon,)."""
        require_ahead(self.series_, horizon)
        total = np.full(horizon, self.level_)
        for effect in self._effects(horizon).values():
            total += effect
        return np.asarray(total + self._fading(horizon))

    def _predict(self, horizon: int) -> FloatArray:
        ahead = self._ahead(horizon)
        return self._back(ahead)

    def _distribution(self, horizon: int) -> Distribution | None:
        ahead = self._ahead(horizon)[None]
        std = np.interp(np.arange(horizon), _steps(self.lead_), self.stds_)

        def at(level: float) -> Interval:
            half = normal_quantile(level) * std
            return Interval(self._back(ahead - half), self._back(ahead + half))

        return NeverNarrowing(Curve(at))

    def _back(self, x: FloatArray) -> FloatArray:
        x = self._outward(x)
        return safe_exp(x) if self._form.log else x

    def _fitted(self) -> FloatArray | None:
        return self._back(self.fitted_)

    def _resolved_params(self) -> dict[str, Any]:
        return super()._resolved_params() | {"log": self._form.log, "ridge": self._form.ridge}

    def _details(self) -> dict[str, Any]:
        return {
            "contributions": self.contributions(),
            "trend": self._form.trend,
            "sigma": self.error_std_,
        }

    def contributions(self) -> dict[str, float]:
        """Return how far each name moved the history, as a share of all moves, the largest first."""
        effects = self._effects(0, history=True)
        size = {name: float(np.std(effect)) for name, effect in effects.items()}
        total = sum(size.values()) or 1.0
        ordered = sorted(size, key=lambda name: -size[name])[:_MOST_TOLD]
        return {name: round(size[name] / total, 4) for name in ordered if size[name] > 0.0}


def _of_place(name: str) -> str:
    """Return the part of a place in calendar or season: seasonal_12, seasonal_day_of_year."""
    return f"{SEASONAL}_{name.removeprefix('place in ').replace(' ', '_')}"


def _by_column(series: Series, horizon: int, effect: _Effect) -> dict[str, dict[str, FloatArray]]:
    """Return the regressors with what comes of each by its effect, (t + horizon,) each."""
    found = {}
    for name in informative_columns(series):
        made, late = regressors(_with_only(series, name), horizon), delayed(name)
        wanted = {
            _Effect.BENT: made.keys() - late,
            _Effect.STRAIGHT: {name},
            _Effect.DELAYED: {name, *late},
        }[effect]
        found[name] = {one: values for one, values in made.items() if one in wanted}
    return found


def _with_only(series: Series, name: str) -> Series:
    return replace(series, exog={name: series.exog[name]}, future={name: series.future[name]})


def _joined(
    first: Mapping[str, FloatArray], second: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    return {name: np.concatenate([x, second[name]]) for name, x in first.items()}


def _line(rows: int, unit: int, trend: bool) -> FloatArray:
    """Return the column of a straight trend, (rows, 1), that rises by one in ``unit`` steps; none without."""
    return (np.arange(rows, dtype=np.float64) / unit)[:, None][:, : int(trend)]


def _scale(x: FloatArray) -> FloatArray:
    """Return the standard deviation of columns, 1 where one is constant."""
    deviation = x.std(axis=0)
    return np.where(deviation > _LEAST_DEVIATION, deviation, 1.0)


def _ridges(
    x: FloatArray, y: FloatArray, cut: int, penalties: Sequence[float]
) -> Iterator[FloatArray]:
    """Yield the fit, (t,), of each ridge that learned from the first ``cut`` rows.

    Columns are in units of all rows: a piece of a spline that hardly began before the cut says little behind it.
    """
    center, level = x[:cut].mean(axis=0), y[:cut].mean()
    z = (x - center) / _scale(x)
    values, vectors = np.linalg.eigh(z[:cut].T @ z[:cut])
    seen = vectors.T @ (z[:cut].T @ (y[:cut] - level))
    turned = z @ vectors
    for penalty in penalties:
        yield level + turned @ (seen / (np.maximum(values, 0.0) + penalty * cut))


def _smoothed(errors: FloatArray, rate: float) -> FloatArray:
    """Return the exponentially weighted mean of errors so far, from none on; shape (t,)."""
    return np.asarray(lfilter([rate], [1.0, rate - 1.0], errors))


def _steps(lead: int) -> IntArray:
    """Return the steps ahead, from 0, at which errors are looked at, (k,)."""
    return np.unique(np.geomspace(1, lead, _LOOKED_AT).astype(np.int64)) - 1


def _left(level: FloatArray, errors: FloatArray, cut: int, step: int, kept: float) -> FloatArray:
    """Return what is left of errors behind the cut so many steps after a level was known."""
    first = cut - 1
    return errors[first + step + 1 :] - kept ** (step + 1) * level[first : len(errors) - step - 1]


def _faded(
    fitted: FloatArray, target: FloatArray, cut: int, lead: int, log: bool
) -> _Specification:
    """Return the fading of errors that leaves least behind the cut; the error is in the unit of the values."""
    errors = target - fitted
    unit = safe_exp(target) if log else np.ones_like(target)
    best = _Specification(np.inf, _Effect.BENT, log, False, 0.0, 1.0, 0.0)
    for rate in _RATES:
        level = _smoothed(errors, rate)
        for kept in _KEPT:
            squares = [
                np.mean((unit[cut + step :] * _left(level, errors, cut, step, kept)) ** 2)
                for step in _steps(lead)
            ]
            error = float(np.sqrt(np.mean(squares)))
            if error < best.error:
                best = best._replace(error=error, rate=rate, kept=kept)
    return best


def _held_out_errors(
    fitted: FloatArray, target: FloatArray, cut: int, step: int, form: _Specification
) -> FloatArray:
    """Return the errors behind the cut at a step ahead, from 0, in the unit of the values, (t - cut - step,)."""
    errors = target - fitted
    left = _left(_smoothed(errors, form.rate), errors, cut, step, form.kept)
    return left * safe_exp(target[cut + step :]) if form.log else left


def _stds(
    fitted: FloatArray, target: FloatArray, cut: int, lead: int, form: _Specification
) -> FloatArray:
    """Return the standard deviation of what is left at each of ``_steps``, (k,)."""
    errors = target - fitted
    level = _smoothed(errors, form.rate)
    left = [_left(level, errors, cut, step, form.kept) for step in _steps(lead)]
    return np.sqrt([np.mean(one**2) for one in left])
