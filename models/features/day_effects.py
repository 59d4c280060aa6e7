"""What days that come again add to a series, what is usual beside them, and how one is told from chance."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
from scipy.special import bdtrc

from models.stats.cleaning import centred_median, seasonal_median
from models.stats.robust import NORMAL_MAD, resolved_scale
from models.time.grid import Grid
from models.time.steps import DAY, Days, OpenDays, Ticks
from models.types import BoolArray, FloatArray, IntArray

_SHARE_OF_TIMES = 0.6
"""In so large a share of its times a day must be strange."""
_FINEST, _WEEK, _AROUND, _MONTH = 96, 7, 15, 28
"""Steps of a day, days around one of which the median is taken where there is no week, and the shortest month."""


class AdditiveEffects(NamedTuple):
    """What days add to points, its standard deviation, and how many values tell it, shape (k,).

    0, 0 and inf where there is no such day.
    """

    part: FloatArray
    scale: FloatArray
    times: FloatArray

    def cut(self, first: int, after: int) -> "AdditiveEffects":
        """Return that of some of the points."""
        return AdditiveEffects(
            self.part[first:after], self.scale[first:after], self.times[first:after]
        )

    def beside(self, other: "AdditiveEffects") -> "AdditiveEffects":
        """Return what both add together, which is as uncertain as the less certain of the two."""
        part, scale = self.part + other.part, np.maximum(self.scale, other.scale)
        return AdditiveEffects(part, scale, np.minimum(self.times, other.times))

    @classmethod
    def nothing(cls, size: int) -> Self:
        """Return that of points of which nothing is known."""
        return cls(np.zeros(size), np.zeros(size), np.full(size, np.inf))

    @classmethod
    def of(cls, size: int, days: Iterable[tuple[BoolArray, float, float, float]]) -> Self:
        """Return what days, each with the points it is at, (size,), add together, as ``beside`` has it."""
        found = cls.nothing(size)
        for here, effect, scale, times in days:
            found.part[here] += effect
            np.maximum(found.scale, scale, out=found.scale, where=here)
            np.minimum(found.times, times, out=found.times, where=here)
        return found


class Evidence(NamedTuple):
    """How often a day must be strange, and how improbable that must be by chance."""

    times: int
    chance: float

    def among(self, count: int) -> "Evidence":
        """Return what is needed of each of so many days that are asked (Bonferroni)."""
        return self._replace(chance=self.chance / count)


THRICE, TWICE = Evidence(3, 0.01), Evidence(2, 0.05)


class DayEffect(NamedTuple):
    """What a day adds, its standard deviation, and how often it was seen; ``gain``: how much nearer that is."""

    label: int
    effect: float
    scale: float
    times: int
    gain: float


def customs(
    values: FloatArray,
    labels: IntArray,
    limit: float,
    of: FloatArray,
    needed: Evidence,
) -> Iterator[DayEffect]:
    """Yield the days whose values, (n,), lie beyond the limit, to one side, more often than by chance.

    ``labels``: of the day of each value, (n,); ``of``: all values, (m,), whose share beyond the limit
    is that of chance.
    """
    seen = np.bincount(labels)
    for side in (1.0, -1.0):
        often = np.bincount(labels[side * values > limit], minlength=len(seen))
        likely = ((side * of > limit).sum() - often + 1.0) / (len(of) - seen + 1.0)
        chance = bdtrc(often - 1.0, seen, np.clip(likely, 1e-9, 1.0))
        customary = (often >= needed.times) & (often >= _SHARE_OF_TIMES * seen)
        for label in np.flatnonzero(customary & (chance < needed.chance)).tolist():
            own = values[labels == label]
            effect = float(np.median(own))
            scale = NORMAL_MAD * float(np.median(np.abs(own - effect)))
            gain = float(np.abs(own).sum() - np.abs(own - effect).sum())
            yield DayEffect(label, effect, scale, len(own), gain)


def steps_a_day(grid: Grid) -> int:
    """Return how many steps of a grid a day has; 0 where that is no whole number, or a large one."""
    if grid.freq.step is not None:
        return 0
    steps = grid.freq.steps
    if isinstance(steps, Ticks):
        whole = steps.length <= DAY and DAY % steps.length == 0 and steps.length * _FINEST >= DAY
        return DAY // steps.length if whole else 0
    return int(isinstance(steps, Days | OpenDays) and steps.days == 1)


def phases_of(grid: Grid) -> IntArray:
    """Return which step of its day each stamp is, shape (t,)."""
    if not isinstance(grid.freq.steps, Ticks):
        return np.zeros(len(grid), dtype=np.int64)
    nanos = grid.local().astype("datetime64[ns]").astype(np.int64) % DAY
    return np.asarray(nanos // grid.freq.steps.length)


def usual_of(y: FloatArray, each_day: int, seasons: Sequence[int]) -> FloatArray:
    """Return the median of what the series is at the same time of neighbouring weeks or days, (t,)."""
    return usual_in(y, cycle_of(each_day, seasons))


def usual_in(y: FloatArray, cycle: int) -> FloatArray:
    """Return the median of what the series is at the same time of neighbouring cycles, (t,); of days for 1."""
    return centred_median(y, _AROUND) if cycle == 1 else seasonal_median(y, cycle)


def cycle_of(each_day: int, seasons: Sequence[int]) -> int:
    """Return how many steps a week has, if that is among the seasons, or else a day."""
    weeks = (m for m in seasons if m <= _WEEK * each_day and m % each_day == 0)
    return max(weeks, default=each_day)


def cycles_of(each_day: int, seasons: Sequence[int]) -> tuple[int, ...]:
    """Return how many steps a week has, or a day, and each season of whole days that is shorter than a month."""
    others = (m for m in seasons if m < _MONTH * each_day and m % each_day == 0)
    return tuple(dict.fromkeys([cycle_of(each_day, seasons), *others]))


def usual_size(rest: FloatArray) -> float:
    """Return how far values, (n,), usually lie off; nought where there is but one value beside the usual."""
    return 0.0 if len(np.unique(rest)) <= 2 else resolved_scale(rest, rest)
