"""What models have in common whose order is searched for, within a budget that the fit shares."""

from abc import abstractmethod
from functools import cached_property
from time import monotonic
from typing import TypeVar

from pydantic import Field

from models.data.series import Series
from models.forecasters.arima._fit import SearchLimits
from models.forecasters.arima._model import SarimaxForecaster
from models.forecasters.arima._order import Order
from models.forecasters.arima._order_search import NEAREST_ROOT, Search, left_of
from models.params import SeasonalParams
from models.types import FloatArray


class SearchedParams(SeasonalParams):
    """How long the order is searched."""

    budget_s: float = Field(
        10.0,
        gt=0,
        le=3600,
        title="Budget",
        description="Seconds after which the search of the order stops with the best so far.",
    )


P = TypeVar("P", bound=SearchedParams)


class SearchedForecaster(SarimaxForecaster[P]):
    """An ARIMA whose order a search finds, which also tells where its fit begins."""

    @abstractmethod
    def _search(self, y: FloatArray, exog: FloatArray | None) -> Search:
        """Search the order for values in natural units with regressors (t, k)."""

    def _choose(self, series: Series, y: FloatArray, exog: FloatArray | None) -> Order:
        started = monotonic()
        self.search_ = self._search(y, exog)
        vars(self)["_left_s"] = left_of(self.params.budget_s, started)
        return self.search_.order

    def _start(self) -> FloatArray | None:
        return self.search_.start

    def _limits(self) -> SearchLimits:
        return SearchLimits(self._left_s, NEAREST_ROOT)

    @cached_property
    def _left_s(self) -> float:
        """What the search leaves of the budget."""
        return self.params.budget_s
