"""Timestamps as people write them, to ISO 8601: one way of writing per column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import kinds
from .errors import OpenQuestion
from .months import month_of

_CLOCK = (
    r"(?:(?:T|,?\s+|:)(?P<hour>\d{1,2})(?:(?:[:.]|h)(?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?P<fraction>[.,]\d+)?)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?|Uhr|h)?\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{2,5}|[A-Z]\w+/[A-Z][\w/+-]+)?"
    r"(?:\s*\((?P<letters>[^)]*)\)|\[[\w/+-]+\])?)?"
)
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip
"""Minutes east of UTC; a short name that stands for several zones is that of North America or of Europe."""
_PLACES = {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}
_WORD = r"(?:de\s+)?(?P<word>[^\W\d_]{3,13})\.?(?:\s+de)?"
_YEAR = r"(?P<year>\d{4}|['’]?\d{2})"
_DAYNAME = r"(?:[^\W\d_]{2,9}\.?,?\s+)?"
_SHARE_OF_TIMES = 0.8
_MOST_LOOKED_AT = 2000  # of a column, evenly spaced, to tell what kind it is
_EPOCHS = ((10, 1, "seconds"), (13, 10**3, "milliseconds"), (16, 10**6, "microseconds"), (19, 10**9, "nanoseconds"))  # fmt: skip  # noqa: E501


@dataclass(frozen=True)
class Style:
    """One way of writing times: `read` returns ISO 8601, or None for another text."""

    name: str
    read: Callable[[str], str | None]
    is_said: bool = True


def _by(pattern: str) -> Callable[[str], str | None]:
    compiled = re.compile(pattern)

    def read(text: str) -> str | None:
        match = compiled.fullmatch(text.strip())
        return None if match is None else _iso(match.groupdict())

    return read


def _iso(part: Mapping[str, str | None]) -> str | None:
    """Return ISO 8601 from the parts of a match, None where there is no such day or time."""
    year, month = _year(part.get("year")), _month(part)
    day = int(part.get("day") or 1)
    if year is None or month is None:
        return None
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    return start.isoformat() if not part.get("hour") else _with_clock(start, part)


def _with_clock(start: date, part: Mapping[str, str | None]) -> str | None:
    hour, half = int(part["hour"] or 0), (part.get("half") or "").lower()[:1]
    if half in ("a", "p"):
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(part.get("minute") or 0), int(part.get("second") or 0)
    ends_day = (hour, minute, second) == (24, 0, 0)
    if not ends_day and (hour > 23 or minute > 59 or second > 60):
        return None
    try:  # 24:00 and second 60 are the moments that follow, as for the server
        wall = datetime(start.year, start.month, start.day) + timedelta(
            hours=hour, minutes=minute, seconds=second
        )
    except OverflowError:
        return None
    fraction = (part.get("fraction") or "").replace(",", ".")
    letters = part.get("letters")
    zone = _zone(part.get("zone") or (letters if letters in _ZONES else None), wall)
    return None if zone is None else f"{wall.isoformat()}{fraction}{zone}"


def _zone(text: str | None, wall: datetime) -> str | None:
    """Return the offset that a zone has at a time on the wall, "" without a zone, None for an unknown one."""
    if not text:
        return ""
    if text in _ZONES:
        return _offset(_ZONES[text])
    if "/" in text or text in _PLACES:
        return _of_place(f"America/{_PLACES[text]}" if text in _PLACES else text, wall)
    if text.isalpha():
        return None
    offset = text[3:] if text.startswith(("UTC", "GMT")) else text
    hours, minutes = _hours_and_minutes(offset[1:])
    if hours > 23 or minutes > 59:
        return None
    return f"{offset[0]}{hours:02d}:{minutes:02d}"


def _hours_and_minutes(digits: str) -> tuple[int, int]:
    """Return the two of 1, 01, 0130 and 01:30."""
    hours, colon, minutes = digits.partition(":")
    if not colon and len(digits) > 2:
        hours, minutes = digits[:-2], digits[-2:]
    return int(hours), int(minutes or 0)


def _offset(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "Z"


def _of_place(name: str, wall: datetime) -> str | None:
    """Return the offset of a zone by its place, such as Europe/Berlin."""
    try:
        offset = wall.replace(tzinfo=ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return None if offset is None else _offset(int(offset.total_seconds() // 60))


def _year(text: str | None) -> int | None:
    digits = (text or "").strip("'’")
    if len(digits) == 2:
        return int(digits) + (2000 if int(digits) < 69 else 1900)
    return int(digits) if digits else None


def _month(part: Mapping[str, str | None]) -> int | None:
    if part.get("word"):
        return month_of(str(part["word"]))
    if part.get("roman"):
        return {"I": 1, "II": 4, "III": 7, "IV": 10}[str(part["roman"])]
    if part.get("quarter"):
        return 3 * int(part["quarter"] or 1) - 2
    return int(part.get("month") or 1)


_WEEK_WORD = r"(?:W|KW|CW|wk|week|woche|sem(?:aine|ana)?)\.?"
_WEEK = re.compile(
    rf"(?P<y>\d{{4}}|\d{{2}})[-/\s]*{_WEEK_WORD}\s?-?(?P<w>\d{{1,2}})(?:-?(?P<d>[1-7]))?"
    rf"|{_WEEK_WORD}\s?(?P<w2>\d{{1,2}})(?:,\s*|[-/\s])(?P<y2>\d{{4}}|['’]?\d{{2}})"
    rf"|(?P<w3>\d{{1,2}})\.\s?{_WEEK_WORD}[-/,\s]*(?P<y3>\d{{4}})",
    re.IGNORECASE,
)


def _week(text: str) -> str | None:
    match = _WEEK.fullmatch(text.strip())
    if match is None:
        return None
    years, weeks = match.group("y", "y2", "y3"), match.group("w", "w2", "w3")
    year, week = _year(next(filter(None, years))) or 0, int(next(filter(None, weeks)))
    try:
        return date.fromisocalendar(year, week, int(match["d"] or 1)).isoformat()
    except ValueError:
        return None


def _ordinal(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})-(\d{3})", text.strip())
    if match is None or not 1 <= int(match[2]) <= 366:
        return None
    try:
        day = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)
    except (ValueError, OverflowError):
        return None
    return day.isoformat() if day.year == int(match[1]) else None


def _year_by_name(text: str) -> str | None:
    match = re.fullmatch(r"(?:FY|CY)\s?['’]?(\d{4})|(\d{4})\s?[/–-]\s?(\d{2}|\d{4})", text.strip())
    if match is None or (match[3] and int(match[3][-2:]) != (int(match[2]) + 1) % 100):
        return None
    return f"{match[1] or match[2]}-01-01"


def _half_year(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})[-\s]?[HhSs]([12])|[HhSs]([12])[-/\s]?(\d{4})", text.strip())
    if match is None:
        return None
    return f"{match[1] or match[4]}-{6 * int(match[2] or match[3]) - 5:02d}-01"


_NUMBERED = (
    r"(?:[^\W\d_]{{2,9}}\.?,?\s+)?(?P<{0}>\d{{1,2}})\s*[-/.]\s*(?P<{1}>\d{{1,2}})\s*[-/.]\s*"
    r"(?P<year>\d{{4}}|\d{{2}})"
)
_DAY_FIRST = Style("day first", _by(_NUMBERED.format("day", "month") + _CLOCK))
_MONTH_FIRST = Style("month first", _by(_NUMBERED.format("month", "day") + _CLOCK))
_YEAR_FIRST = Style(
    "year first", _by(r"(?P<year>\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK)
)
_ISO = Style(
    "year first",
    _by(
        r"(?P<year>\d{4})(?:[-/.]|\.\s)(?P<month>\d{1,2})(?:(?:[-/.]|\.\s)(?P<day>\d{1,2})\.?"
        + _CLOCK
        + ")?"
    ),
    is_said=False,
)
_YEARS = Style("years by their first", _year_by_name)
_BY_ENDS = re.compile(r"(.+?)\s+(?:[-–]|to|bis|until)\s+(\d.+)|([^/]+?)\s*/\s*(\d[^/]+)")
_BY_CLOCKS = re.compile(
    r"(.*\d[T\s]\s*\d{1,2}:\d{2}(?::\d{2})?)\s?[-–]\s?(\d{1,2}:\d{2}(?::\d{2})?)"
)


def _period(way: Style) -> Style:
    """Return the way of periods that are told by both their ends, or by both their clocks."""

    def read(text: str) -> str | None:
        clocks = _BY_CLOCKS.fullmatch(text.strip())
        if clocks is not None:
            return way.read(clocks[1])
        ends = _BY_ENDS.fullmatch(text.strip())
        begin, end = map(way.read, filter(None, ends.groups())) if ends else (None, None)
        return begin if begin and end and begin[:10] <= end[:10] else None

    told = f", {way.name}" if way.is_said else ""
    return Style(f"periods, each by its beginning{told}", read)


_PERIODS = (_period(_ISO), _period(_DAY_FIRST), _period(_MONTH_FIRST))
_ORDERS = ((_DAY_FIRST, _MONTH_FIRST), _PERIODS[1:])
"""Ways that differ in what dates begin with, the day or the month."""


def _ends_differ(texts: Sequence[str]) -> bool:
    """Say whether texts are periods by their clocks: offsets from UTC would be the same for all."""
    return all(map(_BY_CLOCKS.fullmatch, texts)) and len({text[-5:] for text in texts}) > 1


_YEAR_AND_MONTH = Style("months by name", _by(r"['’]?(?P<year>\d{2})[-/\s]" + _WORD))


def _in_its_way(text: str) -> str | None:
    """Return a time that is written in one of the ways that cannot be mistaken."""
    ways = [_ISO, *(one for one in _STYLES if "by name" in one.name)]
    ways += [_DAY_FIRST] if text.count(".") == 2 else []
    return next((stamp for way in ways if (stamp := way.read(text))), None)


_MONTH_AND_YEAR = Style("months by name", _by(_WORD + r"[-/,.\s]*" + _YEAR))
_DAY_OR_YEAR = re.compile(r"[^\W\d_]{3,10}\.?[-/,.\s]*(?:0?[1-9]|[12]\d|3[01])")
_MIXED = Style("written in several ways", _in_its_way)
_SEVERAL = 3
_STYLES = (
    _ISO,
    Style("quarters", _by(r"(?P<year>\d{4})\s?[-/:]?\s?[QqTt](?P<quarter>[1-4])")),
    Style("quarters", _by(r"[Qq](?P<quarter>[1-4])[-/\s']*" + _YEAR)),
    Style("quarters", _by(r"(?P<quarter>[1-4])[Qq][-/\s']*" + _YEAR)),
    Style("quarters", _by(r"[Tt](?P<quarter>[1-4])[-/\s']*" + _YEAR)),
    Style(
        "quarters",
        _by(r"(?P<quarter>[1-4])\.?\s?(?:Quartal|Quarter|Qtr\.?|trimestre|trim\.?)\s?,?" + _YEAR),
    ),
    Style("quarters", _by(r"(?P<roman>I{1,3}|IV)[-/.\s]\s?" + _YEAR)),
    Style("weeks, each by its Monday", _week),
    Style("halves of years", _half_year),
    _YEARS,
    Style("days of the year", _ordinal),
    _MONTH_AND_YEAR,
    Style("months by name", _by(r"(?P<year>\d{4})[-/,\s]+" + _WORD)),
    Style("months", _by(r"(?P<year>\d{4})[Mm](?P<month>\d{1,2})")),
    Style("months", _by(r"(?:[Mm])?(?P<month>\d{1,2})[-/.\s](?P<year>\d{4})")),
    Style("periods as months", _by(r"0(?P<month>\d{2})[-/.\s](?P<year>\d{4})")),
    Style("periods as months", _by(r"(?P<year>\d{4})[/.\s]0(?P<month>\d{2})")),
    Style(
        "days of East Asia",
        _by(
            r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日일])?"
            + _CLOCK
        ),
    ),
    Style(
        "days with the month by name",
        _by(
            _DAYNAME
            + r"(?P<day>\d{1,2})(?:\.|er|º|ª)?[-/\s]*"
            + _WORD
            + r"[-/,\s]*"
            + _YEAR
            + _CLOCK
        ),
    ),
    Style(
        "days with the month by name",
        _by(
            _DAYNAME
            + _WORD
            + r"[-/\s]*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[-/\s]+(?P<year>\d{4})"
            + _CLOCK
        ),
    ),
    Style(
        "days with the month by name",
        _by(r"(?P<year>\d{4})[-\s]" + _WORD + r"[-\s](?P<day>\d{1,2})" + _CLOCK),
    ),
)
_DIGITS = (
    Style("YYYYMMDD", _by(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")),
    Style("YYYYMM", _by(r"(?P<year>(?:1[89]|2[01])\d{2})(?P<month>\d{2})")),
    Style(
        "YYYYMMDDHH",
        _by(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})[T ]?(?P<hour>\d{2})"),
    ),
    Style(
        "YYYYMMDDHHMM",
        _by(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T ]?(?P<hour>\d{2})(?P<minute>\d{2})"),
    ),
    Style(
        "YYYYMMDDHHMMSS",
        _by(
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T ]?(?P<hour>\d{2})(?P<minute>\d{2})"
            r"(?P<second>\d{2})(?P<zone>Z?)"
        ),
    ),
)


def _by_fraction(months_in: Callable[[str], int | None]) -> Callable[[str], str | None]:
    """Return a reader of years with a fraction: `months_in` counts its months from 0."""

    def read(text: str) -> str | None:
        year, point, fraction = text.partition(".")
        if len(year) != 4 or not (year + fraction).isdecimal() or not "1000" <= year <= "2999":
            return None
        month = months_in(fraction) if point else 0
        return (
            None if month is None else date(int(year) + month // 12, month % 12 + 1, 1).isoformat()
        )

    return read


def _twelfths(fraction: str) -> int | None:
    months = 12 * float(f"0.{fraction}")
    return round(months) if abs(months - round(months)) < _ROUNDED else None


def _two_digits(fraction: str) -> int | None:
    month = int(fraction[:3].ljust(2, "0"))
    return month - 1 if 1 <= month <= 12 else None


_ROUNDED = 0.065  # 1949.08 is February, whose place is 1/12
_FRACTIONS = (
    Style("years with fractions, in months", _by_fraction(_twelfths)),
    Style("year and month around a point", _by_fraction(_two_digits)),
)


def _is_even(texts: Sequence[str], style: Style) -> bool:
    """Say whether three or more texts are months that rise or fall in equal steps."""
    stamps = [style.read(text) for text in texts]
    if len(stamps) < 3 or None in stamps:
        return False
    months = [12 * int(stamp[:4]) + int(stamp[5:7]) for stamp in stamps if stamp]
    steps = {b - a for a, b in zip(months, months[1:])}
    return len(steps) == 1 and steps != {0}


def _epoch(length: int, scale: int) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        digits = text.removesuffix(".0")
        if len(digits) != length or not digits.isdecimal():
            return None
        seconds, rest = divmod(int(digits), scale)
        if not 10**9 * 0.3 <= seconds < 5 * 10**9:
            return None
        stamp = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        places = len(str(scale)) - 1
        return f"{stamp}.{rest:0{places}d}Z" if rest else f"{stamp}Z"

    return read


def _any_epoch(text: str) -> str | None:
    return next((stamp for style in _SINCE_1970 if (stamp := style.read(text))), None)


_ANY_SINCE_1970 = Style("since 1970, in units of several kinds", _any_epoch)
_SINCE_1970 = tuple(Style(f"{name} since 1970", _epoch(n, scale)) for n, scale, name in _EPOCHS)


def _parts_of_seconds(text: str) -> str | None:
    whole, point, parts = text.partition(".")
    stamp = _SINCE_1970[0].read(whole) if parts.isdecimal() or not point else None
    return f"{stamp[:-1]}.{parts}Z" if stamp and int(parts or 0) else stamp


_PARTS_OF_SECONDS = Style("seconds since 1970", _parts_of_seconds)


def style_of(values: Sequence[Any], *, share: float = 1.0) -> Style | None:
    """Return the way in which this share of the texts or digits is written, None if there is none.

    A number is taken for a time only if all of them are: the share is for texts. Years with fractions
    have to be months in equal steps besides.
    """
    present = [value for value in values if value is not None]
    if not present or any(isinstance(value, (bool, date)) for value in present):
        return None
    texts = [_text(value) for value in present]
    if all(text.removesuffix(".0").isdecimal() for text in texts):
        found = _first(texts, (*_DIGITS, *_SINCE_1970, _ANY_SINCE_1970), 1.0)
        return found or (_SHORT_DIGITS if _are_short_days(texts) else None)
    if not kinds.holds_texts(present):
        if all(map(_PARTS_OF_SECONDS.read, texts)):
            return _PARTS_OF_SECONDS
        return next((style for style in _FRACTIONS if _is_even(texts, style)), None)
    if len({*texts}) >= _SEVERAL and all(_year_by_name(text) for text in texts):
        return _YEARS  # 2008-09, 2009-10, 2010-11 are no months
    if _ends_differ(texts):
        return _first(texts, _PERIODS, 1.0)
    if _may_lack_their_year(texts):
        return None
    if _is_even(texts, _YEAR_AND_MONTH):
        return _YEAR_AND_MONTH  # 24-Jan, 24-Feb, 24-Mar
    ways = (*_STYLES, _DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, *_PERIODS, *_DIGITS[2:])
    found = _first(texts, ways, 1.0)
    if found is None and len(texts) > 1 and all(map(_in_its_way, texts)):
        return _MIXED
    return found or _first(texts, ways, share)


def _are_short_days(texts: Sequence[str]) -> bool:
    """Say whether digits are days with two of the year: equally far apart, as numbers that look so are not."""
    stamps = [_short_digits(text) for text in dict.fromkeys(texts)]
    return None not in stamps and _is_regular(stamps)


def _may_lack_their_year(texts: Sequence[str]) -> bool:
    """Say whether texts such as Jan 30, Jan 31, Feb 01 are days: as months with years they would jump."""
    if not all(map(_DAY_OR_YEAR.fullmatch, texts)):
        return False
    stamps = [_MONTH_AND_YEAR.read(text) for text in dict.fromkeys(texts)]
    if None in stamps or len(stamps) < _SEVERAL:
        return False
    months = [12 * int(stamp[:4]) + int(stamp[5:7]) for stamp in stamps if stamp]
    steps = [b - a for a, b in zip(months, months[1:])]
    one_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return not one_way or min(map(abs, steps)) >= 12


def looks_like_times(values: Sequence[Any]) -> bool:
    """Say whether a column holds times, but for a few that cannot be read."""
    present = [value for value in values if value is not None]
    present = present[:: 1 + len(present) // _MOST_LOOKED_AT]
    if present and all(isinstance(value, date) for value in present):
        return True
    return style_of(present, share=_SHARE_OF_TIMES) is not None


def read(values: Sequence[Any], style: Style) -> list[Any]:
    """Return ISO texts, None for what is missing or written otherwise."""
    texts = [None if value is None else _text(value) for value in values]
    known = {text: None if text is None else style.read(text) for text in set(texts)}
    return [known[text] for text in texts]


def _week_of_digits(text: str) -> str | None:
    digits = text.removesuffix(".0")
    return _week(f"{digits[:4]}-W{digits[4:]}") if len(digits) == 6 and digits.isdecimal() else None


def _serial(text: str) -> str | None:
    day, point, part = text.removesuffix(".0").partition(".")
    if not day.isdecimal() or len(day) != 5 or not _SERIALS[0] <= int(day) <= _SERIALS[1]:
        return None
    if not point:
        return (date(1899, 12, 30) + timedelta(days=int(day))).isoformat()
    if not part.isdecimal():
        return None
    seconds = round(float(f"0.{part}") * 86_400)
    return (datetime(1899, 12, 30) + timedelta(days=int(day), seconds=seconds)).isoformat()


_SERIALS = (14_611, 73_050)  # the years 1940 to 2099


def _short_digits(text: str) -> str | None:
    digits = text.removesuffix(".0")
    if len(digits) != 6 or not digits.isdecimal():
        return None
    return _DIGITS[0].read(f"{_year(digits[:2])}{digits[2:]}")


_SHORT_DIGITS = Style("YYMMDD", _short_digits)
_OF_SIX = (_SHORT_DIGITS, _DIGITS[1])
_WEEKS = Style("weeks as YYYYWW, each by its Monday", _week_of_digits)
_DAYS_OF_SHEETS = Style("days as spreadsheets count them", _serial)


def style_by_name(name: str, values: Sequence[Any]) -> Style | None:
    """Return the way of digits that only the name of their column tells: weeks, or days of spreadsheets."""
    texts = [_text(value) for value in values if value is not None]
    said = {word for word in re.split(r"[^a-zäöü]+", name.lower()) if word}
    ways = [(_WEEK_WORDS, _WEEKS), (_DATE_WORDS, _DAYS_OF_SHEETS), (_DATE_WORDS, _SHORT_DIGITS)]
    if all(_DIGITS[1].read(text) for text in texts):
        ways.pop()  # months as well: see `settle`
    for words, style in ways:
        if words & said and texts and all(style.read(text) for text in texts):
            return style
    return None


_WEEK_WORDS = frozenset(["week", "weeks", "wk", "isoweek", "yearweek", "yyyyww", "kw", "woche"])
_DATE_WORDS = frozenset(
    ["date", "dates", "datum", "fecha", "datetime", "day", "tag", "when", "time", "ds", "timestamp"]
)


def begins(style: Style) -> str | None:
    """Return what dates of this style begin with, "day" or "month", if they are of numbers alone."""
    order = next((order for order in _ORDERS if style in order), None)
    return order and ("day", "month")[order.index(style)]


def settle(values: Sequence[Any], style: Style, name: str, dates: str | None = None) -> Style:
    """Return day first or month first: as `dates` says, else what alone is possible or makes steps equal.

    Raises:
        OpenQuestion: Both can be, so that the user has to say.
    """
    if style is _DIGITS[1]:
        return _days_or_months(values, name)
    order = next((order for order in _ORDERS if style in order), None)
    if order is None:
        return style
    day_first, month_first = order
    if dates is not None:
        return day_first if dates == "day" else month_first
    able = [way for way in order if all(v is None or way.read(_text(v)) for v in values)]
    if all(len(re.split("[-/]", text)[0]) == 2 for text in map(str, values)) and _is_nearest(
        _YEAR_FIRST, able, values
    ):
        return _YEAR_FIRST
    if len(able) < 2:
        return able[0] if able else style
    texts = [str(value) for value in values if value is not None]
    if all(text.count(".") >= 2 for text in texts):
        return day_first
    readings = [read(values, way) for way in able]
    if readings[0] == readings[1]:
        return day_first
    regular = [way for way, stamps in zip(able, readings) if _is_regular(stamps)]
    if len(regular) == 1:
        return regular[0]
    raise OpenQuestion(
        f"column {name!r}: {texts[0]!r} may have the day first or the month first; "
        "hint: --dates day or --dates month says which, --time-format another way",
        "dates",
        ("day", "month"),
    )


def _days_or_months(values: Sequence[Any], name: str) -> Style:
    """Return the way of six digits: months, or days with two digits of the year where only these are even.

    Raises:
        OpenQuestion: Both are equally far apart, as 200101, 200102 and 200103 are.
    """
    readings = [read(values, way) for way in _OF_SIX]
    even = [
        way for way, stamps in zip(_OF_SIX, readings) if None not in stamps and _is_regular(stamps)
    ]
    if len(even) < 2:
        return even[0] if even else _DIGITS[1]
    first = next(value for value in values if value is not None)
    raise OpenQuestion(
        f"column {name!r}: {first} may be {readings[0][0]} or {readings[1][0]}; "
        "hint: --time-format %y%m%d or --time-format %Y%m says which",
        "time_format",
        ("%y%m%d", "%Y%m"),
    )


def _is_nearest(style: Style, others: Sequence[Style], values: Sequence[Any]) -> bool:
    """Say whether texts are equally far apart in this way, and nearer to each other than in the others."""
    stamps = read(values, style)
    if None in stamps or not _is_regular(stamps):
        return False
    spans = [_span(read(values, other)) for other in others]
    return bool(spans) and _span(stamps) < min(spans)


def _span(stamps: Sequence[str | None]) -> timedelta:
    days = [date.fromisoformat(stamp[:10]) for stamp in stamps if stamp]
    return max(days) - min(days)


def _is_regular(stamps: Sequence[str | None]) -> bool:
    """Say whether the different days are equally far apart, in days, or in months if none has several clocks."""
    told = [stamp for stamp in stamps if stamp]
    days = sorted({date.fromisoformat(stamp[:10]) for stamp in told})
    steps = {(b - a).days for a, b in zip(days, days[1:])}
    if len(days) < 3 or len(steps) == 1:
        return len(days) > 2
    months = {12 * (b.year - a.year) + b.month - a.month for a, b in zip(days, days[1:])}
    one_clock = len({stamp[10:] for stamp in told}) == 1
    return one_clock and len(months) == 1 and len({day.day for day in days}) == 1


def _text(value: Any) -> str:
    return str(value)


def _first(texts: Sequence[str], styles: Sequence[Style], share: float) -> Style | None:
    needed, counts = share * len(texts), Counter(texts)
    for style in styles:
        if any(style.read(text) is not None for text in texts[:20]) and (
            sum(n for text, n in counts.items() if style.read(text) is not None) >= needed
        ):
            return style
    return None
