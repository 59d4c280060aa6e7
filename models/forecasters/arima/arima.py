"""ARIMA of a given order."""

from typing import Annotated

from pydantic import Field

from models.data.series import Series
from models.forecasters.arima._model import SarimaxForecaster
from models.forecasters.arima._order import Order, Trend, default_trend
from models.params import Params
from models.types import FloatArray

OrderTerm = Annotated[int, Field(ge=0, le=30)]


class ARIMAParams(Params):
    """The order and the deterministic trend."""

    order: list[OrderTerm] = Field(
        [1, 1, 1],
        min_length=3,
        max_length=3,
        title="Order (p, d, q)",
        description="Autoregressive lags, differences, moving-average lags.",
    )
    trend: Trend | None = Field(
        None,
        title="Trend",
        description="Trend of the differenced series: constant, linear, or both; if omitted, a constant"
        " without differences and none with.",
    )


class ARIMA(SarimaxForecaster[ARIMAParams]):
    """ARIMA of a given order, with exogenous variables as a regression with ARIMA errors.

    Reference: Box, Jenkins, Reinsel and Ljung (2015), Time Series Analysis, 5th ed.
    """

    name = "arima"
    title = "ARIMA"
    summary = "Autoregression and moving average of the differenced series, with a given order."
    reference = "Box, Jenkins, Reinsel & Ljung (2015), Time Series Analysis: Forecasting and Control, 5th ed."

    def required_observations(self, season_length: int) -> int:
        """Enough for the differences and for each coefficient."""
        return self._order().points_needed

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Searches from up to six starts."""
        return 0.05 + 1e-4 * observations

    def _longest_lag(self, season_length: int) -> int:
        p, _, q = self.params.order
        return max(p, q)

    def _order(self) -> Order:
        p, d, q = self.params.order
        return Order(p, d, q, trend=self.params.trend or default_trend(d))

    def _time(self) -> Order | None:
        order = self._order()
        return order if order.has_time else None

    def _choose(self, series: Series, y: FloatArray, exog: FloatArray | None) -> Order:
        return self._order()
