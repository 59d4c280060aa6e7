"""A band around an exponentially weighted average."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import Field

from models.contract.state import kept
from models.data.results import Scores
from models.data.series import Series
from models.decisions.learning import Learning
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.deferred_learning import DeferredLearning
from models.detectors.recent import RecentDeviations
from models.detectors.scores import scores_by_tails
from models.stats.robust import least_scale, robust_scale
from models.stats.sided_tails import Tails
from models.types import FloatArray

_FARTHEST = 5.0
"""So many standard deviations from the median of the first points one of them is believed."""


class EwmaBandParams(WidthParams):
    """How fast the past is forgotten."""

    alpha: float = Field(
        0.1,
        gt=0.0,
        lt=1.0,
        title="Weight of the last point",
        description="Share of the newest point in average and variance; small ones remember longer.",
    )
    warm_up: int = Field(
        10,
        ge=2,
        title="Warm-up",
        description="Number of points before the first one that is judged.",
    )


@kept
@dataclass(eq=False)
class WeightedAverage:
    """The exponentially weighted mean and variance of points, each weighing less the older it is.

    Reference: Finch (2009), Incremental calculation of weighted mean and variance.
    """

    alpha: float
    seen: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @property
    def scale(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.variance)

    @property
    def df(self) -> float:
        """The degrees of freedom behind it."""
        return max(min(self.seen, 2.0 / self.alpha - 1.0) - 1.0, 1.0)

    def learn(self, y: float) -> None:
        """Move on by one point."""
        self.seen += 1
        weight = max(self.alpha, 1.0 / self.seen)
        step = y - self.mean
        self.mean += weight * step
        self.variance = (1.0 - weight) * (self.variance + weight * step * step)


class EwmaBand(Detector[EwmaBandParams]):
    """Flag what lies far from the exponentially weighted average of the points before.

    Average and variance are those of the points so far, each weighing less the older it is; what lies beyond the
    band teaches as much as its edge does, from the fourth such point in a row on nothing, until so many say that
    the level is new, which is theirs then (see ``Learning``). Each side has the tails of the deviations so far.

    Reference: Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1; Finch
    (2009), Incremental calculation of weighted mean and variance.
    """

    name = "ewma_band"
    state_version = 5
    title = "Exponentially weighted band"
    summary = (
        "Points far from an exponentially weighted average, which stands still during incidents."
    )
    reference = "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1, 239-250"
    is_causal = True

    def required_observations(self, season_length: int) -> int:
        """Return the points of the warm-up and one to judge."""
        return self.params.warm_up + 1

    def _begin(self, streams: Sequence[Series]) -> None:
        self.first_ = np.empty(0)
        self.average_ = WeightedAverage(self.params.alpha)
        self.recent_ = RecentDeviations()
        self.held_ = DeferredLearning()

    def _observe(self, points: Points) -> Scores:
        usual = [self._next_point(*one, points.learning) for one in points.one_by_one()]
        return scores_by_tails(points.y, usual)

    def _next_point(self, y: float, teaches: bool, learning: Learning) -> Tails | None:
        """Return what was usual of a point, None while warming up; learn from it."""
        if self.average_.seen < self.params.warm_up:
            if teaches:
                self._gather(y)
            return None
        known = self.average_
        usual = self.recent_.usual(known.mean, known.scale, known.df)
        usual = replace(usual, center=self.recent_.settled(usual.center))
        if teaches:
            self._learn(y, usual, learning)
        return usual

    def _gather(self, y: float) -> None:
        """Gather the points of the warm-up; of these, outliers are believed to be near the others."""
        self.recent_.see(y)
        self.first_ = np.append(self.first_, y)
        if len(self.first_) < self.params.warm_up:
            return
        for value in _without_wild(self.first_).tolist():
            self.average_.learn(value)
        self.held_.seen, self.first_ = len(self.first_), np.empty(0)

    def _learn(self, y: float, usual: Tails, learning: Learning) -> None:
        """Move average, variance and tails on by one point, or wait whether an incident begins."""
        self.recent_.see(y)
        for taught in self.held_.take(y, usual, learning):
            self._take_in(taught.value, taught.winsorised)
        if self.held_.is_new_level:
            self.average_.mean = self.held_.level[0]

    def _take_in(self, y: float, winsorised: float) -> None:
        known = self.average_
        if known.variance > 0.0 and self.params.k is None:
            self.recent_.learn(y - known.mean, known.scale)
        known.learn(winsorised)


def _without_wild(first: FloatArray) -> FloatArray:
    """Return the first points, shape (k,), those far off the others winsorised."""
    middle = float(np.median(first))
    reach = _FARTHEST * max(robust_scale(first - middle), least_scale(first))
    return np.clip(first, middle - reach, middle + reach)
