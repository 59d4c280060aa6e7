"""Missing values: one function per policy, each from a series with NaN to one without."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from models.stats.season_search import detect_seasons
from models.stats.seasonal_index import seasonal_pattern
from models.stats.variogram import repeated_length
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.transforms.wall_clock import clock_of
from models.types import FloatArray

_ROUNDS, _SETTLED = 30, 1e-3
"""Patterns have settled after so many rounds, or where they change by less than this share of their range."""
_MANY = 0.1
"""Where more than this share is missing, straight lines in between hide a season."""


def interpolate(y: FloatArray) -> FloatArray:
    """Draw straight lines across missing values; the edges take the nearest value. Shape (t,)."""
    missing = np.isnan(y)
    at = np.flatnonzero(~missing)
    filled = y.copy()
    filled[missing] = np.interp(np.flatnonzero(missing), at, y[at])
    return filled


def _carry_forward(y: FloatArray) -> FloatArray:
    """Repeat the last value; missing values at the start take the first one. Shape (t,)."""
    return np.asarray(pd.Series(y).ffill().bfill(), dtype=np.float64)


def zero(y: FloatArray) -> FloatArray:
    """Put zero. Shape (t,)."""
    return np.asarray(np.nan_to_num(y, nan=0.0), dtype=np.float64)


def mean(y: FloatArray) -> FloatArray:
    """Put the mean of the observed values. Shape (t,)."""
    return np.asarray(np.nan_to_num(y, nan=float(np.nanmean(y))), dtype=np.float64)


def _season_for(y: FloatArray, seasons: tuple[int, ...] | None, freq: Frequency) -> int:
    """Return the longest season of values (t,) with two full cycles, of those given or (None) detected; else 1.

    Of every second day no two of one weekday are seven days apart: what is detected is two weeks, of which half
    the days were never observed. A season of the calendar that fits into it and was seen as a whole goes before.
    """
    if seasons is None and np.isnan(y).mean() > _MANY and not freq.calendar_seasons():
        repeated = repeated_length(y)
        if repeated > 1:
            return repeated
    known = detect_seasons(interpolate(y), freq) if seasons is None else seasons
    longest = max((m for m in known if m <= len(y) // 2), default=1)
    if seasons is not None or _is_seen(y, longest):
        return longest
    parts = [m for m in freq.calendar_seasons() if longest % m == 0 and _is_seen(y, m)]
    return max(parts, default=longest)


def _is_seen(y: FloatArray, season: int) -> bool:
    """Whether there is a value at each time of the season."""
    return len(np.unique(np.flatnonzero(~np.isnan(y)) % season)) == season


def seasonal(y: FloatArray, season: int) -> FloatArray:
    """Interpolate what is left beside the seasonal pattern, and add the pattern back. Shape (t,).

    Before the first value and after the last one, what is left is the mean of the cycle beside: a single value
    says too little of the level for all that is missing there.
    """
    filled = interpolate(y)
    if season < 2:
        return filled
    absent, pattern = np.isnan(y), np.zeros(len(y))
    # The first pattern is flattened by the straight lines in it; repeating sharpens it.
    for _ in range(_ROUNDS):
        before, pattern = pattern, seasonal_pattern(filled, season)
        # Observed values stay as they are: taking the pattern off and on again would round them.
        filled = np.where(absent, _with_level_ends(y - pattern, season) + pattern, y)
        if np.abs(pattern - before).max() <= _SETTLED * np.ptp(pattern):
            break
    return filled


def _with_level_ends(rest: FloatArray, count: int) -> FloatArray:
    """Interpolate, the edges taking the mean of the ``count`` values next to them. Shape (t,)."""
    filled, at = interpolate(rest), np.flatnonzero(~np.isnan(rest))
    filled[: at[0]] = rest[at[:count]].mean()
    filled[at[-1] + 1 :] = rest[at[-count:]].mean()
    return filled


def beside_season(
    y: FloatArray, grid: Grid, seasons: tuple[int, ...] | None
) -> tuple[FloatArray, int]:
    """Fill by the longest known season, counted on the wall clock; return values, (t,), and season."""
    clock = clock_of(grid)
    laid = y if clock is None else clock.placed(y)
    season = _season_for(laid, seasons, grid.freq)
    if clock is None or season < 2:
        return seasonal(y, season), season
    return np.where(np.isnan(y), clock.back(seasonal(laid, season)), y), season


SIMPLE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "ffill": _carry_forward,
    "zero": zero,
    "mean": mean,
}
