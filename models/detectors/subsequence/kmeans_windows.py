"""How far windows of values lie from the usual shapes."""

import numpy as np
from pydantic import Field

from models.detectors.vectors import VectorDetector, WindowParams
from models.stats.neighbours import by_blocks, evenly, nearest
from models.types import FloatArray, IntArray

_MOST_LEARNED = 10_000
_LEAST_SHARE = 0.5
"""A cluster with a smaller part of its even share of the windows is none of the usual shapes."""


class KmeansWindowsParams(WindowParams):
    """How many usual shapes, and how long windows are."""

    clusters: int = Field(10, ge=1, le=200, title="Clusters", description="Number of usual shapes.")


class KmeansWindows(VectorDetector[KmeansWindowsParams]):
    """Flag stretches whose windows are far from the centre of every large cluster.

    Small clusters are no usual shapes: one anomaly alone may make several.

    Reference: Yairi, Kato and Hori (2001), Fault detection by mining association rules from house-keeping
    data, i-SAIRAS; He, Xu and Deng (2003), Discovering cluster-based local outliers, Pattern Recognition
    Letters 24, for the small clusters.
    """

    name = "kmeans_windows"
    title = "k-means on windows"
    summary = "Stretches far from every usual shape; quick, for long and periodic series."
    reference = "Yairi, Kato & Hori (2001), Fault detection by mining association rules, i-SAIRAS"
    is_causal = True
    _us_per_point = 15.0

    def _learn(self, vectors: FloatArray) -> None:
        from sklearn.cluster import KMeans

        some = np.ascontiguousarray(vectors[evenly(len(vectors), _MOST_LEARNED)])
        count = min(self.params.clusters, len(np.unique(some, axis=0)))
        model = KMeans(count, n_init=1, max_iter=50, random_state=self.random_state).fit(some)
        size = np.bincount(model.labels_, minlength=count)
        large = size >= min(_LEAST_SHARE * len(some) / count, size.max())
        self.centers_ = model.cluster_centers_[large]

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        return by_blocks(
            vectors, self.centers_, lambda part: nearest(vectors[part], self.centers_, 1)[0][:, 0]
        )
