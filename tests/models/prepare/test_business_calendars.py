"""Series of business calendars on their grids: no row merged, none invented, none on a closed day."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tests.models.prepare.build import prepared, raw, ready, texts


@pytest.mark.parametrize("seed", range(5))
def test_one_reading_a_month_stays_in_its_month(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = int(rng.integers(1, 22))
    days = [date(2022 + i // 12, i % 12 + 1, int(first + rng.integers(7))) for i in range(30)]
    result = prepared(raw(range(30), [str(day) for day in days]))
    series = ready(result)
    assert (result.report.duplicates, result.report.gaps, series.grid.freq.alias[0]) == (0, 0, "M")
    assert [text[:7] for text in texts(series)] == [str(day)[:7] for day in days]
    assert series.y.tolist() == list(range(30))


def test_readings_about_the_first_are_of_the_nearest_month() -> None:
    rng = np.random.default_rng(1)
    firsts = [date(2022 + i // 12, i % 12 + 1, 1) for i in range(30)]
    days = [str(day + timedelta(days=int(rng.integers(-3, 4)))) for day in firsts]
    result = prepared(raw(range(30), days))
    assert (result.report.duplicates, result.report.gaps) == (0, 0)


def test_a_closed_day_is_asked_for() -> None:
    series = ready(prepared(raw(range(7), start="2024-01-05", freq="C-MON-WED-FRI")))
    assert texts(series)[:3] == ["2024-01-05", "2024-01-08", "2024-01-10"]
    assert series.grid.text(series.grid.future(2)) == ["2024-01-22", "2024-01-24"]


def test_months_asked_for_on_the_30th() -> None:
    result = prepared(raw(range(5), start="2023-12-30", freq="MS"))
    assert texts(ready(result)) == [
        *("2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30")
    ]
    assert [notice.code for notice in result.notices] == ["freq_adapted"]


@pytest.mark.parametrize(("minute", "shown"), [(47, "00:47:00"), (0, "00:00:00"), (13, "00:13:00")])
def test_the_grid_of_hours_stands_at_the_series_own_phase(minute: int, shown: str) -> None:
    rng = np.random.default_rng(minute)
    first = datetime(2024, 5, 1, 0, minute)
    sent = [
        (first + timedelta(hours=i, seconds=int(rng.integers(-40, 41)))).isoformat()
        for i in range(72)
    ]
    result = prepared(raw(range(72), sent))
    assert texts(ready(result))[0] == f"2024-05-01T{shown}"
    assert (len(ready(result)), result.report.duplicates) == (72, 0)
    assert any("nearest" in notice.message for notice in result.notices)


@pytest.mark.parametrize("at", ["00:02", "07:30", "16:00", "18:30", "23:58"])
@pytest.mark.parametrize(
    ("open_on", "alias"), [("01234", "B"), ("012356", "C-MON-TUE-WED-THU-SAT-SUN"), ("5", "W-SAT")]
)
def test_readings_of_open_days_about_a_time_of_day_stay_on_their_day(
    at: str, open_on: str, alias: str
) -> None:
    rng = np.random.default_rng(7)
    every = [datetime.fromisoformat(f"2024-06-03T{at}") + timedelta(days=i) for i in range(280)]
    meant = [moment for moment in every if str(moment.weekday()) in open_on][:60]
    sent = [(one + timedelta(seconds=int(rng.integers(-240, 240)))).isoformat() for one in meant]
    result = prepared(raw(range(len(meant)), sent))
    series = ready(result)
    assert (result.report.duplicates, result.report.gaps, series.grid.freq.alias) == (0, 0, alias)
    off = series.grid.stamps - np.array(meant, dtype="datetime64[ns]")
    assert np.abs(off).max() <= np.timedelta64(3, "m")
    assert series.y.tolist() == list(range(len(meant)))


def test_two_stamps_of_a_day_are_no_readings_of_two_days() -> None:
    sent = [f"2024-06-{day:02d}T{at}" for day in range(1, 20) for at in ("00:02", "23:57")]
    assert prepared(raw(range(38), sent)).report.duplicates == 0
