"""Timestamps as people write them, to ISO 8601: the one way of writing that a column has, of those in `ways`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from . import kinds, ways
from .errors import OpenQuestion
from .ways import Style

_SHARE_OF_TIMES = 0.8
_MOST_LOOKED_AT = 2000  # of a column, evenly spaced, to tell what kind it is
_SEVERAL = 3
_DAY_OR_YEAR = re.compile(r"[^\W\d_]{3,10}\.?[-/,.\s]*(?:0?[1-9]|[12]\d|3[01])")
_OF_TEXTS = (
    *ways.STYLES,
    *(ways.DAY_FIRST, ways.MONTH_FIRST, ways.YEAR_FIRST),
    *ways.PERIODS,
    *ways.CLOCKS_OF_DIGITS,
)
_WEEK_WORDS = frozenset(["week", "weeks", "wk", "isoweek", "yearweek", "yyyyww", "kw", "woche"])
_QUARTER_WORDS = frozenset(["quarter", "quarters", "qtr", "yearquarter", "yyyyq", "quartal"])
_DATE_WORDS = frozenset(
    [
        "date",
        "dates",
        "datum",
        "fecha",
        "datetime",
        "day",
        "tag",
        "when",
        "time",
        "ds",
        "timestamp",
        "period",
    ]
)


# --- which way a column is written -----------------------------------------------


def style_of(values: Sequence[Any], *, share: float = 1.0) -> Style | None:
    """Return the way in which this share of the texts or digits is written, None if there is none.

    A number is taken for a time only if all of them are: the share is for texts. Years with fractions
    have to be months in equal steps besides.
    """
    present = [value for value in values if value is not None]
    if not present or any(isinstance(value, bool) for value in present):
        return None
    texts = [*map(str, present)]
    if all(text.removesuffix(".0").isdecimal() for text in texts):
        found = _first(texts, ways.DIGITS, 1.0)
        return found or (ways.SHORT_DAYS if _are_short_days(texts) else None)
    if not kinds.holds_texts(present):
        if all(map(ways.SECONDS_WITH_PARTS.read, texts)):
            return ways.SECONDS_WITH_PARTS
        return next((way for way in ways.FRACTIONS if _are_even_months(texts, way)), None)
    return _style_of_texts(texts, share)


def _are_short_days(texts: Sequence[str], *, even: bool = True) -> bool:
    """Say whether digits are YYMMDD: so they are even, and nearer to each other than with the year behind."""
    stamps = read(texts, ways.SHORT_DAYS)
    if None in stamps or not stamps or (even and not _is_even(stamps)):
        return False
    others = [read(texts, way) for way in ways.SHORT_DAYS_BACKWARDS]
    return all(None in other or _span(stamps) < _span(other) for other in others)


def _style_of_texts(texts: Sequence[str], share: float) -> Style | None:
    if len({*texts}) >= _SEVERAL and all(map(ways.YEARS.read, texts)):
        return ways.YEARS  # 2008-09, 2009-10, 2010-11 are no months
    if all(map(ways.BY_CLOCKS.fullmatch, texts)) and len({text[-5:] for text in texts}) > 1:
        return _first(texts, ways.PERIODS, 1.0)  # offsets from UTC would be the same for all
    if _may_lack_their_year(texts):
        return None
    if _are_even_months(texts, ways.YEAR_AND_MONTH):
        return ways.YEAR_AND_MONTH  # 24-Jan, 24-Feb, 24-Mar
    found = _first(texts, _OF_TEXTS, 1.0)
    if found is None and len(texts) > 1 and all(map(ways.MIXED.read, texts)):
        return ways.MIXED
    return found or _first(texts, _OF_TEXTS, share)


def _first(texts: Sequence[str], styles: Sequence[Style], share: float) -> Style | None:
    needed, counts = share * len(texts), Counter(texts)
    for style in styles:
        if any(style.read(text) is not None for text in texts[:20]) and (
            sum(n for text, n in counts.items() if style.read(text) is not None) >= needed
        ):
            return style
    return None


def _may_lack_their_year(texts: Sequence[str]) -> bool:
    """Say whether texts such as Jan 30, Jan 31, Feb 01 are days: as months with years they would jump."""
    if not all(map(_DAY_OR_YEAR.fullmatch, texts)):
        return False
    steps = _steps_in_months([*dict.fromkeys(texts)], ways.MONTH_AND_YEAR)
    if len(steps) < _SEVERAL - 1:
        return False
    one_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return not one_way or min(map(abs, steps)) >= 12


def _are_even_months(texts: Sequence[str], style: Style) -> bool:
    """Say whether three or more texts are months that rise or fall in equal steps."""
    steps = _steps_in_months(texts, style)
    return len(steps) >= _SEVERAL - 1 and len({*steps}) == 1 and steps[0] != 0


def _steps_in_months(texts: Sequence[str], style: Style) -> list[int]:
    """Return the months from each text to the next, none if some cannot be read."""
    months = []
    for text in texts:
        stamp = style.read(text)
        if stamp is None:
            return []
        months.append(12 * int(stamp[:4]) + int(stamp[5:7]))
    return [b - a for a, b in zip(months, months[1:])]


def looks_like_times(values: Sequence[Any]) -> bool:
    """Say whether a column holds times, but for a few that cannot be read."""
    present = [value for value in values if value is not None]
    present = present[:: 1 + len(present) // _MOST_LOOKED_AT]
    return style_of(present, share=_SHARE_OF_TIMES) is not None


def style_by_name(name: str, values: Sequence[Any]) -> Style | None:
    """Return the way that only the name of a column tells: weeks, quarters, or days by their number."""
    texts = [str(value) for value in values if value is not None]
    words = {*re.split(r"[^a-zäöü]+", name.lower())}
    able = [ways.WEEKS, ways.WEEKS_AND_YEARS] if words & _WEEK_WORDS else []
    quarters = words & _QUARTER_WORDS or (words & _DATE_WORDS and _are_quarters(texts))
    able += [ways.QUARTERS_OF_DIGITS] if quarters else []
    if words & _DATE_WORDS:
        able += [ways.DAYS_OF_SHEETS, ways.DAYS_OF_YEARS]
        if not all(map(ways.MONTHS_OF_DIGITS.read, texts)):  # days as well: see `settle`
            able += [ways.SHORT_DAYS] if _are_short_days(texts, even=False) else []
            able += [ways.WEEKS] if _is_even(read(texts, ways.WEEKS)) else []
    return next((way for way in able if texts and all(map(way.read, texts))), None)


def _are_quarters(texts: Sequence[str]) -> bool:
    """Say whether digits are even as quarters, and not as months."""
    quarters, months = (
        read(texts, way) for way in (ways.QUARTERS_OF_DIGITS, ways.MONTHS_OF_DIGITS)
    )
    return _is_even(quarters) and not _is_even(months)


def read(values: Sequence[Any], style: Style) -> list[Any]:
    """Return ISO texts, None for what is missing or written otherwise."""
    texts = [None if value is None else str(value) for value in values]
    known = {text: None if text is None else style.read(text) for text in {*texts}}
    return [known[text] for text in texts]


# --- where a text can be read in two ways ----------------------------------------


def begins(style: Style) -> str | None:
    """Return what dates of this style begin with, "day" or "month", if they are of numbers alone."""
    order = _order_of(style)
    return None if order is None else ("day", "month")[order.index(style)]


def _order_of(style: Style) -> tuple[Style, ...] | None:
    return next((order for order in ways.ORDERS if style in order), None)


def settle(values: Sequence[Any], style: Style, name: str, dates: str | None = None) -> Style:
    """Return day first or month first: as `dates` says, else what alone is possible or makes steps equal.

    Raises:
        OpenQuestion: Both can be, so that the user has to say.
    """
    if style is ways.MONTHS_OF_DIGITS:
        return _days_or_months(values, name)
    order = _order_of(style)
    if order is None:
        return style
    day_first, month_first = order
    if dates is not None:
        return day_first if dates == "day" else month_first
    texts = [str(value) for value in values if value is not None]
    stamps = {way: read(texts, way) for way in order}
    able = {way: found for way, found in stamps.items() if None not in found}
    if None not in values and _are_year_first(texts, able.values()):
        return ways.YEAR_FIRST
    if len(able) < 2:
        return next(iter(able), style)
    if stamps[day_first] == stamps[month_first] or all(text.count(".") >= 2 for text in texts):
        return day_first
    even = [way for way, found in able.items() if _is_even(found)]
    if len(even) == 1:
        return even[0]
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
    texts = [str(value) for value in values if value is not None]
    days, months = ways.SHORT_DAYS, ways.MONTHS_OF_DIGITS
    even = [way for way in (days, months) if _is_even(read(values, way))]
    if len(even) < 2:
        return even[0] if even else months
    raise OpenQuestion(
        f"column {name!r}: {texts[0]} may be {days.read(texts[0])} or {months.read(texts[0])}; "
        "hint: --time-format %y%m%d or --time-format %Y%m says which",
        "time_format",
        ("%y%m%d", "%Y%m"),
    )


def _are_year_first(texts: Sequence[str], readings: Collection[Sequence[str]]) -> bool:
    """Say whether 24-01-31 has its year first: so texts are even, and nearer to each other than else."""
    if not readings or not all(len(re.split("[-/]", text)[0]) == 2 for text in texts):
        return False
    stamps = read(texts, ways.YEAR_FIRST)
    return _is_even(stamps) and all(_span(stamps) < _span(other) for other in readings)


def _span(stamps: Iterable[str]) -> timedelta:
    days = [date.fromisoformat(stamp[:10]) for stamp in stamps]
    return max(days) - min(days)


def _is_even(stamps: Sequence[str | None]) -> bool:
    """Say whether the different days are equally far apart, in days, or in months if none has several clocks.

    They are not where a stamp is missing.
    """
    told = [stamp for stamp in stamps if stamp]
    days = sorted({date.fromisoformat(stamp[:10]) for stamp in told})
    if len(told) < len(stamps) or len(days) < _SEVERAL:
        return False
    if len({b - a for a, b in zip(days, days[1:])}) == 1:
        return True
    months = {12 * (b.year - a.year) + b.month - a.month for a, b in zip(days, days[1:])}
    one_clock = len({stamp[10:] for stamp in told}) == 1
    return one_clock and len(months) == 1 and len({day.day for day in days}) == 1
