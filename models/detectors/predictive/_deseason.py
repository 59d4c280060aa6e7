"""The season of a series, taken out so that a forecaster without seasons can go on from there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.stats.exponential_mean import exponential_mean
from models.stats.phase_scale import has_quiet_time, phase_scales
from models.stats.robust import LevelScale
from models.stats.seasonal_index import (
    EvolvingSeason,
    evolving_profile,
    evolving_season,
    nested_season,
)
from models.types import BoolArray, FloatArray

_LEAST_CYCLES = 2
LONGEST_OWN = 24
"""Up to this length a seasonal forecaster does better with the season than the mean of cycles."""


_PACES = (0.05, 0.3, 1.0)
"""Smoothing factors by which what a season leaves may be followed."""
_PROPORTIONAL_CYCLES = 4
_LOW, _LEAST_RISE, _LEAST_EXPONENT = 0.1, 2.0, 0.75
"""The largest tenth of a series that is proportional is twice its smallest at least; counts, whose deviations
grow as the root of the level, are not."""


@dataclass(frozen=True, slots=True, eq=False)
class Deseasonalised:
    """What is taken out before a forecaster, and the seasons that are left to it.

    ``scales``: shape (length,), the size of deviations at each phase by which what is left is divided, phase
    0 being that of the first point; (1,) for one size.
    """

    removed: EvolvingSeason | None
    left: tuple[int, ...]
    scales: FloatArray = field(default_factory=lambda: np.ones(1))

    @property
    def length(self) -> int:
        """Length of the season that is taken out, 1 for none."""
        return 1 if self.removed is None else self.removed.length

    def part(self, size: int) -> FloatArray:
        """Return what is taken off a series of so many points, shape (size,)."""
        return np.zeros(size) if self.removed is None else self.removed.part

    def units(self, size: int) -> FloatArray:
        """Return by what is divided what is left, shape (size,)."""
        return np.resize(self.scales, size)

    def taken_out(self, y: FloatArray) -> FloatArray:
        """Return what a series, shape (t,), leaves to the forecaster."""
        return y if self.removed is None else (y - self.removed.part) / self.units(len(y))

    def next_cycle(self, size: int) -> tuple[FloatArray, FloatArray]:
        """Return the season and the scales of the points after so many, each a cycle or (1,)."""
        season = np.zeros(1) if self.removed is None else self.removed.next_cycle
        return season, np.roll(self.scales, -(size % len(self.scales)))


def split_seasons(
    y: FloatArray, seasons: Sequence[int], longest: int = LONGEST_OWN, least: float | None = 0.0
) -> Deseasonalised:
    """Return the season to take out of a series, shape (t,), and those to leave to the forecaster.

    Of the seasons with two cycles or more, the one counts without which the series is foretold best by an
    exponential mean, slow or quick: what days alone leave of a week has to be followed, and so are incidents. If
    it is no longer than the forecaster's ``longest``, it is left to it; a long one (a week of hours) takes along
    those that fit into it a whole number of times. With a quiet time, as nights without sun, level and season go
    together, the season counts that says most, and what is left is divided by the size of deviations at its
    phase, so that a loud time does not move what is expected of a quiet one. ``least``: the standard deviation
    that the resolution of the values leaves; None where no time is quiet, as in logarithms of shares.
    """
    known = [m for m in seasons if m > 1 and m * _LEAST_CYCLES <= len(y)]
    if not known:
        return Deseasonalised(None, tuple(m for m in seasons if m <= longest))
    quiet = None if least is None else _with_quiet_time(y, known, least)
    if quiet is not None:
        return quiet
    evolving = [_evolving(y, m, known) for m in known]
    best = min(evolving, key=lambda season: _forecast_error(y - season.part))
    if best.length <= longest:
        return Deseasonalised(None, (best.length,))
    left = tuple(m for m in seasons if best.length % m and m <= longest)
    return Deseasonalised(best, left)


def _forecast_error(rest: FloatArray) -> float:
    """Return by how much exponential means miss the next of values, shape (t,), at the best of the paces."""
    means = [exponential_mean(rest, pace) for pace in _PACES]
    return min(float(np.std(rest[1:] - mean[:-1])) for mean in means)


def _with_quiet_time(y: FloatArray, seasons: Sequence[int], least: float) -> Deseasonalised | None:
    profiles = [evolving_profile(y, m) for m in seasons]
    profile = min(profiles, key=lambda season: float(np.mean(np.abs(y - season.part))))
    scales = phase_scales(y - profile.part, profile.length, least, profile.part)
    return (
        Deseasonalised(profile, (), scales)
        if scales is not None and has_quiet_time(scales)
        else None
    )


def is_proportional(y: FloatArray, seasons: Sequence[int], is_observed: BoolArray) -> bool:
    """Whether a series, shape (t,), above zero deviates from its season by shares of its level.

    Its logarithms have one size of deviations then, and growth by so much in a hundred is a straight line. That
    is not known before a week beside days was seen often enough: weekdays lie off the usual day by shares.

    Reference: Guerrero (1993), Time-series analysis supported by power transformations, Journal of
    Forecasting 12, 37-48.
    """
    known = [m for m in seasons if m > 1 and m * _PROPORTIONAL_CYCLES <= len(y)]
    if not known or y.min() <= 0.0 or any(m > max(known) and m % max(known) == 0 for m in seasons):
        return False
    low, high = np.quantile(y[is_observed], (_LOW, 1.0 - _LOW))
    if high < _LEAST_RISE * low:
        return False
    levels = evolving_profile(y, max(known)).part[is_observed]
    growth = LevelScale.of(y[is_observed] - levels, levels)
    return growth.exponent >= _LEAST_EXPONENT


def _evolving(y: FloatArray, length: int, seasons: Sequence[int]) -> EvolvingSeason:
    """Return a season of a series, told by the longest of the others that fits into it too."""
    within = max((m for m in seasons if m < length and length % m == 0), default=1)
    return evolving_season(y, length) if within < 2 else nested_season(y, length, within)
