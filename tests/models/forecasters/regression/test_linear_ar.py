"""Linear autoregression against scikit-learn and statsmodels on the same lags, and against loops."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.arima_process import arma2ma

from models.errors import BadValues, InvalidRequest, SeriesTooShort
from models.forecasters.regression.linear_ar import LinearAR, LinearARParams
from models.params import validate
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of

PASSENGERS = load("airpassengers")[1]


def linear_ar(y: FloatArray, season: int | list[int] = 1, **params: Any) -> LinearAR:
    return LinearAR(validate(LinearARParams, params)).fit_one(series_of(y, season))


def walk(size: int = 120, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=size).cumsum()


def test_least_squares_are_those_of_statsmodels() -> None:
    y = walk()
    model = linear_ar(y, lags=[1, 2, 5], ridge=0)
    theirs = AutoReg(y, lags=[1, 2, 5], trend="c").fit()
    np.testing.assert_allclose(model.coefficients_[0, :-1], theirs.params[1:], atol=1e-5)
    np.testing.assert_allclose(model.predict(10).mean[0], theirs.forecast(10), rtol=1e-4)
    fitted = model.fitted()[0]
    assert fitted is not None
    np.testing.assert_allclose(fitted[5:], theirs.fittedvalues, atol=1e-4)
    assert np.isnan(fitted[:5]).all()


def test_the_interval_is_that_of_the_autoregression_with_the_final_prediction_error() -> None:
    y = walk(200)
    model = linear_ar(y, lags=[1, 2], ridge=0)
    theirs = AutoReg(y, lags=[1, 2], trend="c").fit()
    psi = arma2ma(np.r_[1, -theirs.params[1:]], [1], 8)
    rows, used = 198, 3
    sigma = np.sqrt(np.mean(theirs.resid**2) * (rows + used) / (rows - used))
    band = model.predict(8).interval(95.0)
    assert band is not None
    np.testing.assert_allclose(
        band.upper[0] - model.predict(8).mean[0],
        1.959964 * sigma * np.sqrt(np.cumsum(psi**2)),
        rtol=1e-4,
    )


@pytest.mark.parametrize("half_life", [None, 30.0])
def test_the_ridge_is_that_of_scikit_learn_around_a_naive_forecast(half_life: float | None) -> None:
    y = walk()
    model = linear_ar(y, lags=[1, 3], ridge=7.0, half_life=half_life)
    z = (y - y.mean()) / y.std()
    design = np.column_stack([z[2:-1], z[:-3]])
    weight = 0.5 ** (np.arange(117)[::-1] / (half_life or np.inf))
    theirs = Ridge(alpha=7.0).fit(
        design, z[3:] - design[:, 0], sample_weight=weight / weight.mean()
    )
    np.testing.assert_allclose(
        model.coefficients_[0], [1 + theirs.coef_[0], theirs.coef_[1], theirs.intercept_], atol=1e-5
    )


def test_more_ridge_is_nearer_to_the_better_naive_forecast() -> None:
    stiff = linear_ar(walk(), ridge=1e8)
    np.testing.assert_allclose(stiff.predict(3).mean[0], walk()[-1], atol=0.5)
    figure = np.tile([1.0, 5.0, 3.0, 9.0], 25)
    seasonal = linear_ar(figure + walk(100) / 50 + 10, 4, ridge=1e8, log=False)
    assert seasonal.anchor_.tolist() == [4]
    np.testing.assert_allclose(seasonal.predict(4).mean[0] - 10, figure[:4], atol=0.5)


def test_differences_are_added_up_again() -> None:
    line = 3.0 + 2.0 * np.arange(40.0)
    first = linear_ar(line, difference="first", log=False)
    np.testing.assert_allclose(first.predict(3).mean[0], [83, 85, 87])
    rising = np.tile([0.0, 5.0, 1.0], 20) + np.repeat(np.arange(20.0), 3)
    seasonal = linear_ar(rising, 3, difference="seasonal")
    np.testing.assert_allclose(seasonal.predict(6).mean[0], [20, 25, 21, 21, 26, 22])
    fitted = seasonal.fitted()[0]
    assert fitted is not None
    np.testing.assert_allclose(fitted[-20:], rising[-20:])


def test_a_walk_of_differences_has_the_interval_of_a_walk() -> None:
    y = walk(400)
    model = linear_ar(y, difference="first", lags=[1], ridge=1e8)
    band = model.predict(9).interval(80.0)
    assert band is not None
    width = (band.upper - band.lower)[0] / 2
    np.testing.assert_allclose(
        width, 1.2816 * np.diff(y).std() * np.sqrt(np.arange(1, 10)), rtol=0.02
    )


def test_logarithms_are_taken_where_they_can_be_unless_told() -> None:
    growth = np.exp(0.05 * np.arange(60))
    np.testing.assert_allclose(
        linear_ar(growth, difference="first").predict(5).mean[0], np.exp(0.05 * np.arange(60, 65))
    )
    assert linear_ar(growth).info().params["log"] is True
    assert linear_ar(growth, log=False).info().params["log"] is False
    assert linear_ar(growth - 2).info().params["log"] is False
    band = linear_ar(PASSENGERS, 12).predict(24).interval(95.0)
    assert band is not None
    assert band.lower.min() > 0


@pytest.mark.parametrize("slope", [1.0, -100.0])
@pytest.mark.parametrize("size", [4, 6, 9])
def test_a_line_goes_on_as_one(size: int, slope: float) -> None:
    line = 1000.0 + slope * np.arange(size + 3)
    fitted = linear_ar(line[:size])
    np.testing.assert_allclose(fitted.predict(3).mean[0], line[size:], rtol=1e-5, atol=1e-2)
    assert fitted.info().params["log"] is False


def test_logarithms_of_what_has_none_are_refused_for_that_series_alone() -> None:
    series = [series_of(walk(40, seed) + shift, 1, f"{shift}") for seed, shift in ((1, 50), (2, 0))]
    task = ForecastTask(ModelSpec("linear_ar", {"log": True}), 3)
    good, bad = forecast_many(task, series)
    assert good.result is not None
    assert isinstance(bad.error, BadValues)
    assert "values over 0 only, row" in bad.error.message


def test_a_direct_forecast_is_a_regression_of_its_own_for_each_step() -> None:
    y = walk(80)
    model = linear_ar(y, lags=[1, 2], ridge=0, mode="direct")
    for ahead in (1, 4):
        design = np.column_stack([y[1 : 80 - ahead], y[: 79 - ahead]])
        theirs = LinearRegression().fit(design, y[1 + ahead :])
        assert model.predict(4).mean[0][ahead - 1] == pytest.approx(
            float(theirs.predict([[y[-1], y[-2]]])[0]), rel=1e-4
        )


@pytest.mark.parametrize("difference", ["none", "first", "seasonal"])
@pytest.mark.parametrize("mode", ["recursive", "direct"])
def test_every_form_continues_a_season(difference: str, mode: str) -> None:
    train, actual = PASSENGERS[:-12], PASSENGERS[-12:]
    model = linear_ar(train, 12, difference=difference, mode=mode)
    assert np.mean(np.abs(model.predict(12).mean[0] / actual - 1)) < 0.08
    band = model.predict(24).interval(80.0)
    assert band is not None
    assert (np.diff(band.upper - band.lower) >= -1e-9).all()


def test_a_direct_lag_of_a_season_stays_in_phase() -> None:
    model = linear_ar(np.random.default_rng(0).normal(size=400), [4, 28], lags=[1, 4, 28])
    assert model._lags_for(1).tolist() == [1, 4, 28]
    assert model._lags_for(6).tolist() == [6, 8, 28]
    assert model._lags_for(30).tolist() == [30, 32, 56]
    assert model._lags_for(500).tolist() == []
    assert np.isfinite(linear_ar(walk(12), mode="direct").predict(40).mean[0]).all()


def test_lags_follow_the_seasons_and_are_told() -> None:
    hours = np.random.default_rng(0).normal(size=700)
    model = linear_ar(hours, [24, 168])
    assert {1, 24, 168} <= set(model.info().params["lags"])
    assert model.info().season_length == (24, 168)
    assert model.info().title == f"AR({len(model.info().params['lags'])} lags)"
    assert linear_ar(hours, 24, season_length=7).info().season_length == (7,)
    assert linear_ar(hours, lags=[5, 2, 5]).info().params["lags"] == [2, 5]


@pytest.mark.parametrize("size", [24, 30, 35])
def test_two_cycles_are_enough_for_a_season_that_is_named(size: int) -> None:
    month = 20 * np.random.default_rng(1).normal(size=12)
    true = 200.0 + month[np.arange(size + 12) % 12]
    y = true[:size] + np.random.default_rng(size).normal(size=size)
    ahead = linear_ar(y, 12).predict(12).mean[0]
    assert np.abs(ahead - true[size:]).mean() < 3.0


def test_series_that_are_fitted_together_are_fitted_alone() -> None:
    rows = [walk(60, seed) + shift for seed, shift in ((0, 0), (1, 100), (2, 90), (3, 0))]
    task = ForecastTask(ModelSpec("linear_ar"), 5, (80.0,))
    together = forecast_many(task, [series_of(y, 4, str(i)) for i, y in enumerate(rows)])
    for y, one in zip(rows, together, strict=True):
        alone = linear_ar(y, 4)
        assert one.result is not None
        np.testing.assert_allclose(one.result.mean, alone.predict(5).mean[0], rtol=1e-9)


def test_many_series_are_fitted_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.forecasters.regression import _lag_fits

    series = [series_of(walk(50, seed), 1, str(seed)) for seed in range(7)]
    whole = LinearAR().fit(series).predict(4)
    monkeypatch.setattr(_lag_fits, "_BLOCK", 900)
    np.testing.assert_allclose(LinearAR().fit(series).predict(4), whole)


def test_what_would_explode_is_held() -> None:
    model = linear_ar(np.cumprod(np.full(60, 1.3)) * np.resize([1, -1], 60), ridge=0)
    assert np.isfinite(model.predict(3000).mean[0]).all()


def test_lags_that_are_too_long_are_refused() -> None:
    with pytest.raises(SeriesTooShort, match="at least 33 observations, got 32"):
        linear_ar(walk(32), lags=[30])
    linear_ar(walk(33), lags=[30])


@pytest.mark.parametrize("mode", ["recursive", "direct"])
@pytest.mark.parametrize("difference", ["none", "first", "seasonal"])
def test_what_was_learned_continues_a_series_in_another_unit(mode: str, difference: str) -> None:
    model = linear_ar(PASSENGERS, 12, mode=mode, difference=difference, log=False)
    applied = model.apply_one(series_of(3.0 * PASSENGERS - 700.0, 12))
    own, other = model.predict(15), applied.predict(15)
    np.testing.assert_allclose(other.mean, 3.0 * own.mean - 700.0, rtol=1e-9)
    known, fitted = model.fitted()[0], applied.fitted()[0]
    np.testing.assert_allclose(fitted, 3.0 * known - 700.0, rtol=1e-9)
    wide, wider = own.interval(80.0), other.interval(80.0)
    assert wide is not None
    assert wider is not None
    width, wider_by = wide.upper - wide.lower, wider.upper - wider.lower
    assert 2.0 < np.mean(wider_by / width) <= 3.0 + 1e-9
    again = applied.apply_one(series_of(PASSENGERS, 12)).predict(15)
    np.testing.assert_allclose(again.mean, own.mean, rtol=1e-9)


def test_other_series_get_the_coefficients_of_the_one_that_was_learned() -> None:
    noise = np.random.default_rng(2).normal(size=300)
    taught = np.zeros(300)
    for t in range(1, 300):
        taught[t] = 0.9 * taught[t - 1] + noise[t]
    model = linear_ar(taught, lags=[1], ridge=0, log=False).apply_one(series_of(noise))
    ahead = model.predict(2).mean[0] - noise.mean()
    assert ahead[1] / ahead[0] == pytest.approx(0.9, abs=0.1)


def test_a_series_that_what_was_learned_cannot_continue_is_refused() -> None:
    model = linear_ar(PASSENGERS, 12)
    with pytest.raises(BadValues, match="logarithms take values over 0 only, row 0 is -1"):
        model.apply_one(series_of(np.append(-1.0, PASSENGERS), 12))
    with pytest.raises(SeriesTooShort, match="lags\\) needs"):
        model.apply_one(series_of(PASSENGERS[:15], 12))
    two = LinearAR().fit([series_of(PASSENGERS, 12), series_of(2.0 * PASSENGERS, 12)]).parts[0]
    with pytest.raises(InvalidRequest, match="fitted to 2 series"):
        two.model.apply_one(series_of(PASSENGERS, 12))
