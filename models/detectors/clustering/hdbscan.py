"""Points outside the clusters that persist over all densities."""

from typing import Any

import numpy as np
from pydantic import Field
from scipy.ndimage import binary_opening

from models.detectors.clustering._clusters import (
    MOST_LEARNED,
    ClusteringDetector,
    ClusterParams,
)
from models.stats.neighbours import by_blocks, evenly, nearest
from models.types import FloatArray, IntArray

_DIMENSIONS = 6
"""Principal components that are left of windows: in more dimensions all distances are alike."""
_SHARE = 20
_IN_A_ROW, _COMMON = 3, 0.015
"""So many points in a row far outside are an incident; of the others, a larger share than this is normal."""


class HdbscanParams(ClusterParams):
    """How small a cluster may be."""

    min_cluster_size: int | None = Field(
        None,
        ge=2,
        le=100_000,
        title="Least cluster",
        description="Smallest number of points in a cluster; by default a twentieth of all, and at least"
        " five.",
    )
    min_samples: int | None = Field(
        None,
        ge=1,
        le=1000,
        title="Neighbours",
        description="Number of neighbours that define the density around a point; five by default.",
    )


class Hdbscan(ClusteringDetector[HdbscanParams]):
    """Flag points far from every member of every cluster.

    The score of a point, a new one too, is its mean distance from the nearest members. Windows are reduced to
    their first six principal components.

    Reference: Campello, Moulavi and Sander (2013), Density-based clustering based on hierarchical density
    estimates, PAKDD; McInnes, Healy and Astels (2017), hdbscan, JOSS 2.
    """

    name = "hdbscan"
    title = "HDBSCAN"
    summary = (
        "Points outside the clusters that persist over all densities; no distance has to be chosen."
    )
    reference = (
        "Campello, Moulavi & Sander (2013), Density-based clustering based on hierarchical"
        " density estimates, PAKDD"
    )
    is_causal = True
    _us_per_point = 60.0
    clusters_: int | None = None

    def _learn(self, vectors: FloatArray) -> None:
        from hdbscan import HDBSCAN

        self._keep_step(vectors)
        self.mean_ = vectors.mean(axis=0)
        self.axes_ = _main_axes(vectors - self.mean_)
        self.place_ = evenly(len(vectors), MOST_LEARNED)
        known = (vectors[self.place_] - self.mean_) @ self.axes_
        least = self.params.min_cluster_size or max(5, len(known) // _SHARE)
        self.near_ = min(self.params.min_samples or 5, len(known) - 1)
        self.least_ = max(2, min(least, len(known) // 2))
        model = HDBSCAN(
            min_cluster_size=self.least_,
            min_samples=self.near_,
            allow_single_cluster=True,
            core_dist_n_jobs=1,
        )
        label = model.fit(known).labels_
        members = label >= 0 if np.sum(label >= 0) > self.near_ else np.ones(len(label), bool)
        self.clusters_ = int(label.max()) + 1
        self.place_, self.members_ = self.place_[members], known[members]
        inside = self._strangeness(vectors[self.place_], self.place_)
        self._keep_clusters(self.members_, label[members], float(inside.max()))

    def _keep_tail(self, known: FloatArray) -> None:
        """Keep where scores end: what many lone points do is not strange, however narrow clusters are."""
        in_a_row = binary_opening(known > self.farthest_, np.ones(_IN_A_ROW, dtype=bool))
        lone = known[np.isfinite(known) & ~in_a_row]
        self.farthest_ = max(self.farthest_, float(np.quantile(lone, 1.0 - _COMMON)))
        super()._keep_tail(known)

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        z = (vectors - self.mean_) @ self.axes_
        count = min(self.near_, len(self.members_) - 1)

        def mean_distance(part: slice) -> FloatArray:
            apart = None if own is None else own[part, None] != self.place_
            return np.asarray(nearest(z[part], self.members_, count, apart)[0].mean(axis=1))

        return by_blocks(z, self.members_, mean_distance)

    def _resolved_params(self) -> dict[str, object]:
        given = super()._resolved_params()
        if self.clusters_ is None:
            return given
        return {**given, "min_cluster_size": self.least_, "min_samples": self.near_}

    def _details(self) -> dict[str, Any]:
        return {} if self.clusters_ is None else {"clusters": self.clusters_}


def _main_axes(centred: FloatArray) -> FloatArray:
    """Return the directions of largest variance, (d, at most six)."""
    size = centred.shape[1]
    if size <= _DIMENSIONS:
        return np.eye(size)
    some = centred[evenly(len(centred), 10 * MOST_LEARNED)]
    return np.asarray(np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :_DIMENSIONS])
