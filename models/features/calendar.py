"""What the calendar knows: holidays and position in day, week and year, as columns for regressor models.

    series, notices = with_calendar(series, horizon, holidays=HolidayCalendar(country="DE"))

adds columns to ``series.exog``, and their next ``horizon`` values to ``series.future``: one for each holiday
of the country, and one for each date, or fourth Thursday of a month, on which own days come every year, that came
twice or more, ``holiday`` for all others together.
Days are counted on the wall clock of the series' zone. A step of more than a day stands for a period:
from its stamp on, or, if it is marked at its end (months and quarters at their last day, weeks on Friday to
Sunday), up to its stamp.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from models.data.parts import CALENDAR, HOLIDAYS
from models.data.series import Notice, Series
from models.features.holiday_calendar import (
    HolidayCalendar,
    HolidayOption,
    check_holidays,
    country_days_by_name,
    days_by_rule,
    holiday_days,
)
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.time.steps import DAY, FRIDAY, WEEK, Days, MonthDays, Months, YearDays, weekdays
from models.types import BoolArray, FloatArray, StampArray

CalendarFeature = Literal[
    "hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"
]
CalendarFeatures = Annotated[list[CalendarFeature], Field(max_length=7)]
"""The type of an option for calendar columns.

``hour``, ``weekday``, ``month``, ``day_of_year``: sine and cosine of the place in the cycle; ``weekend``:
0 or 1; ``days``, ``working_days``: how many the step has, the latter from Monday to Friday without holidays.
"""
_CYCLES = {"hour": 24.0, "weekday": 7.0, "month": 12.0, "day_of_year": 365.25}
_COUNTED = ("weekend", "days", "working_days")
_COLUMNS = {*_COUNTED, *(f"{cycle}_{wave}" for cycle in _CYCLES for wave in ("sin", "cos"))}


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
    days = holiday_days(holidays, periods.first[0], periods.last[-1])
    columns: dict[str, FloatArray] = {}
    if holidays is not None:
        columns |= _holiday_columns(holidays, days, periods)
    for feature in features:
        columns |= _feature(feature, local, periods, days)
    return columns


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
    first = periods.first[0]
    if isinstance(option, HolidayCalendar) and option.country is not None:
        days = country_days_by_name(option, first, periods.last[-1])
    else:
        own_days = option.dates if isinstance(option, HolidayCalendar) else option
        days = days_by_rule(own_days, first, periods.last[size - 1])
    columns: dict[str, FloatArray] = {}
    for name, found in days.items():
        seen = (found >= first) & (found <= periods.last[size - 1])
        column = _count(found, periods)
        if seen.sum() > 1 and np.ptp(column[:size]) > 0:
            columns[f"holiday {name}"] = column
    return columns


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
        return {"weekend": (weekdays(local) > FRIDAY).astype(np.float64)}
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
    if isinstance(steps, MonthDays):
        steps = steps.all_year
    if isinstance(steps, Months | MonthDays):
        if steps.at_end:
            return _Periods(steps.shift(local, -1).astype("datetime64[D]") + 1, day)
        return _Periods(day, steps.shift(local, 1).astype("datetime64[D]") - 1)
    if isinstance(steps, Days):
        if steps.weekday is not None and steps.weekday >= FRIDAY:
            return _Periods(day - (steps.days - 1), day)
        return _Periods(day, day + (steps.days - 1))
    return _Periods(day, day)


def _count(days: StampArray, periods: _Periods) -> FloatArray:
    """Count the days that fall into each step."""
    until = np.searchsorted(days, periods.last, side="right")
    before = np.searchsorted(days, periods.first, side="left")
    return (until - before).astype(np.float64)


def on_holidays(series: Series) -> BoolArray:
    """Return which steps of a series, (t,), columns tell to be holidays."""
    told = [values != 0 for name, values in series.exog.items() if part_of(name) == HOLIDAYS]
    return np.any(told, axis=0) if told else np.zeros(len(series), dtype=np.bool_)


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
