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
from models.forecasters.arima._likelihood import (
    FINELY,
    Likelihood,
    best_of,
    hannan_rissanen,
    inside,
    is_stationary,
    long_autoregression,
    whiten,
)
from models.forecasters.arima._model import (
    SarimaxForecaster,
    SearchLimits,
    aicc,
    fit_exactly,
    fourier_terms,
)
from models.forecasters.arima._order import Order
from models.forecasters.arima._order_search import differences, search_fast
from models.forecasters.arima.arima import ARIMA, ARIMAParams
from models.forecasters.arima.auto_arima import AutoARIMA, AutoARIMAParams
from models.forecasters.arima.fourier_arima import FourierARIMA, FourierARIMAParams
from models.forecasters.arima.sarima import SARIMA, SARIMAParams
from models.params import validate
from models.prepare import PreparationOptions, prepare
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


LAGS = [
    Order(1, 0, 0),
    Order(0, 0, 2),
    Order(3, 0, 1),
    Order(1, 0, 4),
    Order(1, 0, 1, 1, 0, 1, 4),
    Order(2, 0, 0, 2, 0, 0, 12),
    Order(0, 0, 2, 0, 0, 1, 12),
    Order(2, 0, 1, 1, 0, 2, 12),
]


def coefficients(order: Order) -> np.ndarray:
    return 0.3 * 0.7 ** np.arange(order.lag_count) * (-1.0) ** np.arange(order.lag_count)


@pytest.mark.parametrize("order", LAGS)
@pytest.mark.parametrize("size", [6, 30, 120])
def test_the_likelihood_is_statsmodels(order: Order, size: int) -> None:
    z = np.random.default_rng(size).normal(size=size)
    x = coefficients(order)
    point = Likelihood(z, np.empty((size, 0)), 1.001).at(order, x)
    model = order.sarimax(z, None, simple=True)
    assert point is not None
    assert point.log_likelihood == pytest.approx(model.loglike(x), abs=1e-7)
    assert point.variance == pytest.approx(model.filter(x).scale, rel=1e-7)


@pytest.mark.parametrize("order", LAGS)
def test_innovations_are_those_of_the_dense_covariance(order: Order) -> None:
    size, far = 20, 3000
    z = np.random.default_rng(1).normal(size=(size, 2))
    whole = order.expanded(coefficients(order))
    assert whole is not None
    ar, ma = whole
    weights = np.zeros(far)
    for t in range(far):  # the moving average without end, by the naive loop
        weights[t] = ma[t] if t < len(ma) else 0.0
        for lag in range(1, min(t, len(ar) - 1) + 1):
            weights[t] -= ar[lag] * weights[t - lag]
    covariance = [
        [weights[: far - abs(i - j)] @ weights[abs(i - j) :] for j in range(size)]
        for i in range(size)
    ]
    factor = np.linalg.cholesky(np.array(covariance))
    white = whiten(ar, ma, z)
    assert white is not None
    whitened = np.linalg.solve(factor, z)
    np.testing.assert_allclose(white[0].T @ white[0], whitened.T @ whitened, rtol=1e-9)
    assert white[1] == pytest.approx(np.log(np.diag(factor)).sum(), abs=1e-9)


def test_the_slopes_are_the_gradient_with_the_regression_at_its_best() -> None:
    order, size = Order(2, 0, 1, 1, 0, 1, 4), 60
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(size), rng.normal(size=size)])
    likelihood = Likelihood(rng.normal(size=size).cumsum(), design, 1.001)
    x = coefficients(order)
    point = likelihood.at(order, x)
    assert point is not None
    gradient = 2.0 * likelihood.slopes(order, point).T @ point.weighted
    for number in range(order.lag_count):
        step = np.eye(order.lag_count)[number] * 1e-5
        above, below = likelihood.at(order, x + step), likelihood.at(order, x - step)
        assert above is not None
        assert below is not None
        expected = (above.squares - below.squares) / 2e-5
        assert gradient[number] == pytest.approx(expected, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    "order",
    [
        Order(1, 0, 1, trend="constant"),
        Order(2, 1, 2),
        Order(0, 1, 1, 0, 1, 1, 12),
        Order(1, 1, 1, 1, 1, 1, 12),
        Order(1, 0, 0, 1, 1, 0, 12, "constant"),
        Order(0, 1, 2, 1, 0, 1, 12, "constant"),
    ],
)
@pytest.mark.parametrize("regressors", [0, 2])
def test_the_fit_is_as_high_as_statsmodels(order: Order, regressors: int) -> None:
    y = log_passengers()
    y = y - y.mean()
    rng = np.random.default_rng(0)
    exog = rng.normal(size=(len(y), regressors)) if regressors else None
    fit = fit_exactly(order, y, exog, None, SearchLimits())
    model = order.sarimax(y, exog, simple=True)
    assert fit.log_likelihood == pytest.approx(model.loglike(fit.coefficients), abs=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = model.fit(disp=False, maxiter=300, cov_type="none")
    assert fit.log_likelihood >= exact.llf - 0.05
    assert fit.variance == pytest.approx(model.filter(fit.coefficients).scale, rel=1e-6)


def test_regressors_that_say_nothing_new_change_nothing() -> None:
    y = log_passengers()
    x = np.random.default_rng(0).normal(size=len(y))
    order = Order(1, 1, 1, trend="constant")
    plain = fit_exactly(order, y, x[:, None], None, SearchLimits())
    more = np.column_stack([x, np.ones(len(y)), 1e6 * x, np.arange(float(len(y)))])
    fit = fit_exactly(order, y, more, None, SearchLimits())
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-5)
    assert fit.variance == pytest.approx(plain.variance, rel=1e-5)
    assert np.isfinite(fit.coefficients).all()


def test_too_near_a_root_is_moved_out_and_a_moving_average_inverted() -> None:
    order = Order(2, 0, 2, 0, 0, 0)
    x = np.array([0.2, 0.9, 3.5, 1.5])  # 1 - 0.2 B - 0.9 B², which explodes; (1 + 3 B)(1 + B / 2)
    moved = inside(order, x, 1.01)
    ar, ma, *_ = order.polynomials(moved)
    assert np.abs(np.roots(ar)).max() == pytest.approx(1 / 1.01)
    assert is_stationary(ar)
    np.testing.assert_allclose(ma, np.convolve([1, 1 / 3], [1, 0.5]))
    np.testing.assert_allclose(inside(order, moved, 1.009), moved)


def test_an_inverted_moving_average_has_the_same_likelihood() -> None:
    z = np.random.default_rng(5).normal(size=40)
    values = [whiten(np.ones(1), np.array([1.0, theta]), z[:, None]) for theta in (0.4, 2.5)]
    heights = [
        -20 * np.log((value[0] ** 2).sum()) - value[1] for value in values if value is not None
    ]
    assert heights[0] == pytest.approx(heights[1], abs=1e-9)


def test_hannan_and_rissanen_come_near_the_coefficients() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=3000)
    z = np.zeros(3000)
    for t in range(1, 3000):
        z[t] = 0.7 * z[t - 1] + noise[t] + 0.4 * noise[t - 1]
    found = hannan_rissanen(z, long_autoregression(z, 1), Order(1, 0, 1))
    np.testing.assert_allclose(found, [0.7, 0.4], atol=0.05)


def test_a_maximum_can_be_found_from_afar() -> None:
    y = np.diff(log_passengers())
    z = y[12:] - y[:-12]
    order, likelihood = Order(0, 0, 1, 0, 0, 1, 12), Likelihood(z, np.empty((len(z), 0)), 1.001)
    heights = []
    for start in ([0.0, 0.0], [0.9, 0.9], [-0.9, 0.5], [0.1, -0.95]):
        found = best_of(likelihood, order, [np.array(start)], FINELY)
        assert found is not None
        assert found[1]
        heights.append(found[0].log_likelihood)
    assert np.ptp(heights) < 10 * FINELY.gain
    assert heights[0] == pytest.approx(244.696, abs=1e-3)  # Box and Jenkins' airline model


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("ma", "seasonal"), [((0.6,), 0.5), ((), -0.5), ((-0.6, 0.4), 0.6), ((0.7,), None)]
)
def test_the_search_finds_a_seasonal_order(
    ma: tuple[float, ...], seasonal: float | None, seed: int
) -> None:
    noise = np.random.default_rng(seed).normal(size=400)
    spread = np.zeros(13)
    spread[[0, 12]] = 1.0, seasonal or 0.0
    y = np.convolve(np.convolve(noise, [1.0, *ma])[:400], spread)[100:400]
    planted = Order(q=len(ma), Q=int(seasonal is not None), m=12, trend="constant")
    found = search_fast(y, 12, None, 8, 60.0).order
    assert found.points_lost == 0
    assert aicc_of(found, y) <= aicc_of(planted, y) + 1e-3
    assert (found.P + found.Q > 0) or seasonal is None


def test_the_search_finds_the_least_of_all_orders_or_nearly() -> None:
    y = log_passengers()[:96]
    best = np.inf
    for p, q, P, Q in np.ndindex(3, 3, 2, 2):
        order = Order(p, 0, q, P, 1, Q, 12, "constant")
        best = min(best, aicc_of(order, y))
    found = search_fast(y, 12, None, 6, 60.0).order
    assert (found.d, found.D) == (0, 1)
    assert aicc_of(found, y) <= best + 0.5


def aicc_of(order: Order, y: np.ndarray) -> float:
    fit = fit_exactly(order, y, None, None, SearchLimits())
    return aicc(fit.log_likelihood, order.parameters, fit.observations)


def test_no_lag_is_there_twice() -> None:
    y = np.random.default_rng(0).normal(size=80).cumsum()
    for season in (2, 3, 4):
        order = search_fast(y, season, None, 8, 60.0).order
        order.sarimax(y, None, simple=False)  # it would refuse


def test_the_search_finds_what_made_the_series() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=700)
    y = np.zeros(700)
    for t in range(2, 700):
        y[t] = 1.2 * y[t - 1] - 0.5 * y[t - 2] + noise[t]
    found = search_fast(y[200:], 1, None, 5, 60.0)
    assert (found.order.p, found.order.d, found.order.q) == (2, 0, 0)
    assert found.start is not None
    np.testing.assert_allclose(found.start[-2:], [1.2, -0.5], atol=0.1)


def test_the_differences_are_those_of_the_tests() -> None:
    assert (differences(log_passengers(), 12).D, differences(log_passengers(), 1).d) == (1, 1)
    rng = np.random.default_rng(0)
    assert differences(rng.normal(size=200), 12).points_lost == 0


def test_what_is_shorter_than_its_test_needs_has_no_seasonal_difference() -> None:
    t = np.arange(28)
    rising = 10.0 * np.sin(2 * np.pi * t / 12) + 5.0 * (t // 12) + 0.01 * np.cos(7.0 * t)
    assert differences(rising[:20], 12).D == 0


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


def test_pmdarima_can_do_the_search() -> None:
    from pmdarima import auto_arima

    _, y = load("sunspots")
    y = y[-80:]
    model = AutoARIMA(AutoARIMAParams(search="pmdarima")).fit_one(series_of(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = auto_arima(y / model.unit_, max_order=8, seasonal=False, suppress_warnings=True)
    order = model.fitted_order
    assert (order.p, order.d, order.q) == expected.order
    in_its_unit = expected.aicc() + 2 * len(y) * np.log(model.unit_)
    assert model.aicc_ == pytest.approx(in_its_unit, abs=0.5)


def test_a_search_without_time_says_so_and_still_answers() -> None:
    y = log_passengers()
    params = AutoARIMAParams(budget_s=1e-6)
    model = AutoARIMA(params).fit_one(series_of(y, season_length=12))
    assert "search_cut_short" in [notice.code for notice in model.notices()]
    assert np.isfinite(model.predict(3).mean[0]).all()


def test_no_order_larger_than_wanted() -> None:
    y = log_passengers()
    model = AutoARIMA(AutoARIMAParams(max_order=1)).fit_one(series_of(y, season_length=12))
    order = model.fitted_order
    assert order.p + order.q + order.P + order.Q <= 1


@pytest.mark.parametrize("model", [SARIMA(SARIMAParams(season_length=168)), AutoARIMA()])
def test_a_long_season_becomes_fourier_terms_and_says_so(model: SarimaxForecaster[Any]) -> None:
    t = np.arange(168 * 4)
    rng = np.random.default_rng(1)
    y = 10 + 5 * np.sin(2 * np.pi * t / 168) + 0.3 * rng.normal(size=t.size)
    model.fit_one(series_of(y, season_length=168))
    assert [notice.code for notice in model.notices()] == ["season_as_fourier"]
    ahead = 10 + 5 * np.sin(2 * np.pi * np.arange(t.size, t.size + 84) / 168)
    assert np.abs(model.predict(84).mean[0] - ahead).max() < 1.5


def test_fourier_terms_draw_several_seasons() -> None:
    t = np.arange(24 * 7 * 5)
    rng = np.random.default_rng(2)
    y = 3 * np.sin(2 * np.pi * t / 24) + 5 * np.cos(2 * np.pi * t / 168) + rng.normal(size=t.size)
    model = FourierARIMA().fit_one(series_of(y, season_length=[24, 168]))
    assert model.info().season_length == (24, 168)
    ahead = np.arange(t.size, t.size + 168)
    truth = 3 * np.sin(2 * np.pi * ahead / 24) + 5 * np.cos(2 * np.pi * ahead / 168)
    assert np.abs(model.predict(168).mean[0] - truth).mean() < 0.6
    assert "Fourier(" in model.info().title


def test_harmonics_are_as_many_as_wanted() -> None:
    params = FourierARIMAParams(harmonics=2)
    model = FourierARIMA(params).fit_one(series_of(log_passengers(), season_length=12))
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


def test_a_budget_holds_within_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that only likelihoods move on, each by a hundredth of a second."""
    spent, white = 0.0, Likelihood._white

    def timed(self: Likelihood, *args: Any) -> Any:
        nonlocal spent
        spent += 0.01
        return white(self, *args)

    monkeypatch.setattr(Likelihood, "_white", timed)
    for module in ("_likelihood", "_model", "_order_search", "_searched"):
        monkeypatch.setattr(f"models.forecasters.arima.{module}.monotonic", lambda: spent)
    t = np.arange(2_000)
    series = series_of(
        np.sin(2 * np.pi * t / 24) + 0.3 * np.random.default_rng(0).normal(size=2_000), 24
    )
    AutoARIMA(AutoARIMAParams(budget_s=0.5)).fit_one(series)
    assert spent < 1.5  # search, fit, and the step that was begun; 25 with no budget
    assert ARIMA().cost(Workload.of_one(100)).memory_bytes < 1e6
