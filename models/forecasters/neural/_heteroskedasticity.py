"""What errors of networks are in proportion to: a power of the forecast level, and a factor for each phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.forecasters.neural._members import Members
from models.intervals.conformal import error_growth, root_mean_square
from models.intervals.heteroskedasticity import follow_their_scale, phase_factors
from models.types import BoolArray, FloatArray, IntArray

_LEVEL_EXPONENT = 0.5
"""Errors of series seen in logarithms are in proportion to their level (1) or independent of it (0)."""


@dataclass(frozen=True, slots=True, eq=False)
class RollingForecasts:
    """Forecasts from points of several series on, and what they missed.

    ``origins``: their first steps, (n, k). ``mean`` and ``errors``: (n, k, horizon), errors NaN where unknown.
    """

    origins: IntArray
    mean: FloatArray
    errors: FloatArray

    @property
    def steps(self) -> IntArray:
        """Which steps of their series were forecast, (n, k, horizon)."""
        return self.origins[:, :, None] + np.arange(self.mean.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class ErrorUnits:
    """The size of errors at a level and a phase, up to a factor for each series.

    ``exponent``: of the level, (n,), which is ``least`` at least, (n,).
    ``phases``: the factor of each phase of the season, (n, season).
    """

    exponent: FloatArray
    least: FloatArray
    phases: FloatArray

    @classmethod
    def of(cls, parts: Sequence[RollingForecasts], members: Members, season: int) -> Self:
        """Return what is told by forecasts of parts of the series, each compared with others of its part."""
        exponent = np.where(members.log, _LEVEL_EXPONENT, 0.0)
        least = np.where(members.log, [y.min() for y in members.values], 1.0)
        of_level = cls(exponent, least, np.ones((len(members), 1)))
        ratios = np.concatenate([_over_their_size(of_level.ratios(part)) for part in parts], axis=1)
        steps = np.concatenate([part.steps for part in parts], axis=1)
        phases = [
            phase_factors(row, at % season, season, length / season)
            for row, at, length in zip(ratios, steps, members.lengths, strict=True)
        ]
        return cls(exponent, least, np.array(phases))

    def at(self, mean: FloatArray, steps: IntArray) -> FloatArray:
        """Return the unit of forecasts of some steps, both (n, k, horizon)."""
        exponent, least = self.exponent[:, None, None], self.least[:, None, None]
        rows = np.arange(len(mean))[:, None, None]
        factor = self.phases[rows, steps % self.phases.shape[1]]
        return np.asarray(np.maximum(mean, least) ** exponent * factor)

    def ratios(self, made: RollingForecasts) -> FloatArray:
        """Return errors in their units, (n, k, horizon)."""
        return np.asarray(made.errors / self.at(made.mean, made.steps))

    def are_followed(self, made: RollingForecasts, observations: IntArray) -> BoolArray:
        """Return whether errors of each series, in so many values, clearly follow their units, (n,) each."""
        horizon = made.errors.shape[2]
        each = zip(
            made.errors,
            error_growth(made.errors),
            self.at(made.mean, made.steps),
            observations.tolist(),
            strict=True,
        )
        return np.array(
            [
                follow_their_scale(errors, growth, unit, judged=horizon, observations=count)
                for errors, growth, unit, count in each
            ]
        )


def _over_their_size(errors: FloatArray) -> FloatArray:
    """Return errors (n, k, horizon) over the root mean square of those of their series."""
    size = root_mean_square(errors, np.ones((1, errors.shape[2])))
    return errors / np.where(size > 0.0, size, 1.0)[:, None, None]
