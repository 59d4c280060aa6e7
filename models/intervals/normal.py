"""Intervals of a normal distribution, and what makes any interval no narrower with the step."""

import numpy as np

from models.data.results import Band
from models.stats.distributions import normal_quantile
from models.types import FloatArray


def normal_band(mean: FloatArray, spread: FloatArray, level: float) -> Band:
    """Return the central interval of a normal distribution at a level in percent."""
    half = normal_quantile(level) * spread
    return Band(mean - half, mean + half)


def never_narrowing(mean: FloatArray, band: Band) -> Band:
    """Return the interval with no step nearer to its mean than an earlier one: (..., horizon).

    Simulation noise and seasonal factors below one would else make a later step look surer.
    """
    below = np.maximum.accumulate(np.maximum(mean - band.lower, 0.0), axis=-1)
    above = np.maximum.accumulate(np.maximum(band.upper - mean, 0.0), axis=-1)
    return Band(mean - below, mean + above)
