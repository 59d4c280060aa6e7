"""Many series prepared at once are what each of them is by itself."""

import gc
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data.panel import Panel
from models.data.series import DataReport, RawSeries, Series
from models.data.table import Table
from models.errors import BadStamps
from models.prepare import PreparationOptions, Prepared, PreparedPanel, prepare
from models.time.inference import infer
from tests.models.prepare.build import NAN, raw

DAY = np.datetime64("2024-01-01", "ns")
STEPS = ("15min", "h", "D", "2D", "W", "4W", "MS", "ME", "B", "YS", "3min", "23h")


def told(one: Prepared) -> Any:
    series = one.series
    found = None
    if series is not None:
        grid = series.grid
        found = (series.y.tolist(), grid.freq, grid.tz, grid.stamps.tolist(), grid.stamps.dtype)
    problems = None if one.error is None else (type(one.error), one.error.problems)
    return one.unique_id, found, one.report, one.notices, problems


def assert_as_alone(several: list[RawSeries], options: PreparationOptions) -> None:
    together = prepare(several, options)
    assert [told(one) for one in together] == [told(prepare([one], options)[0]) for one in several]


def dates(start: int, size: int, freq: str) -> Any:
    return pd.date_range(DAY + np.timedelta64(start, "D"), periods=size, freq=freq).to_numpy()


series = st.builds(
    lambda start, size, step, hole: (start, size, step, hole),
    st.integers(0, 40),
    st.integers(0, 30),
    st.sampled_from(STEPS),
    st.sampled_from(["none", "none", "none", "none", "nan", "gap", "twice", "back", "huge"]),
)


@given(
    st.lists(series, min_size=1, max_size=5),
    st.sampled_from([None, "UTC", "Europe/Berlin"]),
    st.sampled_from([None, "UTC", "+01:00", "Europe/Berlin"]),
    st.sampled_from(["auto", "auto", "D", "h", "W", "MS", 2]),
    st.sampled_from(["dates", "days", "texts", "integers", "numbers"]),
)
def test_together_is_as_alone(described, own, tz, freq, kind) -> None:  # type: ignore[no-untyped-def]
    several = []
    for i, (start, size, step, hole) in enumerate(described):
        y, ds = np.arange(float(size)), dates(start, size, step)
        if size > 4 and hole in ("nan", "huge"):
            y[3] = NAN if hole == "nan" else 1e200
        if size > 4 and hole == "gap":
            y, ds = np.delete(y, 2), np.delete(ds, 2)
        if size > 4 and hole == "twice":
            ds[2] = ds[1]
        if hole == "back":
            ds = ds[::-1].copy()
        several.append(raw(y, as_kind(ds, kind), unique_id=str(i), tz=own))
    assert_as_alone(several, PreparationOptions(freq=freq, tz=tz))


def as_kind(ds: Any, kind: str) -> Any:
    if kind == "integers":
        return (ds - DAY).astype("timedelta64[m]").astype(np.int64)
    if kind == "numbers":
        return (ds - DAY).astype("timedelta64[m]").astype(np.int64).tolist()
    if kind == "days":
        return ds.astype("datetime64[D]")
    return [str(one) for one in ds.astype("datetime64[s]")] if kind == "texts" else ds


MARKS = ("MS", "ME", "2MS", "QS-FEB", "QE", "YS-APR", "YE", "BMS", "BME", "4MS", "6ME", "24MS")


@given(
    st.sampled_from(MARKS),
    st.lists(st.tuples(st.integers(0, 30), st.integers(9, 16)), min_size=2, max_size=6),
    st.sampled_from(["auto", "MS", "ME", "QS", "D"]),
)
def test_marks_of_months_are_told_as_alone(
    step: str, several: list[tuple[int, int]], freq: str
) -> None:
    stamps = [
        pd.date_range("1999-01-01", periods=start + size, freq=step).to_numpy()[start:]
        for start, size in several
    ]
    ids = np.repeat([f"s{i}" for i in range(len(several))], [len(one) for one in stamps])
    sent = Table.of_rows(ids, np.concatenate(stamps), {"y": np.arange(float(len(ids)))})
    options = PreparationOptions(freq=freq)
    together = prepare(sent, options)
    assert [told(one) for one in together] == [told(prepare([one], options)[0]) for one in sent]


def test_one_pattern_of_months_shows_the_layout_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    months = np.datetime64("1990-01") + np.arange(24) + np.arange(50)[:, None]
    sent = Table.of_rows(
        np.repeat(np.arange(50), 24),
        np.ravel(months).astype("datetime64[ns]"),
        {"y": np.arange(50.0 * 24)},
    )
    looked = []
    monkeypatch.setattr(
        "models.prepare.layout.infer", lambda *stamps: (looked.append(1), infer(*stamps))[1]
    )
    assert {one.grid.freq.alias for one in prepare(sent, PreparationOptions()).panel} == {"MS"}
    assert len(looked) == 1


@pytest.mark.parametrize(
    "several",
    [
        [raw([1, 2], start="2024-01-01", freq=f, unique_id=f) for f in ("D", "W", "auto")],
        [raw([1] * n, start=5, unique_id=str(n)) for n in (2, 3, 3, 0)],
        [raw([1, 2], [1, 2], unique_id="a"), raw([1, 2], ["2024-01-01", "x"], unique_id="b")],
        [raw([1, 2], [1, 2, 3], unique_id="a"), raw([1, 2], [1, 2], unique_id="b")],
        [raw([1, 2], [1, 2], unique_id="a", exog={"x": [1, 2, 3]}), raw([1, 2], unique_id="b")],
        [raw([1, 2], [1, 2], unique_id="a", exog={"x": [1, NAN]}), raw([1, NAN], [1, 2])],
        [raw([1, 2], [2**53 - 1, 2**53], unique_id="a"), raw([1, 2], [1, 2**60])],
        [raw([1, 2], ["2261-12-30", "2261-12-31"], unique_id=n) for n in "ab"],
        [raw([1, 2], ["2024-01-01T00Z", "2024-01-01T01Z"], unique_id=n) for n in "ab"],
        [raw([1, 2], [f"2024-01-01T0{i}:00+01:00" for i in (n, 1)], unique_id=n) for n in "02"],
        [raw([1, 2], ["20240101", "20240102"], unique_id="a"), raw([1, 2], ["1", "2"])],
    ],
)
@pytest.mark.parametrize("tz", [None, "UTC", "Europe/Berlin"])
def test_odd_series_are_told_as_alone(several: list[RawSeries], tz: str | None) -> None:
    assert_as_alone(several, PreparationOptions(tz=tz))


def table(kind: str, series: int, points: int) -> Table:
    """Return complete series of daily stamps, or integers, equal ones or none."""
    start = 0 if kind.startswith("equal") else np.arange(series)[:, None]
    stamps = np.ravel(np.arange(points) + start + np.zeros((series, 1), dtype=np.int64))
    return Table(
        [f"s{i}" for i in range(series)],
        np.arange(series + 1) * points,
        np.arange(float(series * points)),
        DAY + stamps.astype("timedelta64[D]") if kind.endswith("dates") else stamps,
    )


KINDS = ("equal dates", "other dates", "equal integers", "other integers")


@pytest.mark.parametrize("kind", KINDS)
def test_arrays_reach_the_panel_as_they_are(kind: str) -> None:
    sent = table(kind, 3, 20)
    found = prepare(sent, PreparationOptions())
    assert found.panel.values is sent.y
    assert found.panel.offsets is sent.offsets
    assert found.notices == found.failures == []
    assert found[2].report == DataReport(rows=20, used=20)
    assert [one.unique_id for one in found] == ["s0", "s1", "s2"]
    assert_as_alone([*sent], PreparationOptions())


def calls(work: Callable[[], object]) -> int:
    """Return how many functions of Python are called."""
    count = 0

    def count_call(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    gc.disable()  # what libraries do when it collects would count too
    sys.setprofile(count_call)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_done_row_by_row(kind: str) -> None:
    few, many = table(kind, 40, 50), table(kind, 40, 5000)
    options = PreparationOptions()
    for one in (few, many):
        prepare(one, options)  # what is kept between requests is there from now on
    assert calls(lambda: prepare(few, options)) == calls(lambda: prepare(many, options))


@pytest.mark.parametrize("kind", KINDS)
def test_no_series_is_made_on_the_way(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    for one in (Series, RawSeries, DataReport):
        monkeypatch.setattr(one, "__init__", counted(one.__init__, made))
    assert len(prepare(table(kind, 40, 50), PreparationOptions()).panel) == 40
    assert len(made) <= 2  # a single series shows the layout of all that share their timestamps


def counted(init: Callable[..., None], made: list[object]) -> Callable[..., None]:
    def counting(self: object, *rest: Any, **more: Any) -> None:
        made.append(self)
        init(self, *rest, **more)

    return counting


def test_series_may_be_taken_out_with_an_error() -> None:
    several = [raw([1, 2, 3], unique_id="a"), raw([], unique_id="b"), raw([4, 5], unique_id="c")]
    found = prepare(several, PreparationOptions())
    assert (found.rows.tolist(), [*found.told]) == ([0, 2], [1])
    error = BadStamps("beyond", "use fewer", unique_id="a")
    less = found.without({0: error})
    assert isinstance(less, PreparedPanel)
    assert isinstance(less.panel, Panel)
    assert [one.unique_id for one in less.panel] == ["c"]
    assert [*less.told] == [0, 1]
    assert less.failures[0] is error
    assert less[0].series is None
    assert less[0].report.rows == 3
    assert [one.y.tolist() for one in less.panel] == [[4, 5]]
    assert found.without({}) is found
