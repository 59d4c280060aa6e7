"""How a step of time is spelled: pandas aliases, old and new, ISO 8601 durations, calendars of business."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import pandas as pd

from models.errors import InvalidParameter
from models.time.business import own_alias
from models.time.opening_hours import SPELLED, opening_hours, spelled
from models.time.steps import DAY, HOUR, MINUTE, WEEK, WEEKDAYS, OpeningHours
from models.wording import nearest

_OLD_SPELLINGS = {
    "M": "ME",
    "BM": "BME",
    "Q": "QE",
    "BQ": "BQE",
    "A": "YE",
    "Y": "YE",
    "AS": "YS",
    "BA": "BYE",
    "BY": "BYE",
    "BAS": "BYS",
    "SM": "SME",
    "H": "h",
    "T": "min",
    "S": "s",
    "L": "ms",
    "U": "us",
    "N": "ns",
    "d": "D",
    "w": "W",
    "b": "B",
    "C": "B",
    "q": "QE",
    "y": "YE",
    "hour": "h",
    "hourly": "h",
    "day": "D",
    "daily": "D",
    "week": "W",
    "weekly": "W",
    "month": "MS",
    "monthly": "MS",
    "quarter": "QS",
    "quarterly": "QS",
    "year": "YS",
    "yearly": "YS",
}
_SPELLINGS = (
    *("ns", "us", "ms", "s", "min", "h", "D", "B", "W", "MS", "ME", "BMS", "BME", "QS", "QE"),
    *("BQS", "BQE", "YS", "YE", "BYS", "BYE", "SMS", "SME"),
)
_KNOWN = frozenset(_SPELLINGS) | {"WOM", "LWOM"}
_TOKEN = re.compile(r"(\d*(?:\.\d+)?)\s*([A-Za-z]+)(-[A-Za-z0-9]+)?")
_DURATION = re.compile(
    r"^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)


@lru_cache(maxsize=512)
def offset_of(alias: str) -> Any:
    """Return the pandas ``DateOffset`` of an alias; raises ``ValueError`` for what is none."""
    return pd.tseries.frequencies.to_offset(alias)


@lru_cache(maxsize=512)
def canonical(text: str) -> str:
    """Return the new pandas spelling of an alias or duration, or our own of a calendar of business."""
    own = own_alias(text)
    if own is not None:
        return own
    business = re.fullmatch(r"([1248]?)bh", text, re.IGNORECASE)
    if business or ":" in text:
        return _with_hours(f"{business[1]}{_OFFICE}" if business else text)
    duration = _DURATION.match(text.upper())
    spelled = _from_duration(duration) if duration else _new_spelling(text)
    try:
        offset = offset_of(spelled)
    except (ValueError, OverflowError):
        raise _unknown_frequency(text) from None
    if offset.n < 1:
        raise _unknown_frequency(text)
    # Pandas keeps 24h apart from D, and 7D from W; here equal steps have one name.
    if isinstance(offset, pd.offsets.Tick):
        return str(offset_of(tick_alias(int(offset.nanos))).freqstr)
    return str(offset.freqstr)


_OFFICE = "h Mon-Fri 09:00-17:00"
"""What pandas calls ``bh``."""


def _with_hours(text: str) -> str:
    """Return the one spelling of a step with opening hours."""
    match = SPELLED.fullmatch(text)
    try:
        if match is None:
            raise ValueError("a step comes first, then days and times")
        tick = canonical(match[1])
        return hours_alias(opening_hours(_tick_length(tick), match[2]))
    except ValueError as error:
        raise InvalidParameter(
            f"freq with opening hours is a step, days and times, got {text!r:.60}: {error}",
            f"write them as in {_OFFICE!r} or '15min Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-13:00'",
            path=("freq",),
        ) from None


def hours_alias(hours: OpeningHours) -> str:
    """Return the alias of opening hours: their step, days and times."""
    return f"{tick_alias(hours.step)} {spelled(hours)}"


def _tick_length(alias: str) -> int:
    """Return the nanoseconds of a fixed step; raises ``ValueError`` for one of the calendar."""
    offset = offset_of(alias)
    if not isinstance(offset, pd.offsets.Tick):
        raise ValueError(f"{alias!r} is no step of hours, minutes or seconds")
    return int(offset.nanos)


def _from_duration(match: re.Match[str]) -> str:
    """Return the alias of an ISO 8601 duration; months, quarters and years begin at their start."""
    years, months, weeks, days, hours, minutes, seconds = match.groups()
    whole = int(years or 0) * 12 + int(months or 0)
    nanos = int(weeks or 0) * WEEK + int(days or 0) * DAY + int(hours or 0) * HOUR
    nanos += int(minutes or 0) * MINUTE + round(float(seconds or 0) * 1e9)
    if bool(whole) == bool(nanos):
        raise _unknown_frequency(match.string)
    if whole:
        unit = next(m for m in (12, 3, 1) if whole % m == 0)
        return f"{whole // unit}" + {12: "YS", 3: "QS", 1: "MS"}[unit]
    return tick_alias(nanos)


def tick_alias(nanos: int) -> str:
    """Return the alias of a fixed step, in its largest whole unit."""
    for unit, size in _SIZES:
        if nanos % size == 0:
            return unit if nanos == size else f"{nanos // size}{unit}"
    return f"{nanos}ns"


_SIZES = (
    *(("W", WEEK), ("D", DAY), ("h", HOUR), ("min", MINUTE)),
    *(("s", 10**9), ("ms", 10**6), ("us", 10**3)),
)


def _new_spelling(text: str) -> str:
    if _TOKEN.sub("", text).strip() or not text:
        raise _unknown_frequency(text)
    parts = []
    for count, unit, anchor in _TOKEN.findall(text):
        name = _OLD_SPELLINGS.get(unit, unit)
        if name not in _KNOWN:
            raise _unknown_frequency(text)
        parts.append(f"{count}{name}{anchor.upper()}")
    return "".join(parts)


def _unknown_frequency(text: str) -> InvalidParameter:
    known = [*_SPELLINGS, *_OLD_SPELLINGS]
    bare = text.lstrip("+-0123456789. ")
    weeks = get_close_matches(bare.upper(), [f"W-{day}" for day in WEEKDAYS], n=1, cutoff=0.75)
    # First as it was spelled, since case tells months from minutes.
    alike = weeks or get_close_matches(bare, known, n=1, cutoff=0.5)
    near = alike[0] if alike else nearest(bare, known)
    if bare in known:
        hint = f"give a count of at least 1, as in '2{bare}', or '{bare}' alone"
    elif bare in {"m", "mo"}:
        hint = "use 'min' for minutes, 'MS' or 'ME' for months"
    elif near:
        hint = f"did you mean '{_OLD_SPELLINGS.get(near, near)}'?"
    else:
        hint = (
            "use for example 'h', 'D', 'W-MON', 'MS', 'QS', 'YS', '15min', 'PT15M', 'C-MON-WED-FRI',"
            f" {_OFFICE!r} or 1"
        )
    return InvalidParameter(
        "freq must be 'auto', a pandas alias, an ISO 8601 duration or an integer step ≥ 1,"
        f" got {text!r:.60}",
        hint,
        path=("freq",),
    )
