"""The search of the order."""

import warnings
from typing import Any

import numpy as np
import pytest

from models.contract.cost import Workload
from models.forecasters.arima._fit import SearchLimits, aicc, fit_exactly
from models.forecasters.arima._likelihood import Likelihood
from models.forecasters.arima._order import Order
from models.forecasters.arima._order_search import differences, search_fast
from models.forecasters.arima.arima import ARIMA
from models.forecasters.arima.auto_arima import AutoARIMA, AutoARIMAParams
from tests.datasets import load, log_passengers
from tests.models.build import series_of


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


@pytest.mark.no_cover
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


def test_a_budget_holds_within_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that only likelihoods move on, each by a hundredth of a second."""
    spent, white = 0.0, Likelihood._white

    def timed(self: Likelihood, *args: Any) -> Any:
        nonlocal spent
        spent += 0.01
        return white(self, *args)

    monkeypatch.setattr(Likelihood, "_white", timed)
    for module in ("_likelihood", "_fit", "_order_search", "_searched"):
        monkeypatch.setattr(f"models.forecasters.arima.{module}.monotonic", lambda: spent)
    t = np.arange(2_000)
    series = series_of(
        np.sin(2 * np.pi * t / 24) + 0.3 * np.random.default_rng(0).normal(size=2_000), 24
    )
    AutoARIMA(AutoARIMAParams(budget_s=0.5)).fit_one(series)
    assert spent < 1.5  # search, fit, and the step that was begun; 25 with no budget
    assert ARIMA().cost(Workload.of_one(100)).memory_bytes < 1e6
