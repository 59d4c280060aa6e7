"""Seasons as peaks of the spectrum."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from models.stats.autocorrelation import autocorrelation
from models.types import FloatArray

LEAST = 16
"""Fewer observations have no spectrum to speak of."""
_ALPHA = 0.01
_MIN_CYCLES = 2.5
_MOST_PEAKS = 5
_APART = 1.5
"""Peaks nearer than so many steps of frequency are one."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A cycle: its length in whole observations, the exact period, its share of the variance, its p-value."""

    season_length: int
    period: float
    share: float
    p_value: float


def spectral_seasons(y: FloatArray) -> tuple[Peak, ...]:
    """Return the cycles that stand out of the spectrum, strongest first; () below 16 values.

    The straight trend and a first-order autoregression are taken off; an ordinate counts that
    noise like its neighbours (their median) would exceed in one of 100 series. Measured, 3 of 100 series
    of white noise show a cycle. Harmonics of a stronger cycle are part of its shape, and left out.

    Reference: Fisher (1929), Tests of significance in harmonic analysis; Percival and Walden (1993),
    Spectral Analysis for Physical Applications, ch. 10.
    """
    if len(y) < LEAST:
        return ()
    x = _detrended(y)
    if float(x @ x) <= 1e-18 * float(y @ y):
        return ()
    phi = autocorrelation(x, 1)[1]
    power = _periodogram(x[1:] - phi * x[:-1])
    p_values = _p_values(power)
    shares = _periodogram(x[1:])
    shares = shares / shares.sum()
    first = int(np.ceil(_MIN_CYCLES * (len(y) - 1) / len(y)))
    tops = [k for k in _tops(power) if k >= max(first, 3) and p_values[k] < _ALPHA]
    tops.sort(key=lambda k: -shares[k])
    return tuple(_peak(k, power, shares, p_values, len(y) - 1) for k in _fundamental(tops))


def _detrended(y: FloatArray) -> FloatArray:
    """Return the values beside their straight line; shape (t,)."""
    time = np.arange(len(y)) - (len(y) - 1) / 2
    x = y - y.mean()
    return np.asarray(x - time * (float(time @ x) / float(time @ time)))


def _periodogram(x: FloatArray) -> FloatArray:
    """Return the power at frequencies 0, 1/t, 2/t, ... up to 1/2, tapered."""
    taper = np.hanning(len(x) + 2)[1:-1]
    return np.asarray(np.abs(np.fft.rfft((x - x.mean()) * taper)) ** 2)


def _p_values(power: FloatArray) -> FloatArray:
    """Return the chance that noise has such an ordinate anywhere: exponential around its background."""
    reach = max(4, min(25, len(power) // 8))
    background = median_filter(power, 2 * reach + 1, mode="reflect") / np.log(2.0)
    return np.asarray(np.minimum(1.0, len(power) * np.exp(-power / np.maximum(background, 1e-300))))


def _tops(power: FloatArray) -> list[int]:
    inner = np.flatnonzero((power[1:-1] > power[:-2]) & (power[1:-1] >= power[2:])) + 1
    return [int(k) for k in inner]


def _fundamental(tops: list[int]) -> list[int]:
    """Return the peaks that are no multiple of a stronger one, nor its neighbour."""
    kept: list[int] = []
    for top in tops:
        multiples = (abs(top - max(1, round(top / one)) * one) for one in kept)
        if len(kept) < _MOST_PEAKS and all(off > _APART for off in multiples):
            kept.append(top)
    return kept


def _peak(k: int, power: FloatArray, shares: FloatArray, p_values: FloatArray, size: int) -> Peak:
    """Return the cycle of an ordinate, its frequency between the ordinates from their parabola."""
    left, top, right = np.log(np.maximum(power[k - 1 : k + 2], 1e-300))
    curvature = left - 2 * top + right
    exact = k + (0.5 * (left - right) / curvature if curvature < 0 else 0.0)
    period = float(size / exact)
    return Peak(round(period), period, float(shares[k - 1 : k + 2].sum()), float(p_values[k]))
