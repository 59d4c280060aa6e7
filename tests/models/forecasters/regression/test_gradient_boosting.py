"""Boosted trees: those of scikit-learn, on what is known ahead, with regressors that matter and not linearly."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from models.data.series import RawSeries, Series
from models.features.known_ahead import level, past, smoothed
from models.forecasters.regression._trees import Trees
from models.forecasters.regression.gradient_boosting import (
    GradientBoosting,
    GradientBoostingParams,
)
from models.prepare import PreparationOptions, prepare
from tests.models.build import series_of


def with_regressor(y: np.ndarray, name: str, values: np.ndarray) -> Series:
    """A series with a regressor, of which the values beyond the series are its future."""
    size = len(y)
    return replace(series_of(y, 1), exog={name: values[:size]}, future={name: values[size:]})


SMALL = GradientBoostingParams(max_iter=60, min_samples_leaf=5)


def test_trees_kept_as_arrays_are_scikit_learns():
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 3))
    x[::7, 1] = np.nan
    y = np.sin(3 * x[:, 0]) + np.nan_to_num(x[:, 1]) ** 2
    model = HistGradientBoostingRegressor(max_iter=40, early_stopping=False, random_state=1)
    model.fit(x, y)
    np.testing.assert_array_equal(Trees.of(model).predict(x), model.predict(x))
    assert Trees.of(model).importances[2] < 0.1


def test_a_regressor_whose_effect_is_not_linear_is_used():
    random = np.random.default_rng(2)
    heat = 20.0 + 10.0 * np.sin(np.arange(430) / 9.0) + random.normal(0, 2, 430)
    load = 100.0 + (heat - 20.0) ** 2 + random.normal(0, 3, 430)
    series = with_regressor(load[:400], "heat", heat)
    model = GradientBoosting(SMALL).aimed_at(30).fit_one(series)
    error = np.abs(model.predict(30).mean[0] - load[400:]).mean()
    without = GradientBoosting(SMALL).aimed_at(30).fit_one(series_of(load[:400], 1))
    assert error < 0.4 * np.abs(without.predict(30).mean[0] - load[400:]).mean()
    importances = model.info().details["importances"]
    assert next(iter(importances)).startswith("heat")
    assert sum(importances.values()) == pytest.approx(1.0, abs=0.05)


def test_a_season_and_a_level_that_wanders_are_followed():
    steps = np.arange(360)
    y = 10.0 + 0.1 * steps + 5.0 * np.sin(2 * np.pi * steps / 12)
    model = GradientBoosting(SMALL).aimed_at(12).fit_one(series_of(y[:348], 12))
    assert np.abs(model.predict(12).mean[0] - y[348:]).max() < 2.5


def test_other_futures_give_other_forecasts():
    random = np.random.default_rng(3)
    price = random.integers(1, 5, 200).astype(float)
    sold = 50.0 - 5.0 * price + random.normal(size=200)
    series = with_regressor(sold, "price", np.append(price, np.ones(4)))
    model = GradientBoosting(SMALL).fit_one(series)
    cheap, dear = model.predict(4).mean, model.predict(4, {"price": np.full((1, 4), 4.0)}).mean
    assert (cheap > dear + 8.0).all()


def test_the_past_is_no_nearer_than_the_horizon():
    y = np.arange(1.0, 11.0)
    assert list(past(y, 3, 3, (2,))) == ["lag 3", "lag 4", "lag 6"]
    np.testing.assert_array_equal(past(y, 3, 3, ())["lag 3"][-4:], [7, 8, 9, 10])
    np.testing.assert_array_equal(level(y, 3, 3, 2)[-3:], [7.5, 8.5, 9.5])


def test_smoothing_halves_what_was_after_its_half_life():
    x = np.concatenate([np.ones(50), np.zeros(13)])
    np.testing.assert_allclose(smoothed(x, 12)[[49, 61]], [1.0, 0.5])


@pytest.mark.parametrize("season", [1, 12])
def test_what_was_learned_continues_a_series_in_another_unit(season: int):
    t = np.arange(200)
    y = 50.0 + 8.0 * np.sin(2 * np.pi * t / 12) + np.random.default_rng(3).normal(0, 0.5, 200)
    model = GradientBoosting(SMALL).aimed_at(6).fit_one(series_of(y, season))
    applied = model.apply_one(series_of(5.0 * y - 20.0, season))
    own, other = model.predict(6), applied.predict(6)
    np.testing.assert_allclose(other.mean, 5.0 * own.mean - 20.0, rtol=1e-6)
    narrow, wide = own.interval(80.0), other.interval(80.0)
    assert narrow is not None
    assert wide is not None
    np.testing.assert_allclose(
        wide.upper - wide.lower, 5.0 * (narrow.upper - narrow.lower), rtol=1e-6
    )
    again = applied.apply_one(series_of(y, season)).predict(6)
    np.testing.assert_allclose(again.mean, own.mean, rtol=1e-9)


def test_a_series_that_begins_elsewhere_in_the_season_is_continued_in_phase():
    raw = [
        RawSeries("a", 9.0 + (np.arange(130) % 10 == 0), ds=list(range(130))),
        RawSeries("b", 90.0 + 10.0 * (np.arange(7, 67) % 10 == 0), ds=list(range(7, 67))),
    ]
    one, other = prepare(raw, PreparationOptions(season_length=10))
    assert one.series is not None
    assert other.series is not None
    model = GradientBoosting(SMALL).aimed_at(10).fit_one(one.series)
    ahead = model.apply_one(other.series).predict(10).mean[0]
    assert int(np.argmax(ahead)) == 3


def test_a_constant_series_stays_constant():
    y = 5.0 + np.sin(np.arange(120))
    model = GradientBoosting(SMALL).fit_one(series_of(y, 1))
    np.testing.assert_allclose(model.apply_one(series_of(np.full(30, 7.0), 1)).predict(5).mean, 7.0)
