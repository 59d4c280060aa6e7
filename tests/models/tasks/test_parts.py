"""What forecasts are made of: parts that sum to the forecast, whatever stands around the model."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import registry
from models.data.series import RawSeries, Series
from models.features.holiday_calendar import HolidayCalendar
from models.forecasters.base import Forecaster
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.task import TaskOptions
from models.transforms.bounds import Bounds
from models.types import FloatArray

H, SEASON = 12, 12
TELLING = [
    name
    for name, kind in registry.registered("forecaster").items()
    if issubclass(kind, Forecaster) and kind.can_tell_parts()
]


def series(size: int = 96) -> Series:
    t = np.arange(size + H)
    price = np.random.default_rng(0).normal(size=size + H)
    y = 200.0 + t + 30.0 * np.sin(2 * np.pi * t / SEASON) + 8.0 * price
    y += np.random.default_rng(1).normal(size=len(t))
    raw = RawSeries("a", y[:size], start="2015-01-01", freq="MS", exog={"price": price[:size]})
    options = PreparationOptions(season_length=SEASON)
    (made,) = prepare([raw], options)
    assert made.series is not None
    return replace(made.series, future={"price": price[size:]})


def parts(name: str, one: Series, **around: Any) -> tuple[Mapping[str, FloatArray], FloatArray]:
    task = ForecastTask(ModelSpec(name, {}), H, (80.0,), parts=True, **around)
    (outcome,) = forecast_many(task, [one])
    assert outcome.result is not None, outcome.error
    assert outcome.result.parts is not None
    return outcome.result.parts, outcome.result.mean


def test_enough_models_tell_parts() -> None:
    assert len(TELLING) >= 15


@pytest.mark.parametrize("name", TELLING)
def test_parts_sum_to_the_forecast(name: str) -> None:
    told, mean = parts(name, series())
    assert np.allclose(sum(told.values()), mean)
    assert all(values.shape == (H,) for values in told.values())


@pytest.mark.parametrize("name", ["ets", "holt_winters", "theta", "optimized_theta", "stl"])
def test_a_season_is_told_from_the_trend(name: str) -> None:
    told, _ = parts(name, series())
    wave = 30.0 * np.sin(2 * np.pi * np.arange(96, 96 + H) / SEASON)
    assert np.corrcoef(told["seasonal"], wave)[0, 1] > 0.95
    assert np.ptp(told["trend"]) < 30.0


@pytest.mark.parametrize(
    ("name", "least"),
    [("arima", 0.99), ("prophet", 0.99), ("spline_regression", 0.9), ("auto", 0.9)],
)
def test_a_regressor_is_told_from_the_rest(name: str, least: float) -> None:
    one = series()
    told, _ = parts(name, one)
    assert np.corrcoef(told["regressor_price"], one.future["price"])[0, 1] > least


@pytest.mark.parametrize(
    ("around", "off"),
    [
        ({"options": TaskOptions(transform=["log"])}, 0.01),  # the mean is corrected for bias
        ({"options": TaskOptions(transform=["standard"])}, 1e-9),
        ({"options": TaskOptions(bounds=Bounds(lower=0.0, upper=300.0))}, 1e-9),
    ],
    ids=["log", "standard", "bounds"],
)
def test_they_sum_to_it_behind_what_stands_around_the_model(
    around: dict[str, Any], off: float
) -> None:
    told, mean = parts("ets", series(), **around)
    most = around["options"].bounds.upper if around["options"].bounds else np.inf
    np.testing.assert_allclose(np.minimum(sum(told.values()), most), mean, rtol=off)
    assert np.ptp(told["seasonal"]) > 30.0


def test_holidays_are_a_part_of_their_own() -> None:
    days = 3 * 365
    y = 50.0 + np.random.default_rng(0).normal(size=days)
    raw = RawSeries("a", y, start="2021-01-10", freq="D")
    (made,) = prepare([raw], PreparationOptions(season_length=7))
    task = ForecastTask(
        ModelSpec("prophet", {}),
        H,
        parts=True,
        options=TaskOptions(holidays=HolidayCalendar(country="DE")),
    )
    assert made.series is not None
    (outcome,) = forecast_many(task, [made.series])
    assert outcome.result is not None
    assert outcome.result.parts is not None
    assert {"trend", "holidays", "seasonal_7"} <= outcome.result.parts.keys()


def test_none_are_made_unless_asked_for() -> None:
    (outcome,) = forecast_many(ForecastTask(ModelSpec("ets", {}), H), [series()])
    assert outcome.result is not None
    assert outcome.result.parts is None
