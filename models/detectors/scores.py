"""How far points lie off what was expected of them, as scores; and scores of several streams or parts as one."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from models.data.results import SCORE_CAP, Interval, Scores, SideScale, TwoPieceScale
from models.stats.sided_tails import Side, Tails
from models.types import BoolArray, FloatArray

_NOTHING = (math.nan,) * 7
_ROUNDING = 1e-14
"""Differences below this share of the values themselves are what floating point leaves behind."""


def deviation_scores(
    y: FloatArray,
    expected: FloatArray | float,
    scale: FloatArray | float,
    degrees_of_freedom: FloatArray | float | None = None,
) -> Scores:
    """Return how many standard deviations each point lies off its expected value; all of shape (t,).

    A deviation too small to tell from rounding is none; where the standard deviation is zero, any
    other is beyond all measure and scores ``SCORE_CAP``. NaN expected or scale: not judged.
    ``degrees_of_freedom``: those behind ``scale``, None if it is well known.
    """
    expected, scale = _each(expected, y), _each(scale, y)
    rounding = _ROUNDING * np.maximum(np.abs(y), np.abs(expected))
    deviation = np.abs(y - expected)
    deviation[deviation <= rounding] = 0.0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        raw = np.minimum(deviation / scale, SCORE_CAP)
    is_exact, is_known = scale <= rounding, np.isfinite(expected) & np.isfinite(scale)
    raw[is_exact] = np.where(deviation[is_exact] > 0.0, SCORE_CAP, 0.0)
    raw[~is_known] = np.nan
    if degrees_of_freedom is not None:
        degrees_of_freedom = _each(degrees_of_freedom, y)
    return Scores(raw, expected, scale, degrees_of_freedom)


def _each(values: FloatArray | float, y: FloatArray) -> FloatArray:
    """Return a copy of values, or one for all, of the shape of ``y``."""
    every = np.empty(y.shape)
    every[...] = values
    return every


def sided_scores(
    y: FloatArray, expected: FloatArray, unit: FloatArray | float, tails: Tails, least: float = 0.0
) -> Scores:
    """Return what ``deviation_scores`` does where each side has its own standard deviation; all of shape (t,).

    ``unit``: what one unit of the tails is at each point; ``least``: what the standard deviation is at least. Of
    values that are never below zero none below it is expected.
    """
    expected = expected + unit * tails.center
    if not (y < 0.0).any():
        expected = np.maximum(expected, 0.0)
    below, above = (
        SideScale(
            np.broadcast_to(np.maximum(unit * side.scale, least), y.shape),
            np.full(y.shape, side.df),
            np.full(y.shape, side.inner),
        )
        for side in (tails.below, tails.above)
    )
    return scores_by_side(y, expected, TwoPieceScale(below, above))


def scores_by_tails(y: FloatArray, usual: Sequence[Tails | None]) -> Scores:
    """Return how many standard deviations of its side each point, (t,), lies off what is usual of it.

    ``usual``: of each, None where nothing is known.
    """
    told = [_NOTHING if one is None else (one.center, *one.each_side()) for one in usual]
    expected, *rows = np.array(told).reshape(-1, len(_NOTHING)).T
    return scores_by_side(y, expected, TwoPieceScale.of_rows(rows))


def scores_by_side(y: FloatArray, expected: FloatArray, sides: TwoPieceScale) -> Scores:
    """Return how many standard deviations of its side each point lies off its expected value; all (t,)."""
    is_above = y > expected
    if len(y) == 1:
        own = sides.above if is_above[0] else sides.below
        side = Side(*(float(values[0]) for values in own))
        scores = deviation_score(float(y[0]), float(expected[0]), side)
    else:
        pairs = zip(sides.above, sides.below, strict=True)
        scale, df, inner = (np.where(is_above, above, below) for above, below in pairs)
        scores = deviation_scores(y, expected, scale, df)
        scores.inner = inner
    scores.sides = sides
    return scores


def deviation_score(y: float, expected: float, side: Side) -> Scores:
    """Return what ``deviation_scores`` does, for one point on a side and without the cost of its arrays."""
    raw, scale = math.nan, side.scale
    if math.isfinite(expected) and math.isfinite(scale):
        rounding = _ROUNDING * max(abs(y), abs(expected))
        deviation = abs(y - expected)
        deviation = 0.0 if deviation <= rounding else deviation
        capped = SCORE_CAP if deviation > 0.0 else 0.0
        raw = min(deviation / scale if scale > rounding else capped, SCORE_CAP)
    row = np.array([raw, expected, scale, side.df, side.inner])
    return Scores(row[0:1], row[1:2], row[2:3], row[3:4], inner=row[4:5])


def unjudged(scores: Scores, first: int, missing: BoolArray) -> Scores:
    """Put ``first`` unjudged points before the scores, (k,) or (n, k), and take back those of missing ones."""

    def lead(values: FloatArray) -> FloatArray:
        return np.concatenate([np.full(first, np.nan), values]) if first else values

    left_padded = scores.each(lead)
    left_padded.raw = np.where(missing, np.nan, left_padded.raw)
    return left_padded


_Join = Callable[[list[FloatArray]], FloatArray]


def merged(found: Sequence[Scores], join: _Join) -> Scores:
    """Return the scores of several streams, (k,) each, or of pieces of one, as one.

    ``join``: makes one array of theirs, such as ``np.stack`` or ``np.concatenate``.
    """

    def all_of(parts: Sequence[FloatArray | None]) -> FloatArray | None:
        known = [part for part in parts if part is not None]
        return join(known) if len(known) == len(parts) else None

    return Scores(
        join([one.raw for one in found]),
        all_of([one.expected for one in found]),
        all_of([one.scale for one in found]),
        all_of([one.degrees_of_freedom for one in found]),
        join([np.broadcast_to(one.threshold, one.raw.shape) for one in found]),
        _merged_sides(found, join),
        _merged_bands(found, join),
        inner=all_of([one.inner for one in found]),
    )


def _merged_sides(found: Sequence[Scores], join: _Join) -> TwoPieceScale | None:
    known = [one.sides.rows for one in found if one.sides is not None]
    if len(known) < len(found):
        return None
    return TwoPieceScale.of_rows(join([*row]) for row in zip(*known, strict=True))


def _merged_bands(found: Sequence[Scores], join: _Join) -> Interval | None:
    known = [one.band for one in found if one.band is not None]
    if len(known) < len(found):
        return None
    return Interval(join([one.lower for one in known]), join([one.upper for one in known]))
