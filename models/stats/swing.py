"""Whether values swing once a cycle, told from a walk that happens to turn."""

import numpy as np

from models.types import FloatArray

_RATES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97)
_PERFECT = 1e-12
"""A smaller share of the variance that is left is rounding."""


def swing_gain(x: FloatArray, period: int) -> float:
    """Return twice by how much a sine and cosine of a period raise the log likelihood of values, (t,).

    Beside a mean and errors of a first-order autoregression of the likeliest rate, so that where values may well
    wander a slow swing gains little. Nought where nothing varies.

    Reference: Prais and Winsten (1954), Trend estimators and serial correlation, Cowles Commission 383.
    """
    if not np.ptp(x) > 0:
        return 0.0
    angle = 2 * np.pi * np.arange(len(x)) / period
    swing = np.column_stack([np.ones(len(x)), np.cos(angle), np.sin(angle)])
    return 2 * (_log_likelihood(x, swing) - _log_likelihood(x, swing[:, :1]))


def _log_likelihood(x: FloatArray, columns: FloatArray) -> float:
    """Return the largest log likelihood of values, (t,), that columns, (t, k), explain beside such errors."""
    least = _PERFECT * x.var() + np.finfo(np.float64).tiny
    both, found = np.column_stack([x, columns]), []
    for rate in _RATES:
        first = np.sqrt(1 - rate**2)
        white = np.vstack([first * both[:1], both[1:] - rate * both[:-1]])
        y, z = white[:, 0], white[:, 1:]
        rest = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
        found.append(-0.5 * len(x) * np.log(max(rest @ rest / len(x), least)) + np.log(first))
    return float(max(found))
