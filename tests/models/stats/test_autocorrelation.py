"""Autocovariances, autocorrelations and the test for white noise."""

import numpy as np
import pytest
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import acf, acovf

from models.stats.autocorrelation import (
    autocorrelation,
    autocovariance,
    has_seasonal_autocorrelation,
    white_noise_test,
)
from models.types import FloatArray
from tests.datasets import load

NOISE = np.random.default_rng(3).normal(size=300)
WAVE = np.sin(2 * np.pi * np.arange(300) / 12)


@pytest.mark.parametrize("lags", [0, 1, 32, 33, 250])
def test_it_is_that_of_statsmodels_by_products_and_by_transform(lags: int) -> None:
    y = 5.0 + NOISE.cumsum()
    np.testing.assert_allclose(autocovariance(y, lags), acovf(y, nlag=lags, fft=False), atol=1e-9)
    np.testing.assert_allclose(autocorrelation(y, lags), acf(y, nlags=lags, fft=False), atol=1e-12)


def test_a_constant_resembles_nothing() -> None:
    assert autocorrelation(np.full(20, 3.0), 2).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("m", "lags"), [(1, 10), (4, 8), (30, 60)])
def test_ljung_box_equals_statsmodels(m: int, lags: int) -> None:
    y = NOISE + 0.2 * np.roll(NOISE, 1)
    found = white_noise_test(y, m)
    expected = acorr_ljungbox(y, lags=[lags])
    assert found is not None
    assert found.lags == lags
    assert found.statistic == pytest.approx(float(expected["lb_stat"].iloc[0]))
    assert found.p_value == pytest.approx(float(expected["lb_pvalue"].iloc[0]))


@pytest.mark.parametrize(
    ("y", "expected"),
    [(NOISE, True), (NOISE.cumsum(), False), (NOISE + 2 * WAVE, False), (np.ones(10), True)],
)
def test_what_is_white_noise(y: FloatArray, expected: bool) -> None:
    found = white_noise_test(y)
    assert found is not None
    assert found.is_white_noise is expected


def test_few_values_decide_nothing() -> None:
    assert white_noise_test(NOISE[:9]) is None


def test_a_seasonal_autocorrelation_is_told_from_noise() -> None:
    _, passengers = load("airpassengers")
    assert has_seasonal_autocorrelation(passengers, 12)
    assert not has_seasonal_autocorrelation(NOISE[:100], 12)
    assert not has_seasonal_autocorrelation(passengers[:23], 12)
    assert not has_seasonal_autocorrelation(np.ones(50), 12)
