"""How a series resembles itself some steps before, and whether it does so more than white noise."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import chdtrc

from models.stats.distributions import normal_quantile
from models.types import FloatArray

LEAST = 10
"""Fewer observations decide nothing."""
_ALPHA = 0.05
_SEASONAL_LEVEL = 90.0
"""Autocorrelations that shorter lags explain lie within this central interval, in percent."""
_FEW_LAGS = 32
"""Up to so many, products are quicker than a Fourier transform."""


def autocovariance(x: FloatArray, lags: int) -> FloatArray:
    """Return the autocovariances of a series, shape (t,), at lags 0 to ``lags`` < t; shape (lags + 1,).

    All are sums over t, not over the pairs there are, so that they belong to one spectrum.
    """
    size, x = len(x), x - x.mean()
    if lags <= _FEW_LAGS:
        return np.array([float(x[lag:] @ x[: size - lag]) for lag in range(lags + 1)]) / size
    padded = next_fast_len(size + lags, real=True)
    spectrum = rfft(x, padded)
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(irfft(power, padded)[: lags + 1] / size)


def autocorrelation(x: FloatArray, lags: int) -> FloatArray:
    """Return the autocorrelations at lags 0 to ``lags``, shape (lags + 1,); all zero for a constant."""
    covariance = autocovariance(x, lags)
    variance = covariance[0]
    return np.asarray(covariance / variance if variance > 0.0 else np.zeros(lags + 1))


@dataclass(frozen=True, slots=True)
class WhiteNoiseTest:
    """Ljung-Box: its lags, statistic and p-value, and whether at 5 % the series may be white noise."""

    lags: int
    statistic: float
    p_value: float
    is_white_noise: bool


def white_noise_test(y: FloatArray, season_length: int = 1) -> WhiteNoiseTest | None:
    """Test a series, shape (t,), for any autocorrelation; None for fewer than 10 values.

    Looks at 10 lags, or two seasons, and at most a fifth of the series.

    Reference: Ljung and Box (1978), On a measure of lack of fit in time series models, Biometrika 65,
    297-303; Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.4.
    """
    size = len(y)
    if size < LEAST:
        return None
    lags = max(1, min(2 * season_length if season_length > 1 else 10, size // 5))
    r = autocorrelation(y, lags)[1:]
    statistic = size * (size + 2) * float(np.sum(r**2 / (size - np.arange(1, lags + 1))))
    p_value = float(chdtrc(lags, statistic))
    return WhiteNoiseTest(lags, statistic, p_value, p_value >= _ALPHA)


def has_seasonal_autocorrelation(y: FloatArray, m: int) -> bool:
    """Whether the autocorrelation of a series, (t,), at lag ``m`` stands out of what shorter lags explain.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method, International Journal of Forecasting 32, §2.1.
    """
    n = len(y)
    if m < 4 or n < 2 * m:
        return False
    r = autocorrelation(y, m)[1:]
    limit = np.sqrt((1.0 + 2.0 * float(r[:-1] @ r[:-1])) / n)
    return bool(abs(r[-1]) / limit > normal_quantile(_SEASONAL_LEVEL))
