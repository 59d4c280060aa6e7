"""The ARIMA models against statsmodels called directly."""

import warnings
from typing import Any

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from models.contract.cost import Workload
from models.data.series import RawSeries, Series
from models.errors import InvalidParameter, InvalidRequest, MissingValues, SeriesTooShort
from models.forecasters.arima._filtered import FilteredArima
from models.forecasters.arima._fourier import fourier_terms
from models.forecasters.arima._model import SarimaxForecaster
from models.forecasters.arima._order import Order
from models.forecasters.arima.arima import ARIMA, ARIMAParams
from models.forecasters.arima.auto_arima import AutoARIMA, AutoARIMAParams
from models.forecasters.arima.fourier_arima import FourierARIMA
from models.forecasters.arima.sarima import SARIMA, SARIMAParams
from models.params import validate
from models.prepare import PreparationOptions, prepare
from tests.datasets import load, log_passengers
from tests.models.build import series_of


def original(y: np.ndarray, **settings: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SARIMAX(y, **settings).fit(disp=False, maxiter=300)


def test_the_airline_model_equals_statsmodels() -> None:
    y = log_passengers()
    model = SARIMA(SARIMAParams(order=[0, 1, 1])).fit_one(series_of(y[:132], season_length=12))
    exact = original(
        y[:132], order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), simple_differencing=True
    )
    assert model.log_likelihood_ == pytest.approx(exact.llf, abs=0.01)
    np.testing.assert_allclose(model.coefficients_[:2], exact.params[:2], atol=2e-3)
    whole = SARIMAX(y[:132], order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).filter(exact.params)
    ahead = whole.get_forecast(12)
    np.testing.assert_allclose(model.predict(12).mean[0], ahead.predicted_mean, atol=1e-3)
    band = model.predict(12).interval(95.0)
    assert band is not None
    np.testing.assert_allclose(
        np.column_stack([band.lower[0], band.upper[0]]), ahead.conf_int(), atol=3e-3
    )


@pytest.mark.parametrize(
    ("order", "trend", "code"),
    [
        ([1, 0, 1], None, "c"),
        ([2, 0, 1], "none", "n"),
        ([0, 1, 1], "constant", "c"),
        ([1, 2, 1], "none", "n"),
    ],
)
def test_the_constant_is_that_of_statsmodels(order: list[int], trend: Any, code: str) -> None:
    _, y = load("sunspots")
    model = ARIMA(ARIMAParams(order=order, trend=trend)).fit_one(series_of(y))
    exact = original(y, order=tuple(order), trend=code, simple_differencing=True)
    assert model.log_likelihood_ >= exact.llf - 0.05
    whole = SARIMAX(y, order=tuple(order), trend=code).filter(exact.params)
    np.testing.assert_allclose(model.predict(5).mean[0], whole.forecast(5), atol=0.5)


@pytest.mark.parametrize(
    ("trend", "code", "short"),
    [("linear", "t", 0.13), ("constant_linear", "ct", 0.01)],  # roots keep off the unit circle
)
def test_a_rise_with_time_is_that_of_statsmodels_regression_with_arma_errors(
    trend: Any, code: str, short: float
) -> None:
    from statsmodels.tsa.arima.model import ARIMA as Regression  # noqa: N811

    y = 7.0 + 0.5 * np.arange(1, 121) + np.random.default_rng(1).normal(0, 3, 120)
    model = ARIMA(ARIMAParams(order=[1, 0, 1], trend=trend)).fit_one(series_of(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = Regression(y, order=(1, 0, 1), trend=code).fit()
    assert model.log_likelihood_ >= exact.llf - short
    np.testing.assert_allclose(model.predict(9).mean[0], exact.forecast(9), rtol=2e-3)


@pytest.mark.parametrize("order", [Order(0, 1, 1), Order(1, 2, 0), Order(0, 1, 1, 0, 1, 1, 4)])
def test_rising_time_has_differences_of_one_two_three(order: Order) -> None:
    np.testing.assert_allclose(
        order.difference(order.rising_time(30)), np.arange(1, 31 - order.points_lost)
    )


def test_a_rise_of_the_differences_is_a_parabola() -> None:
    t = np.arange(80.0)
    y = 3 + 0.2 * t + 0.05 * t**2 + 0.1 * np.random.default_rng(2).normal(size=80)
    model = ARIMA(ARIMAParams(order=[0, 1, 1], trend="constant_linear")).fit_one(series_of(y[:70]))
    np.testing.assert_allclose(model.predict(10).mean[0], y[70:], atol=1.0)
    longer = model.update(y[70:75]).predict(5).mean[0]
    np.testing.assert_allclose(longer, y[75:], atol=1.0)


def test_coefficients_are_told_in_the_units_of_the_series() -> None:
    y = 1e4 + 300.0 * np.random.default_rng(3).normal(size=400)
    told = ARIMA(ARIMAParams(order=[0, 0, 0])).fit_one(series_of(y)).info().details["coefficients"]
    assert told["intercept"] == pytest.approx(y.mean(), rel=1e-6)
    assert told["sigma2"] == pytest.approx(y.var(), rel=1e-4)


@pytest.mark.parametrize(
    ("order", "trend", "log_likelihood"),
    [([2, 1, 2], None, -671.67), ([2, 1, 2], "constant", -666.02)],
)
def test_no_lower_maximum_is_taken_for_the_highest(
    order: list[int], trend: Any, log_likelihood: float
) -> None:
    _, y = load("airpassengers")  # both from statsmodels, which comes there from zeros
    model = ARIMA(ARIMAParams(order=order, trend=trend)).fit_one(series_of(y))
    assert model.log_likelihood_ >= log_likelihood - 0.1
    assert not model.notices()


def test_a_random_walk_needs_no_search() -> None:
    model = ARIMA(ARIMAParams(order=[0, 1, 0])).fit_one(series_of([3.0, 5.0, 4.0, 8.0]))
    np.testing.assert_allclose(model.predict(2).mean[0], [8.0, 8.0])


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_unit_of_the_series_does_not_matter(scale: float) -> None:
    y = log_passengers()
    plain = ARIMA().fit_one(series_of(y)).predict(4).mean[0]
    np.testing.assert_allclose(
        ARIMA().fit_one(series_of(scale * y)).predict(4).mean[0], scale * plain, rtol=1e-4
    )


@pytest.mark.parametrize("family", [ARIMA, SARIMA, FourierARIMA])
def test_an_update_equals_the_filter_on_the_longer_series(
    family: type[SarimaxForecaster[Any]],
) -> None:
    y = log_passengers()
    model = family().fit_one(series_of(y[:120], season_length=12))
    coefficients = model.coefficients_
    updated = model.update(y[120:130]).update(y[130:]).predict(6).mean[0]
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
    forecast = model.fit_one(series).predict(10).mean[0]
    assert np.abs(forecast - truth).max() < 1.0
    assert model.info().details["exogenous"] == ["x"]


def test_a_future_that_ends_too_soon_is_told() -> None:
    series, _ = with_regressor(4)
    model = ARIMA().fit_one(series)
    assert len(model.predict(4).mean[0]) == 4
    with pytest.raises(MissingValues, match="known for 4 steps ahead, 5 are needed"):
        model.predict(5).mean[0]


def test_an_update_without_the_regressors_is_refused() -> None:
    series, _ = with_regressor(10)
    with pytest.raises(InvalidRequest, match="fitted with x"):
        ARIMA().fit_one(series).update(np.array([1.0]))


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
        SARIMA().fit_one(series_of(np.arange(14.0) ** 2, season_length=12))


def test_the_order_is_written_as_in_books() -> None:
    assert str(Order(0, 1, 1, 0, 1, 1, 12)) == "ARIMA(0,1,1)(0,1,1)[12]"
    assert str(Order(1, 0, 0, trend="constant")) == "ARIMA(1,0,0) with mean"
    assert str(Order(1, 1, 0, trend="constant")) == "ARIMA(1,1,0) with drift"


@pytest.mark.parametrize("values", [[5, 7, 6], [134_000, 139_700, 222_200, 213_400], [-3, -3.5]])
def test_a_few_values_are_not_forecast_zero(values: list[float]) -> None:
    y = np.array([*values, values[0]], dtype=np.float64)
    forecast = AutoARIMA(AutoARIMAParams()).fit_one(series_of(y)).predict(2).mean[0]
    assert y.min() <= forecast.min() <= forecast.max() <= y.max()


@pytest.mark.parametrize("size", [3, 4, 5, 6, 8, 10])
def test_a_few_values_on_a_line_go_on(size: int) -> None:
    forecast = AutoARIMA(AutoARIMAParams()).fit_one(series_of(np.arange(1.0, size + 1))).predict(3)
    np.testing.assert_allclose(forecast.mean[0], size + np.arange(1.0, 4), rtol=1e-6)


@pytest.mark.parametrize("size", [6, 8, 10])
def test_a_short_line_with_noise_goes_on(size: int) -> None:
    for seed in range(10):
        y = 10.0 + 2.0 * np.arange(size) + np.random.default_rng(seed).normal(0, 0.2, size)
        last = AutoARIMA(AutoARIMAParams()).fit_one(series_of(y)).predict(4).mean[0, -1]
        assert last == pytest.approx(10.0 + 2.0 * (size + 3), abs=2.0)


def test_forecasts_do_not_depend_on_where_zero_is() -> None:
    y = np.random.default_rng(3).normal(size=9)
    low, high = (
        AutoARIMA(AutoARIMAParams()).fit_one(series_of(y + level)).predict(3).mean
        for level in (0, 50)
    )
    np.testing.assert_allclose(high, low + 50, atol=1e-4)


@pytest.mark.parametrize(
    ("order", "size"),
    [
        (Order(1, 0, 0, 1, 0, 0, 12, "constant"), 8),  # shorter than its longest lag
        (Order(2, 1, 2), 60),
        (Order(1, 1, 0, 1, 1, 1, 4), 40),
        (Order(0, 2, 1), 20),
    ],
)
def test_forecasts_and_errors_are_those_of_statsmodels_filter(order: Order, size: int) -> None:
    rng = np.random.default_rng(size)
    y, x, ahead = (
        rng.normal(size=size).cumsum(),
        rng.normal(size=(size, 1)),
        rng.normal(size=(300, 1)),
    )
    lags = [0.5, -0.2][: order.p] + [0.4, 0.1][: order.q] + [0.3] * order.P + [-0.4] * order.Q
    coefficients = np.array([0.3] * order.has_constant + [0.7, *lags, 0.5])
    whole = order.sarimax(y, x, simple=False).filter(coefficients)
    run = FilteredArima(order, coefficients, y, x)
    expected = whole.get_forecast(300, exog=ahead)
    np.testing.assert_allclose(run.ahead(300, ahead), expected.predicted_mean, atol=1e-5)
    np.testing.assert_allclose(run.variances(300), expected.var_pred_mean, rtol=1e-5)
    fitted = (y - run.errors)[order.points_lost :]
    np.testing.assert_allclose(fitted, whole.fittedvalues[order.points_lost :], atol=1e-4)
    assert np.isnan(run.errors[: order.points_lost]).all()


CURVES = {
    "schedule": np.tile(np.r_[np.full(12, 10.0), np.full(12, 20.0)], 14),
    "counter": np.round(1e6 * (1 - np.exp(-np.arange(80) / 30))),
    "logistic": 1000 / (1 + np.exp(-(np.arange(120) - 48) / 9.6)),
    "parabola": np.arange(60.0) ** 2,
    "decay": 1e-3 + np.exp(-np.arange(60.0) / 8),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", CURVES)
def test_curves_without_noise_are_continued_within_an_interval(name: str) -> None:
    y = CURVES[name]
    train, test = y[:-12], y[-12:]
    season = 24 if name == "schedule" else 1
    made = AutoARIMA(AutoARIMAParams()).fit_one(series_of(train, season)).predict(12)
    np.testing.assert_allclose(made.mean[0], test, atol=0.05 * np.ptp(y))
    band = made.interval(95.0)
    assert band is not None
    assert (band.upper - band.lower).max() < 2 * np.ptp(y)


def test_memory_is_known_before() -> None:
    cost = AutoARIMA().cost(Workload.of_one(20_000, 24))
    assert 10e6 < cost.memory_bytes < 100e6
    long = SARIMA().cost(Workload.of_one(52_560, 24))
    assert 20e6 < long.memory_bytes < 200e6


def test_its_fit_is_the_exact_maximum_of_its_order() -> None:
    y = log_passengers()
    model = AutoARIMA().fit_one(series_of(y, season_length=12))
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
