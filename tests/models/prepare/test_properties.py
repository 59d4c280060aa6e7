"""What must hold for any series, found by search."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from models.prepare import PreparationOptions, prepare
from tests.models.prepare.build import prepared, raw, ready, texts

ALIASES = ("D", "B", "W-TUE", "MS", "ME", "QE-DEC", "h", "15min", "30s")
alias = st.sampled_from(ALIASES)
zone = st.sampled_from([None, "Europe/Berlin", "America/St_Johns", "UTC"])
size = st.integers(12, 60)


def stamps(alias: str, size: int, tz: str | None = None) -> list[str]:
    index = pd.date_range("2024-02-20T06:00", periods=size, freq=alias, tz=tz)
    return [stamp.isoformat() for stamp in index]


@given(alias, size, zone, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(alias, size, tz, random) -> None:  # type: ignore[no-untyped-def]
    ds = stamps(alias, size, tz)
    order = list(range(size))
    random.shuffle(order)
    straight = prepared(raw(range(size), ds), tz=tz)
    shuffled = prepared(raw(order, [ds[i] for i in order]), tz=tz)
    assert texts(ready(shuffled)) == texts(ready(straight)) == ds if tz != "UTC" else True
    assert ready(shuffled).y.tolist() == ready(straight).y.tolist() == list(range(size))
    assert shuffled.report.sorted == (order != sorted(order))
    positions = range(size) if shuffled.positions is None else shuffled.positions.tolist()
    assert list(positions) == order


@given(alias, size, zone, st.data())
def test_removed_rows_come_back_as_gaps(alias, size, tz, data) -> None:  # type: ignore[no-untyped-def]
    ds = stamps(alias, size, tz)
    inner = st.integers(1, size - 2)
    removed = data.draw(st.sets(inner, min_size=1, max_size=size // 6))
    kept = [i for i in range(size) if i not in removed]
    result = prepared(raw(kept, [ds[i] for i in kept]), tz=tz, freq=alias)
    series = ready(result)
    assert len(series) == size
    assert (result.report.rows, result.report.used) == (len(kept), size)
    assert result.report.gaps == result.report.missing_filled == len(removed)
    # The values are a straight line, so interpolation restores it.
    np.testing.assert_allclose(series.y, np.arange(size))
    assert series.observed is not None
    assert set(np.flatnonzero(~series.observed).tolist()) == removed


@given(
    st.lists(st.floats(-1e90, 1e90) | st.just(float("nan")), max_size=30),
    st.sampled_from(["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]),
    st.sampled_from([None, 1, 2, 5]),
)
def test_any_values_give_finite_ones_or_a_named_error(y, policy, season) -> None:  # type: ignore[no-untyped-def]
    result = prepared(raw(y), missing=policy, season_length=season)
    if result.error is not None:
        assert result.error.code in {"no_observations", "missing_values"}
        return
    series = ready(result)
    assert np.isfinite(series.y).all()
    assert len(series.grid) == len(series.y) == result.report.used
    seen = ~np.isnan(np.array(y))
    kept = series.y if policy == "drop" else series.y[seen]
    np.testing.assert_array_equal(kept, np.array(y)[seen])


@given(st.lists(st.integers(-(10**6), 10**6) | st.integers(), min_size=1, max_size=20))
def test_any_integers_give_a_grid_or_a_named_error(ds) -> None:  # type: ignore[no-untyped-def]
    result = prepared(raw(range(len(ds)), ds))
    if result.error is not None:
        codes = {"bad_timestamps", "duplicate_timestamps", "frequency_unknown"}
        assert result.error.code in codes
        return
    grid = ready(result).grid
    assert (np.diff(grid.stamps) == grid.freq.step).all()
    assert len(grid) <= max(10 * len(ds), len(ds) + 10_000)


@settings(max_examples=300)
@given(st.lists(st.text(max_size=30) | st.none() | st.integers() | st.floats(), max_size=6))
def test_any_stamps_are_read_or_refused_by_name(ds) -> None:  # type: ignore[no-untyped-def]
    results = prepare([raw(range(len(ds)), ds)], PreparationOptions())
    assert (results[0].error is None) == (results[0].series is not None)


@given(alias, size, zone, st.integers(1, 40))
def test_future_continues_the_grid(alias, size, tz, horizon) -> None:  # type: ignore[no-untyped-def]
    ds = stamps(alias, size + horizon, tz)
    grid = ready(prepared(raw(range(size), ds[:size]), tz=tz, freq=alias)).grid
    written = grid.text(grid.future(horizon))
    assert (
        pd.to_datetime(written, utc=True).tolist() == pd.to_datetime(ds[size:], utc=True).tolist()
    )
