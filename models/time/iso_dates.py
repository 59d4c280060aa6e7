"""ISO 8601 beyond year, month and day: weeks, ordinal days, the end of a day, leap seconds, decimal commas."""

import re
from datetime import date, datetime, timedelta

_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?(?=$|[T ])")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?=$|[T ])")
_DAY = r"^(\d{4}-?\d{2}-?\d{2})[T ]"
_DAYS_END = re.compile(_DAY + r"24(?::?00){0,2}(?:\.0+)?(?=$|[Zz+\- ])")
_COMMA = re.compile(r"(:\d{2}),(?=\d)")
_LEAP_SECOND = re.compile(_DAY + r"(\d{2}):?(\d{2}):?60(?:\.\d+)?(?=$|[Zz+\- ])")


def in_days(text: str) -> str:
    """Write a stamp of a week, an ordinal day, hour 24, second 60 or with a comma by its day and a common clock.

    A week is its Monday; hour 24 and second 60 are the moments that follow. All others are returned
    as they are. Raises ``ValueError`` or ``OverflowError`` for a day that the calendar does not have.
    """
    text = _COMMA.sub(r"\1.", text)
    if match := _WEEK.match(text):
        year, week, weekday = (int(part or 1) for part in match.groups())
        text = f"{date.fromisocalendar(year, week, weekday)}{text[match.end() :]}"
    elif match := _ORDINAL.match(text):
        year, number = (int(part) for part in match.groups())
        day = date(year, 1, 1) + timedelta(days=number - 1)
        if day.year != year:
            raise ValueError(text)
        text = f"{day}{text[match.end() :]}"
    if match := _DAYS_END.match(text):
        text = f"{date.fromisoformat(match[1]) + timedelta(days=1)}T00:00{text[match.end() :]}"
    elif match := _LEAP_SECOND.match(text):
        minute = datetime.fromisoformat(f"{match[1]}T{match[2]}:{match[3]}")
        text = f"{(minute + timedelta(minutes=1)).isoformat()}{text[match.end() :]}"
    return text
