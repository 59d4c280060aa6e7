"""Bands so narrow that points outside are no exception, made wider."""

from dataclasses import replace

import numpy as np

from models.data.results import SCORE_CAP, Scores
from models.types import BoolArray, FloatArray

_TOO_MANY, _LEFT, _ALWAYS = 0.03, 0.015, 10
"""Runs of points outside the band, as shares of the points: too many, and what is left then; ten are always."""


def no_more_often(scores: Scores, edge: FloatArray | float) -> Scores:
    """Return scores with a wider band if more than 3 % of the points begin a run outside of it: 1.5 % are left.

    What happens in so many places is how the series is. ``edge``: the raw score where normal ends at level 99.
    """
    own = np.nan_to_num(scores.raw / edge, nan=0.0)
    peaks = _peaks(own)
    if len(peaks) <= max(_TOO_MANY * len(own), _ALWAYS):
        return scores
    most = max(int(_LEFT * len(own)), _ALWAYS)
    wider = float(np.sort(peaks)[-most - 1])
    return scores if wider * float(np.min(edge)) >= SCORE_CAP else _widened(scores, wider)


def outside(scores: Scores, edge: FloatArray | float) -> BoolArray:
    """Return which points, of shape (t,), are beyond the edge."""
    return np.asarray(np.nan_to_num(scores.raw, nan=0.0) > edge)


def _peaks(own: FloatArray) -> FloatArray:
    """Return the largest score of each run of points beyond the edge."""
    beyond = np.concatenate([[False], own > 1.0, [False]])
    turns = np.flatnonzero(beyond[1:] != beyond[:-1])
    return np.maximum.reduceat(np.append(own, 0.0), turns)[::2] if len(turns) else np.empty(0)


def _widened(scores: Scores, by: float) -> Scores:
    sides = scores.sides
    if sides is not None:
        sides = replace(sides, below=sides.below * by, above=sides.above * by)
    scale = None if scores.scale is None else scores.scale * by
    return replace(scores, raw=scores.raw / by, scale=scale, sides=sides)
