import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codecs.base import Content
from app.codecs.frame import Frame
from app.codecs.json.codec import JsonCodec
from app.codecs.json.shapes import SINGLE
from app.failures import InvalidBody, LimitExceeded, MalformedBody, ServiceError
from app.settings import Limits
from models.errors import TidecastError

CODEC = JsonCodec()
LIMITS = Limits()


def decode(body: Any, limits: Limits = LIMITS) -> Content:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return CODEC.decode(raw, (), limits)


def read(content: Content) -> list[tuple[str, list[Any], Any]]:
    """Id, values and stamps of each series, NaN as None."""
    return [(s.unique_id, plain(s.y), as_sent(s.ds)) for s in content.table]


def as_sent(ds: Any) -> list[str | int] | None:
    """Stamps as they stood in the body; they are held in arrays, texts as bytes."""
    if ds is None:
        return None
    assert isinstance(ds, np.ndarray)
    sent: list[str | int] = ds.astype(np.str_ if ds.dtype.kind == "S" else ds.dtype).tolist()
    return sent


def plain(values: Any) -> list[float | None]:
    return [None if np.isnan(v) else float(v) for v in values]


def other_columns(count: int) -> list[dict[str, Any]]:
    return [{"unique_id": str(i), "y": 1, f"a{i}": 1} for i in range(count)]


@pytest.mark.parametrize("key", ["rows", "series", "future"])
def test_a_table_that_is_the_square_of_the_body_is_refused(key: str) -> None:
    rows = other_columns(1500)
    series = [{k: [v] * 2 if k != "unique_id" else v for k, v in one.items()} for one in rows]
    ahead = [{k: v for k, v in one.items() if k != "y"} for one in series]
    bodies = {"rows": {"series": rows}, "series": {"series": series}}
    body = bodies.get(key, {"series": other_columns(3), "future": ahead})
    with pytest.raises(InvalidBody, match="cells, of which"):
        decode(body)
    assert len(decode({"series": series[:50]}).table) == 50


STAMPS = ["2024-01-01", "2024-01-02", "2024-01-03"]
TWO = [("a", [1.0, None, 3.0], STAMPS), ("b", [4.0, 5.0, 6.0], STAMPS)]
SHAPES: dict[str, Any] = {
    "compact": [
        {"unique_id": "a", "ds": STAMPS, "y": [1, None, 3]},
        {"unique_id": "b", "ds": STAMPS, "y": [4, 5, 6]},
    ],
    "columns": {"unique_id": list("aaabbb"), "ds": STAMPS * 2, "y": [1, None, 3, 4, 5, 6]},
    "rows": [
        {"unique_id": i, "ds": d, "y": y}
        for i, d, y in zip("aaabbb", STAMPS * 2, [1, None, 3, 4, 5, 6], strict=True)
    ],
    "mixed rows": [
        {"unique_id": i, "ds": d, "y": y}
        for i, d, y in zip(
            "ababab",
            [d for d in STAMPS for _ in "ab"],
            [1, 4, None, 5, 3, 6],
            strict=True,
        )
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_several_series_means_the_same(shape: str) -> None:
    assert read(decode({"series": SHAPES[shape]})) == TWO


def test_one_series_needs_no_name() -> None:
    assert read(decode({"y": [112, None, 129]})) == [(SINGLE, [112.0, None, 129.0], None)]
    assert read(decode({"series": {"y": [1]}})) == [(SINGLE, [1.0], None)]
    assert read(decode({"series": [{"y": [1]}]})) == [(SINGLE, [1.0], None)]
    assert read(decode({"series": [{"y": 1}, {"y": 2}]})) == [(SINGLE, [1.0, 2.0], None)]


def test_regular_series_keep_their_start_and_freq() -> None:
    [single] = decode({"y": [1], "start": "2024-01-01", "unique_id": "a"}).table
    assert (single.unique_id, single.start, single.freq) == ("a", "2024-01-01", None)
    body = {"series": [{"unique_id": "a", "start": 5, "freq": "D", "y": [1]}]}
    [listed] = decode(body).table
    assert (listed.start, listed.freq) == (5, "D")


def test_further_columns_are_exogenous_variables() -> None:
    compact = decode({"series": [{"unique_id": "a", "y": [1, 2], "price": [3, None]}]})
    columns = decode({"series": {"unique_id": ["a", "a"], "y": [1, 2], "price": [3, None]}})
    rows = decode({"series": [{"unique_id": "a", "y": 1, "price": 3}, {"unique_id": "a", "y": 2}]})
    for content in (compact, columns, rows):
        [series] = content.table
        assert {name: plain(v) for name, v in series.exog.items()} == {"price": [3.0, None]}


@pytest.mark.parametrize(
    "future",
    [
        {"unique_id": ["a", "a"], "ds": [3, 4], "price": [1, 2]},
        [{"unique_id": "a", "ds": [3, 4], "price": [1, 2]}],
        [{"unique_id": "a", "ds": 3, "price": 1}, {"unique_id": "a", "ds": 4, "price": 2}],
    ],
)
def test_the_future_comes_in_the_same_shapes_without_y(future: Any) -> None:
    [rows] = decode({"y": [1], "unique_id": "a", "future": future}).future
    assert (rows.unique_id, as_sent(rows.ds)) == ("a", [3, 4])
    assert {name: plain(v) for name, v in rows.exog.items()} == {"price": [1.0, 2.0]}


@pytest.mark.parametrize(
    "series",
    [
        [{"y": [1, 2, 3], "promo": [True, False, None]}],
        {"y": [1, 2, 3], "promo": [True, False, None]},
        [{"y": 1, "promo": True}, {"y": 2, "promo": False}, {"y": 3}],
    ],
)
def test_a_regressor_may_be_true_or_false(series: Any) -> None:
    [one] = decode({"series": series}).table
    assert plain(one.exog["promo"]) == [1.0, 0.0, None]


def test_whole_numbers_and_strings_name_series() -> None:
    content = decode({"series": [{"unique_id": 7, "y": [1]}, {"unique_id": "8", "y": [2]}]})
    assert [s.unique_id for s in content.table] == ["7", "8"]


def test_whatever_is_not_a_series_is_an_option() -> None:
    body = {"y": [1], "h": 3, "model": {"name": "sma", "params": {"window": 2}}, "freq": "D"}
    assert decode(body).options == {
        "h": 3,
        "model": {"name": "sma", "params": {"window": 2}},
        "freq": "D",
    }


@pytest.mark.parametrize(
    ("body", "pointer", "message"),
    [
        ({"h": 1}, (), "no series"),
        ({"y": [1], "series": []}, ("y",), "both"),
        ({"series": []}, ("series",), "empty"),
        ({"series": 5}, ("series",), "list"),
        ({"series": {"ds": [1]}}, ("series", "y"), "y is required"),
        ({"series": [{"ds": [1]}]}, ("series", 0, "y"), "y is required"),
        ({"y": [1], "future": {"y": [1]}}, ("future", "y"), "no y"),
        ({"y": [1, "x"]}, ("y", 1), "a string"),
        ({"y": [1, True]}, ("y", 1), "a boolean"),
        ({"y": [1, [2]]}, ("y", 1), "a list"),
        ({"y": {"a": 1}}, ("y",), "an object"),
        ({"y": [1], "unique_id": 1.5}, ("unique_id",), "a number"),
        ({"y": [1], "ds": [1.5]}, ("ds", 0), "a number"),
        ({"y": [1], "ds": [None]}, ("ds", 0), "null"),
        ({"series": [{"unique_id": "a", "y": [1]}, {"y": [1]}]}, ("series", 1, "unique_id"), "required"),
        (
            {"series": [{"unique_id": "1", "y": [1]}, {"unique_id": 1, "y": [1]}]},
            ("series", 1, "unique_id"),
            "twice",
        ),
        ({"series": [{"y": [1], "price": ["x"]}]}, ("series", 0, "price", 0), "a string"),
        (
            {"series": [{"unique_id": i, "y": [1, "2" if i == 3 else 2]} for i in range(4)]},
            ("series", 3, "y", 1),
            "a string",
        ),
        ({"series": {"y": [1, 2], "ds": [1]}}, ("series",), "equal lengths"),
        ({"series": [{"y": 1}, {"y": "x"}]}, ("series", 1, "y"), "'x'"),
        ({"series": [{"y": 1}, {"y": [1]}]}, ("series", 1, "y"), "a list"),
        ({"series": [{"y": 1}, {"y": True}]}, ("series", 1, "y"), "a boolean"),
        ({"series": [{"y": 1, "ds": True}]}, ("series", 0, "ds"), "a boolean"),
        ({"series": [{"y": [1], "price": [[1]]}]}, ("series", 0, "price", 0), "true, false or null, got a list"),
        ({"series": [{"y": 1, "unique_id": None}]}, ("series", 0, "unique_id"), "null"),
        ({"series": [1, 2]}, ("series", 0), "an object"),
        ({"y": [1], "start": 1.5}, ("start",), "a number"),
        ({"series": [{"y": [1]}], "ds": [1]}, ("ds",), "into the series"),
        ({"series": {"unique_id": [], "y": []}}, ("series",), "no rows"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(body: Any, pointer: Any, message: str) -> None:
    with pytest.raises(InvalidBody, match=message) as caught:
        decode(body)
    assert caught.value.problems[0].path == pointer
    assert caught.value.hint


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{", "ends too early"),
        (b'{"y": [1, NaN]}', "not JSON"),
        (b'{"y": [-Infinity]}', "not JSON"),
        (b'{"y": [1],}', "trailing comma"),
        (b'{"y": [1]} x', "trailing characters"),
        (b'{"y": [1], "model": "\xff"}', "UTF-8"),
        (b'{"\xff": 1}', "UTF-8"),
        (b'{"y": [1], "y": [2]}', "'y' occurs twice"),
        (b'{"y": [1], "model": {"a": 1, "a": 2}}', "'a' occurs twice"),
        (b'{"series": [{"y": [1], "y": [2]}]}', "'y' occurs twice"),
        (b'{"y": ' + b"[" * 10_000, "nested too deeply"),
        (b'{"model": ' + b'{"a":' * 10_000, "nested too deeply"),
        (b'{"y": [1], "model": "\\ud800"}', "not JSON"),
    ],
)
def test_what_cannot_be_read_is_malformed(body: bytes, message: str) -> None:
    with pytest.raises(MalformedBody, match=message) as caught:
        decode(body)
    assert caught.value.hint


def test_nan_text_gets_the_hint_to_send_null() -> None:
    with pytest.raises(MalformedBody) as caught:
        decode(b'{"y": [1, NaN]}')
    assert "null" in str(caught.value.hint)


def test_numbers_out_of_range_are_refused_and_large_ones_are_read() -> None:
    assert plain(decode(b'{"y": [1e308, 100000000000000000000000]}').table[0].y) == [1e308, 1e23]
    for number in (b"1e400", b"1" * 400, b"-1e999"):
        with pytest.raises(InvalidBody, match="out of range"):
            decode(b'{"y": [' + number + b"]}")
        with pytest.raises(TidecastError):
            decode(b'{"series": [{"y": ' + number + b"}]}")


def test_points_and_series_are_limited() -> None:
    few = Limits(max_points=3, max_series=2)
    decode({"y": [1, 2, 3]}, few)
    with pytest.raises(LimitExceeded, match="max_points is 3, got 4"):
        decode({"y": [1, 2, 3, 4]}, few)
    with pytest.raises(LimitExceeded, match="max_series is 2, got 3"):
        decode({"series": [{"unique_id": i, "y": [1]} for i in range(3)]}, few)


def test_far_too_many_points_are_refused_before_they_are_parsed() -> None:
    body = b'{"y": [' + b"1," * 300_000  # not even JSON
    with pytest.raises(LimitExceeded, match="max_points"):
        decode(body, Limits(max_points=10))


def test_options_in_the_query_are_not_ignored() -> None:
    with pytest.raises(InvalidBody, match="query parameter 'h'"):
        CODEC.decode(b'{"y": [1]}', (("h", "3"),), LIMITS)


def test_missing_numbers_leave_as_null() -> None:
    table = {
        "unique_id": ["a", "a", "a"],
        "yhat": np.array([1.5, np.nan, -np.inf]),
        "is_anomaly": np.array([True, False, False]),
        "strided": np.arange(6)[::2],
    }
    frame = Frame("forecast", table, {"request_id": "r", "warnings": []})
    assert json.loads(CODEC.encode(frame)) == {
        "request_id": "r",
        "forecast": {
            "unique_id": ["a", "a", "a"],
            "yhat": [1.5, None, None],
            "is_anomaly": [True, False, False],
            "strided": [0, 2, 4],
        },
        "warnings": [],
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["y", "ds", "unique_id", "series", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["y", "series", "future", "ds", "h"]), json_values))
def test_any_json_is_read_or_refused_by_name(body: Any) -> None:
    try:
        content = decode(json.dumps(body).encode())
    except ServiceError:
        return
    assert content.table
    assert all(s.y.dtype == np.float64 and s.y.ndim == 1 for s in content.table)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_by_name(body: bytes) -> None:
    with pytest.raises(ServiceError):
        decode(b'{"y": [1], ' + body)
