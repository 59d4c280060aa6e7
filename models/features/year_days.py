"""What a series of days or weeks does on days that come again every year, such as Christmas or Easter."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from dateutil.easter import easter

from models.contract.state import kept
from models.features.day_effects import (
    TWICE,
    AdditiveEffects,
    DayEffect,
    customs,
    usual_of,
    usual_size,
)
from models.features.month_days import WEEK_NAMES
from models.features.seen_twice import seen_twice
from models.time.grid import Grid
from models.time.steps import FRIDAY, MONTH_NAMES, WEEKDAY_NAMES, Days, OpenDays, weekdays
from models.types import FloatArray, IntArray, StampArray

_FAR, _VERY_FAR = 3.0, 10.0
"""Standard deviations beyond which a value is strange, and beyond which two that are alike are enough."""
_ALIKE, _UNSURE = 0.5, 0.25
"""Shares of an effect that was seen twice: by which the two may differ, and by which the next may be off."""
_MOST_DAYS = 12
_LEAST_DAYS, _MOST_DAYS_BACK = 366, 8 * 366
"""In fewer days no day of the year came twice; what was longer ago says little of the next time."""
_YEARS_BEFORE, _BETTER = 5, 0.5
"""So many years tell what a season of a year would say; a day has to say by so much better what came."""
_WEEK = 7
_DATES, _WEEKDAYS, _LAST, _FROM_EASTER = 12 * 31, 12 * 28, 12 * 7, 121
_FIRST = (0, _DATES, _DATES + _WEEKDAYS, _DATES + _WEEKDAYS + _LAST)
_LABELS = _FIRST[-1] + _FROM_EASTER
"""By date, as the third Friday of a month, as its last Friday, and by the distance from Easter."""


@kept
@dataclass(frozen=True, slots=True, eq=False)
class YearDayEffects:
    """What days of the year add to the steps that they are in.

    All of shape (k,). ``label``: of the days; ``effect``, ``scale``: what is added, and the standard deviation of
    that; ``times``: how many values tell it.
    """

    label: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    effect: FloatArray = field(default_factory=lambda: np.empty(0))
    scale: FloatArray = field(default_factory=lambda: np.empty(0))
    times: FloatArray = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.label)

    def at(self, grid: Grid) -> AdditiveEffects:
        """Return what is added at the stamps of a grid, each of shape (t,)."""
        labels = _labels(_days(grid)) if len(self) else np.empty((len(grid), 0))
        days = [(labels == label).any(axis=1) for label in self.label]
        return AdditiveEffects.of(
            len(grid), zip(days, self.effect, self.scale, self.times, strict=True)
        )

    def names(self) -> list[str]:
        """Return what the days are called."""
        return [_name(label) for label in self.label.tolist()]

    def often(self) -> "YearDayEffects":
        """Return the days that came more than twice: those that were known before they came last."""
        often = self.times > TWICE.times
        return YearDayEffects(
            self.label[often], self.effect[often], self.scale[often], self.times[often]
        )


NO_YEAR_DAYS = YearDayEffects()


def year_days(grid: Grid, y: FloatArray, seasons: Sequence[int]) -> YearDayEffects:
    """Return the days of the year on which a series of days or weeks, (t,), NaN if unknown, is something else.

    Than usual, that is, as in ``month_days``. A day is one by its date, by its weekday in the month, or by its
    distance from Easter. It is found if it is strange, to the same side, at least three times and more often than
    chance may have it, given how often all the others are, and if the times before tell better what it does, and
    what its neighbours do, than the same steps of the years before. So is one that came twice, as far beyond
    all that is usual both times, and in a series of days several that were strange twice.
    """
    if not _is_of_days(grid):
        return NO_YEAR_DAYS
    days, known = _days(grid), np.isfinite(y)
    if (days[-1, -1] - days[0, 0]).astype(np.int64) < _LEAST_DAYS:
        return NO_YEAR_DAYS
    rest = np.where(known, y - usual_of(y, 1, seasons), 0.0)
    late = days[:, -1] > days[-1, -1] - _MOST_DAYS_BACK
    rest, known, labels = rest[late], known[late], _labels(days[late])
    size, there = usual_size(rest[known]), (labels >= 0) & known[:, None]
    year = round(365.25 / float(np.median(np.diff(days[late, 0]).astype(np.int64))))
    found: list[DayEffect] = []
    for _ in range(_MOST_DAYS):
        values = np.broadcast_to(rest[:, None], labels.shape)[there]
        seen = values, labels[there], size, rest[known]
        often = [one for one in _thrice(*seen) if _tells_better(one.label, rest, labels, year)]
        best = _best(often) or _best(_twice(*seen))
        if best is None:
            break
        found.append(best)
        rest[(labels == best.label).any(axis=1)] -= best.effect
    if days.shape[1] == 1:
        found += seen_twice(rest, labels, _FAR * size)
    if not found:
        return NO_YEAR_DAYS
    label, effect, scale, times, _ = (np.array(column) for column in zip(*found, strict=True))
    return YearDayEffects(label, effect, scale, times.astype(np.float64))


def _thrice(values: FloatArray, labels: IntArray, size: float, of: FloatArray) -> list[DayEffect]:
    """Return the days whose values, (n,), are strange three times at least; ``of``: all values, (m,)."""
    return [*customs(values, labels, _FAR * size, of, _LABELS)]


def _twice(values: FloatArray, labels: IntArray, size: float, of: FloatArray) -> list[DayEffect]:
    """Return the days that are very strange, and alike, the only two times; those by their date if there are any.

    Closed on 25 and 26 December, a shop has such a fourth Saturday, too.
    """
    found = [
        one._replace(scale=max(one.scale, _UNSURE * abs(one.effect)))
        for one in customs(values, labels, _VERY_FAR * size, of, _LABELS, TWICE)
        if one.times == TWICE.times
        and np.ptp(values[labels == one.label]) <= _ALIKE * abs(one.effect)
    ]
    return [one for one in found if one.label < _DATES] or found


def _is_of_days(grid: Grid) -> bool:
    if grid.freq.step is not None:
        return False
    steps = grid.freq.steps
    return isinstance(steps, Days | OpenDays) and steps.days in (1, _WEEK)


def _days(grid: Grid) -> StampArray:
    """Return the days that each step stands for, (t, 1) or (t, 7)."""
    day, steps = grid.local().astype("datetime64[D]"), grid.freq.steps
    if not isinstance(steps, Days) or steps.days == 1:
        return np.asarray(day[:, None])
    ends = steps.weekday is not None and steps.weekday >= FRIDAY
    return np.asarray(day[:, None] + np.arange(_WEEK) - (_WEEK - 1) * ends)


def _best(days: Sequence[DayEffect]) -> DayEffect | None:
    """Return the day that brings values nearest; of neighbours that do so alike, the one in the middle."""
    most = max((one.gain for one in days), default=0.0)
    alike = [one for one in days if one.gain >= most * (1.0 - 1e-9)]
    families = [bisect(_FIRST, one.label) for one in alike]
    return alike[families.count(families[0]) // 2] if alike else None


def _tells_better(label: int, rest: FloatArray, labels: IntArray, year: int) -> bool:
    """Whether a day tells better what came then, and a step before and behind, than a season of a year does."""
    here = np.flatnonzero((labels == label).any(axis=1))
    by_day = by_season = 0.0
    for count, at in enumerate(here[1:].tolist(), start=1):
        effect = float(np.median(rest[here[:count]]))
        for step in range(max(at - 1, 0), min(at + 2, len(rest))):
            before = rest[step - year :: -year][:_YEARS_BEFORE] if step >= year else np.zeros(1)
            by_day += abs(rest[step] - effect * (step in here))
            by_season += abs(rest[step] - float(np.median(before)))
    return by_day < _BETTER * by_season


def _labels(days: StampArray) -> IntArray:
    """Return the labels of the days of steps, (t, k), in each of four families, shape (t, 4 * k); -1 for none."""
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12
    past = (days - months.astype("datetime64[D]")).astype(np.int64)
    left = ((months + 1).astype("datetime64[D]") - days).astype(np.int64)
    weekday, week = weekdays(days), past // _WEEK
    years, place = np.unique(
        days.astype("datetime64[Y]").astype(np.int64) + 1970, return_inverse=True
    )
    feasts = np.array([_easter(year) for year in years.tolist()])[place.reshape(days.shape)]
    apart = (days - feasts).astype(np.int64) + _FROM_EASTER // 2
    families = [
        _FIRST[0] + month * 31 + past,
        np.where(week < 4, _FIRST[1] + month * 28 + weekday * 4 + week, -1),
        np.where(left <= _WEEK, _FIRST[2] + month * _WEEK + weekday, -1),
        np.where((apart >= 0) & (apart < _FROM_EASTER), _FIRST[3] + apart, -1),
    ]
    return np.concatenate(families, axis=1)


@lru_cache(maxsize=512)
def _easter(year: int) -> np.datetime64:
    return np.datetime64(easter(year), "D")


def _name(label: int) -> str:
    family = bisect(_FIRST, label) - 1
    number = label - _FIRST[family]
    if family == 0:
        return f"{number % 31 + 1} {MONTH_NAMES[number // 31]}"
    if family == 1:
        month, weekday, week = number // 28, number % 28 // 4, number % 4
        return f"{WEEK_NAMES[week]} {WEEKDAY_NAMES[weekday]} of {MONTH_NAMES[month]}"
    if family == 2:
        return f"last {WEEKDAY_NAMES[number % _WEEK]} of {MONTH_NAMES[number // _WEEK]}"
    apart = number - _FROM_EASTER // 2
    return f"{abs(apart)} days {'before' if apart < 0 else 'after'} Easter" if apart else "Easter"
