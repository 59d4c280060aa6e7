"""Linear autoregression: a ridge or least squares regression of the series on chosen lags of itself."""

from collections.abc import Hashable
from copy import copy
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from models.contract.seasons import seasons_for
from models.data.prediction import Curve, Distribution, NeverNarrowing, Prediction
from models.data.results import Interval
from models.data.series import Series
from models.errors import BadValues, SeriesTooShort
from models.forecasters.panel import PanelForecaster
from models.forecasters.regression._lag_fits import LagFit, RidgeSettings, fit_lags, impulse
from models.params import SeasonalParams
from models.stats.distributions import normal_quantile
from models.stats.lag_regression import lagged, recursive, usual_lags
from models.stats.scaling import safe_exp
from models.stats.stationarity import is_straight
from models.types import FloatArray, IntArray

_SPARE_ROWS = 3
"""Rows that a regression has at least."""
_FARTHEST = 10.0
"""A recursion that leaves the history by more of its ranges than this has run away, and is held there."""


class LinearARParams(SeasonalParams):
    """Which lags, of what, and how the coefficients are found."""

    lags: Annotated[list[Annotated[int, Field(ge=1, le=100_000)]], Field(min_length=1)] | None = (
        Field(
            None,
            max_length=500,
            title="Lags",
            description="How many steps back to look; the near past and the seasons with their neighbours,"
            " halves and multiples if omitted.",
            examples=[[1, 2, 12]],
        )
    )
    difference: Literal["none", "first", "seasonal"] = Field(
        "none",
        title="Differences",
        description="Whether to regress the values, or their differences from the step or the season"
        " before.",
    )
    log: bool | None = Field(
        None,
        title="Logarithms",
        description="Whether to take logarithms first; if omitted, if all values are over 0 and do not lie"
        " on a line.",
    )
    ridge: float = Field(
        3.0,
        ge=0,
        le=1e9,
        title="Ridge",
        description="How strongly the coefficients of standardised values are shrunk towards those of a"
        " naive forecast; 0 is least squares.",
    )
    half_life: float | None = Field(
        None,
        gt=0,
        le=1e9,
        title="Half-life",
        description="Steps after which the weight of a value halves; equal weights if omitted.",
    )
    mode: Literal["recursive", "direct"] = Field(
        "recursive",
        title="Later steps",
        description="recursive: later steps build on the forecasts before them; direct: each has a"
        " regression of its own.",
    )


class LinearAR(PanelForecaster[LinearARParams]):
    """Forecast with a linear function of the near past and of the seasons, found by one linear solve.

    The ridge pulls towards the better of the last value and the value a season ago, of differences
    towards none or that of a season ago. Logarithms are taken back without a correction, so that the
    forecast is the median. The interval of recursive forecasts is that of the autoregression with the
    final prediction error as its variance; direct ones have residuals at every step.
    Another series is continued with the same coefficients in units of its own deviation.

    Reference: Hoerl and Kennard (1970), Ridge regression, Technometrics 12; Marcellino, Stock and Watson
    (2006), A comparison of direct and iterated multistep AR methods, Journal of Econometrics 135.
    """

    name = "linear_ar"
    title = "Linear autoregression"
    summary = "Regression on the near past and the seasons; very fast, strong on long series with long seasons."
    reference = (
        "Marcellino, Stock & Watson (2006), A comparison of direct and iterated multistep AR methods,"
        " J. Econometrics 135"
    )
    takes_several_seasons = True
    source_: "LinearAR | None" = None
    """The model that learned what this one continues another series with; only where steps have regressions."""

    def required_observations(self, season_length: int) -> int:
        """Differences, the longest lag that was asked for, and a few rows."""
        return self._step(season_length) + max(self.params.lags or (1,)) + _SPARE_ROWS

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """One solve, and a little for every step."""
        return 2e-4 + 1e-6 * observations + 1e-5 * horizon

    def group_key(self, series: Series) -> Hashable:
        """Group by length, seasons and whether logarithms are taken."""
        return (
            len(series),
            seasons_for(series, self.params.season_length),
            self._takes_log(series.y),
            bool(series.y.min(initial=np.inf) > 0),
        )

    def _check(self, series: Series) -> None:
        super()._check(series)
        self.seasons_ = seasons_for(series, self.params.season_length)
        self.log_ = self._takes_log(series.y)
        self._require_positive(series.y)

    def _require_positive(self, y: FloatArray) -> None:
        if self.log_ and (y <= 0).any():
            row = int(np.argmax(y <= 0))
            raise BadValues(
                f"logarithms take values over 0 only, row {row} is {y[row]:g}",
                "leave log out, or set it to false",
            )

    def _takes_log(self, y: FloatArray) -> bool:
        if self.params.log is not None:
            return self.params.log
        return bool(y.min(initial=np.inf) > 0) and not (len(y) > 2 and is_straight(y))

    def _step(self, season_length: int) -> int:
        """Return over how many steps differences are taken."""
        return {"none": 0, "first": 1, "seasonal": season_length}[self.params.difference]

    def _season_info(self) -> tuple[int, ...]:
        return self.seasons_

    def _title(self) -> str:
        return f"AR({len(self.lags_)} lags)"

    def _resolved_params(self) -> dict[str, Any]:
        return super()._resolved_params() | {"lags": self.lags_.tolist(), "log": self.log_}

    def _fit_panel(self, y: FloatArray) -> None:
        self.step_, self.source_ = self._step(self.season_length_), None
        self._standardise(y)
        self.anchor_ = self._anchors()
        self.lags_ = self._lags(self.x_.shape[1] - self.step_)
        one = self._regressed(1, self.lags_)
        self.coefficients_, self.deviation_ = one.coefficients, one.deviation
        self._keep_fitted(one.fitted)

    def _standardise(self, y: FloatArray) -> None:
        """Keep the values, (n, t), and the mean and deviation of what is regressed."""
        self.x_ = np.log(y) if self.log_ else y
        changes = self._changes()
        self.center_ = changes.mean(axis=1, keepdims=True)
        self.unit_ = changes.std(axis=1, keepdims=True)
        self.unit_[~(self.unit_ > 0)] = 1.0

    def _keep_fitted(self, z: FloatArray) -> None:
        """Keep fitted values that are given as standardised changes, (n, t - step)."""
        self.fitted_ = np.full_like(self.x_, np.nan)
        self.fitted_[:, self.step_ :] = self._back(self._known_part() + self._unscaled(z))

    def _apply(self, series: Series) -> None:
        self._require_one(len(self.coefficients_))
        self._require_positive(series.y)
        longest = int(self.lags_[-1])
        if len(series) < self.step_ + longest + _SPARE_ROWS:
            raise SeriesTooShort(
                f"{self._title()} needs {self.step_ + longest + _SPARE_ROWS} observations",
                "send a longer series, or fit a model to it",
            )
        if self.params.mode == "direct":
            self.source_ = self.source_ or copy(self)
        self._standardise(series.y[None])
        z = self._z
        fitted = np.full_like(z, np.nan)
        rows = (self.coefficients_[:, None] @ lagged(z, self.lags_))[:, 0]
        fitted[:, longest:] = rows
        self.deviation_ = np.sqrt(np.mean((z[:, longest:] - rows) ** 2, axis=1))
        self._keep_fitted(fitted)

    def _changes(self) -> FloatArray:
        """Return what is regressed before it is standardised, (n, t - step)."""
        return _change(self.x_, self.step_) if self.step_ else self.x_

    def _known_part(self) -> FloatArray:
        """Return what the changes are added to, (n, t - step)."""
        return self.x_[:, : -self.step_] if self.step_ else np.zeros_like(self.x_)

    @property
    def _z(self) -> FloatArray:
        """The standardised changes, (n, t - step)."""
        return np.asarray((self._changes() - self.center_) / self.unit_)

    def _unscaled(self, z: FloatArray, cycles: int = 1) -> FloatArray:
        """Return the change over so many differences that a standardised one stands for."""
        return np.asarray(z * self.unit_ + cycles * self.center_)

    @property
    def _source(self) -> "LinearAR":
        return self.source_ or self

    def _back(self, x: FloatArray) -> FloatArray:
        return safe_exp(x) if self.log_ else x

    def _lags(self, size: int) -> IntArray:
        """Return the lags that were asked for, else those that suit the length and the seasons.

        A season of two cycles has a lag of its own: the ridge pulls to what was there the last time.
        """
        if self.params.lags is not None:
            return np.unique(self.params.lags)
        seen = [m for m in self.seasons_ if 2 * m <= size]
        return np.union1d(usual_lags(size, self.seasons_), np.array(seen, dtype=np.int64))

    def _anchors(self) -> IntArray:
        """Return the lag of each series whose naive forecast is best, (n,); 0 for no change of changes."""
        z = self._z
        least = 0 if self.step_ else 1
        candidates = [m for m in self.seasons_ if z.shape[1] >= 2 * m and m != self.step_]
        if not candidates:
            return np.full(len(z), least)
        # halfway through the shortest season, the last value is as old as it is on average
        usual = np.abs(z if self.step_ else _change(z, (min(candidates) + 1) // 2)).mean(axis=1)
        errors = [usual, *(np.abs(_change(z, m)).mean(axis=1) for m in candidates)]
        return np.asarray(np.array([least, *candidates])[np.argmin(errors, axis=0)])

    def _prior(self, lags: IntArray, ahead: int) -> FloatArray:
        """Return the coefficients of each series' naive forecast so many steps ahead, (n, lags)."""
        if self.step_ and ahead > 1:
            return np.zeros((len(self.x_), len(lags)))
        anchor = self.anchor_ * -(-ahead // np.maximum(self.anchor_, 1))
        return np.asarray(lags == anchor[:, None], dtype=np.float64)

    def _regressed(self, ahead: int, lags: IntArray) -> LagFit:
        """Regress what comes so many steps ahead on lags, counted from there."""
        z, target = self._z, self._z
        if ahead > 1 and self.step_:
            cycles = -(-ahead // self.step_)
            first = self.step_ * (cycles - 1)
            change = _change(self.x_, self.step_ + first)
            target = np.zeros_like(z)
            target[:, first:] = (change - cycles * self.center_) / self.unit_
        ridge = RidgeSettings(self.params.ridge, self.params.half_life or np.inf)
        return fit_lags(z, target, lags, self._prior(lags, ahead), ridge)

    def _forecast(self, horizon: int) -> Prediction:
        if self.params.mode == "direct":
            steps = zip(*map(self._direct_step, range(1, horizon + 1)), strict=True)
            ahead, each = (np.stack(values, axis=1) for values in steps)
            std_of = partial(np.maximum.accumulate, each, axis=1)
        else:
            ahead, std_of = self._recursive(horizon), partial(self._recursive_std, horizon)

        def own() -> Distribution:
            std = std_of()

            def at(level: float) -> Interval:
                half = normal_quantile(level) * std
                return Interval(self._back(ahead - half), self._back(ahead + half))

            return NeverNarrowing(Curve(at))

        return Prediction(self._back(ahead), {"parametric": own})

    def _recursive(self, horizon: int) -> FloatArray:
        """Return the forecast before logarithms are taken back, (n, horizon)."""
        z = self._z
        longest = int(self.lags_[-1])
        with np.errstate(over="ignore", invalid="ignore"):
            ahead = recursive(z[:, -longest:].T, self.lags_, self.coefficients_.T, horizon).T
        reach = _FARTHEST * np.ptp(z, axis=1, keepdims=True)
        low, high = z.min(axis=1, keepdims=True) - reach, z.max(axis=1, keepdims=True) + reach
        changes = self._unscaled(np.clip(np.nan_to_num(ahead, nan=0.0), low, high))
        return self._added_up(changes, self.x_[:, -self.step_ :])

    def _added_up(self, changes: FloatArray, before: FloatArray) -> FloatArray:
        """Return the sums of changes over the season or the step, (n, horizon)."""
        step = self.step_
        if not step:
            return changes
        total = np.concatenate([before, changes], axis=1)
        for at in range(step, total.shape[1]):
            total[:, at] += total[:, at - step]
        return total[:, step:]

    def _direct_step(self, ahead: int) -> tuple[FloatArray, FloatArray]:
        """Return forecast and deviation of one step; where nothing is so far apart, those of a drift."""
        lags = self._lags_for(ahead)
        cycles = -(-ahead // self.step_) if self.step_ else 1
        z, deviation = np.zeros(len(self.x_)), self.deviation_ * self.unit_[:, 0]
        if len(lags):
            fit = self._source._regressed(ahead, lags)
            values = self._z[:, self._z.shape[1] + ahead - 1 - lags]
            z = np.sum(fit.coefficients[:, :-1] * values, axis=1) + fit.coefficients[:, -1]
            deviation = fit.deviation * self.unit_[:, 0]
        mean = self._unscaled(z[:, None], cycles)[:, 0]
        if self.step_:
            mean = mean + self.x_[:, self.x_.shape[1] + ahead - 1 - self.step_ * cycles]
        return mean, deviation

    def _lags_for(self, ahead: int) -> IntArray:
        """Return lags counted from a later step: near ones from the end, those of a season in phase."""
        lags = set()
        for lag in self.lags_.tolist():
            season = max((m for m in self.seasons_ if lag >= m - 1), default=0)
            behind = max(ahead - lag, 0)
            lags.add(lag + season * -(-behind // season) if season > 1 else lag + ahead - 1)
        known = min(self.x_.shape[1], self._source.x_.shape[1])
        longest = known - self.step_ - _SPARE_ROWS
        return np.array(sorted(lag for lag in lags if lag <= longest), dtype=np.int64)

    def _recursive_std(self, horizon: int) -> FloatArray:
        """Return the standard deviation before logarithms are taken back, (n, horizon)."""
        psi = impulse(self.lags_, self.coefficients_, horizon)
        psi = self._added_up(psi, np.zeros((len(psi), self.step_)))
        sigma = self.deviation_[:, None] * self.unit_
        return np.asarray(sigma * np.sqrt(np.cumsum(psi**2, axis=1)))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_


def _change(z: FloatArray, lag: int) -> FloatArray:
    """Return the change over so many steps, (n, t - lag)."""
    return np.asarray(z[:, lag:] - z[:, :-lag])
