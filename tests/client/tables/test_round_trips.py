"""Each kind of data, on the wire and back as the same kind."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tidecast
from pandas.testing import assert_frame_equal

from tests.client.helpers import Server, detection, forecast

BERLIN = ZoneInfo("Europe/Berlin")


def asked(answer: Any, data: Any, h: int = 2, **options: Any) -> tuple[Any, Any]:
    """The body that was sent, less `h` and `model`, and the table that came back."""
    server = Server(answer)
    table = server.client().forecast(data, h, **options)
    body = server.body
    assert body.pop("h") == h
    assert body.pop("model") == "auto"
    return body, table


# --- pandas ------------------------------------------------------------------------


def test_pandas_frame_with_names_of_its_own() -> None:
    frame = pd.DataFrame(
        {
            "shop": ["b", "b", "a"],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-01"]),
            "sold": [1.5, np.nan, 3.0],
            "promo": [True, False, True],
            "kind": ["x", None, "y"],
        }
    )
    before = frame.copy()
    body, table = asked(
        forecast(["2024-01-03", "2024-01-02"], [2.0, None], ids=["b", "a"]),
        frame,
        id_col="shop",
        time_col="day",
        target_col="sold",
    )
    assert body == {
        "series": {
            "unique_id": ["b", "b", "a"],
            "ds": ["2024-01-01", "2024-01-02", "2024-01-01"],
            "y": [1.5, None, 3.0],
            "promo": [1, 0, 1],
            "kind": ["x", None, "y"],
        }
    }
    expected = pd.DataFrame(
        {
            "shop": ["b", "a"],
            "day": pd.to_datetime(["2024-01-03", "2024-01-02"]),
            "yhat": [2.0, np.nan],
        }
    )
    assert_frame_equal(table, expected)
    assert_frame_equal(frame, before)


def test_pandas_named_zone_goes_as_utc_with_its_name_and_comes_back() -> None:
    days = pd.date_range("2024-03-30", periods=2, tz="Europe/Berlin")
    body, table = asked(
        forecast(["2024-03-31T22:00:00Z", "2024-04-02T00:00:00+02:00"], [1.0, 2.0]),
        pd.DataFrame({"ds": days, "y": [1, 2]}),
    )
    assert body["series"]["ds"] == ["2024-03-29T23:00:00Z", "2024-03-30T23:00:00Z"]
    assert body["tz"] == "Europe/Berlin"
    expected = pd.date_range("2024-04-01", periods=2, tz="Europe/Berlin")
    assert table["ds"].tolist() == expected.tolist()
    assert table["ds"].dtype == days.dtype


def test_a_zone_that_the_user_names_wins() -> None:
    days = pd.date_range("2024-03-30", periods=2, tz="Europe/Berlin")
    frame = pd.DataFrame({"ds": days, "y": [1, 2]})
    body, _ = asked(forecast(["2024-04-01T00:00:00"], [1.0]), frame, tz="Europe/Paris")
    assert body["tz"] == "Europe/Paris"


def test_an_answer_without_offsets_is_read_in_the_zone_of_the_data() -> None:
    hours = pd.date_range("2024-07-01", periods=2, freq="h", tz="Europe/Berlin")
    _, table = asked(
        forecast(["2024-07-01T02:00:00"], [1.0]), pd.DataFrame({"ds": hours, "y": [1, 2]})
    )
    assert table["ds"].tolist() == [pd.Timestamp("2024-07-01 02:00", tz="Europe/Berlin")]


def test_pandas_fixed_offset_and_utc_are_written_into_the_texts() -> None:
    for zone, suffix in ((timezone(timedelta(hours=-3, minutes=-30)), "-03:30"), (UTC, "Z")):
        hours = pd.date_range("2024-01-01", periods=2, freq="h", tz=zone)
        answer = forecast([f"2024-01-01T02:00:00{suffix}"], [1.0])
        body, table = asked(answer, pd.DataFrame({"ds": hours, "y": [1, 2]}))
        assert body["series"]["ds"] == [f"2024-01-01T0{n}:00:00{suffix}" for n in (0, 1)]
        assert "tz" not in body
        assert table["ds"].dtype == hours.dtype
        assert table["ds"][0] == hours[1] + timedelta(hours=1)


def test_the_hour_that_comes_twice_stays_two_hours() -> None:
    hours = pd.date_range("2024-10-26 23:00", periods=4, freq="h", tz="UTC").tz_convert(BERLIN)
    answer = detection(
        [f"2024-10-{d}T{h}:00:00Z" for d, h in ((26, 23), (27, "00"), (27, "01"), (27, "02"))],
        [1.0, 2.0, 3.0, 4.0],
        [False] * 4,
    )
    server = Server(answer)
    table = server.client().detect(pd.DataFrame({"ds": hours, "y": [1, 2, 3, 4]}))
    assert table["ds"].tolist() == hours.tolist()
    assert [str(t)[11:] for t in table["ds"]] == [
        "01:00:00+02:00",
        "02:00:00+02:00",
        "02:00:00+01:00",
        "03:00:00+01:00",
    ]


def test_pandas_resolution_is_kept() -> None:
    for unit in ("s", "ms", "us", "ns"):
        stamps = pd.date_range("2024-01-01", periods=2, freq="h").as_unit(unit)
        _, table = asked(
            forecast(["2024-01-01T02:00:00"], [1.0]), pd.DataFrame({"ds": stamps, "y": [1, 2]})
        )
        assert table["ds"].dtype == f"datetime64[{unit}]"


def test_nanoseconds_are_not_lost() -> None:
    stamps = pd.to_datetime(["2024-01-01T00:00:00.000000001", "2024-01-01T00:00:00.000000002"])
    body, table = asked(
        forecast(["2024-01-01T00:00:00.000000003"], [1.0]),
        pd.DataFrame({"ds": stamps, "y": [1, 2]}),
    )
    assert body["series"]["ds"][1] == "2024-01-01T00:00:00.000000002"
    assert table["ds"][0] == pd.Timestamp("2024-01-01T00:00:00.000000003")


def test_pandas_integer_time_and_ids_keep_their_types() -> None:
    frame = pd.DataFrame({"unique_id": [7, 7], "ds": np.array([1, 2], dtype="int32"), "y": [1, 2]})
    body, table = asked(forecast([3, 4], [3.0, 4.0], ids=["7", "7"]), frame)
    assert body == {"series": {"unique_id": ["7", "7"], "ds": [1, 2], "y": [1, 2]}}
    assert table["unique_id"].tolist() == [7, 7]
    assert table["unique_id"].dtype == "int64"
    assert table["ds"].tolist() == [3, 4]
    assert table["ds"].dtype == "int32"


def test_pandas_categories_and_nullable_types() -> None:
    frame = pd.DataFrame(
        {
            "unique_id": pd.Categorical(["a", "a"]),
            "ds": pd.array(["2024-01-01", "2024-01-02"], dtype="string"),
            "y": pd.array([1, None], dtype="Int64"),
            "open": pd.array([True, None], dtype="boolean"),
            "price": pd.array([1.5, None], dtype="Float64"),
        }
    )
    body, table = asked(forecast(["2024-01-03"], [3.0], ids=["a"]), frame)
    assert body["series"] == {
        "unique_id": ["a", "a"],
        "ds": ["2024-01-01", "2024-01-02"],
        "y": [1.0, None],
        "open": [1, None],
        "price": [1.5, None],
    }
    assert table["unique_id"].dtype == frame["unique_id"].dtype
    assert table["ds"].tolist() == ["2024-01-03"]


def test_pandas_arrow_types() -> None:
    frame = pd.DataFrame(
        {
            "ds": pd.Series(pd.date_range("2024-01-01", periods=2)).astype(
                "timestamp[us][pyarrow]"
            ),
            "y": pd.Series([1.0, None], dtype="double[pyarrow]"),
        }
    )
    body, table = asked(forecast(["2024-01-03"], [3.0]), frame)
    assert body == {"series": {"ds": ["2024-01-01", "2024-01-02"], "y": [1.0, None]}}
    assert table["ds"].tolist() == [pd.Timestamp("2024-01-03")]


def test_pandas_series_with_a_time_index() -> None:
    series = pd.Series([1.0, None], index=pd.date_range("2024-01-01", periods=2, freq="MS"))
    body, table = asked(forecast(["2024-03-01", "2024-04-01"], [3.0, 4.0]), series)
    assert body == {"series": {"ds": ["2024-01-01", "2024-02-01"], "y": [1.0, None]}}
    expected = pd.DataFrame(
        {"ds": pd.to_datetime(["2024-03-01", "2024-04-01"]), "yhat": [3.0, 4.0]}
    )
    assert_frame_equal(table, expected)


def test_pandas_series_with_a_plain_index_counts() -> None:
    body, table = asked(forecast([2, 3], [3.0, 4.0]), pd.Series([1, 2], name="sold"))
    assert body == {"series": {"ds": [0, 1], "y": [1, 2]}}
    assert table["ds"].tolist() == [2, 3]


def test_pandas_periods_come_back_as_periods() -> None:
    months = pd.period_range("2024-01", periods=2, freq="M")
    body, table = asked(forecast(["2024-03-01"], [3.0]), pd.Series([1, 2], index=months))
    assert body["series"]["ds"] == ["2024-01-01", "2024-02-01"]
    assert table["ds"].tolist() == [pd.Period("2024-03", freq="M")]


@pytest.mark.parametrize("name", ["when", None])
def test_pandas_frame_whose_index_is_the_time(name: str | None) -> None:
    index = pd.date_range("2024-01-01", periods=2, name=name)
    frame = pd.DataFrame({"sold": [1, 2]}, index=index)
    body, table = asked(forecast(["2024-01-03"], [3.0]), frame, time_col="when", target_col="sold")
    assert body == {"series": {"ds": ["2024-01-01", "2024-01-02"], "y": [1, 2]}}
    assert list(table.columns) == ["when", "yhat"]


def test_pandas_frame_indexed_by_id_and_time() -> None:
    index = pd.MultiIndex.from_product(
        [["a", "b"], pd.date_range("2024-01-01", periods=1)], names=["unique_id", "ds"]
    )
    body, table = asked(
        forecast(["2024-01-02"] * 2, [1.0, 2.0], ids=["a", "b"]),
        pd.DataFrame({"y": [1, 2]}, index=index),
    )
    assert body["series"] == {"unique_id": ["a", "b"], "ds": ["2024-01-01"] * 2, "y": [1, 2]}
    assert table["unique_id"].tolist() == ["a", "b"]


def test_pandas_types_of_a_detection_where_nothing_is_flagged() -> None:
    server = Server(detection(["2024-01-01"], [5.0], [False]))
    table = server.client().detect(
        pd.DataFrame({"ds": pd.to_datetime(["2024-01-01"]), "sold": [5]}), target_col="sold"
    )
    assert table.dtypes.astype(str).to_dict() == {
        "ds": "datetime64[ns]",
        "sold": "float64",
        "is_anomaly": "bool",
        "score": "float64",
        "severity": "float64",
        "direction": "object",
        "yhat": "float64",
        "yhat_lower": "float64",
        "yhat_upper": "float64",
        "reason": "object",
    }
    assert table["direction"][0] is None
    assert np.isnan(table["yhat_upper"][0])


# --- polars ------------------------------------------------------------------------


def test_polars_frame_with_names_of_its_own() -> None:
    frame = pl.DataFrame(
        {
            "shop": pl.Series([1, 1], dtype=pl.Int16),
            "day": [date(2024, 1, 1), date(2024, 1, 2)],
            "sold": [1.5, None],
            "rain": [float("nan"), 2.0],
        }
    )
    body, table = asked(
        forecast(["2024-01-03", "2024-01-04"], [2.0, None], ids=["1", "1"]),
        frame,
        id_col="shop",
        time_col="day",
        target_col="sold",
    )
    assert body == {
        "series": {
            "unique_id": ["1", "1"],
            "ds": ["2024-01-01", "2024-01-02"],
            "y": [1.5, None],
            "rain": [None, 2.0],
        }
    }
    assert table.schema == {"shop": pl.Int16, "day": pl.Date, "yhat": pl.Float64}
    assert table.rows() == [(1, date(2024, 1, 3), 2.0), (1, date(2024, 1, 4), None)]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_polars_datetimes_keep_unit_and_zone(unit: Any, zone: str | None) -> None:
    dtype = pl.Datetime(unit, zone)
    stamps = pl.Series(
        "ds", [datetime(2024, 7, 1, 10), datetime(2024, 7, 1, 11)], pl.Datetime(unit)
    )
    stamps = stamps if zone is None else stamps.dt.replace_time_zone(zone)
    suffix = "" if zone is None else "Z"
    hour = 8 if zone == "Europe/Berlin" else 10
    body, table = asked(
        forecast([f"2024-07-01T{hour + 2:02d}:00:00{suffix}"], [1.0]),
        pl.DataFrame({"ds": stamps, "y": [1, 2]}),
    )
    assert body["series"]["ds"][0] == f"2024-07-01T{hour:02d}:00:00{suffix}"
    assert body.get("tz") == ("Europe/Berlin" if zone == "Europe/Berlin" else None)
    assert table.schema["ds"] == dtype
    assert table["ds"].dt.replace_time_zone(None).to_list() == [datetime(2024, 7, 1, 12)]


def test_polars_dates_become_datetimes_only_if_the_answer_is_finer() -> None:
    frame = pl.DataFrame({"ds": [date(2024, 1, 1)], "y": [1]})
    _, table = asked(forecast(["2024-01-01T12:00:00"], [1.0]), frame)
    assert table["ds"].to_list() == [datetime(2024, 1, 1, 12)]


def test_polars_integers_texts_categories_and_empty_text_columns() -> None:
    frame = pl.DataFrame(
        {
            "unique_id": pl.Series(["a"], dtype=pl.Categorical),
            "ds": [5],
            "y": pl.Series([Decimal("1.5")]),
        }
    )
    answer = detection([5], [1.5], [False])
    answer["detection"]["unique_id"] = ["a"]
    server = Server(answer)
    table = server.client().detect(frame)
    assert server.body["series"] == {"unique_id": ["a"], "ds": [5], "y": [1.5]}
    assert table.schema["unique_id"] == pl.Categorical
    assert table.schema["ds"] == pl.Int64
    assert table.schema["reason"] == pl.String
    assert table.schema["yhat_upper"] == pl.Float64
    assert table.schema["is_anomaly"] == pl.Boolean
    assert table["ds"].to_list() == [5]


# --- no library -----------------------------------------------------------------------


def test_list_in_lists_out() -> None:
    body, table = asked(forecast([5, 6], [1.0, None]), [112, 118.5, None, float("nan")])
    assert body == {"y": [112, 118.5, None, None]}
    assert table == {"ds": [5, 6], "yhat": [1.0, None]}


def test_array_in_arrays_out() -> None:
    body, table = asked(forecast([2, 3], [1.0, None]), np.array([1.5, np.nan], dtype=np.float32))
    assert body == {"y": [1.5, None]}
    assert list(table) == ["ds", "yhat"]
    assert table["ds"].dtype == np.int64
    np.testing.assert_array_equal(table["yhat"], [1.0, np.nan])


def test_integers_booleans_and_decimals_are_numbers() -> None:
    assert asked(forecast([3], [1.0]), np.array([1, 2], dtype=np.uint8))[0] == {"y": [1, 2]}
    assert asked(forecast([3], [1.0]), [True, False])[0] == {"y": [1, 0]}
    assert asked(forecast([3], [1.0]), (Decimal("1.5"), np.float64(2)))[0] == {"y": [1.5, 2.0]}


def test_dict_of_ids_to_values() -> None:
    answer = forecast([2, 3], [1.0, 2.0], ids=["1", "b"])
    body, table = asked(answer, {1: [1, 2], "b": [3]})
    assert body == {"series": [{"unique_id": "1", "y": [1, 2]}, {"unique_id": "b", "y": [3]}]}
    assert table == {"unique_id": [1, "b"], "ds": [2, 3], "yhat": [1.0, 2.0]}


def test_dict_of_ids_to_arrays_with_a_start() -> None:
    answer = forecast(["2024-01-03"], [1.0], ids=["a"])
    body, table = asked(answer, {"a": np.array([1, 2])}, start="2024-01-01", freq="D")
    assert body == {
        "series": [{"unique_id": "a", "start": "2024-01-01", "y": [1, 2]}],
        "freq": "D",
    }
    assert table["ds"].tolist() == ["2024-01-03"]
    assert table["yhat"].tolist() == [1.0]


def test_dict_of_columns() -> None:
    columns = {"ds": ["2024-01-01", "2024-01-02"], "sold": [1, None]}
    body, table = asked(forecast(["2024-01-03"], [3.0]), columns, target_col="sold")
    assert body == {"series": {"ds": ["2024-01-01", "2024-01-02"], "y": [1, None]}}
    assert table == {"ds": ["2024-01-03"], "yhat": [3.0]}


def test_dict_of_arrays() -> None:
    columns = {
        "unique_id": np.array([4, 4]),
        "ds": np.array(["2024-01", "2024-02"], dtype="datetime64[M]"),
        "y": np.array([1.0, 2.0]),
    }
    body, table = asked(forecast(["2024-03-01"], [3.0], ids=["4"]), columns)
    assert body["series"]["ds"] == ["2024-01-01", "2024-02-01"]
    assert table["unique_id"].tolist() == [4]
    assert table["ds"].dtype == "datetime64[M]"
    assert table["ds"].tolist() == [date(2024, 3, 1)]
    assert table["yhat"].tolist() == [3.0]


def test_python_datetimes_with_a_zone() -> None:
    stamps = [datetime(2024, 10, 27, 0, tzinfo=BERLIN), datetime(2024, 10, 27, 1, tzinfo=BERLIN)]
    body, table = asked(
        forecast(["2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z"], [1.0, 2.0]),
        {"ds": stamps, "y": [1, 2]},
    )
    assert body["series"]["ds"] == ["2024-10-26T22:00:00Z", "2024-10-26T23:00:00Z"]
    assert body["tz"] == "Europe/Berlin"
    assert [t.isoformat() for t in table["ds"]] == [
        "2024-10-27T02:00:00+02:00",
        "2024-10-27T02:00:00+01:00",
    ]


def test_rows_in_rows_out() -> None:
    rows = [
        {"unique_id": "a", "ds": date(2024, 1, 1), "y": 1.0},
        {"unique_id": "a", "ds": date(2024, 1, 2)},
    ]
    body, table = asked(forecast(["2024-01-03"], [3.0], ids=["a"]), rows)
    assert body["series"] == {
        "unique_id": ["a", "a"],
        "ds": ["2024-01-01", "2024-01-02"],
        "y": [1.0, None],
    }
    assert table == [{"unique_id": "a", "ds": date(2024, 1, 3), "yhat": 3.0}]


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (pd.DataFrame({"unique_id": ["a"], "ds": pd.to_datetime(["2024-01-01"]), "y": [1]}), 3),
        (pl.DataFrame({"unique_id": ["a"], "ds": [date(2024, 1, 1)], "y": [1]}), 3),
        ({"unique_id": ["a"], "ds": ["2024-01-01"], "y": [1]}, 3),
        (np.array([1.0]), 2),
        ([1.0], 2),
    ],
)
def test_an_answer_without_rows_has_its_columns(data: Any, columns: int) -> None:
    _, table = asked(forecast([], []), data)
    names = list(getattr(table, "columns", table))
    assert names[-2:] == ["ds", "yhat"]
    assert len(names) == columns
    assert len(table["yhat"]) == 0


# --- what cannot be sent ---------------------------------------------------------------

FRAME = pd.DataFrame({"unique_id": ["a"], "date": ["2024-01-01"], "value": [1.0]})


@pytest.mark.parametrize(
    ("data", "options", "text"),
    [
        (
            FRAME,
            {"time_col": "dat"},
            r"no column 'dat' among .*'date', 'value'\]; hint: time_col='date'",
        ),
        (FRAME, {}, "no column 'ds' among .*; hint: name it with time_col="),
        (FRAME, {"time_col": "date"}, "no column 'y' among .*; hint: name it with target_col="),
        (FRAME, {"time_col": "date", "target_col": "date"}, "must differ"),
        (FRAME.assign(y=1).rename(columns={"date": "ds"}), {"target_col": "value"}, "sent as 'y'"),
        (pl.DataFrame({"y": [1]}), {}, "no column 'ds' among"),
        (pa.table({"y": [1]}), {}, r"pyarrow Table; hint: call \.to_pandas\(\) first"),
        (pl.LazyFrame({"y": [1]}), {}, r"LazyFrame; hint: call \.collect\(\) first"),
        (pl.Series([1, 2]), {}, r"polars Series; hint: send series\.to_list\(\)"),
        (np.zeros((2, 2)), {}, r"array of shape \(2, 2\); hint: a dict of id to 1-D array"),
        ([[1, 2], [3, 4]], {}, "list of list; hint: a dict of id to list"),
        ("data.csv", {}, "cannot read data.csv: No such file"),
        (None, {}, "got NoneType"),
        ([1.0, float("inf")], {}, "'y' holds an infinite value in row 1"),
        ([None, float("-inf")], {}, "'y' holds an infinite value in row 1"),
        ([1, "2"], {}, "'y' must hold numbers, but row 1 holds '2'"),
        ({"ds": ["2024-01-01"], "y": ["1,5"]}, {}, "'y' must hold numbers, but row 0 holds '1,5'"),
        ({"ds": [1, 2], "y": [1]}, {}, r"differ in length: {'ds': 2, 'y': 1}"),
        ({"ds": [1.5], "y": [1]}, {}, r"'ds' holds 1.5 \(float\); allowed are dates"),
        (
            {"ds": [datetime(2024, 1, 1), datetime(2024, 1, 2, tzinfo=UTC)], "y": [1, 2]},
            {},
            "mixed",
        ),
        ({"ds": [datetime(2024, 1, 1), 5], "y": [1, 2]}, {}, "not all of one type"),
        ({"unique_id": [1, "1"], "ds": [1, 1], "y": [1, 2]}, {}, "look alike as text"),
        ({"ds": [1], "y": [1], "x": [object()]}, {}, "'x' holds a object in row 0"),
        (pd.concat([FRAME, FRAME[["value"]]], axis=1), {}, "several columns are named 'value'"),
    ],
)
def test_data_that_cannot_be_sent_are_refused_before_sending(
    data: Any, options: dict[str, str], text: str
) -> None:
    server = Server(forecast([1], [1.0]))
    with pytest.raises(tidecast.DataError, match=text):
        server.client().forecast(data, 1, **options)
    assert server.requests == []


def test_missing_keys_and_times_are_left_to_the_server() -> None:
    frame = pd.DataFrame(
        {"unique_id": ["a", None], "ds": pd.to_datetime(["2024-01-01", None]), "y": [1, 2]}
    )
    body, _ = asked(forecast(["2024-01-02"], [1.0], ids=["a"]), frame)
    assert body["series"]["unique_id"] == ["a", None]
    assert body["series"]["ds"] == ["2024-01-01", None]


def test_a_name_that_the_answer_uses_itself_is_not_given_twice() -> None:
    server = Server(detection([1], [15.0], [True]))
    table = server.client().detect({"ds": [1], "yhat": [15]}, target_col="yhat")
    assert table["y"] == [15.0]
    assert table["yhat"] == [5.0]
    assert len(table) == 10
