"""Repetition in values of which many are missing, from those that are there."""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import chdtr

from models.types import FloatArray

_ALIKE = 0.25
"""Values a season apart differ, in the mean square, by at most this share of what nearer ones do."""
_CHANCE = 1e-3
"""How often that may be chance at any of the lags."""
_AS_GOOD = 3.0
"""The shortest lag is taken that is not worse than the best by more than this factor."""
_ROUNDS = 3
"""A season is seen in so many rounds."""
_TINY = 1e-12
"""Mean squared differences of rounding, of values of which the largest is 1."""


def repeated_length(y: FloatArray) -> int:
    """Return the shortest lag at which values, shape (t,), NaN where missing, are alike; 1 if there is none.

    Pairs of observed values tell, by their mean squared difference at each lag: what lies between them need not
    be known, while straight lines across gaps hide a season.

    Reference: Matheron (1963), Principles of geostatistics, Economic Geology 58 (the variogram).
    """
    seen = np.isfinite(y)
    most = len(y) // _ROUNDS
    largest = float(np.abs(y[seen]).max(initial=0.0))
    if most < 3 or seen.sum() < 2 * _ROUNDS or largest == 0.0:
        return 1
    time, known = np.flatnonzero(seen), y[seen] / largest  # squares of which are numbers
    x = np.zeros(len(y))
    x[seen] = known - np.polynomial.Polynomial.fit(time, known, 1)(time)
    apart, pairs = _variogram(x, seen * 1.0, most + 1)
    # of every second value no two are an odd number of steps apart
    lags = np.flatnonzero(pairs) + 1
    apart, pairs = apart[lags - 1], pairs[lags - 1]
    inner = np.arange(1, len(lags) - 1)  # each with two neighbours
    shorter = np.cumsum(apart * pairs)[inner - 1] / np.maximum(np.cumsum(pairs)[inner - 1], 1.0)
    share = apart[inner] / np.maximum(shorter, _TINY)
    chance = chdtr(np.maximum(pairs[inner], 1.0), pairs[inner] * share)
    dips = (apart[inner] < apart[inner - 1]) & (apart[inner] <= apart[inner + 1])
    clear = inner[dips & (shorter > _TINY) & (share < _ALIKE) & (chance < _CHANCE / most)]
    if not len(clear):
        return 1
    good = apart[clear] <= _AS_GOOD * apart[clear].min() + _TINY
    return int(lags[clear[good][0]])


def _variogram(x: FloatArray, seen: FloatArray, lags: int) -> tuple[FloatArray, FloatArray]:
    """Return the mean squared difference and the number of pairs at lags 1 to ``lags``, each of shape (lags,)."""
    size = next_fast_len(len(x) + lags)

    def sums(one: FloatArray, other: FloatArray) -> FloatArray:
        both = irfft(np.conj(rfft(one, size)) * rfft(other, size), size)
        return np.asarray(both[1 : lags + 1], dtype=np.float64)

    pairs = np.round(sums(seen, seen))
    total = sums(x**2, seen) + sums(seen, x**2) - 2 * sums(x, x)
    return np.maximum(total, 0.0) / np.maximum(pairs, 1.0), pairs
