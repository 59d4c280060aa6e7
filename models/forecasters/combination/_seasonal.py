"""Seasons: which there are, and what each adds, shrunken to what can be told from noise."""

from collections.abc import Sequence

import numpy as np

from models.data.series import Series
from models.stats.moving import detrended
from models.stats.seasonality import detect_seasons
from models.time.frequency import Frequency
from models.types import FloatArray

Seasons = tuple[int, ...]

_UNDATED = Frequency.integer(1)
_DAYS: Seasons = (24, 48, 96, 144, 288)
"""Cycles that are a day: of hours, half hours, quarters, ten and five minutes."""
_CYCLE_DECAY = 0.7
"""The weight of a cycle against the next younger one."""
_WEEKS = 3
"""Who lives by the day lives by the week, once there are so many weeks."""
_TINY = 1e-12


def seasons_of(series: Series) -> Seasons | None:
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


def seasonal_profile(x: FloatArray, m: int) -> FloatArray:
    """Return one additive index per phase, (m,), mean zero, phase 0 being that of ``x[0]``; t > 2 m.

    Younger cycles count more. The profile is multiplied by the share of its variance that the noise of
    its own means does not explain: a season that is not there shrinks to nothing, and no test decides.

    Reference: James and Stein (1961), Estimation with quadratic loss, Proc. 4th Berkeley Symposium 1;
    Miller and Williams (2003), Shrinkage estimators of time series seasonal factors, International
    Journal of Forecasting 19.
    """
    rest = detrended(x, m)
    position = np.arange(m // 2, m // 2 + len(rest))
    phase = position % m
    weight = _CYCLE_DECAY ** ((len(x) - 1 - position) // m)
    mass = np.maximum(np.bincount(phase, weight, m), _TINY)
    index = np.bincount(phase, weight * rest, m) / mass
    index -= index.mean()
    signal = index @ index / (m - 1)
    if signal <= 0:
        return np.zeros(m)
    residual = rest - index[phase]
    support = mass**2 / np.maximum(np.bincount(phase, weight**2, m), _TINY)
    noise = residual @ residual / max(len(rest) - m, 1) * np.mean(1 / np.maximum(support, 1))
    return np.asarray(index * max(0.0, 1 - float(noise / signal)))


def seasonal_component(x: FloatArray, seasons: Sequence[int], ahead: int) -> FloatArray:
    """Return the sum of the profiles, over the values (t,) and ``ahead`` steps more; (t + ahead,)."""
    total = np.zeros(len(x) + ahead)
    position = np.arange(len(x) + ahead)
    for m in seasons:
        if len(x) > 2 * m:
            total += seasonal_profile(x - total[: len(x)], m)[position % m]
    return total
