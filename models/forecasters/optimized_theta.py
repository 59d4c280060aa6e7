"""The theta method with its θ fitted to the series."""

from models.forecasters._theta import ThetaFamilyParams, ThetaForecaster


class OptimizedThetaParams(ThetaFamilyParams):
    """How the season is taken out; θ is fitted."""


class OptimizedTheta(ThetaForecaster[OptimizedThetaParams]):
    """The theta method with θ, smoothing and first level of the least squared error.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method and their relationship to state space models, International Journal of Forecasting 32.
    """

    name = "optimized_theta"
    title = "Optimised theta"
    summary = "Theta whose share of the trend is fitted; a quick and strong single model."
    reference = (
        "Fiorucci et al. (2016), Models for optimising the theta method, Int. J. Forecasting 32(4)"
    )

    @classmethod
    def cost_seconds(cls, observations: int, season_length: int, horizon: int) -> float:
        """Two numbers more than theta to find, four times its time."""
        return 4.0 * super().cost_seconds(observations, season_length, horizon)

    def _kind(self) -> str:
        return "OTM"
