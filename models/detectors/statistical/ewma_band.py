"""A band around an exponentially weighted average."""

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Points, WidthParams, deviation_scores


class EwmaBandParams(WidthParams):
    """How fast the past is forgotten."""

    alpha: float = Field(
        0.1,
        gt=0.0,
        le=1.0,
        title="Weight of the last point",
        description="Share of the newest point in average and variance; small ones remember longer.",
    )
    warm_up: int = Field(
        10,
        ge=2,
        title="Warm-up",
        description="How many points must have been seen before one is judged.",
    )


class EwmaBand(Detector[EwmaBandParams]):
    """Flag what lies far from the exponentially weighted average of the points before.

    Average and variance are those of the points so far, each weighing less the older it is; what lies beyond the
    band teaches as much as its edge does.

    Reference: Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1; Finch
    (2009), Incremental calculation of weighted mean and variance.
    """

    name = "ewma_band"
    title = "Exponentially weighted band"
    summary = "Points far from an exponentially weighted average; forgets smoothly, costs next to nothing."
    reference = "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1, 239-250"
    is_causal = True

    def required_observations(self, season_length: int) -> int:
        """Return the points of the warm-up and one to judge."""
        return self.params.warm_up + 1

    def _begin(self, streams: Sequence[Series]) -> None:
        self.seen_, self.mean_, self.variance_ = 0, 0.0, 0.0

    def _observe(self, points: Points) -> Scores:
        expected, scale = np.full(len(points.y), np.nan), np.full(len(points.y), np.nan)
        df = np.ones(len(points.y))
        for i, (y, teaches) in enumerate(
            zip(points.y.tolist(), points.teaches.tolist(), strict=True)
        ):
            if self.seen_ >= self.params.warm_up:
                expected[i], scale[i] = self.mean_, math.sqrt(self.variance_)
                df[i] = max(min(self.seen_, 2.0 / self.params.alpha - 1.0) - 1.0, 1.0)
            if teaches:
                self._learn(y)
        return deviation_scores(points.y, expected, scale, df)

    def _learn(self, y: float) -> None:
        """Move average and variance on by one point."""
        self.seen_ += 1
        weight = max(self.params.alpha, 1.0 / self.seen_)
        step = y - self.mean_
        if self.seen_ > self.params.warm_up:
            threshold = _THRESHOLD * math.sqrt(self.variance_)
            step = max(-threshold, min(threshold, step)) if threshold > 0.0 else step
        self.mean_ += weight * step
        self.variance_ = (1.0 - weight) * (self.variance_ + weight * step * step)


_THRESHOLD = 3.0
"""Usual deviations from the average beyond which a point teaches no more than this."""
