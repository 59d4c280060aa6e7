"""The standard theta method, winner of the M3 competition."""

import numpy as np

from models.forecasters.smoothing._drift import DriftFit, drift_at, fit_drift
from models.forecasters.smoothing._theta import ThetaFamilyParams, ThetaForecaster
from models.stats.exponential_mean import exponential_mean
from models.types import FloatArray

_THETA = 2.0
_FREE = 3
"""Alpha, first level, drift."""


class ThetaParams(ThetaFamilyParams):
    """How the season is taken out; the theta line itself has θ = 2."""


class Theta(ThetaForecaster[ThetaParams]):
    """Mean of a straight line and a smoothed line with twice the curvature, season taken out before.

    The interval is that of exponential smoothing with drift, to which theta is equal (Hyndman and
    Billah 2003): the error variance is σ²(1 + (h − 1)α²), times the square of a seasonal factor.

    Reference: Assimakopoulos and Nikolopoulos (2000), The theta model, International Journal of
    Forecasting 16; Fiorucci et al. (2016), Models for optimising the theta method, IJF 32.
    """

    name = "theta"
    title = "Theta"
    summary = "Half the trend plus a smoothed level; simple, quick and hard to beat on short business series."
    reference = "Assimakopoulos & Nikolopoulos (2000), The theta model, Int. J. Forecasting 16(4)"

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """A search of one number, some twenty passes of a filter."""
        return 9e-4 + 2.5e-6 * observations

    def _learn_adjusted(self, y: FloatArray) -> FloatArray:
        return self._kept(y, fit_drift(y, 1.0 - 1.0 / _THETA))

    def _continue_adjusted(self, y: FloatArray) -> FloatArray:
        return self._kept(y, drift_at(y, self.alpha_, 1.0 - 1.0 / _THETA))

    def _kept(self, y: FloatArray, fit: DriftFit) -> FloatArray:
        self.theta_ = _THETA
        self.alpha_, self.drift_, self.level_ = fit.alpha, fit.drift, fit.level
        self.sigma_ = float(np.sqrt(fit.squares / max(len(y) - _FREE, 1)))
        return y - fit.errors

    def _ahead(self, horizon: int) -> FloatArray:
        steps = 1.0 / self.alpha_ + np.arange(horizon)
        return np.asarray(self.level_ + self.drift_ * steps)

    def _move_on(self, y: FloatArray) -> FloatArray:
        levels = exponential_mean(np.concatenate([[self.level_], y]), self.alpha_)
        self.level_ = float(levels[-1])
        return np.asarray(levels[:-1] + self.drift_ / self.alpha_)

    def _growth(self, horizon: int) -> FloatArray:
        return np.asarray(np.sqrt(1.0 + np.arange(horizon) * self.alpha_**2))
