"""What a series does on holidays, which a caller names: what they add, or what it is on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from models.contract.state import kept
from models.data.series import Notice
from models.features.calendar import Calendar
from models.features.day_effects import AdditiveEffects, phases_of, steps_a_day, usual_of
from models.features.holiday_calendar import BY_KIND, holiday_marks
from models.stats.robust import NORMAL_MAD, NORMAL_MEAN_DEVIATION, least_scale, robust_scale
from models.time.grid import Grid
from models.types import BoolArray, FloatArray, IntArray

_LEAST_TIMES, _LEAST_OF_NAME = 3, 2
"""What so many holidays did is their custom; of those with one name, so many."""
_FAR, _MOST_OF_TIMES = 3.0, 0.6
"""Standard errors that their median lies off; so large a share lies off by a standard deviation."""
_MUCH_NEARER = 0.5
"""Where values are so much nearer to each other than their distances from the usual are, they are a level."""


class _HolidayEffect(NamedTuple):
    """What holidays of a name do at one step of the day; ``is_level``: what the series is, not what is added."""

    name: str
    phase: int
    effect: float
    scale: float
    times: int
    is_level: bool


@kept
@dataclass(frozen=True, slots=True, eq=False)
class Holidays:
    """What holidays do at steps of them: all of length k.

    ``effect``: what is added, or where ``is_level`` what the series then is; ``scale``: the standard deviation of
    that; ``times``: how many values tell it. ``seen``: how often the most frequent kind was.
    """

    name: tuple[str, ...] = ()
    phase: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    effect: FloatArray = field(default_factory=lambda: np.empty(0))
    scale: FloatArray = field(default_factory=lambda: np.empty(0))
    times: FloatArray = field(default_factory=lambda: np.empty(0))
    is_level: BoolArray = field(default_factory=lambda: np.empty(0, dtype=bool))
    seen: int = 0

    def __len__(self) -> int:
        return len(self.name)

    def at(self, grid: Grid, calendar: Calendar, usual: FloatArray) -> AdditiveEffects:
        """Return what is added at the stamps of a grid, each of shape (t,); ``usual``: (t,), without holidays."""
        added, scale, times = AdditiveEffects.nothing(len(grid))
        marks, phases = holiday_marks(calendar.holidays, grid), phases_of(grid)
        for name, phase, effect, size, seen, is_level in zip(
            self.name, self.phase, self.effect, self.scale, self.times, self.is_level, strict=True
        ):
            if name in marks:
                here = marks[name] & (phases == phase)
                added[here] = effect - usual[here] if is_level else added[here] + effect
                scale[here], times[here] = size, seen
        return AdditiveEffects(added, scale, times)

    def names(self) -> list[str]:
        """Return which holidays do anything."""
        return [*dict.fromkeys(self.name)]


NO_HOLIDAYS = Holidays()


def holidays_of(
    grid: Grid, y: FloatArray, seasons: Sequence[int], calendar: Calendar
) -> tuple[Holidays, FloatArray]:
    """Return what a series, (t,), NaN if unknown, does on holidays, and what is usual around each point, (t,).

    Usual is the median of the same time in the weeks around, if a week is one of the ``seasons``, or in the days
    around. All holidays from Monday to Friday are asked first, then those at weekends, the days before and
    after, and those that have a name, each for what it does beside.
    """
    each_day = steps_a_day(grid)
    if calendar.holidays is None or not each_day or not np.isfinite(y).any():
        return NO_HOLIDAYS, np.zeros(len(grid))
    usual, phases, known = usual_of(y, each_day, seasons), phases_of(grid), np.isfinite(y)
    rest = np.where(known, y - usual, 0.0)
    sizes = _sizes(rest, phases, known)
    found: list[_HolidayEffect] = []
    seen = 0
    for name, mark in holiday_marks(calendar.holidays, grid).items():
        here = mark & known
        often = len(np.unique(grid.local(grid.stamps[here]).astype("datetime64[D]")))
        seen = max(seen, often if often >= _least_times(name) else 0)
        for one in _customs(name, rest[here], y[here], phases[here], sizes):
            found.append(one)
            at = here & (phases == one.phase)
            rest[at] = y[at] - one.effect if one.is_level else rest[at] - one.effect
    if not found:
        return Holidays(seen=seen), usual
    names, phase, effect, scale, times, is_level = zip(*found, strict=True)
    custom = Holidays(
        names,
        np.array(phase),
        np.array(effect),
        np.array(scale),
        np.array(times, dtype=np.float64),
        np.array(is_level),
        seen,
    )
    return custom, usual


def holiday_notices(
    calendar: Calendar, grid: Grid, known: Holidays, instead: str
) -> tuple[Notice, ...]:
    """Tell what of a calendar has no effect on what is expected, and why; ``instead``: what takes all of it."""
    if calendar.holidays is not None and not steps_a_day(grid):
        why = "holidays are known in steps of a day, or of 15 minutes and more that divide a day"
        return calendar.unused(why, "send days or hours, with dates")
    notices: tuple[Notice, ...] = ()
    if calendar.features:
        text = (
            "calendar columns have no effect: seasons and holidays are learned without regressors"
        )
        hint = f"leave calendar out, or use {instead} with a forecaster that takes any"
        notices = (Notice("calendar_unused", text, hint),)
    if calendar.holidays is None or known.seen:
        return notices
    text = (
        f"the series has seen too few holidays to tell what they do: {_LEAST_TIMES} are needed, or one of a"
        f" name {_LEAST_OF_NAME} times; until then a holiday is a day like others"
    )
    return (*notices, Notice("calendar_unused", text, "send a longer series"))


def _sizes(rest: FloatArray, phases: IntArray, known: BoolArray) -> FloatArray:
    """Return how far values usually lie off what is usual at each step of the day."""
    least = least_scale(rest[known])
    own = [rest[known & (phases == phase)] for phase in range(int(phases.max()) + 1)]
    return np.array([max(robust_scale(one), least) if len(one) else 0.0 for one in own])


def _least_times(name: str) -> int:
    """Return how often holidays of a name have to be seen."""
    return _LEAST_TIMES if name in BY_KIND else _LEAST_OF_NAME


def _customs(
    name: str, rest: FloatArray, y: FloatArray, phases: IntArray, sizes: FloatArray
) -> list[_HolidayEffect]:
    """Return what holidays of a name do at each step at which they do anything."""
    least, steps = _least_times(name), list[tuple[int, FloatArray, FloatArray]]()
    for phase in np.unique(phases).tolist():
        own = rest[phases == phase]
        if len(own) >= least and _is_custom(own, float(sizes[phase])):
            steps.append((phase, own, y[phases == phase]))
    if not steps:
        return []
    added = np.concatenate([_apart(own) for _, own, _ in steps])
    levels = np.concatenate([_apart(values) for _, _, values in steps])
    is_level = bool(levels.mean() < _MUCH_NEARER * added.mean())
    scale = NORMAL_MAD * float(np.median(levels if is_level else added))
    return [
        _HolidayEffect(
            name,
            phase,
            float(np.median(values if is_level else own)),
            scale,
            len(own) if len(steps) == 1 else len(added),
            is_level,
        )
        for phase, own, values in steps
    ]


def _is_custom(own: FloatArray, size: float) -> bool:
    """Whether distances from the usual, (n,), are to one side and far more than chance has them."""
    middle = float(np.median(own))
    beyond = float(np.mean(own * np.sign(middle) > size))
    error = NORMAL_MEAN_DEVIATION * size / np.sqrt(len(own))
    return abs(middle) > _FAR * error and beyond >= _MOST_OF_TIMES


def _apart(values: FloatArray) -> FloatArray:
    """Return how far values, (n,), lie from their median, as far as others of them would."""
    count = len(values)
    return np.asarray(np.abs(values - np.median(values)) * np.sqrt(count / (count - 1.0)))
