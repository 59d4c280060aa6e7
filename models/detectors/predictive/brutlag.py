"""Holt-Winters smoothing with bands that follow the deviations of each place in the season."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.decisions.learning import Learning
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.deferred_learning import DeferredLearning, LearnedPoint
from models.detectors.recent import RecentDeviations
from models.detectors.scores import scores_by_tails
from models.params import SeasonalParams
from models.stats.ring_buffer import RingBuffer
from models.stats.season_check import foretells
from models.stats.season_test import season_test
from models.stats.sided_tails import Tails
from models.types import FloatArray

_LEAST_SEEN = 10
_CYCLES, _BY_CHANCE = 3, 0.001
"""Cycles that show a season that nobody told, and how likely noise may show it as clearly."""
_THRESHOLD = 3.0
"""Standard deviations beyond which a point teaches no more than this."""


class BrutlagParams(SeasonalParams, WidthParams):
    """How fast level, trend, season and deviations move."""

    alpha: float = Field(
        0.1, gt=0.0, le=1.0, title="Level", description="Share of the newest point in the level."
    )
    beta: float = Field(
        0.0035, ge=0.0, le=1.0, title="Trend", description="Share of the newest step in the trend."
    )
    gamma: float = Field(
        0.1,
        ge=0.0,
        le=1.0,
        title="Season",
        description="Share of the newest cycle in the season and in its deviations.",
    )


class Brutlag(Detector[BrutlagParams]):
    """Flag what lies outside of Holt-Winters' band, which is wide where the season usually is uncertain.

    The first two cycles set season and deviations up; what lies beyond the band teaches as much as its edge
    does, from the fourth such point in a row on nothing, until so many say that the level is new, which is
    theirs then (see ``Learning``). Each side has the tails of the deviations so far. Where a place in the season
    has been seen less than ten times, deviations of all places count as well. When causal, a season
    that nobody told is the calendar's shortest cycle, once three of these show it.

    Reference: Brutlag (2000), Aberrant behavior detection in time series for network monitoring, LISA XIV.
    """

    name = "brutlag"
    state_version = 5
    title = "Brutlag's bands"
    summary = "Points outside of Holt-Winters' bands, which follow the deviations of each place in the season."
    reference = "Brutlag (2000), Aberrant behavior detection in time series for network monitoring, LISA XIV"
    is_causal = True

    def required_observations(self, season_length: int) -> int:
        """Return two cycles, ten points at least, and one to judge."""
        return max(2 * season_length, _LEAST_SEEN) + 1

    @property
    def _warm_up(self) -> int:
        return max(2 * self.cycle_, _LEAST_SEEN)

    def _season_info(self) -> tuple[int, ...]:
        cycle = getattr(self, "cycle_", self.season_length_)
        return (cycle,) if cycle > 1 else ()

    def _begin(self, streams: Sequence[Series]) -> None:
        [series] = streams
        self.cycle_ = self.season_length_
        told = self.cycle_ > 1 or series.season_length is not None
        self.untold_ = 0 if told else min(series.grid.freq.calendar_seasons(), default=0)
        self.cycles_ = RingBuffer(max(_CYCLES * self.untold_, 1))
        self.looks_at_ = _CYCLES * self.untold_
        self.first_ = np.empty(0)
        self.place_, self.seen_ = 0, 0
        self.level_, self.trend_, self.overall_ = 0.0, 0.0, 0.0
        self.season_, self.deviations_ = np.empty(0), np.empty(0)
        self.recent_ = RecentDeviations()
        self.held_ = DeferredLearning()

    def _observe(self, points: Points) -> Scores:
        usual = [self._next_point(*one, points.learning) for one in points.one_by_one()]
        return scores_by_tails(points.y, usual)

    def _next_point(self, y: float, teaches: bool, learning: Learning) -> Tails | None:
        """Return what was usual of a point, None while warming up; learn from it."""
        if self.untold_:
            self.cycles_.append(y)  # a missing one is the one before
        if not len(self.season_):
            self.recent_.see(y)
            self._gather(y)
            return None
        place = self.place_ % self.cycle_
        foretold = self.level_ + self.trend_ + float(self.season_[place])
        usual = self._usual(place)
        self._move(y - foretold if teaches else math.nan, usual, learning)
        if teaches:
            self.recent_.see(y)
        if self.untold_:
            self._look_for_season()
        return replace(usual, center=foretold + usual.center)

    def _usual(self, place: int) -> Tails:
        """Return what is usual of the deviation at a place of the season."""
        df = max(self._warm_up - self.cycle_, 3.0)
        return self.recent_.usual(0.0, self._scale(place), df)

    def _scale(self, place: int) -> float:
        """Return the standard deviation at a place of the season, of all places while it is little known."""
        cycles = self.seen_ / self.cycle_
        known = min(cycles / _LEAST_SEEN, 1.0)
        own = float(self.deviations_[place])
        return math.sqrt(known * own + (1.0 - known) * self.overall_)

    def _gather(self, y: float) -> None:
        """Gather the first cycles, and begin with them."""
        self.first_ = np.append(self.first_, y)
        if len(self.first_) == self._warm_up:
            self._set_up(self.first_)
            self.first_ = np.empty(0)

    def _set_up(self, first: FloatArray) -> None:
        """Make level, trend, season and deviations of the first cycles, shape (k,)."""
        m, count = self.cycle_, len(first)
        steps = np.arange(count)
        whole = first[: count // m * m].reshape(-1, m)
        ends = whole.mean(axis=1)
        steps_up = np.diff(
            ends
        )  # of single points, only what all goes one way is a trend, such as a counter
        is_trend = m > 1 or bool(np.all(steps_up > 0.0) or np.all(steps_up < 0.0))
        self.trend_ = float(np.median(steps_up) / m) if is_trend else 0.0
        straight = first - self.trend_ * steps
        level = float(np.median(straight))
        season = np.array([np.median((straight - level)[k::m]) for k in range(m)])
        self.season_ = season if m > 1 else np.zeros(1)
        left = straight - level - self.season_[steps % m]
        self.overall_ = float(
            np.mean(np.minimum(left**2, _THRESHOLD**2 * np.median(left**2) / 0.455))
        )
        self.overall_ *= count / max(count - m, 1)
        self.deviations_ = np.full(m, self.overall_)
        self.level_ = level + self.trend_ * (count - 1)
        self.place_, self.seen_ = count, count
        self.held_ = DeferredLearning(seen=max(count - m, 0))

    def _look_for_season(self) -> None:
        """Begin anew with the season that nobody told, if the last cycles show it; else look again later."""
        if self.place_ < self.looks_at_:
            return
        self.looks_at_ *= 2
        y = self.cycles_.values
        if season_test(y, self.untold_).p_value <= _BY_CHANCE and foretells(y, self.untold_):
            self.cycle_, self.untold_ = self.untold_, 0
            self.recent_.forget()
            self.cycles_ = RingBuffer(1)
            self._set_up(y)

    def _move(self, error: float, usual: Tails, learning: Learning) -> None:
        """Move on by one point that was so much off, NaN if unknown, or wait whether an incident begins."""
        self.level_ += self.trend_
        if not math.isnan(error):
            for taught in self.held_.take(error, usual, learning, self.place_):
                self._learn(taught, int(taught.place) % self.cycle_)
            if self.held_.is_new_level:
                self.level_ += self.held_.level[0]
        self.place_ += 1

    def _learn(self, taught: LearnedPoint, place: int) -> None:
        """Learn from how far a point was off what was foretold of it, and how much of that is believed.

        The state is corrected by errors, which may be told later, and not by values, which may not.
        """
        p, usual, error = self.params, self._scale(place), taught.winsorised
        if usual > 0.0:
            if p.k is None:
                self.recent_.learn(taught.value, usual)
            error = max(-_THRESHOLD * usual, min(_THRESHOLD * usual, error))
        self.level_ += p.alpha * error
        self.trend_ += p.alpha * p.beta * error
        if self.cycle_ > 1:
            self.season_[place] += p.gamma * (1.0 - p.alpha) * error
        self.seen_ += 1
        share = max(p.gamma, 1.0 / (self.seen_ / self.cycle_ + 1.0))
        self.deviations_[place] += share * (error * error - self.deviations_[place])
        few = max(0.01, 1.0 / self.seen_)
        self.overall_ += few * (error * error - self.overall_)
