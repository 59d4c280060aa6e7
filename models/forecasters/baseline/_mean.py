"""What the models that forecast a mean of past values share."""

from abc import abstractmethod
from typing import TypeVar

import numpy as np

from models.forecasters.panel import PanelForecaster
from models.params import Params
from models.stats.moving import trailing_mean
from models.types import FloatArray

P = TypeVar("P", bound=Params)


class MeanForecaster(PanelForecaster[P]):
    """Values that scatter around one level: a subclass says how many of the last observations count.

    The error variance is σ²(1 + 1/w) at every step: that of a value, and that of the mean of w values.
    """

    min_observations = 1
    parameter_free = True

    @abstractmethod
    def _window(self, observations: int) -> int:
        """Return how many of the last observations count."""

    def _fit_panel(self, y: FloatArray) -> None:
        window = self._window(y.shape[1])
        last = y[:, -window:]
        self.window_ = window
        self.level_ = last.mean(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            squares = np.sum((last - self.level_) ** 2, axis=1, keepdims=True)
            self.sigma_ = (
                np.sqrt(squares / (window - 1)) if window > 1 else np.full_like(squares, np.nan)
            )
        self.fitted_ = self._fitted_means(y, window)

    def _fitted_means(self, y: FloatArray, window: int) -> FloatArray:
        """Return the mean of up to ``window`` observations before each, NaN for the first."""
        fitted = np.full_like(y, np.nan)
        fitted[:, 1:] = trailing_mean(y, window, least=1)[:, :-1]
        return fitted

    def _predict_panel(self, horizon: int) -> FloatArray:
        return np.repeat(self.level_, horizon, axis=1)

    def _error_std_panel(self, horizon: int) -> FloatArray:
        return np.repeat(self.sigma_ * np.sqrt(1.0 + 1.0 / self.window_), horizon, axis=1)

    def _fitted_panel(self) -> FloatArray:
        return self.fitted_
