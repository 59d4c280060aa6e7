"""How far windows of values lie from their mean, in units of what is usual in each direction."""

import numpy as np
from pydantic import Field

from models.detectors.vectors import VectorDetector, WindowParams
from models.stats.neighbours import evenly
from models.types import FloatArray, IntArray

_MOST_LEARNED = 100_000
_NEGLIGIBLE = 1e-10
"""A direction with a smaller share of the largest variance is rounding."""


class SubPcaParams(WindowParams):
    """How many directions count, and how long windows are."""

    components: int = Field(
        20,
        ge=1,
        le=300,
        title="Components",
        description="Number of principal components; at most the window.",
    )


class SubPca(VectorDetector[SubPcaParams]):
    """Flag stretches whose windows are far out along their principal components.

    The distance is Mahalanobis': along every component, in units of its standard deviation.

    Reference: Shyu, Chen, Sarinnapakorn and Chang (2003), A novel anomaly detection scheme based on principal
    component classifier, ICDM workshop; Liu and Paparrizos (2024), The elephant in the room, NeurIPS 37.
    """

    name = "sub_pca"
    title = "Principal components of windows"
    summary = (
        "Stretches far out along the principal components of all windows; the quickest for shapes."
    )
    reference = "Shyu, Chen, Sarinnapakorn & Chang (2003), A principal component classifier, ICDM"
    is_causal = True
    _us_per_point = 6.0

    def _learn(self, vectors: FloatArray) -> None:
        some = vectors[evenly(len(vectors), _MOST_LEARNED)]
        self.mean_ = some.mean(axis=0)
        variance, direction = np.linalg.eigh(np.cov(some.T, ddof=1).reshape(len(self.mean_), -1))
        first = np.argsort(variance)[::-1][: self.params.components]
        first = first[variance[first] > _NEGLIGIBLE * variance.max(initial=0.0)]
        self.variance_, self.direction_ = variance[first], direction[:, first]

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        along = vectors @ self.direction_ - self.mean_ @ self.direction_
        return np.asarray(np.sqrt((along**2 / self.variance_).sum(axis=1)))
