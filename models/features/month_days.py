"""What a series does on days that come again in each month, such as the first or the last working day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from models.contract.state import kept
from models.features.day_effects import (
    THRICE,
    AdditiveEffects,
    customs,
    cycles_of,
    phases_of,
    steps_a_day,
    usual_in,
    usual_size,
)
from models.time.grid import Grid
from models.time.steps import FRIDAY, WEEKDAY_NAMES, weekdays
from models.types import BoolArray, FloatArray, IntArray, StampArray

_LEAST_ROWS = 42
"""In fewer days, open or not, no day of the month came three times."""
_WEEK = 7
_FAR = 3.0
"""Standard deviations beyond which a value is strange."""
_MOST_DAYS = 12
_FAMILY = 32
WEEK_NAMES = ("first", "second", "third", "fourth")
"""Every month has so many of each weekday."""
_NAMES = (
    *("day {number} of the month", "day {number} from the end of the month"),
    *("working day {number} of the month", "working day {number} from the end of the month"),
    *("{week} {weekday} of the month", "last {weekday} of the month"),
)
"""What the days of each family are called."""


class _DayEffect(NamedTuple):
    """What a day does at one step of it, ``phase``: how much, its standard deviation, and how often it was seen.

    ``gain``: how much nearer all values of that time are to what is expected with it.
    """

    label: int
    phase: int
    effect: float
    scale: float
    times: int
    gain: float


@kept
@dataclass(frozen=True, slots=True, eq=False)
class MonthDayEffects:
    """What days of the month add at times of theirs.

    All of shape (k,). ``label``: of the days, ``phase``: which step of the day; ``effect``, ``scale``: what is
    added, and the standard deviation of that; ``times``: how many values tell it.
    """

    label: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    phase: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    effect: FloatArray = field(default_factory=lambda: np.empty(0))
    scale: FloatArray = field(default_factory=lambda: np.empty(0))
    times: FloatArray = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.label)

    def at(self, grid: Grid) -> AdditiveEffects:
        """Return what is added at the stamps of a grid, each of shape (t,)."""
        labels, phases = _labels(grid.local()), phases_of(grid)
        days = [
            (labels[label // _FAMILY] == label) & (phases == phase)
            for label, phase in zip(self.label, self.phase, strict=True)
        ]
        return AdditiveEffects.of(
            len(grid), zip(days, self.effect, self.scale, self.times, strict=True)
        )

    def names(self) -> list[str]:
        """Return what the days are called."""
        known = dict.fromkeys(self.label.tolist())
        return [_name(label) for label in known]


def _name(label: int) -> str:
    number = label % _FAMILY
    week, weekday = divmod(number - 1, _WEEK)
    return _NAMES[label // _FAMILY].format(
        number=number, week=WEEK_NAMES[week % len(WEEK_NAMES)], weekday=WEEKDAY_NAMES[weekday]
    )


NO_MONTH_DAYS = MonthDayEffects()


def month_days(grid: Grid, y: FloatArray, seasons: Sequence[int]) -> MonthDayEffects:
    """Return the days of the month on which a series, (t,), NaN if unknown, is something else.

    Than usual, that is: the median of the same time in the weeks around, if a week is one of the ``seasons``, or
    in the days around; or in the cycles around of another of them, where that leaves less: what comes every other
    Friday is on no day of the month, and what comes twice in a month not every 15 days.

    A day is counted from the beginning or the end of the month, all days, those from Monday to Friday, or those
    of its weekday. It has a custom if it is strange, to the same side, at least three times and more often than
    chance may have it, given how often all the others are.
    """
    each_day = steps_a_day(grid)
    if len(grid) < _LEAST_ROWS * max(each_day, 1) or not each_day:
        return NO_MONTH_DAYS
    known, labels, phases = np.isfinite(y), _labels(grid.local()), phases_of(grid)
    tried = []
    for cycle in cycles_of(each_day, seasons):
        rest = np.where(known, y - usual_in(y, cycle), 0.0)
        tried.append(_taken_out(rest, labels, phases, known))
    found, _ = min(tried, key=lambda one: one[1])
    if not found:
        return NO_MONTH_DAYS
    columns = [np.array(column) for column in zip(*found, strict=True)]
    label, phase, effect, scale, times, _ = columns
    return MonthDayEffects(label, phase, effect, scale, times.astype(np.float64))


def _taken_out(
    rest: FloatArray, labels: IntArray, phases: IntArray, known: BoolArray
) -> tuple[list[_DayEffect], float]:
    """Return what days do in what lies off the usual, (t,), which is taken off there, and how much is left."""
    limit = _FAR * usual_size(rest[known])
    found: list[_DayEffect] = []
    for _ in range(_MOST_DAYS):
        best = max(_customs(rest, limit, labels, phases, known), key=_gain, default=None)
        if best is None or not best:
            break
        found += _pooled(best)
        for one in best:
            here = (labels[one.label // _FAMILY] == one.label) & (phases == one.phase)
            rest[here] -= one.effect
    return found, float(np.abs(rest).sum())


def _pooled(customs: Sequence[_DayEffect]) -> list[_DayEffect]:
    """Return the customs of a day with one standard deviation, which all of them tell together."""
    scale, times = (
        float(np.median([one.scale for one in customs])),
        sum(one.times for one in customs),
    )
    return [one._replace(scale=scale, times=times) for one in customs]


def _gain(customs: list[_DayEffect]) -> float:
    """Return how much nearer the values are to what is expected of them with the customs of a day."""
    return sum(one.gain for one in customs)


def _customs(
    rest: FloatArray, limit: float, labels: IntArray, phases: IntArray, known: BoolArray
) -> Iterator[list[_DayEffect]]:
    """Yield the customs of each day that has any."""
    size = int(phases.max()) + 1
    needed = THRICE.among(labels.shape[0] * _FAMILY * size)
    for family in labels:
        counted = known & (family % _FAMILY > 0)
        code = (family * size + phases)[counted]
        values = rest[counted]
        strange = [
            _DayEffect(one.label // size, one.label % size, *one[1:])
            for one in customs(values, code, limit, values, needed)
        ]
        days = dict.fromkeys(one.label for one in strange)
        yield from ([one for one in strange if one.label == day] for day in days)


def _labels(local: StampArray) -> IntArray:
    """Return the labels of the days of stamps in each family, shape (6, t); multiples of 32 for no day of it."""
    days = local.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    first, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    weekday, past, left = (
        weekdays(days),
        (days - first).astype(np.int64),
        (after - days).astype(np.int64),
    )
    working, week = weekday <= FRIDAY, past // _WEEK
    numbers = np.stack(
        [
            past + 1,
            left,
            np.where(working, np.busday_count(first, days) + 1, 0),
            np.where(working, np.busday_count(days, after), 0),
            np.where(week < len(WEEK_NAMES), 1 + weekday + _WEEK * week, 0),
            np.where(left <= _WEEK, 1 + weekday, 0),
        ]
    )
    return np.asarray(numbers + _FAMILY * np.arange(len(numbers))[:, None])
