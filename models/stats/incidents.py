"""What lasts a while and then is over, told from a new level by what comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import bottleneck as bn
import numpy as np
from scipy.ndimage import binary_closing, binary_opening, binary_propagation, find_objects, label

from models.stats.cleaning import (
    centred_median,
    cleaned,
    explained,
    longest_season,
    median_cycle,
    median_trend,
    rests,
    scatters,
    seasonal_median,
    usual_deviation,
)
from models.stats.phase_scale import is_loud, phase_units
from models.stats.robust import least_scale, robust_scale
from models.types import BoolArray, FloatArray

_GROSS = 5.0
"""Standard deviations beyond which a value belongs to an incident."""
_WINDOW, _LONG_WINDOW = 101, 201
"""A median of this many points survives an incident of 50; where the level moves, one of 100 is looked for, and
one of a cycle, if that is longer. In a series too short for that, one of less than half of it is."""
_LEAST_WINDOW = 15
_LASTING, _TOGETHER = 5, 7
"""Points whose median tells what lasts from what is over at once; fewer such medians in a row come by chance."""
_LEAST_SHARE = 0.01
"""No outlier is less than five hundredths of the scale of the series off: so far do medians bend a curve."""
_ROUNDS = 2
"""An incident moves the first level of two cycles, by which the first season is off."""
_RARE = 0.1
"""If more of the values than this share lie so far off, beside what happens once, that is how the series is."""
_LEAST_AROUND, _RETURNED = 7, 0.5
"""The median of so many points before and behind tells whether the level is back, but for half of the way."""
_LEAST_WEEKS = 6
"""So many weeks tell what is usual on their days."""
_LONGEST_LAST, _LEAST_TIMES = 4, 2
"""So many days at the end may be like others before them, of which so many tell that."""
_LEAST_LENGTH = 3
"""Fewer points in a row are single outliers."""


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A series as it usually is, shape (t,): outliers and incidents replaced by the level and season around them.

    ``is_incident``: shape (t,), which points belong to an incident. ``is_exact``: whether level or season leave
    nothing of all but rare values.
    """

    y: FloatArray
    is_incident: BoolArray
    is_exact: bool = False


def baseline_of(
    y: FloatArray,
    seasons: Sequence[int],
    regressors: FloatArray | None = None,
    is_observed: BoolArray | None = None,
    *,
    may_be_cycle: bool = True,
) -> Baseline:
    """Return a series, shape (t,), as it usually is, with what does not belong to that taken out.

    An incident is a run of values far off level and season after which these come back: what begins or
    ends the series may be a new level. The level is a median over more than twice the length of an
    incident, the season one over neighbouring cycles, so that one of them leaves no echo in the others.
    ``may_be_cycle``: whether the calendar may have a cycle that the values do not show yet, of which what
    happens once may be a part, unless it is rare; then no season is taken for exact either.
    """
    seen = np.ones(len(y), dtype=bool) if is_observed is None else is_observed
    middle = float(np.median(y[seen]))
    scale = robust_scale(y[seen] - middle)
    if regressors is None:
        season = 1 if may_be_cycle or not scale else longest_season(seasons, len(y))
        exact = median_cycle(y, season) if season > 1 else np.full(len(y), middle)
        if robust_scale((y - exact)[seen]) == 0.0:
            return Baseline(exact, np.zeros(len(y), dtype=bool), is_exact=True)
    least = _LEAST_SHARE * scale
    parts = _Parts(y, seasons, regressors, seen, may_be_cycle)
    z, incident = _without_incidents(parts, least)
    usual = cleaned(z, seasons, regressors, is_observed)
    course = np.where(np.abs(usual - z) > _GROSS * least, usual, z)
    return Baseline(course, incident, is_exact=np.ptp(course) == 0.0)


def without_incidents(y: FloatArray, seasons: Sequence[int]) -> FloatArray:
    """Return a series, shape (t,), its incidents replaced by level and season, its single outliers left.

    One that has only just ended stays: too few values say that all is as before.
    """
    seen = np.ones(len(y), dtype=bool)
    least = _LEAST_SHARE * robust_scale(y - bn.median(y))
    if not least:
        return y
    calm, incident = _without_incidents(_Parts(y, seasons, None, seen), least)
    if not incident.any():
        return y
    for [run] in find_objects(label(incident)[0]):
        if len(y) - run.stop < max(run.stop - run.start, _LEAST_AROUND):
            incident[run] = False
    return np.where(incident, calm, y)


def without_last_days(y: FloatArray, day: int, week: int) -> FloatArray:
    """Return a series, shape (t,), the last days replaced by what is usual where they are as holidays are.

    ``day``: its steps; ``week``: how many days it has. That is told where days only scatter about their week:
    weather that is far off stays so. It takes one day where there never was a new level, several where as many,
    twice before, were followed by days as usual. Else they may be a new level, and stay.
    """
    days = len(y) // day
    if days < _LEAST_WEEKS * week:
        return y
    shape = y[len(y) - days * day :].reshape(days, day)
    usual = seasonal_median(shape.mean(axis=1), week)
    apart = shape.mean(axis=1) - usual
    off = np.abs(apart) > _GROSS * max(usual_deviation(apart), least_scale(usual))
    last = int(np.argmin(off[::-1])) if not off.all() else days
    if (
        not 0 < last <= _LONGEST_LAST
        or not scatters(apart[~off])
        or _has_shifted(usual, week, float(np.abs(apart[-1])) / 2.0)
    ):
        return y
    runs = [run for [run] in find_objects(label(off[:-last])[0])]
    before = sum(run.stop - run.start >= last for run in runs)
    if last > 1 and before < _LEAST_TIMES:
        return y
    weeks = [shape[days - last - week * k :][:last] for k in range(1, _LEAST_WEEKS)]
    return np.append(y[: len(y) - last * day], np.median(weeks, axis=0).ravel())


def _has_shifted(usual: FloatArray, week: int, by: float) -> bool:
    """Whether what is usual on days of the week, (days,), is another from one week to the next, by so much."""
    weeks = usual[len(usual) % week :].reshape(-1, week)
    return bool((np.abs(np.median(np.diff(weeks, axis=0), axis=1)) > by).any())


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    y: FloatArray
    seasons: Sequence[int]
    regressors: FloatArray | None
    seen: BoolArray
    may_be_cycle: bool = True

    def courses(self, window: int) -> tuple[FloatArray, FloatArray]:
        """Return the level, and the season with what regressors explain, each of shape (t,)."""
        level, seasonal = level_and_season(
            self.y, self.season, window, incidents=not self.may_be_cycle
        )
        if self.regressors is None:
            return level, seasonal
        return level, seasonal + explained(self.y - level - seasonal, self.regressors)

    def units(self, deviation: FloatArray) -> FloatArray:
        """Return the size of deviations, (t,), at the phase of each, in units of the usual phase."""
        return phase_units(deviation, self.season, least_scale(self.y))

    def usual(self, deviation: FloatArray) -> float:
        """Return the usual size of deviations, shape (n,), from the courses.

        Without a season the level is the median of many: values that are equal to it, as of counts, tell, too.
        """
        return (self.season < 2 and robust_scale(deviation)) or usual_deviation(deviation)

    def once(self, incident: BoolArray) -> int:
        """Return how many points the longest incident, (t,), has, 0 where it may be a part of a cycle."""
        return 0 if self.may_be_cycle else int(np.bincount(label(incident)[0])[1:].max(initial=0))

    @property
    def season(self) -> int:
        """The longest season of which there are cycles enough, 1 for none."""
        return longest_season(self.seasons, len(self.y))


def _without_incidents(parts: _Parts, least: float) -> tuple[FloatArray, BoolArray]:
    """Return the values without incidents, and which points belong to these."""
    longest = len(parts.y) // 2 | 1
    if longest < _LEAST_WINDOW:
        return parts.y, np.zeros(len(parts.y), dtype=bool)
    calm, incident, moves = _taken_out(parts, min(_WINDOW, longest), least)
    windows = [w for w in (_LONG_WINDOW, 2 * parts.season + 1) if _LONG_WINDOW <= w <= longest]
    if longest < _LONG_WINDOW and parts.season < 2:
        windows.append(2 * len(parts.y) + 1)
    for window in windows if moves else ():
        others, in_others, _ = _taken_out(parts, window, least)
        if in_others.sum() > incident.sum():
            calm, incident = others, in_others
    return calm, incident


def _taken_out(parts: _Parts, window: int, least: float) -> tuple[FloatArray, BoolArray, bool]:
    """Return the same by medians of so many points, and whether the level moves farther than single values do."""
    y, seen, none = parts.y, parts.seen, np.zeros(len(parts.y), dtype=bool)
    level, rest = parts.courses(window)
    units = parts.units(y - level - rest)
    deviation = (y - level - rest) / units
    usual = max(parts.usual(deviation[seen & is_loud(units)]), least_scale(y[seen]), least)
    gross = np.abs(deviation) > _GROSS * usual
    if parts.season < 2 and not parts.may_be_cycle and not np.median(np.abs(deviation[seen])):
        gross |= _lasting(deviation, max(least_scale(y[seen]), least))
    gross = binary_closing(gross, np.ones(_LEAST_LENGTH, dtype=bool))
    gross = _joined(gross, np.abs(deviation) > _GROSS * usual / 2)
    incident = _runs_that_end(gross, y - rest)
    moves = bool(np.ptp(level) > _GROSS * usual)
    if not incident.any() or np.sum(gross) - parts.once(incident) > _RARE * len(y):
        return y, none, moves
    return np.where(incident, level + rest, y), incident, moves


def _joined(gross: BoolArray, far: BoolArray) -> BoolArray:
    """Return the runs of gross deviations, and what lies between two of them and is far off all along."""
    joined = gross.copy()
    for [run] in find_objects(label(binary_propagation(gross, mask=gross | far))[0]):
        at = np.flatnonzero(gross[run])
        joined[run][at[0] : at[-1]] = True
    return joined


def _lasting(deviation: FloatArray, least: float) -> BoolArray:
    """Return which deviations, shape (t,), are far off together with most of those around, (t,).

    Where most are nothing, single others do not tell what is far; in medians of five nothing is left of them,
    but for some that are close by chance, which is soon over. ``least``: the least scale.
    """
    around = centred_median(deviation, _LASTING)
    far = _GROSS * max(robust_scale(around), least)
    lasts = binary_opening(np.abs(around) > far, np.ones(_TOGETHER, dtype=bool))
    return np.asarray(lasts & (np.abs(deviation) > far))


def level_and_season(
    y: FloatArray, season: int, window: int, *, incidents: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Return level and season by medians, each of shape (t,).

    ``season``: its length, 1 for none; ``window``: over how many points, a cycle at least, the level is one.
    ``incidents``: whether these are looked for, so that none may be a part of the season.
    """
    if season < 2:
        return centred_median(y, window), np.zeros(len(y))
    if rests(y, season):
        return np.zeros(len(y)), seasonal_median(y, season)
    trend = median_trend(y, season)
    y = y - trend
    level, seasonal = centred_median(y, max(window, season)), y
    for _ in range(_ROUNDS):
        seasonal = seasonal_median(y - level, season)
        if incidents:
            seasonal = seasonal - _level_of_incidents(seasonal, season)
        level = centred_median(y - seasonal, window)
    return level + trend, seasonal


def _level_of_incidents(seasonal: FloatArray, season: int) -> FloatArray:
    """Return by how much cycles of a season, shape (t,), lie off the usual one where that is by far, else nought.

    An incident of more than half of the cycles that a season is the median of would be lost in it.
    """
    level = centred_median(seasonal - median_cycle(seasonal, season), season)
    return np.where(np.abs(level) > _GROSS * robust_scale(level), level, 0.0)


def _runs_that_end(gross: BoolArray, y: FloatArray) -> BoolArray:
    """Keep the runs that are long enough and after which the values, without season, are as before."""
    runs, _ = label(gross)
    kept = np.zeros(len(y), dtype=bool)
    for [run] in find_objects(runs):
        size = run.stop - run.start
        before = y[max(run.start - max(size, _LEAST_AROUND), 0) : run.start]
        after = y[run.stop : run.stop + max(size, _LEAST_AROUND)]
        if size < _LEAST_LENGTH or not len(before) or not len(after):
            continue
        inside, start, end = (float(np.median(part)) for part in (y[run], before, after))
        kept[run] = abs(end - start) <= _RETURNED * min(abs(inside - start), abs(inside - end))
    return kept
