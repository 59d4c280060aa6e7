"""Series of business calendars on their grids: no row merged, none invented, none on a closed day."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from models.errors import InvalidParameter
from tests.models.prepare.build import codes, prepared, raw, ready, texts


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


def test_one_reading_in_each_month_of_a_summer_stays_in_its_month() -> None:
    rng = np.random.default_rng(6)
    days = [
        date(year, month, int(rng.integers(1, 28)))
        for year in range(2019, 2024)
        for month in (5, 6, 7, 8, 9)
    ]
    result = prepared(raw(range(25), [str(day) for day in days]))
    series = ready(result)
    assert (series.grid.freq.alias, result.report.gaps) == ("MS-MAY-JUN-JUL-AUG-SEP", 0)
    assert [text[:7] for text in texts(series)] == [str(day)[:7] for day in days]


def test_a_row_in_a_month_that_is_left_out_is_told() -> None:
    days = ["2023-01-01", "2023-02-01", "2023-05-01", "2024-01-01", "2024-02-01"]
    result = prepared(raw(range(5), days), freq="MS-JAN-FEB")
    assert texts(ready(result)) == ["2023-01-01", "2023-02-01", "2024-01-01", "2024-02-01"]
    assert codes(result) == ["closed_times_left_out"]


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


def office(days: int) -> list[str]:
    return [
        (datetime(2024, 1, 1) + timedelta(days=day, hours=hour)).isoformat()
        for day in range(days)
        for hour in range(9, 17)
        if day % 7 < 5
    ]


def test_closed_hours_are_no_gaps_and_holidays_are() -> None:
    sent = [one for one in office(35) if not one.startswith("2024-01-15")]
    result = prepared(raw(range(len(sent)), sent))
    series = ready(result)
    assert (len(series), result.report.gaps) == (200, 8)
    assert series.grid.text(series.grid.future(9))[::8] == [
        "2024-02-05T09:00:00",
        "2024-02-06T09:00:00",
    ]


def test_a_row_at_a_closed_time_is_left_out_and_told() -> None:
    sent = office(56)
    result = prepared(raw(range(len(sent) + 1), sorted([*sent, "2024-01-06T11:00:00"])))
    assert texts(ready(result)) == sent
    assert codes(result) == ["closed_times_left_out"]
    assert "2024-01-06T11:00:00" in result.notices[0].message
    assert result.positions is not None
    assert result.positions.tolist()[39:42] == [39, -1, 40]


def test_a_day_that_was_moved_counts_and_one_more_does_not() -> None:
    every = [date(2024, 1, 1) + timedelta(days=i) for i in range(140)]
    sent = [str(day) for day in every if day.weekday() in (0, 2, 4)]
    moved = ["2024-01-30" if day == "2024-01-29" else day for day in sent]
    result = prepared(raw(range(len(sent)), moved))
    assert texts(ready(result)) == sent
    more = sorted([*sent, "2024-01-30"])
    result = prepared(raw(range(len(more)), more))
    assert texts(ready(result)) == sent
    assert codes(result) == ["closed_times_left_out"]
    assert ready(result).y[sent.index("2024-01-29")] == sent.index("2024-01-29")


def test_nothing_within_the_hours_asked_for_is_an_error() -> None:
    result = prepared(raw(range(10), office(3)[:10]), freq="h Sat 09:00-12:00")
    assert result.error is not None
    assert "opening hours" in str(result.error)


def test_hours_are_asked_for_with_a_start() -> None:
    series = ready(prepared(raw(range(9), start="2024-01-05T16:00", freq="h Mon-Fri 09:00-17:00")))
    assert texts(series)[:2] == ["2024-01-05T16:00:00", "2024-01-08T09:00:00"]
    late = prepared(raw(range(3), start="2024-01-06T10:00", freq="bh"))
    assert texts(ready(late))[0] == "2024-01-08T09:00:00"
    assert codes(late) == ["snapped"]


def test_midnight_is_a_time_and_no_date() -> None:
    grid = ready(
        prepared(raw(range(3), start="2024-01-01T23:00", freq="h Mon-Fri 00:00-24:00"))
    ).grid
    assert grid.text(grid.stamps[1:2]) == ["2024-01-02T00:00:00"]


@pytest.mark.parametrize(
    ("step", "alias", "ahead"),
    [
        ("D", "B", "2024-02-05"),
        ("2h", "2h Mon-Fri 08:00-18:00", "2024-02-05T08:00:00"),
        ("W", "W-SUN", "2024-02-11"),
    ],
)
def test_longer_steps_keep_to_business(step: str, alias: str, ahead: str) -> None:
    sent = office(35)
    result = prepared(raw(range(len(sent)), sent), resample={"freq": step, "agg": "sum"})
    series = ready(result)
    assert (series.grid.freq.alias, series.grid.text(series.grid.future(1))) == (alias, [ahead])
    assert result.report.gaps == 0
    assert series.y.sum() == sum(range(len(sent)))


def test_future_rows_are_of_the_same_days_of_business() -> None:
    sent = office(32)
    rows = raw(np.ones(len(sent)), sent, exog={"x": range(len(sent))})
    ahead = raw([], [f"2024-02-0{day}" for day in (2, 5, 6)], exog={"x": [1.0, 2.0, 3.0]})
    series = ready(prepared(rows, ahead, resample={"freq": "D"}))
    assert series.grid.freq.alias == "B"
    assert series.future["x"].tolist() == [1.0, 2.0, 3.0]


def test_future_rows_at_closed_times_are_ignored_and_told() -> None:
    sent = office(33)
    rows = raw(np.ones(len(sent)), sent, exog={"x": range(len(sent))})
    ahead = [f"2024-02-0{day}T{hour:02d}:00" for day in (3, 4, 5) for hour in range(24)]
    result = prepared(rows, raw([], ahead, exog={"x": range(72)}))
    assert ready(result).future["x"].tolist() == list(range(57, 65))
    assert codes(result) == ["future_rows_ignored"]
    days = [str(date(2024, 1, 1) + timedelta(days=i)) for i in range(40)]
    open_days = [day for i, day in enumerate(days[:33]) if i % 7 < 5]
    rows = raw(np.ones(len(open_days)), open_days, exog={"x": range(len(open_days))})
    future = raw([], days[33:], exog={"x": range(7)})
    assert ready(prepared(rows, future)).future["x"].tolist() == [2, 3, 4, 5, 6]


def test_hours_asked_for_within_which_clocks_change_are_an_error() -> None:
    result = prepared(raw(range(9), start="2024-01-01", freq="h 00:00-12:00"), tz="Europe/Berlin")
    assert result.error is not None
    assert "Europe/Berlin" in str(result.error)


def test_many_gaps_ask_for_the_hours() -> None:
    [gaps, _] = prepared(raw(range(80), office(14)), freq="h").notices
    assert "h Mon-Fri 09:00-17:00" in str(gaps.hint)


def test_hours_are_no_longer_step() -> None:
    with pytest.raises(InvalidParameter, match="opening hours"):
        prepared(raw(range(3), office(1)[:3]), resample={"freq": "bh"})
