"""The theta method with its θ fitted to the series."""

from models.forecasters.smoothing import _dynamic_theta as dynamic
from models.forecasters.smoothing._dynamic_theta import DynamicFit, DynamicLine
from models.forecasters.smoothing._theta import ThetaFamilyParams, ThetaForecaster
from models.types import FloatArray


class OptimizedThetaParams(ThetaFamilyParams):
    """How the season is taken out; θ is fitted."""


class OptimizedTheta(ThetaForecaster[OptimizedThetaParams]):
    """The dynamic optimised theta model by statsforecast's compiled search, with its exact error variance.

    Its straight line is that through the values known so far, and moves with each new one.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method and their relationship to state space models, International Journal of Forecasting 32.
    """

    name = "optimized_theta"
    title = "Optimised theta"
    summary = "Theta with a fitted share of the trend; a quick and strong single model."
    reference = (
        "Fiorucci et al. (2016), Models for optimising the theta method, Int. J. Forecasting 32(4)"
    )
    state_version = 2

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """A compiled search of the last values, and a pass through all; their time grows with the square."""
        return 5e-4 + 5e-8 * min(observations, 1000) ** 2 + 5e-9 * observations**2

    def _learn_adjusted(self, y: FloatArray) -> FloatArray:
        return self._kept(y, dynamic.fit_dynamic(y))

    def _continue_adjusted(self, y: FloatArray) -> FloatArray:
        return self._kept(y, dynamic.dynamic_at(y, self.alpha_, self.theta_))

    def _kept(self, y: FloatArray, fit: DynamicFit) -> FloatArray:
        self.alpha_, self.theta_, self.sigma_ = fit.line.alpha, fit.line.theta, fit.deviation
        self._keep_line(fit.line)
        return y - fit.errors

    def _keep_line(self, line: DynamicLine[float]) -> None:
        self.level_, self.mean_, self.slope_ = line.level, line.mean, line.slope

    def _line(self) -> DynamicLine[float]:
        return DynamicLine(
            self.alpha_, self.theta_, self.level_, self.mean_, self.slope_, self.count_
        )

    def _ahead(self, horizon: int) -> FloatArray:
        return dynamic.forecasts(self._line(), horizon)

    def _move_on(self, y: FloatArray) -> FloatArray:
        line, ahead = dynamic.filtered(self._line(), y)
        self._keep_line(line)
        return ahead

    def _growth(self, horizon: int) -> FloatArray:
        return dynamic.growth(self._line(), horizon)
