"""The contract of every detector: final ``score`` and ``observe``, a model writes ``_score`` and ``_observe``."""

from abc import abstractmethod
from typing import ClassVar, Self, TypeVar, final

import numpy as np

from models.base import Model
from models.forecasters.base import normal_quantile
from models.params import Params
from models.results import Scores
from models.series import Series
from models.types import FloatArray

P = TypeVar("P", bound=Params)


class Detector(Model[P]):
    """A judge of the points of one series.

    A subclass writes ``_score``, which may look at the whole series, and, if ``is_causal``,
    ``_begin`` and ``_observe``, which see one block after another: the scores must not depend on how
    the points are cut into blocks. A live point, a replayed history and a kept model all go through
    ``observe``.
    """

    is_causal: ClassVar[bool] = False

    @final
    def score(self, series: Series) -> Scores:
        """Score every point, given the whole series; raises ``SeriesTooShort`` or ``FitFailed``."""
        self._prepare(series)
        return self._score(series)

    @final
    def begin(self, series: Series) -> Self:
        """Get ready to observe points like those of a series, of which only its seasons and grid are used."""
        self.season_length_ = self._season_of(series)
        self._begin(series)
        return self

    @final
    def observe(self, y: FloatArray) -> Scores:
        """Score the next points, shape (k,), each from itself and what came before it."""
        return self._observe(y)

    def edge(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the raw score at which a point stops being normal, at a level in percent.

        By default raw scores count usual deviations, and the edge is that of a normal distribution.
        """
        return normal_quantile(level)

    @classmethod
    def capabilities(cls) -> dict[str, bool]:
        """Return what the catalog tells of the detector's abilities."""
        return {**super().capabilities(), "causal": cls.is_causal}

    @classmethod
    def cost_seconds(cls, observations: int, season_length: int) -> float:
        """Estimate the time to judge one series, in seconds of one core."""
        return 1e-4 + 2e-7 * observations

    @abstractmethod
    def _score(self, series: Series) -> Scores:
        """Score every point; ``series.y`` is finite and long enough, ``self.season_length_`` is set."""

    def _begin(self, series: Series) -> None:
        """Set up the state that ``_observe`` carries from block to block."""

    def _observe(self, y: FloatArray) -> Scores:
        """Score the next points and move the state on."""
        raise TypeError(f"{self.name} is not causal")


def deviation_scores(y: FloatArray, expected: FloatArray, scale: FloatArray) -> Scores:
    """Return how many usual deviations each point lies off its expected value; all of shape (t,).

    A deviation too small to tell from rounding is none; where the usual deviation is zero, any other
    is beyond all measure and scores ``FAR``. NaN expected or scale: not judged.
    """
    expected, scale = np.broadcast_to(expected, y.shape), np.broadcast_to(scale, y.shape)
    rounding = 1e-9 * np.maximum(np.abs(y), np.abs(expected))
    deviation = np.abs(y - expected)
    deviation = np.where(deviation <= rounding, 0.0, deviation)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(scale > rounding, deviation / scale, np.where(deviation > 0.0, FAR, 0.0))
    raw = np.where(np.isfinite(expected) & np.isfinite(scale), np.minimum(raw, FAR), np.nan)
    return Scores(raw, np.array(expected), np.array(scale))


FAR = 1e6
"""The raw score of what cannot be: a change in a series that never changed."""
