"""Exponential smoothing with a drift, which the theta method with a fixed straight line is.

A theta model with the line a + bt has a drift of (1 − 1/θ)b a step, and a first level that takes up a. Given
alpha, its errors are linear in the first level, which is solved for: only alpha is searched.

Reference: Hyndman and Billah (2003), Unmasking the Theta method, International Journal of Forecasting 19.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.stats.exponential_mean import exponential_mean
from models.types import FloatArray

_ALPHA = (0.1, 0.99)
"""Bounds of the smoothing, as in Fiorucci et al. (2016)."""
_GRID = 12


@dataclass(frozen=True, slots=True, eq=False)
class DriftFit:
    """Exponential smoothing with a drift: what was learned, the last level and the one-step errors (t,)."""

    alpha: float
    drift: float
    level: float
    errors: FloatArray

    @property
    def squares(self) -> float:
        """The sum of squared errors."""
        return float(self.errors @ self.errors)


def fit_drift(y: FloatArray, share: float) -> DriftFit:
    """Fit the values (t,) with a drift of this share of the slope of their straight line."""
    from scipy.optimize import minimize_scalar

    mean = float(y.mean())

    def squares(alpha: float) -> float:
        return _solve(y - mean, alpha, share).squares

    grid = np.linspace(*_ALPHA, _GRID)
    best = int(np.argmin([squares(alpha) for alpha in grid]))
    around = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
    # a finer tolerance would follow the rounding of the squares, which other units change
    found = minimize_scalar(squares, bounds=around, method="bounded", options={"xatol": 1e-5})
    alpha = min(float(found.x), float(grid[best]), key=squares)
    return drift_at(y, alpha, share)


def drift_at(y: FloatArray, alpha: float, share: float) -> DriftFit:
    """Return the fit of least squared error to values, (t,), that has this alpha and this share of the slope."""
    mean = float(y.mean())
    fit = _solve(y - mean, alpha, share)
    return replace(fit, level=fit.level + mean)


def _solve(y: FloatArray, alpha: float, share: float) -> DriftFit:
    levels = exponential_mean(np.concatenate([np.zeros(1), y]), alpha)
    drift = share * _slope(y)
    errors = y - levels[:-1] - drift / alpha
    begin = (1.0 - alpha) ** np.arange(len(y))  # what later errors see of the first level
    begin /= np.sqrt(begin @ begin)
    first = begin @ errors
    level = levels[-1] + (1.0 - alpha) * first * begin[-1]
    return DriftFit(alpha, drift, float(level), errors - first * begin)


def _slope(y: FloatArray) -> float:
    t = np.arange(len(y)) - (len(y) - 1) / 2.0
    return float(t @ y / (t @ t))
