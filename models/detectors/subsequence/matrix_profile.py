"""How far the shape of each window lies from the shape most like it."""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from models.contract.cost import Cost, Workload
from models.detectors.vectors import VectorDetector, WindowParams
from models.types import FloatArray, IntArray

_FLAT = 1e-7
"""A window whose deviation is a smaller share of the series' has no shape."""
_HALF = 0.5
"""A flat window is as like to one with a shape as two shapes that go half together."""
_MOST = 20_000
"""The shapes of more windows are compared with so many of the last."""


class MatrixProfileParams(WindowParams):
    """How long windows are."""


class MatrixProfile(VectorDetector[MatrixProfileParams]):
    """Flag stretches whose shape, whatever its level and size, is like no other: discords.

    The distance is Euclidean between windows of mean 0 and deviation 1; windows nearer than a quarter of their
    length are no neighbours. Time grows with the square of the length.

    Reference: Yeh et al. (2016), Matrix profile I, ICDM; Zhu et al. (2016), Matrix profile II, ICDM (STOMP).
    """

    name = "matrix_profile"
    title = "Matrix profile"
    summary = "Stretches whose shape is like no other, whatever their level and size; slow on long series."
    reference = (
        "Yeh et al. (2016), Matrix profile I: all pairs similarity joins for time series, ICDM"
    )
    is_causal = True

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what comparing all windows takes."""
        length = work.observations.astype(float)
        seconds = 2e-3 * len(length) + float(
            (1e-5 * length + 4e-9 * length * np.minimum(length, _MOST)).sum()
        )
        seconds += self._seconds_live(float(length.sum())) if causal else 0.0
        return Cost(seconds, 8 * 12 * int(work.observations.max(initial=0)))

    def _learn(self, vectors: FloatArray) -> None:
        windows = vectors[-_MOST:]
        self.first_ = len(vectors) - len(windows)
        self.known_ = np.append(windows[:, 0], windows[-1, 1:])
        self.mean_, self.inverse_ = _moments(self.known_, self.window_)

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        x = np.append(vectors[:, 0], vectors[-1, 1:])
        offset = None if own is None else int(own[0]) - self.first_
        return _profile(x, self.known_, self.window_, offset, (self.mean_, self.inverse_))


def _profile(
    x: FloatArray,
    known: FloatArray,
    window: int,
    offset: int | None,
    moments: tuple[FloatArray, FloatArray] | None = None,
) -> FloatArray:
    """Return the distance of every window of ``x`` from the nearest of ``known``, (t - window + 1,).

    ``offset``: the place of the first window of ``x`` among the known ones, which are then no neighbours of
    themselves; None if there is none. ``moments``: those of the known windows, if they are at hand.
    """
    mean, deviation = _moments(x, window)
    known_mean, known_deviation = moments or _moments(known, window)
    count, known_count = len(mean), len(known_mean)
    zone, is_flat = -(-window // 4), known_deviation == 0.0
    product, first_of_each = _products(x[:window], known), _products(known[:window], x)
    found = np.empty(count)
    for i in range(count):
        if i:
            product[1:] += (
                x[i + window - 1] * known[window : window + known_count - 1]
                - x[i - 1] * known[: known_count - 1]
            )
            product[0] = first_of_each[i]
        similar = (product - window * mean[i] * known_mean) * known_deviation
        similar *= deviation[i] / window
        similar[is_flat] = _HALF if deviation[i] else 1.0
        if not deviation[i]:
            similar[~is_flat] = _HALF
        if offset is not None:
            place = i + offset
            similar[max(place - zone, 0) : max(place + zone + 1, 0)] = -1.0
        found[i] = np.sqrt(max(2.0 * window * (1.0 - float(similar.max())), 0.0))
        product[1:] = product[:-1].copy()
    return found


def _moments(x: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """Return the mean of every window and the inverse of its deviation, 0 for one without a shape."""
    runs = np.lib.stride_tricks.sliding_window_view(x, window)
    deviation = runs.std(axis=1)
    flat = deviation <= _FLAT * float(x.std())
    return runs.mean(axis=1), np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, deviation))


def _products(query: FloatArray, x: FloatArray) -> FloatArray:
    """Return the products of a query with every window of its length, (t - window + 1,)."""
    size = next_fast_len(len(x) + len(query), real=True)
    return np.asarray(irfft(rfft(x, size) * rfft(query[::-1], size), size)[len(query) - 1 : len(x)])
