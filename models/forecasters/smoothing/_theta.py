"""What the theta models share: the season taken out before, and put back after.

Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the theta
method and their relationship to state space models, International Journal of Forecasting 32.
"""

from abc import abstractmethod
from typing import Literal, TypeVar

import numpy as np
from pydantic import Field

from models.data.parts import SEASONAL, TREND, Parts
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.params import SeasonalParams
from models.stats.autocorrelation import has_seasonal_autocorrelation
from models.stats.season_test import MIN_CYCLES, season_test
from models.stats.seasonal_index import classical_index, without_season
from models.types import FloatArray

_CLEAR = 0.05
"""A season that the method's own test does not see counts where noise shows one as clearly less often."""


class ThetaFamilyParams(SeasonalParams):
    """How the season is taken out."""

    decomposition: Literal["multiplicative", "additive"] = Field(
        "multiplicative",
        title="Season",
        description="How a significant season is removed; always additive if there are values of 0 or less.",
    )


P = TypeVar("P", bound=ThetaFamilyParams)


class ThetaForecaster(Forecaster[P]):
    """A theta model of the seasonally adjusted series: a subclass says what is made of that.

    It sets ``theta_`` and ``alpha_``, and ``sigma_``, the standard deviation of its one-step errors.
    """

    min_observations = 5
    theta_: float
    alpha_: float
    sigma_: float

    @abstractmethod
    def _learn_adjusted(self, y: FloatArray) -> FloatArray:
        """Learn from a series without season, (t,); return its one-step forecasts, NaN where there is none."""

    @abstractmethod
    def _continue_adjusted(self, y: FloatArray) -> FloatArray:
        """Take up the state of another series without season, (t,); return its one-step forecasts."""

    @abstractmethod
    def _move_on(self, y: FloatArray) -> FloatArray:
        """Move the state on by adjusted observations, (k,); return their one-step forecasts."""

    @abstractmethod
    def _ahead(self, horizon: int) -> FloatArray:
        """Return the forecasts without season, (horizon,)."""

    @abstractmethod
    def _growth(self, horizon: int) -> FloatArray:
        """Return the standard deviation of the error per step, (horizon,), that of the first step being 1."""

    def _fit(self, series: Series) -> None:
        y = self._adjust(series.y)
        self.count_ = len(y)
        self.fitted_ = self._with_season(self._learn_adjusted(y), 0)

    def _apply(self, series: Series) -> None:
        y = self._adjust(series.y)
        self.count_ = len(y)
        self.fitted_ = self._with_season(self._continue_adjusted(y), 0)

    def _adjust(self, y: FloatArray) -> FloatArray:
        """Return the series without its season, if it has one; keep that."""
        m = self.season_length_
        self.multiplicative_ = False
        if not _is_seasonal(y, m):
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
        return self._with_season(self._ahead(horizon), self.count_)

    def parts(self, horizon: int) -> Parts:
        """Return the theta lines, and what the season adds to them."""
        trend = self._ahead(horizon)
        seasonal = {SEASONAL: self._predict(horizon) - trend} if len(self.index_) > 1 else {}
        return {TREND: trend, **seasonal}

    def _update(self, y: FloatArray) -> None:
        adjusted = without_season(y, self._season(self.count_, len(y)), self.multiplicative_)
        fitted = self._with_season(self._move_on(adjusted), self.count_)
        self.fitted_ = np.concatenate([self.fitted_, fitted])
        self.count_ += len(y)

    def _error_std(self, horizon: int) -> FloatArray:
        std = self.sigma_ * self._growth(horizon)
        if self.multiplicative_:
            std = std * self._season(self.count_, horizon)
        return np.maximum.accumulate(std)

    def _fitted(self) -> FloatArray:
        return self.fitted_

    def _details(self) -> dict[str, float]:
        return {"theta": self.theta_, "alpha": self.alpha_}


def _is_seasonal(y: FloatArray, m: int) -> bool:
    """Whether to take a season out: by the method's own test, or by that in innovations.

    A trend hides a season from the former, as do few or short cycles.
    """
    if has_seasonal_autocorrelation(y, m):
        return True
    return 1 < m <= len(y) / MIN_CYCLES and season_test(y - y.mean(), m).p_value < _CLEAR
