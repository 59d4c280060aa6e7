"""Prophet: the wrapper gives what the original gives."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.data.series import RawSeries, Series
from models.errors import InvalidParameter
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
    model = Original(**settings)
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


def test_its_intervals_are_those_of_the_original_up_to_the_draw() -> None:
    series = series_of("airpassengers", 132)
    band = Prophet().fit_one(series).predict(12).interval(80.0)
    drawn = original(series, 12, interval_width=0.8)
    assert band is not None
    width = drawn["yhat_upper"] - drawn["yhat_lower"]
    np.testing.assert_allclose((band.upper - band.lower)[0], width, rtol=0.2)


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


def test_integer_time_takes_the_season_that_is_there() -> None:
    _, y = load("airpassengers")
    (prepared,) = prepare([RawSeries("a", y[:132])], PreparationOptions())
    assert prepared.series is not None
    model = Prophet(ProphetParams(seasonality_mode="multiplicative")).fit_one(prepared.series)
    assert model.info().season_length == (12,)
    error = np.abs(model.predict(12).mean[0] - y[132:])
    assert np.mean(200 * error / (y[132:] + model.predict(12).mean[0])) < 6


def test_logistic_growth_needs_a_cap() -> None:
    with pytest.raises(InvalidParameter, match="needs a cap above the floor, got cap None"):
        validate(ProphetParams, {"growth": "logistic"})
