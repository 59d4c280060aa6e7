"""Times that several columns hold a part of: year and month, day and clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from . import kinds
from .errors import OpenQuestion
from .months import month_of
from .stamps import looks_like_times, read, settle, style_of
from .table import Table
from .wanted import Wanted

_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp])?(?:\.?[Mm]\.?)?"
)
_BOTH_ENDS = re.compile(r"(\d{1,2}(?::\d{2})?)\s*[-–]\s*\d{1,2}(?::\d{2})?")
_BOTH_CLOCKS = re.compile(r"\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2}")
_SLOTS = (24, 48, 96)  # and some more where clocks are put back
_HOURS = ("hour", "time")
_NAMES = {
    "year": "year years yr yyyy yy jahr année annee año ano anno",
    "month": "month months mon mm mo monat mois mes mês mese maand period",
    "day": "day days dd dy tag jour día dia giorno dag dom dayofmonth mday",
    "hour": "hour hours hr hh stunde heure hora ora uur hourofday",
    "minute": "minute minutes min mn mi",
    "quarter": "quarter quarters qtr q quartal trimestre trim",
    "week": "week wk kw woche kalenderwoche semaine semana isoweek weekofyear weeknum weeknumber",
    "yday": "doy dayofyear yday jday julianday",
    "time": "time zeit uhrzeit heure hora clock",
}
_PARTS = {word: part for part, words in reversed(_NAMES.items()) for word in words.split()}
_WAYS_OF_DAYS = (("month", "day"), ("yday",))
_WAYS = (*_WAYS_OF_DAYS, ("week",), ("month",), ("quarter",))
"""Parts beside the year that make a time, the finest first."""
_RANGES = {"day": (1, 31), "hour": (0, 24), "minute": (0, 59), "yday": (1, 366)}
_NUMBER = re.compile(r"([^\W\d]*)\.?\s?(\d{1,2})(?:\.|st|nd|rd|th)?\s?([^\W\d]*)\.?", re.IGNORECASE)
_SHARE_OF_FAULTS = 0.2
_LETTERS = ("", "q", "t", "w", "m")
_HALVES = re.compile(r"[ap]\.?\s?m\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Combined:
    """A table with a column of times that was made of others, and what to say of it."""

    table: Table
    name: str
    said: str


def combined(table: Table, taken: set[str | None], wanted: Wanted) -> Combined | None:
    """Return the table with a column of times made of several that each hold a part, None without these."""
    free = table.with_columns({name: table[name] for name in table if name not in taken})
    found = _days_and_clocks(free, wanted) or _of_calendar(free)
    if found is None:
        return None
    times, parts = found
    kept = {name: table[name] for name in table if name not in parts or name in wanted.exog}
    said = f"time column: made of {', '.join(parts)}, such as {times[0]} (--time-col names another)"
    return Combined(table.with_columns({"ds": times} | kept), "ds", said)


_Found = tuple[list[str], list[str]]


# --- year, month, day ----------------------------------------------------------


def _of_calendar(free: Table) -> _Found | None:
    """Make days of columns such as year and month, year and week, or year and quarter."""
    named = _named_parts(free)
    if "year" not in named or _has_times(free):
        return None
    for way in _WAYS:
        if not all(part in named for part in way):
            continue
        parts = ["year", *way, *(_clock_parts(named) if way in _WAYS_OF_DAYS else ())]
        names = [named[part] for part in parts]
        columns = [_numbers_of(part, free[name]) for part, name in zip(parts, names)]
        times = [_of_row(dict(zip(parts, row))) for row in zip(*columns)]
        if 0 < times.count(None) <= _SHARE_OF_FAULTS * len(times):
            raise _no_part(free, names, columns, times.index(None))
        if times and None not in times:
            return [str(time) for time in times], names
    return None


def _has_times(free: Table) -> bool:
    dated = any(looks_like_times(v) and not kinds.is_numeric(v) for v in free.values())
    named = (name for name in free if name.strip().lower() in ("date", "ds"))
    return dated or any(not _are_months(free[name]) for name in named)


def _clock_parts(named: Mapping[str, str]) -> list[str]:
    if "hour" not in named:
        return []
    return ["hour", "minute"] if "minute" in named else ["hour"]


def _no_part(
    free: Table, names: Sequence[str], columns: Sequence[Sequence[Any]], row: int
) -> OpenQuestion:
    """Return what is to be said of the only few rows whose parts make no time."""
    name = next((n for n, found in zip(names, columns) if found[row] is None), names[-1])
    return OpenQuestion(
        f"line {free.line_of(row)}, column {name!r}: {free[name][row]!r} is no part of a year; "
        "hint: leave the row out, or --time-col NAME",
        "time_col",
    )


def _named_parts(free: Table) -> dict[str, str]:
    """Return the column of each part of the calendar; mm beside MM are minutes."""
    named: dict[str, str] = {}
    for name in free:
        unnamed = name.startswith("column_") or _are_months(free[name])
        part = _part_by_values(free[name]) if unnamed else _part(name)
        part = "minute" if part == "month" and name == "mm" and "MM" in free else part
        if part is not None:
            named.setdefault(part, name)
    return named


def _part_by_values(values: Sequence[Any]) -> str | None:
    """Return what a column without a name holds: months by name, or years that come again."""
    if _are_months(values):
        return "month"
    years = kinds.is_whole(values) and all(
        value is not None and 1800 <= value < 2200 for value in values
    )
    return "year" if years and len({*values}) < len(values) else None


def _are_months(values: Sequence[Any]) -> bool:
    """Say whether a column is of months by name."""
    return all(isinstance(value, str) and month_of(value) for value in values)


def _is_of_hours(name: str) -> bool:
    return _part(name) in _HOURS or bool({"hour", "hr"} & {*kinds.words(name)})


def _part(name: str) -> str | None:
    return _PARTS.get(re.sub(r"[\W_]+", "", name.lower()))


def _numbers_of(part: str, values: Sequence[Any]) -> list[int | None]:
    known = {value: _number_of(part, value) for value in set(values)}
    return [known[value] for value in values]


def _number_of(part: str, value: Any) -> int | None:
    """Return what a cell holds of a part, such as 3 for March and for Q3; None if that is none."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value.strip())
        word = month_of(value) if part == "month" else None
        lettered = part in ("quarter", "week") or (part == "month" and value[:1] in "Mm")
        if match is None or word or not (value.isdecimal() or lettered):
            return word
        if not all(one.lower() in _LETTERS or _part(one) == part for one in match.group(1, 3)):
            return None
        value = int(match[2])
    if not kinds.is_number(value) or not float(value).is_integer():
        return None
    low, high = _RANGES.get(part, (0, 2999))
    return int(value) if low <= value <= high else None


def _of_row(part: Mapping[str, int | None]) -> str | None:
    """Return the beginning of what a row tells, None where there is no such day."""
    if any(value is None for value in part.values()):
        return None
    told = {name: int(value or 0) for name, value in part.items()}
    year = told["year"]
    if year < 1000:
        return None
    try:
        start = _day_of(year, told)
        moment = datetime(start.year, start.month, start.day)
        moment += timedelta(hours=told.get("hour", 0), minutes=told.get("minute", 0))
    except (ValueError, OverflowError):
        return None
    return moment.isoformat() if "hour" in told else start.isoformat()


def _day_of(year: int, told: Mapping[str, int]) -> date:
    if "yday" in told:
        return date(year, 1, 1) + timedelta(days=told["yday"] - 1)
    if "week" in told:
        return date.fromisocalendar(year, told["week"], 1)
    month = 3 * told["quarter"] - 2 if "quarter" in told else told["month"]
    return date(year, month, told.get("day", 1))


# --- day and clock -------------------------------------------------------------


def _days_and_clocks(free: Table, wanted: Wanted) -> _Found | None:
    """Make times of a column of days that repeat and one of clocks or hours."""
    clock = next((name for name in free if holds_clocks(name, free[name])), None)
    days = next((name for name in free if name != clock and _holds_days(name, free[name])), None)
    half = next((name for name in free if _holds_halves(free[name])), None)
    if days is None or (clock is None and half is None):
        return None
    told: Sequence[Any] = [""] * len(free[days]) if clock is None else clocks_of(clock, free[clock])
    if half is not None:
        told = [f"{value} {of}".strip() for value, of in zip(told, free[half])]
    stamps = [f"{day} {of}" for day, of in zip(free[days], told)] if clock is None else free[days]
    style = style_of(stamps)
    if style is None:
        return None
    starts = read(stamps, settle(stamps, style, days, wanted.dates))
    times = starts if clock is None else [_at(day, value) for day, value in zip(starts, told)]
    if None in times:
        return None
    return [str(time) for time in times], [name for name in (days, clock, half) if name is not None]


def _holds_halves(values: Sequence[Any]) -> bool:
    """Say whether a column tells mornings from afternoons, as AM and PM do."""
    return all(isinstance(value, str) and _HALVES.fullmatch(value) for value in values)


def _holds_days(name: str, values: Sequence[Any]) -> bool:
    """Say whether a column is of days that come again."""
    if len({*values}) == len(values) or not looks_like_times(values):
        return False
    return not kinds.is_numeric(values) or kinds.is_named_time(name)


def holds_clocks(name: str, values: Sequence[Any]) -> bool:
    if kinds.is_named_end(name):
        return False
    of_hours = _is_of_hours(name)
    values = clocks_of(name, values)
    if kinds.holds_texts(values):
        return all(isinstance(value, str) and clock_of(value) is not None for value in values)
    return of_hours and all(clock_of(value) is not None for value in values)


def clocks_of(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return the clocks of a column, the first of two in each cell, where it holds such by name or by look."""
    ends = _BOTH_ENDS if _is_of_hours(name) else _BOTH_CLOCKS
    if all(isinstance(value, str) and ends.fullmatch(value) for value in values):
        values = [_BOTH_ENDS.sub(r"\1", value) for value in values]
    slots = _minutes_of_slots(values) if kinds.is_named_slot(name) else None
    if slots is not None:
        return [
            f"{(value - 1) * slots // 60:02d}:{(value - 1) * slots % 60:02d}" for value in values
        ]
    return _with_colons(values) if _is_of_hours(name) else values


def _minutes_of_slots(values: Sequence[Any]) -> int | None:
    """Return how long the parts of days are that a column counts from 1, None if it counts no such."""
    if None in values or not kinds.is_whole(values) or min(values) != 1:
        return None
    count = next((n for n in _SLOTS if n <= max(values) <= n + n // 12), None)
    return count and 24 * 60 // count


def _with_colons(values: Sequence[Any]) -> Sequence[Any]:
    """Return clocks such as 0030 and 2330 with the colon they lack, hours such as 08 as numbers."""
    digits = [str(value).removesuffix(".0") for value in values]
    if not all(re.fullmatch(r"\d{1,2}|\d{0,2}[0-5]\d", one) for one in digits):
        return values
    if max(map(int, digits), default=0) <= 24:
        return [int(one) for one in digits]
    return [f"{one.zfill(4)[:2]}:{one.zfill(4)[2:]}" for one in digits]


def clock_of(value: Any) -> timedelta | None:
    """Return how far into the day a clock or an hour is, None if the cell holds neither."""
    if kinds.is_number(value) and float(value).is_integer() and 0 <= value <= 24:
        return timedelta(hours=int(value))
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or (match[4] is None and (value.strip()[-1].isalpha() or match[2] is None)):
        return None
    hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3))
    if match[4]:
        if hour > 12 and match[4] in "Aa":
            return None
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 59:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _at(start: str | None, value: Any) -> str | None:
    clock = clock_of(value)
    if start is None or "T" in start or clock is None:
        return None
    try:
        return (datetime.fromisoformat(start) + clock).isoformat()
    except OverflowError:
        return None
