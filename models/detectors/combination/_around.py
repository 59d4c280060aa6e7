"""How strange the values around each point are, told by two detectors of windows of two lengths."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.data.results import NeighbourhoodScores
from models.data.series import Series
from models.detectors.statistical.flat_line import FlatLine
from models.detectors.subsequence.kmeans_windows import KmeansWindows, KmeansWindowsParams
from models.detectors.subsequence.knn_windows import KnnWindows, KnnWindowsParams
from models.features.windows import WHERE_NO_PEAK
from models.stats.cleaning import level_by_medians, longest_season, median_trend
from models.stats.incidents import level_and_season
from models.stats.robust import resolved_scale
from models.stats.tails import BoxCoxTail
from models.types import BoolArray, FloatArray

LEAST_AROUND = 200
"""With fewer points, windows are too few to tell the usual ones."""
AROUND_PER_SERIES, AROUND_PER_POINT, AROUND_MEMORY = 0.03, 3e-5, 40_000_000
"""Seconds of a series and of a point, and bytes, that comparing windows takes."""
_LONGEST, _SHORTEST, _LEAST_WINDOWS = 300, 8, 8
_LEVEL = 99.0
_LEVEL_WINDOWS = 4
"""The level is a median over so many windows: what takes two of them or less is no new one."""
_SHARE = 0.1
"""A stretch has many points: it gets a tenth of the alarms."""
_IN_SERIES, BEYOND = 0.01, 1.01
"""In how many series chance may make a flat line, and how far beyond the edge its points are at least."""
_ALIKE, _LEAST_THRESHOLD = 0.01, 0.5
"""Windows that lie so many standard deviations apart at each point are alike; what is normal reaches that far."""
_ROUNDING = 1e-6
"""What level and season leave is rounding below this share of the range of the values."""
_RARELY, _MOSTLY = 0.01, 0.5
"""A counter falls at no larger share of its steps, and rises at more than such a share."""
_GROSS, _LEAST_LENGTH = 5.0, 3
"""So many points at least, each so many standard deviations off level and season, are an incident at an end."""
_GAP = 3
"""So many times as long as there are strange points near it, on either side, a gap within an incident may be."""
_CLEAN = 0.75
"""Share of the points that tell where normal ends; an anomaly has a part in all windows that hold it."""


class _Neighbours(KnnWindows):
    _overlap = 8
    _most_known = 1000


class _Centres(KmeansWindows):
    _is_dear = True
    _overlap = 8

    def _learn(self, vectors: FloatArray) -> None:
        super()._learn(vectors[:: _stride(self.window_, self._overlap)])


def _stride(window: int, overlap: int) -> int:
    """Return how far apart windows are that are learned from: one divided by the overlap, or a little more.

    It divides no cycle of their length: else the window at the end, whose phase no other has, would be strange.
    """
    least = max(window // overlap, 1)
    return next(step for step in range(least, window + 1) if math.gcd(step, window) == 1)


MEMBERS = (_Neighbours.name, _Centres.name)


def around(
    series: Series,
    seasons: Sequence[int],
    expected: FloatArray,
    outside: BoolArray,
    flat: BoolArray,
) -> NeighbourhoodScores:
    """Return how strange the values around each point are, with and without those outside the band.

    The latter have to be strange both with their level and beside it: windows that hold a step to a new level,
    and those at the ends of a slope, are like no others, and their values all the same as usual. So are those
    that hold what comes once in a season longer than they are, such as a job each night in a series of minutes,
    and the last ones of a season that grows: they have to be strange beside the season, too. A flat line is
    strange from its first value to its last, not as far as windows reach that hold some of it. So is an incident
    with which a series begins or ends, which the forecaster may have taken for a new level, and so is what lies
    between strange points that are near, if its surroundings are strange as they are.

    With those outside, the member that finds them strangest tells how strange they are: which window sees an
    anomaly best depends on how long it is. What is strange without them is what the mean of all says, as
    one member alone gives alarms by chance more often.

    ``expected``, ``outside``: shape (t,), what stands in for which values. ``flat``: shape (t,), which belong to
    flat lines.
    """
    lengths, season = window_lengths(series, seasons), longest_season(seasons, len(series))
    of_members = _strangeness(series, lengths)
    whole, inside = of_members.max(axis=0), of_members.mean(axis=0)
    resets = _resets(series.y, outside)
    at_ends, course = _at_ends(series.y, season, max(lengths), outside & ~resets)
    expected = course if at_ends.any() else expected
    taken_out = (outside | flat | at_ends | ~series.is_observed) & np.isfinite(expected)
    calm = series.y
    if taken_out.any():
        calm = _as_rates(np.where(taken_out & ~resets, expected, calm), resets)
        inside = _strangeness(replace(series, y=calm), lengths).mean(axis=0)
    beside = _beside(calm, season, max(lengths))
    without_level = _strangeness(replace(series, y=beside), lengths).mean(axis=0)
    threshold, other = (_Threshold(_tail(one, max(lengths))) for one in (inside, without_level))
    unit = threshold.at(_LEVEL)
    strange = np.minimum(inside / unit, without_level / other.at(_LEVEL))
    strange = np.maximum(strange, np.where(flat | at_ends, BEYOND, 0.0))
    gaps = _gaps(outside | (strange > 1.0)) & (whole > 1.0)
    strange = np.maximum(strange, np.where(gaps, BEYOND, 0.0))
    return NeighbourhoodScores(whole, strange, replace(threshold, unit=unit).at)


def _beside(y: FloatArray, season: int, length: int) -> FloatArray:
    """Return what level and season leave of values, shape (t,); ``length``: of the longest windows.

    On a slope steeper than its noise each value is the median of those around it, so that nothing but the ends
    would be left: without a season the line with the usual slope goes before. What rounding leaves is nothing.
    """
    line = median_trend(y, length) if season < 2 else 0.0
    _, seasonal = level_and_season(y - line, season, _LEVEL_WINDOWS * length)
    rest = y - line - seasonal
    beside = rest - level_by_medians(rest, _LEVEL_WINDOWS * length)
    return np.where(np.abs(beside) > _ROUNDING * np.ptp(y), beside, 0.0)


def _at_ends(
    y: FloatArray, season: int, length: int, outside: BoolArray
) -> tuple[BoolArray, FloatArray]:
    """Return which points belong to incidents at the ends of values, and level with season, each of shape (t,).

    They set in or end with a point ``outside``, (t,), as no bend of a curve does; what is longer than a window
    is a level. ``length``: of the longest windows.
    """
    found = np.zeros(len(y), dtype=bool)
    if not (outside[: length + 1].any() or outside[-length:].any()):
        return found, y
    beside = _beside(y, season, length)
    far = _GROSS * resolved_scale(beside, y)
    side = np.sign(beside) * (np.abs(beside) > far)
    begin = int(np.argmax(side != side[0])) if side[0] else 0
    end = int(np.argmax(side[::-1] != side[-1])) if side[-1] else 0
    if _LEAST_LENGTH <= begin <= length and outside[begin]:
        found[:begin] = True
    if _LEAST_LENGTH <= end <= length and outside[len(y) - end]:
        found[len(y) - end :] = True
    return found, y - beside


def _gaps(strange: BoolArray) -> BoolArray:
    """Return which points, shape (t,), lie between strange ones that are near on both sides.

    As near as the gap is long, a third of it or more on each side. An incident crosses what is usual on its way,
    and has some such values by chance; two spikes are two.
    """
    at = np.flatnonzero(strange)
    apart = np.diff(at) > 1
    begin, end = at[:-1][apart] + 1, at[1:][apart]
    length, so_far = end - begin, np.append(0, np.cumsum(strange))
    before = so_far[begin] - so_far[np.maximum(begin - length, 0)]
    after = so_far[np.minimum(end + length, len(strange))] - so_far[end]
    short = _GAP * np.minimum(before, after) >= length
    turns = np.zeros(len(strange), dtype=int)
    turns[begin[short]], turns[end[short]] = 1, -1
    return np.cumsum(turns) > 0


def _resets(y: FloatArray, outside: BoolArray) -> BoolArray:
    """Return at which points outside the band a counter begins anew, shape (t,), from which on it is lower.

    There are none where values fall more often than rarely.
    """
    steps = np.diff(y, prepend=y[:1])
    falls = steps < 0.0
    if falls.mean() > _RARELY or np.mean(steps > 0.0) <= _MOSTLY:
        return np.zeros(len(y), dtype=bool)
    places = np.where(outside, len(y) - 1, np.arange(len(y)))
    inside_again = np.minimum.accumulate(places[::-1])[::-1]
    return np.asarray(falls & outside & (y[inside_again] < y - steps))


def _as_rates(y: FloatArray, resets: BoolArray) -> FloatArray:
    """Return by how much a counter, shape (t,), goes up at each point, the usual way where it begins anew.

    Without resets, the values are returned as they are.
    """
    if not resets.any():
        return y
    steps = np.diff(y, prepend=y[:1])
    usual = np.median(steps[1:])
    return np.asarray(np.where(resets, usual, np.append(usual, steps[1:])))


def flat_lines(series: Series) -> BoolArray:
    """Return which points belong to flat lines, shape (t,).

    Chance makes such a line in less than one of a hundred series. What most points are is no such line, nor is
    what more than an eighth of them are before all that follows, to one side of it: that is an old level.
    """
    if len(series) < FlatLine.min_observations:
        return np.zeros(len(series), dtype=bool)
    rarity = FlatLine().score([series], _LEVEL)[0].raw
    limit = math.log10(len(series)) - math.log10(_IN_SERIES)
    flat = np.asarray(rarity > limit)
    begin = int(np.argmin(np.append(flat, False)))
    if _LEAST_WINDOWS * begin > len(flat) > begin:
        low, high = series.y[begin:].min(), series.y[begin:].max()
        flat[:begin] = low <= series.y[0] <= high
    return flat if 2 * flat.sum() <= len(flat) else np.zeros(len(flat), dtype=bool)


def window_lengths(series: Series, seasons: Sequence[int]) -> tuple[int, ...]:
    """Return the lengths of windows, ascending: a cycle and half of it."""
    longest = cycle(series, seasons)
    return max(longest // 2, _SHORTEST // 2), longest


def cycle(series: Series, seasons: Sequence[int]) -> int:
    """Return how long windows are: a season of the series, or else a cycle of the calendar, 125 at least.

    No longer than 300 points or an eighth of the series.
    """
    most = min(_LONGEST, len(series) // _LEAST_WINDOWS)
    known = [m for m in seasons if _SHORTEST <= m <= most]
    if known:
        return max(known)
    told = [m for m in series.grid.freq.calendar_seasons() if m <= _LONGEST]
    return min(max(*told, WHERE_NO_PEAK), most) if told else min(WHERE_NO_PEAK, most)


@dataclass(frozen=True, slots=True)
class _Threshold:
    tail: BoxCoxTail
    unit: float = 1.0

    def at(self, level: float) -> float:
        """Return where normal ends at a level in percent, in a unit."""
        threshold = self.tail.threshold(100.0 - _SHARE * (100.0 - level))
        return max(threshold, _LEAST_THRESHOLD) / self.unit


def _strangeness(series: Series, lengths: Sequence[int]) -> FloatArray:
    """Return the score of each member, in units of where its tail ends, shape (members, t)."""
    if series.is_constant:
        return np.zeros((1, len(series)))
    found = []
    for window in lengths:
        for member in (
            _Neighbours(KnnWindowsParams(window=window)),
            _Centres(KmeansWindowsParams(window=window)),
        ):
            [scores] = member.fit([series]).score([series], _LEVEL)
            known = np.where(series.is_observed, scores.raw, np.nan)
            unit = max(_tail(known, window).threshold(_LEVEL), _ALIKE * math.sqrt(window))
            found.append(_of_half(scores.raw / unit, window))
    return np.asarray(found)


def _of_half(strange: FloatArray, window: int) -> FloatArray:
    """Return scores of points, (t,), at the ends those of the nearest point with half of all windows."""
    at = np.clip(np.arange(len(strange)), window // 2, len(strange) - 1 - window // 2)
    return np.asarray(strange[at])


def _tail(strange: FloatArray, window: int) -> BoxCoxTail:
    return BoxCoxTail.of(strange, 2.0 * len(strange) / window, _CLEAN)
