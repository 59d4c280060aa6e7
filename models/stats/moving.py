"""Means of the points around each point, and statistics of those just before it.

The latter are exact, in O(n log w) time and O(n + w) memory. Every ``..._before`` takes the points before
the block (``past``) and the block (``new``) and returns, for each point of the block, the statistic of
the up to ``window`` points before it, NaN where there is none. The numbers are the same to the last bit
however a series is cut into blocks, as long as ``past`` holds the last ``window`` points.
"""

import bottleneck as bn
import numpy as np

from models.types import FloatArray, IntArray

_CHUNK = 16_384
"""Points worked on at a time, so that the arrays stay in the processor's cache."""

Moments = tuple[FloatArray, FloatArray]
"""Means and sums of squared distances from them."""


def trailing_mean(y: FloatArray, window: int, least: int | None = None) -> FloatArray:
    """Return the mean of the last ``window`` values at each point, (..., t), NaN where there are fewer.

    ``least``: how many are enough at the beginning, all if omitted. Means are taken of the distance to the
    first value, so that a large offset costs no precision.
    """
    offset = y[..., :1]
    return np.asarray(bn.move_mean(y - offset, window, min_count=least, axis=-1) + offset)


def centred_mean(y: FloatArray, window: int) -> FloatArray:
    """Return the mean around each point whose window is full; shape (t - 2 * (window // 2),).

    An even window takes half of its two outermost values (a 2 × m moving average).
    """
    weights = np.full(window, 1.0) if window % 2 else np.r_[0.5, np.ones(window - 1), 0.5]
    if len(y) < len(weights):
        return np.empty(0)
    return np.convolve(y, weights / window, "valid")  # a running sum would keep its roundings


def centred_mean_throughout(y: FloatArray, window: int) -> FloatArray:
    """Return the mean around each point, (t,), t > window: at the ends that of the nearest full window."""
    return np.pad(centred_mean(y, window), window // 2, mode="edge")


def detrended(y: FloatArray, window: int) -> FloatArray:
    """Return the values less their centred mean, where its window is full; (t - 2 * (window // 2),)."""
    edge = window // 2
    return np.asarray(y[edge : len(y) - edge] - centred_mean(y, window))


def detrended_throughout(x: FloatArray, window: int) -> FloatArray:
    """Return the values less their centred mean, which goes on straight at the ends; (t,)."""
    edge = window // 2
    inner = detrended(x, window)
    trend = x[edge : len(x) - edge] - inner
    reach = min(window, len(trend) - 1)
    steps = np.arange(1, edge + 1) / max(reach, 1)
    before = trend[0] - steps[::-1] * (trend[reach] - trend[0])
    behind = trend[-1] + steps * (trend[-1] - trend[-1 - reach])
    return np.concatenate([x[:edge] - before, inner, x[len(x) - edge :] - behind])


def median_before(past: FloatArray, new: FloatArray, window: int) -> FloatArray:
    """Return the median of the points before each point of the block, shape of ``new``."""
    values = np.concatenate([past, new])
    median = np.full(len(values) + 1, np.nan)
    if len(values):
        median[1:] = bn.move_median(values, min(window, len(values)), min_count=1)
    return median[len(past) : len(values)]


def share_before(past: FloatArray, new: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """Return the share of ones among the zeros and ones before each point, and how many these are; as ``new``.

    NaN counts as neither. Sums of ones are exact, so a running sum does.
    """
    values = np.concatenate([past, new])
    known = np.isfinite(values)
    ones = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0.0], np.cumsum(known, dtype=np.float64)])
    end = np.arange(len(past), len(values))
    start = np.maximum(end - window, 0)
    total = count[end] - count[start]
    with np.errstate(invalid="ignore"):
        return (ones[end] - ones[start]) / total, total


def moments_before(past: FloatArray, new: FloatArray, window: int) -> Moments:
    """Return mean and sum of squared distances from it, of the points before each of the block; as ``new``.

    Windows are merged pairwise from windows of half their size, so nothing is ever subtracted that
    was added before: a spike leaves no trace once it is out of the window, and a level of 1e12 does
    not drown a noise of 1.

    Reference: Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, The
    American Statistician 37.
    """
    values = np.concatenate([past, new])
    mean, squares = np.full(len(values), np.nan), np.full(len(values), np.nan)
    short = min(window, len(values))
    if len(past) < short:
        mean[:short], squares[:short] = _of_all_before(values[:short])
    step = max(_CHUNK, window)
    for start in range(max(len(past), window), len(values), step):
        end = min(start + step, len(values))
        part = _of_full_windows(values[start - window : end], window)
        mean[start:end], squares[start:end] = part[0][:-1], part[1][:-1]
    return mean[len(past) :], squares[len(past) :]


def _of_full_windows(values: FloatArray, window: int) -> Moments:
    """Return the moments of every run of ``window`` points, by start; shape (n - window + 1,)."""
    piece: Moments = (values, np.zeros(len(values)))
    size, taken = 1, 0
    runs = piece
    while size <= window:
        if window & size:
            runs = _merged(runs, taken, _from(piece, taken), size) if taken else piece
            taken += size
        piece = _merged(piece, size, _from(piece, size), size)
        size *= 2
    return runs


def _of_all_before(values: FloatArray) -> Moments:
    """Return the moments of all that comes before each point, in the same order of merging."""
    count = np.arange(len(values))
    mean, squares = np.full(len(values), np.nan), np.full(len(values), np.nan)
    piece: Moments = (values, np.zeros(len(values)))
    size = 1
    while size < len(values):
        place = np.flatnonzero(count & size)
        taken = count[place] & (size - 1)
        newer = piece[0][taken], piece[1][taken]
        older = mean[place], squares[place]
        merged = _merged(older, taken, newer, size)
        mean[place] = np.where(taken, merged[0], newer[0])
        squares[place] = np.where(taken, merged[1], newer[1])
        piece = _merged(piece, size, _from(piece, size), size)
        size *= 2
    return mean, squares


def _from(moments: Moments, start: int) -> Moments:
    return moments[0][start:], moments[1][start:]


def _merged(older: Moments, older_size: int | IntArray, newer: Moments, newer_size: int) -> Moments:
    """Return the moments of neighbouring runs together, as many as there are of the newer ones."""
    count = len(newer[0])
    share = newer_size / (older_size + newer_size)
    delta = newer[0] - older[0][:count]
    squares = delta * delta
    squares *= older_size * share
    squares += older[1][:count]
    squares += newer[1]
    delta *= share
    delta += older[0][:count]
    return delta, squares
