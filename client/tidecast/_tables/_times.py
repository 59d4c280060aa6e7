"""Timestamps, to ISO 8601 and back, with their zone and their type kept.

A zone with a fixed offset is written into every text. A named zone, whose offset changes, is sent
as UTC beside the option `tz`: then no text is ambiguous when the clocks go back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .._errors import DataError

Stamps64 = NDArray[np.datetime64]

_OFFSET = re.compile(r"[T ].*?(?:(Z)|([+-])(\d\d):?(\d\d))$")
_UNITS = ("D", "s", "ms", "us")


@dataclass(frozen=True)
class Times:
    """A time column on the wire.

    Attributes:
        wire: ISO texts or integers, None where missing.
        tz: The named zone to send along, or None.
        restore: Turns wire values of the answer into the kind of column that came in.
    """

    wire: list[Any]
    tz: str | None
    restore: Callable[[list[Any]], Any]


@dataclass(frozen=True)
class Stamps:
    """Instants: UTC if there is a zone, wall-clock time if there is none."""

    values: Stamps64
    zone: tzinfo | None = None


def zone_name(zone: tzinfo | None) -> str | None:
    """Return the name of a zone whose offset changes, None for UTC and other fixed offsets.

    Raises:
        DataError: The zone has no name.
    """
    if zone is None or zone.utcoffset(None) is not None:
        return None
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if not name:
        raise DataError(
            f"the time zone {zone!r} has no name; hint: use zoneinfo.ZoneInfo or an IANA name"
        )
    return str(name)


def to_iso(stamps: Stamps) -> list[str | None]:
    """Return one text per stamp, as short as all of them allow; None for a missing one."""
    values, suffix = stamps.values, ""
    if stamps.zone is not None:
        offset = stamps.zone.utcoffset(None) or timedelta(0)
        values = values + np.timedelta64(offset)
        suffix = _suffix(offset)
    unit = _unit(values)
    if suffix and unit == "D":
        unit = "s"
    texts: list[str | None] = np.datetime_as_string(values, unit=unit).tolist()
    if suffix:
        texts = [f"{text}{suffix}" for text in texts]
    for index in np.flatnonzero(np.isnat(values)):
        texts[index] = None
    return texts


def from_iso(texts: Sequence[str | None], zone: tzinfo | None) -> Stamps:
    """Read the texts of an answer, in the zone of the request where they have none themselves."""
    matches = [_OFFSET.search(text) if text else None for text in texts]
    bare = [_bare(text, match) for text, match in zip(texts, matches)]
    unit = "ns" if any(len(text.partition(".")[2]) > 6 for text in bare) else "us"
    values = np.array(bare, dtype=f"datetime64[{unit}]")
    if any(matches):
        minutes = np.array([_minutes(match) for match in matches], dtype="timedelta64[m]")
        return Stamps(values - minutes, zone or timezone.utc)
    return Stamps(values if zone is None else _from_wall(values, zone), zone)


def to_datetimes(stamps: Stamps) -> list[datetime | None]:
    """Return Python datetimes, aware if the stamps have a zone."""
    values: list[datetime | None] = stamps.values.astype("datetime64[us]").tolist()
    if stamps.zone is None:
        return values
    return [v and v.replace(tzinfo=timezone.utc).astimezone(stamps.zone) for v in values]


def plain_times(column: Sequence[Any] | NDArray[Any], name: str) -> Times:
    """Encode a list or array of dates, datetimes, texts or integers.

    Raises:
        DataError: They are something else, or aware and naive ones are mixed.
    """
    if isinstance(column, np.ndarray):
        return _array_times(column, name)
    values = list(column)
    first = next((value for value in values if not is_missing(value)), None)
    if isinstance(first, datetime):
        return _datetime_times(values, first.tzinfo)
    if isinstance(first, date):
        stamps = np.array([None if is_missing(v) else v for v in values], dtype="datetime64[D]")
        return Times(to_iso(Stamps(stamps)), None, _restored_dates)
    if isinstance(first, np.datetime64):
        return _array_times(np.array(values, dtype="datetime64"), name)
    return Times([_plain_time(value, name) for value in values], None, list)


def is_missing(value: Any) -> bool:
    """Say whether a value is None, NaN, NaT or pandas' NA."""
    if value is None:
        return True
    if isinstance(value, (float, np.floating, np.datetime64)):
        return bool(value != value)  # noqa: PLR0124 (NaN and NaT differ from themselves)
    return type(value).__name__ in ("NaTType", "NAType")


def in_unit_of(values: Stamps64, dtype: np.dtype[Any]) -> Stamps64:
    """Return the stamps in another unit, unless that would cut them off."""
    cast = values.astype(dtype)
    same = (cast.astype(values.dtype) == values) | np.isnat(values)
    return cast if bool(same.all()) else values


def _array_times(column: NDArray[Any], name: str) -> Times:
    if column.dtype.kind == "M":
        dtype = column.dtype

        def restore(wire: list[Any]) -> Any:
            return as_stamps(wire, None, lambda s: in_unit_of(s.values, dtype))

        return Times(to_iso(Stamps(column)), None, restore)
    encoded = plain_times(column.tolist(), name)
    return Times(encoded.wire, encoded.tz, lambda wire: np.array(encoded.restore(wire)))


def _datetime_times(values: list[Any], zone: tzinfo | None) -> Times:
    try:
        naive = [None if is_missing(v) else _in_utc(v, aware=zone is not None) for v in values]
    except (AttributeError, TypeError) as error:
        raise DataError(f"the timestamps are not all of one type: {error}") from error
    stamps = Stamps(np.array(naive, dtype="datetime64[us]"), zone)

    def restore(wire: list[Any]) -> Any:
        return as_stamps(wire, zone, to_datetimes)

    return Times(to_iso(stamps), zone_name(zone), restore)


def as_stamps(wire: list[Any], zone: tzinfo | None, build: Callable[[Stamps], Any]) -> Any:
    """Build a column from ISO texts; anything else, such as integers, is left as it is."""
    if any(value is not None and not isinstance(value, str) for value in wire):
        return wire
    return build(from_iso(wire, zone))


def _restored_dates(wire: list[Any]) -> Any:
    return as_stamps(wire, None, _dates)


def _dates(stamps: Stamps) -> list[Any]:
    """Return dates, or datetimes if the answer is finer than days."""
    days: list[Any] = in_unit_of(stamps.values, np.dtype("datetime64[D]")).tolist()
    return days


def _in_utc(value: datetime, *, aware: bool) -> datetime:
    if (value.tzinfo is not None) is not aware:
        raise DataError("timestamps with and without a time zone are mixed")
    return value.astimezone(timezone.utc).replace(tzinfo=None) if aware else value


def _plain_time(value: Any, name: str) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, str):
        return value
    whole = isinstance(value, (int, float, np.number)) and float(value).is_integer()
    if whole and not isinstance(value, bool):
        return int(value)
    raise DataError(
        f"{name!r} holds {value!r} ({type(value).__name__}); "
        "allowed are dates, datetimes, ISO 8601 texts and integers"
    )


def _unit(values: Stamps64) -> Any:
    """Return the coarsest unit that cuts off none of the stamps."""
    present = values[~np.isnat(values)]

    def fits(unit: str) -> bool:
        return bool((present.astype(f"datetime64[{unit}]").astype(values.dtype) == present).all())

    return next((unit for unit in _UNITS if fits(unit)), "ns")


def _suffix(offset: timedelta) -> str:
    if not offset:
        return "Z"
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _bare(text: str | None, match: re.Match[str] | None) -> str:
    if not text:
        return "NaT"
    if match is None:
        return text
    return text[: match.start(1) if match[1] else match.start(2)]


def _minutes(match: re.Match[str] | None) -> int:
    if match is None or match[1]:
        return 0
    minutes = int(match[3]) * 60 + int(match[4])
    return -minutes if match[2] == "-" else minutes


def _from_wall(values: Stamps64, zone: tzinfo) -> Stamps64:
    name = zone_name(zone)
    zone = ZoneInfo(name) if name else zone  # a zone of pytz cannot simply be put on a datetime
    walls = values.astype("datetime64[us]").tolist()
    instants = [
        v and v.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None) for v in walls
    ]
    return np.array(instants, dtype="datetime64[us]")
