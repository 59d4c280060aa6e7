"""Holidays of countries and own days: which days they are, and what they are called."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field

from models.errors import InvalidParameter, UnknownName, unknown_name
from models.params import Params
from models.time.grid import Grid
from models.time.steps import FRIDAY, WEEKDAYS, weekdays
from models.types import BoolArray, StampArray
from models.wording import nearest


def _as_date(value: Any) -> Any:
    """Take an ISO date for a date, also where types are strict: JSON has no dates."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        text = f"a holiday must be a date such as 2024-12-24, got {value!r:.40}"
        raise InvalidParameter(text, "send it as year, month and day") from None


Day = Annotated[date, BeforeValidator(_as_date)]
BY_KIND = (
    *("holidays from Monday to Friday", "holidays at weekends"),
    *("days before holidays", "days after holidays"),
)
"""What holidays are called that have no more in common."""
_MOSTLY = 0.75
"""Such a share of own days comes again by rules, if they are told apart by these."""
_EVERY, _MOST_MONTHS = "every-", 6
"""A rule of every month, which it is if days of so many follow it: such days have one effect."""


class HolidayCalendar(Params):
    """Holidays of a country, own days, or both."""

    country: str | None = Field(
        None,
        max_length=40,
        title="Country",
        description="ISO 3166 code of two or three letters.",
        examples=["DE"],
    )
    subdivision: str | None = Field(
        None,
        max_length=40,
        title="Subdivision",
        description="State or province, with its ISO 3166-2 code without the country.",
        examples=["BY"],
    )
    dates: list[Day] = Field(
        default_factory=list,
        max_length=10_000,
        title="Own days",
        description="Days that count as holidays as well.",
        examples=[["2024-11-29"]],
    )
    before: int = Field(
        0,
        ge=0,
        le=14,
        title="Days before",
        description="A column for so many days before holidays.",
    )
    after: int = Field(
        0, ge=0, le=14, title="Days after", description="A column for so many days after holidays."
    )


HolidayOption = HolidayCalendar | Annotated[list[Day], Field(max_length=10_000)]
"""The type of the option ``holidays``: a country's calendar, or a list of own days."""


def check_holidays(option: HolidayOption | None) -> None:
    """Raise ``UnknownName`` or ``InvalidParameter`` if there is no such country or subdivision."""
    if isinstance(option, HolidayCalendar) and option.country is not None:
        _country_days(option.country, option.subdivision, 2024)
    elif isinstance(option, HolidayCalendar) and option.subdivision is not None:
        raise InvalidParameter(
            f"subdivision {option.subdivision!r} needs a country",
            "add country, for example 'DE'",
            path=("holidays", "subdivision"),
        )


def holiday_days(
    option: HolidayOption | None, first: np.datetime64, last: np.datetime64
) -> StampArray:
    """Return the holidays from first to last day, some days beyond, ``datetime64[D]``, (k,), ascending."""
    if option is None:
        return np.empty(0, dtype="datetime64[D]")
    if not isinstance(option, HolidayCalendar):
        return np.unique(np.array(option, dtype="datetime64[D]"))
    found = [np.array(option.dates, dtype="datetime64[D]")]
    if option.country is not None:
        years = range(int(str(first)[:4]) - 1, int(str(last)[:4]) + 2)
        found += [_country_days(option.country, option.subdivision, year) for year in years]
    return np.unique(np.concatenate(found))


def country_days_by_name(
    option: HolidayCalendar, first: np.datetime64, last: np.datetime64
) -> dict[str, StampArray]:
    """Return the days, (k,), of each holiday of the country, by its name, in the years from first to last day."""
    if option.country is None:
        return {}
    named: dict[str, list[np.datetime64]] = {}
    for year in range(int(str(first)[:4]), int(str(last)[:4]) + 1):
        for day, name in _named_days(option.country, option.subdivision, year):
            named.setdefault(name, []).append(day)
    return {name: np.unique(days) for name, days in named.items()}


def holiday_marks(option: HolidayOption | None, grid: Grid) -> dict[str, BoolArray]:
    """Return which stamps of steps of at most a day are on holidays, by what these are called; shape (t,) each.

    First come those that have anything in common (``BY_KIND``), then each holiday of the country by its name.
    """
    if option is None or not len(grid):
        return {}
    day = grid.local().astype("datetime64[D]")
    found = holiday_days(option, day[0], day[-1])
    here, at_weekend = np.isin(day, found), weekdays(day) > FRIDAY
    marks = {BY_KIND[0]: here & ~at_weekend, BY_KIND[1]: here & at_weekend}
    if not isinstance(option, HolidayCalendar):
        return marks
    for name, reach, sign in ((BY_KIND[2], option.before, -1), (BY_KIND[3], option.after, 1)):
        near = [found + sign * distance for distance in range(1, reach + 1)]
        if near:
            marks[name] = np.isin(day, np.concatenate(near)) & ~here
    named = country_days_by_name(option, day[0], day[-1])
    return marks | {name: np.isin(day, days) for name, days in named.items()}


def _country_days(country: str, subdivision: str | None, year: int) -> StampArray:
    """Return the holidays of one year; days off instead of a holiday on a weekend included."""
    named = _named_days(country, subdivision, year)
    return np.array([day for day, _ in named], dtype="datetime64[D]")


@lru_cache(maxsize=1024)
def _named_days(
    country: str, subdivision: str | None, year: int
) -> tuple[tuple[np.datetime64, str], ...]:
    """Return the holidays of one year, in order, with their names."""
    import holidays

    known = holidays.list_supported_countries()
    code = country.upper()
    if code not in known:
        raise _unknown_country(country, known)
    try:
        calendar = holidays.country_holidays(code, subdiv=subdivision, years=year)
    except NotImplementedError:
        raise _unknown_subdivision(code, str(subdivision), known[code]) from None
    return tuple((np.datetime64(day, "D"), name) for day, name in sorted(calendar.items()))


def _unknown_country(received: str, known: Iterable[str]) -> UnknownName:
    """Build the error for a code that no country has; names of countries are understood here."""
    from holidays.registry import COUNTRIES

    codes = {code: code for code in known}
    for name, (_, *several) in COUNTRIES.items():
        codes |= dict.fromkeys((name, *several), several[0])
    near = nearest(received, codes)
    hint = f"did you mean '{codes[near]}'?" if near else "send its ISO 3166 code, such as 'DE'"
    return UnknownName(f"unknown country '{received}'", hint, path=("holidays", "country"))


def _unknown_subdivision(country: str, received: str, known: Sequence[str]) -> UnknownName:
    kind = f"subdivision of {country}"
    return unknown_name(kind, received, list(known), ("holidays", "subdivision"))


def days_by_rule(
    days: Iterable[date], first: np.datetime64, last: np.datetime64
) -> dict[str, StampArray]:
    """Return days, (k,), by the rule that most of them follow, if they follow several every year; else {}.

    Christmas, Independence Day and Thanksgiving do not have one effect; but days of every month or fortnight do,
    and days that follow no rule, such as Easter here, are told apart by nothing: most have to come again.
    """
    following: dict[str, list[np.datetime64]] = {}
    own_days = sorted({*days})
    if len({later - day for day, later in pairwise(own_days)}) < 2:
        return {}
    for day in own_days:
        for rule in _rules(day):
            following.setdefault(rule, []).append(np.datetime64(day, "D"))
    left = {day for own in following.values() for day in own if first <= day <= last}
    total, named, again = len(left), dict[str, StampArray](), 0
    # Of rules that as many days follow, those by date come first, as they were named first.
    for rule in sorted(following, key=lambda rule: -len(following[rule])):
        own, every_month = left.intersection(following[rule]), rule.startswith(_EVERY)
        if len(own) < 2 or (every_month and len({str(day)[5:7] for day in own}) < _MOST_MONTHS):
            continue
        left -= own
        if not every_month:
            named[rule] = np.array(following[rule])
            again += len(own)
    return named if len(named) > 1 and again >= _MOSTLY * total else {}


def _rules(day: date) -> Iterator[str]:
    """Name the rules by which a day may come again, of its month or every one: its date, the fourth Thursday."""
    places = [f"{day:%d}"]
    if day.day <= 28:
        places.append(f"{WEEKDAYS[day.weekday()]}-{(day.day + 6) // 7}")
    if (day + timedelta(days=7)).month != day.month:
        places.append(f"{WEEKDAYS[day.weekday()]}-last")
    for place in places:
        yield f"{day:%m}-{place}"
        yield f"{_EVERY}{place}"
