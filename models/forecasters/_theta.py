"""What the theta models share: the season taken out, statsforecast's compiled fit, intervals."""

from abc import abstractmethod
from typing import Literal, TypeVar

import numpy as np
from pydantic import Field

from models.forecasters._season import is_seasonal, seasonal_figure, without_season
from models.forecasters._units import usual_unit
from models.forecasters.base import Forecaster
from models.forecasters.ewma import smooth
from models.params import SeasonalParams
from models.series import Series
from models.types import FloatArray


class ThetaFamilyParams(SeasonalParams):
    """How the season is taken out."""

    decomposition: Literal["multiplicative", "additive"] = Field(
        "multiplicative",
        title="Season",
        description="How a season that passes the test is taken out; values of 0 or less are always additive.",
    )


P = TypeVar("P", bound=ThetaFamilyParams)

_WARM_UP = 3  # the library's first residuals are start-up values


class ThetaForecaster(Forecaster[P]):
    """A theta model of the seasonally adjusted series: a subclass names the library's kind of it.

    The interval is that of exponential smoothing with drift, to which theta is equal (Hyndman and
    Billah 2003): the error variance is σ²(1 + (h − 1)α²), times the square of a seasonal factor.
    """

    family = "theta"
    min_observations = 5

    @abstractmethod
    def _kind(self) -> str:
        """Return the library's name of the kind: ``STM`` or ``OTM``."""

    @classmethod
    def cost_seconds(cls, observations: int, season_length: int, horizon: int) -> float:
        """A compiled search of three numbers."""
        return (6e-4 + 1e-5 * observations) * (1 + observations / 1500)

    def _fit(self, series: Series) -> None:
        from statsforecast.theta import thetamodel

        unit = usual_unit(series.y)
        y = series.y / unit
        adjusted = self._adjust(y)
        nan = float("nan")
        fit = thetamodel(adjusted, self.season_length_, self._kind(), nan, nan, nan, nmse=3)
        self.theta_ = float(fit["par"]["theta"])
        self.alpha_ = float(fit["par"]["alpha"])
        level, _, intercept, slope, _ = fit["states"][-1]
        self.level_, self.line_ = (
            float(level) * unit,
            [float(intercept) * unit, float(slope) * unit],
        )
        self.count_ = len(y)
        errors = np.asarray(fit["residuals"]) * unit
        freedom = max(len(y) - _WARM_UP - 3, 1)
        self.sigma_ = float(np.sqrt(np.sum(errors[_WARM_UP:] ** 2) / freedom))
        if not self.multiplicative_:
            self.figure_ *= unit
        self.fitted_ = self._with_season(adjusted * unit - errors, 0)

    def _adjust(self, y: FloatArray) -> FloatArray:
        """Return the series without its season, if it has one; keep that."""
        m = self.season_length_
        self.multiplicative_ = False
        if not is_seasonal(y, m):
            self.figure_ = np.zeros(1)
            return y
        if self.params.decomposition == "multiplicative" and y.min() > 0.0:
            self.figure_ = seasonal_figure(y, m, multiplicative=True)
            self.multiplicative_ = bool(self.figure_.min() > 0.01)
        if not self.multiplicative_:
            self.figure_ = seasonal_figure(y, m, multiplicative=False)
        return without_season(y, np.resize(self.figure_, len(y)), self.multiplicative_)

    def _season(self, first: int, count: int) -> FloatArray:
        """Return the seasonal figures of ``count`` points from point ``first`` on."""
        return np.asarray(self.figure_[np.arange(first, first + count) % len(self.figure_)])

    def _with_season(self, values: FloatArray, first: int) -> FloatArray:
        season = self._season(first, len(values))
        return np.asarray(values * season if self.multiplicative_ else values + season)

    def _predict(self, horizon: int) -> FloatArray:
        drift = self._drift(horizon)
        # the smoothed level takes in its own forecast, drift and all
        level = self.level_ + self.alpha_ * np.concatenate([np.zeros(1), np.cumsum(drift)[:-1]])
        return self._with_season(level + drift, self.count_)

    def _drift(self, steps: int) -> FloatArray:
        """Return what the straight line adds to the smoothed level at each of the next steps, (steps,)."""
        ahead = np.arange(self.count_, self.count_ + steps)
        fade = 1.0 - self.alpha_
        intercept, slope = self.line_
        line = intercept * fade**ahead + slope * (1.0 - fade ** (ahead + 1)) / self.alpha_
        return np.asarray((1.0 - 1.0 / self.theta_) * line)

    def _update(self, y: FloatArray) -> None:
        adjusted = without_season(y, self._season(self.count_, len(y)), self.multiplicative_)
        drift = self._drift(len(y))
        levels = smooth(np.concatenate([[self.level_], adjusted])[None, :], self.alpha_)[0]
        fitted = self._with_season(levels[:-1] + drift, self.count_)
        self.fitted_ = np.concatenate([self.fitted_, fitted])
        self.level_ = float(levels[-1])
        self.count_ += len(y)

    def _spread(self, horizon: int) -> FloatArray:
        spread = self.sigma_ * np.sqrt(1.0 + np.arange(horizon) * self.alpha_**2)
        if self.multiplicative_:
            spread = spread * self._season(self.count_, horizon)
        return np.maximum.accumulate(spread)

    def _fitted(self) -> FloatArray:
        return self.fitted_

    def _details(self) -> dict[str, float]:
        return {"theta": self.theta_, "alpha": self.alpha_} if hasattr(self, "theta_") else {}
