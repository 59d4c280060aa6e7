"""What must hold of seasons and clocks for any zone, found by search."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.data.results import Detection, Forecast
from models.data.series import Series
from models.evaluation.backtest import BacktestTask, RollingOrigins
from models.registry import ModelSpec
from models.tasks.decompose import DecomposeTask, decompose_many
from models.tasks.detect import DetectTask, detect_many
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.task import TaskOptions
from models.transforms.wall_clock import wall_clock
from tests.models.evaluation.backtests import backtest_many
from tests.models.prepare.build import prepared, raw, ready

NEVER = ("UTC", "Asia/Kolkata", "Asia/Tokyo", "+05:45")
CHANGES = {
    "Europe/Berlin": ("2024-03-31", "2024-10-27"),
    "America/New_York": ("2024-03-10", "2024-11-03"),
    "America/St_Johns": ("2024-03-10", "2024-11-03"),
    "America/Santiago": ("2024-09-08", "2024-04-07"),  # at midnight
    "Australia/Sydney": ("2024-10-06", "2024-04-07"),
    "Australia/Lord_Howe": ("2024-10-06", "2024-04-07"),  # by half an hour
}
PER_DAY = {"h": 24, "30min": 48, "15min": 96}
change = st.sampled_from([(tz, day) for tz, days in CHANGES.items() for day in days])


def shown(index: pd.DatetimeIndex) -> Any:
    """The hour that the clock shows."""
    return np.asarray(index.hour + index.minute / 60)


def series(index: pd.DatetimeIndex, y: Any, tz: str | None, season: int) -> Series:
    rows = raw(y, [stamp.isoformat() for stamp in index])
    return ready(prepared(rows, tz=tz, season_length=season))


def around(tz: str, day: str, alias: str, hours: int, size: int) -> pd.DatetimeIndex:
    """Stamps from so many hours before the day of a change on."""
    first = pd.Timestamp(day).tz_localize(tz, nonexistent="shift_forward")
    return pd.date_range(first - pd.Timedelta(hours=hours), periods=size, freq=alias)


def forecast(one: Series, model: str, horizon: int, **more: Any) -> Forecast:
    task = ForecastTask(ModelSpec(model), horizon, (80.0,), add_history=True, **more)
    [outcome] = forecast_many(task, [one])
    assert outcome.result is not None, outcome.error
    return outcome.result


def detection(one: Series, detector: str = "auto", **more: Any) -> Detection:
    [outcome] = detect_many(DetectTask(ModelSpec(detector), **more), [one])
    assert outcome.result is not None, outcome.error
    return outcome.result


@settings(max_examples=30)
@given(
    st.sampled_from(NEVER),
    st.sampled_from(list(PER_DAY)),
    st.datetimes(pd.Timestamp("2015-01-01"), pd.Timestamp("2030-01-01")),
    st.sampled_from(["seasonal_naive", "theta", "ets"]),
    st.integers(0, 2**32 - 1),
)
def test_a_clock_that_never_changes_changes_nothing(tz, alias, start, model, seed) -> None:  # type: ignore[no-untyped-def]
    per_day = PER_DAY[alias]
    index = pd.date_range(pd.Timestamp(start).floor(alias), periods=4 * per_day, freq=alias)
    rng = np.random.default_rng(seed)
    rows = raw(
        shown(index) + rng.normal(size=len(index)), index.strftime("%Y-%m-%dT%H:%M").tolist()
    )
    zoned, plain = (ready(prepared(rows, tz=zone, season_length=per_day)) for zone in (tz, None))
    assert zoned.grid.tz == tz
    assert wall_clock(zoned, None, per_day) is None
    ahead, also = (forecast(one, model, per_day) for one in (zoned, plain))
    for name in ("mean", "fitted"):
        np.testing.assert_array_equal(getattr(ahead, name), getattr(also, name))
    np.testing.assert_array_equal(ahead.bands[80.0].upper, also.bands[80.0].upper)
    judged, alike = (detection(one, causal=True) for one in (zoned, plain))
    np.testing.assert_array_equal(judged.score, alike.score)


@settings(max_examples=60)
@given(
    change,
    st.sampled_from(["30min", "15min"]),
    st.integers(-30, 80),
    st.integers(1, 200),
    st.data(),
)
def test_a_season_is_forecast_from_anywhere_to_anywhere(where, alias, hours, horizon, data) -> None:  # type: ignore[no-untyped-def]
    per_day = PER_DAY[alias]
    size = 3 * per_day + data.draw(st.integers(0, per_day))
    index = around(*where, alias, hours, size + horizon)
    y = shown(index)
    found = forecast(series(index[:size], y[:size], where[0], per_day), "seasonal_naive", horizon)
    assert found.fitted is not None
    assert found.fitted.shape == (size,)
    assert found.bands[80.0].lower.shape == (horizon,)
    np.testing.assert_allclose(found.mean, y[size:])


@settings(max_examples=40)
@given(change, st.sampled_from(list(PER_DAY)), st.integers(0, 100), st.integers(0, 2**32 - 1))
def test_every_row_has_one_verdict_and_one_of_each_part(where, alias, hours, seed) -> None:  # type: ignore[no-untyped-def]
    per_day = PER_DAY[alias]
    index = around(*where, alias, hours, 5 * per_day)
    y = 50 + shown(index) + np.random.default_rng(seed).normal(size=len(index))
    one = series(index, y, where[0], per_day)
    for more in ({"causal": True}, {}):
        judged = detection(one, **more)
        assert len(judged.score) == len(judged.reason) == len(index)
        assert np.isfinite(judged.score[2 * per_day + 4 :]).all()
    for transform in (None, "log"):
        [outcome] = decompose_many(DecomposeTask(options=TaskOptions(transform=transform)), [one])
        assert outcome.result is not None
        np.testing.assert_allclose(outcome.result.together(), y)


@pytest.mark.parametrize("day", CHANGES["Europe/Berlin"])
@pytest.mark.parametrize(("alias", "detector"), [("h", "auto"), ("30min", "prediction_interval")])
def test_a_causal_verdict_stays_whatever_comes_after(day: str, alias: str, detector: str) -> None:
    per_day = PER_DAY[alias]
    index = around("Europe/Berlin", day, alias, 24 * 4, 5 * per_day)
    y = shown(index) + np.random.default_rng(0).normal(size=len(index))
    whole = series(index, y, "Europe/Berlin", per_day)
    score = detection(whole, detector, causal=True).score
    for size in [*range(4 * per_day, 4 * per_day + per_day // 4), 5 * per_day - 1]:
        part = detection(whole.head(size), detector, causal=True)
        np.testing.assert_array_equal(part.score, score[:size])


@pytest.mark.parametrize("day", CHANGES["Europe/Berlin"])
@pytest.mark.parametrize("model", ["ets", "theta", "ces", "sarima"])
def test_a_state_moves_on_over_a_change_of_clocks(day: str, model: str) -> None:
    index = around("Europe/Berlin", day, "h", 24 * 5, 24 * 6)
    y = shown(index) + 0.01 * np.random.default_rng(0).normal(size=len(index))
    one = series(index, y, "Europe/Berlin", 24)
    windows = RollingOrigins(3, 26)
    task = BacktestTask(ForecastTask(ModelSpec(model), 3, (80.0,)), windows, refit=False)
    [outcome] = backtest_many(task, [one])
    assert outcome.result is not None, outcome.error
    assert outcome.notices == ()
    np.testing.assert_allclose(outcome.result.mean, y[windows.spans(len(y))], atol=0.5)
    assert outcome.result.bands[80.0].lower.shape == (26, 3)
