"""The Hodrick-Prescott filter: a smooth trend and the cycle around it."""

import numpy as np
import pandas as pd
from scipy.linalg import solveh_banded

from models.frequency import Frequency
from models.types import FloatArray

QUARTERLY = 1600.0
"""The smoothness of quarterly data, to which that of other frequencies is scaled."""
_LARGE = 1e6
_LEAST = 1e-14
"""The least weight of the identity that floating point sees beside eigenvalues up to 16: 1 / lambda."""


def default_lambda(freq: Frequency) -> float:
    """Return the usual smoothness: yearly 6.25, quarterly 1600, monthly 129600, and so on.

    It grows with the fourth power of the steps in a year. Integer time counts as quarterly.

    Reference: Ravn and Uhlig (2002), On adjusting the Hodrick-Prescott filter for the frequency of
    observations, Review of Economics and Statistics 84(2), 371-376.
    """
    steps = _steps_per_year(freq)
    return QUARTERLY * ((round(steps) or steps) / 4.0) ** 4


def _steps_per_year(freq: Frequency) -> float:
    if freq.step is not None:
        return 4.0
    stamps = pd.date_range("2001-01-01", periods=41, freq=freq.offset)
    years = (stamps[-1] - stamps[0]) / pd.Timedelta(days=365.2425)
    return float(40 / years)


def hp_filter(y: FloatArray, smoothness: float) -> tuple[FloatArray, FloatArray]:
    """Split a series into trend and cycle, both of shape (t,); ``smoothness`` is the filter's lambda.

    Minimises the squared cycle plus lambda times the squared second difference of the trend, by one
    banded Cholesky solution of ``(I + lambda K'K) trend = y``, or where a large lambda would drown
    the identity, of ``(I / lambda + KK') w = K y``, of which ``K'w`` is the cycle. Fewer than three
    points are all trend.

    Reference: Hodrick and Prescott (1997), Postwar U.S. business cycles, Journal of Money, Credit
    and Banking 29(1), 1-16.
    """
    if len(y) < 3:
        return y.copy(), np.zeros_like(y)
    # A straight line passes the filter unchanged: without it, less is lost to rounding.
    line = np.linspace(y[0], y[-1], len(y))
    if smoothness > _LARGE:
        cycle = _cycle(y - line, smoothness)
        return y - cycle, cycle
    trend: FloatArray = line + solveh_banded(
        _penalty(len(y), smoothness), y - line, lower=True, check_finite=False
    )
    return trend, y - trend


def _cycle(y: FloatArray, smoothness: float) -> FloatArray:
    """Return the cycle by the dual equations, which stay well conditioned as lambda grows."""
    bands = np.empty((3, len(y) - 2))
    bands[0], bands[1], bands[2] = 6.0 + max(1.0 / smoothness, _LEAST), -4.0, 1.0
    w = solveh_banded(bands[: len(y) - 2], np.diff(y, 2), lower=True, check_finite=False)
    padded = np.pad(w, 2)
    return np.asarray(np.diff(padded, 2))


def _penalty(size: int, smoothness: float) -> FloatArray:
    """Return ``I + lambda K'K`` in lower banded form, shape (3, size); K takes second differences."""
    ones = np.ones(size - 2)
    bands = np.zeros((3, size))
    for offset, weight in enumerate((1.0, -2.0, 1.0)):
        bands[0, offset : offset + size - 2] += weight**2 * ones
    bands[1, : size - 2] += -2.0
    bands[1, 1 : size - 1] += -2.0
    bands[2, : size - 2] += 1.0
    bands *= smoothness
    bands[0] += 1.0
    return bands
