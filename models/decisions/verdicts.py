"""From calibrated scores to verdicts: which points are flagged by the rules, and why."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from models.data.results import CalibratedScores, Detection, Interval, Leading
from models.decisions.alarms import ROUNDING, AlarmLimits, Candidates, DecisionState, raise_events
from models.decisions.reasons import (
    LeadingPart,
    band_reason,
    columns_reason,
    flat_reason,
    range_reason,
    repeat_reason,
    score_reason,
    stretch_reason,
)
from models.decisions.rules import Rules
from models.types import BoolArray, FloatArray, IntArray

_FLAT = 5
"""Fewer values in a row that are the same are not told of."""


def decide(
    y: FloatArray, found: CalibratedScores, rules: Rules, band_name: str | None = None
) -> Detection:
    """Apply the rules to what was found in a series of shape (t,), or in last points of it, in its units.

    Points of which nothing was found are not judged, nor are those that ``detection_size`` leaves out.
    """
    first = len(y) - len(found.score)
    candidates = _Points(y[first:], found, rules, band_name, before=y[:first])
    judged = _last(len(found.score), rules.detection_size)
    long = _in_long_runs(candidates.matters, rules.min_consecutive) & ~candidates.impossible
    raised, _ = raise_events(candidates.found(long), AlarmLimits(rules.silence))
    allowed = int(rules.max_anomaly_ratio * np.sum(judged) + ROUNDING)
    flagged = _strangest(raised & judged, candidates.score, allowed)
    candidates.direction[~judged] = 0
    return candidates.detection(flagged | (candidates.impossible & judged), first)


def decide_next(
    y: FloatArray,
    found: CalibratedScores,
    rules: Rules,
    state: DecisionState,
    band_name: str | None = None,
) -> tuple[Detection, DecisionState]:
    """Apply the rules to the next points, shape (k,), each from itself and what came before it.

    A run is flagged from its ``min_consecutive``-th point on, and ``max_anomaly_ratio`` counts the
    points so far; ``detection_size`` has no meaning for points as they come and is not applied.
    The verdicts do not depend on how the points are cut into blocks.
    """
    candidates = _Points(y, found, rules, band_name)
    candidates.same = _repeats_so_far(y, state)
    run = _run_length(candidates.matters, state.run)
    lasting = (run >= rules.min_consecutive) & ~candidates.impossible
    limits = AlarmLimits(rules.silence, rules.max_anomaly_ratio)
    flagged, after = raise_events(candidates.found(lasting), limits, state)
    if len(y):
        last, same = float(y[-1]), int(candidates.same[-1])
        after = replace(after, run=int(run[-1]), value=last, same=same)
    else:
        after = replace(after, run=state.run, value=state.value, same=state.same)
    return candidates.detection(flagged | candidates.impossible), after


def unjudged_so_far(y: FloatArray) -> DecisionState:
    """Return what to remember of points, shape (t,), that were not judged: how often the last one is repeated."""
    if not len(y):
        return DecisionState()
    same = len(y)
    for near in (y[-_FLAT:], y):  # a few of many, mostly, tell it
        others = np.flatnonzero(near[:-1] != near[-1])
        if len(others):
            same = len(near) - 1 - int(others[-1])
            break
    return DecisionState(value=float(y[-1]), same=same)


def only_last(detection: Detection, size: int | None) -> Detection:
    """Return the detection with verdicts on the last ``size`` points only; None for all."""
    judged = _last(len(detection.score), size)
    if judged.all():
        return detection
    return replace(
        detection,
        is_anomaly=detection.is_anomaly & judged,
        severity=np.where(judged, detection.severity, 0.0),
        direction=np.where(judged, detection.direction, 0),
        reasons={place: reason for place, reason in detection.reasons.items() if judged[place]},
    )


class _Points:
    """The points on the common scale, and what each rule says of a point by itself."""

    def __init__(
        self,
        y: FloatArray,
        found: CalibratedScores,
        rules: Rules,
        band_name: str | None,
        before: FloatArray | None = None,
    ) -> None:
        self.y, self.rules, self.before = y, rules, before
        self.score, self.expected, self.band = found.score, found.expected, found.band
        self.leading = found.leading
        self.band_name = band_name or f"{rules.level:g} % band"
        over, under = _outside(y, rules.data_range)
        self.impossible = over | under
        outside = self.score > 1.0  # not where it is NaN
        side = _side(y, self.expected, self.band)
        self.matters = self._large_enough(_wanted(outside, side, rules.direction))
        self.direction = np.where(outside, side, 0)
        self.direction[over], self.direction[under] = 1, -1

    def found(self, wanted: BoolArray) -> Candidates:
        """Return what may be flagged, given which points, (t,), the rules want to be."""
        return Candidates(wanted, self.impossible, ~np.isnan(self.y))

    def _large_enough(self, matters: BoolArray) -> BoolArray:
        """Keep what deviates by as much as the rules ask for."""
        if self.expected is None or self.rules.min_dev == self.rules.min_rel_dev == 0.0:
            return matters
        deviation = np.abs(self.y - self.expected)
        relative = self.rules.min_rel_dev * np.abs(self.expected)
        large = (deviation >= self.rules.min_dev) & (deviation >= relative)
        return np.asarray(matters & large)

    def detection(self, flagged: BoolArray, unjudged: int = 0) -> Detection:
        """Return the judgement, given which points are flagged in the end, (t,), and how many stand before."""
        return Detection(
            score=self.score,
            is_anomaly=flagged,
            severity=_severity(self.score, flagged, self.impossible),
            direction=self.direction,
            reasons={place: self._reason(place) for place in np.flatnonzero(flagged).tolist()},
            expected=self.expected,
            band=self.band,
            unjudged=unjudged,
        )

    @cached_property
    def same(self) -> IntArray:
        """How many values in a row, each point among them, are the same, as far as is known; shape (t,)."""
        if self.before is None:
            return _repeats(self.y)
        return _repeats(np.concatenate([self.before, self.y]))[len(self.before) :]

    def _reason(self, place: int) -> str:
        value, level = float(self.y[place]), self.rules.level
        if self.impossible[place]:
            return range_reason(value, self.rules.data_range)
        if self.leading is not None and np.isfinite(self.leading.column[place]):
            return self._columns_reason(value, self.leading, place)
        if self.expected is None or self.band is None:
            count = int(self.same[place])
            said = score_reason(value, float(self.score[place]), level)
            return f"{said} {repeat_reason(count)}" if count >= _FLAT else said
        limits = float(self.band.lower[place]), float(self.band.upper[place])
        if _inside(value, *limits):
            if self.same[place] >= _FLAT:
                return flat_reason(value, int(self.same[place]))
            return stretch_reason(value, float(self.score[place]), limits, self.band_name)
        return band_reason(value, float(self.expected[place]), limits, self.band_name)

    def _columns_reason(self, value: float, leading: Leading, place: int) -> str:
        name = leading.names[int(leading.column[place])]
        part = LeadingPart(
            "" if name == leading.names[0] else name,
            float(leading.share[place]),
            float(leading.value[place]),
            float(leading.off[place]),
        )
        return columns_reason(value, float(self.score[place]), self.rules.level, part)


def _repeats(y: FloatArray) -> IntArray:
    """Return how many values in a row, each point among them, are the same; shape (t,)."""
    run = np.cumsum(np.append(False, y[1:] != y[:-1])[: len(y)])
    return np.asarray(np.bincount(run)[run])


def _repeats_so_far(y: FloatArray, state: DecisionState) -> IntArray:
    """Return how many points in a row up to each have its value, those before included; shape (t,)."""
    changed = np.concatenate([[state.value], y])[:-1] != y
    return 1 + _run_length(~changed, max(state.same - 1, 0))


def _outside(
    y: FloatArray, data_range: tuple[float | None, float | None]
) -> tuple[BoolArray, BoolArray]:
    """Return which values are over the greatest and which under the least possible one."""
    lower, upper = data_range
    over = y > (np.inf if upper is None else upper)
    under = y < (-np.inf if lower is None else lower)
    return over, under


def _side(y: FloatArray, expected: FloatArray | None, band: Interval | None) -> IntArray:
    """Return 1 above what was expected, -1 below it, 0 where nothing was and well inside the band."""
    if expected is None:
        return np.zeros(len(y), dtype=np.int64)
    side = np.subtract(y > expected, y < expected, dtype=np.int64)
    return side if band is None else np.where(_inside(y, band.lower, band.upper), 0, side)


def _inside(
    y: FloatArray | float, lower: FloatArray | float, upper: FloatArray | float
) -> BoolArray:
    """Return which values lie inside a band, by more than floating point leaves in doubt."""
    doubt = ROUNDING * (upper - lower)
    return np.asarray((y > lower + doubt) & (y < upper - doubt))


def _wanted(outside: BoolArray, side: IntArray, direction: str) -> BoolArray:
    """Keep what lies on the side that is asked for."""
    if direction == "both":
        return outside
    return np.asarray(outside & (side > 0 if direction == "above" else side < 0))


def _last(size: int, count: int | None) -> BoolArray:
    """Return a mask of the last ``count`` of ``size`` points, of all if None."""
    return np.arange(size) >= (0 if count is None else size - count)


def _in_long_runs(matters: BoolArray, least: int) -> BoolArray:
    """Keep the runs of at least ``least`` points."""
    if least <= 1:
        return matters
    behind = _run_length(matters)
    ahead = _run_length(matters[::-1])[::-1]
    return np.asarray(matters & (behind + ahead - 1 >= least))


def _run_length(matters: BoolArray, before: int = 0) -> IntArray:
    """Return how many points in a row matter at each point, given the run that ended before."""
    position = np.arange(1, len(matters) + 1) + before
    last_break = np.maximum.accumulate(np.where(matters, 0, position))
    return np.asarray(position - last_break)


def _strangest(flagged: BoolArray, score: FloatArray, allowed: int) -> BoolArray:
    """Keep at most ``allowed`` points, those of the highest score, the earlier one in a tie."""
    places = np.flatnonzero(flagged)
    if len(places) <= allowed:
        return flagged
    kept = np.zeros_like(flagged)
    kept[places[np.argsort(-score[places], kind="stable")[:allowed]]] = True
    return kept


def _severity(score: FloatArray, flagged: BoolArray, impossible: BoolArray) -> FloatArray:
    """Return 0 for what is not flagged, else how far the score is on its way from 1 to infinity."""
    if not flagged.any():
        return np.zeros(len(score))
    beyond = 1.0 - 1.0 / np.fmax(score, 1.0)
    return np.where(flagged, np.where(impossible, 1.0, beyond), 0.0)
