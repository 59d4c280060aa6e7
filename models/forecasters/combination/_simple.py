"""Series that leave nothing to combine: very few values, all but constant ones, and mostly zeros."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from models.forecasters.combination._widths import ConformalWidths, level_grid
from models.stats.distributions import student_quantiles, weighted_quantiles
from models.types import FloatArray

_FORGETTING = 0.9
"""What a value counts against the next younger one, in the slow mean of a series of mostly zeros."""
_LEAST_HALF_LIFE = 12
"""Half-life, in values, of what the history's quantiles are made of: a third of it, but no less."""


class HalfWidths(Protocol):
    """What tells how far the bounds are from the forecast."""

    def sides(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the distances of the lower and upper bound, (horizon,), at a level in percent."""


@dataclass(frozen=True, slots=True)
class _Unknown:
    """No bounds."""

    horizon: int

    def sides(self, level: float) -> tuple[FloatArray, FloatArray]:
        unknown = np.full(self.horizon, np.nan)
        return unknown, unknown


def median_of_few(y: FloatArray, horizon: int) -> tuple[FloatArray, HalfWidths]:
    """Return the median of a few values, in the bounds of a random walk with their steps; (horizon,).

    One value has no steps, hence no bounds: NaN.
    """
    if len(y) == 1:
        return np.full(horizon, y[0]), _Unknown(horizon)
    step = float(np.abs(np.diff(y)).mean())
    drift = step * np.sqrt(np.arange(1, horizon + 1))
    quantiles = student_quantiles(level_grid(), len(y) - 1)
    widths = ConformalWidths(drift, np.ones(horizon), quantiles, skewed=False, farthest=np.inf)
    return np.full(horizon, np.median(y)), widths


@dataclass(frozen=True, slots=True, eq=False)
class _Quantiles:
    """Bounds at quantiles of the history (t,), of which older values count less."""

    y: FloatArray
    mean: float
    horizon: int

    def sides(self, level: float) -> tuple[FloatArray, FloatArray]:
        age = np.arange(len(self.y))[::-1]
        weight = 0.5 ** (age / max(len(self.y) / 3, _LEAST_HALF_LIFE))
        tails = np.array([0.5 - level / 200, 0.5 + level / 200])
        low, high = weighted_quantiles(self.y, np.maximum(weight, 1e-12), tails)
        return (
            np.full(self.horizon, max(self.mean - low, 0.0)),
            np.full(self.horizon, max(high - self.mean, 0.0)),
        )


def intermittent(y: FloatArray, horizon: int) -> tuple[FloatArray, HalfWidths]:
    """Return a slowly forgetting mean, in the bounds of the history's own quantiles; (horizon,)."""
    mean = float(slow_means(y)[-1])
    return np.full(horizon, mean), _Quantiles(y, mean, horizon)


def slow_means(y: FloatArray) -> FloatArray:
    """Return the slowly forgetting mean after each value, (t,)."""
    from scipy.signal import lfilter

    total = lfilter([1.0], [1.0, -_FORGETTING], np.stack([y, np.ones(len(y))]), axis=1)
    return np.asarray(total[0] / total[1])
