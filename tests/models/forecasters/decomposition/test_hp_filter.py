"""The HP filter as a forecaster: trend and cycle go on as its params say."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import burg

from models.errors import UnknownName
from models.forecasters.decomposition.hp_filter import HPFilter, HPFilterParams
from models.params import validate
from models.stats.hodrick_prescott import hp_filter
from tests.datasets import load
from tests.models.build import series_of


def test_a_straight_line_goes_on() -> None:
    model = HPFilter().fit_one(series_of(3.0 + 2.0 * np.arange(20)))
    np.testing.assert_allclose(model.predict(4).mean[0], 3.0 + 2.0 * np.arange(20, 24), atol=1e-8)


def test_trend_and_cycle_are_carried_on_as_described() -> None:
    _, y = load("sunspots")
    params = HPFilterParams(smoothness=1600.0, slope_window=3, ar_order=2)
    forecast = HPFilter(params).fit_one(series_of(y)).predict(3).mean[0]
    trend, cycle = hp_filter(y, 1600.0)
    slope = np.diff(trend)[-3:].mean()
    first, second = burg(cycle, order=2, demean=False)[0]
    ahead = list(cycle[-2:])
    for _ in range(3):
        ahead.append(first * ahead[-1] + second * ahead[-2])
    np.testing.assert_allclose(forecast, trend[-1] + slope * np.arange(1, 4) + ahead[2:])


def test_no_autoregression_leaves_the_trend() -> None:
    _, y = load("sunspots")
    trend, _ = hp_filter(y, 100.0)
    params = HPFilterParams(smoothness=100.0, ar_order=0, slope_window=1)
    model = HPFilter(params).fit_one(series_of(y))
    slope = trend[-1] - trend[-2]
    np.testing.assert_allclose(model.predict(2).mean[0], trend[-1] + slope * np.array([1.0, 2.0]))


def test_a_chosen_forecaster_carries_the_trend() -> None:
    _, y = load("sunspots")
    trend, _ = hp_filter(y, 1600.0)
    model = HPFilter(HPFilterParams(trend="naive", ar_order=0)).fit_one(series_of(y))
    np.testing.assert_allclose(model.predict(2).mean[0], [trend[-1]] * 2)


def test_the_cycle_dies_out() -> None:
    _, y = load("sunspots")
    model = HPFilter(HPFilterParams(trend="naive")).fit_one(series_of(y))
    assert model.info().params["ar_order"] >= 2
    trend, cycle = hp_filter(y, 1600.0)
    assert abs(model.predict(400).mean[0][-1] - trend[-1]) < 0.05 * cycle.std()


def test_an_unknown_trend_forecaster_is_told() -> None:
    with pytest.raises(UnknownName, match="niave"):
        validate(HPFilterParams, {"trend": "niave"})
