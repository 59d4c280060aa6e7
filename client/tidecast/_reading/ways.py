"""The ways in which times are written, each with what reads one text: ISO 8601, or None for another text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from . import zones
from .months import month_of

Read = Callable[[str], "str | None"]


BUDDHIST = 543
"""Years that the calendar of Thailand is ahead."""
LONGEST = 100
"""Characters of a time: patterns may take the square of a text's length to find that it is none."""


@dataclass(frozen=True)
class Style:
    """One way of writing times, by what reads a text that is not too long for one."""

    name: str
    reads: Read
    is_said: bool = True

    def read(self, text: str) -> str | None:
        """Return ISO 8601, or None for another text."""
        return self.reads(text) if len(text) <= LONGEST else None


# --- by a pattern ----------------------------------------------------------------

_CLOCK = (
    r"(?:(?:[T_]|,?\s+|:)(?P<hour>\d{1,2})(?:(?:[:.]|h)(?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?P<fraction>[.,]\d+)?)?)?"
    rf"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?|Uhr|h)?\s*(?P<zone>{zones.PATTERN})?"
    r"(?:\s*\((?P<letters>[^)]*)\)|\[[\w/+-]+\])?)?"
)
_WORD = r"(?:de\s+)?(?P<word>[^\W\d_]{3,13})\.?(?:\s+de)?"
_YEAR = r"(?P<year>\d{4}|['’]?\d{2})"
_FISCAL_YEAR = rf"FY\s?{_YEAR}(?:[/-]\d{{2}})?"
_QUARTER = r"[QqTt](?P<quarter>[1-4])[-/,\s'’]*"
_QUARTER_IN_WORDS = (
    r"(?P<quarter>[1-4])(?:\.|st|nd|rd|th|er|e|º)?\s?"
    r"(?:[Qq](?:uarter|uartal|tr\.?)?|[Tt]rim(?:estre|\.)?)[-/,\s'’]*"
)
_DAYNAME = r"(?:[^\W\d_]{2,9}\.?,?\s+)?"
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}


_BRACKETS = re.compile(r"^\[([^\[\]]*)\]$")  # as logs of web servers have them


def _by(pattern: str) -> Read:
    compiled = re.compile(pattern)

    def read(text: str) -> str | None:
        match = compiled.fullmatch(_BRACKETS.sub(r"\1", text.strip()))
        return None if match is None else _iso(match.groupdict())

    return read


def _iso(part: Mapping[str, str | None]) -> str | None:
    """Return ISO 8601 from the parts of a match, None where there is no such day or time."""
    month = _month(part)
    if month is None:
        return None
    try:
        start = date(year_of(part["year"] or ""), month, int(part.get("day") or 1))
    except ValueError:
        return None
    return start.isoformat() if not part.get("hour") else _with_clock(start, part)


def _with_clock(start: date, part: Mapping[str, str | None]) -> str | None:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (part.get("half") or "").lower()[:1]
    if half in ("a", "p"):
        hour = hour % 12 + (12 if half == "p" else 0)
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
    zone = part.get("zone") or (letters if letters in zones.SHORT else None)
    offset = zones.offset_of(zone, wall) if zone else ""
    return None if offset is None else f"{wall.isoformat()}{fraction}{offset}"


def year_of(text: str) -> int:
    """Return the year of four digits or of two, which are those from 1969 to 2068.

    Years from 1900 on in the Buddhist calendar, as Thailand has them, are those of ours.
    """
    digits = text.strip("'’")
    if len(digits) != 2:
        year = int(digits)
        return year - BUDDHIST if 1900 + BUDDHIST <= year < 2100 + BUDDHIST else year
    return int(digits) + (2000 if int(digits) < 69 else 1900)


def _month(part: Mapping[str, str | None]) -> int | None:
    if part.get("word"):
        return month_of(str(part["word"]))
    word = (part.get("ordinal") or "").lower()
    quarter = _QUARTERS.get(word) or int(part.get("quarter") or 0)
    return 3 * quarter - 2 if quarter else int(part.get("month") or 1)


def _styles(name: str, *patterns: str) -> tuple[Style, ...]:
    return tuple(Style(name, _by(pattern)) for pattern in patterns)


# --- by the year, its weeks and its halves ---------------------------------------

_WEEK_WORD = r"(?:W|KW|CW|wk|week|woche|sem(?:aine|ana)?)\.?"
_WEEK = re.compile(
    rf"(?P<y>\d{{4}}|\d{{2}})[-/\s]*{_WEEK_WORD}\s?-?(?P<w>\d{{1,2}})(?:-?(?P<d>[1-7]))?"
    rf"|{_WEEK_WORD}\s?(?P<w2>\d{{1,2}})(?:,\s*|[-/\s])(?P<y2>\d{{4}}|['’]?\d{{2}})"
    rf"|(?P<w3>\d{{1,2}})\.\s?{_WEEK_WORD}[-/,\s]*(?P<y3>\d{{4}})",
    re.IGNORECASE,
)
_YEAR_BY_NAME = re.compile(
    r"(?P<kind>FY|CY)?\s?['’]?(?P<year>\d{4}|\d{2})(?:\s?[/–-]\s?(?P<next>\d{4}|\d{2}))?"
)
_HALF_YEAR = re.compile(
    r"(\d{4})[-\s]?[HhSs]([12])|[HhSs]([12])[-/\s]?(\d{4})"
    r"|([12])(?:\.|st|nd|er|e|º)?\s?(?:H|half|Halbjahr|semest(?:re|er)),?[-/\s']*(\d{4}|\d{2})"
)


def _week(text: str) -> str | None:
    match = _WEEK.fullmatch(text.strip())
    if match is None:
        return None
    year, week = (next(filter(None, match.group(one, f"{one}2", f"{one}3"))) for one in "yw")
    try:
        return date.fromisocalendar(year_of(year), int(week), int(match["d"] or 1)).isoformat()
    except ValueError:
        return None


def _week_and_year(text: str) -> str | None:
    match = re.fullmatch(r"(\d{1,2})[-/.](\d{4})|(\d{4})[-/.](\d{1,2})", text.strip())
    return match and _week(f"{match[2] or match[3]}-W{match[1] or match[4]}")


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
    match = _YEAR_BY_NAME.fullmatch(text.strip())
    if match is None or not (match["kind"] or (match["next"] and len(match["year"]) == 4)):
        return None
    first, following = match["year"], match["next"]
    if following and int(following[-2:]) != (int(first) + 1) % 100:
        return None
    return f"{year_of(first)}-01-01"


def _half_year(text: str) -> str | None:
    match = _HALF_YEAR.fullmatch(text.strip())
    if match is None:
        return None
    year, half = match[1] or match[4] or match[6], match[2] or match[3] or match[5]
    return f"{year_of(year)}-{6 * int(half) - 5:02d}-01"


# --- the ways of texts -----------------------------------------------------------

_NUMBERED = (
    r"(?:[^\W\d_]{{2,9}}\.?,?\s+)?(?P<{0}>\d{{1,2}})\s*[-/.]\s*(?P<{1}>\d{{1,2}})\s*[-/.]\s*"
    r"(?P<year>\d{{4}}|\d{{2}})"
)
DAY_FIRST = Style("day first", _by(_NUMBERED.format("day", "month") + _CLOCK))
MONTH_FIRST = Style("month first", _by(_NUMBERED.format("month", "day") + _CLOCK))
YEAR_FIRST = Style(
    "year first", _by(r"(?P<year>\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK)
)
_read_year_first = _by(
    r"(?P<year>\d{4})(?:[-/.]|\.\s)(?P<month>\d{1,2})(?:(?:[-/.]|\.\s)(?P<day>\d{1,2})\.?"
    + _CLOCK
    + ")?"
)
_AS_IT_IS = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d)?")


def _year_first(text: str) -> str | None:
    """Return ISO 8601; nearly all texts are that already, which is told in a tenth of the time."""
    if text < "2400" and _AS_IT_IS.fullmatch(text):
        try:
            datetime.fromisoformat(text)
        except ValueError:  # 24:00 and second 60 among others
            return _read_year_first(text)
        return text.replace(" ", "T")
    return _read_year_first(text)


ISO = Style("year first", _year_first, is_said=False)
YEARS = Style("years by their first", _year_by_name)
YEAR_AND_MONTH = Style("months by name", _by(r"['’]?(?P<year>\d{2})[-/\s]" + _WORD))
MONTH_AND_YEAR = Style("months by name", _by(_WORD + r"[-/,.\s]*" + _YEAR))
_WITH_NAMES = (
    MONTH_AND_YEAR,
    *_styles("months by name", r"(?P<year>\d{4})[-/,\s]*" + _WORD),
)
_DAYS_WITH_NAMES = _styles(
    "days with the month by name",
    rf"{_DAYNAME}(?P<day>\d{{1,2}})(?:\.|er|º|ª)?[-/\s]*{_WORD}[-/,\s]*{_YEAR}{_CLOCK}",
    rf"{_DAYNAME}{_WORD}[-/\s]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[-/\s]+(?P<year>\d{{4}}){_CLOCK}",
    rf"(?P<year>\d{{4}})[-\s]{_WORD}[-\s](?P<day>\d{{1,2}}){_CLOCK}",
)
STYLES = (
    ISO,
    *_styles(
        "quarters",
        r"(?P<year>\d{4})\s?[-/:]?\s?[QqTt](?P<quarter>[1-4])",
        rf"{_QUARTER}{_YEAR}",
        rf"{_QUARTER_IN_WORDS}{_YEAR}",
        rf"(?P<ordinal>I{{1,3}}|IV)[-/.\s]\s?{_YEAR}",
        rf"(?P<ordinal>(?i:first|second|third|fourth))\s(?i:quarter)(?:\sof|,)?\s{_YEAR}",
    ),
    *_styles(
        "quarters of fiscal years, taken for those of the calendar",
        rf"{_FISCAL_YEAR}[-/\s]*[Qq](?P<quarter>[1-4])",
        rf"{_QUARTER}{_FISCAL_YEAR}",
        rf"{_QUARTER_IN_WORDS}{_FISCAL_YEAR}",
    ),
    Style("weeks, each by its Monday", _week),
    Style("halves of years", _half_year),
    YEARS,
    Style("days of the year", _ordinal),
    *_WITH_NAMES,
    *_styles(
        "months",
        r"(?P<year>\d{4})[-/:\s]?[Mm](?P<month>\d{1,2})",
        r"(?:[Mm])?(?P<month>\d{1,2})[-/.\s](?P<year>\d{4})",
    ),
    *_styles(
        "periods as months",  # of SAP
        r"0(?P<month>\d{2})[-/.\s](?P<year>\d{4})",
        r"(?P<year>\d{4})[/.\s]0(?P<month>\d{2})",
    ),
    *_styles(
        "days of East Asia",
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日일])?"
        + _CLOCK,
    ),
    *_DAYS_WITH_NAMES,
)
"""The first that reads all texts of a column is taken."""


def _in_its_way(text: str) -> str | None:
    """Return a time that is written in one of the ways that cannot be mistaken."""
    dotted = (DAY_FIRST,) if text.count(".") == 2 else ()
    ways = (ISO, *_WITH_NAMES, *_DAYS_WITH_NAMES, *dotted)
    return next((stamp for way in ways if (stamp := way.read(text))), None)


MIXED = Style("written in several ways", _in_its_way)

# --- periods by both their ends --------------------------------------------------

_BY_ENDS = re.compile(
    r"(.+?)\s+(?:[-–]|to|bis|until)\s+(.+)|([^/]+?)\s*/\s*(\d[^/]+)|([^-–]+)[-–]([^-–]+)"
)
BY_CLOCKS = re.compile(
    r"(.*\d[T\s]\s*\d{1,2}:\d{2}(?::\d{2})?)\s?[-–]\s?(\d{1,2}:\d{2}(?::\d{2})?)"
)
"""A day with the clocks at both ends of a period, as ENTSO-E writes them: 01.01.2024 00:00 - 01:00."""
_YEAR_OF_END = re.compile(r"[\s./-]?\d{4}$")


def _period(way: Style) -> Style:
    """Return the way of periods that are told by both ends, which may share a year, or by both clocks."""

    def read(text: str) -> str | None:
        clocks = BY_CLOCKS.fullmatch(text.strip())
        if clocks is not None:
            return way.read(clocks[1])
        ends = _BY_ENDS.fullmatch(text.strip())
        if ends is None:
            return None
        first, last = filter(None, ends.groups())
        year = _YEAR_OF_END.search(last)
        begin, end = way.read(first), way.read(last)
        if begin is None and year is not None:
            begin = way.read(f"{first.rstrip('./-')}{year[0]}")
        return begin if begin and end and begin[:10] <= end[:10] else None

    told = f", {way.name}" if way.is_said else ""
    return Style(f"periods, each by its beginning{told}", read)


PERIODS = tuple(map(_period, (ISO, DAY_FIRST, MONTH_FIRST, MONTH_AND_YEAR)))
ORDERS = ((DAY_FIRST, MONTH_FIRST), PERIODS[1:3])
"""Ways that differ in what dates begin with, the day or the month."""

# --- the ways of digits ----------------------------------------------------------

_YMD = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
_EPOCHS = (
    ("seconds", 10, 1),
    ("milliseconds", 13, 10**3),
    ("microseconds", 16, 10**6),
    ("nanoseconds", 19, 10**9),
)
"""Units of moments since 1970: digits that they have, and how many make a second."""
_SERIALS = (14_611, 73_050)  # the years 1940 to 2099
_ROUNDED = 0.065  # 1949.08 is February, whose place is 1/12


def _epoch(length: int, scale: int) -> Read:
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


def _parts_of_seconds(text: str) -> str | None:
    whole, point, parts = text.partition(".")
    stamp = _SINCE_1970[0].read(whole) if parts.isdecimal() or not point else None
    return f"{stamp[:-1]}.{parts}Z" if stamp and int(parts or 0) else stamp


def _by_fraction(months_in: Callable[[str], int | None]) -> Read:
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


def _of_digits(count: int, written: Callable[[str], str | None]) -> Read:
    """Return a reader of so many digits by a text that they stand for."""

    def read(text: str) -> str | None:
        digits = text.removesuffix(".0")
        return written(digits) if len(digits) == count and digits.isdecimal() else None

    return read


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


DAYS_OF_DIGITS = Style("YYYYMMDD", _by(_YMD))
MONTHS_OF_DIGITS = Style("YYYYMM", _by(r"(?P<year>(?:1[89]|2[01])\d{2})(?P<month>\d{2})"))
CLOCKS_OF_DIGITS = (
    *_styles(
        "YYYYMMDDHH",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})[T _-]?(?P<hour>\d{2})",
    ),
    *_styles("YYYYMMDDHHMM", _YMD + r"[T _-]?(?P<hour>\d{2})(?P<minute>\d{2})"),
    *_styles(
        "YYYYMMDDHHMMSS",
        _YMD + r"[T _-]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<zone>Z?)",
    ),
)
_SINCE_1970 = tuple(Style(f"{name} since 1970", _epoch(n, scale)) for name, n, scale in _EPOCHS)
DIGITS = (
    DAYS_OF_DIGITS,
    MONTHS_OF_DIGITS,
    *CLOCKS_OF_DIGITS,
    *_SINCE_1970,
    Style("since 1970, in units of several kinds", _any_epoch),
)
"""The first that reads all digits of a column is taken."""
SECONDS_WITH_PARTS = Style("seconds since 1970", _parts_of_seconds)
FRACTIONS = (
    Style("years with fractions, in months", _by_fraction(_twelfths)),
    Style("year and month around a point", _by_fraction(_two_digits)),
)
SHORT_DAYS = Style(
    "YYMMDD", _of_digits(6, lambda d: DAYS_OF_DIGITS.read(f"{year_of(d[:2])}{d[2:]}"))
)
SHORT_DAYS_BACKWARDS = (
    Style(
        "DDMMYY", _of_digits(6, lambda d: DAYS_OF_DIGITS.read(f"{year_of(d[4:])}{d[2:4]}{d[:2]}"))
    ),
    Style("MMDDYY", _of_digits(6, lambda d: DAYS_OF_DIGITS.read(f"{year_of(d[4:])}{d[:4]}"))),
)
WEEKS = Style(
    "weeks as YYYYWW, each by its Monday",
    _of_digits(6, lambda d: _week(f"{d[:4]}-W{d[4:]}") if "18" <= d[:2] <= "21" else None),
)
DAYS_OF_YEARS = Style(
    "days of the year as YYYYDDD", _of_digits(7, lambda d: _ordinal(f"{d[:4]}-{d[4:]}"))
)
QUARTERS_OF_DIGITS = Style(
    "quarters as YYYYQ", _by(r"(?P<year>(?:1[89]|2[01])\d{2})0?(?P<quarter>[1-4])(?:\.0)?")
)
WEEKS_AND_YEARS = Style("weeks by the name of the column, each by its Monday", _week_and_year)
DAYS_OF_SHEETS = Style("days as spreadsheets count them", _serial)
