"""Whether a season that was found foretells what comes, cycle by cycle."""

import numpy as np

from models.stats.cleaning import centred_median
from models.types import FloatArray

LEAST_CYCLES, LEAST_BESIDE = 3, 2
"""Two cycles cannot tell a season from what happened once, but beside a known one that fits into it each level
of its cycles is the median of many values: two weeks of days that are alike tell a week."""
_NEIGHBOURS = 3
"""Cycles before and behind each that say what to expect of it."""
_MOST = 2.0 / 3.0
"""So large a share of the cycles must be closer to their neighbours than to the level alone."""


def foretells_beside(y: FloatArray, length: int, within: int) -> bool:
    """Whether a season of a series, shape (t,), foretells the levels of a shorter one that fits into it."""
    cycles, length = len(y) // within, length // within
    if cycles < LEAST_BESIDE * length:
        return False
    levels = np.median(y[len(y) - cycles * within :].reshape(cycles, within), axis=1)
    # of two cycles the ends are half: medians of what there is of the window would be bent by a weekend there
    half = length // 2
    level = centred_median(levels, length)[half : cycles - half]
    return _repeats(levels - np.pad(level, half, mode="edge"), length)


def foretells(y: FloatArray, length: int) -> bool:
    """Whether in most cycles a series, shape (t,), is closer to level and season than to the level.

    The season of a cycle is the median of its neighbours without itself, so that what happened once, such as an
    outage or the reset of a counter, is no season: it helps in no other cycle.
    """
    if len(y) < LEAST_CYCLES * length:
        return False
    return _repeats(y - centred_median(y, length), length)


def _repeats(rest: FloatArray, length: int) -> bool:
    """Whether most cycles of values beside their level, (t,), are closer to the others than to the level."""
    cycles = len(rest) // length
    table = rest[len(rest) - cycles * length :].reshape(cycles, length)
    season = np.empty_like(table)
    for cycle in range(cycles):
        first = min(max(cycle - _NEIGHBOURS, 0), max(cycles - 2 * _NEIGHBOURS - 1, 0))
        near = np.arange(first, min(first + 2 * _NEIGHBOURS + 1, cycles))
        season[cycle] = np.median(table[near[near != cycle]], axis=0)
    closer = np.abs(table - season).sum(axis=1) < np.abs(table).sum(axis=1)
    return bool(np.mean(closer) >= _MOST)
