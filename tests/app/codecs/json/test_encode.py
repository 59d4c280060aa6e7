import json
import pickle

import numpy as np
import pytest

from app.codecs.frame import Coded, Frame, Repeated, SharedStamps, Span, StampRuns, whole
from app.codecs.json.encode import encoded
from models.time.frequency import Frequency
from models.time.grid import Grid

DAYS = Grid(Frequency.parse("D"), np.array(["2024-01-01", "2024-01-02"], dtype="datetime64[ns]"))
NUMBERS = Grid(Frequency.integer(5), np.array([10, 15, 20]))


def written(**columns: object) -> dict[str, list[object]]:
    frame = Frame("table", columns, {"request_id": "r"})  # type: ignore[arg-type]
    table: dict[str, list[object]] = json.loads(encoded(frame))["table"]
    return table


def test_columns_are_expanded_while_they_are_written() -> None:
    table = written(
        unique_id=Repeated(['a "b"', "ü"], np.array([2, 1])),
        ds=StampRuns([Span(NUMBERS, np.array([2, 0])), Span(DAYS)], np.array([1, 0, 1])),
        direction=Coded(("below", None, "above"), np.array([1, 2, 0])),
        reason=[None, "x", None],
    )
    assert table == {
        "unique_id": ['a "b"', 'a "b"', "ü"],
        "ds": ["2024-01-01", "2024-01-02", 20, 10, "2024-01-01", "2024-01-02"],
        "direction": [None, "above", "below"],
        "reason": [None, "x", None],
    }


def test_columns_may_be_empty() -> None:
    none = np.empty(0, dtype=np.int64)
    table = written(
        unique_id=Repeated(["a"], np.array([0])),
        ds=StampRuns([Span(DAYS, none)], np.array([0])),
        direction=Coded(("below",), none),
        y=np.empty(0),
    )
    assert all(column == [] for column in table.values())


def test_stamps_that_series_share_are_held_once() -> None:
    other = Grid(DAYS.freq, DAYS.stamps.copy())
    index = SharedStamps(whole).index(["a", "b", "c"], [DAYS, DAYS, other])
    ds = index["ds"]
    assert isinstance(ds, StampRuns)
    assert len(ds.spans) == 2
    assert ds.runs.tolist() == [0, 0, 1]
    assert written(**index)["unique_id"] == ["a", "a", "b", "b", "c", "c"]


@pytest.mark.parametrize("length", [1, 1000])
def test_what_an_answer_holds_for_its_rows_are_arrays(length: int) -> None:
    """A frame grows with its series, not with its rows."""
    grid = Grid(Frequency.integer(1), np.arange(length))
    index = SharedStamps(whole).index(["a", "b"], [grid, grid])
    objects = pickle.dumps(index, protocol=5, buffer_callback=lambda buffer: None)
    assert len(objects) < 2_000


@pytest.mark.parametrize("tz", [None, "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("alias", ["h", "D", "MS", "250ms"])
@pytest.mark.parametrize("starts", [["2024-03-31"], ["2024-03-01", "2024-10-26T12:00"], []])
def test_stamps_of_many_series_are_those_of_each(
    alias: str, tz: str | None, starts: list[str]
) -> None:
    freq = Frequency.parse(alias)
    grids = [
        Grid(freq, np.array(start, dtype="datetime64[ns]") + np.arange(size) * _step(freq), tz)
        for start in ("2024-10-27", *starts)
        for size in (3, 0, 5)
    ]
    column = SharedStamps(whole).column(grids)
    assert written(ds=column)["ds"] == [text for grid in grids for text in grid.text(grid.stamps)]


def _step(freq: Frequency) -> np.timedelta64:
    return np.timedelta64(freq.length, "ns")
