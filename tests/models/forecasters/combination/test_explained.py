"""Regressors in the combination: used where they err less, told either way."""

from dataclasses import replace

import numpy as np
import pytest

from models.data.prediction import Normal, Prediction
from models.data.series import RawSeries, Series
from models.forecasters.combination._explained import ModelWeights
from models.forecasters.combination.auto import Auto
from models.forecasters.regression.spline_regression import SplineRegression
from models.prepare import PreparationOptions, prepare
from models.stats.distributions import normal_quantile
from models.types import FloatArray
from tests.models.build import series_of


def with_regressor(y: np.ndarray, values: np.ndarray) -> Series:
    size = len(y)
    return replace(series_of(y, 1), exog={"heat": values[:size]}, future={"heat": values[size:]})


def around_zero(deviation: float) -> Prediction:
    """Return a forecast of three zeros with a normal spread."""
    return Prediction(np.zeros((1, 3)), {"parametric": lambda: Normal(np.full((1, 3), deviation))})


class Telling(SplineRegression):
    """Forecasts zeros with a spread of one."""

    def predict(self, horizon, future=None):
        return around_zero(1.0)


def teller(missed: FloatArray) -> Telling:
    """Return a model that has missed so much."""
    model = Telling()
    model.error_std_, model.held_out_errors_ = 1.0, missed
    return model


def test_a_regressor_that_explains_is_used_and_what_it_adds_is_told():
    random = np.random.default_rng(0)
    heat = 20.0 + random.normal(0, 8, 260)
    load = 100.0 + (heat - 20.0) ** 2 + random.normal(0, 3, 260)
    model = Auto().fit_one(with_regressor(load[:240], heat))
    made = model.predict(20)
    error = np.abs(made.mean[0] - load[240:]).mean()
    alone = Auto().fit_one(series_of(load[:240], 1)).predict(20)
    assert error < 0.6 * np.abs(alone.mean[0] - load[240:]).mean()
    told = model.info().details["regressors"]
    assert told["weight"] > 0.5
    trees, splines = told["models"]
    assert next(iter(trees["importances"])).startswith("heat")
    assert next(iter(splines["contributions"])) == "heat"
    assert trees["weight"] + splines["weight"] == pytest.approx(told["weight"], abs=1e-3)
    assert [notice.code for notice in model.notices()] == []
    inner, outer = made.interval(80.0), made.interval(95.0)
    assert inner is not None
    assert outer is not None
    assert (outer.lower < inner.lower).all()
    dear = model.predict(20, {"heat": np.full((1, 20), 50.0)}).mean
    assert dear.mean() > made.mean.mean() + 100.0


def test_the_first_steps_are_the_same_however_many_are_asked_for():
    random = np.random.default_rng(0)
    heat = 20.0 + random.normal(0, 8, 132)
    load = 100.0 + np.cumsum(random.normal(0, 3, 120)) + (heat[:120] - 20.0) ** 2
    near, far = (Auto().fit_one(with_regressor(load, heat[: 120 + ahead])) for ahead in (2, 12))
    mean = far.predict(12).mean[0, :2]
    assert near.predict(2).mean[0] == pytest.approx(mean, rel=1e-9)
    assert "regressors" in far.info().details


@pytest.mark.no_cover
def test_a_walk_beside_a_walk_counts_little():
    weights = []
    for seed in range(6):
        random = np.random.default_rng(seed)
        walk, other = np.cumsum(random.normal(size=(2, 132)), axis=1)
        model = Auto().fit_one(with_regressor(50.0 + walk[:120], other))
        model.predict(12)
        weights.append(model.info().details["regressors"]["weight"])
    assert np.mean(weights) < 0.25


def test_errors_to_one_side_tell_less_than_as_many_to_both():
    random = np.random.default_rng(4)
    both = teller(random.choice([-1.0, 1.0], 100))
    one = teller(np.ones(100))
    assert ModelWeights.of([both], 1.1).total > 0.5
    assert ModelWeights.of([one], 1.1).total == 0.0
    assert ModelWeights.of([one], 3.0).total > 0.5


def test_a_regressor_that_explains_nothing_is_left_out_and_that_is_told():
    random = np.random.default_rng(1)
    y = 50.0 + np.cumsum(random.normal(size=240))
    model = Auto().fit_one(with_regressor(y, random.normal(size=252)))
    plain = Auto().fit_one(series_of(y, 1)).predict(12)
    np.testing.assert_array_equal(model.predict(12).mean, plain.mean)
    (notice,) = [one for one in model.notices() if one.code == "exogenous_unused"]
    assert "heat did not help on held-out values" in notice.message


def test_a_short_series_says_that_its_regressors_are_not_used():
    y = np.array([3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 6.0, 8.0, 7.0, 9.0, 8.0, 10.0])
    model = Auto().fit_one(with_regressor(y, np.arange(15.0) ** 2))
    np.testing.assert_array_equal(
        model.predict(3).mean, model.predict(3, {"heat": np.ones((1, 3))}).mean
    )
    assert "exogenous_unused" in [notice.code for notice in model.notices()]


def test_what_was_never_negative_stays_so_with_regressors_too():
    random = np.random.default_rng(3)
    heat = random.uniform(0.0, 1.0, 220)
    sold = np.maximum(20.0 * heat - 8.0 + random.normal(0, 2, 220), 0.0)
    model = Auto().fit_one(with_regressor(sold[:200], np.r_[heat[:200], np.zeros(20)]))
    made = model.predict(20)
    assert model.info().details["regressors"]["weight"] > 0.2
    assert made.mean.min() >= 0.0
    band = made.interval(95.0)
    assert band is not None
    assert band.lower.min() == 0.0


def test_errors_of_different_makers_cancel_in_their_intervals():
    random = np.random.default_rng(2)
    first, second = random.normal(size=(2, 4000))
    made = {
        "alike": [teller(first), teller(first)],
        "apart": [teller(first), teller(second[:2500])],
    }
    alone = around_zero(2.0)
    share = ModelWeights(np.array([0.4, 0.4]))
    half = {}
    for name, models in made.items():
        band = share.mixed(alone, models, 3).interval(80.0)
        assert band is not None
        np.testing.assert_allclose(band.upper, -band.lower)
        half[name] = float(band.upper[0, 0]) / normal_quantile(80.0)
    assert half["alike"] == pytest.approx(np.sqrt(0.8**2 + 0.4**2 + 2 * 0.8 * 0.2), rel=0.05)
    assert half["apart"] == pytest.approx(np.hypot(0.8 / np.sqrt(2), 0.2 * 2.0), rel=0.05)


def test_few_errors_are_as_if_one_more_was_as_large_as_without_regressors():
    band = ModelWeights(np.array([1.0])).mixed(around_zero(2.0), [teller(np.ones(3))], 3)
    made = band.interval(80.0)
    assert made is not None
    own = normal_quantile(80.0) * np.sqrt((3 * 1.0**2 + 2.0**2) / 4)
    np.testing.assert_allclose(made.upper, own, rtol=1e-6)


@pytest.mark.parametrize("size", [24, 30, 39])
def test_two_years_of_months_tell_what_a_price_does(size: int):
    random = np.random.default_rng(size)
    price = random.uniform(1, 3, size + 6)
    sold = 100.0 - 20 * price + random.normal(0, 1, size + 6)
    model = Auto().fit_one(with_regressor(sold[:size], price))
    np.testing.assert_allclose(model.predict(6).mean[0], sold[size:], atol=6.0)
    assert not any(notice.code == "exogenous_unused" for notice in model.notices())


def test_intervals_with_regressors_nest_at_any_level():
    models = [teller(np.random.default_rng(3).standard_t(3, size=9)) for _ in range(2)]
    mixed = ModelWeights(np.array([0.5, 0.3])).mixed(around_zero(1.0), models, 2)
    bands = [mixed.interval(level) for level in np.arange(1.0, 99.95, 0.5)]
    assert (np.diff([band.upper[0, 0] for band in bands if band is not None]) >= 0.0).all()


@pytest.mark.no_cover
def test_intervals_with_regressors_hold_what_they_promise():
    random = np.random.default_rng(5)
    inside = []
    for _ in range(12):
        heat = 20.0 + random.normal(0, 8, 240)
        load = 100.0 + (heat - 20.0) ** 2 + random.normal(0, 9, 240)
        model = Auto().fit_one(with_regressor(load[:200], heat))
        band = model.predict(40).interval(80.0)
        assert band is not None
        inside.append(np.mean((band.lower[0] <= load[200:]) & (load[200:] <= band.upper[0])))
    assert 0.7 < np.mean(inside) < 0.9


def test_what_explains_outliers_is_judged_by_values_as_they_came():
    random = np.random.default_rng(4)
    holiday = np.zeros(434)
    holiday[[*random.choice(420, 16, replace=False), 423, 429]] = 1.0
    week = np.array([0.0, 5, -5, 10, 12, -8, -14])
    true = 100.0 + week[np.arange(434) % 7] - 40.0 * holiday
    series = series_of(true[:420] + random.normal(0, 6, 420), 7)
    columns = {"exog": {"holiday": holiday[:420]}, "future": {"holiday": holiday[420:]}}
    model = Auto().fit_one(replace(series, **columns))
    missed = model.predict(14).mean[0] - true[420:]
    # 42 where outliers were left out of what members miss
    assert np.abs(missed[[3, 9]]).max() < 16.0
    assert "exogenous_unused" not in [one.code for one in model.notices()]


def days_with_holidays(size: int, ahead: int, holidays: list[int]) -> tuple[np.ndarray, Series]:
    """Return all values of days with a week, 100 less on holidays, and the series of the first of them."""
    random = np.random.default_rng(5)
    told = np.isin(np.arange(size + ahead), holidays) * 1.0
    y = np.resize([300.0, 305, 305, 310, 340, 360, 330], size + ahead) - 100.0 * told
    y += random.normal(0, 6, size + ahead)
    raw = RawSeries("a", y[:size], start="2024-01-01", freq="D")
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    known = {"exog": {"holiday": told[:size]}, "future": {"holiday": told[size:]}}
    return y, replace(prepared.series, **known)


def test_a_holiday_that_the_held_out_part_lacks_has_the_effect_that_it_had():
    y, series = days_with_holidays(700, 14, [60, 200, 330, 450, 706])
    model = Auto().fit_one(series)
    made = model.predict(14)
    assert np.abs(made.mean[0] - y[700:]).max() < 35.0
    band = made.interval(95.0)
    assert band is not None
    assert band.lower[0, 6] < y[706] < band.upper[0, 6]
    assert "exogenous_unused" not in [notice.code for notice in model.notices()]


def test_holidays_of_a_short_series_are_not_learned_from_and_that_is_told():
    y, series = days_with_holidays(28, 14, [10, 27])
    model = Auto().fit_one(series)
    assert np.abs(model.predict(14).mean[0] - y[28:]).mean() < 10.0
    (notice,) = [one for one in model.notices() if one.code == "exogenous_unused"]
    assert "its days are not learned from" in notice.message


def test_a_column_that_changed_once_is_not_taken_for_what_moved_the_level():
    random = np.random.default_rng(6)
    y = 100.0 + np.cumsum(random.normal(size=200))
    told = np.r_[np.ones(60), np.zeros(140), np.ones(10)]
    model = Auto().fit_one(with_regressor(y, told))
    plain = Auto().fit_one(series_of(y, 1)).predict(10)
    assert model.info().details.get("regressors", {}).get("weight", 0.0) == 0.0
    np.testing.assert_array_equal(model.predict(10).mean, plain.mean)
