"""Numbers that stand for a missing value: -999 and its like, many times and far from all others."""

import numpy as np

from models.types import BoolArray, FloatArray

_NINES = (99.0, 99.9, 99.99, 999.0, 999.9, 999.99, 9999.0, 9999.9, 99999.0, 999999.0, 9999999.0)
_CODES: FloatArray = np.unique([*(-x for x in _NINES), *(x for x in _NINES if x >= 999.0)])
"""Positive ones from three nines on: 99 is as often a value."""
LEAST_TIMES, _MOST = 3, 0.5
"""A code occurs so many times at least, and in no larger share of the values."""
_ROUNDING = 1e-6


def might_be_code(values: FloatArray) -> BoolArray:
    """Return which values, (n,), are written as codes for missing ones are, to rounding."""
    near = np.clip(np.searchsorted(_CODES, values), 1, len(_CODES) - 1)
    nearest = np.abs(np.stack([_CODES[near], _CODES[near - 1]]) - values).min(axis=0)
    return np.asarray(nearest <= _ROUNDING * np.abs(values))


def missing_code(y: FloatArray) -> float | None:
    """Return the code in values, shape (t,), NaN where missing; None if there is none.

    It is the least or the largest value, occurs three times or more, in less than half of the values, and lies
    farther from all others than these from each other.
    """
    seen = y[np.isfinite(y)]
    for code in (seen.min(initial=np.inf), seen.max(initial=-np.inf)):
        others = seen[seen != code]
        times = len(seen) - len(others)
        if times < LEAST_TIMES or times > _MOST * len(seen):
            continue
        if might_be_code(np.array([code]))[0] and np.abs(others - code).min() > np.ptp(others):
            return float(code)
    return None


def without_code(y: FloatArray) -> FloatArray:
    """Return the values, shape (t,), with straight lines in place of a code for missing ones."""
    code = missing_code(y)
    if code is None:
        return y
    known = np.flatnonzero(y != code)
    return np.asarray(np.interp(np.arange(len(y)), known, y[known]))
