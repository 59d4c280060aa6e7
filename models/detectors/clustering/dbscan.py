"""Points outside all dense regions."""

from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from models.detectors.clustering._clusters import (
    MOST_LEARNED,
    RARE,
    ClusteringDetector,
    ClusterParams,
    connected,
    knee,
)
from models.errors import InvalidParameter
from models.stats.neighbours import by_blocks, evenly, nearest
from models.types import BoolArray, FloatArray, IntArray

_MOST, _WIDER, _NARROW = 0.85, 2.0, 1e-6
"""An eps at the knee that leaves fewer points in clusters cuts these to pieces, and is widened."""


class DbscanParams(ClusterParams):
    """What makes a region dense."""

    eps: float | None = Field(
        None,
        gt=0,
        title="eps",
        description="Largest distance of neighbours, in standard deviations of the series. By default the"
        " knee of the distances to the neighbour that makes a point dense, with a threshold beyond it that"
        " depends on level.",
    )
    min_samples: int | None = Field(
        None,
        ge=1,
        le=1000,
        title="Minimum size",
        description="Points within eps, itself included, that make a point dense; by default two per dimension"
        " and at least five.",
    )
    accept_rare: bool = Field(
        False,
        title="Accept rare patterns",
        description="Whether a small cluster, with less than a twentieth of the points, is normal too.",
    )

    @model_validator(mode="after")
    def _density_has_a_distance(self) -> Self:
        if self.min_samples == 1 and self.eps is None:
            raise InvalidParameter(
                "min_samples 1 makes every point dense at any distance, so that none tells eps",
                "send eps too, or min_samples from 2 on",
                path=("min_samples",),
            )
        return self


class Dbscan(ClusteringDetector[DbscanParams]):
    """Flag points farther than eps from every dense point of every large cluster.

    With eps given, these are DBSCAN's noise and, unless accepted, its small clusters. Memory is bounded
    whatever eps is. A new point is judged by its distance from the dense points that were learned.

    Reference: Ester, Kriegel, Sander and Xu (1996), A density-based algorithm for discovering clusters in
    large spatial databases with noise, KDD; Schubert et al. (2017), DBSCAN revisited, revisited, ACM TODS 42.
    """

    name = "dbscan"
    title = "DBSCAN"
    summary = "Points outside all dense regions of values, windows or window features."
    reference = "Ester, Kriegel, Sander & Xu (1996), A density-based algorithm, KDD"
    is_causal = True
    _us_per_point = 60.0
    clusters_: int | None = None

    def _learn(self, vectors: FloatArray) -> None:
        self._keep_step(vectors)
        self.place_ = evenly(len(vectors), MOST_LEARNED)
        known = np.ascontiguousarray(vectors[self.place_])
        self.least_ = min(self.params.min_samples or max(5, 2 * vectors.shape[1]), len(known))
        dense_at = by_blocks(
            known, known, lambda part: nearest(known[part], known, self.least_)[0][:, -1]
        )
        self.eps_ = self.params.eps or max(knee(np.sort(dense_at)), self.step_)
        dense, label = self._clustered(known, dense_at)
        least = _NARROW * float(np.ptp(known, axis=0).max())  # the knee may be at 0
        while self.params.eps is None and len(dense) < _MOST * len(known):
            self.eps_ = max(_WIDER * self.eps_, least)
            dense, label = self._clustered(known, dense_at)
        self._keep_clusters(known[dense], label, self.eps_)
        self.place_, self.cores_, self.dense_at_ = self.place_[dense], known[dense], dense_at[dense]

    def _clustered(self, known: FloatArray, dense_at: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the dense points of the clusters that are normal, and the cluster of each."""
        dense = np.flatnonzero(dense_at <= self.eps_)
        label = connected(known[dense], self.eps_)
        size = np.bincount(label)
        self.clusters_ = len(size)
        rare: BoolArray = size < RARE * len(known)
        if self.params.accept_rare or rare.all():
            return dense, label
        return dense[~rare[label]], label[~rare[label]]

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        if not len(self.cores_):
            return np.full(len(vectors), 2.0 * self.eps_)
        if own is None or len(self.cores_) == 1:
            return by_blocks(
                vectors,
                self.cores_,
                lambda part: nearest(vectors[part], self.cores_, 1)[0][:, 0],
            )
        found = by_blocks(
            vectors, self.cores_, lambda part: self._nearest_other(vectors[part], own[part])
        )
        mine = np.flatnonzero(np.isin(own, self.place_))
        found[mine] = np.minimum(
            found[mine], self.dense_at_[np.searchsorted(self.place_, own[mine])]
        )
        return found

    def _nearest_other(self, vectors: FloatArray, own: IntArray) -> FloatArray:
        apart = own[:, None] != self.place_
        return nearest(vectors, self.cores_, 1, apart)[0][:, 0]

    def _end_of_normal(self, level: float) -> float:
        """Return eps if it was given, else what the level asks for."""
        return self.params.eps or super()._end_of_normal(level)

    def _resolved_params(self) -> dict[str, object]:
        given = super()._resolved_params()
        if self.clusters_ is None:
            return given
        return {**given, "eps": self.eps_, "min_samples": self.least_}

    def _details(self) -> dict[str, Any]:
        return {} if self.clusters_ is None else {"clusters": self.clusters_}
