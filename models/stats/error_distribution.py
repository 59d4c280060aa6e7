"""The distribution of deviations from what was expected: by level, by phase of the season, to either side."""

from dataclasses import dataclass

import numpy as np

from models.stats.phase_scale import is_loud
from models.stats.robust import MAD_DF, LevelScale, robust_scale, tail_df
from models.stats.sided_tails import FARTHEST, Side, Tails, tails_of
from models.types import FloatArray

UNKNOWN = Tails(Side(float("nan"), 1.0), Side(float("nan"), 1.0))


@dataclass(frozen=True, slots=True)
class ErrorDistribution:
    """The tails of deviations, in units that may grow with the level as ``(level / reference) ** exponent``.

    ``least``: what the usual deviation is at least, in units of the values.
    """

    tails: Tails = UNKNOWN
    exponent: float = 0.0
    reference: float = 1.0
    least: float = 0.0

    @property
    def scale(self) -> float:
        """The usual deviation at the reference, the mean of both sides."""
        return max(0.5 * (self.tails.below.scale + self.tails.above.scale), self.least)

    def units(self, levels: FloatArray) -> FloatArray:
        """Return what a unit is at levels, shape (t,); NaN where a level is unknown."""
        return LevelScale(1.0, self.exponent, self.reference).at(levels)


def error_distribution(
    deviations: FloatArray,
    levels: FloatArray,
    phase_units: FloatArray,
    free: float,
    least: float,
    farthest: float = FARTHEST,
) -> ErrorDistribution:
    """Learn from deviations at levels, in units of their phases, all of shape (n,), n ≥ 1.

    ``free``: the degrees of freedom behind them. ``least``: of ``least_scale``, or what else is least.
    ``farthest``: of ``tails_of``.
    """
    loud = is_loud(phase_units)
    levels, units = levels[loud], phase_units[loud]
    z = deviations[loud] / units
    growth = LevelScale.of(z, levels)
    grown = LevelScale(1.0, growth.exponent, growth.reference).at(levels)
    z, usual_unit = z / grown, float(np.median(units * grown))
    found = tails_of(z, 2.0 * least / usual_unit, farthest)
    if found is None:
        scale = robust_scale(z)
        even = Side(scale, max(1.0, tail_df(z)))
        found = Tails(even, even)
    return ErrorDistribution(
        found.within(0.0, MAD_DF * free), growth.exponent, growth.reference, least
    )
