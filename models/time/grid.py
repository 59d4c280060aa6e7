"""Stamps that follow one frequency: the ones there are, the ones after, and how they are written."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from models.time.frequency import Frequency
from models.time.steps import DAY
from models.time.zones import to_absolute, to_local, utc_offsets
from models.types import IntArray, StampArray

SHARED_SIZE = 20_000
"""Stamps of series up to this length are shared between equal series."""


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

    def stamp(self, at: int) -> str:
        """Write one stamp of the grid for a message; ``at``: its index, from the end if negative."""
        return str(self.text(np.atleast_1d(self.stamps[at]))[0])

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
