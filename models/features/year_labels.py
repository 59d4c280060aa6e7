"""Labels of days that come again every year: by date, by weekday in the month, by the distance from Easter."""

from bisect import bisect
from functools import lru_cache

import numpy as np
from dateutil.easter import easter

from models.features.month_days import WEEK_NAMES
from models.time.grid import Grid
from models.time.steps import FRIDAY, MONTH_NAMES, WEEKDAY_NAMES, Days, OpenDays, weekdays
from models.types import IntArray, StampArray

_WEEK = 7
_DATES, _WEEKDAYS, _LAST, _FROM_EASTER = 12 * 31, 12 * 28, 12 * 7, 121
_FIRST = (0, _DATES, _DATES + _WEEKDAYS, _DATES + _WEEKDAYS + _LAST)
"""The first label of each family: dates, as the third Friday of a month, as its last Friday, from Easter."""
LABELS = _FIRST[-1] + _FROM_EASTER
"""How many there are."""


def is_of_days(grid: Grid) -> bool:
    """Whether steps are of days, all or the open ones, or of weeks."""
    if grid.freq.step is not None:
        return False
    steps = grid.freq.steps
    return isinstance(steps, Days | OpenDays) and steps.days in (1, _WEEK)


def days_of(grid: Grid) -> StampArray:
    """Return the days that each step stands for, (t, 1) or (t, 7)."""
    day, steps = grid.local().astype("datetime64[D]"), grid.freq.steps
    if not isinstance(steps, Days) or steps.days == 1:
        return np.asarray(day[:, None])
    ends = steps.weekday is not None and steps.weekday >= FRIDAY
    return np.asarray(day[:, None] + np.arange(_WEEK) - (_WEEK - 1) * ends)


def labels_of(days: StampArray) -> IntArray:
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


def family_of(label: int) -> int:
    """Return by what a label names its day, 0 if by the date."""
    return bisect(_FIRST, label) - 1


def name_of(label: int) -> str:
    """Return what a day is called."""
    family = family_of(label)
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


@lru_cache(maxsize=512)
def _easter(year: int) -> np.datetime64:
    return np.datetime64(easter(year), "D")
