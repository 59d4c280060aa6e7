import pytest

from models.errors import BadStamps, BadValues, DuplicateStamps
from tests.models.prepare.build import NAN, codes, prepared, raw, ready

DAYS = ["2024-01-01", "2024-01-02", "2024-01-03"]
HISTORY = raw([1, 2, 3], DAYS, exog={"x": [1, 2, 3], "z": [0, 0, 0]})


def test_future_rows_are_put_in_order() -> None:
    future = raw([], ["2024-01-05", "2024-01-04"], exog={"x": [5, 4]})
    series = ready(prepared(HISTORY, future))
    assert series.future["x"].tolist() == [4, 5]
    assert set(series.future) == {"x"}


def test_future_without_stamps_follows_the_end() -> None:
    assert ready(prepared(HISTORY, raw([], exog={"x": [4, 5]}))).future["x"].tolist() == [4, 5]


def test_a_future_may_have_no_rows() -> None:
    assert dict(ready(prepared(HISTORY, raw([], []))).future) == {}
    assert ready(prepared(HISTORY, raw([], [], exog={"x": []}))).future["x"].tolist() == []
    error = prepared(HISTORY, raw([], [], exog={"x": [4]})).error
    assert isinstance(error, BadValues)


def test_rows_within_the_history_are_left_out_and_told() -> None:
    future = raw([], ["2024-01-03", "2024-01-04"], exog={"x": [99, 4]})
    result = prepared(HISTORY, future)
    assert ready(result).future["x"].tolist() == [4]
    assert codes(result) == ["future_rows_ignored"]


def test_lacking_rows_are_named() -> None:
    future = raw([], ["2024-01-04", "2024-01-06"], exog={"x": [4, 6]})
    error = prepared(HISTORY, future).error
    assert isinstance(error, BadStamps)
    assert error.problems[0].ds == "2024-01-05"
    assert error.problems[0].unique_id == "a"


@pytest.mark.parametrize(
    ("future", "error"),
    [
        (raw([], ["2024-01-04", "2024-01-04"], exog={"x": [4, 4]}), DuplicateStamps),
        (raw([], ["2024-01-04"], exog={"x": [NAN]}), BadValues),
        (raw([], ["2024-01-04"], exog={"x": [float("inf")]}), BadValues),
        (raw([], ["2024-01-04"], exog={"new": [1]}), BadValues),
        (raw([], ["2024-01-04"], exog={"x": [1, 2]}), BadValues),
        (raw([], [4], exog={"x": [1]}), BadStamps),
        (raw([], ["soon"], exog={"x": [1]}), BadStamps),
    ],
)
def test_unusable_future_is_an_error_of_the_series(future: object, error: type) -> None:
    assert isinstance(prepared(HISTORY, future).error, error)  # type: ignore[arg-type]


def test_future_is_read_in_the_zone_of_the_series() -> None:
    ds = ["2024-03-30T00:00+01:00", "2024-03-31T00:00+01:00"]
    history = raw([1, 2], ds, exog={"x": [1, 2]})
    future = raw([], ["2024-04-01T00:00+02:00"], exog={"x": [3]})
    assert ready(prepared(history, future, tz="Europe/Berlin")).future["x"].tolist() == [3]


def test_history_cut_short_knows_what_followed() -> None:
    series = ready(prepared(HISTORY, raw([], exog={"x": [4, 5], "z": [1, 1]})))
    assert series.head(2).future["x"].tolist() == [3, 4, 5]


def test_future_with_a_start_is_put_where_it_begins() -> None:
    future = raw([], start="2024-01-03", exog={"x": [3, 4, 5]})
    assert ready(prepared(HISTORY, future)).future["x"].tolist() == [4, 5]
    error = prepared(HISTORY, raw([], start="2024-01-06", exog={"x": [6]})).error
    assert isinstance(error, BadStamps)
    assert error.problems[0].ds == "2024-01-04"
