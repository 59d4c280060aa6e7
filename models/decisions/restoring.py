"""Between the units and rows of a series and the scale and grid on which its detector works."""

from dataclasses import dataclass, replace

import numpy as np

from models.data.results import SCORE_CAP, CalibratedScores, Interval
from models.transforms.bounds import Bounds
from models.transforms.chain import NO_CHAIN, FittedChain
from models.transforms.wall_clock import WallClock
from models.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Transforms that a detector's values went through, and bounds that what it expects may not leave.

    ``clock``: the way of the rows onto the grid of local time, if the detector works on that. Of what the
    clock shows twice it sees the first, since nobody then knows the second.
    """

    chain: FittedChain = NO_CHAIN
    bounds: Bounds = Bounds()
    clock: WallClock | None = None

    def taken(self, y: FloatArray) -> FloatArray:
        """Return values of the rows, shape (t,), NaN where missing, as the detector takes them."""
        return self.chain.apply(self._laid(y))

    def restored(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        """Return what was found on the detector's scale, for the rows and in units of ``y``, shape (t,).

        It is kept within the bounds.

        What a detector expects is a centre and not a mean: it comes back as the median, without a
        correction for bias, so that a point that is expected keeps the score 0.
        """
        whole = self._bounded(self._inverted(found), self._laid(y))
        return whole if self.clock is None else _of_rows(whole, self.clock, y)

    def _laid(self, y: FloatArray) -> FloatArray:
        return y if self.clock is None else self.clock.placed(y, first=True)

    def _inverted(self, found: CalibratedScores) -> CalibratedScores:
        chain = self.chain
        if not chain.stages:
            return found
        score = np.concatenate([np.full(chain.lost, np.nan), found.score])
        if found.expected is None:
            return CalibratedScores(score)
        expected, band = chain.invert_fitted(found.expected), found.band
        return CalibratedScores(
            score,
            expected,
            None if band is None else chain.invert_fitted_band(band),
        )

    def _bounded(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        """Move what is expected inside the bounds; the score is by the band that is left."""
        if self.bounds.is_open or found.expected is None or found.band is None:
            return found
        expected, band = self.bounds.clip(found.expected), self.bounds.clip_band(found.band)
        moved = (band.lower != found.band.lower) | (band.upper != found.band.upper)
        score = np.where(
            moved & np.isfinite(found.score), score_within(y, expected, band), found.score
        )
        return replace(found, score=score, expected=expected, band=band)


def _of_rows(found: CalibratedScores, clock: WallClock, y: FloatArray) -> CalibratedScores:
    """Return what was found for each row; the second one of a place is held against the band of the first."""
    score = clock.back(found.score)
    if found.expected is None or found.band is None:
        return CalibratedScores(np.where(clock.again, np.nan, score))
    expected = clock.back(found.expected)
    band = Interval(clock.back(found.band.lower), clock.back(found.band.upper))
    return CalibratedScores(
        np.where(clock.again, score_within(y, expected, band), score), expected, band
    )


def score_within(y: FloatArray, expected: FloatArray, band: Interval) -> FloatArray:
    """Return how far each point is on its way from what was expected to the edge of the band."""
    deviation = np.abs(y - expected)
    reach = np.where(y > expected, band.upper - expected, expected - band.lower)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        score = np.where(deviation > 0.0, deviation / reach, 0.0)
    return np.asarray(np.minimum(np.where(np.isnan(y), np.nan, score), SCORE_CAP))
