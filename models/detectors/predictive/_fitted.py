"""A forecaster as it was fitted: with the season taken out before it, and the size of errors at each phase."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.detectors.predictive._deseason import Deseasonalised
from models.forecasters.base import Forecaster
from models.stats.phase_scale import is_loud, phase_units
from models.stats.robust import least_scale, robust_scale
from models.types import BoolArray, FloatArray


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
    def parameters(self) -> int:
        """How many states the model has from the data."""
        season = self.model.season_length_
        return season if season > 1 else 0

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

    def usual_deviation(self, y: FloatArray, course: FloatArray, tells: BoolArray) -> FloatArray:
        """Return how far values that it was fitted to usually lie off its course; all of shape (t,).

        ``tells``: which values say so.
        """
        units = replace(self, in_logs=False).units(y, course, tells)
        told = tells & is_loud(units) & np.isfinite(course)
        if not told.any():
            return np.full(len(y), np.inf)
        return robust_scale((y - course)[told] / units[told]) * units
