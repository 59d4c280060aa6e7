"""Numbers that are dates: 20240101, 202401, 202401011230, and time counted from 1970."""

from typing import NamedTuple

import numpy as np

from models.types import BoolArray, IntArray, StampArray


class _Form(NamedTuple):
    """``width``: digits; ``earliest``: the first year in which numbers of the form are dates."""

    name: str
    width: int
    earliest: int


class Reading(NamedTuple):
    """``values``: shape (t,), ``datetime64[ns]``; ``form``: what the numbers were read as."""

    values: StampArray
    form: str
    zone: str | None


# From ten digits on, an earlier year would be time counted from 1970 in our days.
_FORMS = (
    _Form("YYYYMM", 6, 1700),
    _Form("YYYYMMDD", 8, 1700),
    _Form("YYYYMMDDHH", 10, 1900),
    _Form("YYYYMMDDHHMM", 12, 1900),
    _Form("YYYYMMDDHHMMSS", 14, 1900),
)
_SMALLEST = 170_001
_LATEST_YEAR = 2199
_EPOCH = (("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9))
_EPOCH_FROM, _EPOCH_UNTIL = 10**9, 1_900_000_000
"""Seconds from 1970 to September 2001, and to March 2030: from there on, ten digits look like hours."""


def dates_of(numbers: IntArray) -> Reading | None:
    """Read numbers, shape (t,), that are dates throughout, all in one form; None if they are not."""
    if not len(numbers) or numbers.min() < _SMALLEST:
        return None
    for form in _FORMS:
        if _in_form(numbers, form).all():
            return Reading(_dates(numbers, form.width)[0], form.name, None)
    for unit, per_second in _EPOCH:
        if _in_epoch(numbers, per_second).all():
            nanos = numbers * (10**9 // per_second)
            return Reading(nanos.astype("datetime64[ns]"), f"{unit} since 1970", "UTC")
    return None


def any_date(numbers: IntArray) -> bool:
    """Whether any of the numbers, shape (t,), could be a date."""
    if not len(numbers) or numbers.max() < _SMALLEST:
        return False
    fits = np.zeros(len(numbers), dtype=np.bool_)
    for form in _FORMS:
        fits |= _in_form(numbers, form)
    for _, per_second in _EPOCH:
        fits |= _in_epoch(numbers, per_second)
    return bool(fits.any())


def _in_form(numbers: IntArray, form: _Form) -> BoolArray:
    rest = 10 ** (form.width - 4)
    fits = (numbers >= form.earliest * rest) & (numbers < (_LATEST_YEAR + 1) * rest)
    if fits.any():
        fits[fits] = _dates(numbers[fits], form.width)[1]
    return np.asarray(fits)


def _in_epoch(numbers: IntArray, per_second: int) -> BoolArray:
    return np.asarray((numbers >= _EPOCH_FROM * per_second) & (numbers < _EPOCH_UNTIL * per_second))


def _dates(numbers: IntArray, width: int) -> tuple[StampArray, BoolArray]:
    """Return the dates, ``datetime64[ns]``, and which of them the calendar has; shape (t,) each."""
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
