"""Tests for a unit root and for its absence, alone and read together."""

import warnings
from typing import Any

import numpy as np
import pytest
from pmdarima.arima import ndiffs
from scipy.signal import lfilter
from statsmodels.tsa.stattools import adfuller, kpss

from models.stats.stationarity import differences_to_stationarity, is_steady, stationarity
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import noise


def autoregression(phi: float, seed: int, size: int = 200) -> FloatArray:
    return np.asarray(lfilter([1.0], [1.0, -phi], noise(size + 100, seed))[100:])


SERIES = [load("airpassengers")[1], load("sunspots")[1], noise(50), noise(13), noise(300).cumsum()]


@pytest.mark.parametrize("y", SERIES, ids=len)
def test_adf_and_kpss_equal_statsmodels(y: FloatArray) -> None:
    found = stationarity(y)
    assert found is not None
    for around, adf, other in zip(("c", "ct"), found.adf, found.kpss, strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs, kpss_theirs = adfuller(y, regression=around), kpss(y, around)
        assert (adf.statistic, adf.p_value) == pytest.approx(theirs[:2], rel=1e-6, abs=1e-12)
        assert adf.lags == theirs[2]
        assert (other.statistic, other.p_value) == pytest.approx(kpss_theirs[:2], rel=1e-9)
        assert other.lags == kpss_theirs[2]
        assert adf.stationary == (adf.p_value < 0.05)
        assert other.stationary == (other.p_value > 0.05)


@pytest.mark.parametrize(
    ("make", "verdict", "least"),
    [
        (lambda seed: noise(seed=seed), "stationary", 90),
        (lambda seed: autoregression(0.5, seed), "stationary", 85),
        (lambda seed: noise(seed=seed) + 0.05 * np.arange(200), "trend-stationary", 90),
        (lambda seed: noise(seed=seed).cumsum(), "difference-stationary", 70),
        (lambda seed: (0.3 + noise(seed=seed)).cumsum(), "difference-stationary", 90),
    ],
)
def test_both_tests_read_together(make: Any, verdict: str, least: int) -> None:
    found = [stationarity(make(seed)) for seed in range(100)]
    assert sum(one is not None and one.verdict == verdict for one in found) >= least
    assert all(one is not None and one.reading.startswith(one.verdict) for one in found)


@pytest.mark.parametrize("size", [6, 20, 60, 250])
def test_as_many_differences_are_taken_as_the_original_takes(size: int) -> None:
    for seed in range(10):
        y = noise(size, seed)
        for values in (y, y.cumsum(), y.cumsum().cumsum(), y + 0.1 * np.arange(size)):
            assert differences_to_stationarity(values) == ndiffs(values, max_d=2)


def test_few_values_are_steady_on_a_line_and_seldom_in_noise() -> None:
    assert is_steady(np.array([1.0, 2.1, 2.9]))
    assert not is_steady(np.array([1.0, 2.0]))
    assert sum(is_steady(noise(5, seed)) for seed in range(200)) <= 4


def test_a_constant_needs_no_differences_and_a_line_needs_one() -> None:
    assert differences_to_stationarity(np.ones(20)) == 0
    assert differences_to_stationarity(np.arange(40.0)) == 1


@pytest.mark.parametrize(
    ("y", "verdict"),
    [
        (np.arange(1.0, 37.0), "trend-stationary"),
        (0.1 * np.arange(50), "trend-stationary"),
        (np.tile(np.arange(7.0), 8), "stationary"),
        (np.arange(40.0) ** 2, "difference-stationary"),
    ],
)
def test_what_rounding_leaves_of_an_exact_law_decides_nothing(y: FloatArray, verdict: str) -> None:
    tiny = 1e-12 * np.ptp(y) * noise(len(y))
    for values in (y, y + tiny, y - tiny):
        found = stationarity(values)
        assert found is not None
        assert found.verdict == verdict
        assert all(abs(test.statistic) < 1e9 for test in found.adf + found.kpss)
