"""Each point by several plain views of its past, added up: how far it goes beyond all that was seen of late."""

import math
from collections.abc import Sequence

import bottleneck as bn
import numpy as np
from pydantic import Field

from models.contract.cost import Cost, Workload
from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector, Points
from models.params import SeasonalParams
from models.stats.ring_buffer import RingBuffer
from models.types import FloatArray

_LEARNING = 30
_LONGER = 3
_CYCLES = 7
"""Cycles whose median is what is expected of a phase."""
_SPAN_EVERY = 10
_EXCESS = 0.3
"""By how many spans all views together go beyond, on average, where chance takes a value beyond all others."""
_LEAST_EDGE = 1e-9


class AutoLiveParams(SeasonalParams):
    """How far back is looked."""

    window: int = Field(
        1000,
        ge=50,
        le=20_000,
        title="Window",
        description="Points whose range a value must leave to be strange; another view looks three times as far.",
    )
    quiet: bool = Field(
        True,
        title="Only what is worse",
        description="Whether an alarm is given, within half a season of another, only for what is worse.",
    )


class AutoLive(Detector[AutoLiveParams]):
    """Give an early alarm where a point leaves the range of what came before, in several views.

    The views are the value, in a short and a long past, and its distance from the median of the same phase in the
    cycles before, if a season is given. Each tells by how many spans (tenth to ninetieth percentile) a point is
    outside the range, and these are added. What follows within the new range is not flagged again: alarms are
    few, and come at once. Memory is bounded by the window and seven seasons.

    Reference: Lavin and Ahmad (2015), Evaluating real-time anomaly detection algorithms: the Numenta anomaly
    benchmark, ICMLA, for what early alarms are worth; Goldstein and Dengel (2012), Histogram-based outlier score.
    """

    name = "auto_live"
    title = "Early alarms"
    summary = (
        "Points beyond all that was seen of late, in several views; few alarms, at the first point."
    )
    reference = "Lavin & Ahmad (2015), Evaluating real-time anomaly detection algorithms, ICMLA"
    min_observations = _LEARNING + 1
    is_causal = True
    has_expected = False

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what looking at a point in all views takes."""
        points = float(work.observations.sum())
        seasons = _CYCLES * int(work.season_length.max(initial=1))
        each = 4e-5 + 1e-8 * self.params.window
        return Cost(
            1e-4 * len(work.observations) + each * points,
            16 * (3 * _LONGER * self.params.window + seasons),
        )

    def _begin(self, streams: Sequence[Series]) -> None:
        window, season = self.params.window, self.season_length_
        sizes = [window, _LONGER * window, *[_LONGER * window] * (season > 1)]
        self.views_ = [RingBuffer(size) for size in sizes]
        self.spans_ = [0.0] * len(sizes)
        self.cycles_ = RingBuffer(max(_CYCLES * season, 1))
        self.alarms_ = RingBuffer(max(season // 2, 1))
        self.seen_ = 0

    def _observe(self, points: Points) -> Scores:
        raw, seen = np.full(len(points.y), np.nan), np.zeros(len(points.y))
        taught = points.teaches.tolist()
        for i, y in enumerate(points.y.tolist()):
            seen[i] = min(self.seen_, self.params.window)
            raw[i] = self._judged(y, teaches=taught[i])
        return Scores(raw, degrees_of_freedom=seen)

    def _judged(self, y: float, *, teaches: bool) -> float:
        """Return by how many spans a point is outside the ranges; move on."""
        looked_at = [y, y, self._off_phase(y)][: len(self.views_)]
        total = min(sum(map(self._beyond, range(len(looked_at)), looked_at)), SCORE_CAP)
        if self.season_length_ > 1:  # a missing point has its place in the cycle too
            self.cycles_.append(y)
        if not teaches:
            return total if self.seen_ >= _LEARNING else math.nan
        self.seen_ += 1
        for view, value in zip(self.views_, looked_at, strict=True):
            view.append(value)
        if self.seen_ % _SPAN_EVERY == 0:
            self.spans_ = [_span(view.values) for view in self.views_]
        if self.seen_ <= _LEARNING:
            return math.nan
        return self._if_worse(total)

    def _beyond(self, view: int, value: float) -> float:
        """Return by how many spans a value lies outside the range of a view."""
        known = self.views_[view].values
        if self.seen_ < _LEARNING:
            return 0.0
        return _beyond(value, float(bn.nanmin(known)), float(bn.nanmax(known)), self.spans_[view])

    def _off_phase(self, y: float) -> float:
        """Return how far a value lies from the usual one of its phase, 0 where none is known."""
        season, known = self.season_length_, self.cycles_.values
        if season < 2 or len(known) < season:
            return 0.0
        return y - float(bn.median(known[::-1][season - 1 :: season].copy()))

    def _if_worse(self, total: float) -> float:
        """Return the score, 0 after one as large within half a season."""
        if not self.params.quiet or self.season_length_ < 2:
            return total
        known = self.alarms_.values
        largest = float(known.max()) if len(known) else 0.0
        self.alarms_.append(total)
        return total if total > largest else 0.0

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return what a new record among so many points goes beyond the range by, as often as the level allows.

        One of n + 1 points is the largest and one the smallest; with many, that alone is rare enough.
        """
        seen = np.zeros(1) if scores.degrees_of_freedom is None else scores.degrees_of_freedom
        often = 2.0 / (seen + 1.0) / (1.0 - level / 100.0)
        return np.maximum(_EXCESS * np.log(often), _LEAST_EDGE)


def _beyond(value: float, low: float, high: float, span: float) -> float:
    """Return by how many spans a value lies outside a range, 0 inside."""
    outside = max(value - high, low - value, 0.0)
    if outside <= 1e-13 * max(abs(value), abs(low), abs(high)):
        return 0.0
    return min(outside / span, SCORE_CAP) if span > 0.0 else SCORE_CAP


def _span(values: FloatArray) -> float:
    """Return the distance from the tenth to the ninetieth percentile; of the whole range if that is none."""
    ninth = len(values) // 10
    ordered = np.partition(values, (ninth, len(values) - 1 - ninth))
    span = float(ordered[len(values) - 1 - ninth] - ordered[ninth])
    return span or float(values.max() - values.min())
