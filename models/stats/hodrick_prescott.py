"""The Hodrick-Prescott filter: a smooth trend and the cycle around it."""

from math import ceil

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import solveh_banded

from models.time.frequency import Frequency
from models.time.steps import DAY
from models.types import FloatArray

_QUARTERLY = 1600.0
"""The smoothness of quarterly data, to which that of other frequencies is scaled."""
LARGEST = 1e80
"""The greatest smoothness that may be asked for: that of steps of nanoseconds, and some."""
_LARGE = 1e6
_SHORT = 500
_PIECES = 16
"""Pieces of the spline within the distance over which the trend bends, the fourth root of lambda."""
_STRAIGHT = 30
"""Where that distance is so many times the length of the series, a larger lambda changes nothing."""


def default_lambda(freq: Frequency) -> float:
    """Return the usual smoothness: yearly 6.25, quarterly 1600, monthly 129600, and so on.

    It grows with the fourth power of the steps in a year. Integer time counts as quarterly.

    Reference: Ravn and Uhlig (2002), On adjusting the Hodrick-Prescott filter for the frequency of
    observations, Review of Economics and Statistics 84(2), 371-376.
    """
    steps = _steps_per_year(freq)
    return _QUARTERLY * ((round(steps) or steps) / 4.0) ** 4


def _steps_per_year(freq: Frequency) -> float:
    if freq.step is not None:
        return 4.0
    stamps = freq.walk(np.datetime64("2001-01-01", "ns"), 41)
    years = (stamps[-1] - stamps[0]) / np.timedelta64(round(365.2425 * DAY), "ns")
    return float(40 / years)


def hp_filter(y: FloatArray, smoothness: float) -> tuple[FloatArray, FloatArray]:
    """Split a series into trend and cycle, both of shape (t,); ``smoothness`` is the filter's lambda.

    Minimises the squared cycle plus lambda times the squared second difference of the trend, by one
    banded Cholesky solution of ``(I + lambda K'K) trend = y``. Where a large lambda would drown the
    identity, it is one of ``(I / lambda + KK') w = K y``, of which ``K'w`` is the cycle; where the
    series is long as well, of the same minimum among cubic splines, of which the trend is one to seven
    digits. Fewer than three points are all trend.

    Reference: Hodrick and Prescott (1997), Postwar U.S. business cycles, Journal of Money, Credit
    and Banking 29(1), 1-16.
    """
    if len(y) < 3:
        return y.copy(), np.zeros_like(y)
    # A straight line passes the filter unchanged: without it, less is lost to rounding.
    line = np.linspace(y[0], y[-1], len(y))
    smoothness = min(smoothness, (_STRAIGHT * float(len(y))) ** 4)
    if smoothness > _LARGE:
        solve = _cycle if len(y) <= _SHORT else _cycle_beside_spline
        cycle = solve(y - line, smoothness)
        return y - cycle, cycle
    trend: FloatArray = line + solveh_banded(
        _penalty(len(y), smoothness), y - line, lower=True, check_finite=False
    )
    return trend, y - trend


def _cycle(y: FloatArray, smoothness: float) -> FloatArray:
    """Return the cycle by the dual equations, which stay well conditioned as lambda grows."""
    bands = np.empty((3, len(y) - 2))
    bands[0], bands[1], bands[2] = 6.0 + 1.0 / smoothness, -4.0, 1.0
    w = solveh_banded(bands[: len(y) - 2], np.diff(y, 2), lower=True, check_finite=False)
    padded = np.pad(w, 2)
    return np.asarray(np.diff(padded, 2))


def _cycle_beside_spline(y: FloatArray, smoothness: float) -> FloatArray:
    """Return the cycle around the best cubic spline, whose pieces are short against the trend's bends."""
    last = len(y) - 1.0
    pieces = max(1, ceil(_PIECES * last / smoothness**0.25))
    knots = np.pad(np.linspace(0.0, last, pieces + 1), 3, mode="edge")
    basis = BSpline.design_matrix(np.arange(len(y), dtype=np.float64), knots, 3)
    curvature = basis[2:] - 2.0 * basis[1:-1] + basis[:-2]
    normal = basis.T @ basis + smoothness * (curvature.T @ curvature)
    bands = np.zeros((5, normal.shape[0]))  # a second difference may reach over a knot
    for offset in range(min(bands.shape)):
        bands[offset, : normal.shape[0] - offset] = normal.diagonal(-offset)
    weights = solveh_banded(bands, np.asarray(basis.T.dot(y)), lower=True)
    return y - np.asarray(basis.dot(weights))


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
