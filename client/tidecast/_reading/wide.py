"""Wide tables, a column per series or per time, to long ones: a row per value.

Each way of laying out is a function from a table to the long one, None where the table is laid out otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from . import kinds
from .errors import DataError, no_column
from .months import month_of
from .parts import clock_of, clocks_of, combined, holds_clocks
from .rows import is_year
from .stamps import looks_like_times, read, settle, style_of
from .surroundings import is_total
from .table import Table
from .wanted import Wanted
from .ways import LONGEST

LONG, DATES, SERIES = "long", "dates", "series"
"""Layouts: a row per value, a column per date, a column per series."""
_MIN_DATES, _MIN_YEARS, _MIN_CLOCKS = 3, 2, 12


class _Value(NamedTuple):
    """One value of a wide table: of which series, when, and the row of the table that it stands in."""

    key: str
    time: Any
    value: Any
    row: int


def long_of(table: Table, wanted: Wanted) -> tuple[Table, str]:
    """Return the table with a row per value, and how it was laid out: LONG, DATES or SERIES.

    Raises:
        DataError: It was said to be wide, and has no column of times or of numbers.
        OpenQuestion: Its days may have the day or the month first.
    """
    if wanted.wide:
        return _of_series(table, wanted.time or None), SERIES
    for way in _WAYS:
        long = way(table, wanted)
        if long is not None:
            return long, DATES
    return table, LONG


def _of_years(table: Table, _: Wanted) -> Table | None:
    """Rows are years, columns their months or quarters."""
    months = _parts_of_year(table)
    years = next((name for name in table if _holds_years(table[name])), None)
    if months is None or years is None:
        return None
    rest = [name for name in table if name not in months and name != years]
    keys = [name for name in rest if kinds.holds_texts(table[name])]
    values = [
        _Value(_key(table, keys, row), f"{int(year)}-{month:02d}-01", table[name][row], row)
        for row, year in enumerate(table[years])
        for name, month in months.items()
    ]
    part = "month" if len(months) > 4 else "quarter"
    told = f"a wide table, a row per year and a column per {part}"
    note = _with_unread(told, rest, keys)
    return _long(table, _in_order(values), [note], has_keys=bool(keys))


def _of_months(table: Table, _: Wanted) -> Table | None:
    """Rows are months or quarters, columns years."""
    years = [name for name in table if is_year(name)]
    if len(years) < _MIN_YEARS:
        return None
    able = ((name, _months_of(table[name])) for name in table if name not in years)
    name, months = next(((name, months) for name, months in able if months), ("", []))
    if not months:
        return None
    values = [
        _Value("", f"{int(year)}-{month:02d}-01", table[year][row], row)
        for year in years
        for row, month in enumerate(months)
    ]
    told = "a wide table, a column per year and a row per part of it"
    note = _with_unread(told, table, [*years, name])
    return _long(table, _in_order(values), [note], has_keys=False)


def _of_dates(table: Table, _: Wanted) -> Table | None:
    """Columns are dates, but for a few at the left."""
    bare = {name: _bare(name) for name in table}
    dated = [name for name in table if not name.startswith("column_") and _is_time(bare[name])]
    years = [name for name in table if is_year(bare[name])]
    names = dated if len(dated) >= _MIN_DATES else years
    known = {*names}
    rest = [name for name in table if name not in known]
    totals = [name for name in rest if is_total(name)]
    left = [name for name in rest if not is_total(name)]
    one_way = names is years or style_of([bare[name] for name in names]) is not None
    if len(names) < _MIN_DATES or len(left) > len(names) or not one_way:
        return None
    keys = [name for name in left if not kinds.is_index(name, table[name]) and any(table[name])]
    series = [_key(table, keys, row) for row in range(table.height)]
    if len({*series}) < len(series):
        series = [f"{key} (line {table.line_of(row)})" for row, key in enumerate(series)]
    times = [int(bare[name]) if names is years else bare[name] for name in names]
    values = [
        _Value(key, time, table[name][row], row)
        for row, key in enumerate(series)
        for name, time in zip(names, times)
    ]
    by = f" ({', '.join(keys)})" if keys else ""
    notes = [f"a wide table, a column per date: {len(series)} series{by}"]
    notes += [f"columns not read: {', '.join(totals)}"] if totals else []
    return _long(table, values, notes, has_keys=len(series) > 1 or bool(keys))


def _of_hours(table: Table, wanted: Wanted) -> Table | None:
    """Rows are days, columns the clocks or the hours of one."""
    clocks = _clocks_of(table)
    if len(clocks) < _MIN_CLOCKS:
        return None
    left = table.with_columns({name: table[name] for name in table if name not in clocks})
    parts = combined(left, set(), wanted)
    left = left if parts is None else parts.table
    days = next((name for name in left if _are_days(left[name])), None)
    style = None if days is None else style_of(left[days])
    if days is None or style is None:
        return None
    starts = read(left[days], settle(left[days], style, days, wanted.dates))
    rest = [name for name in left if name != days]
    keys = [n for n in rest if kinds.holds_texts(left[n]) or kinds.is_id(n, left[n])]
    counted = not any(":" in name for name in clocks)
    first = min(clocks.values()) if counted else timedelta()  # H1 to H24 begin as H0 to H23 do
    values = [
        _Value(_key(left, keys, row), _at(start, clock - first), table[name][row], row)
        for row, start in enumerate(starts)
        for name, clock in clocks.items()
    ]
    told = f"a wide table, a row per day and a column per hour: {next(iter(clocks))} is {values[0].time}"
    note = _with_unread(told, rest, keys)
    return _long(table, values, [note], has_keys=bool(keys))


def _of_days_across(table: Table, wanted: Wanted) -> Table | None:
    """Rows are the clocks or the hours of one day, columns days."""
    days = [name for name in table if _is_time(name) and not is_year(name)]
    rest = [name for name in table if name not in days]
    style = style_of(days)
    if style is None or len(days) < _MIN_DATES or table.height < _MIN_CLOCKS or len(rest) != 1:
        return None
    told = clocks_of(rest[0], table[rest[0]])
    clocks = [clock for value in told if (clock := clock_of(value)) is not None]
    if not holds_clocks(rest[0], table[rest[0]]) or len({*clocks}) < table.height:
        return None
    first = min(clocks) if kinds.is_whole(told) else timedelta()
    starts = read(days, settle(days, style, rest[0], wanted.dates))
    values = [
        _Value("", _at(start, clock - first), table[name][row], row)
        for name, start in zip(days, starts)
        for row, clock in enumerate(clocks)
    ]
    note = f"a wide table, a row per hour and a column per day: {told[0]} is {values[0].time}"
    return _long(table, _in_order(values), [note], has_keys=False)


def _of_numbers(table: Table, _: Wanted) -> Table | None:
    """Columns are steps by number, such as d_1 to d_1913, rows series by name."""
    numbered: dict[str, dict[str, int]] = {}
    for name in table:
        match = re.fullmatch(r"(.*?)(\d+)", name)
        if match and kinds.is_numeric(table[name]):
            numbered.setdefault(match[1], {})[name] = int(match[2])
    steps = max(numbered.values(), key=len, default={})
    first = next(iter(steps.values()), 0)
    rest = [name for name in table if name not in steps]
    keys = [name for name in rest if kinds.holds_texts(table[name])]
    even = [*steps.values()] == [*range(first, first + len(steps))]
    timed = any(kinds.is_named_time(name) or _holds_times(name, table[name]) for name in rest)
    if len(steps) < _MIN_CLOCKS or not even or not keys or timed:
        return None
    values = [
        _Value(_key(table, keys, row), step, value, row)
        for row in range(table.height)
        for step, value in zip(steps.values(), _up_to_last([table[name][row] for name in steps]))
    ]
    told = f"a wide table, a row per series ({', '.join(keys)}) and a column per step, as {next(iter(steps))}"
    return _long(table, values, [_with_unread(told, rest, keys)], has_keys=True)


_WAYS: tuple[Callable[[Table, Wanted], Table | None], ...] = (
    _of_years,
    _of_months,
    _of_days_across,
    _of_dates,
    _of_hours,
    _of_numbers,
)
"""Asked in this order: a column per month would be one per date as well."""


def _of_series(table: Table, time: str | None) -> Table:
    """Columns are series, beside one of times that is named or found."""
    if time and time not in table:
        raise no_column(time, table)
    able = [time] if time else [name for name in table if _holds_times(name, table[name])]
    able = able or [name for name in table if kinds.is_named_time(name)]
    if not able:
        raise DataError("--wide needs a column of times; hint: --time-col NAME")
    rest = [n for n in table if n != able[0] and not kinds.is_index(n, table[n])]
    names = [name for name in rest if kinds.is_numeric(table[name])]
    if not names:
        raise DataError("--wide needs columns of numbers beside the times")
    values = [
        _Value(name, stamp, table[name][row], row)
        for name in names
        for row, stamp in enumerate(table[able[0]])
    ]
    told = f"a wide table, a column per series: {len(names)} series"
    note = _with_unread(told, rest, names)
    return _long(table, values, [note], has_keys=True, time=able[0])


# --- the long table --------------------------------------------------------------


def _long(
    table: Table,
    values: Sequence[_Value],
    notes: Iterable[str],
    *,
    has_keys: bool,
    time: str = "ds",
) -> Table:
    columns = {"unique_id": [one.key for one in values]} if has_keys else {}
    columns |= {time: [one.time for one in values], "y": [one.value for one in values]}
    lines = [table.line_of(one.row) for one in values]
    return Table(columns, lines, [*table.notes, *notes])


def _in_order(values: Iterable[_Value]) -> list[_Value]:
    """Return values by series and time, without those at the end that are yet to come."""
    order = sorted(values, key=lambda one: (one.key, one.time))
    while order and order[-1].value is None:
        order.pop()
    return order


def _up_to_last(values: Sequence[Any]) -> Sequence[Any]:
    """Return values without those that are missing at the end."""
    end = max(
        (place for place, value in enumerate(values, start=1) if value is not None), default=0
    )
    return values[:end]


def _key(table: Table, names: Sequence[str], row: int) -> str:
    told = [str(table[name][row]) for name in names if table[name][row] is not None]
    return "/".join(told) or "series"


def _with_unread(told: str, names: Iterable[str], read: Iterable[str]) -> str:
    known = {*read}
    unread = [name for name in names if name not in known]
    return told + (f"; not read: {', '.join(unread)}" if unread else "")


# --- what columns and their names hold -------------------------------------------


def _parts_of_year(names: Iterable[str]) -> dict[str, int] | None:
    """Return the names that are the twelve months or the four quarters, with the month that each begins."""
    names = list(names)
    months = {name: month for name in names if (month := month_of(name)) is not None}
    digits = {name: int(name) for name in names if name.isdecimal() and 1 <= int(name) <= 12}
    quarters = {
        name: 3 * int(match[1]) - 2
        for name in names
        if (match := re.fullmatch(r"(?:Q|T|Qtr)\s?([1-4])", name, re.IGNORECASE))
    }
    for found, count in ((months, 12), (digits, 12), (quarters, 4)):
        if len(found) == count == len({*found.values()}):
            return found
    return None


def _months_of(values: Sequence[Any]) -> list[int]:
    """Return the month that each row begins with, none unless rows are the months or the quarters of a year."""
    found = _parts_of_year(dict.fromkeys(map(str, values))) or {}
    return [found[str(value)] for value in values] if len(found) == len(values) else []


def _holds_years(values: Sequence[Any]) -> bool:
    if None in values or not kinds.is_whole(values):
        return False
    return all(1500 <= value < 2200 for value in values)


def _holds_times(name: str, values: Sequence[Any]) -> bool:
    sure = not kinds.is_numeric(values) or kinds.is_whole(values) or kinds.is_named_time(name)
    return sure and looks_like_times(values)


def _clocks_of(table: Table) -> dict[str, timedelta]:
    """Return how far into the day the names of columns are; 00:00 behind 23:00 ends the day."""
    clocks = {name: clock for name in table if (clock := _clock_in(name)) is not None}
    digits = {name: int(name) for name in table if re.fullmatch(r"\d{1,2}", name)}
    if len(clocks) < _MIN_CLOCKS and [*digits.values()] in ([*range(24)], [*range(1, 25)]):
        return {name: timedelta(hours=hour) for name, hour in digits.items()}
    last = next(reversed(clocks), None)
    if last is not None and not clocks[last] and len(clocks) > 1:
        clocks[last] = timedelta(days=1)
    return clocks


def _clock_in(name: str) -> timedelta | None:
    """Return how far into the day a column's name is, such as 13:30, 1 pm, 13-14, H14 and Hour 14."""
    match = re.fullmatch(
        r"(?P<clock>\d{1,2}(?::\d{2}){0,2})\s?(?P<more>[AaPp]\.?\s?[Mm]\.?|[-–]\s?\d{1,2}(?::\d{2})?)?"
        r"|(?:H|HE|HR|hour|Stunde)[\s_]?(?P<hour>\d{1,2})",
        name,
        re.IGNORECASE,
    )
    if match is None or not (match["hour"] or match["more"] or ":" in name):
        return None
    clock, more = match["hour"] or match["clock"], match["more"] or ""
    if more[:1].isalpha():
        return clock_of(f"{clock} {more}")
    return clock_of(clock if ":" in clock else int(clock))


def _are_days(values: Sequence[Any]) -> bool:
    style = style_of(values)
    stamps = read(values, style) if style is not None else [None]
    return all(stamp is not None and "T" not in stamp for stamp in stamps)


def _at(day: str | None, clock: timedelta) -> str | None:
    try:
        return day and (datetime.fromisoformat(day) + clock).isoformat()
    except OverflowError:  # at the end of the calendar
        return None


def _is_time(name: str) -> bool:
    return style_of([name]) is not None


def _bare(name: str) -> str:
    """Return a date without what stands in brackets behind it, such as 2000 [YR2000]."""
    if len(name) > LONGEST:
        return name
    return re.sub(r"(?<=\d)\s*[\[(][^\])]*[\])]$", "", name)
