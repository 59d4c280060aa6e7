"""How wide the intervals of networks are: by what was missed in the held-out part, and in the one before it.

The held-out part of a short series has room for few errors, which moreover lie in one stretch. What the same
network misses in the part that it learned from is too little, but it spans the series, and by how much it is too
little is told by all series together. So with o the root mean square of the held-out errors of a series, e that
of the others, L values held out, h steps ahead and n = L / ((h + 1) / 2) horizons held out, the error scale is

    s² = (3 (r e)² + n o²) / (3 + n),   log r = mean of log (o / e) - b(n),

with b(n) < 0 what the logarithm of a root mean square of n normal values is expected to be, times the growth with
the step and the root of 1 + h / t, since of t values no drift is known better. Errors are in units that level and
phase give (``_heteroskedasticity``). An interval is so many of these scales as are the geometric mean of what
Student's t with 3.2 degrees of freedom holds and of what held the held-out errors of all series (split
conformal), and as much wider as Student's t with 2 + n degrees of freedom is than a normal distribution.

Reference: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018), Distribution-free predictive inference for
regression, JASA 113 (errors in units of their expected size); James and Stein (1961), Estimation with quadratic
loss, Proc. 4th Berkeley Symposium 1 (shrinkage).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import digamma

from models.data.prediction import Curve
from models.data.results import Interval
from models.forecasters.neural._heteroskedasticity import ErrorUnits, RollingForecasts
from models.forecasters.neural._members import Members
from models.intervals.conformal import error_growth, error_quantile, root_mean_square
from models.stats.distributions import normal_quantile, student_quantile
from models.types import BoolArray, FloatArray, IntArray

_PRIOR = 3.0
"""How many held-out horizons count as much as the errors in the part that was learned from."""
_TAIL = 3.2
"""Errors of a series are as heavy in the tails as Student's t with so many degrees of freedom."""
_LEAST_KNOWN = 2.0
"""Degrees of freedom of an error scale of which nothing was held out."""


@dataclass(frozen=True, slots=True, eq=False)
class ForecastErrors:
    """What forecasts missed in their units, NaN where nothing is known, (n, origins, horizon).

    ``held_out``: within the last ``held`` (n,) of ``lengths`` (n,) values; ``learned``: before these.
    ``unit``: of the forecasts behind the end, (n, horizon). ``may_narrow``: whether errors of a series prove that
    a later step may have the narrower interval, (n,).
    """

    held_out: FloatArray
    learned: FloatArray
    held: IntArray
    lengths: IntArray
    unit: FloatArray
    may_narrow: BoolArray

    @classmethod
    def of(
        cls,
        held_out: RollingForecasts,
        learned: RollingForecasts,
        members: Members,
        mean: FloatArray,
        season: int,
    ) -> Self:
        """Return those of forecasts in both parts; ``mean``: the forecast from the ends, (n, horizon)."""
        held = members.lengths - members.train
        units = ErrorUnits.of([held_out, learned], members, season)
        steps = members.lengths[:, None] + np.arange(mean.shape[1])
        return cls(
            units.ratios(held_out),
            units.ratios(learned),
            held,
            members.lengths,
            units.at(mean[:, None], steps[:, None])[:, 0],
            units.are_followed(held_out, held),
        )


@dataclass(frozen=True, slots=True, eq=False)
class NetworkWidths:
    """Half widths of intervals.

    ``scale``: the root mean square that is expected of the errors, (n, horizon). ``horizons``: how many were
    held out, (n,). ``ratios``: held-out errors of all series over their scale, (k,). ``may_narrow``: see
    ``ForecastErrors``.
    """

    scale: FloatArray
    horizons: FloatArray
    ratios: FloatArray
    may_narrow: BoolArray

    @classmethod
    def of(cls, errors: ForecastErrors) -> Self:
        """Return the widths for what follows the held-out part."""
        steps = errors.held_out.shape[2]
        horizons = errors.held / ((np.minimum(steps, errors.held) + 1) / 2)
        growth = _growth(errors)
        size = _size(errors, growth, horizons)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = np.abs(errors.held_out) / (size[:, None] * growth)[:, None, :]
        drift = np.sqrt(1.0 + np.arange(1, steps + 1) / errors.lengths[:, None])
        scale = size[:, None] * growth * drift * errors.unit
        return cls(scale, horizons, ratios[np.isfinite(ratios)], errors.may_narrow)

    def multiple(self, level: float) -> FloatArray:
        """Return how many error scales an interval reaches to each side, at a level in percent, (n, 1)."""
        usual = float(student_quantile(level, np.array(_TAIL))) * np.sqrt(1.0 - 2.0 / _TAIL)
        if len(self.ratios):
            usual = np.sqrt(usual * error_quantile(self.ratios[None], level)[0])
        doubt = student_quantile(level, _LEAST_KNOWN + self.horizons) / normal_quantile(level)
        return np.asarray(usual * doubt[:, None])

    def around(self, mean: FloatArray, std: FloatArray) -> Curve:
        """Return intervals about a mean, as wide as errors of a standard deviation ask for, both (n, horizon).

        Steps that would be narrower than those before them, and may not, share their mean (isotonic regression).
        """
        kept = [
            row if narrows or not np.isfinite(row).all() else isotonic_regression(row).x
            for row, narrows in zip(std, self.may_narrow, strict=True)
        ]

        def at(level: float) -> Interval:
            half = self.multiple(level) * np.array(kept)
            return Interval(mean - half, mean + half)

        return Curve(at)


def _growth(errors: ForecastErrors) -> FloatArray:
    """Return how errors grow with the step, (n, horizon): half way from each series to all of them."""
    steps = errors.held_out.shape[2]
    size = root_mean_square(errors.learned, np.ones((1, steps)))
    size = np.where(size > 0.0, size, 1.0)
    every = (errors.held_out / size[:, None, None]).reshape(1, -1, steps)
    return np.sqrt(error_growth(errors.held_out) * error_growth(every))


def _size(errors: ForecastErrors, growth: FloatArray, horizons: FloatArray) -> FloatArray:
    """Return the error scale one step ahead, (n,), NaN where nothing is known."""
    own = root_mean_square(errors.held_out, growth)
    learned = root_mean_square(errors.learned, growth)
    both = (own > 0.0) & (learned > 0.0)
    more = 1.0
    if both.any():
        ratios = np.log(own[both] / learned[both])
        more = np.exp(np.mean(ratios - _expected_logarithm(horizons[both])))
    expected = np.where(learned > 0.0, more * learned, own)
    own = np.where(np.isfinite(own), own, expected)
    return np.asarray(np.sqrt((_PRIOR * expected**2 + horizons * own**2) / (_PRIOR + horizons)))


def _expected_logarithm(count: FloatArray) -> FloatArray:
    """Return the expected logarithm of the root mean square of so many standard normal values."""
    return np.asarray(0.5 * (digamma(count / 2.0) - np.log(count / 2.0)))
