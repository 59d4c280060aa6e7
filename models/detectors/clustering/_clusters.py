"""What clustering detectors share: what they cluster, and the knee of a curve."""

from typing import Literal, Self, TypeVar

import numpy as np
from pydantic import Field, model_validator

from models.detectors.vectors import VectorDetector, WindowParams
from models.params import refuse_unused
from models.stats.neighbours import blocks, by_blocks, nearest
from models.stats.robust import least_scale
from models.stats.tails import LognormalTail
from models.types import FloatArray, IntArray

MOST_LEARNED = 2000
"""With more vectors, so many evenly spaced ones are clustered."""
_ROUNDING = 1.0 + 1e-9
RARE = 0.05
"""A pattern that a smaller share of the points has is a repeated anomaly; what more of them do is none."""
_CLEAN_OUTSIDE = 0.75
"""Share of the points outside all clusters that tells how far these usually lie."""
_FARTHEST = 3.0
"""Standard deviations of a cluster beyond which no tail reaches."""


class ClusterParams(WindowParams):
    """What is clustered."""

    features: Literal["values", "windows", "features"] = Field(
        "values",
        title="Features",
        description="What is clustered: single values, windows of them, or mean, spread, range, slope and"
        " roughness of windows.",
    )

    @model_validator(mode="after")
    def _windows_are_asked_for(self) -> Self:
        if self.features == "values":
            because = "has no meaning for single values, which features 'values' asks for"
            hint = "send features 'windows' or 'features' with it, or leave it out"
            refuse_unused(self, ("window", "smoothing"), because, hint)
        return self


P = TypeVar("P", bound=ClusterParams)


class ClusteringDetector(VectorDetector[P]):
    """A detector that learns clusters and scores points by their distance from these."""

    judges = "points"

    def _of_what(self) -> str:
        return self.params.features

    def _keep_clusters(self, members: FloatArray, label: IntArray, inside: float) -> None:
        """Keep how far from a member a point is inside, and how far outside it is strange at any level.

        What lies farther from its own cluster than a tail of that reaches is none of its inside, such as the one
        point between two clusters, which the nearer one has to take.
        """
        squares = 0.0
        for one in np.unique(label):
            own = members[label == one]
            squares += float(((own - own.mean(axis=0)) ** 2).sum())
        self.farthest_ = _FARTHEST * float(np.sqrt(squares / max(len(members), 1)))
        self.inside_ = min(inside, self.farthest_)

    def _keep_tail(self, known: FloatArray) -> None:
        """Learn, of single values, how far those outside the clusters lie.

        What many do is not strange, however narrow the clusters are: these are splinters, or the series grows.
        """
        super()._keep_tail(known)
        if np.mean(known > self.farthest_) > RARE:
            self.farthest_ = np.inf
        outside = known[known > self.inside_]
        self.share_outside_ = len(outside) / max(len(known), 1)
        self.outside_ = LognormalTail.of(outside, clean=_CLEAN_OUTSIDE)

    def _end_of_normal(self, level: float) -> float:
        """Return where the tail of the distances ends, at least one step of the data's resolution.

        Single values within the clusters are normal. Those outside have a tail of their own, which ends at
        latest where a cluster with heavy tails would: strange points may be most of what is outside.
        """
        if self.window_ > 1:
            return self.tail_.threshold(level)
        beyond = 1.0 - level / 100.0
        threshold = 0.0
        if beyond < self.share_outside_:
            threshold = self.outside_.threshold(100.0 * (1.0 - beyond / self.share_outside_))
        return max(self.inside_, self.step_, min(threshold, self.farthest_), self.tail_.least)

    def _keep_step(self, vectors: FloatArray) -> None:
        """Keep the step in which single values are measured, 0 if there is none."""
        single = vectors.shape[1] == 1
        self.step_ = 2.0 * _ROUNDING * least_scale(vectors[:, 0]) if single else 0.0


def knee(curve: FloatArray) -> float:
    """Return the value of an ascending curve, shape (n,), at which it bends up most.

    That is the point farthest below the straight line from its first to its last.

    Reference: Satopää, Albrecht, Irwin and Raghavan (2011), Finding a "kneedle" in a haystack, ICDCS
    workshops.
    """
    line = np.linspace(curve[0], curve[-1], len(curve))
    return float(curve[int(np.argmax(line - curve))])


def connected(points: FloatArray, reach: float) -> IntArray:
    """Return which points, (n, d), a chain of steps no longer than ``reach`` connects: labels, (n,).

    Memory is bounded whatever the reach.
    """
    if points.shape[1] == 1:
        return _connected_values(points[:, 0], reach)
    label = np.full(len(points), -1)
    for seed in range(len(points)):
        if label[seed] >= 0:
            continue
        label[seed], frontier = seed, np.array([seed])
        while len(frontier):
            frontier = _joined(points, label, frontier, reach)
            label[frontier] = seed
    return np.unique(label, return_inverse=True)[1]


def _connected_values(values: FloatArray, reach: float) -> IntArray:
    """Return the same for single values: a chain breaks where two neighbours in order are too far apart."""
    order = np.argsort(values, kind="stable")
    label = np.empty(len(values), dtype=np.int64)
    label[order] = np.cumsum(np.diff(values[order], prepend=values[order[:1]]) > reach)
    return label


def _joined(points: FloatArray, label: IntArray, frontier: IntArray, reach: float) -> IntArray:
    """Return which of the points without a label lie within reach of the frontier."""
    left = np.flatnonzero(label < 0)
    near = np.zeros(len(left), dtype=bool)
    for part in blocks(len(frontier), len(left)):
        near[~near] = _least(points[left[~near]], points[frontier[part]]) <= reach
    return left[near]


def _least(queries: FloatArray, known: FloatArray) -> FloatArray:
    return by_blocks(queries, known, lambda part: nearest(queries[part], known, 1)[0][:, 0])
