"""A level that wanders, with a drift: how much of each values show, by their restricted likelihood.

Differences of a local level with drift are the drift plus a moving average of order one, whose covariance has
known eigenvectors: sines. So every rate of smoothing, from a straight line with noise to a random walk, costs one
transform.

Reference: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, section 4.2; Patterson
and Thompson (1971), Recovery of inter-block information when block sizes are unequal, Biometrika 58.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import expit

from models.types import FloatArray

_RATES = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0])
_OF_A_LINE = 0.3
"""Up to this rate the values scatter about a line; above it they wander."""
_TINY, _TINIEST = 1e-12, 1e-300
FEWEST = 20
"""Fewer values tell no line from a level that wanders."""
_LINES = 0.1
"""How likely a line is before the values are seen, against a level that wanders: few series are one."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalLevel:
    """What values show of a level with drift.

    ``chance_of_line``: how likely they have a drift and scatter about a straight line, from 0 to 1.
    ``variance``: shape (rates,), that of the error one step ahead, ``drift_variance``: that of the drift;
    ``weight``: how likely each rate is. ``log_likelihood``: how likely the values are, up to what is the same for
    all of that number.
    """

    log_likelihood: float
    chance_of_line: float
    variance: FloatArray
    drift_variance: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, x: FloatArray) -> "LocalLevel":
        """Compare rates of smoothing for values (t,), t ≥ 3 and none huge, with a drift and without."""
        from scipy.fft import dst

        n = len(x) - 1
        change = dst(np.diff(x), 1, norm="ortho")
        ones, precision, known, shape = _of_differences(n)
        drift = precision @ (ones * change) / known
        least = max((_TINY * float(np.abs(x).max())) ** 2, _TINIEST)
        square = np.maximum((precision * (change - drift[:, None] * ones) ** 2).sum(axis=1), least)
        alone = np.maximum(precision @ change**2, least)
        restricted = shape - 0.5 * (n - 1) * np.log(square) - 0.5 * np.log(known)
        log_likelihood = float(np.logaddexp.reduce(restricted))
        weight = np.exp(restricted - log_likelihood)
        # the drift is one parameter more, as in Schwarz (1978)
        whole = np.logaddexp.reduce(shape - 0.5 * n * np.log(square))
        gain = whole - np.logaddexp.reduce(shape - 0.5 * n * np.log(alone))
        drifts = expit(gain - 0.5 * np.log(n))
        variance = square / (n - 1)
        chance = drifts * weight[_RATES <= _OF_A_LINE].sum()
        chance *= _LINES / (_LINES * chance + 1 - chance)
        return cls(log_likelihood, float(chance), variance, variance / known, weight)

    def deviation(self, horizon: int) -> FloatArray:
        """Return that of the errors of the steps ahead, (horizon,), the drift being as uncertain as it is."""
        ahead = np.arange(1, horizon + 1)
        growth = 1 + (ahead - 1) * _RATES[:, None] ** 2
        spread = self.variance[:, None] * growth + self.drift_variance[:, None] * ahead**2
        return np.asarray(np.sqrt(self.weight @ spread))


@lru_cache(maxsize=32)
def _of_differences(n: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return what all series of ``n`` differences share.

    A drift of one, transformed, (n,), and for each rate the precisions, (rates, n), that of the drift, and half
    the logarithm of their determinant, (rates,).
    """
    from scipy.fft import dst

    ones = dst(np.ones(n), 1, norm="ortho")
    kept = 1 - _RATES[:, None]
    precision = 1 / (1 + kept**2 - 2 * kept * np.cos(np.pi * np.arange(1, n + 1) / (n + 1)))
    return ones, precision, precision @ ones**2, 0.5 * np.log(precision).sum(axis=1)
