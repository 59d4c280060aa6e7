"""Prophet: the wrapper gives what the original gives."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.data.series import RawSeries, Series
from models.errors import InvalidParameter, InvalidRequest, MissingValues
from models.forecasters.regression.prophet import Prophet, ProphetParams
from models.params import validate
from models.prepare import PreparationOptions, prepare
from tests.datasets import load


def series_of(name: str, size: int, **more: Any) -> Series:
    ds, y = load(name)
    (prepared,) = prepare([RawSeries("a", y[:size], ds[:size], **more)], PreparationOptions())
    assert prepared.series is not None
    return prepared.series


def original(series: Series, horizon: int, **settings: Any) -> pd.DataFrame:
    from prophet import Prophet as Original

    frame = pd.DataFrame({"ds": series.grid.stamps, "y": series.y})
    extra = {name: settings.pop(name) for name in ("cap", "floor") if name in settings}
    model = Original(yearly_seasonality=6, **settings)  # a year of months has no more harmonics
    model.fit(frame.assign(**extra))
    return model.predict(pd.DataFrame({"ds": series.grid.future(horizon)}).assign(**extra))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"seasonality_mode": "multiplicative", "changepoint_prior_scale": 0.5},
        {"growth": "flat", "seasonality_prior_scale": 0.1},
        {"growth": "logistic", "cap": 900.0, "floor": 50.0, "n_changepoints": 5},
    ],
)
def test_it_equals_the_original(settings: dict[str, Any]) -> None:
    series = series_of("airpassengers", 132)
    model = Prophet(ProphetParams(**settings)).fit_one(series)
    np.testing.assert_allclose(
        model.predict(12).mean[0], original(series, 12, **settings)["yhat"], rtol=1e-6
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"seasonality_mode": "multiplicative", "changepoint_prior_scale": 0.5},
        {"growth": "flat"},
        {"growth": "logistic", "cap": 900.0, "floor": 50.0},
    ],
)
def test_its_intervals_are_those_of_the_original_up_to_the_draw(settings: dict[str, Any]) -> None:
    series = series_of("airpassengers", 132)
    band = Prophet(ProphetParams(**settings)).fit_one(series).predict(48).interval(80.0)
    drawn = original(series, 48, interval_width=0.8, **settings)
    assert band is not None
    width = np.maximum.accumulate(
        drawn["yhat_upper"] - drawn["yhat_lower"]
    )  # none is narrower than one before
    np.testing.assert_allclose((band.upper - band.lower)[0], width, rtol=0.2)


@pytest.mark.parametrize("growth", ["linear", "logistic"])
def test_its_intervals_begin_the_same_however_far_they_go(growth: str) -> None:
    params = ProphetParams(growth=growth, cap=900.0)
    model = Prophet(params).fit_one(series_of("airpassengers", 132))
    near, far = (model.predict(horizon).interval(95.0) for horizon in (3, 40))
    assert near is not None
    assert far is not None
    np.testing.assert_allclose(near.lower, far.lower[:, :3])
    np.testing.assert_allclose(near.upper, far.upper[:, :3])


def test_the_same_seed_draws_the_same_intervals() -> None:
    series = series_of("airpassengers", 60)
    first, again, other = (
        Prophet(random_state=seed).fit_one(series).predict(6).interval(80.0) for seed in (1, 1, 2)
    )
    assert first is not None
    assert again is not None
    assert other is not None
    np.testing.assert_array_equal(first.lower, again.lower)
    assert not np.array_equal(first.lower, other.lower)


def test_the_global_random_numbers_are_left_alone() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[union-attr]
    Prophet().fit_one(series_of("airpassengers", 40)).predict(3).interval(80.0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["promotion", "t", "trend", "cap", "weekly"])
def test_a_regressor_with_a_known_future_is_used(name: str) -> None:
    ds, y = load("airpassengers")
    rng = np.random.default_rng(0)
    promotion = (rng.uniform(size=144) < 0.3).astype(float)
    raw = RawSeries("a", y[:132] + 200 * promotion[:132], ds[:132], exog={name: promotion[:132]})
    future = RawSeries("a", np.full(12, np.nan), ds[132:], exog={name: promotion[132:]})
    (prepared,) = prepare([raw], PreparationOptions(), [future])
    assert prepared.series is not None
    forecast = Prophet().fit_one(prepared.series).predict(12).mean[0]
    plain = Prophet().fit_one(series_of("airpassengers", 132)).predict(12).mean[0]
    lift = forecast - plain
    assert lift[promotion[132:] == 1].min() > 100
    assert lift[promotion[132:] == 0].max() < 100


def test_a_future_that_ends_too_early_is_told() -> None:
    raw = RawSeries("a", np.arange(30.0) % 4, exog={"x": np.arange(30.0) % 3})
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    known = replace(prepared.series, future={"x": np.ones(4)})
    model = Prophet().fit_one(known)
    with pytest.raises(MissingValues, match="known for 4 steps ahead, 5 are needed"):
        model.predict(5)


def test_integer_time_takes_the_season_that_is_there() -> None:
    _, y = load("airpassengers")
    (prepared,) = prepare([RawSeries("a", y[:132])], PreparationOptions())
    assert prepared.series is not None
    model = Prophet(ProphetParams(seasonality_mode="multiplicative")).fit_one(prepared.series)
    assert model.info().season_length == (12,)
    error = np.abs(model.predict(12).mean[0] - y[132:])
    assert np.mean(200 * error / (y[132:] + model.predict(12).mean[0])) < 6


def test_logistic_growth_needs_a_cap() -> None:
    with pytest.raises(InvalidParameter, match="needs a cap above the floor, got cap none"):
        validate(ProphetParams, {"growth": "logistic"})


@pytest.mark.parametrize("mode", ["additive", "multiplicative"])
def test_another_series_follows_the_curve_that_was_learned(mode: str) -> None:
    whole = series_of("airpassengers", 144)
    model = Prophet(ProphetParams(seasonality_mode=mode)).fit_one(whole.head(132))
    applied = model.apply_one(whole.head(132).tail(60).with_values(3.0 * whole.y[72:132]))
    made, own = applied.predict(12), model.predict(12)
    error = np.abs(made.mean[0] / 3.0 - whole.y[132:]).mean()
    assert error < 1.5 * np.abs(own.mean[0] - whole.y[132:]).mean() + 5.0
    wide, narrow = made.interval(80.0), own.interval(80.0)
    assert wide is not None
    assert narrow is not None
    assert np.mean(wide.upper - wide.lower) > 2.0 * np.mean(narrow.upper - narrow.lower)
    fitted = applied.fitted()
    assert fitted is not None
    assert fitted[0].shape == (60,)
    np.testing.assert_allclose(fitted[0].mean(), 3.0 * whole.y[72:132].mean(), rtol=1e-9)
    again = applied.apply_one(whole.head(132)).predict(12)
    np.testing.assert_allclose(again.mean, own.mean, rtol=0.02)


def test_a_series_with_other_steps_is_not_continued() -> None:
    model = Prophet().fit_one(series_of("airpassengers", 60))
    daily = RawSeries("b", np.arange(30.0), start="2024-01-01", freq="D")
    (prepared,) = prepare([daily], PreparationOptions())
    assert prepared.series is not None
    with pytest.raises(
        InvalidRequest, match="fitted to steps of MS, another series has steps of D"
    ):
        model.apply_one(prepared.series)


@pytest.mark.parametrize(("freq", "cycle"), [("MS", 12), ("D", 7), ("h", 24)])
def test_two_cycles_of_the_calendar_are_a_season(freq: str, cycle: int) -> None:
    y = 50 + 20 * np.sin(np.arange(3 * cycle) * 2 * np.pi / cycle)
    y += np.random.default_rng(0).normal(size=3 * cycle)
    raw = RawSeries("a", y[: 2 * cycle], start="2021-01-01", freq=freq)
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    ahead = Prophet().fit_one(prepared.series).predict(cycle).mean[0]
    assert np.corrcoef(ahead, y[2 * cycle :])[0, 1] > 0.9


@pytest.mark.parametrize(("freq", "cycles"), [("QS", 2), ("QS", 5), ("MS", 2), ("MS", 4)])
def test_a_year_of_few_steps_goes_on_as_it_was(freq: str, cycles: int) -> None:
    year = 100.0 + np.random.default_rng(1).normal(0, 30, {"QS": 4, "MS": 12}[freq])
    raw = RawSeries("a", np.tile(year, cycles), start="2020-01-01", freq=freq)
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    forecast = Prophet().fit_one(prepared.series).predict(len(year)).mean[0]
    assert np.abs(forecast - year).mean() < 10.0
