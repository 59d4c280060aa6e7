"""Calendars of business: open weekdays, days and weeks of a month, four, four and five weeks."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from models.errors import InvalidParameter
from models.time.frequency import Frequency
from models.time.inference import infer

FIRST = date(2022, 1, 1)
DAYS = [FIRST + timedelta(days=i) for i in range(1000)]
MANY_DAYS = [FIRST + timedelta(days=i) for i in range(3000)]


def stamps(days: list[date]) -> np.ndarray:
    return np.array([str(day) for day in days], dtype="datetime64[ns]")


def is_last(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def on(*weekdays: int) -> Callable[[date], bool]:
    return lambda day: day.weekday() in weekdays


def of_month(*days: int) -> Callable[[date], bool]:
    return lambda day: day.day in days or (is_last(day) and max(days) > day.day)


def in_week(weekday: int, week: int) -> Callable[[date], bool]:
    if week < 0:
        return lambda day: day.weekday() == weekday and (day + timedelta(days=7)).day <= 7
    return lambda day: day.weekday() == weekday and (day.day - 1) // 7 == week


def of_year(step: int, marks: int) -> Callable[[date], bool]:
    """Every so many days from the first of January on, of which a year has so many."""
    return lambda day: (n := day.timetuple().tm_yday - 1) % step == 0 and n < step * marks


def retail() -> set[date]:
    weeks = np.cumsum([4, 4, 5] * 11)
    return {date(2022, 1, 29) + timedelta(days=7 * int(week)) for week in weeks}


@pytest.mark.parametrize(
    ("is_open", "alias", "season"),
    [
        (on(0, 2, 4), "C-MON-WED-FRI", 3),
        (on(0, 1, 2, 3, 4, 5), "C-MON-TUE-WED-THU-FRI-SAT", 6),
        (on(6, 0, 1, 2, 3), "C-MON-TUE-WED-THU-SUN", 5),
        (on(5, 6), "C-SAT-SUN", 2),
        (on(0, 1, 2, 3, 4), "B", 5),
        (of_month(1, 15), "SMS-15", 24),
        (of_month(15, 31), "SME-15", 24),
        (of_month(5, 20), "MS-5-20", 24),
        (of_month(1, 11, 21), "MS-1-11-21", 36),
        (of_month(10, 20, 31), "MS-10-20-31", 36),
        (of_month(29), "MS-29", 12),
        (of_month(30), "MS-30", 12),
        (of_month(31), "ME", 12),
        (in_week(4, 2), "WOM-3FRI", 12),
        (in_week(4, -1), "LWOM-FRI", 12),
        (retail().__contains__, "W-445-20000226", 12),
        (of_year(7, 52), "YS-7D-52", 52),
        (of_year(7, 53), "YS-7D-53", 53),
        (of_year(8, 46), "YS-8D-46", 46),
        (of_year(16, 23), "YS-16D-23", 23),
    ],
)
def test_a_calendar_of_business_is_found(
    is_open: Callable[[date], bool], alias: str, season: int
) -> None:
    days = stamps([day for day in DAYS if is_open(day)])
    size = len(days) // 2
    freq = infer(days[:size])
    assert (freq.alias, freq.calendar_seasons()[0]) == (alias, season)
    np.testing.assert_array_equal(freq.walk(days[size - 1], len(days) - size + 1)[1:], days[size:])
    np.testing.assert_array_equal(freq.walk(days[0], len(days)), days)
    np.testing.assert_array_equal(freq.steps.floor(days + np.timedelta64(6, "h")), days)
    assert Frequency.parse(alias) == freq
    assert freq.length == pytest.approx(float(np.diff(days).astype(np.int64).mean()), rel=0.05)


@pytest.mark.parametrize(
    ("marked", "months", "alias"),
    [
        (
            of_month(1),
            (9, 10, 11, 12, 1, 2, 3, 4, 5, 6),
            "MS-JAN-FEB-MAR-APR-MAY-JUN-SEP-OCT-NOV-DEC",
        ),
        (of_month(31), (6, 7, 8), "ME-JUN-JUL-AUG"),
        (of_month(15), (5, 6, 7), "MS-15-MAY-JUN-JUL"),
        (of_month(30), (1, 2, 3), "MS-30-JAN-FEB-MAR"),
        (of_month(1), (1, 4, 10), "MS-JAN-APR-OCT"),
    ],
)
def test_months_that_never_have_a_row_are_no_gaps(
    marked: Callable[[date], bool], months: tuple[int, ...], alias: str
) -> None:
    days = stamps([day for day in MANY_DAYS if marked(day) and day.month in months])
    freq = infer(days[: len(days) // 2])
    assert (freq.alias, freq.calendar_seasons()) == (alias, (len(months),))
    np.testing.assert_array_equal(freq.walk(days[0], len(days)), days)
    np.testing.assert_array_equal(freq.steps.floor(days + np.timedelta64(6, "h")), days)
    assert freq.is_open(days).all()
    assert Frequency.parse(alias) == freq


def test_a_month_is_left_out_that_lacks_its_row_in_every_year() -> None:
    months = [day for day in MANY_DAYS[:1096] if day.day == 1]
    no_august = [day for day in months if day.month != 8]
    assert infer(stamps(no_august)).alias.startswith("MS-JAN")
    others = {date(2022, 3, 1), date(2023, 5, 1), date(2024, 2, 1), date(2024, 10, 1)}
    assert infer(stamps([day for day in no_august if day not in others])).alias == "MS"
    assert infer(stamps([day for day in no_august if day.year < 2023])).alias == "MS"
    quarters = [day for day in MANY_DAYS if day.day == 1 and day.month % 3 == 1]
    assert infer(stamps([*quarters[:5], *quarters[6:]])).alias == "QS-JAN"
    assert infer(stamps([*quarters[:5:2], *quarters[8::2]])).alias == "2QS-JAN"


def test_a_start_in_a_month_that_is_left_out_is_moved_to_the_next() -> None:
    walked = Frequency.parse("MS-JUN-JUL").walk(np.datetime64("2024-01-20", "ns"), 3)
    assert walked.astype("datetime64[D]").astype(str).tolist() == [
        *("2024-06-01", "2024-07-01", "2025-06-01")
    ]


def test_a_few_days_without_a_row_close_no_weekday() -> None:
    rng = np.random.default_rng(3)
    kept = [day for day in DAYS[:120] if rng.random() > 0.2]
    assert infer(stamps(kept)).alias == "D"


@pytest.mark.parametrize("toward", [-1, 1])
@pytest.mark.parametrize(
    ("days", "alias"),
    [
        ((15, 31), "SME-15"),
        ((1, 15), "SMS-15"),
        ((5, 20), "MS-5-20"),
        ((10, 20, 31), "MS-10-20-31"),
    ],
)
def test_what_is_put_beside_a_weekend_has_the_days_it_is_put_from(
    days: tuple[int, ...], alias: str, toward: int
) -> None:
    def beside(day: date) -> date:
        while day.weekday() > 4:
            day += timedelta(days=toward)
        return day

    paid = [beside(day) for day in DAYS if of_month(*days)(day)]
    assert infer(stamps(paid)).alias == alias


def test_every_second_week_is_no_day_of_the_month() -> None:
    assert infer(stamps(DAYS[6::14])).alias == "2W-FRI"
    late = [day + timedelta(days=3 * (i == 20)) for i, day in enumerate(DAYS[6::14])]
    assert infer(stamps(late)).alias == "2W-FRI"


def test_a_month_read_between_the_25th_and_the_3rd_is_a_month() -> None:
    later = np.random.default_rng(0).integers(0, 10, size=30).tolist()
    read = [
        date(2021 + i // 12, i % 12 + 1, 25) + timedelta(days=days) for i, days in enumerate(later)
    ]
    assert infer(stamps(read)).alias == "ME"


def test_one_stray_row_and_a_holiday_leave_the_calendar() -> None:
    days = [day for day in DAYS[:200] if day.weekday() in (0, 2, 4)]
    days = sorted({*days, days[20] + timedelta(days=1)} - {days[40]})
    assert infer(stamps(days)).alias == "C-MON-WED-FRI"


@pytest.mark.parametrize(
    ("spelled", "alias"),
    [
        ("c-fri-mon-wed", "C-MON-WED-FRI"),
        ("C-1010100", "C-MON-WED-FRI"),
        ("C Mon Wed Fri", "C-MON-WED-FRI"),
        ("Mon Wed Fri", "C-MON-WED-FRI"),
        ("Sun-Thu", "C-MON-TUE-WED-THU-SUN"),
        ("Tue - Sat", "C-TUE-WED-THU-FRI-SAT"),
        ("monday, wednesday friday", "C-MON-WED-FRI"),
        ("Mon-Fri", "B"),
        ("C", "B"),
        ("MonWedFri", "C-MON-WED-FRI"),
        ("C-MON-TUE-WED-THU-FRI", "B"),
        ("C-1111111", "D"),
        ("C-SUN", "W-SUN"),
        ("2C-MON-WED", "2C-MON-WED"),
        ("MS-31-15", "SME-15"),
        ("MS-1", "MS"),
        ("1MS-30", "MS-30"),
        ("ms-jul-jun", "MS-JUN-JUL"),
        ("MS-1-JUN", "YS-JUN"),
        ("ME-DEC", "YE-DEC"),
        ("2MS-20-5-JUN", "2MS-5-20-JUN"),
        ("YS-8D", "YS-8D-46"),
        ("ys-7d-52", "YS-7D-52"),
        ("lwom-fri", "LWOM-FRI"),
        ("W-445-2022-01-29", "W-445-20000226"),
    ],
)
def test_equal_calendars_have_one_spelling(spelled: str, alias: str) -> None:
    assert Frequency.parse(spelled).alias == alias


@pytest.mark.parametrize(
    "spelled",
    [
        "C-FOO",
        "C-0000000",
        "Mon-Fre",
        "Mon",
        "MS-0",
        "MS-32",
        "MS-FOO",
        "ME-5",
        "0C-MON-TUE",
        "W-445-20231399",
        "YS-1D",
        "YS-8D-47",
        "YS-365D",
        "9" * 30 + "MS-30",
    ],
)
def test_what_no_calendar_has_is_refused(spelled: str) -> None:
    with pytest.raises(InvalidParameter, match="freq must be"):
        Frequency.parse(spelled)


def test_a_clock_that_loses_a_second_an_hour_still_has_days() -> None:
    drifting = np.datetime64("2024-01-01", "ns") + np.arange(100) * np.timedelta64(3601, "s")
    assert infer(drifting).calendar_seasons() == (24, 168)
    assert Frequency.parse("7min").calendar_seasons() == (1440,)


@pytest.mark.parametrize(
    ("first", "days", "alias"),
    [
        ("2024-01-01", "1111110", "C-MON-TUE-WED-THU-FRI-SAT"),
        ("2024-01-07", "1111001", "C-MON-TUE-WED-THU-SUN"),
        ("2024-01-01", "1010100", "C-MON-WED-FRI"),
        ("2024-01-02", "0111110", "C-TUE-WED-THU-FRI-SAT"),
    ],
)
def test_two_weeks_show_what_is_closed_where_no_other_day_is_missing(
    first: str, days: str, alias: str
) -> None:
    every = np.arange(np.datetime64(first), np.datetime64(first) + 20)
    rows = every[np.is_busday(every, weekmask=days)].astype("datetime64[ns]")
    assert infer(rows).alias == alias
    # likelier closed than missing by chance, beside holidays or not
    only_sundays = days == "1111110"
    assert (infer(np.delete(rows, [2, 5])).alias == alias) is only_sundays
    assert infer(np.delete(rows[:-3], [2, 5])).alias != alias  # but not of fewer weeks


@pytest.mark.parametrize("size", [16, 20, 24, 30])
def test_days_that_are_missing_at_random_are_not_taken_for_closed(size: int) -> None:
    random, found = np.random.default_rng(0), 0
    for _ in range(200):
        missing = random.choice(np.arange(1, size - 1), random.integers(1, 5), replace=False)
        every = np.datetime64("2024-01-01", "ns") + random.integers(7) * np.timedelta64(1, "D")
        days = every + np.delete(np.arange(size), missing) * np.timedelta64(1, "D")
        found += infer(days).alias not in ("D", "B")
    assert found <= 4
