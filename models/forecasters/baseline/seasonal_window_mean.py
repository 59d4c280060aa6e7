"""The mean of the same season in the last few cycles."""

import numpy as np
from pydantic import Field

from models.forecasters.panel import PanelForecaster
from models.params import SeasonalParams
from models.stats.distributions import residual_std
from models.types import FloatArray


class SeasonalWindowMeanParams(SeasonalParams):
    """How many cycles are averaged."""

    cycles: int = Field(
        2, ge=1, le=10_000, title="Cycles", description="How many of the last cycles are averaged."
    )


class SeasonalWindowMean(PanelForecaster[SeasonalWindowMeanParams]):
    """Forecast each season with its mean in the last cycles.

    The interval is that of the seasonal naive method, for a mean that ages like exponential smoothing
    with α = 2 / (cycles + 1): the error variance is σ²(1 + kα²) after k further cycles.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.2 and §5.5.
    """

    parameter_free = True
    name = "seasonal_window_mean"
    title = "Seasonal window mean"
    summary = "Mean of the same season in the last few cycles; steadier than repeating one cycle."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §5.2"
    )

    def required_observations(self, season_length: int) -> int:
        """All cycles that are averaged."""
        return season_length * self.params.cycles

    def _fit_panel(self, y: FloatArray) -> None:
        season, cycles = self.season_length_, self.params.cycles
        first = season * cycles
        lagged = [y[:, first - season * k : y.shape[1] - season * k] for k in range(1, cycles + 1)]
        self.fitted_ = np.full_like(y, np.nan)
        self.fitted_[:, first:] = np.mean(lagged, axis=0)
        self.figure_ = y[:, -first:].reshape(len(y), cycles, season).mean(axis=1)
        self.sigma_ = residual_std(y - self.fitted_)

    def _predict_panel(self, horizon: int) -> FloatArray:
        return np.asarray(self.figure_[:, np.arange(horizon) % self.season_length_])

    def _error_std_panel(self, horizon: int) -> FloatArray:
        alpha = 2.0 / (self.params.cycles + 1)
        further = np.arange(horizon) // self.season_length_
        return np.asarray(self.sigma_ * np.sqrt(1.0 + further * alpha**2))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
