"""The theta method with its θ fitted to the series."""

from models.forecasters.smoothing._theta import (
    DriftFit,
    ThetaFamilyParams,
    ThetaForecaster,
    fit_drift,
)
from models.types import FloatArray

_MOST = 1.0 - 1e-10  # θ of 1e10, as in the library


class OptimizedThetaParams(ThetaFamilyParams):
    """How the season is taken out; θ is fitted."""


class OptimizedTheta(ThetaForecaster[OptimizedThetaParams]):
    """The theta method with θ, smoothing and first level of the least squared error.

    θ is 1, which leaves the trend out, unless the fitted one has the lower BIC: a trend by chance costs
    more ahead than it gains behind.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method and their relationship to state space models, International Journal of Forecasting 32.
    """

    name = "optimized_theta"
    title = "Optimised theta"
    summary = "Theta whose share of the trend is fitted; a quick and strong single model."
    reference = (
        "Fiorucci et al. (2016), Models for optimising the theta method, Int. J. Forecasting 32(4)"
    )

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Two searches, of which one has a number more."""
        return 3.0 * super()._seconds(observations, season_length, horizon)

    def _smoothed(self, y: FloatArray) -> DriftFit:
        fitted, flat = fit_drift(y, 0.0, _MOST), fit_drift(y, 0.0, 0.0)
        count = len(y)
        return fitted if flat.squares > fitted.squares * count ** (1.0 / count) else flat
