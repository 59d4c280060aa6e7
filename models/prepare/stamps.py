"""Timestamps as they are sent, read into arrays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.errors import BadStamps, Problem
from models.types import StampArray
from models.zones import to_absolute, to_local, zone_name

_ZONE = re.compile(r"[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d+)?)?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)$")
_LARGEST_INTEGER = 2**53
_EARLIEST, _LATEST = np.datetime64("1678-01-01", "ns"), np.datetime64("2261-12-31", "ns")
_HINT = "send ISO 8601 timestamps such as '2024-03-01T12:00:00', dates, or integers"


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """Timestamps of one series, read but not yet ordered.

    ``values``: shape (t,), ``int64``, or ``datetime64[ns]`` (in UTC if ``tz`` is set).
    ``shifted``, ``assumed``: how many wall-clock times never were, or were ambiguous.
    """

    values: StampArray
    tz: str | None = None
    shifted: int = 0
    assumed: int = 0


def read_stamps(ds: Any, tz: str | None, own_zone: str | None = None) -> Stamps:
    """Read timestamps: integers, dates, ISO 8601 strings with or without offset, datetime64 arrays.

    ``tz``: zone for stamps without offset, and of the result. ``own_zone``: zone of a datetime64
    array in UTC that came with one. Raises ``BadStamps`` naming the first stamp that is in the way.
    """
    if isinstance(ds, np.ndarray) and ds.dtype.kind in "iufM":
        return _read_array(ds, tz, own_zone)
    values = list(ds)
    if all(type(value) is str for value in values):
        return _read_text(values, tz)
    return _read_array(_integers(values), tz, None)


def _read_array(ds: StampArray, tz: str | None, own_zone: str | None) -> Stamps:
    if ds.dtype.kind == "M":
        absent = np.isnat(ds)
        if absent.any():
            raise _missing_stamp(int(absent.argmax()))
        return _zoned_or_naive(_nanoseconds(ds), tz, own_zone)
    if tz is not None:
        raise BadStamps(
            f"tz={tz!r} was given, but the timestamps are integers",
            "leave tz out, or send ISO 8601 timestamps",
        )
    wrong = (
        (ds != np.floor(ds)) | (np.abs(ds) > _LARGEST_INTEGER)
        if ds.dtype.kind == "f"
        else ((ds > _LARGEST_INTEGER) | (ds < -_LARGEST_INTEGER))
    )
    if wrong.any():
        value = ds[int(wrong.argmax())].item()
        raise BadStamps(
            f"integer timestamps must be whole numbers of at most 2^53, got {value!r}",
            _HINT,
            ds=str(value),
        )
    return Stamps(ds.astype(np.int64))


def _integers(values: Sequence[Any]) -> StampArray:
    for row, value in enumerate(values):
        if value is None:
            raise _missing_stamp(row)
        if isinstance(value, bool) or not isinstance(value, int | float):
            kinds = sorted({type(v).__name__ for v in values})
            raise BadStamps(
                f"timestamps must be all strings or all integers, got {' and '.join(kinds)} (row {row})",
                _HINT,
                ds=str(value)[:60],
            )
    return np.array(values, dtype=np.int64 if all(type(v) is int for v in values) else np.float64)


def _missing_stamp(row: int) -> BadStamps:
    return BadStamps(f"the timestamp of row {row} is missing", "give every row a timestamp")


def _nanoseconds(ds: StampArray) -> StampArray:
    outside = (ds < _EARLIEST) | (ds > _LATEST)
    if outside.any():
        raise _beyond(str(ds[int(outside.argmax())]))
    return ds.astype("datetime64[ns]")


def _beyond(text: str) -> BadStamps:
    return BadStamps(
        f"timestamps must be in the years 1678 to 2261, got {text}",
        "use integer time for other years",
        ds=text,
    )


def _read_text(values: list[str], tz: str | None) -> Stamps:
    if not values:
        return Stamps(np.empty(0, dtype=np.int64), None)
    numbers = _numbers(values)
    if numbers is not None:
        return _read_array(numbers, tz, None)
    zoned = _offsets(values)
    try:
        index = pd.to_datetime(values, format="ISO8601", utc=True)
    except (ValueError, OverflowError):
        raise _unreadable(values) from None
    if index.hasnans or not values[0][:1].isdigit() or "n" in values[0]:
        raise _unreadable(values)
    stamps = _nanoseconds(index.tz_localize(None).to_numpy())
    return _zoned_or_naive(stamps, tz, zoned)


def _numbers(values: list[str]) -> StampArray | None:
    """Return integers written as text; eight digits are a date if all of them can be."""
    if not values[0].lstrip("+-").replace(".0", "").isdigit():
        return None
    try:
        numbers = np.array(values, dtype=np.float64)
    except ValueError:
        return None
    if all(len(value) == 8 and value[4:6] <= "12" and value[6:] <= "31" for value in values):
        return None
    return numbers


def _offsets(values: list[str]) -> str | None:
    """Return the one offset that all stamps carry, ``mixed`` for several, or None for none.

    Raises ``BadStamps`` if some stamps carry an offset and others do not.
    """
    found = [match.group(1) if (match := _ZONE.search(value)) else None for value in values]
    distinct = set(found)
    if distinct == {None}:
        return None
    if None in distinct:
        row = found.index(None)
        raise BadStamps(
            f"some timestamps carry an offset and others do not, first {values[row]!r} in row {row}",
            "write the offset on all of them, or on none and set tz",
            ds=values[row],
        )
    zones = {zone_name(str(text)) for text in distinct}
    return zones.pop() if len(zones) == 1 else "mixed"


def _zoned_or_naive(stamps: StampArray, tz: str | None, own_zone: str | None) -> Stamps:
    """Settle the zone: the one asked for, else the one that the stamps carry."""
    if own_zone == "mixed" and tz is None:
        raise BadStamps(
            "the timestamps carry several offsets, and no tz says which zone they belong to",
            "set tz, for example 'Europe/Berlin', or send all of them in UTC",
        )
    if own_zone is not None:
        return Stamps(stamps, tz or own_zone)
    if tz is None:
        return Stamps(stamps)
    absolute = to_absolute(stamps, tz)
    return Stamps(absolute.stamps, tz, int(absolute.shifted.sum()), int(absolute.assumed.sum()))


def _unreadable(values: list[str]) -> BadStamps:
    """Find the first stamp that cannot be read."""
    for row, value in enumerate(values):
        try:
            stamp = pd.to_datetime([value], format="ISO8601", utc=True)
            if not stamp.hasnans and value[:1].isdigit():
                continue
        except pd.errors.OutOfBoundsDatetime:
            return _beyond(value)
        except (ValueError, OverflowError):
            pass
        return BadStamps(
            f"cannot read the timestamp {value!r:.60} in row {row}", _HINT, ds=value[:60]
        )
    return BadStamps("cannot read the timestamps", _HINT)
