"""The moving average: tomorrow is like the mean of the last few days, flat or with their drift."""

import numpy as np
from pydantic import Field

from models.forecasters.panel import PanelForecaster
from models.params import Params
from models.stats.distributions import residual_std
from models.stats.moving import trailing_mean
from models.types import FloatArray


class SMAParams(Params):
    """How many observations are averaged, and whether their drift goes on."""

    window: int = Field(
        3,
        ge=1,
        le=100_000,
        title="Window",
        description="How many of the last observations are averaged.",
    )
    drift: bool = Field(
        False,
        title="Drift",
        description="Continue with the average change of the moving average; flat otherwise.",
    )


class SMA(PanelForecaster[SMAParams]):
    """Forecast with the mean of the last ``window`` observations.

    The interval is that of the exponential smoothing whose average is as old, α = 2 / (window + 1): its
    error variance is σ²(1 + (h − 1)α²); a drift adds the uncertainty of its slope. With a window of 1
    these are the textbook intervals of the naive and of the drift method.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.5 and §8.7;
    Brown (1963), Smoothing, Forecasting and Prediction of Discrete Time Series, ch. 7.
    """

    parameter_free = True
    name = "sma"
    title = "Moving average"
    summary = (
        "Mean of the last few observations, flat or with drift; steady for noise around a level."
    )
    reference = (
        "Brown (1963), Smoothing, Forecasting and Prediction of Discrete Time Series, Prentice-Hall"
    )

    def required_observations(self, season_length: int) -> int:
        """One window, and one observation more to see a drift."""
        return self.params.window + self.params.drift

    def _fit_panel(self, y: FloatArray) -> None:
        window = self.params.window
        means = trailing_mean(y, window)[:, window - 1 :]
        self.changes_ = means.shape[1] - 1
        self.slope_ = np.zeros((len(y), 1))
        if self.params.drift:
            self.slope_ = (means[:, -1:] - means[:, :1]) / self.changes_
        levels = means + self.slope_ * (window - 1) / 2  # a mean is half a window old
        self.level_ = levels[:, -1:]
        self.fitted_ = np.full_like(y, np.nan)
        self.fitted_[:, window:] = levels[:, :-1] + self.slope_
        self.sigma_ = residual_std(y - self.fitted_, parameters=int(self.params.drift))

    def _predict_panel(self, horizon: int) -> FloatArray:
        return np.asarray(self.level_ + self.slope_ * np.arange(1, horizon + 1))

    def _error_std_panel(self, horizon: int) -> FloatArray:
        steps = np.arange(1, horizon + 1)
        alpha = 2.0 / (self.params.window + 1)
        variance = 1.0 + (steps - 1) * alpha**2
        if self.params.drift:
            variance = variance + (steps * alpha) ** 2 / self.changes_
        return np.asarray(self.sigma_ * np.sqrt(variance))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
