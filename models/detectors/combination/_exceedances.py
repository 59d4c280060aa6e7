"""Bands so narrow that points outside are no exception, made wider."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.contract.state import kept
from models.data.results import SCORE_CAP, Scores, TwoPieceScale
from models.stats.distributions import normal_quantile
from models.stats.ring_buffer import RingBuffer
from models.types import BoolArray, FloatArray

_TOO_MANY, _TOO_MANY_LATE, _LEFT, _ALWAYS = 0.03, 0.04, 0.5, 10
"""Runs of points outside the band that are too many, as shares of all points, and of the last ones of a stream,
so few that chance and some anomalies make 3 %; what share of these many is left then; ten are always."""
_LEAST_THRESHOLD = float(normal_quantile(99.0))
"""No threshold at level 99 is lower."""


def limit_exceedances(scores: Scores, threshold: FloatArray | float) -> Scores:
    """Return scores with a wider band if more than 3 % of the points begin a run outside of it: 1.5 % are left.

    What happens in so many places is how the series is. Points whose score is NaN do not count. ``threshold``:
    that of level 99, or one for each point, (t,).
    """
    own = np.nan_to_num(scores.raw / threshold, nan=0.0)
    wider = _wider(_peaks(own), _TOO_MANY * int(np.isfinite(scores.raw).sum()))
    return scores if wider * float(np.min(threshold)) >= SCORE_CAP else _widened(scores, wider)


@kept
@dataclass(eq=False)
class ExceedanceRuns:
    """The runs outside the band among the last points of a stream, so that it is widened as it goes on.

    ``peaks`` and ``ends``: the largest score of each run that is over, in units of the threshold, and after how
    many points it ended; ``peak``: that of the run in progress, 0 for none. ``memory``: how many last points
    count.
    """

    peaks: RingBuffer
    ends: RingBuffer
    memory: int
    peak: float = 0.0
    seen: int = 0
    wider: float = 1.0

    @classmethod
    def of(cls, memory: int) -> Self:
        """Return what counts runs among so many points."""
        return cls(RingBuffer(memory), RingBuffer(memory), memory)

    def widened(self, scores: Scores, threshold: Callable[[Scores], FloatArray | float]) -> Scores:
        """Return scores of the next points, (k,), each with a band as wide as the points before it ask for.

        ``threshold``: tells the raw scores where normal ends at level 99.
        """
        raw = np.nan_to_num(scores.raw, nan=0.0)
        own = raw / threshold(scores) if (raw > _LEAST_THRESHOLD).any() else np.zeros(len(raw))
        own = np.where(
            raw >= SCORE_CAP, SCORE_CAP, own
        )  # beyond all measure whatever the threshold
        by = np.ones(len(raw))
        for place, score in enumerate(own.tolist()):
            by[place] = self.wider
            self._count(score)
        return scores if (by == 1.0).all() else _widened(scores, by)

    def _count(self, score: float) -> None:
        self.seen += 1
        if score > 1.0:
            self.peak = max(self.peak, score)
        elif self.peak > 0.0:
            self.peaks.append(self.peak)
            self.ends.append(float(self.seen))
            self.peak = 0.0
            self._measure()

    def _measure(self) -> None:
        late = self.ends.values > self.seen - self.memory
        points = min(self.seen, self.memory)
        wider = _wider(self.peaks.values[late], _TOO_MANY_LATE * points)
        self.wider = 1.0 if wider >= SCORE_CAP else wider


def outside(scores: Scores, threshold: FloatArray | float) -> BoolArray:
    """Return which points, of shape (t,), are beyond the threshold."""
    return np.asarray(np.nan_to_num(scores.raw, nan=0.0) > threshold)


def _wider(peaks: FloatArray, too_many: float) -> float:
    """Return how much wider the band has to be, by the peaks of the runs outside of it, if these are too many."""
    if len(peaks) <= max(too_many, _ALWAYS):
        return 1.0
    most = max(int(_LEFT * too_many), _ALWAYS)
    return float(np.sort(peaks)[-most - 1])


def _peaks(own: FloatArray) -> FloatArray:
    """Return the largest score of each run of points beyond the threshold."""
    beyond = np.concatenate([[False], own > 1.0, [False]])
    turns = np.flatnonzero(beyond[1:] != beyond[:-1])
    return np.maximum.reduceat(np.append(own, 0.0), turns)[::2] if len(turns) else np.empty(0)


def _widened(scores: Scores, by: FloatArray | float) -> Scores:
    if np.ndim(by) == 0 and by == 1.0:
        return scores
    sides = scores.sides
    if sides is not None:
        below, above = (side._replace(scale=side.scale * by) for side in (sides.below, sides.above))
        sides = TwoPieceScale(below, above)
    scale = None if scores.scale is None else scores.scale * by
    return replace(scores, raw=scores.raw / by, scale=scale, sides=sides)
