"""What the models of intermittent demand share: values of 0 or more, a flat forecast of the mean demand."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from models.contract.seasons import confirmed_seasons
from models.data.prediction import Prediction
from models.data.series import Notice, Series
from models.errors import BadValues
from models.forecasters.base import ANOTHER, Forecaster
from models.params import Params
from models.stats.exponential_mean import fitted_alphas
from models.types import FloatArray

P = TypeVar("P", bound=Params)


class IntermittentForecaster(Forecaster[P]):
    """A model of demand that is often zero: a subclass finds the rate behind every observation.

    The errors of such series are far from normal, so intervals are left to rolling origins; like the demand, they
    end at zero.
    """

    @abstractmethod
    def _rates(self, y: FloatArray) -> FloatArray:
        """Return the expected demand per step behind every observation, (t,), NaN before the first demand."""

    def _fit(self, series: Series) -> None:
        self.learned_: dict[str, float] = {}
        self.left_out_ = max(confirmed_seasons(series, None), default=1)
        self._apply(series)

    def _apply(self, series: Series) -> None:
        negative = np.flatnonzero(series.y < 0.0)
        if negative.size:
            row = int(negative[0])
            raise BadValues(
                f"{self.name} takes demand of 0 or more, row {row} is {series.y[row]:g}",
                ANOTHER,
            )
        rates = self._rates(series.y) if series.y.any() else np.zeros(len(series))
        self.rate_ = float(rates[-1])
        self.fitted_ = np.concatenate([[np.nan], rates[:-1]])

    def notices(self) -> Sequence[Notice]:
        """Tell of a season, named or seen in the values, of which a flat forecast has nothing."""
        if self.left_out_ == 1:
            return ()
        text = f"{self.name} forecasts one level: the season of {self.left_out_} has no part in it"
        hint = "choose auto, or another model with seasons"
        return (Notice("season_left_out", text, hint),)

    def _learned_once(self, name: str, learn: Callable[[], float]) -> float:
        """Return a parameter that is learned from the first series, and stays for others."""
        if name not in self.learned_:
            self.learned_ |= {name: learn()}
        return self.learned_[name]

    def _forecast(self, horizon: int) -> Prediction:
        return Prediction(np.full((1, horizon), self.rate_), least=0.0)

    def _fitted(self) -> FloatArray:
        return self.fitted_


def best_alpha(values: FloatArray) -> float:
    """Return the smoothing factor that forecasts values, (k,), best, from 0.1 to 0.3."""
    return float(fitted_alphas(values[None, :], 0.1, 0.3)[0, 0]) if len(values) > 1 else 0.1


def behind_each(values: FloatArray, y: FloatArray) -> FloatArray:
    """Spread one value per demand over all observations: the latest known, NaN before the first, (t,)."""
    known = np.cumsum(y > 0.0)
    return np.asarray(np.concatenate([[np.nan], values])[known])


def gaps(y: FloatArray) -> FloatArray:
    """Return the steps from each demand, (k,), to the one before it, or to the beginning."""
    return np.diff(np.flatnonzero(y > 0.0) + 1.0, prepend=0.0)
