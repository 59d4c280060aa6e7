"""Holt-Winters smoothing with bands that follow the deviations of each place in the season."""

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Points, WidthParams, deviation_scores
from models.params import SeasonalParams
from models.types import FloatArray

_LEAST_SEEN = 10
_THRESHOLD = 3.0
"""Usual deviations beyond which a point teaches no more than this."""


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
    does. Where a place in the season has been seen less than ten times, deviations of all places count as well.

    Reference: Brutlag (2000), Aberrant behavior detection in time series for network monitoring, LISA XIV.
    """

    name = "brutlag"
    title = "Brutlag's bands"
    summary = "Points outside of Holt-Winters' bands, which follow the deviations of each place in the season."
    reference = "Brutlag (2000), Aberrant behavior detection in time series for network monitoring, LISA XIV"
    is_causal = True

    def required_observations(self, season_length: int) -> int:
        """Return two cycles, ten points at least, and one to judge."""
        return max(2 * season_length, _LEAST_SEEN) + 1

    @property
    def _warm_up(self) -> int:
        return max(2 * self.season_length_, _LEAST_SEEN)

    def _begin(self, streams: Sequence[Series]) -> None:
        self.first_ = np.empty(0)
        self.place_, self.seen_ = 0, 0
        self.level_, self.trend_, self.overall_ = 0.0, 0.0, 0.0
        self.season_, self.deviations_ = np.empty(0), np.empty(0)

    def _observe(self, points: Points) -> Scores:
        expected, scale = np.full(len(points.y), np.nan), np.full(len(points.y), np.nan)
        for i, (y, teaches) in enumerate(
            zip(points.y.tolist(), points.teaches.tolist(), strict=True)
        ):
            if not len(self.season_):
                self._set_up(y)
                continue
            place = self.place_ % self.season_length_
            expected[i] = self.level_ + self.trend_ + float(self.season_[place])
            scale[i] = self._usual(place)
            self._learn(y if teaches else float(expected[i]), float(expected[i]), place)
            self.place_ += 1
        return deviation_scores(points.y, expected, scale, self._degrees(len(points.y)))

    def _degrees(self, count: int) -> FloatArray:
        return np.full(count, max(self._warm_up - self.season_length_, 3.0))

    def _usual(self, place: int) -> float:
        """Return the usual deviation at a place of the season, of all places while it is little known."""
        cycles = self.seen_ / self.season_length_
        known = min(cycles / _LEAST_SEEN, 1.0)
        own = float(self.deviations_[place])
        return math.sqrt(known * own + (1.0 - known) * self.overall_)

    def _set_up(self, y: float) -> None:
        """Gather the first cycles, and make level, trend, season and deviations of them."""
        self.first_ = np.append(self.first_, y)
        if len(self.first_) < self._warm_up:
            return
        m, count = self.season_length_, len(self.first_)
        steps = np.arange(count)
        whole = self.first_[: count // m * m].reshape(-1, m)
        ends = whole.mean(axis=1)
        self.trend_ = float(np.median(np.diff(ends)) / m) if m > 1 else 0.0
        straight = self.first_ - self.trend_ * steps
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
        self.place_, self.seen_, self.first_ = count, count, np.empty(0)

    def _learn(self, y: float, expected: float, place: int) -> None:
        """Move level, trend, season and deviations on by one point."""
        p, usual = self.params, self._usual(place)
        error = y - expected
        error = max(-_THRESHOLD * usual, min(_THRESHOLD * usual, error)) if usual > 0.0 else error
        winsorised = expected + error
        level = self.level_ + self.trend_
        season = float(self.season_[place])
        self.level_ = p.alpha * (winsorised - season) + (1.0 - p.alpha) * level
        self.trend_ += p.beta * (self.level_ - level)
        if self.season_length_ > 1:
            self.season_[place] += p.gamma * (winsorised - self.level_ - season)
        self.seen_ += 1
        share = max(p.gamma, 1.0 / (self.seen_ / self.season_length_ + 1.0))
        self.deviations_[place] += share * (error * error - self.deviations_[place])
        few = max(0.01, 1.0 / self.seen_)
        self.overall_ += few * (error * error - self.overall_)
