"""How far windows of values lie from the windows most like them."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from models.detectors.vectors import VectorDetector, WindowParams
from models.stats.neighbours import by_blocks, evenly, nearest
from models.types import FloatArray, IntArray

_SHARE = 10
"""Neighbours are at most a tenth of the windows."""


class KnnWindowsParams(WindowParams):
    """How many neighbours, and how long windows are."""

    neighbors: int = Field(
        50,
        ge=1,
        le=1000,
        title="Neighbours",
        description="Number of nearest windows whose mean distance is the score; at most a tenth of all.",
    )


class KnnWindows(VectorDetector[KnnWindowsParams]):
    """Flag stretches whose windows have no near neighbours elsewhere in the series.

    A window that overlaps the judged one by half or more is no neighbour.

    Reference: Ramaswamy, Rastogi and Shim (2000), Efficient algorithms for mining outliers from large data
    sets, SIGMOD; Liu and Paparrizos (2024), The elephant in the room, NeurIPS 37, for windows.
    """

    name = "knn_windows"
    title = "Nearest windows"
    summary = "Stretches that look like no other in the series; for shapes, long anomalies and periodic data."
    reference = "Ramaswamy, Rastogi & Shim (2000), Efficient algorithms for mining outliers, SIGMOD"
    is_causal = True
    _us_per_point = 25.0
    _is_dear = True
    _most_known: ClassVar[int] = 2000
    """With more windows, so many evenly spaced ones stand for all."""

    def _learn(self, vectors: FloatArray) -> None:
        self.place_ = evenly(len(vectors), self._most_known)
        self.known_ = np.ascontiguousarray(vectors[self.place_])

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        far = max(self.window_ // 2, 1)
        outside = len(self.known_) - int(np.sum(self.place_ < 2 * far - 1))
        count = max(min(self.params.neighbors, len(self.known_) // _SHARE, outside), 1)

        def mean_distance(part: slice) -> FloatArray:
            apart = None if own is None else np.abs(own[part, None] - self.place_) >= far
            return np.asarray(nearest(vectors[part], self.known_, count, apart)[0].mean(axis=1))

        return by_blocks(vectors, self.known_, mean_distance)
