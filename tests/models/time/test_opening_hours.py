"""Opening hours: as they are spelled, walked and found, and what is none."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from models.errors import InvalidParameter
from models.time.frequency import Frequency
from models.time.inference import anchored, infer
from models.time.opening_hours import found_hours
from models.time.zones import to_absolute
from models.types import StampArray

MONDAY = datetime(2024, 1, 1)
Hours = Mapping[int, Sequence[tuple[float, float]]]
"""By weekday, 0 = Monday, from which hour until before which."""


def on(days: Sequence[int], *times: tuple[float, float]) -> Hours:
    return dict.fromkeys(days, times)


def stamps(hours: Hours, minutes: int, days: int) -> StampArray:
    every = [MONDAY + timedelta(minutes=minutes * i) for i in range(days * 1440 // minutes)]
    kept = [
        one
        for one in every
        if any(a <= one.hour + one.minute / 60 < b for a, b in hours.get(one.weekday(), ()))
    ]
    return np.array(kept, dtype="datetime64[ns]")


WEEK, OFFICE = range(5), on(range(5), (9, 17))
HOURLY = stamps(on(range(7), (0, 24)), 60, 28)


@pytest.mark.parametrize(
    ("hours", "minutes", "days", "alias", "seasons"),
    [
        (OFFICE, 60, 14, "h Mon-Fri 09:00-17:00", (8, 40)),
        (on(WEEK, (9.5, 16)), 30, 56, "30min Mon-Fri 09:30-16:00", (13, 65)),
        (on(range(6), (8, 20)), 15, 21, "15min Mon-Sat 08:00-20:00", (48, 288)),
        (on(WEEK, (9, 12), (13, 17)), 60, 56, "h Mon-Fri 09:00-12:00,13:00-17:00", (7, 35)),
        (
            {**on(WEEK, (9, 19)), 5: [(10, 14)]},
            60,
            56,
            "h Mon-Fri 09:00-19:00; Sat 10:00-14:00",
            (54,),
        ),
        (on(range(7), (7, 22)), 60, 6, "h Mon-Sun 07:00-22:00", (15, 105)),
        (on(range(7), (9.5, 16)), 5, 3, "5min Mon-Sun 09:30-16:00", (78, 546)),
        (on([6, 0, 1, 2, 3], (8, 16)), 60, 56, "h Mon-Thu,Sun 08:00-16:00", (8, 40)),
        (on([0, 2, 4], (8, 12)), 30, 56, "30min Mon,Wed,Fri 08:00-12:00", (8, 24)),
        (on(WEEK, (0, 24)), 60, 28, "h Mon-Fri 00:00-24:00", (24, 120)),
        (
            {4: [(18, 24)], 5: [(0, 2), (18, 24)], 6: [(0, 2)]},
            *(60, 84, "h Fri 18:00-24:00; Sat 00:00-02:00,18:00-24:00; Sun 00:00-02:00", (16,)),
        ),
    ],
)
def test_opening_hours_are_found(
    hours: Hours, minutes: int, days: int, alias: str, seasons: tuple[int, ...]
) -> None:
    sent = stamps(hours, minutes, days)
    freq = infer(sent)
    assert (freq.alias, freq.calendar_seasons()) == (alias, seasons)
    ahead = stamps(hours, minutes, days + 21)
    np.testing.assert_array_equal(freq.walk(sent[0], len(ahead)), ahead)
    np.testing.assert_array_equal(freq.steps.floor(sent + np.timedelta64(1, "m")), sent)
    assert Frequency.parse(alias) == freq


@pytest.mark.parametrize(
    ("times", "alias"),
    [
        (("09:00", "17:00"), "8h Mon-Sun 09:00,17:00"),
        (("07:00", "14:00", "21:00"), "7h Mon-Sun 07:00,14:00,21:00"),
        (("08:00", "12:30", "19:00"), "6h Mon-Sun 08:00,12:30,19:00"),
        (("08:00", "08:50", "09:45", "10:35"), "50min Mon-Sun 08:00-09:40,09:45-11:25"),
    ],
)
def test_readings_at_the_same_times_of_every_day_are_at_these(
    times: Sequence[str], alias: str
) -> None:
    days = np.datetime64("2024-01-01") + np.arange(20)
    sent = np.array([f"{day}T{time}" for day in days for time in times], dtype="datetime64[ns]")
    freq = infer(sent)
    assert freq.alias == alias
    np.testing.assert_array_equal(Frequency.parse(alias).walk(sent[0], len(sent)), sent)


@pytest.mark.parametrize("share", [0.05, 0.15])
def test_gaps_and_holidays_are_no_closing_times(share: float) -> None:
    sent = stamps(OFFICE, 60, 120)
    kept = np.random.default_rng(1).random(len(sent)) > share
    kept &= sent.astype("datetime64[D]") != np.datetime64("2024-02-19")
    assert infer(sent[kept]).alias == "h Mon-Fri 09:00-17:00"


def test_few_rows_at_closed_times_open_none() -> None:
    late = np.datetime64("2024-02-03T10:00", "ns") + np.arange(4) * np.timedelta64(1, "h")
    sent = np.sort(np.append(stamps(OFFICE, 60, 84), late))
    assert infer(sent).alias == "h Mon-Fri 09:00-17:00"


@pytest.mark.parametrize("minute", [0, 12])
def test_rows_that_jitter_are_at_the_times_about_which_they_do(minute: int) -> None:
    rng = np.random.default_rng(2)
    exact = stamps(OFFICE, 60, 56) + np.timedelta64(minute, "m")
    sent = exact + rng.integers(-30_000, 30_000, len(exact)) * np.timedelta64(1, "ms")
    assert infer(sent).alias == f"h Mon-Fri 09:{minute:02d}-17:{minute:02d}"


HOUR, PLACE = np.arange(len(HOURLY)) % 24, np.arange(len(HOURLY))
NIGHT = (HOUR < 7) | (HOUR > 20)


@pytest.mark.parametrize(
    "kept",
    [
        np.random.default_rng(0).random(len(HOURLY)) > 0.3,
        np.random.default_rng(0).random(len(HOURLY)) > 0.4,
        # A computer that was off for some nights, backups at two, a week without current, two days.
        ~(NIGHT & (PLACE > 200) & (PLACE < 360)),
        ~(NIGHT & (np.random.default_rng(2).random(28) < 0.7)[PLACE // 24]),
        HOUR != 2,
        (PLACE < 240) | (PLACE > 400),
        ~NIGHT & (PLACE < 48),
    ],
    ids=["gaps", "more gaps", "nights", "most nights", "backups", "outage", "two days"],
)
def test_what_is_missing_otherwise_closes_nothing(kept: np.ndarray) -> None:
    assert infer(HOURLY[kept]).alias == "h"


def test_round_the_clock_a_closed_day_takes_three_weeks() -> None:
    open_days = on([0, 1, 2, 3, 4, 6], (0, 24))
    assert infer(stamps(open_days, 60, 15)).alias == "h"
    assert infer(stamps(open_days, 60, 22)).alias == "h Mon-Fri,Sun 00:00-24:00"


def test_hours_are_those_of_the_zone_unless_its_clock_changes_in_them() -> None:
    office = to_absolute(stamps(OFFICE, 60, 200), "Europe/Berlin").stamps
    assert infer(office, "Europe/Berlin").alias == "h Mon-Fri 09:00-17:00"
    nights = to_absolute(stamps(on(range(7), (0, 12)), 60, 60), "Europe/Berlin").stamps
    assert infer(nights, "Europe/Berlin").alias == "h"


@pytest.mark.parametrize(
    ("spelled", "alias"),
    [
        ("bh", "h Mon-Fri 09:00-17:00"),
        ("2BH", "2h Mon-Fri 09:00-17:00"),
        ("H Mo-Fr 9:00-17:00", "h Mon-Fri 09:00-17:00"),
        ("PT30M MON-FRI 09:30-16:00", "30min Mon-Fri 09:30-16:00"),
        ("h 09:00-17:00", "h Mon-Sun 09:00-17:00"),
        ("h Fri - Mon 10:00 - 12:00;", "h Mon,Fri-Sun 10:00-12:00"),
        ("h Mon-Sat 9:00-12:00; Sat 10:00-11:00", "h Mon-Fri 09:00-12:00; Sat 10:00"),
        ("h Fri 22:00-02:00", "h Fri 22:00-24:00; Sat 00:00-02:00"),
        ("h Sun 23:00-01:00", "h Mon 00:00; Sun 23:00"),
        ("h Tuesday 08:00:30-10:00:30", "h Tue 08:00:30-10:00:30"),
    ],
)
def test_equal_hours_have_one_spelling(spelled: str, alias: str) -> None:
    assert Frequency.parse(spelled).alias == alias
    assert Frequency.parse(alias).alias == alias


@pytest.mark.parametrize(
    "spelled",
    [
        *("Mon-Fri 09:00-17:00", "h Mox 09:00-17:00", "h Mon-Fri 25:00-26:00", "h Mon 09:00-"),
        *(
            "D Mon 09:00-10:00",
            "ns 09:00-10:00",
            "h Mon-Fri 9:00-17:60",
            "h M 09:00",
            "h ,, 09:00",
            ":",
        ),
    ],
)
def test_what_are_no_hours_is_refused_with_an_example(spelled: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        Frequency.parse(spelled)
    assert "h Mon-Fri 09:00-17:00" in str(caught.value.problems[0].hint)


def test_hours_that_were_asked_for_give_way_to_later_ones() -> None:
    asked = Frequency.parse("h Mon-Fri 09:00-16:00")
    assert anchored(asked, stamps(OFFICE, 60, 28)).alias == "h Mon-Fri 09:00-17:00"
    longer = Frequency.parse("h Mon-Fri 08:00-18:00")
    assert anchored(longer, stamps(OFFICE, 60, 28)) == longer


def test_rows_that_jitter_about_times_that_drift_keep_no_hours() -> None:
    rng = np.random.default_rng(3)
    drifting = np.datetime64(MONDAY, "ns") + np.arange(4_000) * np.timedelta64(7, "m")
    sent = drifting + rng.integers(0, 999, len(drifting)) * np.timedelta64(1, "ms")
    assert found_hours(sent, 7 * 60 * 10**9) is None
