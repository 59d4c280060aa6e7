"""How few random cuts tell a window of values from all others."""

from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from models.contract.cost import Cost, Workload
from models.detectors.vectors import VectorDetector, WindowParams
from models.stats.neighbours import evenly
from models.types import FloatArray, IntArray

_MOST_LEARNED = 20_000
_BLOCK = 512
_EULER = 0.5772156649015329


class IsolationForestParams(WindowParams):
    """How large the forest is, and how long windows are."""

    trees: int = Field(100, ge=10, le=500, title="Trees", description="Number of random trees.")
    sample: int = Field(
        256,
        ge=16,
        le=4096,
        title="Sample",
        description="Number of windows per tree; few suffice, and keep anomalies from masking each other.",
    )


class IsolationForest(VectorDetector[IsolationForestParams]):
    """Flag stretches whose windows few random cuts tell from all others.

    The score is 2 to the power of minus the mean depth at which trees isolate a window, in units of the depth
    that is usual for their size. The trees are kept as arrays. A cut is of one place in the window, so that one
    strange value among a hundred others is seldom met: with a window of 2, it is.

    Reference: Liu, Ting and Zhou (2008), Isolation forest, ICDM.
    """

    name = "isolation_forest"
    title = "Isolation forest"
    summary = "Stretches that few random splits isolate; single points only with a short window."
    reference = "Liu, Ting & Zhou (2008), Isolation forest, ICDM"
    _us_per_point = 40.0

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what growing the trees of each series takes, and what judging the windows."""
        judging = super().cost(work, causal=causal)
        grown = 1e-3 * self.params.trees * len(work.observations)
        return replace(judging, seconds=judging.seconds + grown)

    def _learn(self, vectors: FloatArray) -> None:
        from sklearn.ensemble import IsolationForest as Original

        some = np.ascontiguousarray(vectors[evenly(len(vectors), _MOST_LEARNED)])
        self.sample_ = min(self.params.sample, len(some))
        forest = Original(
            n_estimators=self.params.trees, max_samples=self.sample_, random_state=self.random_state
        ).fit(some)
        trees = [one.tree_ for one in forest.estimators_]
        first = np.cumsum([0, *(tree.node_count for tree in trees)])
        self.roots_ = first[:-1].astype(np.int32)
        self.feature_ = _joined([np.maximum(tree.feature, 0) for tree in trees])
        self.cut_ = np.concatenate([tree.threshold for tree in trees]).astype(np.float64)
        self.left_, self.right_, self.depth_ = _wired(trees, first)

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        found = np.empty(len(vectors))
        for first in range(0, len(vectors), _BLOCK):
            some = np.ascontiguousarray(vectors[first : first + _BLOCK], dtype=np.float32)
            found[first : first + _BLOCK] = self._isolation(some)
        return found

    def _isolation(self, x: Any) -> FloatArray:
        """Return the score of vectors, (n, d) in single precision, as the trees were grown."""
        row = np.arange(len(x))[:, None]
        node = np.repeat(self.roots_[None, :], len(x), axis=0)
        for _ in range(self._deepest):
            goes_left = x[row, self.feature_[node]] <= self.cut_[node]
            node = np.where(goes_left, self.left_[node], self.right_[node])
        total = self.depth_[node].sum(axis=1)
        usual = float(_usual_depth(np.array([self.sample_]))[0])
        return np.asarray(2.0 ** (-total / (len(self.roots_) * usual)))

    @property
    def _deepest(self) -> int:
        return int(np.ceil(np.log2(max(self.sample_, 2))))


def _joined(parts: list[Any]) -> IntArray:
    return np.concatenate(parts).astype(np.int32)


def _wired(trees: list[Any], first: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the children of each node of all trees, itself for a leaf, and the depth that a leaf stands for."""
    left, right, depth = [], [], []
    for tree, start in zip(trees, first[:-1], strict=True):
        node = np.arange(tree.node_count)
        is_leaf = tree.children_left < 0
        left.append(start + np.where(is_leaf, node, tree.children_left))
        right.append(start + np.where(is_leaf, node, tree.children_right))
        level = np.zeros(tree.node_count)
        for one in node[~is_leaf]:  # parents come before their children
            level[[tree.children_left[one], tree.children_right[one]]] = level[one] + 1.0
        depth.append(level + _usual_depth(tree.n_node_samples))
    return _joined(left), _joined(right), np.concatenate(depth)


def _usual_depth(size: IntArray) -> FloatArray:
    """Return the mean depth at which a random tree of so many points isolates one."""
    rest = np.maximum(np.asarray(size, dtype=np.float64), 2.0)
    depth = 2.0 * (np.log(rest - 1.0) + _EULER) - 2.0 * (rest - 1.0) / rest
    return np.where(size <= 1, 0.0, np.where(size == 2, 1.0, depth))
