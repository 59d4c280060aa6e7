"""What lies in no dense cluster of the points just before it."""

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field
from scipy.special import ndtri

from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector, Points
from models.params import Params
from models.types import FloatArray, IntArray

_WARM_UP = 10
_UPPER, _LEAST_SPREAD = 0.75, 0.05
_UPPER_NORMAL = float(ndtri(_UPPER))


class RollingDbscanParams(Params):
    """How long the window is, and how dense a cluster in it."""

    window: int = Field(
        200,
        ge=10,
        le=10_000,
        title="Window",
        description="How many points before the judged one the clusters are made of.",
    )
    lags: int = Field(
        1,
        ge=1,
        le=100,
        title="Values of a point",
        description="Values that make a point, itself and those before it; 1 looks at levels alone.",
    )
    min_samples: int = Field(
        5,
        ge=2,
        le=1000,
        title="Least neighbours",
        description="Points, itself included, that are near to a point in the midst of a cluster.",
    )
    eps: float | None = Field(
        None,
        gt=0,
        title="Radius",
        description="How near points are neighbours, in units of the series; that of the level if omitted.",
    )


class RollingDbscan(Detector[RollingDbscanParams]):
    """Flag points that no dense place of the window before them has for a neighbour.

    Clusters are never made anew: each point brings its distances to the window, and the counts of neighbours go
    up and down by what comes and what leaves. With a radius, what is flagged is exactly the noise of a DBSCAN of
    the window with the point in it; without one, a point is scored by the distance to its neighbours, and normal
    ends where the tail of these distances in the window says.

    Reference: Ester, Kriegel, Sander and Xu (1996), A density-based algorithm for discovering clusters in large
    spatial databases with noise, KDD; Ester, Kriegel, Sander, Wimmer and Xu (1998), Incremental clustering for
    mining in a data warehousing environment, VLDB.
    """

    name = "rolling_dbscan"
    title = "Rolling DBSCAN"
    summary = "Points in no dense cluster of a trailing window; for levels that come and go."
    reference = "Ester et al. (1998), Incremental clustering for mining in a data warehousing environment, VLDB"
    is_causal = True
    has_expected = False

    def required_observations(self, season_length: int) -> int:
        """Return the values of a point, the warm-up, and one to judge."""
        return self.params.lags + self._warm_up

    @property
    def _warm_up(self) -> int:
        return max(self.params.min_samples, _WARM_UP)

    def _begin(self, streams: Sequence[Series]) -> None:
        self.values_ = np.empty(0)
        self.recent_ = np.empty((0, self.params.lags))
        self.neighbors_: IntArray = np.empty(0, dtype=np.int64)
        self.known_ = np.empty(0)

    def _observe(self, points: Points) -> Scores:
        raw = np.full(len(points.y), np.nan)
        for i, (y, teaches) in enumerate(
            zip(points.y.tolist(), points.teaches.tolist(), strict=True)
        ):
            values = np.append(self.values_, y)[-self.params.lags :]
            if len(values) == self.params.lags:
                raw[i] = self._distance(values, learns=teaches)
            if teaches:
                self.values_ = values
        return Scores(raw)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the radius, or where the tail of a standard log-normal distribution begins."""
        return self.params.eps or float(np.exp(ndtri(level / 100.0)))

    def _distance(self, values: FloatArray, *, learns: bool) -> float:
        """Score one point, shape (lags,), and take it into the window."""
        distance = np.sqrt(np.sum((self.recent_ - values) ** 2, axis=1))
        is_judged = len(self.recent_) >= self._warm_up
        if self.params.eps is None:
            return self._by_tail(values, distance, learns=learns, is_judged=is_judged)
        near = distance <= self.params.eps
        neighbors = self.neighbors_ + near
        own = 1 + int(near.sum())
        if learns:
            self.neighbors_ = np.append(neighbors, own)
            self._move(values)
        if not is_judged:
            return math.nan
        if own >= self.params.min_samples:
            return 0.0
        cores = distance[neighbors >= self.params.min_samples]
        return float(cores.min()) if len(cores) else SCORE_CAP

    def _by_tail(
        self, values: FloatArray, distance: FloatArray, *, learns: bool, is_judged: bool
    ) -> float:
        """Score a point by the distance to its neighbours, in units of the tail of those before."""
        count = self.params.min_samples - 1
        if len(distance) < count:
            self.recent_ = np.concatenate([self.recent_, values[None]]) if learns else self.recent_
            return math.nan
        reach = float(np.partition(distance, count - 1)[count - 1])
        known = self.known_
        if learns:
            self.known_ = np.append(self.known_, reach)[-self.params.window :]
            self._move(values)
        return _standard(reach, known) if is_judged else math.nan

    def _move(self, values: FloatArray) -> None:
        """Take a point into the window, and the oldest out of it where there is no room."""
        self.recent_ = np.concatenate([self.recent_, values[None]])
        if len(self.recent_) <= self.params.window:
            return
        oldest, self.recent_ = self.recent_[0], self.recent_[1:]
        if self.params.eps is not None:
            gone = np.sqrt(np.sum((self.recent_ - oldest) ** 2, axis=1)) <= self.params.eps
            self.neighbors_ = self.neighbors_[1:] - gone


def _standard(reach: float, known: FloatArray) -> float:
    """Return a distance as one of a standard log-normal distribution, given those before it, shape (n,).

    Their median and upper quartile tell which it is: what the strangest quarter does has no say.
    """
    known = known[known > 0.0]
    if not len(known):
        return SCORE_CAP if reach > 0.0 else 0.0
    middle, high = len(known) // 2, int(_UPPER * len(known))
    center, upper = np.log(np.partition(known, [middle, high])[[middle, high]]).tolist()
    spread = max((upper - center) / _UPPER_NORMAL, _LEAST_SPREAD)
    z = (math.log(reach) - center) / spread if reach > 0.0 else -math.inf
    return math.exp(min(z, math.log(SCORE_CAP)))
