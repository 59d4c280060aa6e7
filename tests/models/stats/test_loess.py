"""Trend and seasons by loess are those of statsmodels."""

import numpy as np
import pytest
from statsmodels.tsa.seasonal import MSTL, STL

from models.stats.loess import LoessOptions, jumps, seasonal_trend

T = np.arange(600)
Y = (
    np.sin(2 * np.pi * T / 12)
    + np.cos(2 * np.pi * T / 84)
    + np.random.default_rng(0).normal(size=600)
)


@pytest.mark.parametrize(
    "options", [{}, {"robust": True, "trend": 21}, {"seasonal_deg": 0, **jumps(12)}]
)
def test_one_season_is_that_of_stl(options: LoessOptions) -> None:
    found = seasonal_trend(Y, [12], [7], **options)
    expected = STL(Y, period=12, seasonal=7, **options).fit()
    assert found.seasonal.shape == (1, 600)
    np.testing.assert_array_equal(found.seasonal[0], expected.seasonal)
    np.testing.assert_array_equal(found.trend, expected.trend)
    np.testing.assert_array_equal(found.residual, expected.resid)


def test_several_seasons_are_those_of_mstl_and_add_up() -> None:
    found = seasonal_trend(Y, [12, 84])
    expected = MSTL(Y, periods=(12, 84)).fit()
    np.testing.assert_array_equal(found.seasonal.T, expected.seasonal)
    np.testing.assert_allclose(found.trend + found.seasonal.sum(axis=0) + found.residual, Y)
