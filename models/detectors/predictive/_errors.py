"""How far points usually lie off what a forecaster expects of them."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from models.contract.state import kept
from models.stats.error_distribution import (
    UNKNOWN,
    ErrorDistribution,
    InSampleFit,
    error_distribution,
    least_deviation,
)
from models.stats.phase_scale import is_loud
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MEDIAN_NOISE, robust_scale
from models.stats.sided_tails import Side, Tails
from models.types import BoolArray, FloatArray

_LEAST_ERRORS, _LEAST_SHARE = 30, 0.25
"""From so many forecast errors on, and such a share of the fit's residuals, these tell the standard deviation
instead of those."""
_SURE = 2.0
"""Standard deviations by chance beyond which the residuals of a fit are larger than the errors of forecasts."""

_RARE, _HABIT = 0.1, 3
"""Where one value is expected, others are strange, however near, if they are no more than such a share, or came
fewer times."""

kept(ErrorDistribution)


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
            Side(max(size * side.scale, distribution.least), side.df)
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
        times = int(np.sum(differs[1:] & ~differs[:-1]))
        if times < _HABIT or np.mean(differs[known]) <= _RARE:
            none = Side(0.0, float(seen))
            self.distribution = ErrorDistribution(Tails(none, none))
            return
        fit = InSampleFit(y, np.full(len(y), value), np.ones(len(y)), known, 0)
        self.distribution = fit.distribution()

    def estimate(self, fit: InSampleFit | None) -> None:
        """Learn the standard deviation: from the forecast errors so far, or the fit if these are few.

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
        if len(errors) < max(_LEAST_ERRORS, _LEAST_SHARE * told):
            self.distribution = ErrorDistribution(UNKNOWN) if fit is None else fit.distribution()
            return
        least = self.distribution.least if fit is None else least_deviation(fit.y[fit.teaches])
        free = len(errors) - 1.0
        # What a tenth of the points so far did, as by day before days are known, is not strange.
        distribution = error_distribution(errors, levels, units, free, least, np.inf)
        if fit is None:
            self.distribution = distribution
        else:
            usual = _usual_size(errors, units * distribution.units(levels), units)
            self.distribution = _no_less_than_of_fit(distribution, usual, fit, len(errors))


def _no_less_than_of_fit(
    distribution: ErrorDistribution, usual: float, fit: InSampleFit, count: int
) -> ErrorDistribution:
    """Return the standard deviation, widened to that of a fit from what was seen.

    No model errs less on what is to come than on what it was fitted to; the errors so far may be those
    of another one, such as a trend that was not damped. ``usual``: the usual size of these, whatever their tails;
    ``count``: how many they are.
    """
    known = np.isfinite(fit.expected) & fit.teaches
    if not known.any():
        return distribution
    units = fit.units[known]
    size = max(usual, distribution.least) * distribution.units(fit.expected[known]) * units
    chance = _SURE * MEDIAN_NOISE * float(np.sqrt(1.0 / count + 1.0 / known.sum()))
    of_fit = _usual_size((fit.y - fit.expected)[known], size, units)
    wider = max(1.0, of_fit * float(np.exp(-chance)))
    least = distribution.least / float(np.median(fit.units)) if wider > 1.0 else 0.0
    below, above = (
        Side(max(side.scale, least) * wider, side.df)
        for side in (distribution.tails.below, distribution.tails.above)
    )
    return replace(distribution, tails=replace(distribution.tails, below=below, above=above))


def _usual_size(errors: FloatArray, size: FloatArray, phase_units: FloatArray) -> float:
    """Return the robust scale of errors by their size, all of shape (n,), quiet times left out; 0 of none."""
    told = is_loud(phase_units) & (size > 0.0)
    return robust_scale(errors[told] / size[told]) if told.any() else 0.0
