"""The exact likelihood of ARMA errors, its slopes, and its maximum."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from models.forecasters.arima._fit import SearchLimits, fit_exactly
from models.forecasters.arima._likelihood import (
    FINELY,
    Evaluation,
    Likelihood,
    best_of,
    inside,
    polished,
    whiten,
)
from models.forecasters.arima._order import Order, is_stationary
from models.forecasters.arima._starts import hannan_rissanen, long_autoregression
from tests.datasets import log_passengers

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


@pytest.mark.no_cover
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


def test_innovations_that_overflow_are_no_way_to_a_maximum(monkeypatch) -> None:
    order, z = Order(1, 0, 0), np.random.default_rng(0).normal(size=40).cumsum()
    likelihood = Likelihood(z, np.empty((40, 0)), 1.0)
    inner = Likelihood.at

    def overflowing(self: Likelihood, order: Order, x: np.ndarray) -> Evaluation | None:
        point = inner(self, order, x)
        return point if point is None or x[0] < 0.31 else replace(point, weighted=z * np.inf)

    start = likelihood.at(order, np.array([0.3]))
    assert start is not None
    monkeypatch.setattr(Likelihood, "at", overflowing)
    best, _ = polished(likelihood, order, start, np.inf)
    assert np.isfinite(best.log_likelihood)
    assert best.log_likelihood >= start.log_likelihood
