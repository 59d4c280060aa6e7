"""Models that keep what they learned where a state does not look, and one that is trained."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from models.contract.context import Context
from models.contract.model import Model
from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Points
from models.detectors.scores import deviation_scores
from models.forecasters.base import Forecaster
from models.params import Params
from models.types import FloatArray


class NoParams(Params):
    """None."""


class Stray(Forecaster[NoParams]):
    """Keeps what it learned under a name that is not that of something learned."""

    name = "stray"
    title = summary = reference = "a stand-in"

    def _fit(self, series: Series) -> None:
        self.level_ = float(series.y[-1])
        self._last = series.y[-1]

    def _predict(self, horizon: int) -> FloatArray:
        return np.full(horizon, self._last)


class Unkeepable(Stray):
    """Keeps what is neither a number nor an array."""

    name = "unkeepable"

    def _fit(self, series: Series) -> None:
        self.level_ = object()

    @cached_property
    def _last(self) -> float:
        return 1.0


class OnClass(Forecaster[NoParams]):
    """Keeps what it learned on its class, where the next process has nothing."""

    name = "on_class"
    title = summary = reference = "a stand-in"
    last: ClassVar[float] = 0.0

    def _fit(self, series: Series) -> None:
        type(self).last = float(series.y[-1])

    def _predict(self, horizon: int) -> FloatArray:
        return np.full(horizon, self.last)


class InCache(Forecaster[NoParams]):
    """Moves what it learned on in a cache, which is not made again as it was."""

    name = "in_cache"
    title = summary = reference = "a stand-in"

    def _fit(self, series: Series) -> None:
        self._moved.append(float(series.y[-1]))

    @cached_property
    def _moved(self) -> list[float]:
        return [0.0]

    def _predict(self, horizon: int) -> FloatArray:
        return np.full(horizon, self._moved[-1])


class Honest(Forecaster[NoParams]):
    """Keeps what it learned where it belongs."""

    name = "honest"
    title = summary = reference = "a stand-in"

    def _fit(self, series: Series) -> None:
        self.last_ = series.y[-1]

    def _predict(self, horizon: int) -> FloatArray:
        return np.full(horizon, self.last_)


class Trained(Detector[NoParams]):
    """Learns level and spread of a history, and judges many streams at once."""

    name = "trained"
    title = summary = reference = "a stand-in"
    is_causal = True
    fit_is_empty = False
    observes_many = True

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        values = np.concatenate([one.y for one in history])
        self.level_, self.spread_ = values.mean(), values.std()

    def _begin(self, streams: Sequence[Series]) -> None:
        self.shift_ = np.zeros(len(streams))

    def _observe(self, points: Points) -> Scores:
        expected = np.empty_like(points.y)
        for step, now in enumerate(points.y.T):
            expected[:, step] = self.level_ + self.shift_
            self.shift_ = 0.9 * self.shift_ + 0.1 * (now - self.level_)
        return deviation_scores(points.y, expected, self.spread_)


STAND_INS: dict[str, type[Model[Any]]] = {
    one.name: one for one in (Stray, Unkeepable, OnClass, InCache, Honest, Trained)
}
