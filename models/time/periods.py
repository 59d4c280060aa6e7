"""Stamps that name a period of a year: 2012Q1, 2012-W05, 2012M03, 2012H2, Jan 2012."""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from models.time.steps import MONTH_NAMES


class Period(NamedTuple):
    """``kind``: what periods like it are called; ``begin``: its first day, YYYY-MM-DD."""

    kind: str
    begin: str


_SHORT = [name[:3].lower() for name in MONTH_NAMES]
_WORD = "|".join([*(f"{name[:3]}(?:{name[3:]})?" for name in MONTH_NAMES), "sept"])
_LONGEST = len("September 2012")


def period_of(text: str) -> Period | None:
    """Return the period that a text names beyond doubt, None if it names none.

    Raises ``ValueError`` for a week that its year does not have.
    """
    if len(text) > _LONGEST:
        return None
    for form, kind, first_day in _FORMS:
        if match := form.fullmatch(text):
            year, number = match["year"], match["number"].lower()
            return Period(kind, str(first_day(int(year), number)))
    return None


def _by_months(months: int) -> Callable[[int, str], date]:
    return lambda year, number: date(year, months * (int(number) - 1) + 1, 1)


def _by_name(year: int, name: str) -> date:
    return date(year, _SHORT.index(name[:3]) + 1, 1)


def _by_week(year: int, number: str) -> date:
    return date.fromisocalendar(year, int(number), 1)


def _either_way(letter: str, number: str) -> re.Pattern[str]:
    """Return what reads 2012Q1, 2012-Q1, 2012 Q1, 2012:Q1."""
    return re.compile(rf"(?P<year>\d{{4}})[-/: ]?{letter}(?P<number>{number})", re.IGNORECASE)


def _year_behind(letter: str, number: str) -> re.Pattern[str]:
    """Return what reads Q1 2012, Q1-2012, Q1/2012."""
    return re.compile(rf"{letter}(?P<number>{number})[-/:, ]?(?P<year>\d{{4}})", re.IGNORECASE)


_FORMS = tuple(
    (form, kind, first_day)
    for kind, letter, number, first_day in (
        ("quarters", "Q", "[1-4]", _by_months(3)),
        ("weeks", "W", r"\d{1,2}", _by_week),
        ("months", "M", "0?[1-9]|1[0-2]", _by_months(1)),
        ("half years", "[HS]", "[12]", _by_months(6)),
        ("months", "", _WORD, _by_name),
    )
    for form in (_either_way(letter, number), _year_behind(letter, number))
)
