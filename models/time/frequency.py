"""A regular step of time: where it leads, and the seasons that the calendar suggests for it."""

import re
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd

from models.errors import BadStamps, InvalidParameter
from models.time.arithmetic import steps_of
from models.time.spelling import canonical
from models.time.steps import (
    DAY,
    HOUR,
    MINUTE,
    MONTHS,
    WEEK,
    WEEKDAYS,
    Days,
    MonthDays,
    Months,
    MonthWeeks,
    OpenDays,
    OpeningHours,
    RetailMonths,
    Steps,
    Ticks,
    YearDays,
)
from models.types import BoolArray, StampArray

_LARGEST_STEP = 2**54
_YEAR_DAYS = 365.25


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
        return cls(canonical(text), spelled=text)

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
    def steps(self) -> Steps:
        """The arithmetic of a calendar step."""
        return steps_of(self.alias)

    @property
    def wire(self) -> str | int:
        """The value for an answer: an integer for integer time, the alias otherwise."""
        return self.alias if self.step is None else self.step

    @property
    def follows_clock(self) -> bool:
        """Whether steps keep the wall clock (a day or longer, opening hours) instead of the absolute distance."""
        return self.step is None and not isinstance(self.steps, Ticks)

    @property
    def length(self) -> int:
        """Units (integer time) or nanoseconds per step, on average."""
        return self.step if self.step is not None else self.steps.length

    def is_open(self, local: StampArray) -> BoolArray:
        """Return which wall-clock stamps are at no time at which a business is closed; shape (t,)."""
        if self.step is None and isinstance(self.steps, OpenDays | MonthDays | OpeningHours):
            return self.steps.is_open(local)
        return np.ones(len(local), dtype=np.bool_)

    def most_within(self, span: int) -> int:
        """Return how many steps begin at most within so many units or nanoseconds."""
        # Of a week's opening hours, all may lie close together.
        marks = (
            len(self.steps.marks)
            if self.step is None and isinstance(self.steps, OpeningHours)
            else 0
        )
        return span // self.length + 1 + marks

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


def _check_reach(start: int, length: int, size: int) -> None:
    # A quarter of a year is kept free for anchors and zones.
    if abs(start + length * size) > 2**63 - 90 * DAY:
        raise _beyond(size)


def _beyond(size: int) -> BadStamps:
    return BadStamps(
        f"{size} steps from here lead beyond what a timestamp can hold (the years 1678 to 2261)",
        "use fewer steps, a shorter frequency, or integer time",
    )


def _calendar_seasons(steps: Steps) -> tuple[int, ...]:
    if isinstance(steps, Months):
        months = steps.count * steps.unit
        found = [12 // months] if 12 % months == 0 else []
    elif isinstance(steps, MonthDays):
        found = [steps.a_year // steps.count] if steps.a_year % steps.count == 0 else []
    elif isinstance(steps, MonthWeeks):
        found = [12 // steps.count] if 12 % steps.count == 0 else []
    elif isinstance(steps, RetailMonths):
        found = [12]
    elif isinstance(steps, YearDays):
        found = [steps.a_year]
    elif isinstance(steps, OpeningHours):
        found = [steps.a_day, len(steps.marks)]
    elif isinstance(steps, OpenDays):
        week, year = steps.a_week, round(_YEAR_DAYS * steps.a_week / 7 / steps.days)
        found = [week // steps.days if week % steps.days == 0 else 0, year]
    elif isinstance(steps, Days):
        found = [7 // steps.days if 7 % steps.days == 0 else 0, round(_YEAR_DAYS / steps.days)]
    elif isinstance(steps, Ticks):
        found = _tick_seasons(steps.length)
    else:
        found = [round(_YEAR_DAYS * DAY / steps.length)] if steps.length >= WEEK else []
    return tuple(sorted({m for m in found if m > 1}))


def _tick_seasons(length: int) -> list[int]:
    """Return minute, hour, day and week in steps; the short two only where a cycle has shape."""
    found = [cycle // length for cycle in (MINUTE, HOUR) if cycle % length == 0]
    found = [m for m in found if m >= _MIN_STEPS_PER_HOUR]
    return found + [round(cycle / length) for cycle in (DAY, WEEK) if _fits(cycle, length)]


def _fits(cycle: int, length: int) -> bool:
    """Whether a cycle is a whole number of steps, but for the drift of a clock that runs wrong."""
    off = abs(cycle - round(cycle / length) * length)
    return off <= _DRIFT * length and off <= _DRIFT_RATE * cycle


_MIN_STEPS_PER_HOUR = 12
_DRIFT, _DRIFT_RATE = 0.05, 0.001
"""By which part of a step, and of itself, a cycle may miss a whole number of steps."""


def weekly(count: int, weekday: int) -> Frequency:
    """Return the frequency of every ``count``-th week, marked on a weekday (0 = Monday)."""
    return Frequency(canonical(f"{count}W-{WEEKDAYS[weekday]}"))


def monthly(months: int, month: int, *, at_end: bool, business: bool = False) -> Frequency:
    """Return the frequency of so many months, one mark being in ``month`` (0 = January)."""
    unit = next(m for m in (12, 3, 1) if months % m == 0)
    letter = {12: "Y", 3: "Q", 1: "M"}[unit]
    # Of the months that mark the same quarters, the one that pandas names by default.
    named = month if unit == 12 else month % 3 + (9 if at_end else 0)
    anchor = f"-{MONTHS[named]}" if unit > 1 else ""
    name = f"{'B' if business else ''}{letter}{'E' if at_end else 'S'}{anchor}"
    return Frequency(canonical(f"{months // unit}{name}"))
