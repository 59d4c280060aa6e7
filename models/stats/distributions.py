"""Quantiles of distributions and of weighted values, and the standard deviation of residuals."""

from functools import lru_cache

import numpy as np
from scipy.special import ndtri, stdtrit

from models.types import FloatArray


def normal_quantile(level: float) -> float:
    """Return how many standard deviations a central interval reaches to each side, at a level in percent."""
    return float(ndtri(0.5 + level / 200.0))


def student_quantile(level: float, df: FloatArray) -> FloatArray:
    """Return how many scales a central interval of Student's t reaches to each side, to 1e-6.

    ``level``: in percent; ``df``: degrees of freedom ≥ 1, of any shape, inf for the normal distribution.
    """
    inverse, logarithms = _student_table(level)
    return np.asarray(np.exp(np.interp(1.0 / df, inverse, logarithms)))


@lru_cache(maxsize=32)
def _student_table(level: float) -> tuple[FloatArray, FloatArray]:
    """Return inverse degrees of freedom, ascending, and the logarithm of the quantile there."""
    inverse = np.linspace(0.0, 1.0, 2001)
    inner = stdtrit(1.0 / inverse[1:], 0.5 + level / 200.0)
    return inverse, np.log(np.concatenate([[normal_quantile(level)], inner]))


def student_quantiles(levels: FloatArray, df: float) -> FloatArray:
    """Return the same at many levels in percent, of one Student's t, exactly; shape of ``levels``."""
    return np.asarray(stdtrit(df, 0.5 + levels / 200))


def quantiles_of_sorted(x: FloatArray, q: FloatArray) -> FloatArray:
    """Return what ``np.quantile`` does, (k,), of ascending values (n,), n ≥ 1, in a fifth of the time."""
    place = q * (len(x) - 1)
    first = place.astype(np.int64)
    share, low, high = place - first, x[first], x[np.minimum(first + 1, len(x) - 1)]
    return np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1.0 - share))


def predictive_quantiles(x: FloatArray, q: FloatArray) -> FloatArray:
    """Return below what a further value lies with such probabilities, (k,), by ascending ones, (n,), n ≥ 1.

    Of so few values that they do not tell, the least or the greatest.

    Reference: Weibull (1939), The phenomenon of rupture in solids; Hyndman and Fan (1996), Sample quantiles in
    statistical packages, The American Statistician 50, definition 6.
    """
    return quantiles_of_sorted(x, np.clip((q * (len(x) + 1) - 1.0) / max(len(x) - 1, 1), 0.0, 1.0))


def weighted_quantiles(x: FloatArray, weight: FloatArray, q: FloatArray) -> FloatArray:
    """Return the quantiles ``q`` of values ``x`` with weights, both (n,), joined by straight lines; (q,)."""
    order = np.argsort(x)
    share = np.cumsum(weight[order])
    return np.interp(q, (share - weight[order] / 2) / share[-1], x[order])


def residual_std(residuals: FloatArray, parameters: int = 0) -> FloatArray:
    """Return the standard deviation of one-step residuals, shape (n, 1), of a panel (n, t).

    NaN residuals do not count; ``parameters`` are taken off the degrees of freedom, and where none are
    left nothing can be said: NaN.
    """
    count = np.sum(np.isfinite(residuals), axis=1, keepdims=True)
    df = np.where(count > parameters, count - parameters, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(np.nansum(residuals**2, axis=1, keepdims=True) / df))
