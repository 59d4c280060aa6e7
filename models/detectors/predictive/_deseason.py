"""The season of a series, taken out so that a forecaster without seasons can go on from there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.stats.moving import centred_mean
from models.types import FloatArray

_CYCLES = 7
"""Neighbouring cycles whose mean is the season."""
_LEAST_CYCLES = 2
LONGEST_OWN = 24
"""Up to this length a seasonal forecaster does better with the season than the mean of cycles."""


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """A season: its part of each known point, shape (t,), and of the next cycle, shape (length,)."""

    length: int
    part: FloatArray
    next_cycle: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What is taken out before a forecaster, and the seasons that are left to it."""

    removed: Season | None
    left: tuple[int, ...]


def split_seasons(y: FloatArray, seasons: Sequence[int], longest: int = LONGEST_OWN) -> Split:
    """Return the season to take out of a series, shape (t,), and those to leave to the forecaster.

    Of the seasons with two cycles or more, the one counts without which the series moves least
    from point to point. If it is no longer than the forecaster's ``longest``, it is left to it; a
    long one (a week of hours) takes along those that fit into it a whole number of times.
    """
    known = [season_of(y, m) for m in seasons if m > 1 and m * _LEAST_CYCLES <= len(y)]
    if not known:
        return Split(None, tuple(m for m in seasons if m <= longest))
    best = min(known, key=lambda season: float(np.std(np.diff(y - season.part))))
    if best.length <= longest:
        return Split(None, (best.length,))
    left = tuple(m for m in seasons if best.length % m and m <= longest)
    return Split(best, left)


def season_of(y: FloatArray, length: int) -> Season:
    """Return the season of a series without gross outliers, shape (t,), t ≥ two cycles.

    The part of a point is the mean of its phase in up to six neighbouring cycles, without its own,
    after the level (a centred mean over one cycle) is taken away.
    """
    cycles = -(-len(y) // length)
    table = np.full(cycles * length, np.nan)
    level = np.pad(centred_mean(y, length), length // 2, mode="edge")
    table[: len(y)] = y - level
    table = np.ascontiguousarray(table.reshape(cycles, length).T)
    total, count = _neighbours(np.nan_to_num(table)), _neighbours(np.isfinite(table) * 1.0)
    own = np.nan_to_num(table), np.isfinite(table)
    part = ((total - own[0]) / (count - own[1])).T.ravel()[: len(y)]
    last = np.nanmean(table[:, -_CYCLES:], axis=1)
    return Season(length, part, np.roll(last, -(len(y) % length)))


def _neighbours(table: FloatArray) -> FloatArray:
    """Return the sum over up to seven cycles around each, along the last axis."""
    half = _CYCLES // 2
    padded = np.pad(table, ((0, 0), (half, half)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _CYCLES, axis=1)
    return np.asarray(windows.sum(axis=-1))
