"""Units in which values are near 1, for searches that have absolute tolerances, and finite exponentials."""

import numpy as np

from models.types import FloatArray

LARGEST_EXPONENT = 700.0
"""Of e, that a float holds."""


def natural_unit(y: FloatArray) -> float:
    """Return the power of two nearest the size of values (t,): dividing by it changes no digit."""
    size = float(np.abs(y).mean())
    return float(2.0 ** np.round(np.log2(size))) if np.isfinite(size) and size > 0.0 else 1.0


def usual_unit(y: FloatArray) -> float:
    """Return 1 for values (t,) of a usual size, else their natural unit.

    A library then gets what it was tested on, and gives what its own users see.
    """
    size = float(np.abs(y).mean())
    return 1.0 if 1e-2 <= size <= 1e7 else natural_unit(y)


def deviation_ratio(known: FloatArray, other: FloatArray) -> float:
    """Return how much larger others, (n,), deviate from their line than known values, (t,); 1 if these do not."""
    deviation = _deviation_from_line(known)
    return _deviation_from_line(other) / deviation if deviation > 0.0 else 1.0


def _deviation_from_line(y: FloatArray) -> float:
    t = np.arange(len(y)) - (len(y) - 1) / 2.0
    steps = float(t @ t)
    off = y - y.mean()
    return float((off - t * (t @ off) / steps).std()) if steps > 0.0 else 0.0


def safe_exp(x: FloatArray) -> FloatArray:
    """Return the exponential, kept within what a float holds, shape of ``x``."""
    return np.asarray(np.exp(np.clip(x, -LARGEST_EXPONENT, LARGEST_EXPONENT)))
