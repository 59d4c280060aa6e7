"""What the calendar knows: holidays and position in day, week and year, as columns for regressor models.

    series, notices = with_calendar(series, horizon, holidays=HolidayCalendar(country="DE"))

adds columns to ``series.exog``, and their next ``horizon`` values to ``series.future``: one for each holiday
of the country, and one for each date, or fourth Thursday of a month, on which own days come every year, that came
twice or more, ``holiday`` for all others together.
Days are counted on the wall clock of the series' zone. A step of more than a day stands for a period:
from its stamp on, or, if it is marked at its end (months and quarters at their last day, weeks on Friday to
Sunday), up to its stamp.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import BeforeValidator, Field

from models.data.parts import CALENDAR, HOLIDAYS
from models.data.series import Notice, Series
from models.errors import InvalidParameter, UnknownName, nearest, unknown_name
from models.params import Params
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.time.steps import DAY, WEEK, WEEKDAYS, Days, MonthDays, Months, YearDays, weekdays
from models.types import BoolArray, FloatArray, StampArray


def _as_date(value: Any) -> Any:
    """Take an ISO date for a date, also where types are strict: JSON has no dates."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        text = f"a holiday must be a date such as 2024-12-24, got {value!r:.40} ({error})"
        raise InvalidParameter(text, "send it as year, month and day") from None


Day = Annotated[date, BeforeValidator(_as_date)]
CalendarFeature = Literal[
    "hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"
]
CalendarFeatures = Annotated[list[CalendarFeature], Field(max_length=7)]
"""The type of an option for calendar columns.

``hour``, ``weekday``, ``month``, ``day_of_year``: sine and cosine of the place in the cycle; ``weekend``:
0 or 1; ``days``, ``working_days``: how many the step has, the latter from Monday to Friday without holidays.
"""
_CYCLES = {"hour": 24.0, "weekday": 7.0, "month": 12.0, "day_of_year": 365.25}
BY_KIND = (
    *("holidays from Monday to Friday", "holidays at weekends"),
    *("days before holidays", "days after holidays"),
)
"""What holidays are called that have no more in common."""
_COUNTED = ("weekend", "days", "working_days")
_COLUMNS = {*_COUNTED, *(f"{cycle}_{wave}" for cycle in _CYCLES for wave in ("sin", "cos"))}
_FRIDAY = 4
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


@dataclass(frozen=True, slots=True)
class Calendar:
    """What models that take regressors are told of the calendar; nothing by default."""

    holidays: HolidayOption | None = None
    features: tuple[CalendarFeature, ...] = ()

    def __bool__(self) -> bool:
        return self.holidays is not None or bool(self.features)

    def added_to(self, series: Series, horizon: int) -> tuple[Series, tuple[Notice, ...]]:
        """Return the series with its columns, as ``with_calendar`` does."""
        if not self:
            return series, ()
        return with_calendar(series, horizon, holidays=self.holidays, features=self.features)

    def unused(self, why: str, hint: str) -> tuple[Notice, ...]:
        """Tell, where there is a calendar, that it has no effect and why."""
        text = f"{why}, so holidays and calendar columns have no effect"
        return (Notice("calendar_unused", text, hint),) if self else ()


class _Periods(NamedTuple):
    """``first`` and ``last``: shape (t,), ``datetime64[D]``, the days of each step, both inside."""

    first: StampArray
    last: StampArray


def with_calendar(
    series: Series,
    horizon: int,
    *,
    holidays: HolidayOption | None = None,
    features: Sequence[CalendarFeature] = (),
) -> tuple[Series, tuple[Notice, ...]]:
    """Return the series with calendar columns in ``exog`` and, for ``horizon`` steps, in ``future``.

    A column that never changed in the history can teach nothing and is left out, with a notice, as are
    all of them in integer time. Raises ``UnknownName`` or ``InvalidParameter`` for an unknown country.
    """
    check_holidays(holidays)
    if series.grid.freq.step is not None:
        asked = Calendar(holidays, tuple(features))
        notices = asked.unused("integer time has no calendar", "send dates")
        return series, tuple(replace(one, unique_id=series.unique_id) for one in notices)
    stamps = np.concatenate([series.grid.stamps, series.grid.future(horizon)])
    size = len(series)
    columns = calendar_columns(series.grid, stamps, holidays=holidays, features=features)
    if holidays is not None:
        own = _one_by_one(holidays, series.grid, stamps, size)
        rest = _shared(columns.pop("holiday"), own)
        columns |= own if own and not rest[:size].any() else {"holiday": rest, **own}
    flat = [name for name, values in columns.items() if np.ptp(values[:size]) == 0]
    kept = {_free(name, series): columns[name] for name in columns if name not in flat}
    notices = tuple(_flat_notice(name, series.unique_id) for name in flat)
    added = replace(
        series,
        exog={**series.exog, **{name: values[:size] for name, values in kept.items()}},
        future={**series.future, **{name: values[size:] for name, values in kept.items()}},
    )
    return added, notices


def calendar_columns(
    grid: Grid,
    stamps: StampArray,
    *,
    holidays: HolidayOption | None = None,
    features: Sequence[CalendarFeature] = (),
) -> dict[str, FloatArray]:
    """Return the columns at stamps of the grid's frequency and zone, ascending; name to shape (t,).

    ``holiday``: how many holidays the step has, for steps below a day 1 on all of a holiday.
    """
    local = grid.local(stamps)
    periods = _periods(local, grid.freq)
    days = _holiday_days(holidays, periods.first[0], periods.last[-1])
    columns: dict[str, FloatArray] = {}
    if holidays is not None:
        columns |= _holiday_columns(holidays, days, periods)
    for feature in features:
        columns |= _feature(feature, local, periods, days)
    return columns


def holiday_marks(option: HolidayOption | None, grid: Grid) -> dict[str, BoolArray]:
    """Return which stamps of steps of at most a day are on holidays, by what these are called; shape (t,) each.

    First come those that have anything in common (``BY_KIND``), then each holiday of the country by its name.
    """
    if option is None or not len(grid):
        return {}
    day = grid.local().astype("datetime64[D]")
    found = _holiday_days(option, day[0], day[-1])
    here, at_weekend = np.isin(day, found), weekdays(day) > _FRIDAY
    marks = {BY_KIND[0]: here & ~at_weekend, BY_KIND[1]: here & at_weekend}
    if not isinstance(option, HolidayCalendar):
        return marks
    for name, reach, sign in ((BY_KIND[2], option.before, -1), (BY_KIND[3], option.after, 1)):
        near = [found + sign * distance for distance in range(1, reach + 1)]
        if near:
            marks[name] = np.isin(day, np.concatenate(near)) & ~here
    if option.country is None:
        return marks
    named: dict[str, list[np.datetime64]] = {}
    for year in range(int(str(day[0])[:4]), int(str(day[-1])[:4]) + 1):
        for one, name in _named_days(option.country, option.subdivision, year):
            named.setdefault(name, []).append(one)
    return marks | {name: np.isin(day, np.array(days)) for name, days in named.items()}


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


def _holiday_days(
    option: HolidayOption | None, first: np.datetime64, last: np.datetime64
) -> StampArray:
    """Return the holidays from the first to the last day, some days beyond; ``datetime64[D]``, ascending."""
    if option is None:
        return np.empty(0, dtype="datetime64[D]")
    if not isinstance(option, HolidayCalendar):
        return np.unique(np.array(option, dtype="datetime64[D]"))
    found = [np.array(option.dates, dtype="datetime64[D]")]
    if option.country is not None:
        years = range(int(str(first)[:4]) - 1, int(str(last)[:4]) + 2)
        found += [_country_days(option.country, option.subdivision, year) for year in years]
    return np.unique(np.concatenate(found))


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


def _holiday_columns(
    option: HolidayOption, days: StampArray, periods: _Periods
) -> dict[str, FloatArray]:
    columns = {"holiday": _count(days, periods)}
    if not isinstance(option, HolidayCalendar):
        return columns
    for name, reach, sign in (("before", option.before, -1), ("after", option.after, 1)):
        if reach:
            near = np.concatenate([days + sign * distance for distance in range(1, reach + 1)])
            columns[f"holiday_{name}"] = _count(np.setdiff1d(near, days), periods)
    return columns


def _one_by_one(
    option: HolidayOption, grid: Grid, stamps: StampArray, size: int
) -> dict[str, FloatArray]:
    """Return a column for each holiday that the first ``size`` stamps saw twice or more.

    Only for steps of at most a week: a holiday is a month's season.
    """
    if grid.freq.steps.length > WEEK:
        return {}
    periods = _periods(grid.local(stamps), grid.freq)
    days: dict[str, list[np.datetime64]] = {}
    if isinstance(option, HolidayCalendar) and option.country is not None:
        for year in range(int(str(periods.first[0])[:4]), int(str(periods.last[-1])[:4]) + 1):
            for day, name in _named_days(option.country, option.subdivision, year):
                days.setdefault(name, []).append(day)
    else:
        own_days = option.dates if isinstance(option, HolidayCalendar) else option
        days = _by_rule(own_days, periods.first[0], periods.last[size - 1])
    columns: dict[str, FloatArray] = {}
    for name, own in days.items():
        found = np.unique(np.array(own, dtype="datetime64[D]"))
        seen = (found >= periods.first[0]) & (found <= periods.last[size - 1])
        column = _count(found, periods)
        if seen.sum() > 1 and np.ptp(column[:size]) > 0:
            columns[f"holiday {name}"] = column
    return columns


def _by_rule(
    days: Iterable[date], first: np.datetime64, last: np.datetime64
) -> dict[str, list[np.datetime64]]:
    """Return days by the rule that most of them follow, if they follow several every year; else {}.

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
    total, named, again = len(left), dict[str, list[np.datetime64]](), 0
    # Of rules that as many days follow, those by date come first, as they were named first.
    for rule in sorted(following, key=lambda rule: -len(following[rule])):
        own, every_month = left.intersection(following[rule]), rule.startswith(_EVERY)
        if len(own) < 2 or (every_month and len({str(day)[5:7] for day in own}) < _MOST_MONTHS):
            continue
        left -= own
        if not every_month:
            named[rule] = following[rule]
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


def _shared(holidays: FloatArray, own: dict[str, FloatArray]) -> FloatArray:
    """Return how many holidays each step has, shape (t,), that have no column of their own."""
    return np.maximum(holidays - sum(own.values(), np.zeros(len(holidays))), 0.0)


def _feature(
    feature: CalendarFeature, local: StampArray, periods: _Periods, holidays: StampArray
) -> dict[str, FloatArray]:
    if feature in _CYCLES:
        angle = 2 * np.pi * _place(feature, local) / _CYCLES[feature]
        return {f"{feature}_sin": np.sin(angle), f"{feature}_cos": np.cos(angle)}
    if feature == "weekend":
        return {"weekend": (weekdays(local) > _FRIDAY).astype(np.float64)}
    if feature == "days":
        length = (periods.last - periods.first).astype(np.int64) + 1
        return {"days": length.astype(np.float64)}
    working = np.busday_count(periods.first, periods.last + 1, holidays=holidays)
    return {"working_days": working.astype(np.float64)}


def _place(feature: str, local: StampArray) -> FloatArray:
    """Return the place in the cycle, in hours, days or months from its start; shape (t,)."""
    day = local.astype("datetime64[D]")
    if feature == "hour":
        return np.asarray((local - day).astype("timedelta64[ns]").astype(np.int64) / (DAY / 24))
    if feature == "weekday":
        return weekdays(local).astype(np.float64)
    if feature == "month":
        return np.asarray(local.astype("datetime64[M]").astype(np.int64) % 12, dtype=np.float64)
    return np.asarray((day - local.astype("datetime64[Y]")).astype(np.int64), dtype=np.float64)


def _periods(local: StampArray, freq: Frequency) -> _Periods:
    """Return the days that each step stands for."""
    steps = freq.steps
    day = local.astype("datetime64[D]")
    if isinstance(steps, YearDays):
        return _Periods(day, steps.shift(local, 1).astype("datetime64[D]") - 1)
    if isinstance(steps, Months | MonthDays):
        if steps.at_end:
            return _Periods(steps.shift(local, -1).astype("datetime64[D]") + 1, day)
        return _Periods(day, steps.shift(local, 1).astype("datetime64[D]") - 1)
    if isinstance(steps, Days):
        if steps.weekday is not None and steps.weekday >= _FRIDAY:
            return _Periods(day - (steps.days - 1), day)
        return _Periods(day, day + (steps.days - 1))
    return _Periods(day, day)


def _count(days: StampArray, periods: _Periods) -> FloatArray:
    """Count the days that fall into each step."""
    until = np.searchsorted(days, periods.last, side="right")
    before = np.searchsorted(days, periods.first, side="left")
    return (until - before).astype(np.float64)


def part_of(column: str) -> str:
    """Return the part of a forecast that a regressor's effect is counted to."""
    if column == "holiday" or column.startswith(("holiday ", "holiday_")):
        return HOLIDAYS
    return CALENDAR if column in _COLUMNS else f"regressor_{column}"


def _free(name: str, series: Series) -> str:
    """Return a name that no column of the series has."""
    while name in series.exog or name in series.future:
        name += "_"
    return name


def _flat_notice(name: str, unique_id: str) -> Notice:
    text = f"the calendar column {name} is the same in all of the history, so it teaches nothing"
    return Notice("calendar_unused", f"{text}; left out", "send a longer series", unique_id)
