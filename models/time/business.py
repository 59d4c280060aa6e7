"""Calendars of business that pandas has no alias for, as they are spelled and as they are found.

``C-MON-WED-FRI``: every day that is one of these weekdays (also ``C-1010100``, from Monday on, or the weekmask
alone as numpy reads it: ``Mon Wed Fri``, or as on a shop's door: ``Sun-Thu``, ``Monday, Wednesday``).
``MS-30``, ``MS-10-20-31``: these days of every month, where a month lacks one its last day; 31 is the last.
``MS-JAN-FEB-DEC``, ``ME-JUN-JUL``, ``MS-15-JUN-JUL``: of these months only, as a ski resort has guests.
``LWOM-FRI``: this weekday of the last week of every month, which pandas writes and does not read.
``W-445-20240127``: four, four and five weeks by turns, the first four after that day.
``YS-8D-46``: every eighth day from the first of January on, 46 a year (also ``YS-8D``), as of satellites;
``YS-7D-52``: weeks counted from there, of which the last has a day or two more.
"""

import re
from collections.abc import Set
from datetime import date, timedelta
from operator import itemgetter

import numpy as np

from models.time.opening_hours import listed_days
from models.time.steps import (
    ALL_MONTHS,
    FRIDAY,
    LAST_DAY,
    MONTHS,
    WEEKDAYS,
    MonthDays,
    RetailMonths,
    YearDays,
    weekdays,
)
from models.types import IntArray, StampArray

_OPEN = re.compile(r"(\d*)C[- ]([01]{7}|[A-Z]{3}(?:[-, ]*[A-Z]{3})*)$", re.IGNORECASE)
_WEEKMASK = re.compile(r"[A-Z]{3}(?:[, ]*[A-Z]{3}){1,6}", re.IGNORECASE)
_LISTED = re.compile(r"[A-Z]{2,9}(?:[-, ]+[A-Z]{2,9}){1,6}", re.IGNORECASE)
_DAYS = re.compile(r"(\d*)(M[SE])(?=-)((?:-\d{1,2})*)((?:-[A-Z]{3})*)$", re.IGNORECASE)
_LAST_WEEK = re.compile(rf"(\d*)LWOM-({'|'.join(WEEKDAYS)})$", re.IGNORECASE)
_RETAIL = re.compile(r"W-445-(\d{4})-?(\d{2})-?(\d{2})$", re.IGNORECASE)
_OF_YEAR = re.compile(r"YS-(\d{1,3})D(?:-(\d{1,3}))?$", re.IGNORECASE)
_MOST = 1_000_000


def own_alias(text: str) -> str | None:
    """Return the one spelling of a calendar of business; None if the text is none.

    What pandas has an alias for has that: Monday to Friday is ``B``, the last day of the month ``ME``.
    """
    text = re.sub(r"^1(?=\D)", "", text.strip())
    if match := _OPEN.match(text):
        return _open_days(match[1], match[2].upper())
    if _WEEKMASK.fullmatch(text) and (own := _open_days("", text.upper())):
        return own
    if _LISTED.fullmatch(text) and (days := _listed_days(text)):
        return _days_of_week(days)
    if match := _DAYS.match(text):
        return _named_days_of_month(*match.groups()) if _is_count(match[1]) else None
    if match := _OF_YEAR.match(text):
        return _days_of_year(int(match[1]), int(match[2] or 0))
    if match := _LAST_WEEK.match(text):
        return text.upper() if _is_count(match[1]) else None
    if match := _RETAIL.match(text):
        try:
            return _retail_months(date(*(int(part) for part in match.groups())))
        except ValueError:
            return None
    return None


def _days_of_week(weekdays: set[int], count: str = "") -> str | None:
    """Return the alias of days that are one of the weekdays (0 = Monday); None without any."""
    if not weekdays:
        return None
    if len(weekdays) == 7:
        return f"{count}D"
    if len(weekdays) == 1:
        return f"{count}W-{WEEKDAYS[min(weekdays)]}"
    if weekdays == {0, 1, 2, 3, 4}:
        return f"{count}B"
    return f"{count}C-" + "-".join(WEEKDAYS[day] for day in sorted(weekdays))


def _named_days_of_month(count: str, kind: str, days: str, months: str) -> str | None:
    """Return the one spelling of days of months; None if it names what is no month, or days of ``ME``."""
    names = months.upper().split("-")[1:]
    at_end = kind.upper() == "ME"
    if not {*names} <= {*MONTHS} or (at_end and days):
        return None
    found = {int(day) for day in days.split("-")[1:]} or {LAST_DAY if at_end else 1}
    return _days_of_month(found, count, {MONTHS.index(name) for name in names} or {*ALL_MONTHS})


def _days_of_month(
    days: set[int], count: str = "", months: Set[int] = frozenset(ALL_MONTHS)
) -> str | None:
    """Return the alias of these days of these months, 31 being the last; None if a month has no such day."""
    if not days or not 1 <= min(days) <= max(days) <= LAST_DAY:
        return None
    names = "".join(f"-{MONTHS[month]}" for month in sorted(months) if len(months) < len(MONTHS))
    if days in ({1}, {LAST_DAY}):
        return f"{count}{'Y' if len(months) == 1 else 'M'}{'S' if days == {1} else 'E'}{names}"
    first, last = min(days), max(days)
    if len(days) == 2 and first == 1 and last <= 27 and not names:
        return f"{count}SMS-{last}"
    if len(days) == 2 and last == LAST_DAY and first <= 27 and not names:
        return f"{count}SME-{first}"
    return f"{count}MS-" + "-".join(str(day) for day in sorted(days)) + names


def _days_of_year(days: int, marks: int = 0) -> str | None:
    """Return the alias of every so many days from the first of January on; None if a year has no so many marks.

    Without a number of marks, as many as a year has.
    """
    most = -(-_SHORT_YEAR // max(days, 1))
    marks = marks or most
    return f"YS-{days}D-{marks}" if days > 1 and 1 < marks <= most else None


def _retail_months(mark: date) -> str:
    """Return the alias of periods of four, four and five weeks, of which the first follows the mark."""
    since = (mark - _EPOCH).days % _QUARTER
    return f"W-445-{_EPOCH + timedelta(days=since):%Y%m%d}"


def _open_days(count: str, named: str) -> str | None:
    if named[0] in "01":
        found = {day for day, letter in enumerate(named) if letter == "1"}
    else:
        names = re.findall(r"[A-Z]{3}", named)
        if not {*names} <= {*WEEKDAYS}:
            return None
        found = {WEEKDAYS.index(name) for name in names}
    return _days_of_week(found, count) if _is_count(count) else None


def _listed_days(text: str) -> set[int]:
    """Return the weekdays of a list with commas or spaces; none if it names anything else."""
    try:
        return {*listed_days(re.sub(r"[, ]+", ",", re.sub(r" *- *", "-", text)))}
    except ValueError:
        return set()


def _is_count(text: str) -> bool:
    """Whether it is a number of steps that can be counted, or none."""
    return not text or (len(text) <= 8 and 1 <= int(text) <= _MOST)


_STRAY = 0.02
"""Share of rows that may lie beside the calendar."""
_MOST_STEPS = 0.9
"""Share of rows that must follow the row before by one step of the calendar."""
_WEEKS, _SURE_WEEKS = 3, 2
"""So many weeks show a closed day, so many two of them, or one from Friday to Sunday, if no other is missing."""
_WEEKS_WITH_STRAY = 5
"""Of so many weeks one may have a row on a closed day; of fewer it would be too large a part of these days."""
_FEWEST = 4
_YEARS, _SURE_YEARS = 3, 2
"""So many years show a month that never has a row, so many where no other month is missing."""
_CHANCE, _THREE_WEEKS = 0.05, 19
"""Where rows missing at random leave out all Sundays less often, these are closed, beside holidays or not; asked
from so many days on, as from a Monday to the third Saturday."""
_WEEKEND = 2
_MOST_DAYS = 4
"""Marks a month has at most: more are a week's."""


def found_in(local: StampArray) -> str | None:
    """Return the alias of the calendar of business that stamps follow; None if it is none.

    ``local``: shape (t,), ascending wall-clock stamps, not all equally far apart.
    """
    day = local.astype("datetime64[D]")
    typical = np.median(np.diff(day).astype(np.int64))
    if of_year := _found_days_of_year(day):
        return of_year
    if typical <= 6:
        return _found_open_days(day)
    if typical <= 20:
        return _found_days_of_month(day)
    if typical >= 28 and (of_some := _found_months(day)):
        return of_some
    if 28 <= typical <= 31:
        found = max(_found_weeks_of_month(day), _found_retail_months(day), key=itemgetter(1))
        return found[0] if found[1] >= _MOST_STEPS and len(day) > _FEWEST else None
    return None


def late_day(local: StampArray) -> str | None:
    """Return the alias of months whose marks, (t,), are the 29th or 30th, or the last day where it lacks that."""
    day = local.astype("datetime64[D]")
    marks = _folded(day)
    latest = int(marks.max())
    if latest not in (29, 30) or np.mean(marks == latest) < _MOST_STEPS:
        return None
    return f"MS-{latest}"


def _found_open_days(day: StampArray) -> str | None:
    """Return the alias of the weekdays on which there are rows; None for Monday to Friday."""
    counts = np.bincount(weekdays(day), minlength=7)
    weeks = int((day[-1] - day[0]).astype(np.int64)) // 7
    is_open = counts > max(_STRAY * len(day), int(weeks >= _WEEKS_WITH_STRAY))
    if not 2 <= is_open.sum() <= 6 or is_open.tolist() == _MONDAY_TO_FRIDAY:
        return None
    is_long = (day[-1] - day[0]).astype(np.int64) >= _THREE_WEEKS
    if is_long and is_open.tolist() == _MONDAY_TO_SATURDAY and _closed_chance(day) < _CHANCE:
        return _days_of_week({*range(_SUNDAY)})
    follows = np.mean(np.busday_count(day[:-1], day[1:], weekmask=is_open.tolist()) == 1)
    is_sure = follows == 1 and (is_open.sum() < 6 or is_open[:FRIDAY].all())
    if weeks < (_SURE_WEEKS if is_sure else _WEEKS) or follows < _MOST_STEPS:
        return None
    return _days_of_week({*np.flatnonzero(is_open).tolist()})


def _closed_chance(day: StampArray) -> float:
    """Return how likely rows on days (t,), none of them a Sunday, leave out every Sunday if missing at random."""
    days = np.arange(day[0] + 1, day[-1])  # on the first and the last there are rows
    drawn = np.arange(np.sum(weekdays(days) == _SUNDAY))
    missing = len(days) + 2 - len(np.unique(day))
    return float(np.prod((missing - drawn) / (len(days) - drawn)))


def _found_days_of_month(day: StampArray) -> str | None:
    """Return the alias of the two to four days of the month on which there are rows.

    Rows that would be on a weekend may be on the Friday before or the Monday after, as pay days are: then those
    from Tuesday to Thursday show the days.
    """
    found, weekday = _found_marks(day, day, 0), weekdays(day)
    if found is not None or (weekday > FRIDAY).any():
        return found
    return _found_marks(day, day[(weekday > 0) & (weekday < FRIDAY)], _WEEKEND)


def _found_marks(day: StampArray, telling: StampArray, apart: int) -> str | None:
    """Return the alias of the days of the month of telling rows, if all lie so many days from them at most."""
    if not len(telling):
        return None
    found, counts = np.unique(_folded(telling), return_counts=True)
    found = found[counts > max(_STRAY * len(telling), 1)]
    size = len(found)
    if not 2 <= size <= _MOST_DAYS or len(day) <= 2 * size:
        return None
    marks = MonthDays(1, tuple(found.tolist()))
    nearest = marks.floor(day + np.timedelta64(apart, "D")).astype("datetime64[D]")
    steps = marks.number(nearest)
    on_marks = np.abs((day - nearest).astype(np.int64)) <= apart
    if min(np.mean(np.diff(steps) == 1), np.mean(on_marks)) < _MOST_STEPS:
        return None
    return _days_of_month({*found.tolist()})


def _found_days_of_year(day: StampArray) -> str | None:
    """Return the alias of every so many days from the first of January on, seen to begin anew."""
    into = (day - day.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    apart = np.diff(day).astype(np.int64)
    step = int(np.bincount(apart).argmax())
    anew = bool(np.any((into[1:] == 0) & (apart != step)))
    if step < 2 or not anew or np.mean(into % step == 0) <= 1.0 - _STRAY:
        return None
    steps = YearDays(step, int(into.max()) // step + 1)
    if np.mean(np.diff(steps.number(day)) == 1) < _MOST_STEPS:
        return None
    return _days_of_year(steps.days, steps.a_year)


def _found_months(day: StampArray) -> str | None:
    """Return the alias of the months in which there is a row, if others never have one; None for even steps.

    They are marked on the day that most rows are on, or on their first.
    """
    months, marks = day.astype("datetime64[M]").astype(np.int64), _folded(day)
    found = np.unique(months % len(MONTHS))
    is_even = len({*np.diff([*found, found[0] + len(MONTHS)]).tolist()}) == 1
    if is_even or len(np.unique(months)) < len(months):
        return None
    mark = int(np.bincount(marks).argmax())
    mark = mark if np.mean(marks == mark) >= _MOST_STEPS else 1
    steps = MonthDays(1, (1,), tuple(found.tolist()))
    follows = np.mean(np.diff(steps.number(day)) == 1)
    every = np.arange(months[0], months[-1]) % len(MONTHS)
    years = int(np.delete(np.bincount(every, minlength=len(MONTHS)), found).min())
    if years < (_SURE_YEARS if follows == 1 else _YEARS) or follows < _MOST_STEPS:
        return None
    at_end = bool(np.mean(_days_left(day) == 0) >= _MOST_STEPS)
    return _days_of_month({LAST_DAY if at_end else mark}, months={*found.tolist()})


def _found_weeks_of_month(day: StampArray) -> tuple[str, float]:
    """Return the alias of the weekday of a month's week that most rows are on, and their share."""
    weekday = int(np.bincount(weekdays(day)).argmax())
    on_weekday = weekdays(day) == weekday
    after, before = (_day_of_month(day) - 1) // 7, _days_left(day) // 7
    week = int(np.bincount(after).argmax())
    shares = (np.mean(on_weekday & (after == week)), np.mean(on_weekday & (before == 0)))
    name = WEEKDAYS[weekday]
    if week < 4 and shares[0] >= shares[1]:
        return f"WOM-{week + 1}{name}", float(shares[0])
    return f"LWOM-{name}", float(shares[1])


def _found_retail_months(day: StampArray) -> tuple[str, float]:
    """Return the alias of four, four and five weeks that most rows are on, and their share."""
    best, most = "", 0.0
    for mark in day[-3:]:
        share = float(np.mean(RetailMonths(mark).floor(day).astype("datetime64[D]") == day))
        if share > most:
            best, most = _retail_months(mark.item()), share
    return best, most


def _folded(day: StampArray) -> IntArray:
    """Return the day of the month, for the last day of a short one the latest that there is."""
    number = _day_of_month(day)
    return np.where(_days_left(day) == 0, number.max(), number)


def _day_of_month(day: StampArray) -> IntArray:
    return np.asarray((day - day.astype("datetime64[M]")).astype(np.int64) + 1)


def _days_left(day: StampArray) -> IntArray:
    """Return how many days of its month follow each day."""
    following = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return np.asarray((following - day).astype(np.int64) - 1)


_MONDAY_TO_FRIDAY = [True] * 5 + [False] * 2
_MONDAY_TO_SATURDAY, _SUNDAY = [True] * 6 + [False], 6
_EPOCH = date(2000, 1, 1)
_SHORT_YEAR = 365
_QUARTER = 91
"""Days after which periods of four, four and five weeks begin again."""
