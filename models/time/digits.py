"""Numbers that are dates: 20240101, 202401, 202452, 20244, 2024366, 202401011230, 240101, and time from 1970."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from models.time.steps import weekdays
from models.types import BoolArray, IntArray, StampArray

_Dates = tuple[StampArray, BoolArray]
"""The dates, ``datetime64[ns]``, and which of them the calendar has; shape (t,) each."""


class Reading(NamedTuple):
    """``values``: shape (t,), ``datetime64[ns]``; ``form``: what the numbers were read as."""

    values: StampArray
    form: str
    zone: str | None


class _DigitFormat(NamedTuple):
    """``width``: digits; ``earliest``: the first year that numbers of it stand for; ``dates`` reads them."""

    name: str
    width: int
    earliest: int
    dates: Callable[[IntArray], _Dates]


_SMALLEST = 170_001
_FIRST_YEAR, _LATEST_YEAR = 1700, 2199
_SHORTEST, _LAST_CENTURY, _FEWEST_SHORT = 10_101, 690_000, 3
_EPOCH = (("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9))
_EPOCH_FROM, _EPOCH_UNTIL = 10**9, 1_900_000_000
"""Seconds from 1970 to September 2001, and to March 2030: from there on, ten digits look like hours."""


def dates_of(numbers: IntArray) -> Reading | None:
    """Read numbers, shape (t,), that are dates throughout, all in one form; None if they are not."""
    quarters = _quarters_of(numbers)
    if quarters is not None:
        return quarters
    if not len(numbers) or numbers.min() < _SMALLEST:
        return _short_dates_of(numbers)
    for form in _FORMS:
        if _in_form(numbers, form).all():
            return Reading(form.dates(numbers)[0], form.name, None)
    for unit, per_second in _EPOCH:
        if _in_epoch(numbers, per_second).all():
            nanos = numbers * (10**9 // per_second)
            return Reading(nanos.astype("datetime64[ns]"), f"{unit} since 1970", "UTC")
    return _short_dates_of(numbers)


def years_of(numbers: IntArray) -> Reading | None:
    """Read numbers, shape (t,), of four digits as years; None if others are among them."""
    if not ((numbers >= _FIRST_YEAR) & (numbers <= _LATEST_YEAR)).all():
        return None
    return Reading(_january(numbers).astype("datetime64[ns]"), "YYYY", None)


def any_date(numbers: IntArray) -> bool:
    """Whether any of the numbers, shape (t,), could be a date, or all of them one of six digits."""
    if could_be_short(numbers):
        return True
    if not len(numbers) or numbers.max() < _SMALLEST:
        return False
    fits = np.zeros(len(numbers), dtype=np.bool_)
    for form in _FORMS:
        fits |= _in_form(numbers, form)
    for _, per_second in _EPOCH:
        fits |= _in_epoch(numbers, per_second)
    return bool(fits.any())


def could_be_short(numbers: IntArray) -> bool:
    """Whether three or more numbers, shape (t,), could be days as YYMMDD throughout, or count."""
    if len(numbers) < _FEWEST_SHORT or numbers.min() < _SHORTEST or numbers.max() >= 10**6:
        return False
    return bool(_short_dates(numbers)[1].all())


def _quarters_of(numbers: IntArray) -> Reading | None:
    """Read numbers such as 20241 and 202401 as quarters where these are equally far apart and numbers are not."""
    for name, rest in (("YYYYQ", 10), ("YYYY0Q", 100)):
        year, quarter = numbers // rest, numbers % rest
        named = (year >= _FIRST_YEAR) & (year <= _LATEST_YEAR) & (quarter >= 1) & (quarter <= 4)
        months = 12 * (year - 1970) + 3 * (quarter - 1)
        if named.all() and _is_even(months) and not _is_even(numbers):
            return Reading(months.astype("datetime64[M]").astype("datetime64[ns]"), name, None)
    return None


def _is_even(numbers: IntArray) -> bool:
    """Whether numbers, shape (t,), are equally far apart."""
    return len(np.unique(np.diff(np.unique(numbers)))) == 1


def _short_dates_of(numbers: IntArray) -> Reading | None:
    """Read numbers as YYMMDD where days are equally far apart and numbers are not: these count nothing."""
    if not could_be_short(numbers):
        return None
    days = _short_dates(numbers)[0]
    even = _is_even(days.astype(np.int64)) and not _is_even(numbers)
    return Reading(days, "YYMMDD", None) if even else None


def _short_dates(numbers: IntArray) -> _Dates:
    """Read two digits of the year, those from 69 on of the last century, of the month and of the day."""
    century = np.where(numbers >= _LAST_CENTURY, 19, 20)
    return _dates(century * 10**6 + numbers, 8)


def _in_form(numbers: IntArray, form: _DigitFormat) -> BoolArray:
    rest = 10 ** (form.width - 4)
    fits = (numbers >= form.earliest * rest) & (numbers < (_LATEST_YEAR + 1) * rest)
    if fits.any():
        fits[fits] = form.dates(numbers[fits])[1]
    return np.asarray(fits)


def _in_epoch(numbers: IntArray, per_second: int) -> BoolArray:
    return np.asarray((numbers >= _EPOCH_FROM * per_second) & (numbers < _EPOCH_UNTIL * per_second))


def _dates(numbers: IntArray, width: int) -> _Dates:
    """Read a year, a month and what else of day and clock ``width`` digits hold."""
    whole = numbers * 100 + 1 if width == 6 else numbers
    whole = whole * 10 ** (14 - max(width, 8))
    parts = [whole // 10**at % 100 for at in (8, 6, 4, 2, 0)]
    month, day, hour, minute, second = parts
    months = ((whole // 10**10 - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    real = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)
    real &= (hour <= 23) & (minute <= 59) & (second <= 59)
    seconds = days.astype("datetime64[s]") + (hour * 3600 + minute * 60 + second)
    return seconds.astype("datetime64[ns]"), np.asarray(real)


def _weeks(numbers: IntArray) -> _Dates:
    """Read a year and a week of ISO 8601 as the Monday of it."""
    year, week = numbers // 100, numbers % 100
    days = _first_monday(year) + 7 * (week - 1)
    real = (week >= 1) & (days < _first_monday(year + 1))
    return days.astype("datetime64[ns]"), np.asarray(real)


def _first_monday(year: IntArray) -> StampArray:
    """Return the Monday of the week with the fourth of January."""
    fourth = _january(year) + 3
    return np.asarray(fourth - weekdays(fourth))


def _days_of_year(numbers: IntArray) -> _Dates:
    """Read a year and a day of it, counted from 1."""
    year, day = numbers // 1000, numbers % 1000
    days = _january(year) + (day - 1)
    real = (day >= 1) & (days < _january(year + 1))
    return days.astype("datetime64[ns]"), np.asarray(real)


def _january(year: IntArray) -> StampArray:
    return np.asarray((year - 1970).astype("datetime64[Y]").astype("datetime64[D]"))


def _clock_form(name: str, earliest: int) -> _DigitFormat:
    return _DigitFormat(name, len(name), earliest, partial(_dates, width=len(name)))


# From ten digits on, an earlier year would be time counted from 1970 in our days.
_FORMS = (
    _clock_form("YYYYMM", 1700),
    _DigitFormat("YYYYWW", 6, 1900, _weeks),
    _DigitFormat("YYYYDDD", 7, 1900, _days_of_year),
    _clock_form("YYYYMMDD", 1700),
    _clock_form("YYYYMMDDHH", 1900),
    _clock_form("YYYYMMDDHHMM", 1900),
    _clock_form("YYYYMMDDHHMMSS", 1900),
)
