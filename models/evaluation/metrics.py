"""Errors of forecasts and their intervals: a loss for every point, and the scales of errors.

Arrays have any shape. A point whose actual value, forecast or scale is missing has no loss (NaN), and neither
has one whose loss is a ratio to zero.

References: Hyndman & Koehler (2006), Another look at measures of forecast accuracy, International
Journal of Forecasting 22 (MASE); Makridakis, Spiliotis & Assimakopoulos (2020), The M4 Competition, IJF
36 (sMAPE, MSIS) and (2022), M5 accuracy competition, IJF 38 (RMSSE); Gneiting & Raftery (2007), Strictly
proper scoring rules, prediction, and estimation, JASA 102 (pinball loss, CRPS, interval score).
"""

from collections.abc import Mapping

import numpy as np

from models.data.results import Interval
from models.types import FloatArray, IntArray

# --- a loss for every point, in the shape of ``y`` ------------------------------


def absolute_error(y: FloatArray, yhat: FloatArray) -> FloatArray:
    """Return |y - ŷ|."""
    return np.abs(y - yhat)


def squared_error(y: FloatArray, yhat: FloatArray) -> FloatArray:
    """Return (y - ŷ)²."""
    with np.errstate(over="ignore"):
        return _known((y - yhat) ** 2)


def percentage_error(y: FloatArray, yhat: FloatArray) -> FloatArray:
    """Return 100 |y - ŷ| / |y| in percent, NaN where y is zero."""
    return 100.0 * ratio(np.abs(y - yhat), np.abs(y))


def symmetric_percentage_error(y: FloatArray, yhat: FloatArray) -> FloatArray:
    """Return 200 |y - ŷ| / (|y| + |ŷ|), between 0 and 200; 0 where both are zero."""
    off = np.abs(y - yhat)
    return np.where(off == 0.0, 0.0, 200.0 * ratio(off, np.abs(y) + np.abs(yhat)))


def quantile_loss(y: FloatArray, yhat: FloatArray, quantile: float) -> FloatArray:
    """Return the pinball loss: (y - ŷ) q where y is above the forecast quantile, (ŷ - y)(1 - q) below."""
    off = y - yhat
    return np.maximum(quantile * off, (quantile - 1.0) * off)


def ranked_probability_score(y: FloatArray, quantiles: Mapping[float, FloatArray]) -> FloatArray:
    """Return the continuous ranked probability score, as far as forecast quantiles tell it.

    The score is twice the integral of the pinball loss over all quantiles; here by the trapezoid rule
    over those known, with its ends, where the loss vanishes, at 0 and 1. The loss is concave over the
    quantiles of a good forecast, so that this is a little too low, less so the more there are.
    """
    ordered = sorted(quantiles)
    ends = np.array([0.0, *ordered, 1.0])
    total = np.zeros(np.broadcast_shapes(y.shape, *(q.shape for q in quantiles.values())))
    for quantile, weight in zip(ordered, (ends[2:] - ends[:-2]).tolist(), strict=True):
        total += weight * quantile_loss(y, quantiles[quantile], quantile)
    return total


def covered(y: FloatArray, band: Interval) -> FloatArray:
    """Return 1 where y lies in the interval, edges included, and 0 where not."""
    inside = (band.lower <= y) & (y <= band.upper)
    unknown = np.isnan(y) | np.isnan(band.lower) | np.isnan(band.upper)
    return np.where(unknown, np.nan, inside.astype(np.float64))


_LEAST_ALPHA = float(np.finfo(np.float64).eps)


def interval_score(y: FloatArray, band: Interval, level: float) -> FloatArray:
    """Return the width of the interval plus 2/α times how far y lies outside; α = 1 - level/100, above 0."""
    outside = np.maximum(band.lower - y, 0.0) + np.maximum(y - band.upper, 0.0)
    return band.upper - band.lower + 2.0 / max(1.0 - level / 100.0, _LEAST_ALPHA) * outside


# --- scales --------------------------------------------------------------------


def naive_scale(y: FloatArray, season: int, cutoffs: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean absolute and the mean squared error of the seasonal naive forecast in sample.

    ``y``: shape (t,), NaN where missing; ``cutoffs``: how many points each training part has, (w,).
    Returns two arrays (w,), NaN where nothing could be compared or nothing ever changed. A training
    part no longer than the season is scaled by its plain naive forecast, the season being unseen.
    """
    absolute, squared = _scales(y, season, cutoffs)
    if season > 1 and bool((cutoffs <= season).any()):
        plain_absolute, plain_squared = _scales(y, 1, cutoffs)
        absolute = np.where(cutoffs <= season, plain_absolute, absolute)
        squared = np.where(cutoffs <= season, plain_squared, squared)
    return absolute, squared


def _scales(y: FloatArray, season: int, cutoffs: IntArray) -> tuple[FloatArray, FloatArray]:
    change = y[season:] - y[:-season]
    known = np.isfinite(change)
    ends = np.clip(cutoffs - season, 0, len(change))
    count = _summed_to(known.astype(np.float64), ends)
    absolute = _summed_to(np.where(known, np.abs(change), 0.0), ends)
    squared = _summed_to(np.where(known, change**2, 0.0), ends)
    return (
        ratio(absolute, np.where(absolute > 0.0, count, 0.0)),
        ratio(squared, np.where(squared > 0.0, count, 0.0)),
    )


def _summed_to(values: FloatArray, ends: IntArray) -> FloatArray:
    """Return the sum of the values before each end."""
    return np.concatenate([[0.0], np.cumsum(values)])[ends]


def ratio(above: FloatArray, below: FloatArray | IntArray) -> FloatArray:
    """Return the quotient, NaN where it is not a finite number."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _known(np.asarray(above / below))


def _known(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), values, np.nan)
