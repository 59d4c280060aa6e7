"""How wide the forecasts of boosted trees are: by held-out errors, or by trees grown for quantiles."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.data.results import Interval
from models.forecasters.regression._trees import Trees
from models.types import FloatArray

_TAILS = (0.005, 0.025, 0.1, 0.25)
"""The lower quantiles that trees are grown for; the upper ones mirror them."""
LEVELS: FloatArray = np.array([0.0, *(100.0 * (1.0 - 2.0 * tail) for tail in _TAILS[::-1])])
"""Levels of the intervals between a lower quantile and its mirror, ascending from that of the mean alone."""


@kept
@dataclass(frozen=True, slots=True, eq=False)
class QuantileTrees:
    """Trees for pairs of quantiles, the narrowest pair first, and what is added to each side of a pair.

    Reference: Romano, Patterson and Candès (2019), Conformalized quantile regression, NeurIPS 32.
    """

    lower: list[Trees]
    upper: list[Trees]
    added: FloatArray

    @classmethod
    def grown(
        cls,
        grow: Callable[[FloatArray, FloatArray, float], Trees],
        learned: tuple[FloatArray, FloatArray],
        held_out: tuple[FloatArray, FloatArray],
    ) -> "QuantileTrees":
        """Grow trees on features, (n, k), and targets, (n,), and move each pair by what was held out."""
        lower = [grow(*learned, tail) for tail in _TAILS[::-1]]
        upper = [grow(*learned, 1.0 - tail) for tail in _TAILS[::-1]]
        x, y = held_out
        added = [
            _needed(np.maximum(one.predict(x) - y, y - other.predict(x)), 1.0 - 2.0 * tail)
            for one, other, tail in zip(lower, upper, _TAILS[::-1], strict=True)
        ]
        return cls(lower, upper, np.array(added))

    def edges(self, x: FloatArray, middle: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return lower and upper edges around the middle, (levels, n): at every level of ``LEVELS``."""
        added = self.added[:, None]
        lower = np.stack([one.predict(x) for one in self.lower]) - added
        upper = np.stack([one.predict(x) for one in self.upper]) + added
        low, high = np.vstack([middle, lower]), np.vstack([middle, upper])
        return np.minimum.accumulate(low, axis=0), np.maximum.accumulate(high, axis=0)


def between(edges: tuple[FloatArray, FloatArray], level: float) -> Interval:
    """Return the interval at a level, edges at those of ``LEVELS`` being given, (levels, horizon); (horizon,).

    Between two of them it lies on a straight line; beyond the last one nothing is known but that.
    """
    place = float(np.interp(level, LEVELS, np.arange(len(LEVELS))))
    below = min(int(place), len(LEVELS) - 2)
    share = place - below
    lower, upper = ((1.0 - share) * one[below] + share * one[below + 1] for one in edges)
    return Interval(lower, upper)


def _needed(misses: FloatArray, share: float) -> float:
    """Return what a pair lacks for such a share of the values, and a next one, to be inside."""
    rank = min(int(np.ceil((len(misses) + 1) * share)), len(misses))
    return float(np.sort(misses)[rank - 1])
