"""A forecaster as it was fitted: with the season taken out before it, and the size of errors at each phase."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.data.series import Series
from models.detectors.predictive._deseason import LONGEST_OWN, Deseasonalised, split_seasons
from models.forecasters.base import Forecaster
from models.stats.cleaning import scatters
from models.stats.error_distribution import InSampleFit
from models.stats.phase_scale import is_loud, phase_units
from models.stats.robust import least_scale, robust_scale
from models.types import BoolArray, FloatArray

_WINSORISED, _GROSS, _FAR = 1.5, 5.0, 10.0
"""Values count as no more than so many standard deviations off in a second fit, by which the mean of normal noise
loses 4 %; what is strange, and far off."""
_BEGIN = 24
"""So many values tell at which level a series begins, if they scatter about one."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedForecaster:
    """A fitted model, what was taken out of the series before it, and the seasons of both.

    ``in_logs``: whether it was fitted to logarithms, and deviations are shares of what was expected.
    ``scatter``: the season, 1 for none, that has quiet times though the values have none.
    """

    model: Forecaster[Any]
    split: Deseasonalised
    seasons: tuple[int, ...]
    in_logs: bool = False
    scatter: int = 1

    @property
    def course(self) -> FloatArray | None:
        """What was expected of each value as it was fitted to, shape (t,); None if the model does not tell."""
        fitted = self.model.fitted()
        if fitted is None:
            return None
        size = len(fitted[0])
        return np.asarray(fitted[0] * self.split.units(size) + self.split.part(size))

    @property
    def expected(self) -> FloatArray | None:
        """What was expected of each point of the fit, shape (t,); None if the model does not tell."""
        course = self.course
        return np.exp(course) if course is not None and self.in_logs else course

    @property
    def cycle(self) -> int:
        """The length of the longest season, 1 for none."""
        return max(self.seasons, default=1)

    def units(self, y: FloatArray, expected: FloatArray, teaches: BoolArray) -> FloatArray:
        """Return the size of deviations at each point, shape (t,), by its phase; ones if it is one size.

        Of logarithms it is that at the phase times what was expected.
        """
        levels = expected if self.in_logs else np.ones(len(y))
        if len(self.split.scales) > 1:
            return self.split.units(len(y)) * levels
        deviations = np.where(teaches, y - expected, np.nan) / levels
        length = max(self.cycle, self.scatter)
        return phase_units(deviations, length, least_scale(y / levels)) * levels

    def in_sample(
        self, y: FloatArray, expected: FloatArray, units: FloatArray, teaches: BoolArray
    ) -> InSampleFit:
        """Return what tells how far points usually lie off; all of shape (t,)."""
        season = self.model.season_length_
        return InSampleFit(y, expected, units, teaches, season if season > 1 else 0)

    def usual_deviation(self, y: FloatArray, course: FloatArray, tells: BoolArray) -> FloatArray:
        """Return how far values that it was fitted to usually lie off its course; all of shape (t,).

        ``tells``: which values say so.
        """
        units = replace(self, in_logs=False).units(y, course, tells)
        told = tells & is_loud(units) & np.isfinite(course)
        if not told.any():
            return np.full(len(y), np.inf)
        return robust_scale((y - course)[told] / units[told]) * units


def fitted_to(
    model: Forecaster[Any], series: Series, seasons: tuple[int, ...], *, in_logs: bool
) -> FittedForecaster:
    """Fit a copy of a forecaster to a series, without the season that is too much for it.

    ``in_logs``: whether the values are logarithms. Raises ``SeriesTooShort`` or ``FitFailed``.
    """
    model, split = copy(model), Deseasonalised(None, seasons)
    if not model.takes_several_seasons:
        longest = LONGEST_OWN if model.is_seasonal() else 1
        least = None if in_logs else least_scale(series.y)
        split = split_seasons(series.y, seasons, longest, least)
    exog = {name: told for name, told in series.exog.items() if name in series.future}
    left = split.taken_out(series.y)
    if not (model.is_seasonal() or exog) and scatters(left[:_BEGIN]):
        # an average begins at the first value, and is quick to forget what is noise; a regressor may explain that
        left = np.append(np.median(left[:_BEGIN]), left[1:])
    model.fit_one(replace(series, y=left, season_length=split.left, exog=exog))
    along = tuple(m for m in seasons if split.length > 1 and split.length % m == 0)
    known = tuple(sorted({*along, *model.info().season_length}))
    return FittedForecaster(model, split, known, in_logs)


def fitted_twice(
    model: Forecaster[Any],
    series: Series,
    seasons: tuple[int, ...],
    tells: BoolArray,
    *,
    in_logs: bool,
) -> FittedForecaster:
    """Fit a forecaster, and again to values none of which is farther off than most; return the closer fit.

    A strange value that medians left in moves what is expected of its neighbours, as rare values of long
    tails do everywhere. Of a jump to a new level the second fit knows too late: it is not taken where it
    misses by far what the first did not. A network is fitted once. ``tells``: shape (t,), which points say how
    far off most are.
    """
    fitted = fitted_to(model, series, seasons, in_logs=in_logs)
    course = fitted.course
    if model.uses_gpu or course is None:
        return fitted
    off, usual = series.y - course, fitted.usual_deviation(series.y, course, tells)
    near = course + np.clip(off, -_WINSORISED * usual, _WINSORISED * usual)
    near = np.where(np.isfinite(off), near, series.y)
    again = fitted_to(model, replace(series, y=near), seasons, in_logs=in_logs)
    if again.course is None:
        return fitted
    off_again = series.y - again.course
    echoes = (np.abs(off_again) > _FAR * usual) & (np.abs(off) < _GROSS * usual)
    is_closer = np.nanmean(np.abs(off_again[tells])) < np.nanmean(np.abs(off[tells]))
    return again if is_closer and not echoes.any() else fitted
