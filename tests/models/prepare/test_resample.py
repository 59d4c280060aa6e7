import numpy as np
import pandas as pd
import pytest

from models.contract.seasons import seasons_of
from models.errors import BadStamps, DuplicateStamps, FrequencyUnknown, InvalidParameter
from tests.models.prepare.build import NAN, codes, prepared, raw, ready, texts


def days(size: int, start: str = "2024-01-01") -> list[str]:
    return pd.date_range(start, periods=size, freq="D").strftime("%Y-%m-%d").tolist()


@pytest.mark.parametrize(
    ("agg", "expected"),
    [
        ("sum", [28, 77]),
        ("mean", [4, 11]),
        ("median", [4, 11]),
        ("min", [1, 8]),
        ("max", [7, 14]),
        ("first", [1, 8]),
        ("last", [7, 14]),
        ("count", [7, 7]),
    ],
)
def test_two_weeks_of_days(agg: str, expected: list[float]) -> None:
    # 2024-01-01 is a Monday: weeks that end on Sunday are whole.
    rows = raw(range(1, 15), days(14))
    result = prepared(rows, resample={"freq": "W", "agg": agg})
    series = ready(result)
    assert series.y.tolist() == expected
    assert texts(series) == ["2024-01-07", "2024-01-14"]
    assert series.grid.freq.alias == "W-SUN"
    assert series.grid.text(series.grid.future(1)) == ["2024-01-21"]
    assert (result.report.rows, result.report.used) == (14, 2)
    assert codes(result) == ["resampled"]
    assert result.positions is not None
    assert result.positions.tolist() == [0] * 7 + [1] * 7


@pytest.mark.parametrize(
    "freq", ["W-SUN", "W-WED", "MS", "ME", "QS-JAN", "QE-DEC", "YS-JAN", "YE-DEC", "BME", "B", "7h"]
)
@pytest.mark.parametrize("agg", ["sum", "mean", "max"])
def test_bins_are_those_of_pandas(freq: str, agg: str) -> None:
    index = pd.date_range("2023-12-27 00:00", periods=2000, freq="h")
    y = np.random.default_rng(0).normal(size=2000)
    expected = pd.Series(y, index).resample(freq).agg(agg)
    stamps = index.strftime("%Y-%m-%dT%H:%M").tolist()
    series = ready(prepared(raw(y, stamps), resample={"freq": freq, "agg": agg}))
    whole = expected[expected.index.isin(series.grid.stamps)]
    assert len(expected) - 2 <= len(whole) == len(series)
    np.testing.assert_allclose(series.y, whole.to_numpy())


@pytest.mark.parametrize(
    ("freq", "labels", "sums"),
    [
        ("2W", ["2024-01-14", "2024-01-28"], [14, 14]),
        ("3D", ["2024-01-01", "2024-01-04"], [3, 3]),
        ("2MS", ["2024-01-01", "2024-03-01"], [60, 61]),
    ],
)
def test_several_steps_in_one(freq: str, labels: list[str], sums: list[float]) -> None:
    result = prepared(raw(np.ones(121), days(121)), resample={"freq": freq, "agg": "sum"})
    assert texts(ready(result))[:2] == labels
    assert ready(result).y[:2].tolist() == sums


def test_integer_time_is_counted_from_the_first_row() -> None:
    rows = raw([1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 7, 8])
    series = ready(prepared(rows, resample={"freq": 2, "agg": "sum"}))
    assert (series.y.tolist(), texts(series)) == ([3, 7, 11], [3, 5, 7])
    plain = ready(prepared(raw([1, 2, 3, 4]), resample={"freq": 2, "agg": "sum"}))
    assert (plain.y.tolist(), texts(plain)) == ([3, 7], [0, 2])


def test_irregular_events_need_no_frequency_of_their_own() -> None:
    events = ["2024-01-03T08:15:01", "2024-01-01T07:00", "2024-01-01T19:30", "2024-01-03T08:15:00"]
    result = prepared(
        raw([4, 1, 2, 3], events), resample={"freq": "D", "agg": "sum"}, missing="zero"
    )
    assert ready(result).y.tolist() == [3, 0, 7]
    assert texts(ready(result)) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert codes(result) == ["sorted", "resampled", "gaps_filled", "missing_filled"]
    assert (result.report.gaps, result.report.missing_filled, result.report.sorted) == (1, 1, True)
    assert result.positions is not None
    assert result.positions.tolist() == [2, 0, 0, 2]


def test_missing_values_are_passed_over() -> None:
    y = [1, NAN, 3, NAN, NAN, NAN]
    series = ready(prepared(raw(y, days(6)), resample={"freq": "3D", "agg": "sum"}, missing="zero"))
    assert series.y.tolist() == [4, 0]


def test_duplicates_follow_their_own_policy_first() -> None:
    rows = raw([1, 2, 4], [days(1)[0], days(1)[0], days(2)[1]])
    week = {"freq": "W", "agg": "sum"}
    assert isinstance(prepared(rows, resample=week).error, DuplicateStamps)
    assert ready(prepared(rows, resample=week, duplicates="mean")).y.tolist() == [5.5]
    assert ready(prepared(rows, resample=week, duplicates="sum")).y.tolist() == [7]


@pytest.mark.parametrize("agg", ["sum", "mean", "max", "last", "count"])
@pytest.mark.parametrize("freq", ["W", "MS", "ME"])
def test_a_last_step_that_is_not_over_is_left_out_and_told(agg: str, freq: str) -> None:
    step = {"freq": freq, "agg": agg}
    whole = prepared(raw(np.ones(91), days(91)), resample=step)  # to the end of March, a Sunday
    assert codes(whole) == ["resampled"]
    cut = prepared(raw(np.ones(90), days(90)), resample=step)
    assert codes(cut) == ["resampled", "resample_partial"]
    said = cut.notices[-1].message
    assert said.startswith("the last step of ")
    assert ready(cut).y.tolist() == ready(whole).y.tolist()[:-1]
    assert ready(cut).grid.text(ready(cut).grid.future(1))[0] in said


def test_values_that_have_not_come_yet_leave_a_step_unfinished() -> None:
    y = [*np.ones(24), NAN, NAN, NAN, NAN]
    result = prepared(raw(y, days(28)), resample={"freq": "W", "agg": "sum"})
    assert ready(result).y.tolist() == [7, 7, 7]
    assert result.positions is not None
    assert result.positions.tolist() == [0] * 7 + [1] * 7 + [2] * 7 + [-1] * 7


def test_a_first_step_with_few_rows_is_left_out_of_totals_only() -> None:
    rows = raw(np.ones(25), days(25, "2024-01-04"))  # a Thursday
    total = prepared(rows, resample={"freq": "W", "agg": "sum"})
    assert codes(total) == ["resampled", "resample_partial"]
    assert ready(total).y.tolist() == [7, 7, 7]
    mean = prepared(rows, resample={"freq": "W", "agg": "mean"})
    assert codes(mean) == ["resampled"]
    assert len(ready(mean)) == 4


@pytest.mark.parametrize(("last", "weeks"), [("2024-03-28", 12), ("2024-03-29", 13)])
def test_a_week_of_working_days_is_over_on_friday(last: str, weeks: int) -> None:
    open_days = pd.bdate_range("2024-01-01", last).strftime("%Y-%m-%d").tolist()
    rows = raw(np.ones(len(open_days)), open_days)
    series = ready(prepared(rows, resample={"freq": "W", "agg": "sum"}))
    assert series.y.tolist() == [5] * weeks


@pytest.mark.parametrize(("hours", "kept"), [(24 * 30, 30), (24 * 29 + 10, 29)])
def test_irregular_events_tell_whether_their_last_day_is_over(hours: int, kept: int) -> None:
    rng = np.random.default_rng(3)
    minutes = np.unique(rng.integers(0, 60 * hours, 5 * hours))
    stamps = (np.datetime64("2024-01-01T00:00") + minutes).astype(str).tolist()
    rows = raw(np.ones(len(stamps)), stamps)
    assert len(ready(prepared(rows, resample={"freq": "D", "agg": "sum"}))) == kept


def test_the_only_step_stays() -> None:
    assert ready(prepared(raw([1, 2], days(2)), resample={"freq": "W", "agg": "sum"})).y == [3]


def test_days_are_those_of_the_zone() -> None:
    # 2024-03-31 has 23 hours in Berlin.
    index = pd.date_range(
        "2024-03-30", "2024-04-02", freq="h", tz="Europe/Berlin", inclusive="left"
    )
    utc = index.tz_convert("UTC").strftime("%Y-%m-%dT%H:%MZ").tolist()
    rows = raw(np.ones(len(utc)), utc)
    series = ready(prepared(rows, tz="Europe/Berlin", resample={"freq": "D", "agg": "sum"}))
    assert series.y.tolist() == [24, 23, 24]
    assert texts(series)[1] == "2024-03-31T00:00:00+01:00"
    six = ready(prepared(rows, tz="Europe/Berlin", resample={"freq": "6h", "agg": "sum"}))
    assert texts(six)[0] == "2024-03-30T00:00:00+01:00"


def test_other_columns_take_the_mean_beside_a_sum() -> None:
    rows = raw([1, 2, 3, 4], days(4), exog={"price": [10, 20, 30, 50]})
    series = ready(prepared(rows, resample={"freq": "2D", "agg": "sum"}))
    assert (series.y.tolist(), series.exog["price"].tolist()) == ([3, 7], [15, 40])
    top = ready(prepared(rows, resample={"freq": "2D", "agg": "max"}))
    assert top.exog["price"].tolist() == [20, 50]


@pytest.mark.parametrize(
    "ds", [days(4, "2024-01-05"), days(2, "2024-01-05")[::1], days(4, "2024-01-05")[::-1]]
)
def test_future_is_resampled_alike(ds: list[str]) -> None:
    rows = raw([1, 2, 3, 4], days(4), exog={"price": [10, 20, 30, 50]})
    price = {"2024-01-05": 1.0, "2024-01-06": 3.0, "2024-01-07": 5.0, "2024-01-08": 7.0}
    future = raw([], ds, exog={"price": [price[day] for day in ds]})
    series = ready(prepared(rows, future, resample={"freq": "2D", "agg": "sum"}))
    assert series.future["price"].tolist() == [2, 6][: len(ds) // 2]


def test_seasons_count_the_longer_steps() -> None:
    season = np.sin(np.arange(480) * 2 * np.pi / 48) + np.random.default_rng(1).normal(0, 0.2, 480)
    rows = raw(season, start="2024-01-01", freq="30min")
    assert seasons_of(ready(prepared(rows, resample={"freq": "h"}))) == (24,)
    assert seasons_of(ready(prepared(rows, resample={"freq": "h"}, season_length=6))) == (6,)


@pytest.mark.parametrize(
    ("rows", "freq", "error"),
    [
        (raw([1, 2], days(2)), 2, BadStamps),
        (raw([1, 2], [1, 2]), "D", BadStamps),
        (raw([1, 2], ["2024-01-01", "2034-01-01"]), "min", FrequencyUnknown),
        (raw([1, 2], days(2)), "2147483649h", BadStamps),
    ],
)
def test_steps_that_do_not_go_with_the_data(
    rows: object, freq: str | int, error: type[Exception]
) -> None:
    assert isinstance(prepared(rows, resample={"freq": freq}).error, error)  # type: ignore[arg-type]


def test_a_misspelt_step_fails_the_request() -> None:
    with pytest.raises(InvalidParameter) as caught:
        prepared(raw([1, 2]), resample={"freq": "weekli"})
    assert caught.value.problems[0].path == ("resample", "freq")


@pytest.mark.parametrize(
    ("freq", "first", "size", "steps"),
    [("MS", "2023-01-31", 30, 3), ("B", "2023-01-01", 5, 4), ("BMS", "2023-01-01", 60, 3)],
)
def test_steps_that_are_shorter_here_than_on_average_reach_the_last_row(
    freq: str, first: str, size: int, steps: int
) -> None:
    result = prepared(raw([1.0] * size, days(size, first)), resample={"freq": freq, "agg": "mean"})
    assert len(ready(result).y) >= steps - 1  # a last step that is not over is left out
    assert codes(result)[0] == "resampled"


@pytest.mark.parametrize(("freq", "marked"), [("MS", "2020-05-01"), ("ME", "2020-05-31")])
def test_months_without_any_row_are_no_steps(freq: str, marked: str) -> None:
    days = np.arange("2019-05-01", "2023-10-01", dtype="datetime64[D]")
    summer = days[np.isin(days.astype("datetime64[M]").astype(int) % 12, (4, 5, 6, 7, 8))]
    option = {"freq": freq, "agg": "sum"}
    result = prepared(raw([10.0] * len(summer), summer.astype(str).tolist()), resample=option)
    series = ready(result)
    assert series.grid.freq.alias == f"{freq}-MAY-JUN-JUL-AUG-SEP"
    assert (texts(series)[5], codes(result)) == (marked, ["resampled"])
    assert series.y.tolist() == [310, 300, 310, 310, 300] * 5


def test_months_are_resampled_to_all_of_them() -> None:
    with pytest.raises(InvalidParameter, match="must be a step alone") as caught:
        prepared(raw([1.0, 2.0], days(2)), resample={"freq": "MS-JUN-JUL"})
    assert "'MS'" in (caught.value.problems[0].hint or "")
