"""Points that are noise among the points just before them."""

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from models.contract.cost import Cost, Workload
from models.contract.state import kept
from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector, Points
from models.features.windows import lag_windows
from models.params import Params
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import least_scale
from models.stats.tails import ParetoTail
from models.types import FloatArray, IntArray

kept(ParetoTail)

_LEARNING = 24
"""So many vectors must have been seen before one is judged."""
_EVERY = 0.1
"""The edge is learned anew when the window has moved on by a tenth."""
_LEAST_REACHES = 500
"""So many reaches, of more than the window if need be, tell how rare one is."""
_ROUNDING = 1.0 + 1e-9
_BLOCK = 500_000
"""Numbers in the largest array of differences that is made at a time."""


class RollingDbscanParams(Params):
    """What the window holds, and what makes a region in it dense."""

    window: int = Field(
        200,
        ge=10,
        le=5_000,
        title="Window",
        description="Number of points before the judged one that make its neighbourhood.",
    )
    lags: int = Field(
        1,
        ge=1,
        le=100,
        title="Lags",
        description="Values that are judged together; with more than one, shapes matter, not only values.",
    )
    eps: float | None = Field(
        None,
        gt=0,
        title="eps",
        description="Largest distance of neighbours, in units of the series; by default it depends on level"
        " and on their usual distance in the window.",
    )
    min_samples: int = Field(
        5,
        ge=1,
        le=1000,
        title="Minimum size",
        description="Points within eps, itself included, that make a point dense.",
    )


class RollingDbscan(Detector[RollingDbscanParams]):
    """Flag a point that DBSCAN, of it and the window before it, would call noise.

    The score is the distance at which the point is dense or next to a dense one. Counts of neighbours follow
    the window point by point: a full clustering for every point gives the same flags, much later. With eps
    left open, it is a tail of the distances to the neighbour that makes points dense, learned from the window.

    Reference: Ester, Kriegel, Sander and Xu (1996), A density-based algorithm for discovering clusters, KDD;
    Ester et al. (1998), Incremental clustering for mining in a data warehousing environment, VLDB.
    """

    name = "rolling_dbscan"
    title = "Rolling DBSCAN"
    summary = "Points outside all dense regions of the points just before; finds local anomalies, point by point."
    reference = (
        "Ester, Kriegel, Sander, Wimmer & Xu (1998), Incremental clustering for mining, VLDB"
    )
    is_causal = True
    has_expected = False

    def required_observations(self, season_length: int) -> int:
        """Return the vectors that are seen before one is judged, and one to judge."""
        return self.params.lags + self._least_seen

    @property
    def _least_seen(self) -> int:
        return max(min(_LEARNING, self.params.window), min(self.params.min_samples, 1000))

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what following the window takes."""
        each = 5e-5 + 4e-9 * self.params.window * self.params.lags
        points = float(work.observations.sum())
        return Cost(
            1e-4 * len(work.observations) + each * points,
            8 * self.params.window * (self.params.lags + 3) + 64 * int(points),
        )

    def _begin(self, streams: Sequence[Series]) -> None:
        window, lags = self.params.window, self.params.lags
        self.recent_ = np.empty(0)
        self.vectors_ = np.full((window, lags), np.nan)
        self.near_ = np.full((window, max(self.params.min_samples - 1, 1)), np.inf)
        self.reaches_ = RingBuffer(max(window, _LEAST_REACHES))
        self.seen_, self.tail_, self.step_ = 0, ParetoTail(), 0.0

    def _observe(self, points: Points) -> Scores:
        raw = np.full(len(points.y), np.nan)
        taught = points.teaches.tolist()
        for i, y in enumerate(points.y.tolist()):
            vector = np.append(self.recent_, y)
            self.recent_ = vector[max(len(vector) - self.params.lags + 1, 0) :]
            if len(vector) == self.params.lags:
                raw[i] = self._judged(vector, taught[i])
        return Scores(raw)

    @property
    def settling(self) -> int:
        """As many as there are reaches that tell how rare one is, and until the edge is learned from them."""
        return self.reaches_.capacity + max(int(_EVERY * self.params.window), 1)

    def _remember(self, points: Points) -> None:
        """Put points into the window, and find who is near whom once."""
        window, lags = self.params.window, self.params.lags
        values = np.append(self.recent_, points.y)
        self.recent_ = values[max(len(values) - lags + 1, 0) :]
        if len(values) < lags:
            return
        whole = points.teaches[lags - 1 - (len(values) - len(points.y)) :]
        vectors = lag_windows(values, lags)[whole]
        self.seen_ += len(vectors)
        last = np.arange(self.seen_ - min(window, len(vectors)), self.seen_)
        self.vectors_[last % window] = vectors[len(vectors) - len(last) :]
        size = min(self.seen_, window)
        for part in np.array_split(np.arange(size), size * size // _BLOCK + 1):
            self.near_[part] = self._nearest(part, size)

    def _judged(self, vector: FloatArray, teaches: bool) -> float:
        """Return the score of the next vector, and move the window on if it teaches."""
        gap = _distances(self.vectors_[: min(self.seen_, self.params.window)], vector)
        reach = self._reach(gap)
        judged = self._in_units(reach) if self.seen_ >= self._least_seen else math.nan
        if teaches:
            self._take(vector, gap, reach)
        return judged

    def _reach(self, gap: FloatArray) -> float:
        """Return the least eps at which a point at such distances, (n,), is dense or next to a dense one."""
        others = self.params.min_samples - 1
        if not others:
            return 0.0
        if len(gap) < others:
            return math.inf
        own = float(np.partition(gap, others - 1)[others - 1])
        near = self.near_[: len(gap)]
        # The point itself is a neighbour of the others, too.
        last = near[:, -1] if others == 1 else np.maximum(near[:, -2], np.minimum(near[:, -1], gap))
        last = np.minimum(last, gap) if others == 1 else last
        return min(own, float(np.maximum(gap, last).min()))

    def _in_units(self, reach: float) -> float:
        """Return a reach in units of eps, or how rare it is among those of late."""
        if self.params.eps is not None:
            return min(reach / self.params.eps, SCORE_CAP)
        return min(self.tail_.rarity(reach, self.step_), SCORE_CAP)

    def _take(self, vector: FloatArray, gap: FloatArray, reach: float) -> None:
        """Put a vector in the place of the oldest, and move on who is near whom."""
        size, place = len(gap), self.seen_ % self.params.window
        limit = self.near_[:size, -1]
        stale = gap < limit
        if self.seen_ >= self.params.window:
            stale |= _distances(self.vectors_, self.vectors_[place]) <= limit
            stale[place] = False
        self.vectors_[place] = vector
        changed = np.append(stale.nonzero()[0], place)
        self.near_[changed] = self._nearest(changed, max(size, place + 1))
        self.seen_ += 1
        if math.isfinite(reach) and self.params.eps is None:
            self.reaches_.append(reach)
            moved = self.seen_ % max(int(_EVERY * self.params.window), 1) == 0
            if moved or self.seen_ <= self._least_seen:
                self._learn_tail()

    def _nearest(self, places: IntArray, size: int) -> FloatArray:
        """Return the ascending distances from some vectors to those nearest to them, (n, min_samples - 1)."""
        known = self.vectors_[:size]
        if known.shape[1] == 1:
            gap = np.abs(known[places] - known[:, 0])
        else:
            parts = np.array_split(places, len(places) * known.size // _BLOCK + 1)
            gap = np.concatenate([_all_distances(known[part], known) for part in parts])
        gap[np.arange(len(places)), places] = np.inf
        count = self.near_.shape[1]
        if size <= count:
            gap = np.pad(gap, ((0, 0), (0, count + 1 - size)), constant_values=np.inf)
        return np.sort(np.partition(gap, count - 1, axis=1)[:, :count], axis=1)

    def _learn_tail(self) -> None:
        known = self.vectors_[: min(self.seen_, self.params.window), -1]
        self.tail_ = ParetoTail.of(self.reaches_.values)
        self.step_ = 2.0 * _ROUNDING * least_scale(known)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return 1 where eps is given, else the rarity that the level asks for."""
        if self.params.eps is not None:
            return 1.0
        return -math.log10(1.0 - level / 100.0)


def _all_distances(some: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return the Euclidean distances of some vectors, (m, d), from all, (n, d): shape (m, n)."""
    gap = some[:, None] - vectors
    return np.asarray(np.sqrt(np.einsum("ijk,ijk->ij", gap, gap)))


def _distances(vectors: FloatArray, one: FloatArray) -> FloatArray:
    """Return the Euclidean distance of each vector, (n, d), from one."""
    if len(one) == 1:
        return np.asarray(np.abs(vectors[:, 0] - one[0]))
    gap = vectors - one
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", gap, gap)))
