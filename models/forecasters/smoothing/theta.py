"""The standard theta method, winner of the M3 competition."""

from models.forecasters.smoothing._theta import (
    DriftFit,
    ThetaFamilyParams,
    ThetaForecaster,
    fit_drift,
)
from models.types import FloatArray


class ThetaParams(ThetaFamilyParams):
    """How the season is taken out; the theta line itself has θ = 2."""


class Theta(ThetaForecaster[ThetaParams]):
    """Mean of a straight line and a smoothed line with twice the curvature, season taken out before.

    Reference: Assimakopoulos and Nikolopoulos (2000), The theta model, International Journal of
    Forecasting 16; Fiorucci et al. (2016), Models for optimising the theta method, IJF 32.
    """

    name = "theta"
    title = "Theta"
    summary = "Half the trend plus a smoothed level; simple, quick and hard to beat on short business series."
    reference = "Assimakopoulos & Nikolopoulos (2000), The theta model, Int. J. Forecasting 16(4)"

    def _smoothed(self, y: FloatArray) -> DriftFit:
        return fit_drift(y, 0.5, 0.5)
