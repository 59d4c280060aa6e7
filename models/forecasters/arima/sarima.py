"""Seasonal ARIMA of a given order."""

from collections.abc import Sequence

from pydantic import Field

from models.data.series import Notice, Series
from models.forecasters.arima._fourier import LONGEST_SEASON, long_season_notice
from models.forecasters.arima._model import SarimaxForecaster
from models.forecasters.arima._order import Order, default_trend
from models.forecasters.arima.arima import ARIMAParams, OrderTerm
from models.params import SeasonalParams
from models.types import FloatArray


class SARIMAParams(ARIMAParams, SeasonalParams):
    """The order, the seasonal order and the deterministic trend."""

    seasonal_order: list[OrderTerm] = Field(
        [0, 1, 1],
        min_length=3,
        max_length=3,
        title="Seasonal order (P, D, Q)",
        description="Autoregressive lags, differences, moving-average lags, in steps of a season.",
    )


class SARIMA(SarimaxForecaster[SARIMAParams]):
    """Seasonal ARIMA of a given order, with exogenous variables as a regression with ARIMA errors.

    A season over 24 would take many cycles to learn from: Fourier terms stand in for it, and a notice says so.

    Reference: Box, Jenkins, Reinsel and Ljung (2015), Time Series Analysis, 5th ed., ch. 9.
    """

    name = "sarima"
    title = "Seasonal ARIMA"
    summary = "ARIMA with the same terms at seasonal lags; for seasons of up to 24 steps."
    reference = "Box, Jenkins, Reinsel & Ljung (2015), Time Series Analysis, 5th ed., ch. 9"

    def required_observations(self, season_length: int) -> int:
        """Enough for the differences and for each coefficient."""
        return self._order(season_length).points_needed

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Searches from up to six starts; the covariance is as wide as the season."""
        season = season_length if season_length <= LONGEST_SEASON else 1
        return float(0.15 + observations * (1e-4 + 4e-6 * season**1.5))

    def _longest_lag(self, season_length: int) -> int:
        order = self._order(season_length)
        return max(order.p + order.P * order.m, order.q + order.Q * order.m)

    def _order(self, season_length: int) -> Order:
        (p, d, q), (P, D, Q) = self.params.order, self.params.seasonal_order
        if season_length <= 1 or season_length > LONGEST_SEASON:
            return Order(p, d, q, trend=self.params.trend or default_trend(d))
        return Order(p, d, q, P, D, Q, season_length, self.params.trend or default_trend(d + D))

    def _fourier(self, series: Series) -> tuple[int, ...]:
        return (self.season_length_,) if self.season_length_ > LONGEST_SEASON else ()

    def _time(self) -> Order | None:
        order = self._order(self.season_length_)
        return order if order.has_time else None

    def _choose(self, series: Series, y: FloatArray, exog: FloatArray | None) -> Order:
        return self._order(self.season_length_)

    def notices(self) -> Sequence[Notice]:
        """Tell of a season that Fourier terms stand in for."""
        return (*super().notices(), *long_season_notice(self.harmonics_))
