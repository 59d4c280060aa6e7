"""Is a series nothing but noise."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from models.types import FloatArray

LEAST = 10
"""Fewer observations decide nothing."""
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class NoiseTest:
    """Ljung-Box: its lags, statistic and p-value, and whether at 5 % the series may be white noise."""

    lags: int
    statistic: float
    p_value: float
    is_white_noise: bool


def noise_test(y: FloatArray, season_length: int = 1) -> NoiseTest | None:
    """Test a series, shape (t,), not constant, for any autocorrelation; None for fewer than 10 values.

    Looks at 10 lags, or two seasons, and at most a fifth of the series.

    Reference: Ljung and Box (1978), On a measure of lack of fit in time series models, Biometrika 65,
    297-303; Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §5.4.
    """
    size = len(y)
    if size < LEAST:
        return None
    lags = max(1, min(2 * season_length if season_length > 1 else 10, size // 5))
    x = (y - y.mean()) / y.std()
    r = np.array([float(x[lag:] @ x[: size - lag]) / size for lag in range(1, lags + 1)])
    statistic = size * (size + 2) * float(np.sum(r**2 / (size - np.arange(1, lags + 1))))
    p_value = float(chdtrc(lags, statistic))
    return NoiseTest(lags, statistic, p_value, p_value >= ALPHA)
