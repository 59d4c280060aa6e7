"""The naive forecast: tomorrow is like today."""

import numpy as np

from models.forecasters.panel import PanelForecaster
from models.params import Params
from models.stats.distributions import residual_std
from models.types import FloatArray


class NaiveParams(Params):
    """The naive forecast has no parameters."""


class Naive(PanelForecaster[NaiveParams]):
    """Repeat the last observation.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.2 and §5.5.
    """

    parameter_free = True
    name = "naive"
    title = "Naive"
    summary = "Repeats the last observation; the yardstick for everything else."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §5.2"
    )

    def _fit_panel(self, y: FloatArray) -> None:
        self.fitted_ = np.full_like(y, np.nan)
        self.fitted_[:, 1:] = y[:, :-1]
        self.last_ = y[:, -1:]
        self.sigma_ = residual_std(y - self.fitted_)

    def _predict_panel(self, horizon: int) -> FloatArray:
        return np.repeat(self.last_, horizon, axis=1)

    def _error_std_panel(self, horizon: int) -> FloatArray:
        return self.sigma_ * np.sqrt(np.arange(1, horizon + 1))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
