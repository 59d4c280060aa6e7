"""Wall clock and absolute time: all arithmetic on named zones and fixed offsets stands here."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd

from models.errors import InvalidParameter
from models.types import BoolArray, IntArray, StampArray

_OFFSET = re.compile(r"^(?:UTC)?([+-])(\d{2}):?(\d{2})?$")


class Localized(NamedTuple):
    """Absolute stamps made of wall-clock ones, and what had to be decided on the way.

    ``stamps``: shape (t,), ``datetime64[ns]`` in UTC. ``shifted``: shape (t,), True where the wall
    clock never showed that time (clocks went forward). ``assumed``: shape (t,), True where it showed
    the time twice, the series has it once, and the first showing was taken.
    """

    stamps: StampArray
    shifted: BoolArray
    assumed: BoolArray


@lru_cache(maxsize=256)
def zone_name(name: str) -> str:
    """Return the canonical name of a zone: ``UTC``, an offset as ``+01:00``, or an IANA name.

    Raises ``InvalidParameter`` with the nearest known name.
    """
    if name.upper() in {"UTC", "Z", "GMT", "ETC/UTC"}:
        return "UTC"
    offset = _OFFSET.match(name)
    if offset:
        sign, hours, minutes = offset.groups()
        minutes = minutes or "00"
        if int(hours) < 24 and int(minutes) < 60:
            return "UTC" if hours == minutes == "00" else f"{sign}{hours}:{minutes}"
    try:
        key = str(ZoneInfo(name).key)
        pd.Timestamp(0, tz=key)  # which knows fewer: "localtime" is a name, and no zone
    except (KeyError, ValueError, OSError):
        raise _unknown_zone(name) from None
    return key


def to_local(stamps: StampArray, tz: str | None) -> StampArray:
    """Turn absolute stamps, (t,), into what the wall clock of the zone shows; unchanged without a zone."""
    if tz is None or tz == "UTC":
        return stamps
    index = pd.DatetimeIndex(stamps).tz_localize("UTC").tz_convert(_pandas_zone(tz))
    return index.tz_localize(None).to_numpy()


def to_absolute(local: StampArray, tz: str | None) -> Localized:
    """Turn wall-clock stamps, (t,), into absolute ones.

    A time shown twice (clocks went back) is the first showing where it comes first in the array and
    the second where it comes again; a time never shown (clocks went forward) becomes the first one
    after the switch.
    """
    never = np.zeros(len(local), dtype=np.bool_)
    if tz is None or tz == "UTC":
        return Localized(local, never, never)
    name = _pandas_zone(tz)
    first = _localized(local, name, first_showing=True)
    second = _localized(local, name, first_showing=False)
    shifted = to_local(first, tz) != local
    twice = first != second
    if not twice.any():
        return Localized(first, shifted, never)
    again = pd.Index(local).duplicated() & twice
    repeated = pd.Index(local).duplicated(keep=False)
    return Localized(np.where(again, second, first), shifted, twice & ~repeated)


def utc_offsets(stamps: StampArray, tz: str) -> IntArray:
    """Return by how many minutes the wall clock is ahead of UTC at each absolute stamp; shape (t,)."""
    ahead = (to_local(stamps, tz) - stamps).astype("timedelta64[m]").astype(np.int64)
    return np.asarray(ahead)


def _localized(local: StampArray, name: str, *, first_showing: bool) -> StampArray:
    # pandas calls the first showing "DST": the clocks go back out of summer time.
    dst = np.full(len(local), first_showing)
    index = pd.DatetimeIndex(local).tz_localize(name, ambiguous=dst, nonexistent="shift_forward")
    return index.tz_convert("UTC").tz_localize(None).to_numpy()


def _pandas_zone(tz: str) -> str:
    return f"UTC{tz}" if tz[0] in "+-" else tz


def _unknown_zone(name: str) -> InvalidParameter:
    others = sorted(available_timezones() - {name})  # the list has names that cannot be read, too
    near = get_close_matches(name, others, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else "use a name such as 'Europe/Berlin' or 'UTC'"
    return InvalidParameter(
        f"tz must be a named time zone or an offset such as '+01:00', got {name!r:.60}",
        hint,
        path=("tz",),
    )
