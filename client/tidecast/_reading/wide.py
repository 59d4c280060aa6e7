"""Wide tables, a column per series or a column per date, to long ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from . import kinds
from .columns import missing
from .errors import DataError
from .months import month_of
from .stamps import looks_like_times, read, settle, style_of
from .surroundings import is_total
from .table import Table, line_of
from .wanted import Wanted

_MIN_DATES, _MIN_YEARS, _MIN_CLOCKS = 3, 2, 12


def long_of_dates(table: Mapping[str, list[Any]]) -> Table | None:
    """Return a long table if the columns but for a few at the left are dates, else None."""
    dated = [name for name in table if _is_dated(name)]
    years = [name for name in table if re.fullmatch(r"(?:18|19|20|21)\d\d", _bare(name))]
    names = dated if len(dated) >= _MIN_DATES else years
    totals = [name for name in table if name not in names and is_total(name)]
    left = [name for name in table if name not in names and name not in totals]
    if (
        len(names) < _MIN_DATES
        or len(left) > len(names)
        or (style_of([_bare(name) for name in names]) is None and names is dated)
    ):
        return None
    keys = [name for name in left if not kinds.is_index(name, table[name]) and any(table[name])]
    rows = len(table[names[0]])
    told = ([table[name][row] for name in keys] for row in range(rows))
    ids = ["/".join(str(one) for one in key if one is not None) or "series" for key in told]
    if len(set(ids)) < rows:
        ids = [f"{key} (line {line_of(table, row)})" for row, key in enumerate(ids)]
    long: dict[str, list[Any]] = {"unique_id": [], "ds": [], "y": []}
    lines: list[int] = []
    for row, key in enumerate(ids):
        long["unique_id"] += [key] * len(names)
        long["ds"] += [int(_bare(name)) for name in names] if names is years else map(_bare, names)
        long["y"] += [table[name][row] for name in names]
        lines += [line_of(table, row)] * len(names)
    by = f" ({', '.join(keys)})" if keys else ""
    notes = [f"a wide table, a column per date: {rows} series{by}"]
    notes += [f"columns not read: {', '.join(totals)}"] if totals else []
    if rows == 1 and not keys:
        del long["unique_id"]
    return Table(long, lines, [*getattr(table, "notes", []), *notes])


def long_of_hours(table: Mapping[str, list[Any]], wanted: Wanted) -> Table | None:
    """Return a long table if rows are days and columns the clocks or the hours of one, else None."""
    clocks = _clocks_of(table)
    if len(clocks) < _MIN_CLOCKS:
        return None
    days = next((name for name in table if name not in clocks and _are_days(table[name])), None)
    style = None if days is None else style_of(table[days])
    if days is None or style is None:
        return None
    starts = read(table[days], settle(table[days], style, days, wanted.dates))
    keys = [n for n in table if n not in clocks and n != days and kinds.holds_texts(table[n])]
    told = any(":" in name for name in clocks)
    first = (
        timedelta() if told else min(clocks.values())
    )  # H1 to H24 begin with the day, as H0 to H23 do
    long: dict[str, list[Any]] = {"unique_id": [], "ds": [], "y": []}
    lines: list[int] = []
    for row, start in enumerate(starts):
        for name, clock in clocks.items():
            long["unique_id"].append("/".join(str(table[key][row]) for key in keys))
            long["ds"].append(_at(start, clock - first))
            long["y"].append(table[name][row])
            lines.append(line_of(table, row))
    if not keys:
        del long["unique_id"]
    left = [name for name in table if name not in clocks and name not in (days, *keys)]
    about = f"a wide table, a row per day and a column per hour: {next(iter(clocks))} is {long['ds'][0]}"
    notes = [about + (f"; not read: {', '.join(left)}" if left else "")]
    return Table(long, lines, [*getattr(table, "notes", []), *notes])


def _clocks_of(table: Mapping[str, list[Any]]) -> dict[str, timedelta]:
    """Return how far into the day the names of columns are; 00:00 behind 23:00 ends the day."""
    clocks = {name: clock for name in table if (clock := _clock_in(name)) is not None}
    hours = [name for name in table if re.fullmatch(r"\d{1,2}", name)]
    digits = {name: timedelta(hours=int(name)) for name in hours}
    if len(clocks) < _MIN_CLOCKS and [*map(int, digits)] in ([*range(24)], [*range(1, 25)]):
        return digits
    last = next(reversed(clocks), None)
    if last is not None and not clocks[last] and len(clocks) > 1:
        clocks[last] = timedelta(days=1)
    return clocks


def _at(day: str | None, clock: timedelta) -> str | None:
    try:
        return day and (datetime.fromisoformat(day) + clock).isoformat()
    except OverflowError:  # at the end of the calendar
        return None


def _clock_in(name: str) -> timedelta | None:
    """Return how far into the day a column's name is, such as 13:30, H14 and Hour 14."""
    match = re.fullmatch(
        r"(\d{1,2}):(\d{2})(?::00)?|(?:H|HE|HR|hour|Stunde)[\s_]?(\d{1,2})", name, re.IGNORECASE
    )
    if match is None:
        return None
    return timedelta(hours=int(match[1] or match[3]), minutes=int(match[2] or 0))


def _are_days(values: list[Any]) -> bool:
    style = style_of(values)
    stamps = read(values, style) if style is not None else [None]
    return all(stamp is not None and "T" not in stamp for stamp in stamps)


def _is_dated(name: str) -> bool:
    return not name.startswith("column_") and style_of([_bare(name)]) is not None


def _bare(name: str) -> str:
    """Return a date without what stands in brackets behind it, such as 2000 [YR2000]."""
    return re.sub(r"(?<=\d)\s*[\[(][^\])]*[\])]$", "", name)


def long_of_months(table: Mapping[str, list[Any]]) -> Table | None:
    """Return a long table if rows are months or quarters and columns years, else None."""
    years = [name for name in table if re.fullmatch(r"(?:18|19|20|21)\d\d", name)]
    rows = next((n for n in table if n not in years and _begins_of(table[n])), None)
    if rows is None or len(years) < _MIN_YEARS:
        return None
    begins = _begins_of(table[rows]) or []
    lines = [line_of(table, row) for row in range(len(begins))]
    order = sorted((int(year), month, row) for year in years for row, month in enumerate(begins))
    values = [table[str(year)][row] for year, _, row in order]
    while values and values[-1] is None:
        values.pop()
        order.pop()
    columns = {"ds": [f"{year}-{month:02d}-01" for year, month, _ in order], "y": values}
    left = [name for name in table if name not in years and name != rows]
    told = "a wide table, a column per year and a row per part of it"
    notes = [told + (f"; not read: {', '.join(left)}" if left else "")]
    return Table(columns, [lines[row] for *_, row in order], [*getattr(table, "notes", []), *notes])


def _begins_of(values: list[Any]) -> list[int] | None:
    """Return the month that each row begins with, if rows are the months or the quarters of a year."""
    found = _parts_of_year({str(value): [] for value in values})
    return [found[str(value)] for value in values] if found and len(found) == len(values) else None


def long_of_years(table: Mapping[str, list[Any]]) -> Table | None:
    """Return a long table if rows are years and columns their months or quarters, else None."""
    found = _parts_of_year(table)
    years = [name for name in table if _holds_years(table[name])]
    if found is None or not years:
        return None
    rest = [name for name in table if name not in found and name not in years[:1]]
    keys = [name for name in rest if kinds.holds_texts(table[name])]
    long: dict[str, list[Any]] = {"unique_id": [], "ds": [], "y": []}
    lines: list[int] = []
    for row, year in enumerate(table[years[0]]):
        key = "/".join(str(table[name][row]) for name in keys) or "series"
        for name, month in found.items():
            long["unique_id"].append(key)
            long["ds"].append(f"{int(year)}-{month:02d}-01")
            long["y"].append(table[name][row])
            lines.append(line_of(table, row))
    order = sorted(range(len(lines)), key=lambda at: (long["unique_id"][at], long["ds"][at]))
    while order and long["y"][order[-1]] is None:
        order.pop()
    told = (
        f"a wide table, a row per year and a column per {'month' if len(found) > 4 else 'quarter'}"
    )
    left = [name for name in rest if name not in keys]
    notes = [told + (f"; not read: {', '.join(left)}" if left else "")]
    columns = {name: [values[at] for at in order] for name, values in long.items()}
    if not keys:
        del columns["unique_id"]
    return Table(columns, [lines[at] for at in order], [*getattr(table, "notes", []), *notes])


def _parts_of_year(table: Mapping[str, list[Any]]) -> dict[str, int] | None:
    """Return the columns that are the twelve months or the four quarters, with the month that each begins."""
    months = {name: month for name in table if (month := month_of(name)) is not None}
    digits = {name: int(name) for name in table if name.isdecimal() and 1 <= int(name) <= 12}
    quarters = {
        name: 3 * int(match[1]) - 2
        for name in table
        if (match := re.fullmatch(r"(?:Q|T|Qtr)\s?([1-4])", name, re.IGNORECASE))
    }
    for found, count in ((months, 12), (digits, 12), (quarters, 4)):
        if len(found) == count == len(set(found.values())):
            return found
    return None


def _holds_years(values: list[Any]) -> bool:
    present = [value for value in values if value is not None]
    if len(present) < len(values) or not kinds.is_whole(values):
        return False
    return all(1500 <= value < 2200 for value in present)


def _is_time(name: str, values: list[Any]) -> bool:
    sure = not kinds.is_numeric(values) or kinds.is_whole(values) or kinds.is_named_time(name)
    return sure and looks_like_times(values)


def long_of_series(table: Mapping[str, list[Any]], time: str | None) -> Table:
    """Return a long table of one with a column per series.

    Raises:
        DataError: There is no column of times, or none of numbers.
    """
    if time and time not in table:
        raise missing(time, table)
    times = [time] if time else [name for name in table if _is_time(name, table[name])]
    times = times or [name for name in table if kinds.is_named_time(name)]
    if not times:
        raise DataError("--wide needs a column of times; hint: --time-col NAME")
    names = [
        name
        for name, values in table.items()
        if name != times[0] and kinds.is_numeric(values) and not kinds.is_index(name, values)
    ]
    if not names:
        raise DataError("--wide needs columns of numbers beside the times")
    stamps = table[times[0]]
    lines = [line_of(table, row) for row in range(len(stamps))] * len(names)
    long = {
        "unique_id": [name for name in names for _ in stamps],
        times[0]: stamps * len(names),
        "y": [value for name in names for value in table[name]],
    }
    rest = [n for n in table if n not in (times[0], *names) and not kinds.is_index(n, table[n])]
    told = f"a wide table, a column per series: {len(names)} series"
    notes = [told + (f"; not read: {', '.join(rest)}" if rest else "")]
    return Table(long, lines, [*getattr(table, "notes", []), *notes])
