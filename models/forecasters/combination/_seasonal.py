"""Seasons: which there are, and what each adds, shrunken to what can be told from noise."""

from collections.abc import Sequence

import numpy as np

from models.data.series import Series
from models.stats.season_search import detect_seasons
from models.stats.seasonal_index import shrunken_index
from models.time.frequency import Frequency
from models.types import FloatArray

Seasons = tuple[int, ...]

_UNDATED = Frequency.integer(1)
_DAYS: Seasons = (24, 48, 96, 144, 288)
"""Cycles that are a day: of hours, half hours, quarters, ten and five minutes."""
_WEEKS = 3
"""Who lives by the day lives by the week, once there are so many weeks."""


def named_seasons(series: Series) -> Seasons | None:
    """Return the seasons that are known before the values are looked at; None if there is no saying.

    Those that were given, else the cycles of the calendar, of which the two longest with more than two
    rounds count: the others are too short to have a shape, or too long to have been seen.
    """
    if series.season_length is not None:
        return tuple(sorted({m for m in series.season_length if m > 1}))
    cycles = series.grid.freq.calendar_seasons()
    if not cycles:
        return () if series.grid.freq.step is None else None
    return tuple(m for m in cycles if len(series) > 2 * m)[-2:]


def find_seasons(x: FloatArray) -> Seasons:
    """Return at most two seasons of the values (t,): the longest found, or a day and its week."""
    found = detect_seasons(x, _UNDATED)
    if found and found[0] in _DAYS and len(x) >= _WEEKS * 7 * found[0]:
        return found[0], 7 * found[0]
    return found[-2:]


def seasonal_component(x: FloatArray, seasons: Sequence[int], ahead: int) -> FloatArray:
    """Return the sum of the indices, over the values (t,) and ``ahead`` steps more; (t + ahead,)."""
    total = np.zeros(len(x) + ahead)
    position = np.arange(len(x) + ahead)
    for m in seasons:
        if len(x) > 2 * m:
            total += shrunken_index(x - total[: len(x)], m)[position % m]
    return total
