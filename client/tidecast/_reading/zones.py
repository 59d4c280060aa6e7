"""Zones of clocks by their offset, short name or place, to the offset that ISO 8601 has."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PATTERN = r"Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{2,5}|[A-Z]\w+/[A-Z][\w/+-]+"
"""What may be a zone behind a clock; `offset_of` tells whether it is one."""
SHORT = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip
"""Minutes east of UTC; a short name that stands for several zones is that of North America or of Europe."""
_PLACES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}?):?(\d{2})?")


def offset_of(zone: str, wall: datetime) -> str | None:
    """Return the offset of a zone when its clocks show a time, such as +01:00 and Z, None for an unknown one."""
    if zone in SHORT:
        return _written(SHORT[zone])
    if zone in _PLACES or "/" in zone:
        return _of_place(_PLACES.get(zone, zone), wall)
    match = _OFFSET.fullmatch(zone)
    if match is None:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    return f"{match[1]}{hours:02d}:{minutes:02d}" if hours < 24 and minutes < 60 else None


def _of_place(name: str, wall: datetime) -> str | None:
    try:
        offset = wall.replace(tzinfo=ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return None if offset is None else _written(int(offset.total_seconds() // 60))


def _written(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "Z"
