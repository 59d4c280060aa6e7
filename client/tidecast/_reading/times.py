"""The times of a table: which column holds them, or which several do, to ISO 8601 in one zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from . import kinds
from .choice import Say, one_of
from .errors import OpenQuestion
from .parts import combined
from .stamps import begins, looks_like_times, read, settle, style_by_name, style_of
from .table import Table
from .wanted import NONE, Wanted
from .ways import BUDDHIST

_ZONE = re.compile(r"T.*?(Z|[+-]\d\d:\d\d)$")
_LOOKED_AT = 200
_FIRST_NAMES = ("ds", "date", "datetime", "timestamp", "time")
_SHARE_OF_STYLE = 0.5
_MIN_SERIES = 2


def with_times(
    table: Table, taken: set[str | None], wanted: Wanted, say: Say
) -> tuple[Table, str | None]:
    """Return the table with its times read, and the name of their column, None where it has none.

    `taken` are the columns that hold something else.

    Raises:
        OpenQuestion: Several columns may hold them, or their way of writing is not known or not sure.
    """
    name = wanted.time
    if name == NONE:
        return table, None
    if name is None and wanted.time_format is None:
        parts = combined(table, taken, wanted)
        if parts is not None:
            say(parts.said)
            return parts.table, parts.name
    name = name or _guess_time(table, taken, wanted, say)
    if name is None:
        return table, None
    try:
        columns = dict(table) | {name: read_times(table, name, wanted, say)}
    except OpenQuestion as question:
        question.known = {"time_col": name}
        raise
    return table.with_columns(columns), name


def _guess_time(table: Table, taken: set[str | None], wanted: Wanted, say: Say) -> str | None:
    free = [name for name in table if name not in taken]
    if "ds" in free:
        return "ds"
    dated = [name for name in free if _can_be_time(name, table[name], alone=len(table) == 1)]
    dated = [name for name in dated if len({*table[name]}) > 1] or dated
    if dated:
        begins = [name for name in dated if not kinds.is_named_end(name)] or dated
        name = one_of(begins, _FIRST_NAMES, "hold dates", "--time-col")
        say(f"time column: {name} ({_why(dated)}; --time-col names another)")
        return name
    if wanted.time_format is not None:
        texts = [name for name in free if _is_written_as(wanted.time_format, table[name])]
        texts += [name for name in free if kinds.is_unreadable_time(name, table[name])]
        if not texts:
            raise OpenQuestion(
                "--time-format is given, but no column holds dates; hint: --time-col NAME",
                "time_col",
            )
        return texts[0]
    unread = [name for name in free if kinds.is_unreadable_time(name, table[name])]
    if unread:
        raise OpenQuestion(
            f"column {unread[0]!r} seems to hold times, but {_example(table, unread[0])} cannot be read; "
            "hint: --time-format '%d/%m/%Y' and the like says how, --time-col names another column, "
            "--time-col '' says that there is none",
            "time_col",
        )
    return _guess_number_time(table, free, say)


def _is_written_as(time_format: str, values: Sequence[Any]) -> bool:
    """Say whether all texts or digits of a column are times of a format."""
    try:
        return bool([datetime.strptime(str(one), time_format) for one in values if one is not None])
    except ValueError:
        return False


def _guess_number_time(table: Table, free: Sequence[str], say: Say) -> str | None:
    """Return a column of whole numbers that is a time by its name."""
    others = len(table) > 1
    for name in free:
        if others and kinds.is_named_time(name) and _is_number_time(name, table[name]):
            say(f"time column: {name} (by its name; --time-col names another)")
            return name
    say("no time column: the rows are taken to be equally spaced (--time-col names one)")
    return None


def _is_number_time(name: str, values: Sequence[Any]) -> bool:
    if kinds.is_numeric(values) and style_by_name(name, values) is not None:
        return True
    if not kinds.is_whole(values) or kinds.is_index(name, values):
        return False
    return len(set(values)) > 1 or len(values) < _MIN_SERIES


def _can_be_time(name: str, values: list[Any], *, alone: bool) -> bool:
    """Say whether values are times: texts by how they look, digits if the name or the order agrees."""
    if not looks_like_times(values):
        return kinds.holds_texts(values) and style_by_name(name, values) is not None
    if not kinds.is_numeric(values):
        return True
    present = [value for value in values if value is not None]
    ordered = present in (sorted(set(present)), sorted(set(present), reverse=True))
    unmistakable = ordered and len(present) > 2 and not alone and kinds.is_whole(values)
    return kinds.is_named_time(name) or (unmistakable and not kinds.is_named_id(name))


def _why(dated: Sequence[str]) -> str:
    return "the only one with dates" if len(dated) == 1 else "by its name"


def _example(table: Table, name: str) -> str:
    """Return the first value that is not written as most others are, with its line."""
    values = table[name]
    style = style_of(values, share=_SHARE_OF_STYLE)
    stamps = values if style is None else read(values, style)
    wrong = (stamp is None if style else value is not None for value, stamp in zip(values, stamps))
    row = next((row for row, one in enumerate(wrong) if one and values[row] is not None), 0)
    return f"{values[row]!r} in line {table.line_of(row)}"


# --- reading the column ----------------------------------------------------------


def read_times(table: Table, name: str, wanted: Wanted, say: Say) -> list[Any]:
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
    able = kinds.is_numeric(values) or kinds.holds_texts(values)
    named = style_by_name(name, values) if able else None
    if named is None and kinds.is_whole(values) and style_of(values) is None:
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
    buddhist = _is_buddhist(values[0], stamps[0])
    if style.is_said or buddhist:
        told = f"{style.name}, years of the Buddhist calendar" if buddhist else style.name
        say(f"times of {name}: {told}, {values[0]!r} is {stamps[0]}")
    return _in_one_zone(stamps, name, say)


def _is_buddhist(value: Any, stamp: str) -> bool:
    """Say whether the year of a stamp is written as Thailand counts them."""
    return str(int(stamp[:4]) + BUDDHIST) in str(value)


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


def _in_one_zone(stamps: list[Any], name: str, say: Say) -> list[Any]:
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
