"""Between the units and rows of a series and the scale and grid on which its detector works."""

from dataclasses import dataclass, replace

import numpy as np

from models.data.results import SCORE_CAP, CalibratedScores, Interval, left_padded
from models.transforms.bounds import Bounds
from models.transforms.chain import NO_CHAIN, FittedChain
from models.transforms.wall_clock import WallClock
from models.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class BoundedTransform:
    """Transforms that a detector's values went through, and bounds that what it expects may not leave."""

    chain: FittedChain = NO_CHAIN
    bounds: Bounds = Bounds()

    def taken(self, y: FloatArray) -> FloatArray:
        """Return values of the rows, shape (t,), NaN where missing, as the detector takes them."""
        return self.chain.apply(y)

    def restored(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        """Return what was found on the detector's scale in units of ``y``, shape (t,), within the bounds."""
        return bounded(inverted(found, self.chain), self.bounds, y)


def inverted(found: CalibratedScores, chain: FittedChain) -> CalibratedScores:
    """Return what was found in transformed values in units of the values.

    What a detector expects is a centre and not a mean: it comes back as the median, without a correction for
    bias, so that a point that is expected keeps the score 0.
    """
    if not chain.stages:
        return found
    if found.expected is None:
        return found.after(chain.points_lost)
    score = left_padded(chain.points_lost, found.score)
    expected, band = chain.invert_fitted(found.expected), found.band
    restored = None if band is None else chain.invert_fitted_band(band)
    return replace(found, score=score, expected=expected, band=restored)


def bounded(found: CalibratedScores, bounds: Bounds, y: FloatArray) -> CalibratedScores:
    """Move what is expected of ``y``, shape (t,), inside the bounds; the score is by the band that is left."""
    if bounds.is_open or found.expected is None or found.band is None:
        return found
    expected, band = bounds.clip(found.expected), bounds.clip_band(found.band)
    moved = (band.lower != found.band.lower) | (band.upper != found.band.upper)
    score = np.where(moved & np.isfinite(found.score), score_within(y, expected, band), found.score)
    return replace(found, score=score, expected=expected, band=band)


def of_places(found: CalibratedScores, clock: WallClock, y: FloatArray) -> CalibratedScores:
    """Return what was found for each row, (t,); the second of a place is held against the band of the first."""
    score = clock.back(found.score)
    if found.expected is None or found.band is None:
        score = np.where(clock.again, np.nan, score)
        leading = found.leading and found.leading.each(clock.back)
        return replace(found, score=score, expected=None, band=None, leading=leading)
    expected = clock.back(found.expected)
    band = Interval(clock.back(found.band.lower), clock.back(found.band.upper))
    score = np.where(clock.again, score_within(y, expected, band), score)
    return replace(found, score=score, expected=expected, band=band)


def score_within(y: FloatArray, expected: FloatArray, band: Interval) -> FloatArray:
    """Return how far each point, (t,), is on its way from what was expected to the edge of the band."""
    deviation = np.abs(y - expected)
    reach = np.where(y > expected, band.upper - expected, expected - band.lower)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        score = np.where(deviation > 0.0, deviation / reach, 0.0)
    return np.asarray(np.minimum(np.where(np.isnan(y), np.nan, score), SCORE_CAP))
