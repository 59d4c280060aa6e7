"""The contract of forecasters whose arithmetic takes many series of equal length and season at once."""

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from functools import partial
from typing import TypeVar, final

from models.contract.context import Context
from models.data.outcomes import grouped
from models.data.panel import asked_once, stacked
from models.data.prediction import Distribution, Normal, Prediction
from models.data.series import Series
from models.errors import InvalidRequest, TidecastError
from models.forecasters.base import Forecaster
from models.params import Params, SeasonalParams
from models.types import FloatArray

P = TypeVar("P", bound=Params)


class PanelForecaster(Forecaster[P]):
    """A forecaster of matrices: a subclass writes the ``_panel`` methods, with one row per series.

    A single series is a panel of one row.
    """

    scope = "panel"
    gain = 20.0

    def group_key(self, series: Series) -> Hashable:
        """Group by length and season."""
        return len(series), self._season_of(series)

    def _groups(
        self, panel: Sequence[Series], errors: dict[int, TidecastError]
    ) -> Iterator[list[int]]:
        finds = isinstance(self.params, SeasonalParams) and self.params.season_length is None
        if type(self).group_key is PanelForecaster.group_key:
            keys = asked_once(panel, self.group_key, found=finds)
        else:  # which may look at the values
            keys = [self.group_key(one) for one in panel]
        yield from grouped(keys, lambda key: key).values()

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none."""
        return list(self._fitted_panel())

    @final
    def _learn(self, members: Sequence[Series], context: Context) -> None:
        self._check(members[0])
        self._fit_panel(stacked(members))

    def _require_one(self, members: int) -> None:
        """Refuse to continue another series with what was learned of several, each for itself."""
        if members > 1:
            raise InvalidRequest(
                f"{self.name} was fitted to {members} series, each with parameters of its own",
                "fit it to one series, then apply that to the others",
            )

    @abstractmethod
    def _fit_panel(self, y: FloatArray) -> None:
        """Learn from a panel of shape (n, t); ``self.season_length_`` is set."""

    def _predict_panel(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (n, horizon); needed unless ``_forecast`` is written."""
        raise NotImplementedError(f"{self.name} writes neither _predict_panel nor _forecast")

    def _error_std_panel(self, horizon: int) -> FloatArray | None:
        """Return the standard deviation of the forecast error per step, shape (n, horizon)."""
        return None

    def _distribution(self, horizon: int) -> Distribution | None:
        std = self._error_std_panel(horizon)
        return None if std is None else Normal(std)

    def _forecast(self, horizon: int) -> Prediction:
        own = partial(self._distribution, horizon)
        return Prediction(self._predict_panel(horizon), {self.interval_methods[0]: own})

    @abstractmethod
    def _fitted_panel(self) -> FloatArray:
        """Return one-step fitted values, shape (n, t), NaN where there is none."""
