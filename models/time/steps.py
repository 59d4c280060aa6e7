"""Step arithmetic on naive stamps: the few families that all pandas frequencies fall into.

Everything here works on ``datetime64[ns]`` arrays without a zone, so on the wall clock.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from models.types import BoolArray, IntArray, StampArray

MINUTE, HOUR, DAY = 60 * 10**9, 3_600 * 10**9, 86_400 * 10**9
WEEK = 7 * DAY
"""Nanoseconds of each."""

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
"""As pandas writes them."""
ALL_MONTHS = tuple(range(len(MONTHS)))
FRIDAY = WEEKDAYS.index("FRI")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
"""As sentences write them, whatever the locale."""


class Steps(Protocol):
    """A kind of step: where its marks are, and how to walk from one to the next."""

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""

    def floor(self, stamps: StampArray) -> StampArray:
        """Return the last mark at or before each stamp; shape (t,)."""

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Return stamps from ``start`` on, which keeps its distance from its mark; shape (size,)."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """A fixed number of nanoseconds, shorter than a day."""

    length: int

    def floor(self, stamps: StampArray) -> StampArray:
        """Return the last multiple of the step, counted from 1970; shape (t,)."""
        number = stamps.astype(np.int64)
        return (number - number % self.length).astype("datetime64[ns]")

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Add the step again and again; shape (size,)."""
        return np.asarray(start + _counts(size) * np.timedelta64(self.length, "ns"))


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days; with a weekday (0 = Monday), weeks that are marked on it."""

    days: int
    weekday: int | None = None

    @property
    def length(self) -> int:
        """Nanoseconds per step."""
        return self.days * DAY

    def floor(self, stamps: StampArray) -> StampArray:
        """Return midnight of the day, or of the last marked weekday; shape (t,)."""
        day = stamps.astype("datetime64[D]")
        if self.weekday is not None:
            day = day - (weekdays(day) - self.weekday) % 7
        return day.astype("datetime64[ns]")

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Add the days; the time of day stays; shape (size,)."""
        return np.asarray(start + _counts(size) * np.timedelta64(self.length, "ns"))


@dataclass(frozen=True, slots=True)
class OpenDays:
    """A number of days of those weekdays on which a business is open, Monday to Friday by default.

    ``weekmask``: seven letters from Monday on, 1 where it is open.
    """

    days: int
    weekmask: str = "1111100"

    @property
    def a_week(self) -> int:
        """How many days a week has."""
        return self.weekmask.count("1")

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return self.days * DAY * 7 // self.a_week

    def is_open(self, stamps: StampArray) -> BoolArray:
        """Return which stamps are on open days, shape (t,)."""
        return np.asarray(self.floor(stamps) == stamps.astype("datetime64[D]"))

    def floor(self, stamps: StampArray) -> StampArray:
        """Return midnight of the day, or of the open day before; shape (t,)."""
        day = self._counted(stamps.astype("datetime64[D]"), 0, "backward")
        return day.astype("datetime64[ns]")

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Count open days; a start on a closed one moves to the next that is open; shape (size,)."""
        day = start.astype("datetime64[D]")
        marks = self._counted(day, _counts(size) * self.days, "forward")
        return np.asarray(marks.astype("datetime64[ns]") + (start - day.astype("datetime64[ns]")))

    def _counted(self, day: Any, ahead: Any, roll: Literal["forward", "backward"]) -> StampArray:
        return np.asarray(np.busday_offset(day, ahead, roll=roll, weekmask=self.weekmask))


class _MarkedSteps(ABC):
    """Steps that go from mark to mark, which are numbered."""

    __slots__ = ()

    @property
    def _stride(self) -> int:
        """By how much the number of the mark grows in a step."""
        return 1

    @abstractmethod
    def number(self, stamps: StampArray) -> IntArray:
        """Return the number of the last mark at or before each stamp, shape (t,)."""

    @abstractmethod
    def _marks(self, numbers: IntArray) -> StampArray:
        """Return the marks of these numbers, shape (t,)."""

    def floor(self, stamps: StampArray) -> StampArray:
        """Return the last mark at or before each stamp, shape (t,)."""
        return self._marks(self.number(stamps))

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Count marks, (size,), from the last one at or before the start; the distance from the mark stays."""
        return self.shift(np.array([start]), _counts(size))

    def shift(self, stamps: StampArray, steps: int | IntArray) -> StampArray:
        """Return each stamp so many steps later; its distance from its mark stays. Shape (t,)."""
        number = self.number(stamps)
        late = stamps - self._marks(number)
        return np.asarray(self._marks(number + steps * self._stride) + late)


@dataclass(frozen=True, slots=True)
class Months(_MarkedSteps):
    """A number of months, marked at their start or end, or at the first or last business day.

    ``unit`` is 1, 3 or 12 months, ``anchor`` (0 = January) a month that carries a mark.
    """

    count: int
    unit: int
    anchor: int
    at_end: bool
    business: bool

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return round(self.count * self.unit * DAY * 365.2425 / 12)

    @property
    def _stride(self) -> int:
        return self.count * self.unit

    def number(self, stamps: StampArray) -> IntArray:
        """Return the month of the last mark at or before each stamp, counted from 1970; shape (t,)."""
        month = _month_numbers(stamps)
        month = month - (month - self.anchor) % self.unit
        return np.where(self._marks(month) > stamps, month - self.unit, month)

    def _marks(self, numbers: IntArray) -> StampArray:
        first = (numbers + int(self.at_end)).astype("datetime64[M]").astype("datetime64[D]")
        day = first - int(self.at_end)
        if self.business:
            day = np.busday_offset(day, 0, roll="backward" if self.at_end else "forward")
        return day.astype("datetime64[ns]")


@dataclass(frozen=True, slots=True)
class MonthDays(_MarkedSteps):
    """The same days of the same months of every year; one that a month does not have is its last day.

    ``days``: ascending, 31 for the last day; ``months``: ascending, 0 = January, all by default;
    ``count``: how many marks a step goes.
    """

    count: int
    days: tuple[int, ...]
    months: tuple[int, ...] = ALL_MONTHS

    @property
    def a_year(self) -> int:
        """How many marks a year has."""
        return len(self.months) * len(self.days)

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return round(self.count * DAY * 365.2425 / self.a_year)

    @property
    def all_year(self) -> "MonthDays":
        """The same days of every month."""
        return MonthDays(self.count, self.days)

    def is_open(self, stamps: StampArray) -> BoolArray:
        """Return which stamps are in one of the months, shape (t,)."""
        return np.isin(_month_numbers(stamps) % len(MONTHS), self.months)

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Count marks, (size,); a start in a month that is left out moves to the next mark."""
        first = np.array([start])
        if not self.is_open(first)[0]:
            first = self._marks(self.number(first) + 1)
        return self.shift(first, _counts(size))

    @property
    def at_end(self) -> bool:
        """Whether a period ends on its mark: one of them is the last day of the month."""
        return self.days[-1] == LAST_DAY

    @property
    def _stride(self) -> int:
        return self.count

    def number(self, stamps: StampArray) -> IntArray:
        """Return the number of the last mark at or before each stamp, counted from 1970; shape (t,)."""
        years, month = np.divmod(_month_numbers(stamps), len(MONTHS))
        place = years * len(self.months) + np.searchsorted(self.months, month, side="right")
        number = place * len(self.days) - 1
        for _ in self.days:
            number = number - (self._marks(number) > stamps)
        return np.asarray(number)

    def _marks(self, numbers: IntArray) -> StampArray:
        place, which = np.divmod(numbers, len(self.days))
        years, of_year = np.divmod(place, len(self.months))
        months = years * len(MONTHS) + np.array(self.months)[of_year]
        first = months.astype("datetime64[M]").astype("datetime64[D]")
        last = (months + 1).astype("datetime64[M]").astype("datetime64[D]") - 1
        day = np.minimum(first + (np.array(self.days) - 1)[which], last)
        return np.asarray(day.astype("datetime64[ns]"))


@dataclass(frozen=True, slots=True)
class YearDays(_MarkedSteps):
    """Every so many days from the first of January on, each year anew; the last step of a year is what is left.

    ``a_year``: how many marks a year has.
    """

    days: int
    a_year: int

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return round(DAY * 365.2425 / self.a_year)

    def number(self, stamps: StampArray) -> IntArray:
        """Return the number of the last mark at or before each stamp, counted from 1970; shape (t,)."""
        year = stamps.astype("datetime64[Y]")
        into = (stamps.astype("datetime64[D]") - year.astype("datetime64[D]")).astype(np.int64)
        place = np.minimum(into // self.days, self.a_year - 1)
        return np.asarray(year.astype(np.int64) * self.a_year + place)

    def _marks(self, numbers: IntArray) -> StampArray:
        years, which = np.divmod(numbers, self.a_year)
        first = years.astype("datetime64[Y]").astype("datetime64[D]")
        return np.asarray((first + which * self.days).astype("datetime64[ns]"))


@dataclass(frozen=True, slots=True)
class MonthWeeks(_MarkedSteps):
    """A weekday (0 = Monday) of one week of every month: ``week`` 0 to 3, or -1 for the last."""

    count: int
    week: int
    weekday: int

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return round(self.count * DAY * 365.2425 / 12)

    @property
    def _stride(self) -> int:
        return self.count

    def number(self, stamps: StampArray) -> IntArray:
        """Return the month of the last mark at or before each stamp, counted from 1970; shape (t,)."""
        month = _month_numbers(stamps)
        return np.asarray(month - (self._marks(month) > stamps))

    def _marks(self, numbers: IntArray) -> StampArray:
        if self.week < 0:
            last = (numbers + 1).astype("datetime64[M]").astype("datetime64[D]") - 1
            day = last - (weekdays(last) - self.weekday) % 7
        else:
            first = numbers.astype("datetime64[M]").astype("datetime64[D]")
            day = first + (self.weekday - weekdays(first)) % 7 + 7 * self.week
        return np.asarray(day).astype("datetime64[ns]")


@dataclass(frozen=True, slots=True)
class RetailMonths(_MarkedSteps):
    """Periods of four, four and five weeks by turns; ``mark``: a day after which come the first four."""

    mark: np.datetime64

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return 13 * WEEK // 3

    def number(self, stamps: StampArray) -> IntArray:
        """Return the number of the last mark at or before each stamp, counted from ``mark``; shape (t,)."""
        weeks = (stamps.astype("datetime64[D]") - self.mark).astype(np.int64) // 7
        quarters, week = np.divmod(weeks, 13)
        return np.asarray(quarters * 3 + np.searchsorted(_RETAIL_WEEKS, week, side="right") - 1)

    def _marks(self, numbers: IntArray) -> StampArray:
        quarters, which = np.divmod(numbers, 3)
        day = self.mark + 7 * (quarters * 13 + np.array(_RETAIL_WEEKS)[which])
        return np.asarray(day).astype("datetime64[ns]")


LAST_DAY = 31
_RETAIL_WEEKS = (0, 4, 8)


@dataclass(frozen=True, slots=True)
class OpeningHours(_MarkedSteps):
    """Times of the week at which a business is open.

    ``step``: nanoseconds from one to the next while it is; ``marks``: since Monday's midnight, ascending.
    """

    step: int
    marks: tuple[int, ...]

    @property
    def length(self) -> int:
        """Nanoseconds per step, on average."""
        return WEEK // len(self.marks)

    @property
    def a_day(self) -> int:
        """How many marks each open day has; 0 if not all have as many."""
        counts = np.unique(np.bincount(np.array(self.marks) // DAY))
        return int(counts[-1]) if len(counts[counts > 0]) == 1 else 0

    def is_open(self, stamps: StampArray) -> BoolArray:
        """Return which stamps are less than a step behind a mark, shape (t,)."""
        return np.asarray(stamps - self.floor(stamps) < np.timedelta64(self.step, "ns"))

    def walk(self, start: np.datetime64, size: int) -> StampArray:
        """Count marks; a start at a closed time moves to the next that is open; shape (size,)."""
        number = self.number(np.array([start]))
        late = start - self._marks(number)[0]
        if late >= np.timedelta64(self.step, "ns"):
            number, late = number + 1, np.timedelta64(0, "ns")
        return np.asarray(self._marks(number + _counts(size)) + late)

    def number(self, stamps: StampArray) -> IntArray:
        """Return the number of the last mark at or before each stamp, from a Monday of 1970 on; shape (t,)."""
        weeks, into = np.divmod(stamps.astype("datetime64[ns]").astype(np.int64) - _MONDAY, WEEK)
        place = np.searchsorted(np.array(self.marks), into, side="right") - 1
        return np.asarray(weeks * len(self.marks) + place)

    def _marks(self, numbers: IntArray) -> StampArray:
        weeks, which = np.divmod(numbers, len(self.marks))
        nanos = _MONDAY + weeks * WEEK + np.array(self.marks)[which]
        return np.asarray(nanos.astype("datetime64[ns]"))


_MONDAY = 4 * DAY
"""The first one after the Thursday with which 1970 begins."""


def weekdays(stamps: StampArray) -> IntArray:
    """Return the weekday of each stamp, 0 = Monday, in an array of their shape."""
    # 1970-01-01 was a Thursday.
    return np.asarray((stamps.astype("datetime64[D]").astype(np.int64) + 3) % 7)


def _counts(size: int) -> IntArray:
    return np.arange(size, dtype=np.int64)


def _month_numbers(stamps: StampArray) -> IntArray:
    return stamps.astype("datetime64[M]").astype(np.int64)
