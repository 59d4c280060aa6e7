"""From raw scores to the scale that all detectors share, on which 1.0 is where normal ends."""

import math
from dataclasses import replace

import numpy as np

from models.data.results import SCORE_CAP, CalibratedScores, Interval, NeighbourhoodScores, Scores
from models.types import FloatArray

_NEAR_THRESHOLD = 16
"""Power of a point's own score, inside the band, that may outdo that of the values around it."""


def level_of_sensitivity(sensitivity: float) -> float:
    """Return the level in percent that a sensitivity from 0 to 100 stands for.

    50 is level 99; every 25 more make alarms ten times as frequent: 0 is level 99.99, 75 is 90.
    """
    alarms: float = 10.0 ** ((sensitivity - 50.0) / 25.0)
    return 100.0 - min(alarms, 99.0)


def calibrate(scores: Scores) -> CalibratedScores:
    """Return scores of shape (t,) in units of their threshold, and the band that ends there."""
    score = scores.raw / scores.threshold
    if scores.around is None:
        return CalibratedScores(score, scores.expected, _band(scores), leading=scores.leading)
    score = _with_surroundings(score, scores.around)
    return CalibratedScores(score, scores.expected, _band(scores), threshold=1.0)


def _with_surroundings(own: FloatArray, around: NeighbourhoodScores) -> FloatArray:
    """Return scores of points and of the values around them as one, of shape (t,), 1.0 where either is strange.

    Beyond the edge the score of the values inside the band counts, as many times as all values around are
    beyond it, and with it the logarithm of the point's own; below it, on the way from 0 to 1, how strange all
    values around are.
    """
    stretch = np.maximum(around.inside, 1.0) * np.maximum(around.whole, 1.0)
    beyond = stretch + np.log(np.maximum(own, 1.0))
    within = np.maximum(-np.expm1(-around.whole), np.minimum(own, 1.0) ** _NEAR_THRESHOLD)
    score = np.where((own > 1.0) | (around.inside > 1.0), beyond, within)
    return np.where(np.isnan(own), np.nan, score)


def moved(found: CalibratedScores, threshold: FloatArray | float) -> CalibratedScores:
    """Return what was found with the edge at another score than 1: one for all points, or (t,).

    The band reaches as far as the score does of points whose surroundings are usual.
    """
    if np.ndim(threshold) == 0 and threshold == 1.0:
        return found
    score = np.minimum(found.score / threshold, SCORE_CAP)
    wider, own = threshold, found.threshold
    if own is not None:
        after = own * float(threshold)
        wider, own = _own_score(after) / _own_score(own), after
    if found.expected is None or found.band is None:
        return replace(found, score=score, threshold=own)
    lower = found.expected - (found.expected - found.band.lower) * wider
    upper = found.expected + (found.band.upper - found.expected) * wider
    return replace(found, score=score, band=Interval(lower, upper), threshold=own)


def _own_score(threshold: float) -> float:
    """Return the score by itself of a point that has a score with its surroundings, if these are usual."""
    if threshold > 1.0:
        return math.exp(min(threshold - 1.0, math.log(SCORE_CAP)))
    return float(threshold ** (1.0 / _NEAR_THRESHOLD))


def _band(scores: Scores) -> Interval | None:
    if scores.band is not None:
        return scores.band
    if scores.expected is None or scores.scale is None:
        return None
    half = scores.threshold * scores.scale
    return Interval(scores.expected - half, scores.expected + half)
