import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from models.contract.seasons import seasons_of
from models.data.series import DataReport, RawSeries
from models.errors import (
    BadStamps,
    BadValues,
    DuplicateStamps,
    FrequencyUnknown,
    InvalidParameter,
    InvalidRequest,
    MissingValues,
    NoObservations,
    SeriesError,
)
from models.prepare import PreparationOptions, prepare
from tests.models.prepare.build import NAN, codes, prepared, raw, ready, texts

DAYS = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]


def test_bare_values_are_integer_time() -> None:
    result = prepared(raw([5, 6, 7]))
    series = ready(result)
    assert texts(series) == [0, 1, 2]
    assert series.grid.freq.wire == 1
    assert series.y.tolist() == [5, 6, 7]
    assert series.observed is None
    assert result.report == DataReport(rows=3, used=3)
    assert result.notices == ()


def test_equal_regular_series_share_their_grid() -> None:
    results = prepare([raw([1, 2]), raw([3, 4], unique_id="b")], PreparationOptions())
    assert ready(results[0]).grid is ready(results[1]).grid


@pytest.mark.parametrize(
    ("start", "freq", "expected"),
    [
        ("2024-01-01", "MS", ["2024-01-01", "2024-02-01", "2024-03-01"]),
        ("2024-01-31", "M", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("2024-01-03", "W", ["2024-01-03", "2024-01-10", "2024-01-17"]),
        ("2024-01-05", "B", ["2024-01-05", "2024-01-08", "2024-01-09"]),
        ("2024-01-01T12:00", "PT15M", [f"2024-01-01T12:{m}:00" for m in ("00", "15", "30")]),
        (10, 5, [10, 15, 20]),
        (10, None, [10, 11, 12]),
        (None, 2, [0, 2, 4]),
    ],
)
def test_regular_series_begin_at_their_start(
    start: str | int | None, freq: str | int | None, expected: list[object]
) -> None:
    result = prepared(raw([1, 2, 3], start=start, freq=freq))
    assert texts(ready(result)) == expected
    assert result.notices == ()


def test_own_frequency_goes_before_the_shared_one() -> None:
    series = ready(prepared(raw([1, 2], start="2024-01-01", freq="D"), freq="MS"))
    assert texts(series) == ["2024-01-01", "2024-01-02"]
    assert ready(prepared(raw([1, 2], start="2024-01-01"), freq="MS")).grid.freq.alias == "MS"


@pytest.mark.parametrize(
    ("start", "freq", "code", "expected"),
    [
        ("2024-01-01", "ME", "freq_adapted", ["2024-01-01", "2024-02-01"]),
        ("2024-01-06", "B", "snapped", ["2024-01-08", "2024-01-09"]),
        (None, "MS", "start_missing", [0, 1]),
    ],
)
def test_what_was_asked_and_cannot_be_is_said(
    start: str | None, freq: str, code: str, expected: list[object]
) -> None:
    result = prepared(raw([1, 2], start=start, freq=freq))
    assert codes(result) == [code]
    assert texts(ready(result)) == expected


@pytest.mark.parametrize("ds", [[2012, 2013, 2014], ["2012", "2013", "2014"]])
def test_years_are_dates_where_steps_of_years_are_asked_for(ds: list[object]) -> None:
    result = prepared(raw([1, 2, 3], ds), freq="YE")
    assert texts(ready(result)) == ["2012-01-01", "2013-01-01", "2014-01-01"]
    assert codes(result) == ["digits_as_dates", "freq_adapted"]


def test_a_year_as_the_start_of_months_is_its_january() -> None:
    result = prepared(raw([1, 2], start="2012", freq="MS"))
    assert texts(ready(result)) == ["2012-01-01", "2012-02-01"]
    assert codes(result) == ["digits_as_dates"]


def test_quarters_by_name_are_told_and_go_on() -> None:
    result = prepared(raw([1, 2, 3], ["2012Q3", "2012Q4", "2013Q1"]))
    assert texts(ready(result)) == ["2012-07-01", "2012-10-01", "2013-01-01"]
    assert codes(result) == ["periods_as_days"]
    assert "quarters" in result.notices[0].message


def test_zone_without_dates_is_said_to_be_unused() -> None:
    assert codes(prepared(raw([1, 2]), tz="Europe/Berlin")) == ["tz_unused"]


def test_shuffled_rows_are_sorted_and_told() -> None:
    result = prepared(raw([3, 1, 2, 4], [DAYS[2], DAYS[0], DAYS[1], DAYS[3]]))
    assert ready(result).y.tolist() == [1, 2, 3, 4]
    assert result.report.sorted
    assert codes(result) == ["sorted"]
    assert result.notices[0].unique_id == "a"
    assert result.positions is not None
    assert result.positions.tolist() == [2, 0, 1, 3]


@pytest.mark.parametrize(
    ("policy", "y"), [("first", 2.0), ("last", 4.0), ("mean", 3.0), ("sum", 6.0)]
)
def test_duplicates_are_merged_as_asked(policy: str, y: float) -> None:
    ds = [DAYS[0], DAYS[1], DAYS[1], DAYS[2]]
    result = prepared(raw([1, 2, 4, 5], ds), duplicates=policy)
    assert ready(result).y.tolist() == [1, y, 5]
    assert (result.report.rows, result.report.used, result.report.duplicates) == (4, 3, 1)
    assert codes(result) == ["duplicates_merged"]
    assert result.positions is not None
    assert result.positions.tolist() == [0, 1, 1, 2]


def test_mean_and_sum_pass_over_missing_values() -> None:
    ds = [DAYS[0], DAYS[1], DAYS[1], DAYS[2], DAYS[2]]
    y = ready(prepared(raw([1, 2, NAN, 4, 6], ds), duplicates="mean")).y
    assert y.tolist() == [1, 2, 5]
    y = ready(prepared(raw([1, NAN, NAN, 4, 6], ds), duplicates="sum", missing="zero")).y
    assert y.tolist() == [1, 0, 10]


def test_duplicates_are_an_error_that_names_the_first() -> None:
    result = prepared(raw([1, 2, 3], [DAYS[0], DAYS[1], DAYS[1]]))
    assert isinstance(result.error, DuplicateStamps)
    problem = result.error.problems[0]
    assert (problem.unique_id, problem.ds) == ("a", "2024-01-02")
    assert "duplicates" in (problem.hint or "")
    assert result.series is None


def test_gaps_become_points_and_are_counted() -> None:
    result = prepared(raw([1, 2, 5], ["2024-01-01", "2024-01-02", "2024-01-05"]))
    series = ready(result)
    assert series.y.tolist() == [1, 2, 3, 4, 5]
    assert series.observed is not None
    assert series.observed.tolist() == [True, True, False, False, True]
    assert result.report == DataReport(rows=3, used=5, missing_filled=2, gaps=2)
    assert codes(result) == ["gaps_filled", "missing_filled"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("interpolate", [2, 2, 3, 4, 4]),
        ("ffill", [2, 2, 2, 4, 4]),
        ("zero", [0, 2, 0, 4, 0]),
        ("mean", [3, 2, 3, 4, 3]),
    ],
)
def test_missing_values_are_filled_by_the_policy(policy: str, expected: list[float]) -> None:
    result = prepared(raw([NAN, 2, NAN, 4, NAN]), missing=policy)
    assert ready(result).y.tolist() == expected
    assert result.report.missing_filled == 3
    assert policy in result.notices[0].message


def test_seasonal_filling_keeps_the_pattern() -> None:
    t = np.arange(60)
    y = 0.5 * t + np.array([0.0, 10, 0, -10])[t % 4]
    holes = y.copy()
    holes[[13, 29, 30, 50]] = np.nan
    series = ready(prepared(raw(holes), missing="seasonal", season_length=4))
    np.testing.assert_allclose(series.y, y, atol=0.1)
    beside = ready(prepared(raw(holes), missing="interpolate", season_length=4)).y
    np.testing.assert_allclose(beside, y, atol=0.1)
    line = ready(prepared(raw(holes), missing="interpolate", season_length=1)).y
    assert np.abs(line - y).max() > 7
    assert "seasonal (4)" in prepared(raw(holes), missing="seasonal").notices[0].message


def test_what_is_not_reported_yet_follows_the_season_and_is_told() -> None:
    t = np.arange(140)
    pattern = np.array([100.0, 95, 97, 105, 140, 200, 180])
    y = pattern[t % 7] + np.random.default_rng(0).normal(0, 4, 140)
    sent = y.copy()
    sent[-7:] = np.nan
    found = prepared(raw(sent, start="2024-01-01", freq="D"))
    assert np.abs(ready(found).y[-7:] - pattern[t[-7:] % 7]).max() < 8
    (notice,) = [one for one in found.notices if one.code == "missing_filled"]
    assert "7 of them at the end" in notice.message
    assert "beside the season of 7" in notice.message


def test_seasonal_filling_without_a_season_says_so() -> None:
    result = prepared(raw([1, NAN, 3]), missing="seasonal")
    assert ready(result).y.tolist() == [1, 2, 3]
    assert "no season was found" in result.notices[0].message


def test_dropped_points_close_ranks() -> None:
    ds = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-05"]
    result = prepared(raw([1, NAN, 3, 5], ds), missing="drop")
    series = ready(result)
    assert series.y.tolist() == [1, 3, 5]
    assert texts(series) == ["2024-01-01", "2024-01-03", "2024-01-05"]
    assert series.grid.text(series.grid.future(1)) == ["2024-01-06"]
    assert (result.report.missing_dropped, result.report.used) == (2, 3)
    assert codes(result) == ["missing_dropped"]
    assert result.positions is not None
    assert result.positions.tolist() == [0, -1, 1, 2]


def test_missing_values_can_be_refused() -> None:
    result = prepared(raw([1, NAN, 3], DAYS[:3]), missing="error")
    assert isinstance(result.error, MissingValues)
    assert result.error.problems[0].ds == "2024-01-02"


@pytest.mark.parametrize("y", [[], [NAN], [NAN, NAN]])
def test_no_observation_is_an_error(y: list[float]) -> None:
    assert isinstance(prepared(raw(y)).error, NoObservations)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1e101])
def test_infinite_and_absurd_values_are_refused_where_they_are(value: float) -> None:
    result = prepared(raw([1, value, 2], [DAYS[2], DAYS[1], DAYS[0]]))
    assert isinstance(result.error, BadValues)
    assert result.error.problems[0].ds == "2024-01-02"


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e12, 1e99])
def test_magnitudes_pass_unchanged(scale: float) -> None:
    y = (np.arange(5) * scale).tolist()
    assert ready(prepared(raw(y))).y.tolist() == y


def test_one_stamp_gets_a_frequency_and_a_notice() -> None:
    result = prepared(raw([5], ["2024-01-01"]))
    assert ready(result).grid.freq.alias == "D"
    assert codes(result) == ["frequency_assumed"]
    assert ready(prepared(raw([5], [7]))).grid.future(1).tolist() == [8]
    assert codes(prepared(raw([5], ["2024-01-01"]), freq="MS")) == []


def test_irregular_stamps_are_snapped_and_counted() -> None:
    ds = ["2024-01-01T00:00:00", "2024-01-01T00:59:57", "2024-01-01T02:00:05", "2024-01-01T03:00"]
    result = prepared(raw([1, 2, 3, 4], ds))
    assert texts(ready(result)) == [f"2024-01-01T0{hour}:00:00" for hour in range(4)]
    assert result.report.snapped == 2
    assert codes(result) == ["snapped"]


@pytest.mark.parametrize("minute", [11 * 60, 18 * 60 + 30, 23 * 60 + 54])
def test_daily_readings_about_a_time_of_day_stay_on_their_day(minute: int) -> None:
    rng = np.random.default_rng(1)
    days = pd.date_range("2024-05-01", periods=60).to_numpy()
    ds = days + minute * np.timedelta64(60, "s") + rng.integers(-240, 240, 60).astype("m8[s]")
    ds[30] = days[30] + np.timedelta64(18, "h")
    result = prepared(raw(range(60), [str(stamp)[:19] for stamp in ds]))
    grid = ready(result).grid
    assert np.array_equal(grid.stamps.astype("datetime64[D]"), days.astype("datetime64[D]"))
    assert (result.report.duplicates, result.report.gaps) == (0, 0)


def test_rows_that_meet_after_snapping_are_averaged() -> None:
    hours = pd.date_range("2024-01-01", periods=12, freq="h").strftime("%Y-%m-%dT%H:%M").tolist()
    result = prepared(raw([*range(12), 100], [*hours, "2024-01-01T11:10"]), freq="h")
    series = ready(result)
    assert (len(series), series.y[-1]) == (12, 55.5)
    assert codes(result) == ["snapped", "snapped_merged"]


def test_a_frequency_longer_than_the_data_is_refused() -> None:
    ds = pd.date_range("2024-01-01", periods=50, freq="15min").strftime("%Y-%m-%dT%H:%M").tolist()
    result = prepared(raw(range(50), ds), freq="h")
    assert isinstance(result.error, FrequencyUnknown)
    assert "too long" in result.error.message


@pytest.mark.parametrize(
    "ds",
    [
        [0, 1, 2, 10**9],
        [
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:01",
            "2024-01-01T00:00:02",
            "2200-01-01T00:00:00",
        ],
    ],
)
def test_a_huge_gap_does_not_eat_memory(ds: list[object]) -> None:
    error = prepared(raw([1, 2, 3, 4], ds)).error
    assert isinstance(error, FrequencyUnknown)
    assert "at most 10004 are made" in error.message


@pytest.mark.parametrize(("freq", "ds"), [("D", [1, 2, 3]), (1, DAYS[:3])])
def test_frequency_and_stamps_of_different_kinds(freq: str | int, ds: list[object]) -> None:
    assert isinstance(prepared(raw([1, 2, 3], ds), freq=freq).error, BadStamps)


def test_start_without_frequency_is_refused() -> None:
    error = prepared(raw([1, 2], start="2024-01-01")).error
    assert isinstance(error, FrequencyUnknown)
    assert "set freq" in (error.hint or "")


def test_lengths_must_agree() -> None:
    assert isinstance(prepared(raw([1, 2], DAYS)).error, BadStamps)
    assert isinstance(prepared(raw([1, 2], exog={"x": [1]})).error, BadValues)


def test_one_bad_series_leaves_the_others() -> None:
    results = prepare(
        [raw([1, 2]), raw([NAN], unique_id="b"), raw([3], ["x"], unique_id="c"), raw([4, NAN, 6])],
        PreparationOptions(),
    )
    assert [result.error is None for result in results] == [True, False, False, True]
    assert results[1].error is not None
    assert results[1].error.problems[0].unique_id == "b"
    assert ready(results[3]).y.tolist() == [4, 5, 6]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"freq": "fortnight"}, InvalidParameter),
        ({"tz": "Europe/Berln"}, InvalidParameter),
        ({"tz": "../../etc/passwd"}, InvalidParameter),
    ],
)
def test_impossible_options_fail_the_request(
    options: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        prepared(raw([1, 2]), **options)


def test_a_misspelt_zone_names_the_nearest() -> None:
    with pytest.raises(InvalidParameter) as caught:
        prepared(raw([1, 2]), tz="Europe/Berln")
    assert caught.value.hint == "did you mean 'Europe/Berlin'?"


@pytest.mark.parametrize(
    "options",
    [
        {"season_length": 0}, {"season_length": [7, 0]}, {"season_length": 100_001},
        {"season_length": 1.5}, {"missing": "guess"}, {"duplicates": "all"}, {"freq": 0},
        {"unknown": 1},
    ],
)  # fmt: skip
def test_options_out_of_bounds(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PreparationOptions.model_validate(options)


@pytest.mark.parametrize(
    ("given", "seasons"), [(12, (12,)), ([168, 24], (24, 168)), (1, ()), ([], ())]
)
def test_given_seasons_are_taken(given: object, seasons: tuple[int, ...]) -> None:
    assert seasons_of(ready(prepared(raw(range(50)), season_length=given))) == seasons


def test_seasons_are_detected_if_not_given() -> None:
    y = np.sin(np.arange(120) * 2 * np.pi / 12)
    noise = np.random.default_rng(0).normal(0, 0.1, 120)
    assert seasons_of(ready(prepared(raw(y + noise, start="2014-01-01", freq="MS")))) == (12,)


def test_exogenous_columns_ride_along() -> None:
    ds = ["2024-01-04", "2024-01-01", "2024-01-02"]
    result = prepared(raw([4, 1, 2], ds, exog={"x": [40, 10, NAN], "z": [4, 1, 2]}))
    series = ready(result)
    assert series.y.tolist() == [1, 2, 3, 4]
    assert series.exog["x"].tolist() == [10, 20, 30, 40]
    assert series.exog["z"].tolist() == [1, 2, 3, 4]
    assert codes(result).count("exog_filled") == 2


@pytest.mark.parametrize("values", [[NAN, NAN], [1.0, float("inf")]])
def test_useless_exogenous_columns_are_named(values: list[float]) -> None:
    error = prepared(raw([1, 2], exog={"price": values})).error
    assert isinstance(error, BadValues)
    assert "price" in error.message


def test_input_is_not_changed() -> None:
    y = np.array([3.0, np.nan, 1.0])
    x = np.array([1.0, np.nan, 3.0])
    ds = ["2024-01-03", "2024-01-02", "2024-01-01"]
    prepared(raw(y, ds, exog={"x": x}))
    assert ds[0] == "2024-01-03"
    np.testing.assert_array_equal(y, [3, np.nan, 1])


def test_errors_of_series_are_series_errors() -> None:
    for ds in (["x", "y"], [1, "y"], [1, 1], ["2024-01-01", "2024-01-01Z"], [1, 2.5]):
        assert isinstance(prepared(raw([1, 2], ds)).error, SeriesError)


def test_future_rows_of_no_series_fail_the_request() -> None:
    with pytest.raises(InvalidRequest, match="'b'"):
        prepared(raw([1, 2]), future=raw([], unique_id="b", exog={"x": [1]}))


def test_three_centuries_of_years_are_one_series() -> None:
    # Longer than 64 bits of nanoseconds can tell as a distance.
    years = [f"{year}-01-01" for year in range(1700, 2009) if year != 1850]
    result = prepared(raw(range(308), years))
    assert (len(ready(result)), ready(result).grid.freq.alias) == (309, "YS-JAN")
    assert result.report.gaps == 1
    yearly = prepared(raw(range(308), years), resample={"freq": "10YS", "agg": "count"})
    assert ready(yearly).y[:2].tolist() == [10, 10]


@pytest.mark.parametrize("options", [{}, {"freq": "YS"}, {"resample": {"freq": "YS"}}])
def test_neighbours_three_centuries_apart_are_refused(options: dict[str, object]) -> None:
    error = prepared(raw([1, 2], ["1700-01-01", "2024-01-01"]), **options).error
    assert isinstance(error, BadStamps)
    assert "292 years" in error.message


@pytest.mark.parametrize("freq", ["YE", "ME", "W", "SME"])
def test_the_end_of_the_calendar_is_a_named_error(freq: str) -> None:
    ds = ["2261-11-10", "2261-11-20", "2261-12-20"]
    for options in ({"freq": freq}, {"resample": {"freq": freq}}):
        result = prepared(raw([1, 2, 3], ds), **options)
        assert result.error is None or isinstance(result.error, SeriesError)


def test_zeros_for_missing_rows_are_observed_and_other_fillings_are_not() -> None:
    y = [5, NAN, 6, 7]
    zeros = ready(prepared(raw(y), missing="zero"))
    assert (zeros.observed, zeros.y.tolist()) == (None, [5, 0, 6, 7])
    assert prepared(raw(y), missing="zero").report.missing_filled == 1
    assert ready(prepared(raw(y))).is_observed.tolist() == [True, False, True, True]


@pytest.mark.parametrize("seed", range(4))
def test_gaps_in_a_third_of_a_short_pattern_follow_it(seed: int) -> None:
    pattern = np.resize([10.0, 40.0, 20.0, 60.0, 30.0], 60)
    y = np.where(np.random.default_rng(seed).random(60) < 0.4, NAN, pattern)
    y[[0, -1]] = pattern[[0, -1]]
    np.testing.assert_allclose(ready(prepared(raw(y.tolist()))).y, pattern, atol=1.5)


def test_a_code_for_missing_values_is_asked_about_and_stays() -> None:
    y = np.array([5.0, 6, -999, 4, 5, -999, 6, 5, -999, 4])
    (one, other) = prepare([RawSeries("a", y), RawSeries("b", y + 2000)], PreparationOptions())
    (notice,) = one.notices
    assert notice.code == "missing_code"
    assert notice.message.startswith("-999 occurs 3 times")
    assert one.series is not None
    np.testing.assert_array_equal(one.series.y, y)
    assert not other.notices


@pytest.mark.parametrize("every", [2, 3])
def test_days_of_which_most_are_missing_are_filled_beside_their_week(every: int) -> None:
    week = np.resize([100.0, 95.0, 97.0, 105.0, 140.0, 200.0, 180.0], 210)
    y = np.where(np.arange(210) % every == 1, week, np.nan)
    raw = RawSeries("a", y, start="2024-01-01", freq="D")
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    assert np.abs(prepared.series.y - week).mean() < 8.0
