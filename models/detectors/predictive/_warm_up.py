"""What a stream may do before the cycles that the calendar suggests could be learned."""

import math
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from models.contract.seasons import short_seasons
from models.contract.state import kept
from models.data.series import Series
from models.detectors.predictive._rolling import Memory
from models.stats.season_check import LEAST_BESIDE, LEAST_CYCLES
from models.stats.sided_tails import Tails, reach_of, reaching
from models.time.steps import WEEK

_LEAST = 8
"""No season is taken for so many points."""
_ROOM, _ROOM_OF_WEEK = 0.5, 0.75
"""By so much of the range of the shortest cycles may a point of them leave it, and one of the rest of the first
week, whose Saturday may lie below the nights before it by as much as these below the days."""


@kept
@dataclass(eq=False)
class RobustRange:
    """How far values go: the two smallest and the two largest; of each, the extreme one alone is no range."""

    low: tuple[float, float] = (math.inf, math.inf)
    high: tuple[float, float] = (-math.inf, -math.inf)

    def take(self, value: float) -> None:
        """Remember how far a value goes."""
        lowest, low, _ = sorted((*self.low, value))
        _, high, highest = sorted((*self.high, value))
        self.low, self.high = (lowest, low), (high, highest)

    def ends(self, room: float) -> tuple[float, float]:
        """Return from where to where values may go, that part of the range beyond it; NaN before there is one."""
        low, high = self.low[1], self.high[0]
        if not high > low:
            return math.nan, math.nan
        beyond = room * (high - low)
        return low - beyond, high + beyond


@kept
@dataclass(eq=False)
class WarmUp:
    """The first cycles of a stream, up to those of a week or a dozen steps.

    In those of the shortest one, or 24 points without any, what lies within the range so far, or not far
    outside, is not known to be strange. Nor is it, somewhat farther, in the rest of the first of the longest, 0
    for none, which may have a Saturday, if it came in steps as large as those so far; in its others, what lies
    between what is expected and what was at this place of every cycle before.

    ``learned``: how many points were known when a season could be learned last, endless if the longest was.
    ``values``, ``steps``: how far they went in the shortest cycles; ``last``: the value before the next one.
    """

    shortest: int
    longest: int
    learned: float = 0.0
    values: RobustRange = field(default_factory=RobustRange)
    steps: RobustRange = field(default_factory=RobustRange)
    last: float = math.nan

    @classmethod
    def of(cls, series: Series, given: int) -> Self:
        """Return that of a stream like a series; ``given``: its season if someone told it, 1 if not."""
        freq = series.grid.freq
        told = series.season_length is None and given < 2
        known = short_seasons(freq) if told else ()
        weekly = [m for m in known if m * freq.length <= WEEK]
        return cls(min(known, default=_LEAST if told else 0), max(weekly, default=0))

    @property
    def lasts(self) -> bool:
        """Whether there are cycles yet to be learned."""
        return self.learned < LEAST_CYCLES * max(self.shortest, self.longest)

    @property
    def _knows_short(self) -> bool:
        return self.learned >= LEAST_CYCLES * self.shortest

    def learn(self, points: int, seasons: tuple[int, ...]) -> None:
        """Take notice of the seasons that so many points have shown.

        If neither the shortest cycle of the calendar is a multiple of any of them nor any a multiple of it, the
        stream does not follow the calendar, and there are no cycles of that to wait for.
        """
        is_learned = self.longest in seasons or self._is_of_its_own(seasons)
        self.learned = math.inf if is_learned else float(points)

    def _is_of_its_own(self, seasons: tuple[int, ...]) -> bool:
        if not self.longest or not seasons:
            return False
        return all(m % self.shortest and self.shortest % m for m in seasons)

    def until_fit(self, points: int, every: int) -> int:
        """Return after how many points, ``every`` at most, to learn anew: once the longest cycle came twice."""
        left = LEAST_BESIDE * self.longest - points
        return left if 0 < left < every else every

    def telling(self, seen: int) -> int:
        """Return how many of the points so far tell an incident from a season: none in the first cycle of all."""
        return seen if seen >= self.longest else 0

    def take(self, value: float) -> None:
        """Remember how far values and steps go, as long as those of the shortest cycles come."""
        if not self._knows_short:
            self.values.take(value)
            if not math.isnan(self.last):
                self.steps.take(value - self.last)
        self.last = value

    def widened(self, usual: Tails, memory: Memory) -> Tails:
        """Return what is usual of the next point, as wide as its beginning asks for."""
        below, above = usual.center, usual.center
        if not self._knows_short or len(memory.known.values) < self.longest:
            room = _ROOM_OF_WEEK if self._knows_short else _ROOM
            low, high = self.values.ends(room)
            if self._knows_short:
                down, up = self.steps.ends(room)
                low, high = max(low, self.last + down), min(high, self.last + up)
            below, above = min(below, low), max(above, high)
        before = memory.cycles_ago(self.longest) if self.longest else np.empty(0)
        if len(before):
            below = min(below, float(before.max()) - reach_of(usual.below))
            above = max(above, float(before.min()) + reach_of(usual.above))
        return replace(
            usual,
            below=reaching(usual.below, usual.center - below),
            above=reaching(usual.above, above - usual.center),
        )
