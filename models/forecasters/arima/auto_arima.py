"""ARIMA whose order is searched for."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from models.data.series import Notice, Series
from models.forecasters.arima._fourier import LONGEST_SEASON, long_season_notice
from models.forecasters.arima._order_search import FIT_SECONDS, Search, search_fast, search_pmdarima
from models.forecasters.arima._searched import SearchedForecaster, SearchedParams
from models.types import FloatArray

_PMDARIMA_TIMES = 20.0
"""So many times the fast search takes pmdarima's, which knows no budget."""


class AutoARIMAParams(SearchedParams):
    """How the order is searched."""

    search: Literal["fast", "pmdarima"] = Field(
        "fast",
        title="Search",
        description="Stepwise by the exact likelihood, or pmdarima's (twenty times slower, without a budget).",
    )
    max_order: int = Field(
        8,
        ge=0,
        le=20,
        title="Largest order",
        description="Autoregressive and moving-average terms, seasonal ones included, at most.",
    )


class AutoARIMA(SearchedForecaster[AutoARIMAParams]):
    """Search the order stepwise by the corrected AIC, then fit it by the exact likelihood.

    Differences come from the OCSB test (seasonal) and the KPSS test. A season over 24 becomes Fourier
    terms, and a notice says so.

    Reference: Hyndman and Khandakar (2008), Automatic time series forecasting: the forecast package
    for R, Journal of Statistical Software 27(3).
    """

    name = "auto_arima"
    title = "Automatic ARIMA"
    summary = "ARIMA of the order with the least AICc, found stepwise within a budget."
    reference = "Hyndman & Khandakar (2008), Automatic time series forecasting, JSS 27(3)"
    min_observations = 3

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Measured: 0.1 s at n = 100, 0.5 at 500, 4.5 at 2,000 with m = 12; 0.02 s at n = 100 without season."""
        if season_length <= 1:
            fast = 0.02 + 1e-4 * observations
        elif season_length > LONGEST_SEASON:
            fast = 0.02 + 4e-4 * observations
        else:
            fast = 0.03 + 8e-5 * season_length * observations * (1 + observations / 1500)
        if self.params.search == "pmdarima":
            return _PMDARIMA_TIMES * fast
        return min(self.params.budget_s + FIT_SECONDS, fast)

    def _fourier(self, series: Series) -> tuple[int, ...]:
        return (self.season_length_,) if self.season_length_ > LONGEST_SEASON else ()

    def _search(self, y: FloatArray, exog: FloatArray | None) -> Search:
        season = self.season_length_ if self.season_length_ <= LONGEST_SEASON else 1
        if self.params.search == "pmdarima":
            return search_pmdarima(y, season, exog, self.params.max_order)
        return search_fast(y, season, exog, self.params.max_order, self.params.budget_s)

    def _details(self) -> dict[str, Any]:
        return super()._details() | {"candidates": self.search_.tried}

    def notices(self) -> Sequence[Notice]:
        """Tell of a season that became Fourier terms, and of a search that ran out of time."""
        notices = [*super().notices(), *long_season_notice(self.harmonics_)]
        if self.search_.out_of_time:
            notices.append(
                Notice(
                    "search_cut_short",
                    f"the search stopped after {self.params.budget_s:g} s with {self.search_.order}, "
                    f"the best of {self.search_.tried} orders",
                    "raise budget_s for a longer search",
                )
            )
        return tuple(notices)
