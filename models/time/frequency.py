"""Steps of time: how they are spelled, where they lead, and how stamps are written for people."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Self

import numpy as np
import pandas as pd

from models.errors import BadStamps, InvalidParameter, nearest
from models.time.steps import (
    DAY,
    MONTHS,
    WEEKDAYS,
    BusinessDays,
    Days,
    Months,
    Steps,
    Ticks,
    steps_of,
)
from models.time.zones import to_absolute, to_local, utc_offsets
from models.types import IntArray, StampArray

SHARED_SIZE = 20_000
"""Stamps of series up to this length are shared between equal series."""

_LARGEST_STEP = 2**54
_YEAR_DAYS = 365.25
_MINUTE, _HOUR, _WEEK = 60 * 10**9, 3_600 * 10**9, 7 * DAY

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
    "BH": "bh",
    "T": "min",
    "S": "s",
    "L": "ms",
    "U": "us",
    "N": "ns",
    "d": "D",
    "w": "W",
    "b": "B",
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
    *("BQS", "BQE", "YS", "YE", "BYS", "BYE", "SMS", "SME", "bh"),
)
_KNOWN = frozenset(_SPELLINGS) | {"WOM", "LWOM"}
_TOKEN = re.compile(r"(\d*(?:\.\d+)?)\s*([A-Za-z]+)(-[A-Za-z0-9]+)?")
_DURATION = re.compile(
    r"^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)


@dataclass(frozen=True, slots=True)
class Frequency:
    """A regular step: a calendar one with a pandas alias, or ``step`` units of integer time.

    Example: ``Frequency.parse("PT15M").alias == "15min"``.
    """

    alias: str
    step: int | None = None
    spelled: str | None = field(default=None, compare=False)
    """How the caller wrote it."""

    @classmethod
    def parse(cls, value: str | int) -> Self:
        """Read a pandas alias (old or new spelling), an ISO 8601 duration or an integer step.

        Raises ``InvalidParameter`` with the nearest known spelling.
        """
        if isinstance(value, int):
            return cls.integer(value)
        text = value.strip()
        if re.fullmatch(r"[+-]?\d{1,18}", text):
            return cls.integer(int(text))
        return cls(_canonical(text), spelled=text)

    @classmethod
    def integer(cls, step: int) -> Self:
        """Return the step of integer time; raises ``InvalidParameter`` below 1."""
        if not 1 <= step <= _LARGEST_STEP:
            raise InvalidParameter(
                f"freq must be an integer from 1 to 2^54, a pandas alias or a duration, got {step}",
                "use 1 for consecutive integers",
                path=("freq",),
            )
        return cls(str(step), step)

    @property
    def offset(self) -> Any:
        """The pandas ``DateOffset`` of a calendar step, None for integer time."""
        return None if self.step is not None else _offset(self.alias)

    @property
    def steps(self) -> Steps:
        """The arithmetic of a calendar step."""
        return steps_of(self.alias)

    @property
    def wire(self) -> str | int:
        """The value for an answer: an integer for integer time, the alias otherwise."""
        return self.alias if self.step is None else self.step

    @property
    def follows_clock(self) -> bool:
        """Whether steps keep the wall clock (a day or longer) instead of the absolute distance."""
        return self.step is None and not isinstance(self.steps, Ticks)

    @property
    def length(self) -> int:
        """Units (integer time) or nanoseconds per step, on average."""
        return self.step if self.step is not None else self.steps.length

    def calendar_seasons(self) -> tuple[int, ...]:
        """Return the season lengths that the calendar suggests, shortest first; () if none."""
        return () if self.step is not None else _calendar_seasons(self.steps)

    def walk(self, start: Any, size: int) -> StampArray:
        """Return ``size`` stamps from ``start`` (a naive stamp or an integer) on; shape (size,).

        Raises ``BadStamps`` if they would leave the years 1678 to 2261 (or 64 bits).
        """
        _check_reach(int(np.asarray(start).astype(np.int64)), self.length, size)
        if self.step is not None:
            return np.int64(start) + np.arange(size, dtype=np.int64) * self.step
        try:
            return self.steps.walk(start, size)
        except (OverflowError, pd.errors.OutOfBoundsDatetime):
            raise _beyond(size) from None


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Stamps that follow one frequency.

    ``stamps``: shape (t,), ``int64``, or ``datetime64[ns]`` (in UTC if ``tz`` is set), ascending.
    ``tz``: named zone or offset in which days are counted and stamps are written.
    """

    freq: Frequency
    stamps: StampArray
    tz: str | None = None

    def __len__(self) -> int:
        return len(self.stamps)

    def head(self, size: int) -> "Grid":
        """Return the first ``size`` stamps as a grid."""
        return Grid(self.freq, self.stamps[:size], self.tz)

    def tail(self, size: int) -> "Grid":
        """Return the last ``size`` stamps as a grid."""
        return Grid(self.freq, self.stamps[len(self.stamps) - size :], self.tz)

    def future(self, horizon: int) -> StampArray:
        """Return the ``horizon`` stamps after the last one; shape (horizon,).

        Steps of a day or more keep the wall clock of ``tz``, shorter ones the absolute distance.
        Raises ``BadStamps`` if they would leave the years 1678 to 2261.
        """
        return _following(self.freq, self.stamps[-1], horizon, self.tz)

    def local(self, stamps: StampArray | None = None) -> StampArray:
        """Return what the wall clock shows at the given stamps (this grid's if omitted)."""
        return to_local(self.stamps if stamps is None else stamps, self.tz)

    def text(self, stamps: StampArray) -> list[str] | IntArray:
        """Write stamps for the wire: integers as they are, else ISO 8601.

        Naive midnights of a frequency of a day or more are dates; stamps in a zone carry the offset.
        """
        if stamps.dtype.kind in "iu":
            return stamps
        dates_only = self.tz is None and self.freq.follows_clock
        return _iso(stamps, self.tz, dates_only=dates_only)


def regular_stamps(freq: Frequency, start: np.datetime64 | int, size: int) -> StampArray:
    """Return the read-only stamps from a naive start on; equal calls share one array."""
    # Long series are few; keeping them would only hold their memory.
    return (_walked if size <= SHARED_SIZE else _walked.__wrapped__)(freq, start, size)


@lru_cache(maxsize=64)
def _walked(freq: Frequency, start: np.datetime64 | int, size: int) -> StampArray:
    stamps = freq.walk(start, size)
    stamps.flags.writeable = False
    return stamps


def _following(freq: Frequency, last: Any, horizon: int, tz: str | None) -> StampArray:
    """Return the stamps after ``last``, which is in UTC if ``tz`` is set."""
    if tz is None or not freq.follows_clock:
        return regular_stamps(freq, last, horizon + 1)[1:]
    local = to_local(np.array([last]), tz)[0]
    return to_absolute(regular_stamps(freq, local, horizon + 1)[1:], tz).stamps


def _check_reach(start: int, length: int, size: int) -> None:
    # A quarter of a year is kept free for anchors and zones.
    if abs(start + length * size) > 2**63 - 90 * DAY:
        raise _beyond(size)


def _beyond(size: int) -> BadStamps:
    return BadStamps(
        f"{size} steps from here lead beyond what a timestamp can hold (the years 1678 to 2261)",
        "use fewer steps, a shorter frequency, or integer time",
    )


def _iso(stamps: StampArray, tz: str | None, *, dates_only: bool) -> list[str]:
    local = to_local(stamps, tz)
    nanos = local.astype(np.int64)
    if dates_only and not (nanos % DAY).any():
        return _written(local, "D")
    unit = next((u for u, size in _UNITS if not (nanos % size).any()), "ns")
    texts = _written(local, unit)
    if tz is None:
        return texts
    if tz == "UTC":
        return [text + "Z" for text in texts]
    ahead, which = np.unique(utc_offsets(stamps, tz), return_inverse=True)
    suffixes = [_suffix(int(minutes)) for minutes in ahead]
    return [text + suffixes[i] for text, i in zip(texts, which.tolist(), strict=True)]


_UNITS = (("s", 10**9), ("ms", 10**6), ("us", 10**3))


def _written(local: StampArray, unit: Any) -> list[str]:
    texts: list[str] = np.datetime_as_string(local, unit=unit).tolist()
    return texts


def _suffix(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


@lru_cache(maxsize=512)
def _offset(alias: str) -> Any:
    return pd.tseries.frequencies.to_offset(alias)


@lru_cache(maxsize=512)
def _canonical(text: str) -> str:
    """Return the new pandas spelling of an alias or duration."""
    duration = _DURATION.match(text.upper())
    spelled = _from_duration(duration) if duration else _new_spelling(text)
    try:
        offset = _offset(spelled)
    except ValueError:
        raise _unknown_frequency(text) from None
    if offset.n < 1:
        raise _unknown_frequency(text)
    # Pandas keeps 24h apart from D, and 7D from W; here equal steps have one name.
    if isinstance(offset, pd.offsets.Tick):
        return str(_offset(tick_alias(int(offset.nanos))).freqstr)
    return str(offset.freqstr)


def _from_duration(match: re.Match[str]) -> str:
    """Return the alias of an ISO 8601 duration; months, quarters and years begin at their start."""
    years, months, weeks, days, hours, minutes, seconds = match.groups()
    whole = int(years or 0) * 12 + int(months or 0)
    nanos = int(weeks or 0) * _WEEK + int(days or 0) * DAY + int(hours or 0) * _HOUR
    nanos += int(minutes or 0) * _MINUTE + round(float(seconds or 0) * 1e9)
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
    *(("W", _WEEK), ("D", DAY), ("h", _HOUR), ("min", _MINUTE)),
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
        hint = "use for example 'h', 'D', 'W-MON', 'MS', 'QS', 'YS', '15min', 'PT15M' or 1"
    return InvalidParameter(
        "freq must be 'auto', a pandas alias, an ISO 8601 duration or an integer step ≥ 1,"
        f" got {text!r:.60}",
        hint,
        path=("freq",),
    )


def _calendar_seasons(steps: Steps) -> tuple[int, ...]:
    if isinstance(steps, Months):
        months = steps.count * steps.unit
        found = [12 // months] if 12 % months == 0 else []
    elif isinstance(steps, BusinessDays):
        found = [5 // steps.days if 5 % steps.days == 0 else 0, round(261 / steps.days)]
    elif isinstance(steps, Days):
        found = [7 // steps.days if 7 % steps.days == 0 else 0, round(_YEAR_DAYS / steps.days)]
    elif isinstance(steps, Ticks):
        found = _tick_seasons(steps.length)
    else:
        found = []
    return tuple(sorted({m for m in found if m > 1}))


def _tick_seasons(length: int) -> list[int]:
    """Return minute, hour, day and week in steps; the short two only where a cycle has shape."""
    found = [cycle // length for cycle in (_MINUTE, _HOUR) if cycle % length == 0]
    found = [m for m in found if m >= _MIN_STEPS_PER_HOUR]
    return found + [cycle // length for cycle in (DAY, _WEEK) if cycle % length == 0]


_MIN_STEPS_PER_HOUR = 12


def weekly(count: int, weekday: int) -> Frequency:
    """Return the frequency of every ``count``-th week, marked on a weekday (0 = Monday)."""
    return Frequency(_canonical(f"{count}W-{WEEKDAYS[weekday]}"))


def monthly(months: int, month: int, *, at_end: bool, business: bool = False) -> Frequency:
    """Return the frequency of so many months, one mark being in ``month`` (0 = January)."""
    unit = next(m for m in (12, 3, 1) if months % m == 0)
    letter = {12: "Y", 3: "Q", 1: "M"}[unit]
    # Of the months that mark the same quarters, the one that pandas names by default.
    named = month if unit == 12 else month % 3 + (9 if at_end else 0)
    anchor = f"-{MONTHS[named]}" if unit > 1 else ""
    name = f"{'B' if business else ''}{letter}{'E' if at_end else 'S'}{anchor}"
    return Frequency(_canonical(f"{months // unit}{name}"))
