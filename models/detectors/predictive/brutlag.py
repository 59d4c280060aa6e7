"""Holt-Winters smoothing with bands that follow the deviations of each place in the season."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from pydantic import Field

from models.contract.seasons import seasons_for, short_seasons
from models.data.results import Scores
from models.data.series import Series
from models.decisions.learning import Learning
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.deferred_learning import DeferredLearning, LearnedPoint
from models.detectors.predictive._rolling import Memory
from models.detectors.predictive._warm_up import WarmUp
from models.detectors.recent import RecentDeviations
from models.detectors.scores import scores_by_tails
from models.params import SeasonalParams
from models.stats.cleaning import cleaned
from models.stats.season_check import LEAST_BESIDE, LEAST_CYCLES, foretells, foretells_beside
from models.stats.season_test import season_test
from models.stats.seasonal_index import nested_season
from models.stats.sided_tails import Tails
from models.types import FloatArray

_LEAST_SEEN = 10
_BY_CHANCE = 0.001
"""How likely noise may show a season that nobody told as clearly."""
_SET_UP = 4
"""From so many cycles of the longest of several seasons a whole series has its first state."""
_THRESHOLD = 3.0
"""Standard deviations beyond which a point teaches no more than this."""
_UPPER_QUARTILE = 1.323
"""That of the square of a standard normal deviation."""
_WILD, _MOST = 10.0, 0.9
"""What is so many times as far from others of its phase as such a share of all is wild."""


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

    The first two cycles set season and deviations up. A second season of which the first is a part, as a week of
    days, is smoothed beside it; a whole series has its first state from four of these. What lies beyond the band
    teaches as much as its edge does, from the fourth such point in a row on nothing, until so many say that the
    level is new, which is theirs then (see ``Learning``). Each side has the tails of the deviations so far.
    Where a place in the shortest season has been seen less than ten times, those of all places count as well.
    When causal, seasons that nobody told are the calendar's shortest cycle, once three of these show it, and then
    a week, once two do; until then what may be a weekend is not known to be strange.

    Reference: Brutlag (2000), Aberrant behavior detection in time series for network monitoring, LISA XIV; Taylor
    (2003), Short-term electricity demand forecasting using double seasonal exponential smoothing, Journal of the
    Operational Research Society 54.
    """

    name = "brutlag"
    state_version = 7
    title = "Brutlag's bands"
    summary = (
        "Points outside Holt-Winters bands, as wide as the usual deviations at that phase of"
        " the season."
    )
    reference = "Brutlag (2000), Aberrant behavior detection in time series for network monitoring, LISA XIV"
    is_causal = True
    takes_several_seasons = True
    seasons_: tuple[int, ...]
    waiting_: tuple[int, ...]
    level_: float
    trend_: float

    def required_observations(self, season_length: int) -> int:
        """Return two cycles, ten points at least, and one to judge."""
        return max(2 * season_length, _LEAST_SEEN) + 1

    @property
    def _cycle(self) -> int:
        """The length of the shortest season, 1 for none."""
        return self.seasons_[0] if self.seasons_ else 1

    @property
    def _warm_up(self) -> int:
        return max(2 * self._cycle, _LEAST_SEEN)

    def _season_info(self) -> tuple[int, ...]:
        return getattr(self, "seasons_", super()._season_info())

    def _score(self, series: Series) -> Scores:
        self._begin([series])
        fitting = (
            m
            for m in seasons_for(series, self.params.season_length)
            if self.required_observations(m) <= len(series)
        )
        self.seasons_, self.waiting_ = _nested(fitting), ()
        self.warm_up_ = WarmUp(0, 0)
        if len(self.seasons_) > 1:  # two cycles of the longest are too many to wait for
            first = series.y[: _SET_UP * self.seasons_[-1]]
            self._set_up(first)
            self.level_, self.place_ = self.level_ - self.trend_ * len(first), 0
        return self._observe(Points(series.y, series.is_observed))

    def _begin(self, streams: Sequence[Series]) -> None:
        [series] = streams
        self.is_told_ = series.season_length is not None or self.params.season_length is not None
        if self.is_told_:
            known = _nested(seasons_for(series, self.params.season_length))
            self.seasons_, self.waiting_ = known[:1], known[1:]
        else:
            freq = series.grid.freq
            known = _nested((*freq.calendar_seasons()[:1], *short_seasons(freq)))
            self.seasons_, self.waiting_ = (), known
        self.memory_ = Memory.of(series, LEAST_CYCLES * max(self.waiting_, default=1))
        self.warm_up_ = WarmUp.of(series, self.season_length_)
        self.next_look_ = self._next_look()
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
        if self.waiting_:
            self.memory_.take(y, 0.0, teaches)  # a missing one is the one before
        if not len(self.season_):
            self.recent_.see(y)
            self._gather(y)
            return None
        place = self.place_ % len(self.season_)
        foretold = self.level_ + self.trend_ + float(self.season_[place])
        usual = self._usual(place)
        settled = self.recent_.settled(foretold + usual.center)
        usual = replace(usual, center=settled - foretold)
        if self.warm_up_.lasts:
            usual = self._while_week_is_unknown(usual, foretold)
            if teaches:
                self.warm_up_.take(y)
        self._move(y - foretold if teaches else math.nan, usual, learning)
        if teaches:
            self.recent_.see(y)
        if self.waiting_ and self.place_ >= self.next_look_:
            self._look_for_season()
        return replace(usual, center=foretold + usual.center)

    def _while_week_is_unknown(self, usual: Tails, foretold: float) -> Tails:
        """Return what is usual of a deviation, wider as long as what has days may have weeks, too."""
        if not self.seasons_:
            return usual
        told = replace(usual, center=foretold + usual.center)
        return replace(self.warm_up_.widened(told, self.memory_), center=usual.center)

    def _usual(self, place: int) -> Tails:
        """Return what is usual of the deviation at a place of the season."""
        df = max(self._warm_up - self._cycle, 3.0)
        return self.recent_.usual(0.0, self._scale(place), df)

    def _scale(self, place: int) -> float:
        """Return the standard deviation at a place of the season, of all places while it is little known."""
        cycles = self.seen_ / self._cycle
        known = min(cycles / _LEAST_SEEN, 1.0)
        own = float(self.deviations_[place % self._cycle])
        return math.sqrt(known * own + (1.0 - known) * self.overall_)

    def _gather(self, y: float) -> None:
        """Gather the first cycles, and begin with them."""
        self.first_ = np.append(self.first_, y)
        if len(self.first_) == self._warm_up:
            self._set_up(self.first_)
            self.first_ = np.empty(0)

    def _set_up(self, first: FloatArray) -> None:
        """Make level, trend, seasons and deviations of the first cycles, shape (k,)."""
        m, count = max(self.seasons_, default=1), len(first)
        first, steps = _without_wild(first, m), np.arange(count)
        whole = first[: count // m * m].reshape(-1, m)
        steps_up = np.diff(whole.mean(axis=1))
        # of single points, only what all goes one way is a trend, such as a counter
        is_trend = m > 1 or bool(np.all(steps_up > 0.0) or np.all(steps_up < 0.0))
        self.trend_ = float(np.median(steps_up) / m) if is_trend else 0.0
        straight = first - self.trend_ * steps
        level = float(np.median(straight))
        self.season_ = self._season_of_first(straight - level)
        left = straight - level - self.season_[steps % m]
        # quiet nights, nearly half of all points, tell nothing of the others
        usual = float(np.quantile(left**2, 0.75)) / _UPPER_QUARTILE
        self.overall_ = float(np.mean(np.minimum(left**2, _THRESHOLD**2 * usual)))
        self.overall_ *= count / max(count - m, 1)
        self.deviations_ = np.full(self._cycle, self.overall_)
        self.level_ = level + self.trend_ * (count - 1)
        self.place_, self.seen_ = count, count
        self.held_ = DeferredLearning(seen=max(count - m, 0))

    def _season_of_first(self, rest: FloatArray) -> FloatArray:
        """Return the season of the first cycles without their trend, shape (k,), of the longest one's length."""
        m = max(self.seasons_, default=1)
        if m == 1:
            return np.zeros(1)
        if len(self.seasons_) == 1:
            return np.array([np.median(rest[k::m]) for k in range(m)])
        known = nested_season(cleaned(rest, self.seasons_), m, sorted(self.seasons_)[-2])
        return np.roll(known.next_cycle, len(rest) % m)

    def _next_look(self) -> int:
        """Return after how many points of this state the next season may show for the first time."""
        return (LEAST_BESIDE if self.seasons_ else LEAST_CYCLES) * min(self.waiting_, default=0)

    def _look_for_season(self) -> None:
        """Begin anew with the next season, if it was told or the last cycles show it; else look again later."""
        season = self.waiting_[0]
        y = self.memory_.as_sent()[-LEAST_CYCLES * season :]
        self.next_look_ *= 2
        if self.is_told_ or self._shows(y, season):
            self.seasons_, self.waiting_ = (*self.seasons_, season), self.waiting_[1:]
            self.recent_.forget()
            self._set_up(y)
            self.next_look_ = self._next_look()
        self.warm_up_.learn(len(self.memory_.known.values), self.seasons_)

    def _shows(self, y: FloatArray, season: int) -> bool:
        """Whether values, shape (k,), have a season, or the levels of the cycles of a known one have."""
        within = self._cycle
        levels = np.median(y[len(y) % within :].reshape(-1, within), axis=1)
        if season_test(levels, season // within).p_value > _BY_CHANCE:
            return False
        return foretells_beside(y, season, within) if self.seasons_ else foretells(y, season)

    def _move(self, error: float, usual: Tails, learning: Learning) -> None:
        """Move on by one point that was so much off, NaN if unknown, or wait whether an incident begins."""
        self.level_ += self.trend_
        if not math.isnan(error):
            for taught in self.held_.take(error, usual, learning, self.place_):
                self._learn(taught, int(taught.place) % len(self.season_))
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
        for m in self.seasons_:
            self.season_[place % m :: m] += p.gamma * (1.0 - p.alpha) * error
        self.seen_ += 1
        share = max(p.gamma, 1.0 / (self.seen_ / self._cycle + 1.0))
        phase = place % self._cycle
        self.deviations_[phase] += share * (error * error - self.deviations_[phase])
        few = max(0.01, 1.0 / self.seen_)
        self.overall_ += few * (error * error - self.overall_)


def _without_wild(first: FloatArray, m: int) -> FloatArray:
    """Return the first cycles, shape (k,), what is wild in them replaced by the most usual value of its phase.

    Two cycles have no median: half of a giant would be the season, and much of it the trend, for good.
    """
    phase = np.arange(len(first)) % m
    off = np.abs(first - np.median(first))
    nearest = np.array([first[k::m][int(off[k::m].argmin())] for k in range(m)])[phase]
    apart = np.abs(first - nearest)
    return np.where(apart > _WILD * np.quantile(apart, _MOST, method="lower"), nearest, first)


def _nested(seasons: Iterable[int]) -> tuple[int, ...]:
    """Return of season lengths the shortest over 1 and those of which each is a multiple of the one before."""
    chain: list[int] = []
    for m in sorted({one for one in seasons if one > 1}):
        if not chain or m % chain[-1] == 0:
            chain.append(m)
    return tuple(chain)
