"""From calibrated scores to a judgement: which of the strange points matter, and why."""

from dataclasses import replace
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from models.data.results import CalibratedScores, Detection, Interval, Leading
from models.decisions.alarms import (
    ROUNDING,
    AlarmLimits,
    Candidates,
    DecisionState,
    raise_events,
)
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
from models.errors import InvalidParameter
from models.params import Params
from models.time.frequency import Frequency
from models.time.span import Span, points_within
from models.types import BoolArray, FloatArray, IntArray

_FLAT = 5
"""Fewer values in a row that are the same are not told of."""
_LEAST_LEVEL = 1.0
"""The level, in percent, of the greatest sensitivity; what lies below it is meant as a share."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class LevelParams(Params):
    """How much of what is normal lies inside the band."""

    level: float = Field(
        99.0,
        gt=0.0,
        lt=100.0,
        title="Level",
        description="Share of normal points, in percent, that lies inside the band; a higher level flags less.",
    )

    @model_validator(mode="after")
    def _in_percent(self) -> Self:
        if self.level < _LEAST_LEVEL:
            raise InvalidParameter(
                f"level is in percent, and {self.level:g} % would flag nearly every point",
                f"send {100.0 * self.level:g} for a share of {self.level:g}",
                path=("level",),
            )
        return self


class Rules(LevelParams):
    """Which of the strange points matter."""

    threshold: float = Field(
        1.0,
        gt=0.0,
        le=1e9,
        title="Threshold",
        description="The score from which on a point is strange, as a backtest with labelled anomalies returns"
        " it: scores are divided by it and the band is as many times wider, so that 1 is the edge again.",
        examples=[1.4],
    )
    direction: Literal["both", "above", "below"] = Field(
        "both",
        title="Direction",
        description="Flag values above what was expected, below it, or both.",
    )
    max_anomaly_ratio: Share = Field(
        1.0,
        title="Largest share of anomalies",
        description="At most this share of the judged points is flagged, the strangest of them;"
        " when causal, of the points so far, first come first served.",
    )
    min_dev: float = Field(
        0.0,
        ge=0.0,
        title="Least deviation",
        description="Smaller deviations from the expected value, in units of the series, are not flagged.",
    )
    min_rel_dev: float = Field(
        0.0,
        ge=0.0,
        title="Least relative deviation",
        description="Deviations smaller than this share of the expected value (0.1 is 10 %) are not flagged.",
    )
    data_range: tuple[float | None, float | None] = Field(
        (None, None),
        title="Possible values",
        description="Least and greatest possible value, null for none; what lies outside is always an anomaly.",
    )
    min_consecutive: int = Field(
        1,
        ge=1,
        le=1_000_000,
        title="Least run",
        description="Flag runs of at least this many strange points; when causal, a run from this point on.",
    )
    suppress_for: Span = Field(
        0,
        title="Silence after an event",
        description="How long after an event no new one is raised: a number of points, or a duration as a pandas"
        " alias or in ISO 8601 (12, '6h', 'P1D'). Points outside of data_range are flagged all the same.",
        examples=[12, "PT6H"],
    )
    detection_size: int | None = Field(
        None,
        ge=1,
        title="Points to judge",
        description="Judge this many last points only; all if omitted. A causal detector may only remember what"
        " lies far before them, so that the last digits of scores differ.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        lower, upper = self.data_range
        if lower is not None and upper is not None and lower > upper:
            raise InvalidParameter(
                f"lower must be ≤ upper in data_range, got lower {lower:g} and upper {upper:g}",
                "send the least value first",
                path=("data_range",),
            )
        return self

    @property
    def needs_expected(self) -> tuple[str, ...]:
        """The names of the rules in force that compare a value with what was expected."""
        in_force = {
            "direction": self.direction != "both",
            "min_dev": self.min_dev > 0.0,
            "min_rel_dev": self.min_rel_dev > 0.0,
        }
        return tuple(name for name, used in in_force.items() if used)

    @property
    def silence(self) -> int:
        """How many points after an event no new one is raised; durations are counted by ``in_points`` before."""
        return self.suppress_for if isinstance(self.suppress_for, int) else 0

    def memory(self, causal: bool) -> int | None:
        """Return on how many points before it the verdict on a point depends; None for all of them."""
        if self.suppress_for or (causal and self.max_anomaly_ratio < 1.0):
            return None
        return self.min_consecutive - 1

    def in_points(self, freq: Frequency) -> Self:
        """Return the rules with durations as points of a frequency, as many as lie within them.

        Raises ``BadStamps`` for a duration where time is counted in integers.
        """
        if isinstance(self.suppress_for, int):
            return self
        points = points_within(self.suppress_for, freq, "suppress_for")
        return self.model_copy(update={"suppress_for": points})


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
    return Detection(
        score=detection.score,
        is_anomaly=detection.is_anomaly & judged,
        severity=np.where(judged, detection.severity, 0.0),
        direction=np.where(judged, detection.direction, 0),
        reasons={place: reason for place, reason in detection.reasons.items() if judged[place]},
        expected=detection.expected,
        band=detection.band,
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
        limit = over.astype(np.int64) - under.astype(np.int64)
        self.direction = np.where(self.impossible, limit, np.where(outside, side, 0))

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
