"""The ARIMA models against statsmodels called directly."""

import warnings
from typing import Any

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from models.errors import InvalidParameter, InvalidRequest, MissingValues, SeriesTooShort
from models.forecasters._order_search import differences, search_fast
from models.forecasters._sarimax import Order, SarimaxForecaster, fourier_terms
from models.forecasters.arima import ARIMA, ARIMAParams
from models.forecasters.auto_arima import AutoARIMA, AutoARIMAParams
from models.forecasters.fourier_arima import FourierARIMA, FourierARIMAParams
from models.forecasters.sarima import SARIMA, SARIMAParams
from models.params import validate
from models.prepare import PreparationOptions, prepare
from models.series import RawSeries, Series
from tests.datasets import load
from tests.models.build import series_of


def log_passengers() -> np.ndarray:
    return np.log(load("airpassengers")[1])


def original(y: np.ndarray, **settings: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SARIMAX(y, **settings).fit(disp=False, maxiter=300)


def test_the_airline_model_equals_statsmodels() -> None:
    y = log_passengers()
    model = SARIMA(SARIMAParams(order=[0, 1, 1])).fit(series_of(y[:132], season_length=12))
    exact = original(
        y[:132], order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), simple_differencing=True
    )
    assert model.log_likelihood_ == pytest.approx(exact.llf, abs=0.01)
    np.testing.assert_allclose(model.coefficients_[:2], exact.params[:2], atol=2e-3)
    whole = SARIMAX(y[:132], order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).filter(exact.params)
    ahead = whole.get_forecast(12)
    np.testing.assert_allclose(model.predict(12), ahead.predicted_mean, atol=1e-3)
    band = model.band(12, 95.0)
    assert band is not None
    np.testing.assert_allclose(
        np.column_stack([band.lower, band.upper]), ahead.conf_int(), atol=3e-3
    )


@pytest.mark.parametrize(
    ("order", "trend", "code"),
    [([1, 0, 1], None, "c"), ([2, 0, 0], "constant_linear", "ct"), ([0, 1, 1], "constant", "c")],
)
def test_the_trend_is_what_it_says(order: list[int], trend: Any, code: str) -> None:
    _, y = load("sunspots")
    model = ARIMA(ARIMAParams(order=order, trend=trend)).fit(series_of(y))
    exact = original(y, order=tuple(order), trend=code, simple_differencing=True)
    assert model.log_likelihood_ >= exact.llf - 0.05
    whole = SARIMAX(y, order=tuple(order), trend=code).filter(exact.params)
    np.testing.assert_allclose(model.predict(5), whole.forecast(5), atol=0.5)


def test_a_random_walk_needs_no_search() -> None:
    model = ARIMA(ARIMAParams(order=[0, 1, 0])).fit(series_of([3.0, 5.0, 4.0, 8.0]))
    np.testing.assert_allclose(model.predict(2), [8.0, 8.0])


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_unit_of_the_series_does_not_matter(scale: float) -> None:
    y = log_passengers()
    plain = ARIMA().fit(series_of(y)).predict(4)
    np.testing.assert_allclose(
        ARIMA().fit(series_of(scale * y)).predict(4), scale * plain, rtol=1e-4
    )


@pytest.mark.parametrize("family", [ARIMA, SARIMA, FourierARIMA])
def test_an_update_equals_the_filter_on_the_longer_series(
    family: type[SarimaxForecaster[Any]],
) -> None:
    y = log_passengers()
    model = family().fit(series_of(y[:120], season_length=12))
    coefficients = model.coefficients_
    updated = model.update(y[120:130]).update(y[130:]).predict(6)
    exog = None
    if family is FourierARIMA:
        exog = np.concatenate(
            [fourier_terms(0, 150, *season) for season in model.harmonics_], axis=1
        )
    unit_free = (y - model.center_) / model.unit_
    longer = model.fitted_order.sarimax(
        unit_free, None if exog is None else exog[:144], simple=False
    )
    ahead = longer.filter(coefficients).forecast(6, exog=None if exog is None else exog[144:])
    np.testing.assert_allclose(updated, model.center_ + model.unit_ * ahead, rtol=1e-8)


def with_regressor(steps_known: int) -> tuple[Series, np.ndarray]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=110)
    y = 5.0 + 3.0 * x + 0.1 * np.cumsum(rng.normal(size=110))
    raw = RawSeries("a", y[:100], exog={"x": x[:100]})
    known = slice(100, 100 + steps_known)
    future = RawSeries("a", np.full(steps_known, np.nan), exog={"x": x[known]})
    options = PreparationOptions(season_length=1)
    (prepared,) = prepare([raw], options, [future])
    assert prepared.series is not None
    return prepared.series, y[100:]


@pytest.mark.parametrize("model", [ARIMA(), SARIMA(), AutoARIMA(), FourierARIMA()])
def test_a_regressor_with_a_known_future_is_used(model: SarimaxForecaster[Any]) -> None:
    series, truth = with_regressor(10)
    forecast = model.fit(series).predict(10)
    assert np.abs(forecast - truth).max() < 1.0
    assert model.info().details["exogenous"] == ["x"]


def test_a_future_that_ends_too_soon_is_told() -> None:
    series, _ = with_regressor(4)
    model = ARIMA().fit(series)
    assert len(model.predict(4)) == 4
    with pytest.raises(MissingValues, match="known for 4 steps ahead, 5 are needed"):
        model.predict(5)


def test_an_update_without_the_regressors_is_refused() -> None:
    series, _ = with_regressor(10)
    with pytest.raises(InvalidRequest, match="fitted with x"):
        ARIMA().fit(series).update(np.array([1.0]))


def test_the_search_finds_what_made_the_series() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=700)
    y = np.zeros(700)
    for t in range(2, 700):
        y[t] = 1.2 * y[t - 1] - 0.5 * y[t - 2] + noise[t]
    found = search_fast(y[200:], 1, None, 5, 10.0)
    assert (found.order.p, found.order.d, found.order.q) == (2, 0, 0)
    assert found.start is not None
    np.testing.assert_allclose(found.start[-2:], [1.2, -0.5], atol=0.1)


def test_the_differences_are_those_of_the_tests() -> None:
    assert (differences(log_passengers(), 12).D, differences(log_passengers(), 1).d) == (1, 1)
    rng = np.random.default_rng(0)
    assert differences(rng.normal(size=200), 12).lost == 0


def test_its_fit_is_the_exact_maximum_of_its_order() -> None:
    y = log_passengers()
    model = AutoARIMA().fit(series_of(y, season_length=12))
    order = model.fitted_order
    exact = original(
        y,
        order=(order.p, order.d, order.q),
        seasonal_order=(order.P, order.D, order.Q, order.m),
        trend="c" if order.trend == "constant" else "n",
        simple_differencing=True,
    )
    assert model.log_likelihood_ >= exact.llf - 0.1
    assert model.info().details["candidates"] > 5


def test_pmdarima_can_do_the_search() -> None:
    from pmdarima import auto_arima

    _, y = load("sunspots")
    y = y[-80:]
    model = AutoARIMA(AutoARIMAParams(search="pmdarima")).fit(series_of(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = auto_arima((y - model.center_) / model.unit_, suppress_warnings=True)
    order = model.fitted_order
    assert (order.p, order.d, order.q) == expected.order
    in_its_unit = expected.aicc() + 2 * len(y) * np.log(model.unit_)
    assert model.aicc_ == pytest.approx(in_its_unit, abs=0.5)


def test_a_search_without_time_says_so_and_still_answers() -> None:
    y = log_passengers()
    params = AutoARIMAParams(budget_s=1e-6)
    model = AutoARIMA(params).fit(series_of(y, season_length=12))
    assert "search_cut_short" in [notice.code for notice in model.notices()]
    assert np.isfinite(model.predict(3)).all()


def test_no_order_larger_than_wanted() -> None:
    y = log_passengers()
    model = AutoARIMA(AutoARIMAParams(max_order=1)).fit(series_of(y, season_length=12))
    order = model.fitted_order
    assert order.p + order.q + order.P + order.Q <= 1


@pytest.mark.parametrize("model", [SARIMA(SARIMAParams(season_length=168)), AutoARIMA()])
def test_a_long_season_becomes_fourier_terms_and_says_so(model: SarimaxForecaster[Any]) -> None:
    t = np.arange(168 * 4)
    rng = np.random.default_rng(1)
    y = 10 + 5 * np.sin(2 * np.pi * t / 168) + 0.3 * rng.normal(size=t.size)
    model.fit(series_of(y, season_length=168))
    assert [notice.code for notice in model.notices()] == ["season_as_fourier"]
    ahead = 10 + 5 * np.sin(2 * np.pi * np.arange(t.size, t.size + 84) / 168)
    assert np.abs(model.predict(84) - ahead).max() < 1.5


def test_fourier_terms_draw_several_seasons() -> None:
    t = np.arange(24 * 7 * 5)
    rng = np.random.default_rng(2)
    y = 3 * np.sin(2 * np.pi * t / 24) + 5 * np.cos(2 * np.pi * t / 168) + rng.normal(size=t.size)
    model = FourierARIMA().fit(series_of(y, season_length=[24, 168]))
    assert model.info().season_length == (24, 168)
    ahead = np.arange(t.size, t.size + 168)
    truth = 3 * np.sin(2 * np.pi * ahead / 24) + 5 * np.cos(2 * np.pi * ahead / 168)
    assert np.abs(model.predict(168) - truth).mean() < 0.6
    assert "Fourier(" in model.info().title


def test_harmonics_are_as_many_as_wanted() -> None:
    params = FourierARIMAParams(harmonics=2)
    model = FourierARIMA(params).fit(series_of(log_passengers(), season_length=12))
    assert model.harmonics_ == [(12, 2)]


def test_fourier_terms_repeat_with_the_season_and_are_independent() -> None:
    terms = fourier_terms(0, 24, 12, 6)
    assert terms.shape == (24, 11)
    np.testing.assert_allclose(terms[:12], terms[12:], atol=1e-12)
    assert np.linalg.matrix_rank(terms) == 11


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"order": [1, 1]}, "order"),
        ({"order": [1, -1, 1]}, "order.1 must be ≥ 0, got -1"),
        ({"trend": "cubic"}, "trend must be one of"),
    ],
)
def test_a_bad_order_is_told(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidParameter, match=words):
        validate(ARIMAParams, values)


def test_too_short_a_series_is_told() -> None:
    with pytest.raises(SeriesTooShort, match="at least"):
        SARIMA().fit(series_of(np.arange(14.0) ** 2, season_length=12))


def test_the_order_is_written_as_in_books() -> None:
    assert str(Order(0, 1, 1, 0, 1, 1, 12)) == "ARIMA(0,1,1)(0,1,1)[12]"
    assert str(Order(1, 0, 0, trend="constant")) == "ARIMA(1,0,0) with mean"
    assert str(Order(1, 1, 0, trend="constant")) == "ARIMA(1,1,0) with drift"
