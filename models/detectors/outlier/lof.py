"""How much sparser it is around a window of values than around its neighbours."""

import numpy as np
from pydantic import Field

from models.detectors.vectors import VectorDetector, WindowParams
from models.stats.neighbours import blocks, evenly, nearest
from models.types import FloatArray, IntArray

_MOST_KNOWN = 2000
_TINY = 1e-10


class LofParams(WindowParams):
    """How many neighbours, and how long windows are."""

    neighbors: int = Field(
        20,
        ge=1,
        le=1000,
        title="Neighbours",
        description="Number of nearest windows that define the density around one; at most all others.",
    )


class Lof(VectorDetector[LofParams]):
    """Flag stretches around whose windows it is sparser than around their neighbours.

    The local outlier factor: the mean density around the neighbours by that around the window itself. A window
    that overlaps the judged one by half or more is no neighbour: all windows of an outage would be dense.

    Reference: Breunig, Kriegel, Ng and Sander (2000), LOF: identifying density-based local outliers, SIGMOD.
    """

    name = "lof"
    title = "Local outlier factor"
    summary = "Stretches in sparser regions than their neighbours; for data of varying density."
    reference = "Breunig, Kriegel, Ng & Sander (2000), LOF, SIGMOD"
    is_causal = True
    _us_per_point = 40.0
    _is_dear = True

    def _learn(self, vectors: FloatArray) -> None:
        self.place_ = evenly(len(vectors), _MOST_KNOWN)
        self.known_ = np.ascontiguousarray(vectors[self.place_])
        overlap = int(np.sum(self.place_ < 2 * self._apart - 1))
        self.count_ = max(min(self.params.neighbors, len(self.known_) - overlap), 1)
        distance, place = self._neighbors(self.known_, self.place_)
        self.reach_ = distance[:, -1]
        self.density_ = self._density(distance, place)

    @property
    def _apart(self) -> int:
        """How many points two windows that are neighbours lie apart at least."""
        return max(self.window_ // 2, 1)

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        distance, place = self._neighbors(vectors, own)
        density = self._density(distance, place)
        return np.asarray(self.density_[place].mean(axis=1) / density)

    def _density(self, distance: FloatArray, place: IntArray) -> FloatArray:
        """Return the inverse mean reachability distance of points from their neighbours, both (n, k)."""
        reach = np.maximum(distance, self.reach_[place])
        return np.asarray(1.0 / (reach.mean(axis=1) + _TINY))

    def _neighbors(self, vectors: FloatArray, own: IntArray | None) -> tuple[FloatArray, IntArray]:
        """Return distances to the nearest known vectors that do not overlap it, and which these are; (n, k)."""
        distance = np.empty((len(vectors), self.count_))
        place = np.empty((len(vectors), self.count_), dtype=np.int64)
        for part in blocks(len(vectors), len(self.known_)):
            apart = None if own is None else np.abs(own[part, None] - self.place_) >= self._apart
            distance[part], place[part] = nearest(vectors[part], self.known_, self.count_, apart)
        return distance, place
