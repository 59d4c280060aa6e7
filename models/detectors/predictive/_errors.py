"""How far points usually lie off what a forecaster expects of them."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from models.contract.state import kept
from models.stats.error_distribution import (
    UNKNOWN,
    Deviations,
    ErrorDistribution,
    InSampleFit,
    error_distribution,
)
from models.stats.phase_scale import is_loud
from models.stats.ring_buffer import RingBuffer
from models.stats.sided_tails import Side, Tails, reach_of
from models.types import BoolArray, FloatArray

_LEAST_ERRORS, _LEAST_SHARE = 30, 0.25
"""From so many forecast errors on, and such a share of the fit's residuals, these may tell the standard deviation
instead of those."""
_MOST_BEYOND, _SURE = 0.02, 1.645
"""Twice what a band of 99 % promises. Where no more of the errors lie beyond that of a fit, but for so many
standard deviations, which chance exceeds once in twenty, the fit tells how far points lie off: it knows season
and sizes of phases for all of them, and early errors were made without."""

_RARE, _HABIT = 0.1, 3
"""Strange points are rare if they are no more than such a share, or came fewer times. Where one value is
expected, rare others are strange, however near."""


@kept
@dataclass(eq=False)
class ErrorScale:
    """The standard deviation of a stream, learned from the last errors of forecasts one step ahead.

    ``errors`` at ``levels``, what was expected, in ``units`` of their phases: of each point that is remembered,
    errors NaN of those that do not tell.
    """

    errors: RingBuffer
    levels: RingBuffer
    units: RingBuffer
    distribution: ErrorDistribution = field(default_factory=ErrorDistribution)

    @classmethod
    def of(cls, points: int) -> Self:
        """Return what learns from the errors of so many last points."""
        return cls(RingBuffer(points), RingBuffer(points), RingBuffer(points))

    def expected(self, level: float, growth: float, unit: float) -> Tails:
        """Return centre and sides of the next point, given what is expected of it and how sure that is."""
        distribution, tails = self.distribution, self.distribution.tails
        size = growth * unit
        if distribution.exponent:
            size *= float(distribution.units(np.array(level)))
        below, above = (
            Side(max(size * side.scale, distribution.least), side.df, side.inner)
            for side in (tails.below, tails.above)
        )
        return Tails(below, above, level + size * tails.center)

    def take(self, error: float, level: float, unit: float) -> None:
        """Remember the error of one more point, NaN if it does not tell."""
        self.errors.append(error)
        self.levels.append(level)
        self.units.append(unit)

    def forget(self) -> None:
        """Forget the errors so far, as of a forecaster that knew nothing of a season."""
        self.errors.values[:] = np.nan

    def estimate_around(self, value: float, y: FloatArray, known: BoolArray, seen: int) -> None:
        """Learn how far points, shape (t,), lie off one value that is expected of all.

        That is by nothing where others are rare. ``known``: which of them teach. ``seen``: how many there were.
        """
        differs = (y != value) & known
        if not _come_again(differs, known):
            none = Side(0.0, float(seen))
            self.distribution = ErrorDistribution(Tails(none, none))
            return
        fit = InSampleFit(y, np.full(len(y), value), np.ones(len(y)), known, 0)
        self.distribution = fit.distribution()

    def estimate(self, fit: InSampleFit | None) -> None:
        """Learn how far points lie off: from a fit to them, or the forecast errors so far if it is not borne out.

        Those of the first half of the points are in the units that the fit has for their phases: the units of
        that time rested on less than half of what is known now.
        """
        units = self.units.values.copy()
        if fit is not None:
            half = len(units) // 2
            units[:half] = fit.units[:half]
        known = np.isfinite(self.errors.values) & np.isfinite(units)
        errors, levels, units = self.errors.values[known], self.levels.values[known], units[known]
        told = 0 if fit is None else int(np.sum(fit.teaches))
        of_fit = ErrorDistribution(UNKNOWN) if fit is None else fit.distribution()
        few = len(errors) < max(_LEAST_ERRORS, _LEAST_SHARE * told)
        if few or (fit and _is_borne_out(of_fit, errors, levels, units)):
            self.distribution = of_fit
            return
        least = self.distribution.least if fit is None else of_fit.least
        free = len(errors) - 1.0
        # What a tenth of the points so far did, as by day before days are known, is not strange.
        self.distribution = error_distribution(
            Deviations(errors, levels, units), free, least, np.inf
        )


def _come_again(strange: BoolArray, known: BoolArray) -> bool:
    """Whether strange points, shape (t,), are too many and come too often to be rare, of those that are known."""
    times = int(np.sum(np.diff(strange, prepend=False) & strange))
    return times >= _HABIT and bool(np.mean(strange[known]) > _RARE)


def _is_borne_out(
    distribution: ErrorDistribution, errors: FloatArray, levels: FloatArray, phase_units: FloatArray
) -> bool:
    """Whether few errors at levels, in units of their phases, all (n,), lie beyond the band of 99 %.

    A quiet phase tells nothing of the tails, so what lies beyond there does not say that they are wrong.
    """
    size, tails = phase_units * distribution.units(levels), distribution.tails
    off = errors - size * tails.center
    below, above = (
        np.maximum(size * reach_of(side), reach_of(Side(distribution.least)))
        for side in (tails.below, tails.above)
    )
    beyond = int(np.sum(is_loud(phase_units) & ((off > above) | (-off > below))))
    most = _MOST_BEYOND * len(errors)
    return beyond <= most + _SURE * float(np.sqrt(most))
