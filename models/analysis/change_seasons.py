"""Values without their seasons, so that a search for changes finds none of these."""

import bottleneck as bn
import numpy as np
from scipy.ndimage import uniform_filter1d

from models.analysis.strength import is_multiplicative
from models.contract.seasons import seasons_of
from models.data.series import Series
from models.stats.cleaning import outliers_replaced
from models.stats.loess import LoessOptions, jumps, seasonal_trend
from models.stats.robust import robust_scale, trimmed_variance
from models.stats.seasonal_index import seasonal_pattern
from models.types import FloatArray

_EVOLVING, _FIXED = 10, 3
"""Cycles from which a season may change over time, and is taken off at all."""
_CYCLES = 13
"""Cycles over which a season that may change is smoothed."""
_FAR, _LEVEL = 3.0, 1.5
"""A staircase steps by so many deviations at least; between, values vary by no more than so often their noise."""


def without_seasons(series: Series) -> FloatArray:
    """Return the values without the seasons of which there are three cycles, shape (t,)."""
    y = series.y
    for m in seasons_of(series):
        if _is_staircase(y, m):
            continue
        if not is_short_for(y, m):
            # A season that grows with the level is smoothed quickly, others so as to spare the noise.
            pace: LoessOptions = {
                **jumps(m),
                "robust": True,
                "seasonal_deg": int(season_grows(y, m)),
            }
            found = seasonal_trend(y, [m], [_CYCLES], **pace)
            y = y - found.seasonal[0]
        elif len(y) >= _FIXED * m:
            # A mean of so few cycles would echo an outlier or a step of one in all others.
            level = y - _steps(y, m)
            y = y - seasonal_pattern(outliers_replaced(level, [m]), m)
    return np.asarray(y)


def _steps(y: FloatArray, m: int) -> FloatArray:
    """Return the steps of the level of values with a season, (t,), told by the means of the cycles beside each.

    The largest comes first, and all are larger than what points of neighbouring cycles usually differ by.
    """
    steps = np.zeros(len(y))
    for _ in range(len(y) // m):
        change = (y - steps)[m:] - (y - steps)[:-m]
        usual = robust_scale(change - np.median(change))
        apart = bn.move_mean(change, m)[m - 1 :] - np.median(change)
        at = int(np.argmax(np.abs(apart)))
        if not abs(apart[at]) > usual:
            break
        steps[at + m :] += apart[at]
    return steps


def season_grows(y: FloatArray, m: int) -> bool:
    """Whether a season of values, shape (t,), grows with their level."""
    return is_multiplicative(y, uniform_filter1d(y, m), m)


def is_short_for(y: FloatArray, m: int) -> bool:
    """Whether values, shape (t,), have too few cycles of a season to tell how it changes."""
    return len(y) < _EVOLVING * m


def _is_staircase(y: FloatArray, m: int) -> bool:
    """Whether values, shape (t,), are level for a cycle and step to the next level: no season beside a trend.

    As a season, all steps of one height and length would be the teeth of a saw.
    """
    if len(y) < _FIXED * m:
        return False
    steps = np.abs(np.diff(y))
    first = 1 + int(np.argmax([np.median(steps[k::m]) for k in range(m)]))
    whole = y[first : first + (len(y) - first) // m * m].reshape(-1, m)
    levels = np.median(whole, axis=1)
    noise = trimmed_variance(np.diff(y)) / 2.0
    climbs = np.abs(np.diff(levels)).min() > _FAR * np.sqrt(noise)
    return bool(climbs and trimmed_variance((whole - levels[:, None]).ravel()) <= _LEVEL * noise)
