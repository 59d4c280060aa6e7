"""Each point by several plain views of its past, added up: how far it goes beyond all that was seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import bottleneck as bn
import numpy as np
from pydantic import Field

from models.contract.cost import Cost, Workload
from models.contract.state import kept
from models.data.results import SCORE_CAP, Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector, Points
from models.detectors.combination._days import RunningDayEffects
from models.detectors.combination._stuck import StuckValueRuns
from models.params import SeasonalParams
from models.stats.ring_buffer import RingBuffer
from models.time.steps import DAY
from models.types import FloatArray

_LEARNING = 30
_LASTING = 16
"""Points whose mean tells what lasts from what is over at once."""
_LOCAL, _LEAST_LOCAL = 64, 24
"""Points before it whose median is the level that a value jumps from, or half a day if that is fewer, but no
fewer than 24: of hours, 64 are days."""
_ROUNDING = 1e-13
"""What is a smaller share of the values themselves is what floating point leaves behind."""
_COUNTS = 1.0, 1.0, 1.0, 1.0, 1.0 / 3.0, 1.0
"""How much each view counts: a third, how far a value lies off a line, which it and its jump often tell, too."""
_CYCLES = 7
"""Cycles whose median is what is expected of a phase."""
_SPAN_EVERY, _SPANS = 10, 100
"""After so many points, but no more often than so many times while a view fills, its spread is measured."""
_FARTHEST = 5.0
"""So many spans from the median of the first values one of them is believed."""
_HALVINGS, _WORST = 6, 4.0
"""How often in a season, or in as many points as are local, what an alarm leaves behind is halved; nothing is
worse than so much."""
_EXCESS = 0.3
"""By how many spans all views together go beyond, on average, where chance takes a value beyond all others."""
_LEAST_THRESHOLD = 0.1
_LEVEL = 99.0
"""The level at which a run of one value is worth an alarm."""


@kept
@dataclass(eq=False)
class View:
    """The last values of one view, their range, their median and how far apart most of them are."""

    known: RingBuffer
    middle: float = 0.0
    span: float = 0.0
    low: float = math.inf
    high: float = -math.inf

    def learn(self, value: float) -> None:
        """Remember a value, if there is one."""
        if math.isnan(value):
            return
        known = self.known.values
        oldest = float(known[0]) if len(known) == self.known.capacity else math.nan
        self.known.append(value)
        if oldest in (self.low, self.high):
            self._look()
        else:
            self.low, self.high = min(self.low, value), max(self.high, value)

    def estimate(self, seen: int) -> None:
        """Learn the median and the distance from the tenth to the ninetieth percentile, now and then."""
        size = len(self.known.values)
        if size and seen % max(_SPAN_EVERY, size // _SPANS) == 0:
            self.middle, self.span = _middle_and_span(self.known.values)

    def begin_with(self, values: FloatArray) -> None:
        """Take values, shape (n,), for those so far."""
        self.known = RingBuffer(self.known.capacity, values)
        self.middle, self.span = _middle_and_span(values)
        self._look()

    def _look(self) -> None:
        known = self.known.values
        self.low, self.high = float(bn.nanmin(known)), float(bn.nanmax(known))

    def beyond(self, value: float) -> float:
        """Return how far a value lies outside the range, 0 inside, in units of how far values usually reach.

        That is the geometric mean of the span and of the way from the median to the end of the range: where
        rare values are far out anyway, a new one has to be farther.
        """
        if len(self.known.values) < _LEARNING or math.isnan(value):
            return 0.0
        low, high = self.low, self.high
        outside = max(value - high, low - value, 0.0)
        if outside <= _ROUNDING * max(abs(value), abs(low), abs(high)):
            return 0.0
        reach = high - self.middle if value > high else self.middle - low
        unit = math.sqrt(self.span * max(reach, self.span / 2.0))
        return min(outside / unit, SCORE_CAP) if unit > 0.0 else SCORE_CAP


class AutoLiveParams(SeasonalParams):
    """How far back is looked."""

    window: int = Field(
        3000,
        ge=50,
        le=200_000,
        title="Window",
        description="Number of past points whose range a value must leave to be an anomaly; incidents are"
        " remembered for as long.",
    )
    quiet: bool = Field(
        True,
        title="Only what is worse",
        description="Whether, for a part of a season or of 64 points after an alarm, only a worse point"
        " raises another.",
    )


class AutoLive(Detector[AutoLiveParams]):
    """Give an early alarm where a point leaves the range of what came before, in several views.

    The views are the value, its jump from the median of those before it (64, or half a day, at least 24), the
    mean of the last 16 of each of these two, its distance from the line through the two before it, which counts
    a third, and that from the median of the same phase in the cycles before: of a season that is given, or of a
    day, or the calendar's shortest cycle; and beyond what days of the month are known to add. Each tells how
    far a point is outside the range, in units of the range's own spread, and the logarithms of one plus these
    are added, so that several views tell more than one alone. After an alarm only what is worse gives another,
    by less and less as time goes by: alarms are few, and come at once. A value that is repeated more often than
    chance has it is strange, too. Memory is bounded by the window, seven seasons, and a year.

    Reference: Lavin and Ahmad (2015), Evaluating real-time anomaly detection algorithms: the Numenta anomaly
    benchmark, ICMLA, for what early alarms are worth; Goldstein and Dengel (2012), Histogram-based outlier score.
    """

    name = "auto_live"
    state_version = 8
    title = "Early alarms"
    summary = "Points outside the range of all before them, in several views; few and early alarms."
    reference = "Lavin & Ahmad (2015), Evaluating real-time anomaly detection algorithms, ICMLA"
    min_observations = _LEARNING + 1
    is_causal = True
    learns_days = True
    has_expected = False
    cycle_: int = 1

    def notices(self) -> Sequence[Notice]:
        """Tell which holidays have no effect."""
        return self.days_.notices if hasattr(self, "days_") else ()

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what looking at a point in all views takes."""
        points = float(work.observations.sum())
        seasons = _CYCLES * int(work.season_length.max(initial=1))
        each = 4e-5 + 2e-9 * self.params.window
        return Cost(
            1e-4 * len(work.observations) + each * points,
            16 * (6 * self.params.window + seasons),
        )

    def _begin(self, streams: Sequence[Series]) -> None:
        self.cycle_ = self._cycle(streams[0])
        self.views_ = [View(RingBuffer(self.params.window)) for _ in range(5 + (self.cycle_ > 1))]
        day = _calendar_cycle(streams[0])
        half = max(day // 2, _LEAST_LOCAL) if day > 1 else _LOCAL
        self.recent_, self.jumps_ = RingBuffer(min(half, _LOCAL)), RingBuffer(_LASTING)
        self.cycles_ = RingBuffer(max(_CYCLES * self.cycle_, 1))
        self.seen_, self.left_ = 0, 0.0
        self.days_ = RunningDayEffects.of(streams[0].grid)
        self.stuck_, self.run_score_ = StuckValueRuns(), 0.0

    def _cycle(self, series: Series) -> int:
        """Return the season that was given, or else that of the calendar; 1 for none."""
        if self.season_length_ > 1 or series.season_length is not None:
            return self.season_length_
        return _calendar_cycle(series)

    def _season_info(self) -> tuple[int, ...]:
        return (self.cycle_,) if self.cycle_ > 1 else ()

    def _observe(self, points: Points) -> Scores:
        raw, seen = np.full(len(points.y), np.nan), np.zeros(len(points.y))
        taught = points.teaches.tolist()
        known = np.where(points.teaches, points.y, np.nan)
        for where, added in self.days_.blocks(known, points.calendar, self._season_info):
            parts = zip(points.y[where].tolist(), added.part.tolist(), strict=True)
            for i, (y, part) in enumerate(parts, where.start):
                seen[i] = min(self.seen_, self.params.window)
                raw[i] = self._judged(y, part, teaches=taught[i])
        return Scores(raw, degrees_of_freedom=seen)

    def _judged(self, y: float, part: float, *, teaches: bool) -> float:
        """Return how far a point is outside the ranges; move on. ``part``: what its day of the month adds."""
        level = float(bn.median(self.recent_.values))
        self.recent_.append(y)
        self.jumps_.append(y - level)
        jumps = self.jumps_.values
        lasting = float(self.recent_.values[-_LASTING:].mean()), float(jumps.mean())
        looked_at = [y, y - level, *lasting, self._off_line(), self._off_phase(y - part)]
        pairs = list(zip(self.views_, looked_at[: len(self.views_)], strict=True))
        beyond = (math.log1p(view.beyond(value)) for view, value in pairs)
        total = sum(count * far for count, far in zip(_COUNTS, beyond, strict=False))
        if self.cycle_ > 1:  # a missing point has its place in the cycle too
            self.cycles_.append(y - part)
        if not teaches:
            return total if self.seen_ >= _LEARNING else math.nan
        self.seen_ += 1
        stuck = self._of_run(y)
        for view, value in pairs:
            view.learn(value)
            view.estimate(self.seen_)
        if self.seen_ == _LEARNING:
            self._settle()
        if self.seen_ <= _LEARNING:
            return math.nan
        return self._if_worse(max(total, stuck))

    def _settle(self) -> None:
        """Believe of the first values, before any could be judged, no more than lies near most of them.

        Views of what is made of several values begin anew.
        """
        near = _near_most(self.views_[0].known.values)
        self.views_[0].begin_with(near)
        self.views_[1:] = [View(RingBuffer(view.known.capacity)) for view in self.views_[1:]]
        local = self.recent_.capacity
        self.recent_, self.jumps_ = RingBuffer(local, near[-local:]), RingBuffer(_LASTING)
        within = np.clip(self.cycles_.values, near.min(), near.max())
        self.cycles_ = RingBuffer(self.cycles_.capacity, within)

    def _of_run(self, y: float) -> float:
        """Return the score of a value that is repeated more often than chance has it, 0 for others.

        Only of the point that shows it, unless every alarm is asked for.
        """
        known, self.run_score_ = self.run_score_, self.stuck_.take(y)
        if self.run_score_ <= 1.0 or (self.params.quiet and known > 1.0):
            return 0.0
        seen = np.array(min(self.seen_, self.params.window))
        return self.run_score_ * float(_edge(seen, _LEVEL))

    def _off_line(self) -> float:
        """Return how far the last value lies off the line through the two before it, NaN without these."""
        last = self.recent_.values[-3:].tolist()
        if len(last) < 3:
            return math.nan
        off = (last[2] - last[1]) - (last[1] - last[0])
        return off if abs(off) > _ROUNDING * max(map(abs, last)) else 0.0

    def _off_phase(self, y: float) -> float:
        """Return how far a value lies from the usual one of its phase, NaN where none is known."""
        season, known = self.cycle_, self.cycles_.values
        if season < 2 or len(known) < season:
            return math.nan
        return y - float(bn.median(known[::-1][season - 1 :: season].copy()))

    def _if_worse(self, total: float) -> float:
        """Return the score, 0 if it is no more than what earlier ones have left behind."""
        if not self.params.quiet:
            return total
        self.left_ *= 0.5 ** (_HALVINGS / max(self.cycle_, _LOCAL))
        score = total if total > self.left_ else 0.0
        self.left_ = max(self.left_, min(total, _WORST))
        return score

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return what a new record among so many points goes beyond the range by, as often as the level allows.

        One of n + 1 points is the largest and one the smallest; with many, that alone is rare enough.
        """
        seen = np.zeros(1) if scores.degrees_of_freedom is None else scores.degrees_of_freedom
        return _edge(seen, level)


def _calendar_cycle(series: Series) -> int:
    """Return how many points a day has, or the shortest cycle of the calendar; 1 for none."""
    told, step = series.grid.freq.calendar_seasons(), series.grid.freq.length
    days = [m for m in told if m * step == DAY]
    return min(days or told, default=1)


def _edge(seen: FloatArray, level: float) -> FloatArray:
    often = 2.0 / (seen + 1.0) / (1.0 - level / 100.0)
    return np.maximum(_EXCESS * np.log(often), _LEAST_THRESHOLD)


def _near_most(values: FloatArray) -> FloatArray:
    """Return values, those far from most of them no farther than so many spans from the median."""
    middle, span = _middle_and_span(values)
    reach = _FARTHEST * span
    return np.clip(values, middle - reach, middle + reach) if reach > 0.0 else values


def _middle_and_span(values: FloatArray) -> tuple[float, float]:
    """Return the median, and the distance from the tenth to the ninetieth percentile, or of the whole range."""
    last = len(values) - 1
    ninth, half = len(values) // 10, len(values) // 2
    ordered = np.partition(values, (ninth, half, last - ninth))
    span = float(ordered[last - ninth] - ordered[ninth])
    return float(ordered[half]), span or float(values.max() - values.min())
