"""The times of a table: of one column, or of several that each hold a part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from . import kinds
from .errors import OpenQuestion
from .stamps import begins, looks_like_times, read, settle, style_by_name, style_of
from .table import Table, line_of
from .wanted import Wanted

_ZONE = re.compile(r"T.*?(Z|[+-]\d\d:\d\d)$")
_LOOKED_AT = 200
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


@dataclass(frozen=True)
class Combined:
    """A table with a time column that was made of others, and what to say of it."""

    table: Table
    name: str
    said: str


def read_times(
    table: Mapping[str, list[Any]], name: str, wanted: Wanted, say: Callable[[str], None]
) -> list[Any]:
    """Return ISO texts, or what is a time already: dates, and whole numbers that look like nothing else.

    Raises:
        DataError: A value is not in the format, or no way of reading is known.
    """
    values = table[name]
    if wanted.time_format is not None:
        return [
            None if v is None else _parsed(str(v), table, name, i, wanted.time_format)
            for i, v in enumerate(values)
        ]
    named = style_by_name(name, values) if kinds.is_whole(values) else None
    if named is None and kinds.is_whole(values) and style_of(values) is None:
        return values
    if not any(isinstance(value, str) for value in values) and not kinds.is_numeric(values):
        return values
    style = named or style_of(values) or style_of(values, share=0.8)
    if style is None:
        raise _unreadable(table, name, next((i for i, v in enumerate(values) if v is not None), 0))
    style = settle(values, style, name, wanted.dates)
    stamps = read(values, style)
    for row, (value, stamp) in enumerate(zip(values, stamps)):
        if value is not None and stamp is None:
            raise _unreadable(table, name, row)
    if style.is_said:
        say(f"times of {name}: {style.name}, {_first(values)!r} is {_first(stamps)}")
    return _in_one_zone(stamps, name, say)


def first_part(table: Mapping[str, list[Any]], name: str | None, wanted: Wanted) -> str | None:
    """Return what the dates of a column begin with, "day" or "month", if they are of numbers alone."""
    if name is None or name not in table or wanted.time_format is not None:
        return None
    style = style_of(table[name][:_LOOKED_AT], share=0.8)
    if style is None or begins(style) is None:
        return None
    try:
        return begins(settle(table[name], style, name, wanted.dates))
    except OpenQuestion:
        return begins(style)


def combined(
    table: Mapping[str, list[Any]], taken: set[str | None], dates: str | None = None
) -> Combined | None:
    """Return the table with a column of times made of year and month, or of day and clock, if so."""
    free = {"".join(kinds.words(name)): name for name in reversed(list(table)) if name not in taken}
    if any(
        looks_like_times(table[name]) and not kinds.is_numeric(table[name])
        for name in free.values()
    ):
        return _with_clock(table, free, dates)
    return _of_parts(table, free)


def _of_parts(table: Mapping[str, list[Any]], free: Mapping[str, str]) -> Combined | None:
    """Make dates of columns such as year, month, day and hour."""
    parts = [free[word] for word in ("year", "month", "day", "hour") if word in free]
    if "year" not in free or "month" not in free or "date" in free or "ds" in free:
        return None
    if not all(kinds.is_calendar(name, table[name]) for name in parts):
        return None
    try:
        times = [_of_row(row) for row in zip(*(table[name] for name in parts))]
    except (TypeError, ValueError):
        return None
    said = f"time column: made of {', '.join(parts)} (--time-col names another)"
    rest = {name: values for name, values in table.items() if name not in parts}
    return Combined(_copy(table, {"ds": times} | rest), "ds", said)


def _of_row(row: Sequence[Any]) -> str:
    year, month, day, *hour = [*map(int, row), *([1] if len(row) == 2 else [])]
    start = date(year, month, day).isoformat()
    return f"{start}T{hour[0]:02d}:00:00" if hour else start


def _with_clock(
    table: Mapping[str, list[Any]], free: Mapping[str, str], dates: str | None
) -> Combined | None:
    """Make times of a column of days that repeat and one of clocks or hours."""
    days, clock = free.get("date"), free.get("time") or free.get("hour") or free.get("hr")
    if days is None or clock is None or len(set(table[days])) == len(table[days]):
        return None
    style = style_of(table[days])
    clocks = [_clock_of(value) for value in table[clock]]
    if style is None or None in clocks:
        return None
    starts = read(table[days], settle(table[days], style, days, dates))
    if any(start is None or "T" in start for start in starts):
        return None
    times = [f"{start}T{at}" for start, at in zip(starts, clocks)]
    said = f"time column: made of {days}, {clock} (--time-col names another)"
    rest = {name: values for name, values in table.items() if name not in (days, clock)}
    return Combined(_copy(table, {"ds": times} | rest), "ds", said)


def _copy(table: Mapping[str, list[Any]], columns: Mapping[str, list[Any]]) -> Table:
    rows = len(next(iter(columns.values())))
    return Table(columns, [line_of(table, row) for row in range(rows)])


def _clock_of(value: Any) -> str | None:
    if kinds.is_number(value) and float(value).is_integer() and 0 <= value < 24:
        return f"{int(value):02d}:00:00"
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        return None
    return (
        value.rjust(len(value) + (value.index(":") == 1), "0")[:8].ljust(8, "0")
        if value.count(":") == 2
        else (f"{value.rjust(5, '0')}:00")
    )


def _parsed(
    text: str, table: Mapping[str, list[Any]], name: str, row: int, time_format: str
) -> str:
    try:
        return datetime.strptime(text, time_format).isoformat()
    except ValueError as error:
        raise OpenQuestion(
            f"line {line_of(table, row)}, column {name!r}: {error}", "time_format"
        ) from error


def _unreadable(table: Mapping[str, list[Any]], name: str, row: int) -> OpenQuestion:
    return OpenQuestion(
        f"line {line_of(table, row)}, column {name!r}: {table[name][row]!r} is not a timestamp that can be "
        "read; hint: --time-format '%d/%m/%Y' and the like says how to read the column",
        "time_col",
    )


def _in_one_zone(stamps: list[Any], name: str, say: Callable[[str], None]) -> list[Any]:
    """Return stamps in UTC if their offsets differ, so that they are one series."""
    matches = [_ZONE.search(stamp) if stamp else None for stamp in stamps]
    zones = {match[1] if match else None for match, stamp in zip(matches, stamps) if stamp}
    if None in zones and len(zones) > 1:
        raise OpenQuestion(
            f"column {name!r} mixes times with and without a time zone; hint: give all of them one",
            "time_col",
        )
    if len(zones) < 2:
        return stamps
    say(f"times of {name}: their offsets differ, so they are sent in UTC (--tz names a zone)")
    return [stamp and _utc(stamp) for stamp in stamps]


def _utc(stamp: str) -> str:
    moment = datetime.fromisoformat(_for_any_python(stamp))
    try:
        moment = moment.astimezone(timezone.utc)
    except OverflowError:  # in the first or the last hours of the calendar
        return stamp
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _for_any_python(stamp: str) -> str:
    """Return a stamp as Python before 3.11 reads it: six digits of a second, offsets in full."""
    text = re.sub(r"\.(\d+)", lambda match: f".{match[1][:6]:0<6}", stamp.replace("Z", "+00:00"))
    return re.sub(r"([+-]\d{2}):?(\d{2})?$", lambda m: f"{m[1]}:{m[2] or '00'}", text)


def _first(values: Sequence[Any]) -> Any:
    return next((value for value in values if value is not None), None)
