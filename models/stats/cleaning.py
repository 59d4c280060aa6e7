"""A two-sided look for gross outliers, so that a model does not learn from what it is to judge."""

from collections.abc import Sequence

import bottleneck as bn
import numpy as np

from models.stats.moving import centred_mean_throughout
from models.stats.phase_scale import has_quiet_time, is_loud, phase_scales, phase_units
from models.stats.robust import NORMAL_MEAN_DEVIATION, least_scale, robust_scale
from models.stats.seasonal_index import shrunken_index
from models.types import BoolArray, FloatArray

_GROSS = 5.0
"""Standard deviations beyond which a value is taken for an outlier."""
_CYCLES = 7
"""Neighbouring cycles whose median is the season."""
_LEAST_CYCLES = 3
"""With fewer, a median cannot tell a spike, or one of two cycles that differ, from a season."""
_LEAST_WINDOW = 7
"""A median of this many points survives three outliers in a row."""

_RARE = 0.05
"""Where more than such a share lies beyond, nothing of it is an outlier."""
_MOVED, _LAST_CYCLES = 0.4, 2
"""Where more than such a share of so many last cycles lies beyond, the season itself has moved."""
_LEAST_VALUES, _ENOUGH_VALUES, _GROSS_OF_FEW = 20, 30, 8.0
"""Of fewer values, none can be told to be outliers; of less than enough, only those that are further out."""
_LOOKED_AT, _SCATTERS = 60, 1.2
"""So many last values only scatter where their squared steps are, on average, more than so often their variance:
of noise twice, of what wanders next to nothing."""
_MOST_AT_END = 2
"""So many last values to one side are no new level of what only scatters; of more, much stays."""
_TAIL, _NORMAL_TAIL = 0.9, 1.6449
"""Where tails are heavy, this quantile of the deviations tells what is usual; what it is of normal ones."""

_OF_THREE = 0.8
"""Fewer of the values than this share deviate from medians of three cycles, and more from those of others."""

_ROUNDS = 20
"""Reweighted least squares have settled by then."""
_LEAST_SHARE = 1e-4
"""Deviations below this share of the largest weigh no more than it, lest weights become infinite."""


def cleaned(
    y: FloatArray,
    seasons: Sequence[int],
    regressors: FloatArray | None = None,
    is_observed: BoolArray | None = None,
) -> FloatArray:
    """Return the values, shape (t,), with gross outliers replaced by what their neighbours suggest.

    The neighbours are those in time and, with a season, those of the same phase in nearby cycles.
    What ``regressors``, shape (t, k), explain is no outlier. ``is_observed``: shape (t,), which values were
    observed and tell what is usual; all if None.

    Reference: Hampel (1974), The influence curve and its role in robust estimation, JASA 69; the
    idea of ``tsclean`` in R's forecast package, with medians instead of loess.
    """
    smooth = robust_smooth(y, seasons)
    if regressors is not None:
        known = explained(y - smooth, regressors)
        smooth = robust_smooth(y - known, seasons) + known
    seen = np.ones(len(y), dtype=bool) if is_observed is None else is_observed
    least = least_scale(y[seen])
    units = phase_units(np.where(seen, y - smooth, np.nan), longest_season(seasons, len(y)), least)
    deviation = (y - smooth) / units
    usual = max(usual_deviation(deviation[seen & is_loud(units)]), least)
    return np.where(np.abs(deviation) > _GROSS * usual, smooth, y)


def outliers_replaced(y: FloatArray, seasons: Sequence[int]) -> FloatArray:
    """Return the values, shape (t,), the few outliers replaced by what their neighbours suggest.

    What is not rare is no outlier, what goes on to the end of the series, to one side, may be its new level,
    several values that it begins with its old one, and where much of the last cycles is strange they may be its
    new season: all of these stay, but for the last one or two values of a series that only scatters about level
    and season. So does everything where there are two cycles of the season, of which one cannot tell what is
    strange in the other.

    Reference: Chen and Liu (1993), Forecasting time series with outliers, Journal of Forecasting 12, 13-35, of
    which it has that an outlier near the end cannot be told from a shift.
    """
    seen = any(m * _LEAST_CYCLES <= len(y) for m in seasons)
    if len(y) < _LEAST_VALUES or (seasons and not seen):
        return y
    # Beside the usual trend, as detectors look at it, forecasts were no better on whole sets.
    smooth = _level_plus_season(y, seasons)
    deviation = np.abs(y - smooth)
    tail = float(np.quantile(deviation, _TAIL)) / _NORMAL_TAIL
    usual = max(robust_scale(deviation), tail, least_scale(y))
    is_outlier = deviation > (_GROSS if len(y) >= _ENOUGH_VALUES else _GROSS_OF_FEW) * usual
    last = is_outlier[-_LAST_CYCLES * max(min(seasons, default=0), _LEAST_WINDOW) :]
    if not usual or is_outlier.mean() > _RARE or last.mean() > _MOVED:
        return y
    # Two outliers in the last cycles are most of what a median has there: it is asked again without them.
    smooth = _level_plus_season(np.where(is_outlier, smooth, y), seasons)
    replaced = np.where(is_outlier, smooth, y)
    begin = int(np.argmin(is_outlier))
    if begin > 1:
        is_outlier[:begin] = False
    side = np.sign(y - smooth) * is_outlier
    new = len(y) - 1 - int(np.flatnonzero(side != side[-1])[-1]) if side[-1] else 0
    if new > _MOST_AT_END or (new and not _only_scatters(replaced[:-new], seasons)):
        is_outlier[-new:] = False
    return np.where(is_outlier, smooth, y)


def _only_scatters(y: FloatArray, seasons: Sequence[int]) -> bool:
    """Whether the last values, without their seasons, wander so little that no jump of theirs would stay."""
    for season in seasons:
        if season * _LEAST_CYCLES <= len(y):
            y = y - np.resize(shrunken_index(y, season), len(y))
    return scatters(y)


def scatters(y: FloatArray) -> bool:
    """Whether the last of values, shape (t,), scatter about a level, not wander.

    Reference: von Neumann (1941), Distribution of the ratio of the mean square successive difference to the
    variance, Annals of Mathematical Statistics 12.
    """
    y = y[-_LOOKED_AT:]
    return bool(np.mean(np.diff(y) ** 2) > _SCATTERS * y.var())


def usual_deviation(deviation: FloatArray) -> float:
    """Return the usual size of deviations, shape (n,), from medians of neighbours.

    Points that are the median of their neighbours, a third of those of three cycles and most of a slope,
    deviate by nothing, which says nothing.
    """
    apart = deviation[deviation != 0.0]
    share = len(apart) / max(len(deviation), 1)
    told = apart if 0.5 < share < _OF_THREE else deviation
    return robust_scale(told) or NORMAL_MEAN_DEVIATION * float(np.mean(np.abs(deviation)))


def explained(deviation: FloatArray, regressors: FloatArray) -> FloatArray:
    """Return the part of deviations, shape (t,), that regressors, shape (t, k), explain.

    By least absolute deviations, which a minority of outliers does not bend.

    Reference: Schlossmacher (1973), An iterative technique for absolute deviations curve fitting,
    JASA 68, 857-859.
    """
    design = np.column_stack([np.ones(len(deviation)), regressors])
    least = _LEAST_SHARE * float(np.abs(deviation).max(initial=0.0))
    weights, part = np.ones(len(deviation)), np.zeros(len(deviation))
    for _ in range(_ROUNDS if least > 0.0 else 0):
        found = np.linalg.lstsq(design * weights[:, None], deviation * weights, rcond=None)[0]
        part = design @ found
        weights = 1.0 / np.sqrt(np.maximum(np.abs(deviation - part), least))
    return part


def robust_smooth(y: FloatArray, seasons: Sequence[int]) -> FloatArray:
    """Return level plus season by centred moving medians beside the usual trend, shape (t,)."""
    trend = _usual_trend(y, longest_season(seasons, len(y)))
    return _level_plus_season(y - trend, seasons) + trend


def _level_plus_season(y: FloatArray, seasons: Sequence[int]) -> FloatArray:
    """Return both, shape (t,), beside the level of all values or that of whole cycles, whichever leaves less.

    Where the level moves, whole cycles tell it late.
    """
    season = longest_season(seasons, len(y))
    if season < 2:
        return level_by_medians(y, _LEAST_WINDOW)
    if rests(y, season):
        return seasonal_median(y, season)
    levels = level_by_medians(y, max(season, _LEAST_WINDOW)), _level_of_cycles(y, season)
    found = [_beside_season(y, seasonal_median(y - level, season), season) for level in levels]
    return min(found, key=lambda smooth: float(np.abs(y - smooth).mean()))


def _beside_season(y: FloatArray, seasonal: FloatArray, season: int) -> FloatArray:
    """Return a quicker level of values (t,) beside a season (t,), and the season beside that level."""
    level = level_by_medians(y - seasonal, max(season // 4, _LEAST_WINDOW))
    return level + seasonal_median(y - level, season)


def _usual_trend(y: FloatArray, season: int) -> FloatArray:
    """Return a line through nought, shape (t,), with the median of the changes from cycle to cycle as its slope.

    Of what is steep beside its season, medians of neighbours miss the first and the last cycle. Nought where
    there is no season, or where some time of each cycle hardly varies.
    """
    return np.zeros(len(y)) if season < 2 or rests(y, season) else median_trend(y, season)


def median_trend(y: FloatArray, season: int) -> FloatArray:
    """Return a line through nought, shape (t,), that rises by the median of the changes from cycle to cycle."""
    slope = float(bn.median(y[season:] - y[:-season])) / season
    return np.asarray(slope * np.arange(len(y)), dtype=np.float64)


def rests(y: FloatArray, season: int) -> bool:
    """Whether some time of each cycle of values (t,) hardly varies: the level of the rest does not tell that."""
    scales = phase_scales(y - seasonal_median(y, season), season)
    return scales is not None and has_quiet_time(scales)


def longest_season(seasons: Sequence[int], size: int) -> int:
    """Return the longest season of which there are cycles enough, 1 for none."""
    return max((m for m in seasons if 1 < m * _LEAST_CYCLES <= size), default=1)


def _level_of_cycles(y: FloatArray, season: int) -> FloatArray:
    """Return the level of values (t,) with a season: of medians over neighbouring cycles the mean over a cycle.

    A median over a cycle, half of which is open and half closed, is the one or the other by chance, and what
    happened once bends a mean. The usual trend goes on beside both.
    """
    trend = median_trend(y, season)
    return trend + centred_mean_throughout(seasonal_median(y - trend, season), season)


def level_by_medians(y: FloatArray, window: int) -> FloatArray:
    """Return the centred moving median, continued at both ends by the slope that it has there; shape (t,)."""
    level, half = centred_median(y, window), window // 2
    last = len(y) - 1 - half
    apart = min(2 * half, last - half)
    if apart < 1:
        return level
    steps = np.arange(-half, 0)
    level[:half] = level[half] + steps * (level[half + apart] - level[half]) / apart
    level[last + 1 :] = level[last] - steps[::-1] * (level[last] - level[last - apart]) / apart
    return level


def seasonal_median(y: FloatArray, season: int) -> FloatArray:
    """Return the centred moving median over the same phase of neighbouring cycles, shape (t,)."""
    return centred_median(_by_phase(y, season), _CYCLES).T.ravel()[: len(y)]


def median_cycle(y: FloatArray, season: int) -> FloatArray:
    """Return the median over all cycles at the phase of each value, shape (t,)."""
    return np.resize(bn.nanmedian(_by_phase(y, season), axis=1), len(y))


def _by_phase(y: FloatArray, season: int) -> FloatArray:
    """Return values, shape (t,), as a table of phases, (season, cycles), NaN after the last."""
    cycles = -(-len(y) // season)
    padded = np.full(cycles * season, np.nan)
    padded[: len(y)] = y
    return np.ascontiguousarray(padded.reshape(cycles, season).T)


def centred_median(values: FloatArray, window: int) -> FloatArray:
    """Return the moving median along the last axis, of what there is of the window at the ends; same shape."""
    half = window // 2
    room = np.full((*values.shape[:-1], half), np.nan)
    padded = np.concatenate([values, room], axis=-1)
    width = min(2 * half + 1, padded.shape[-1])
    median: FloatArray = bn.move_median(padded, width, min_count=1, axis=-1)
    return median[..., half:]
