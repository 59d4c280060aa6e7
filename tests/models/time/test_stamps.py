import numpy as np
import pandas as pd
import pytest

from models.errors import BadStamps
from models.time.stamps import in_array, read_alike, read_stamps


def iso(ds: object, tz: str | None = None, own_zone: str | None = None) -> list[str]:
    return np.datetime_as_string(read_stamps(ds, tz, own_zone).values, unit="s").tolist()


@pytest.mark.parametrize(
    ("ds", "values"),
    [
        ([3, 4, 5], [3, 4, 5]),
        ([3.0, 4.0], [3, 4]),
        (["3", "-4"], [3, -4]),
        (["1949.0", "1950.0"], [1949, 1950]),
        (np.array([7, 8], dtype=np.int32), [7, 8]),
        (["99999999", "00000000"], [99999999, 0]),
    ],
)
def test_integers_are_integer_time(ds: object, values: list[int]) -> None:
    read = read_stamps(ds, None)
    assert read.values.dtype == np.int64
    assert read.values.tolist() == values


@pytest.mark.parametrize(
    "ds",
    [
        ["2024-03-01", "2024-03-02"],
        ["20240301", "20240302"],
        ["2024-03-01T00:00", "2024-03-02 00:00:00.000"],
        ["2024-03-01T00:00:00.000000000", "2024-03-02T00:00:00.000000000"],
        ["2024-03-01T0000", "2024-03-02T0000"],
        ["2024-03-01T00:00:00,000", "2024-03-02 00:00:00,0"],
        np.array(["2024-03-01", "2024-03-02"], dtype="datetime64[D]"),
        np.array(["2024-03-01", "2024-03-02"], dtype="datetime64[us]"),
    ],
)
def test_spellings_of_two_days(ds: object) -> None:
    assert iso(ds) == ["2024-03-01T00:00:00", "2024-03-02T00:00:00"]
    assert read_stamps(ds, None).tz is None


@pytest.mark.parametrize(
    ("ds", "zone"),
    [
        (["2024-03-01T00:00Z", "2024-03-02T00:00Z"], "UTC"),
        (["2024-03-01T00:00:00+00:00", "2024-03-02T00:00Z"], "UTC"),
        (["2024-03-01T02:00+02:00", "2024-03-02T02:00+02:00"], "+02:00"),
        (["2024-03-01T02:00:00.0+0200", "2024-03-02T02:00+02"], "+02:00"),
        (["2024-02-29T19:00:00-05:00", "2024-03-01T19:00:00-05:00"], "-05:00"),
    ],
)
def test_one_offset_is_kept_as_the_zone(ds: list[str], zone: str) -> None:
    assert iso(ds) == ["2024-03-01T00:00:00", "2024-03-02T00:00:00"]
    assert read_stamps(ds, None).tz == zone


def test_nanoseconds_are_kept() -> None:
    read = read_stamps(["2024-03-01T00:00:00.123456789", "2024-03-01T00:00:01.123456789"], None)
    assert (read.values.astype(np.int64) % 10**9).tolist() == [123456789, 123456789]


def test_several_offsets_need_a_zone() -> None:
    ds = ["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00"]
    with pytest.raises(BadStamps, match=r"\+01:00 in row 0 and \+02:00 in row 1") as caught:
        read_stamps(ds, None)
    assert "set tz" in (caught.value.hint or "")
    read = read_stamps(ds, "Europe/Berlin")
    assert read.tz == "Europe/Berlin"
    assert iso(ds, "Europe/Berlin") == ["2024-03-31T00:00:00", "2024-03-31T01:00:00"]


def test_offsets_on_some_rows_only_are_refused() -> None:
    with pytest.raises(BadStamps, match="row 1") as caught:
        read_stamps(["2024-03-31T01:00Z", "2024-03-31T01:00"], "Europe/Berlin")
    assert caught.value.problems[0].ds == "2024-03-31T01:00"


def test_a_zone_that_came_with_an_array_is_kept_or_replaced() -> None:
    ds = np.array(["2024-03-01T00:00", "2024-03-02T00:00"], dtype="datetime64[ns]")
    assert read_stamps(ds, None, "America/New_York").tz == "America/New_York"
    assert read_stamps(ds, "Europe/Berlin", "America/New_York").tz == "Europe/Berlin"
    np.testing.assert_array_equal(read_stamps(ds, "Europe/Berlin", "UTC").values, ds)


def test_naive_stamps_are_read_on_the_wall_clock() -> None:
    assert iso(["2024-03-30T12:00", "2024-03-31T12:00"], "Europe/Berlin") == [
        "2024-03-30T11:00:00",
        "2024-03-31T10:00:00",
    ]


def test_repeated_hour_is_told_apart_by_order() -> None:
    # Clocks go back at 03:00 to 02:00.
    ds = ["2024-10-27T02:00", "2024-10-27T02:30", "2024-10-27T02:00", "2024-10-27T02:30"]
    read = read_stamps(ds, "Europe/Berlin")
    expected = ["2024-10-27T00:00:00", "2024-10-27T00:30:00"]
    assert iso(ds, "Europe/Berlin") == [*expected, "2024-10-27T01:00:00", "2024-10-27T01:30:00"]
    assert (read.assumed, len(read.never)) == (0, 0)


def test_single_ambiguous_time_is_the_first_and_counted() -> None:
    read = read_stamps(["2024-10-27T02:00", "2024-10-27T03:00"], "Europe/Berlin")
    assert iso(["2024-10-27T02:00"], "Europe/Berlin") == ["2024-10-27T00:00:00"]
    assert (read.assumed, len(read.never)) == (1, 0)


def test_time_that_never_was_moves_to_the_first_after_it() -> None:
    read = read_stamps(["2024-03-31T02:30"], "Europe/Berlin")
    assert iso(["2024-03-31T02:30"], "Europe/Berlin") == ["2024-03-31T01:00:00"]
    assert (read.assumed, len(read.never)) == (0, 1)


@pytest.mark.parametrize(
    ("ds", "message"),
    [
        (["2024-03-01", "2024-13-01"], "cannot read the timestamp '2024-13-01' in row 1"),
        (["2024-03-01", "NaT"], "cannot read the timestamp 'NaT' in row 1"),
        (["now", "today"], "cannot read the timestamp 'now' in row 0"),
        (["2024-03-01", ""], "the timestamp of row 1 is missing"),
        (["2024-03-01", None], "the timestamp of row 1 is missing"),
        (["01/03/2024", "02/03/2024"], "cannot read the timestamp '01/03/2024' in row 0"),
        (["2024-03-01T00:00+99:00"] * 2, "cannot read the timestamp '2024-03-01T00:00+99:00'"),
        (["2024-02-30"], "cannot read the timestamp '2024-02-30' in row 0"),
        (["x" * 100_000] * 3, "cannot read the timestamp 'xxxx"),
        ([1, "2024-03-01"], "all strings or all integers, got '2024-03-01' in row 1"),
        ([1, True], "all strings or all integers, got True in row 1"),
        ([1, 2.5], "whole numbers up to 2^53, got 2.5 in row 1"),
        ([1, 2**70], "whole numbers up to 2^53"),
        ([1, float("nan")], "whole numbers up to 2^53, got nan in row 1"),
        (["1500-01-01"], "the years 1678 to 2261, got 1500"),
        (["3000-01-01T00:00:00Z"], "the years 1678 to 2261, got 3000"),
        (np.array(["2024-03-01", "NaT"], dtype="datetime64[D]"), "row 1 is missing"),
        (np.array(["3000-03-01"], dtype="datetime64[D]"), "the years 1678 to 2261, got 3000"),
        ([[1], [2]], "all strings or all integers, got [1] in row 0"),
    ],
)
def test_what_cannot_be_read_is_named(ds: object, message: str) -> None:
    with pytest.raises(BadStamps) as caught:
        read_stamps(ds, None)
    assert message in caught.value.message
    assert len(caught.value.message) < 200
    assert caught.value.hint


@pytest.mark.parametrize(
    ("ds", "kind"),
    [
        (["2024-03-01", "2024-03-02"], "S10"),
        (["2024-03-01T00:00", "2024-03-02 00:00:00.000"], "S23"),
        (["20240301", "7"], "S8"),
        ([5, 2**53 + 1], "int64"),
    ],
)
def test_an_array_says_what_a_list_said(ds: list[object], kind: str) -> None:
    sent = in_array(ds)
    assert sent.dtype == kind
    assert sent.astype(np.str_).tolist() == [str(one) for one in ds]
    assert outcome(sent) == outcome(ds)


def outcome(ds: object) -> object:
    try:
        return read_stamps(ds, None).values.tolist()
    except BadStamps as error:
        return error.problems


@pytest.mark.parametrize(
    "ds",
    [
        [],
        ["", ""],
        ["2024-03-01", 5],
        ["2024-03-01\0", "2024-03-02"],
        ["x" * 41, "2024-03-02"],
        ["2024-03-01é"],
        [1, None],
        [1, True],
        [1, 2**70],
    ],
)
def test_what_fits_into_no_array_stays_as_it_was(ds: list[object]) -> None:
    assert in_array(ds) is ds


def test_zone_for_integers_is_refused() -> None:
    with pytest.raises(BadStamps, match="integers"):
        read_stamps([1, 2], "Europe/Berlin")


def test_fast_and_general_reading_agree() -> None:
    index = pd.date_range("1999-12-31T21:17:03.5", periods=300, freq="7h13min")
    for zone in ("", "Z", "+05:30", "-11:00"):
        ds = [stamp.isoformat(timespec="milliseconds") + zone for stamp in index]
        expected = pd.to_datetime(ds, format="ISO8601", utc=True).tz_localize(None).to_numpy()
        np.testing.assert_array_equal(read_stamps(ds, None).values, expected)
        # One stamp written differently takes the general way.
        shorter = index[0].isoformat(timespec="microseconds") + zone
        np.testing.assert_array_equal(read_stamps([shorter, *ds[1:]], None).values, expected)


@pytest.mark.parametrize(
    ("ds", "last", "form"),
    [
        ([202311, 202312, 202401], "2024-01-01T00:00:00", "YYYYMM"),
        (["202311", "202312", "202401"], "2024-01-01T00:00:00", "YYYYMM"),
        ([202051, 202052, 202053, 202101], "2021-01-04T00:00:00", "YYYYWW"),
        (["202411", "202412", "202413"], "2024-03-25T00:00:00", "YYYYWW"),
        ([2024059, 2024060, 2024366], "2024-12-31T00:00:00", "YYYYDDD"),
        (["2023365", "2024001"], "2024-01-01T00:00:00", "YYYYDDD"),
        ([20234, 20241, 20242], "2024-04-01T00:00:00", "YYYYQ"),
        (["202303", "202304", "202401"], "2024-01-01T00:00:00", "YYYY0Q"),
        ([20240229, 20240301], "2024-03-01T00:00:00", "YYYYMMDD"),
        ([20240229.0, 20240301.0], "2024-03-01T00:00:00", "YYYYMMDD"),
        (["2024022923", "2024030100"], "2024-03-01T00:00:00", "YYYYMMDDHH"),
        ([240130, 240131, 240201], "2024-02-01T00:00:00", "YYMMDD"),
        (["991129", "991130", "991201"], "1999-12-01T00:00:00", "YYMMDD"),
        (["202402292359", "202403010001"], "2024-03-01T00:01:00", "YYYYMMDDHHMM"),
        ([20240229235959, 20240301000001], "2024-03-01T00:00:01", "YYYYMMDDHHMMSS"),
        ([1709251199, 1709251200], "2024-03-01T00:00:00", "seconds since 1970"),
        ([1709251199000, 1709251200000], "2024-03-01T00:00:00", "milliseconds since 1970"),
        (["1709251200000000000"], "2024-03-01T00:00:00", "nanoseconds since 1970"),
    ],
)
def test_digits_that_are_dates_throughout_are_dates(ds: object, last: str, form: str) -> None:
    assert iso(ds)[-1] == last
    assert read_stamps(ds, None).digits == form
    assert read_stamps(ds, None).tz == ("UTC" if "1970" in form else None)


@pytest.mark.parametrize(
    "ds",
    [
        [202312, 202353],
        [2023365, 2023366],
        [2023000, 2023001],
        [20231, 20232, 20233],
        [20231, 20232, 20234],
        [20230228, 20230229],
        [2023, 2024],
        [101, 102],
        [2024010123, 2024010124],
    ],
)
def test_digits_of_which_one_is_no_date_are_integer_time(ds: list[int]) -> None:
    read = read_stamps(ds, None)
    assert (read.values.tolist(), read.digits) == (ds, "")


@pytest.mark.parametrize(
    ("ds", "maybe"),
    [
        ([240101, 240102, 240103], "YYMMDD"),
        ([240105, 240101, 240108], "YYMMDD"),
        ([9998, 9999, 10101], ""),
    ],
)
def test_digits_that_may_count_or_be_days_are_told(ds: list[int], maybe: str) -> None:
    read = read_stamps(ds, None)
    assert (read.values.tolist(), read.digits, read.maybe) == (ds, "", maybe)
    assert (read_alike(np.array(ds), None) is None) == (maybe != "")
    assert read_stamps(ds, None, meant="counts").maybe == ""


def test_digits_are_integer_time_if_they_are_counted() -> None:
    assert read_stamps([202401, 202402], None, meant="counts").values.tolist() == [202401, 202402]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2013-W02", "2013-01-07T00:00:00"),
        ("2013W02", "2013-01-07T00:00:00"),
        ("2013-W02-3", "2013-01-09T00:00:00"),
        ("2013-W02-3T06:30", "2013-01-09T06:30:00"),
        ("2013-012", "2013-01-12T00:00:00"),
        ("2024-366", "2024-12-31T00:00:00"),
        ("2024-02-28T24:00", "2024-02-29T00:00:00"),
        ("2024-02-28 24:00:00+01:00", "2024-02-28T23:00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
    ],
)
def test_weeks_ordinal_days_hour_24_and_leap_seconds(text: str, moment: str) -> None:
    assert iso([text]) == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "2013-W54",
        "2023-366",
        "2013-000",
        "2024-02-28T24:01",
        "2024-01-01T12:59:61",
        "9999-12-31T24:00",
    ],
)
def test_days_that_the_calendar_does_not_have(text: str) -> None:
    with pytest.raises(BadStamps):
        read_stamps([text], None)


@pytest.mark.parametrize(
    ("texts", "day", "kind"),
    [
        (["2012Q1", "2012-Q2", "2012 q3", "2012:Q3"], "2012-07-01", "quarters"),
        (["Q3 2012", "Q4-2012"], "2012-10-01", "quarters"),
        (["2012M09", "2012-M10", "2012M1"], "2012-01-01", "months"),
        (["Jan 2012", "2012 Feb", "September-2012", "sept 2012"], "2012-09-01", "months"),
        (["2012H1", "2012-S2"], "2012-07-01", "half years"),
        (["2012-W04", "2012W05"], "2012-01-30", "weeks"),
        (["2012-01-01", "2012Q2"], "2012-04-01", "quarters"),
    ],
)
def test_periods_are_the_days_with_which_they_begin(texts: list[str], day: str, kind: str) -> None:
    assert iso(texts)[-1] == f"{day}T00:00:00"
    assert read_stamps(texts, None).periods == kind
    assert read_stamps(texts, "Europe/Berlin").periods == kind


@pytest.mark.parametrize(
    "text", ["2012Q5", "2012M13", "2012-W54", "Jan 12", "0000Q1", "Maybe 2012"]
)
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadStamps):
        read_stamps(["2012Q1", text], None)


def test_numbers_of_four_digits_are_years_if_years_are_meant() -> None:
    assert read_stamps([2012, 2013], None).values.tolist() == [2012, 2013]
    read = read_stamps(["2012", "2013"], None, meant="years")
    assert (read.values[1], read.digits) == (np.datetime64("2013-01-01"), "YYYY")
    assert read_stamps([12, 2013], None, meant="years").values.tolist() == [12, 2013]
