"""What the theta models share: the season taken out, exponential smoothing with a drift, intervals.

A theta model with the line a + bt is exponential smoothing with a drift of (1 − 1/θ)b a step, whose first
level takes up a (Hyndman and Billah 2003). Given alpha, its errors are linear in the first level and
in the drift: both are solved for, and only alpha is searched. statsforecast searches all of them from a
fixed start with absolute tolerances: it ends elsewhere for the same series in other units.

Reference: Hyndman and Billah (2003), Unmasking the Theta method, International Journal of Forecasting 19;
Fiorucci et al. (2016), Models for optimising the theta method, IJF 32.
"""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
from pydantic import Field

from models.data.series import Series
from models.forecasters.base import Forecaster
from models.forecasters.baseline.ewma import smooth
from models.params import SeasonalParams
from models.stats.autocorrelation import has_seasonal_autocorrelation
from models.stats.seasonal_index import classical_index, without_season
from models.types import FloatArray


class ThetaFamilyParams(SeasonalParams):
    """How the season is taken out."""

    decomposition: Literal["multiplicative", "additive"] = Field(
        "multiplicative",
        title="Season",
        description="How a season that passes the test is taken out; values of 0 or less are always additive.",
    )


P = TypeVar("P", bound=ThetaFamilyParams)

_ALPHA = (0.1, 0.99)  # as in the second reference
_GRID = 12
_FREE = 3  # alpha, first level, drift


@dataclass(frozen=True, slots=True, eq=False)
class DriftFit:
    """Exponential smoothing with a drift: what was learned, the last level and the one-step errors (t,)."""

    alpha: float
    share: float
    drift: float
    level: float
    errors: FloatArray

    @property
    def squares(self) -> float:
        """The sum of squared errors."""
        return float(self.errors @ self.errors)


def fit_drift(y: FloatArray, least: float, most: float) -> DriftFit:
    """Fit the values (t,) with a drift of ``least`` to ``most`` times the slope of their straight line."""
    from scipy.optimize import minimize_scalar

    mean = float(y.mean())

    def squares(alpha: float) -> float:
        return _solve(y - mean, alpha, least, most).squares

    grid = np.linspace(*_ALPHA, _GRID)
    best = int(np.argmin([squares(alpha) for alpha in grid]))
    around = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
    # a finer tolerance would follow the rounding of the squares, which other units change
    found = minimize_scalar(squares, bounds=around, method="bounded", options={"xatol": 1e-5})
    alpha = min(float(found.x), float(grid[best]), key=squares)
    fit = _solve(y - mean, alpha, least, most)
    return replace(fit, level=fit.level + mean)


def _solve(y: FloatArray, alpha: float, least: float, most: float) -> DriftFit:
    """Return the fit of least squared error that has this alpha."""
    levels = smooth(np.concatenate([np.zeros(1), y])[None, :], alpha)[0]
    errors = y - levels[:-1]
    begin = (1.0 - alpha) ** np.arange(len(y))  # what later errors see of the first level
    begin /= np.sqrt(begin @ begin)
    slope = _slope(y)
    line = np.full(len(y), slope / alpha)
    free = line - begin * (begin @ line)
    share = float(np.clip(errors @ free / (free @ free), least, most)) if slope else least
    errors -= share * line
    first = begin @ errors
    level = levels[-1] + (1.0 - alpha) * first * begin[-1]
    return DriftFit(alpha, share, share * slope, float(level), errors - first * begin)


def _slope(y: FloatArray) -> float:
    t = np.arange(len(y)) - (len(y) - 1) / 2.0
    return float(t @ y / (t @ t))


class ThetaForecaster(Forecaster[P]):
    """A theta model of the seasonally adjusted series: a subclass says how theta is found.

    The interval is that of exponential smoothing with drift, to which theta is equal (Hyndman and
    Billah 2003): the error variance is σ²(1 + (h − 1)α²), times the square of a seasonal factor.
    """

    min_observations = 5

    @abstractmethod
    def _smoothed(self, y: FloatArray) -> DriftFit:
        """Return the fit of a series without season, (t,)."""

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """A search of one number, some twenty passes of a filter."""
        return 9e-4 + 2.5e-6 * observations

    def _fit(self, series: Series) -> None:
        y = self._adjust(series.y)
        self._keep(y, self._smoothed(y))

    def _apply(self, series: Series) -> None:
        y = self._adjust(series.y)
        mean, share = float(y.mean()), 1.0 - 1.0 / self.theta_
        fit = _solve(y - mean, self.alpha_, share, share)
        self._keep(y, replace(fit, level=fit.level + mean))

    def _keep(self, y: FloatArray, fit: DriftFit) -> None:
        self.theta_ = 1.0 / (1.0 - fit.share)
        self.alpha_, self.drift_, self.level_ = fit.alpha, fit.drift, fit.level
        self.count_ = len(y)
        self.sigma_ = float(np.sqrt(fit.squares / max(len(y) - _FREE, 1)))
        self.fitted_ = self._with_season(y - fit.errors, 0)

    def _adjust(self, y: FloatArray) -> FloatArray:
        """Return the series without its season, if it has one; keep that."""
        m = self.season_length_
        self.multiplicative_ = False
        if not has_seasonal_autocorrelation(y, m):
            self.index_ = np.zeros(1)
            return y
        if self.params.decomposition == "multiplicative" and y.min() > 0.0:
            self.index_ = classical_index(y, m, multiplicative=True)
            self.multiplicative_ = bool(self.index_.min() > 0.01)
        if not self.multiplicative_:
            self.index_ = classical_index(y, m, multiplicative=False)
        return without_season(y, np.resize(self.index_, len(y)), self.multiplicative_)

    def _season(self, first: int, count: int) -> FloatArray:
        """Return the seasonal indices of ``count`` points from point ``first`` on."""
        return np.asarray(self.index_[np.arange(first, first + count) % len(self.index_)])

    def _with_season(self, values: FloatArray, first: int) -> FloatArray:
        season = self._season(first, len(values))
        return np.asarray(values * season if self.multiplicative_ else values + season)

    def _predict(self, horizon: int) -> FloatArray:
        steps = 1.0 / self.alpha_ + np.arange(horizon)
        return self._with_season(np.asarray(self.level_ + self.drift_ * steps), self.count_)

    def _update(self, y: FloatArray) -> None:
        adjusted = without_season(y, self._season(self.count_, len(y)), self.multiplicative_)
        levels = smooth(np.concatenate([[self.level_], adjusted])[None, :], self.alpha_)[0]
        fitted = self._with_season(levels[:-1] + self.drift_ / self.alpha_, self.count_)
        self.fitted_ = np.concatenate([self.fitted_, fitted])
        self.level_ = float(levels[-1])
        self.count_ += len(y)

    def _error_std(self, horizon: int) -> FloatArray:
        spread = self.sigma_ * np.sqrt(1.0 + np.arange(horizon) * self.alpha_**2)
        if self.multiplicative_:
            spread = spread * self._season(self.count_, horizon)
        return np.maximum.accumulate(spread)

    def _fitted(self) -> FloatArray:
        return self.fitted_

    def _details(self) -> dict[str, float]:
        return {"theta": self.theta_, "alpha": self.alpha_} if hasattr(self, "theta_") else {}
