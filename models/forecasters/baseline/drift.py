"""The drift method: the line from the first to the last observation goes on."""

import numpy as np

from models.forecasters.panel import PanelForecaster
from models.params import Params
from models.stats.distributions import residual_std
from models.types import FloatArray


class DriftParams(Params):
    """The drift method has no parameters."""


class Drift(PanelForecaster[DriftParams]):
    """Continue with the average change between neighbours.

    Reference: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.2 and §5.5.
    """

    parameter_free = True
    name = "drift"
    title = "Drift"
    summary = "Continues the line from the first to the last observation; a yardstick where there is a trend."
    reference = (
        "Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., §5.2"
    )
    min_observations = 2

    def _fit_panel(self, y: FloatArray) -> None:
        self.changes_ = y.shape[1] - 1
        self.slope_ = (y[:, -1:] - y[:, :1]) / self.changes_
        self.last_ = y[:, -1:]
        self.fitted_ = np.full_like(y, np.nan)
        self.fitted_[:, 1:] = y[:, :-1] + self.slope_
        self.sigma_ = residual_std(y - self.fitted_, parameters=1)

    def _predict_panel(self, horizon: int) -> FloatArray:
        return np.asarray(self.last_ + self.slope_ * np.arange(1, horizon + 1))

    def _error_std_panel(self, horizon: int) -> FloatArray:
        steps = np.arange(1, horizon + 1)
        return np.asarray(self.sigma_ * np.sqrt(steps * (1.0 + steps / self.changes_)))

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
