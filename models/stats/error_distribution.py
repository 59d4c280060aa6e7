"""The distribution of deviations from what was expected: by level, by phase of the season, to either side."""

from dataclasses import dataclass, replace

import bottleneck as bn
import numpy as np

from models.stats.phase_scale import is_loud
from models.stats.robust import MAD_DF, NORMAL_MAD, LevelScale, least_scale, robust_scale, tail_df
from models.stats.sided_tails import (
    FARTHEST,
    LEAST_FOR_TAILS,
    Side,
    Tails,
    reach_of,
    reaching,
    tails_of,
)
from models.types import BoolArray, FloatArray

_LEAST_SCALE = 1e-6
"""A series cannot be predicted better than to this share of its own scale."""
_LEAST_OF_STEP = 1e-3
"""Nor better than to this share of its usual change, to which a fit ends its search."""
_FEW, _COMMON, _FARTHER, _APART = 5, 0.03, 1.25, 10
"""What more than so many, and such a share, of the points did to one side is common, and so much farther is not
strange; of normal deviations this is inside the band of 99 %. Points no farther apart in time than so are one."""
_AS_TOLD = 0.005
"""The share of the points that may lie beyond a side of the band of 99 %."""
_GROSS, _GAP, _MOST_APART, _RARE = 5.0, 2.0, 9, 0.1
"""Incidents alike lie beyond so many standard deviations, so many times as far off as all else, and are no more
than so many, and such a share of the values."""

UNKNOWN = Tails(Side(float("nan"), 1.0), Side(float("nan"), 1.0))


@dataclass(frozen=True, slots=True)
class ErrorDistribution:
    """The tails of deviations, in units that may grow with the level as ``(level / reference) ** exponent``.

    ``least``: what the standard deviation is at least, in units of the values.
    """

    tails: Tails = UNKNOWN
    exponent: float = 0.0
    reference: float = 1.0
    least: float = 0.0

    @property
    def scale(self) -> float:
        """The standard deviation at the reference, the mean of both sides."""
        return max(0.5 * (self.tails.below.scale + self.tails.above.scale), self.least)

    def units(self, levels: FloatArray) -> FloatArray:
        """Return what a unit is at levels, of their shape; NaN where a level is unknown."""
        return LevelScale(1.0, self.exponent, self.reference).at(levels)


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """Deviations from what was expected, ``off``, at ``levels``, and their units by phase; all of shape (n,)."""

    off: FloatArray
    levels: FloatArray
    units: FloatArray

    @classmethod
    def alike(cls, off: FloatArray) -> "Deviations":
        """Return deviations, (n,), of one level and one unit."""
        return cls(off, np.ones(len(off)), np.ones(len(off)))


def error_distribution(
    deviations: Deviations, free: float, least: float, farthest: float = FARTHEST
) -> ErrorDistribution:
    """Learn from deviations, at least one.

    Of quiet phases that never vary none lies beyond a level, so that the others have their part of what does; of
    values that come one by one nobody knows that yet.

    ``free``: the degrees of freedom behind them. ``least``: of ``least_scale``, or what else is least.
    ``farthest``: of ``tails_of``.
    """
    loud = is_loud(deviations.units)
    is_whole = np.isfinite(farthest)
    still = int(np.sum(~loud & (np.abs(deviations.off) <= least))) if is_whole else 0
    levels, units = deviations.levels[loud], deviations.units[loud]
    z = deviations.off[loud] / units
    growth = LevelScale.of(z, levels)
    grown = LevelScale(1.0, growth.exponent, growth.reference).at(levels)
    z, usual_unit = z / grown, float(bn.median(units * grown))
    if is_whole and len(z) >= LEAST_FOR_TAILS:
        z = z[~_stand_apart(z)]
    found = tails_of(z, 2.0 * least / usual_unit, farthest, len(loud), still)
    if found is None:
        z_or_none = np.where(np.abs(z) * usual_unit <= least, 0.0, z)
        even = Side(robust_scale(z_or_none), max(1.0, min(tail_df(z), MAD_DF * free)))
        found = Tails(even, even)
    off = z - found.center
    below, above = _reaching_common(found.below, -off), _reaching_common(found.above, off)
    found = replace(found, below=below, above=above)
    return ErrorDistribution(found, growth.exponent, growth.reference, least)


def _stand_apart(z: FloatArray) -> BoolArray:
    """Return which of the deviations, (n,), are few and so far beyond all others that no tail joins them."""
    size = np.abs(z - bn.median(z))
    far = size > _GROSS * robust_scale(size)
    few = 0 < far.sum() <= min(_MOST_APART, _RARE * len(z))
    if few and size[far].min() > _GAP * size[~far].max(initial=0.0):
        return np.asarray(far)
    return np.zeros(len(z), dtype=bool)


def _reaching_common(side: Side, off: FloatArray) -> Side:
    """Return a side that reaches what is common to it; ``off``: in order of time, (n,), positive on that side.

    Of values of which most are equal, such as a one among zeros, quantiles tell no tail. What lies together is
    an incident, however many points it has. A band beyond which few enough points lie is wide enough.
    """
    few = max(_FEW, int(_COMMON * len(off)))
    if few >= len(off):
        return side
    if np.sum(off > reach_of(side)) <= _AS_TOLD * len(off):
        return side
    reach = float(np.sort(off)[-1 - few])
    times = 1 + np.sum(np.diff(np.flatnonzero(off >= reach)) > _APART)
    return reaching(side, _FARTHER * reach) if 2 * times > few else side


@dataclass(frozen=True, slots=True, eq=False)
class InSampleFit:
    """What a forecaster was fitted to: all of shape (t,).

    ``expected``: of each point, NaN where nothing was. ``units``: the size of deviations at its phase.
    ``teaches``: which points tell how far values usually lie off. ``parameters``: how many were fitted.
    """

    y: FloatArray
    expected: FloatArray
    units: FloatArray
    teaches: BoolArray
    parameters: int

    def distribution(self) -> ErrorDistribution:
        """Return how far and to which side the points that teach lie off what was expected.

        A fit has its parameters and one state per season from the data, which makes its residuals
        smaller than the errors of forecasts.
        """
        known = np.isfinite(self.expected) & self.teaches
        count = float(np.sum(known))
        if not count:
            return ErrorDistribution()
        left = max(1.0, count - 2.0 - self.parameters)
        errors = (self.y - self.expected)[known] * np.sqrt(count / left)
        least = least_deviation(self.y[self.teaches])
        deviations = Deviations(errors, self.expected[known], self.units[known])
        return error_distribution(deviations, left, least)


def least_deviation(y: FloatArray) -> float:
    """Return how far values, shape (t,), lie off at least, however well they are predicted."""
    step = robust_scale(np.diff(y)) / NORMAL_MAD if len(y) > 1 else 0.0
    usual = robust_scale(y - np.median(y)) if len(y) else 0.0
    return max(_LEAST_SCALE * usual, _LEAST_OF_STEP * step, least_scale(y))
