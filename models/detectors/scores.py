"""How far points lie off what was expected of them, as scores; and scores of several streams or parts as one."""

import math
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from models.data.results import SCORE_CAP, Interval, Scores, TwoPieceScale
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
    sides = TwoPieceScale(
        np.broadcast_to(np.maximum(unit * tails.below.scale, least), y.shape),
        np.broadcast_to(np.maximum(unit * tails.above.scale, least), y.shape),
        np.full(y.shape, tails.below.df),
        np.full(y.shape, tails.above.df),
        np.full(y.shape, tails.below.inner),
        np.full(y.shape, tails.above.inner),
    )
    return scores_by_side(y, expected, sides)


def scores_by_tails(y: FloatArray, usual: Sequence[Tails | None]) -> Scores:
    """Return how many standard deviations of its side each point, (t,), lies off what is usual of it.

    ``usual``: of each, None where nothing is known.
    """
    told = [_NOTHING if one is None else (one.center, *one.each_side()) for one in usual]
    expected, *sides = np.array(told).reshape(-1, len(_NOTHING)).T
    return scores_by_side(y, expected, TwoPieceScale(*sides))


def scores_by_side(y: FloatArray, expected: FloatArray, sides: TwoPieceScale) -> Scores:
    """Return how many standard deviations of its side each point lies off its expected value; all (t,)."""
    is_above = y > expected
    if len(y) == 1:
        above, below = (
            (sides.above, sides.df_above, sides.inner_above),
            (sides.below, sides.df_below, sides.inner_below),
        )
        side = Side(*(float(values[0]) for values in (above if is_above[0] else below)))
        scores = deviation_score(float(y[0]), float(expected[0]), side)
    else:
        scale = np.where(is_above, sides.above, sides.below)
        df = np.where(is_above, sides.df_above, sides.df_below)
        scores = deviation_scores(y, expected, scale, df)
        scores.inner = np.where(is_above, sides.inner_above, sides.inner_below)
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


def merged(found: Sequence[Scores], join: Callable[[list[FloatArray]], FloatArray]) -> Scores:
    """Return the scores of several streams, (k,) each, or of pieces of one, as one.

    ``join``: makes one array of theirs, such as ``np.stack`` or ``np.concatenate``.
    """

    def all_of(parts: Sequence[Any], name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else join(values)

    def pairs(kind: type[Any], name: str) -> Any:
        parts = [getattr(one, name) for one in found]
        if any(part is None for part in parts):
            return None
        return kind(*(all_of(parts, one.name) for one in fields(kind)))

    return Scores(
        all_of(found, "raw"),
        all_of(found, "expected"),
        all_of(found, "scale"),
        all_of(found, "degrees_of_freedom"),
        join([np.broadcast_to(one.threshold, one.raw.shape) for one in found]),
        pairs(TwoPieceScale, "sides"),
        pairs(Interval, "band"),
        inner=all_of(found, "inner"),
    )
