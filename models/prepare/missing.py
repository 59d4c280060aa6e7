"""Missing values: one function per policy, each from a series with NaN to one without."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.tsa.seasonal import seasonal_decompose

from models.frequency import Frequency
from models.seasons import detect_seasons
from models.types import FloatArray


def interpolate(y: FloatArray) -> FloatArray:
    """Draw straight lines across missing values; the edges take the nearest value. Shape (t,)."""
    missing = np.isnan(y)
    at = np.flatnonzero(~missing)
    filled = y.copy()
    filled[missing] = np.interp(np.flatnonzero(missing), at, y[at])
    return filled


def carry_forward(y: FloatArray) -> FloatArray:
    """Repeat the last value; missing values at the start take the first one. Shape (t,)."""
    return pd.Series(y).ffill().bfill().to_numpy()


def zero(y: FloatArray) -> FloatArray:
    """Put zero. Shape (t,)."""
    return np.nan_to_num(y, nan=0.0)


def mean(y: FloatArray) -> FloatArray:
    """Put the mean of the observed values. Shape (t,)."""
    return np.nan_to_num(y, nan=float(np.nanmean(y)))


def seasonal(y: FloatArray, seasons: tuple[int, ...] | None, freq: Frequency) -> FloatArray:
    """Interpolate what is left after the seasonal pattern, and add the pattern back. Shape (t,).

    ``seasons``: as given, or None to detect them. The longest with two full cycles counts; without
    one this is plain interpolation.
    """
    line = interpolate(y)
    known = detect_seasons(line, freq) if seasons is None else seasons
    usable = [m for m in known if 1 < m <= len(y) // 2]
    if not usable:
        return line
    pattern = seasonal_decompose(line, period=max(usable), extrapolate_trend="freq").seasonal
    return np.asarray(interpolate(y - pattern) + pattern)


SIMPLE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "interpolate": interpolate,
    "ffill": carry_forward,
    "zero": zero,
    "mean": mean,
}
