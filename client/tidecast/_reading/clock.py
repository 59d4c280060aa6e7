"""The times of a column, to ISO 8601 in one zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from . import kinds
from .errors import OpenQuestion
from .stamps import begins, read, settle, style_by_name, style_of
from .table import Table
from .wanted import Wanted

_ZONE = re.compile(r"T.*?(Z|[+-]\d\d:\d\d)$")
_LOOKED_AT = 200


def read_times(table: Table, name: str, wanted: Wanted, say: Callable[[str], None]) -> list[Any]:
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
    named = style_by_name(name, values) if kinds.is_numeric(values) else None
    if named is None and kinds.is_whole(values) and style_of(values) is None:
        return values
    if not kinds.holds_texts(values) and not kinds.is_numeric(values):
        return values
    style = named or style_of(values) or style_of(values, share=0.8)
    if style is None:
        raise _unreadable(table, name, next((i for i, v in enumerate(values) if v is not None), 0))
    style = settle(values, style, name, wanted.dates)
    if None in values:
        line = table.line_of(values.index(None))
        raise OpenQuestion(
            f"line {line}, column {name!r} is empty: a row needs its time; hint: write it, or leave the row out",
            "time_col",
        )
    stamps = read(values, style)
    if None in stamps:
        raise _unreadable(table, name, stamps.index(None))
    if style.is_said:
        say(f"times of {name}: {style.name}, {values[0]!r} is {stamps[0]}")
    return _in_one_zone(stamps, name, say)


def first_part(table: Table, name: str | None, wanted: Wanted) -> str | None:
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


def _parsed(text: str, table: Table, name: str, row: int, time_format: str) -> str:
    try:
        return datetime.strptime(text, time_format).isoformat()
    except ValueError as error:
        raise OpenQuestion(
            f"line {table.line_of(row)}, column {name!r}: {error}", "time_format"
        ) from error


def _unreadable(table: Table, name: str, row: int) -> OpenQuestion:
    return OpenQuestion(
        f"line {table.line_of(row)}, column {name!r}: {table[name][row]!r} is not a timestamp that can be "
        "read; hint: --time-format '%d/%m/%Y' and the like says how to read the column",
        "time_col",
    )


def _in_one_zone(stamps: list[Any], name: str, say: Callable[[str], None]) -> list[Any]:
    """Return stamps in UTC if their offsets differ, so that they are one series."""
    zones = {match[1] if match else None for match in map(_ZONE.search, stamps)}
    if None in zones and len(zones) > 1:
        raise OpenQuestion(
            f"column {name!r} mixes times with and without a time zone; hint: give all of them one",
            "time_col",
        )
    if len(zones) < 2:
        return stamps
    say(f"times of {name}: their offsets differ, so they are sent in UTC (--tz names a zone)")
    return [*map(_utc, stamps)]


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
