"""Stamps that follow one frequency: the ones there are, the ones after, and how they are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from models.time.frequency import Frequency
from models.time.steps import DAY, OpeningHours
from models.time.zones import to_absolute, to_local, utc_offsets
from models.types import IntArray, StampArray

SHARED_SIZE = 20_000
"""Stamps of series up to this length are shared between equal series."""
_SPARE_STEPS = 10
"""Walked beyond what steps of the usual length take: some are longer."""


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

    def steps_to(self, other: "Grid") -> int:
        """Return how many steps another grid of the same frequency begins later, negative for earlier.

        Raises ``BadStamps`` if what is stepped over leaves the years 1678 to 2261.
        """
        here, there = self._first(), other._first()
        apart = int(there.astype(np.int64)) - int(here.astype(np.int64))
        if not self.freq.follows_clock:
            return round(apart / self.freq.length)
        size = self.freq.most_within(abs(apart)) * 11 // 10 + _SPARE_STEPS
        steps = int(np.searchsorted(self.freq.walk(min(here, there), size), max(here, there)))
        return steps if apart >= 0 else -steps

    def _first(self) -> Any:
        """Return the first stamp as steps count it: on the wall clock, where they follow it."""
        first = self.stamps[:1]
        return (self.local(first) if self.freq.follows_clock else first)[0]

    def stamp(self, at: int) -> str:
        """Write one stamp of the grid for a message; ``at``: its index, from the end if negative."""
        return str(self.text(np.atleast_1d(self.stamps[at]))[0])

    def local(self, stamps: StampArray | None = None) -> StampArray:
        """Return what the wall clock shows at the given stamps (this grid's if omitted); shape (t,)."""
        return to_local(self.stamps if stamps is None else stamps, self.tz)

    def text(self, stamps: StampArray) -> list[str] | IntArray:
        """Write stamps, (t,), for the wire: integers as they are, else ISO 8601.

        Naive midnights of a frequency of a day or more are dates; stamps in a zone carry the offset.
        """
        if stamps.dtype.kind in "iu":
            return stamps
        local = to_local(stamps, self.tz)
        return self._written(stamps, local, _unit(local, dates_only=_dates_only(self)))

    def text_at(self, places: IntArray) -> list[str] | IntArray:
        """Write some of the stamps, given by their places, (k,), as they are written among all of them."""
        stamps = self.stamps[places]
        if stamps.dtype.kind in "iu":
            return stamps
        unit = _unit(to_local(self.stamps, self.tz), dates_only=_dates_only(self))
        return self._written(stamps, to_local(stamps, self.tz), unit)

    def _written(self, stamps: StampArray, local: StampArray, unit: str) -> list[str]:
        texts: list[str] = _letters(stamps, local, unit, self.tz).tolist()
        return texts


def regular_stamps(freq: Frequency, start: np.datetime64 | int, size: int) -> StampArray:
    """Return the read-only stamps from a naive start on, shape (size,); equal calls share one array."""
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


def written_alike(grids: Sequence[Grid]) -> StampArray | None:
    """Write the dates of grids one behind the other, all as wide; shape (sum of their sizes,).

    None if they are of several zones or units: then each is written by itself.
    """
    first = grids[0]
    dates_only = _dates_only(first)
    kinds = {(grid.tz, _dates_only(grid), grid.stamps.dtype.kind) for grid in grids}
    if kinds != {(first.tz, dates_only, "M")}:
        return None
    stamps = np.concatenate([grid.stamps for grid in grids])
    local = to_local(stamps, first.tz)
    # What is finer than the coarsest unit of all may be coarser for one of them.
    coarsest = "D" if dates_only else "s"
    alike = _unit(local, dates_only=dates_only) == coarsest
    return _letters(stamps, local, coarsest, first.tz) if alike else None


def _dates_only(grid: Grid) -> bool:
    by_day = grid.freq.follows_clock and not isinstance(grid.freq.steps, OpeningHours)
    return grid.tz is None and by_day


def _unit(local: StampArray, *, dates_only: bool) -> str:
    """Return the coarsest unit that loses nothing."""
    nanos = local.astype(np.int64)
    if dates_only and not (nanos % DAY).any():
        return "D"
    return next((u for u, size in _UNITS if not (nanos % size).any()), "ns")


_UNITS = (("s", 10**9), ("ms", 10**6), ("us", 10**3))


def _letters(stamps: StampArray, local: StampArray, unit: Any, tz: str | None) -> StampArray:
    """Write stamps in ISO 8601, with the offset of the zone; shape (t,), text."""
    texts = np.datetime_as_string(local, unit=unit)
    if tz is None:
        return texts
    if tz == "UTC":
        return np.strings.add(texts, "Z")
    ahead, which = np.unique(utc_offsets(stamps, tz), return_inverse=True)
    suffixes = np.array([_suffix(int(minutes)) for minutes in ahead], dtype=np.str_)
    return np.strings.add(texts, suffixes[which])


def _suffix(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
