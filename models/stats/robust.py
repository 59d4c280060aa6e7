"""How far values usually lie from what was expected, whatever a few of them do."""

from dataclasses import dataclass
from functools import cache

import bottleneck as bn
import numpy as np
from scipy.special import stdtrit

from models.types import FloatArray

NORMAL_MAD = 1.482602218505602
"""Standard deviation of a normal distribution in units of its median absolute deviation."""
NORMAL_MEAN_DEVIATION = 1.2533141373155003
"""The same in units of its mean absolute deviation."""
MAD_DF = 0.4
"""Degrees of freedom per value behind a median absolute deviation, in units of those behind a
standard deviation: its efficiency at the normal distribution is 37 %, and for samples of 5 to 200
simulated tails agree with Student's t on 0.37 to 0.45 degrees per value."""

KEPT, KEPT_VARIANCE = 0.9, 0.6230
"""The variance of a standard normal distribution without the largest tenth of its deviations."""
MEDIAN_NOISE = 1.166
"""Standard deviation of the logarithm of a median absolute deviation, times the root of the count."""
_SURE = 2.5
"""Standard deviations from which on a spread is taken to grow with the level."""
_LEAST_THIRD = 12
_LEAST_OTHERS, _COMMON, _MOST_RARE = 10, 0.05, 1 / 3
"""So many, and such a share, of values off the usual one are usual too: sales on some days. So are as large a
share of few, but for a single one."""
_LEAST_ON_GRID, _OFF_GRID = 8, 1e-3
"""So many values beside the usual one show the resolution, of rare ones so many runs, as one incident is one;
how far off its grid one may lie, in steps."""
_SAME_STEP = 1e-9
"""Steps that differ by less than this share of the values are the same."""
_LEAST_FOR_TAILS = 50
"""With fewer deviations, nothing is said of their tails."""
_TAIL_NOISE = 1.2
"""Standard deviation of the logarithm of the ratio below for normal values, times the root of the count."""
_HEAVIEST = 2.0
"""Least degrees of freedom that tails are said to have."""


def robust_scale(deviations: FloatArray) -> float:
    """Return the standard deviation of most of the deviations, shape (n,) with n ≥ 1.

    It is their median absolute size. With more than half of them zero, it is the lower median of the others,
    if these are too many to be rare; else zero. So none of them hides another.
    """
    size = np.abs(deviations)
    middle = float(bn.median(size))
    if middle == 0.0:
        others = size[size > 0.0]
        least = min(_LEAST_OTHERS, _MOST_RARE * len(size))
        if len(others) < max(least, _COMMON * len(size)) or len(others) == 1:
            return 0.0
        middle = float(np.partition(others, (len(others) - 1) // 2)[(len(others) - 1) // 2])
    return NORMAL_MAD * middle


def resolved_scale(deviations: FloatArray, y: FloatArray) -> float:
    """Return the robust scale of deviations, shape (n,), no less than the least scale of values ``y``."""
    return max(robust_scale(deviations), least_scale(y))


def least_scale(y: FloatArray) -> float:
    """Return the standard deviation that the resolution of values, (n,) in order, alone leaves; 0 if none shows.

    The resolution is the smallest distance of two values, if the others lie on its grid: that of a sensor in
    half degrees, of a counter in whole numbers. Half of it is what rounding hides, and one step is within a band.
    """
    rounding = _SAME_STEP * float(np.abs(y).max(initial=0.0))
    ordered = np.sort(y)
    first = np.append(True, np.diff(ordered) > rounding)[: len(y)]
    values = ordered[first]
    if len(values) < 2 or 2 * len(values) > len(y):
        return 0.0
    count = np.diff(np.append(np.flatnonzero(first), len(y)))
    usual, step = int(count.argmax()), float(np.diff(values).min())
    steps = (values - values[usual]) / step
    on_grid = np.abs(steps - np.round(steps)) <= _OFF_GRID
    others = len(y) - count[usual]
    is_other = np.append(False, np.searchsorted(values, y, side="right") - 1 != usual)
    times = others if others > _COMMON * len(y) else np.sum(is_other[1:] > is_other[:-1])
    rare = times < _LEAST_ON_GRID or count[~on_grid].sum() > _COMMON * others
    return 0.0 if rare else 0.5 * step


def trimmed_variance(x: FloatArray) -> float:
    """Return the variance of values (n,) by the smallest nine tenths of the deviations from their median."""
    squares = np.sort((x - np.median(x)) ** 2)
    kept = squares[: max(1, int(np.ceil(KEPT * len(x))))]
    return float(kept.mean() / KEPT_VARIANCE)


def tail_df(deviations: FloatArray) -> float:
    """Return the degrees of freedom of the Student's t with such tails, shape (n,); inf if normal.

    The tails are told by how far the 90th percentile of the absolute deviations lies from their
    median, so what a tenth of them does has no say; one standard deviation of doubt is taken off.
    """
    size = np.abs(deviations)
    middle = float(np.median(size)) if len(size) >= _LEAST_FOR_TAILS else 0.0
    if middle <= 0.0:
        return float("inf")
    ratio = float(np.quantile(size, 0.9)) / middle * np.exp(-_TAIL_NOISE / np.sqrt(len(size)))
    known, df = _tail_table()
    return float("inf") if ratio <= known[0] else float(np.interp(ratio, known, df))


@cache
def _tail_table() -> tuple[FloatArray, FloatArray]:
    """Return tail ratios, ascending, and the degrees of freedom that belong to them."""
    df = np.geomspace(100.0, _HEAVIEST, 60)
    return np.asarray(stdtrit(df, 0.95) / stdtrit(df, 0.75)), df


@dataclass(frozen=True, slots=True)
class LevelScale:
    """A standard deviation that may grow with the level: ``scale × (level / reference) ** exponent``."""

    scale: float = float("nan")
    exponent: float = 0.0
    reference: float = 1.0

    @classmethod
    def of(cls, deviations: FloatArray, levels: FloatArray) -> "LevelScale":
        """Learn from deviations at levels, both of shape (n,), n ≥ 1.

        The spread grows with the level if all levels are positive and the median deviation of the
        highest third is larger than that of the lowest by more than chance allows.
        """
        exponent = _exponent(deviations, levels)
        reference = float(np.median(levels)) if exponent else 1.0
        scale = robust_scale(deviations / (levels / reference) ** exponent)
        return cls(scale, exponent, reference)

    def at(self, level: FloatArray) -> FloatArray:
        """Return the standard deviation at levels, (n,); no smaller than at a hundredth of the reference."""
        if not self.exponent:
            return np.where(np.isfinite(level), self.scale, np.nan)
        share = np.maximum(level / self.reference, 0.01)
        return np.asarray(self.scale * share**self.exponent)


def _exponent(deviations: FloatArray, levels: FloatArray) -> float:
    count = len(levels) // 3
    if count < _LEAST_THIRD or levels.min() <= 0.0:
        return 0.0
    order = np.argsort(levels, kind="stable")
    low, high = order[:count], order[-count:]
    farther = bn.median(levels[high]) ** 2 / bn.median(levels[low])
    if np.sum(levels > farther) >= _LEAST_THIRD:
        high = np.flatnonzero(levels > farther)
    small, large = bn.median(np.abs(deviations[low])), bn.median(np.abs(deviations[high]))
    rise = np.log(bn.median(levels[high]) / bn.median(levels[low]))
    if small <= 0.0 or rise <= 0.0:
        return 0.0
    growth = np.log(large / small) if large > 0.0 else 0.0
    sure = growth > _SURE * MEDIAN_NOISE * np.sqrt(1.0 / len(low) + 1.0 / len(high))
    return float(np.clip(growth / rise, 0.0, 1.0)) if sure else 0.0
