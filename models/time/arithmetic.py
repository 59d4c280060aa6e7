"""The arithmetic behind a canonical alias: which kind of steps it stands for."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries import offsets

from models.time.opening_hours import SPELLED, opening_hours
from models.time.steps import (
    ALL_MONTHS,
    DAY,
    LAST_DAY,
    MONTHS,
    WEEKDAYS,
    Days,
    MonthDays,
    Months,
    MonthWeeks,
    OpenDays,
    RetailMonths,
    Steps,
    Ticks,
    YearDays,
)


@lru_cache(maxsize=512)
def steps_of(alias: str) -> Steps:
    """Return the arithmetic of a canonical alias."""
    own = _own_steps(alias)
    if own is not None:
        return own
    offset: Any = pd.tseries.frequencies.to_offset(alias)
    if isinstance(offset, offsets.Tick) and not isinstance(offset, offsets.Day):
        nanos = int(offset.nanos)
        return Ticks(nanos) if nanos % DAY else Days(nanos // DAY)
    return _FAMILIES[type(offset)](offset)


_OWN = re.compile(
    r"(\d*)(?:C-([A-Z-]+)|(M[SE](?=-)(?:-\d+)*(?:-[A-Z]{3})*)|LWOM-([A-Z]{3})|W-445-(\d{8})|YS-(\d+)D-(\d+))$"
)
"""Calendars of business that pandas has no alias for: ``C-MON-WED-FRI``, ``MS-10-20-31`` … (see ``business``)."""


def _own_steps(alias: str) -> Steps | None:
    """Return the arithmetic of a canonical alias that pandas does not have; None if it has it."""
    hours = SPELLED.fullmatch(alias)
    if hours is not None:
        ticks = steps_of(hours[1])
        return opening_hours(ticks.length, hours[2])
    match = _OWN.match(alias)
    if match is None:
        return None
    count, weekday_names, of_months, last, mark, of_year, a_year = match.groups()
    if weekday_names:
        names = weekday_names.split("-")
        mask = "".join("1" if name in names else "0" for name in WEEKDAYS)
        return OpenDays(int(count or 1), mask)
    if of_months:
        return _month_days(int(count or 1), *of_months.split("-"))
    if last:
        return MonthWeeks(int(count or 1), -1, WEEKDAYS.index(last))
    if of_year:
        return YearDays(int(of_year), int(a_year))
    return RetailMonths(np.datetime64(f"{mark[:4]}-{mark[4:6]}-{mark[6:]}", "D"))


def _month_days(count: int, kind: str, *named: str) -> MonthDays:
    """Return the marks of months that are named by their days and, if not all, by their own names."""
    days = tuple(int(one) for one in named if one.isdigit())
    months = tuple(MONTHS.index(one) for one in named if one in MONTHS)
    usual = (LAST_DAY if kind == "ME" else 1,)
    return MonthDays(count, days or usual, months or ALL_MONTHS)


def _months(unit: int, *, at_end: bool, business: bool = False) -> Callable[[Any], Steps]:
    def make(offset: Any) -> Steps:
        month = getattr(offset, "startingMonth", getattr(offset, "month", 1))
        return Months(offset.n, unit, month - 1, at_end, business)

    return make


_FAMILIES: dict[type, Callable[[Any], Steps]] = {
    offsets.Day: lambda offset: Days(offset.n),
    offsets.Week: lambda offset: Days(7 * offset.n, offset.weekday),
    offsets.BusinessDay: lambda offset: OpenDays(offset.n),
    offsets.WeekOfMonth: lambda offset: MonthWeeks(offset.n, offset.week, offset.weekday),
    offsets.SemiMonthBegin: lambda offset: MonthDays(offset.n, (1, offset.day_of_month)),
    offsets.SemiMonthEnd: lambda offset: MonthDays(offset.n, (offset.day_of_month, LAST_DAY)),
    offsets.MonthBegin: _months(1, at_end=False),
    offsets.MonthEnd: _months(1, at_end=True),
    offsets.BusinessMonthBegin: _months(1, at_end=False, business=True),
    offsets.BusinessMonthEnd: _months(1, at_end=True, business=True),
    offsets.QuarterBegin: _months(3, at_end=False),
    offsets.QuarterEnd: _months(3, at_end=True),
    offsets.BQuarterBegin: _months(3, at_end=False, business=True),
    offsets.BQuarterEnd: _months(3, at_end=True, business=True),
    offsets.YearBegin: _months(12, at_end=False),
    offsets.YearEnd: _months(12, at_end=True),
    offsets.BYearBegin: _months(12, at_end=False, business=True),
    offsets.BYearEnd: _months(12, at_end=True, business=True),
}
