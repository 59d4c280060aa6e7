"""The season of a series as one figure per phase, and whether it is worth taking out."""

import numpy as np

from models.stats.autocorrelation import autocorrelation
from models.stats.distributions import normal_quantile
from models.stats.moving import centred_mean
from models.types import FloatArray

_LEVEL = 90.0
"""Autocorrelations of noise lie within this central interval, in percent."""


def seasonal_figure(y: FloatArray, m: int, multiplicative: bool) -> FloatArray:
    """Return the mean season of a classical decomposition, (m,), summing to 0 or averaging 1.

    With too few cycles for a centred moving average, one wave around a straight line.
    """
    n = len(y)
    half = m // 2
    if n - 2 * half >= m:
        inner = slice(half, n - half)
        trend = centred_mean(y, m)
        phase = np.arange(n)[inner] % m
        count = np.bincount(phase, minlength=m)
        figure = np.bincount(phase, without_season(y[inner], trend, multiplicative), m) / count
    else:
        figure = _wave(y, m, multiplicative)
    if multiplicative:
        figure = np.maximum(figure, 1e-2)
        return np.asarray(figure / figure.mean())
    return np.asarray(figure - figure.mean())


def without_season(y: FloatArray, part: FloatArray, multiplicative: bool) -> FloatArray:
    """Return the values with a part taken off or divided out."""
    return np.asarray(y / part if multiplicative else y - part)


def _wave(y: FloatArray, m: int, multiplicative: bool) -> FloatArray:
    t = np.arange(len(y))
    line = np.polynomial.Polynomial.fit(t, y, 1)(t)
    if multiplicative:
        line = np.maximum(line, 1e-3 * np.abs(y).mean())
    angle = 2.0 * np.pi * t / m
    waves = np.column_stack([np.ones(len(t)), np.cos(angle), np.sin(angle)])
    weights = np.linalg.lstsq(waves, without_season(y, line, multiplicative), rcond=None)[0]
    angle = 2.0 * np.pi * np.arange(m) / m
    return np.asarray(weights[0] + weights[1] * np.cos(angle) + weights[2] * np.sin(angle))


def is_seasonal(y: FloatArray, m: int) -> bool:
    """Whether the autocorrelation at lag ``m`` stands out of what shorter lags explain.

    Reference: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the
    theta method, International Journal of Forecasting 32, §2.1.
    """
    n = len(y)
    if m < 4 or n < 2 * m:
        return False
    r = autocorrelation(y, m)[1:]
    limit = np.sqrt((1.0 + 2.0 * float(r[:-1] @ r[:-1])) / n)
    return bool(abs(r[-1]) / limit > normal_quantile(_LEVEL))
