"""Runs of neighbouring values as vectors: how long they are, what they tell, and back to points."""

from typing import Literal

import numpy as np

from models.stats.autocorrelation import autocorrelation
from models.types import FloatArray

WHERE_NO_PEAK = 125
"""How long windows are where the series repeats nothing."""
_SHORTEST, _LONGEST = 3, 300
_LAGS = 400
_CHANCE = 4.0
"""Standard deviations of an autocorrelation of noise, up to which a peak is taken for chance."""
_LEAST_WINDOWS = 8
"""A window is at most the eighth part of a series."""


def window_length(y: FloatArray) -> int:
    """Return how long windows of a series, shape (t,), had better be: from one highest peak to the next.

    That is the lag of the highest peak of the autocorrelation, or 125 where there is none.

    Reference: Liu and Paparrizos (2024), The elephant in the room: towards a reliable time-series anomaly
    detection benchmark, NeurIPS 37.
    """
    longest = max(len(y) // _LEAST_WINDOWS, _SHORTEST)
    lags = min(_LAGS, len(y) - 1)
    if lags < _SHORTEST + 2:
        return min(_SHORTEST, longest)
    r = autocorrelation(y, lags)
    inner = np.arange(_SHORTEST, lags)
    peaks = inner[(r[inner] > r[inner - 1]) & (r[inner] > r[inner + 1])]
    peaks = peaks[(peaks <= _LONGEST) & (r[peaks] > _CHANCE / np.sqrt(len(y)))]
    best = int(peaks[np.argmax(r[peaks])]) if len(peaks) else WHERE_NO_PEAK
    return min(best, longest)


def lag_windows(y: FloatArray, window: int) -> FloatArray:
    """Return every run of so many values as a view, shape (t - window + 1, window)."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(y, window))


def window_features(y: FloatArray, window: int) -> FloatArray:
    """Return what each run of so many values is like: (t - window + 1, 6).

    Mean, standard deviation, least, greatest, slope and mean size of a step; in units of ``y``.
    """
    runs = lag_windows(y, window)
    time = np.arange(window) - (window - 1) / 2.0
    slope = runs @ time / max(float(time @ time), 1.0) * window
    steps = np.abs(np.diff(y, prepend=y[:1]))
    step = lag_windows(steps, window).mean(axis=1)
    return np.stack(
        [runs.mean(axis=1), runs.std(axis=1), runs.min(axis=1), runs.max(axis=1), slope, step],
        axis=1,
    )


def of_points(scores: FloatArray, window: int, length: int = 1) -> FloatArray:
    """Return for each point the mean score of the windows that hold it: (t,) of (t - window + 1,).

    ``length``: over how many window lengths that mean is taken again.
    """
    points = _mean_around(scores, window, "full")
    for _ in range(length - 1):
        points = _mean_around(points, window, "same")
    return points


def _mean_around(x: FloatArray, window: int, mode: Literal["full", "same"]) -> FloatArray:
    ones = np.ones(window)
    return np.asarray(np.convolve(x, ones, mode) / np.convolve(np.ones(len(x)), ones, mode))
