"""Change points of a series: where to cut it so that each segment is well described, at a penalty for each.

Optimal partitioning (dynamic programming over the last cut) finds the cheapest there are. Long
series are first cut on a coarse grid; then each cut moves to its best place between its neighbours.

Reference: Jackson et al. (2005), An algorithm for optimal partitioning of data on an interval, IEEE
Signal Processing Letters 12(2), 105-108; Killick, Fearnhead and Eckley (2012), Optimal detection of
changepoints with a linear computational cost, JASA 107, 1590-1598 (the costs); Bernoulli likelihood:
Hinkley and Hinkley (1970), Inference about the change-point in a sequence of binomial variables,
Biometrika 57, 477-488.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import entr

from models.types import FloatArray, IntArray

_MOST_CANDIDATES = 300
"""Candidate positions of a change point that are compared with each other; the time grows with their square."""
_ROUNDS = 2

Cost = Callable[[Any, Any], FloatArray]
"""First and one-behind-last index of pieces, integers or arrays that broadcast, to their costs."""


def optimal_partition(
    cost: Cost, size: int, min_size: int, penalty: float, end_size: int | None = None
) -> list[int]:
    """Return the ascending indices before which to cut, so that costs and penalties are least.

    Every piece has at least ``min_size`` points of ``size``, the first and the last one ``end_size`` if that is
    given; no cut if there are too few for two.
    """
    end_size = min_size if end_size is None else end_size
    step = -(-size // _MOST_CANDIDATES)
    candidates = np.append(np.arange(0, size, step), size)
    total = np.full(len(candidates), np.inf)
    total[0] = 0.0
    before = np.zeros(len(candidates), dtype=np.int64)
    least = np.where(candidates == size, end_size, min_size)
    allowed = np.searchsorted(candidates, candidates - least, side="right")
    allowed = np.maximum(allowed, candidates >= end_size)  # the first piece
    for j in range(1, len(candidates)):
        k = allowed[j]
        if k:
            costs = total[:k] + cost(candidates[:k], candidates[j])
            before[j] = costs.argmin()
            total[j] = costs[before[j]] + penalty
    edges = [0, *_followed_back(before, candidates), size]
    if step == 1:
        return edges[1:-1]
    sizes = (min_size, end_size)
    return _merged_pairs(cost, _moved(cost, edges, sizes, step), sizes, penalty)


def _followed_back(before: IntArray, candidates: IntArray) -> list[int]:
    change_points = []
    j = len(candidates) - 1
    while (j := int(before[j])) > 0:
        change_points.append(int(candidates[j]))
    return change_points[::-1]


def _moved(cost: Cost, edges: list[int], sizes: tuple[int, int], reach: int) -> list[int]:
    """Return the edges, each inner one at its best place within reach while the others stay."""
    for _ in range(_ROUNDS):
        for i in range(1, len(edges) - 1):
            near = range(edges[i] - reach, edges[i] + reach + 1)
            edges[i] = _best_between(cost, edges, i, near, sizes)
    return edges


def _best_between(
    cost: Cost, edges: Sequence[int], i: int, near: range, sizes: tuple[int, int]
) -> int:
    """Return the best place of an inner edge within ``near``; its own if there is none.

    ``sizes``: least sizes of a piece, and of the first and the last one.
    """
    before, behind = edges[i - 1], edges[i + 1]
    first = max(before + sizes[before == edges[0]], near.start)
    last = min(behind - sizes[behind == edges[-1]], near.stop - 1)
    candidates = np.arange(first, last + 1)
    if not len(candidates):
        return edges[i]
    costs = cost(before, candidates) + cost(candidates, behind)
    return int(candidates[costs.argmin()])


def _merged_pairs(
    cost: Cost, edges: list[int], sizes: tuple[int, int], penalty: float
) -> list[int]:
    """Return the inner edges, two of them made one where one cut at its best place costs less.

    On a coarse grid a jump between two candidates is a short piece of its own.
    """
    i = 1
    while i < len(edges) - 2:
        a, first, second, b = edges[i - 1 : i + 3]
        one = [*edges[:i], first, *edges[i + 2 :]]
        cut = _best_between(cost, one, i, range(first, second + 1), sizes)
        apart = cost(a, first) + cost(first, second) + cost(second, b) + penalty
        if cost(a, cut) + cost(cut, b) <= apart:
            one[i] = cut
            edges, i = one, max(i - 1, 1)
        else:
            i += 1
    return edges[1:-1]


def cost_reductions(cost: Cost, change_points: Sequence[int], size: int) -> list[float]:
    """Return what each cut saves against leaving it out while the others stay."""
    edges = [0, *change_points, size]
    return [
        float(cost(a, b) - cost(a, cut) - cost(cut, b))
        for a, cut, b in zip(edges, edges[1:], edges[2:], strict=False)
    ]


class LineCost:
    """Squared error of a piece around its mean, or around its line where that pays for the slope.

    ``y``, ``weights`` and ``time``: shape (t,); ``y`` in units of its deviation, roughly centred.
    ``slope_penalty``: what a slope must save, infinity for means alone.
    """

    def __init__(
        self, y: FloatArray, weights: FloatArray, time: FloatArray, slope_penalty: float
    ) -> None:
        self.slope_penalty = slope_penalty
        x = (time - time.mean()) / max(float(np.ptp(time)), 1.0)
        terms = [weights, weights * x, weights * x * x]
        terms += [weights * y, weights * x * y, weights * y * y]
        self._sums = np.concatenate([np.zeros((6, 1)), np.cumsum(terms, axis=1)], axis=1)

    def __call__(self, first: Any, behind: Any) -> FloatArray:
        """Return the costs of pieces."""
        flat, line = self._both(first, behind)
        return np.asarray(np.minimum(flat, line))

    def is_flat(self, first: int, behind: int) -> bool:
        """Whether the slope of a piece does not pay."""
        flat, line = self._both(first, behind)
        return bool(flat <= line)

    def _both(self, first: Any, behind: Any) -> tuple[FloatArray, FloatArray]:
        w, x, xx, y, xy, yy = (total[behind] - total[first] for total in self._sums)
        flat = yy - y * y / w
        squares = np.maximum(xx - x * x / w, 1e-300)
        line = flat - (xy - x * y / w) ** 2 / squares + self.slope_penalty
        return flat, line


class ScaleCost:
    """How well one scale describes the sizes of a piece: minus twice a quasi-log-likelihood.

    ``sizes``: absolute deviations, all above 0, shape (t,); ``dispersion``: their variance over their
    squared mean, autocorrelation included.
    """

    def __init__(self, sizes: FloatArray, dispersion: float) -> None:
        self._sum = np.concatenate([[0.0], np.cumsum(sizes)])
        self.dispersion = dispersion

    def __call__(self, first: Any, behind: Any) -> FloatArray:
        """Return the costs of pieces."""
        count = behind - first
        mean = (self._sum[behind] - self._sum[first]) / count
        return np.asarray(2.0 * count * np.log(mean) / self.dispersion)


class RateCost:
    """How well one rate describes how often something happens in a piece: minus twice its log-likelihood.

    ``happens``: 0 or 1, shape (t,); ``dispersion``: the variance of their sums over that of independent ones.
    """

    def __init__(self, happens: FloatArray, dispersion: float) -> None:
        self._sum = np.concatenate([[0.0], np.cumsum(happens)])
        self.dispersion = dispersion

    def __call__(self, first: Any, behind: Any) -> FloatArray:
        """Return the costs of pieces."""
        count = behind - first
        rate = (self._sum[behind] - self._sum[first]) / count
        return np.asarray(2.0 * count * (entr(rate) + entr(1.0 - rate)) / self.dispersion)
