"""Days of the month that are what they usually are, in a whole series and as points come."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from models.contract.state import kept
from models.data.results import Scores, Sides
from models.detectors.base import scores_by_side
from models.errors import BadStamps
from models.features.month_days import NO_MONTH_DAYS, MonthDays, month_days, steps_a_day
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF
from models.time.grid import Grid
from models.types import FloatArray

_EVERY, _DAYS, _MOST = 28, 400, 10_000
"""After so many days is looked again; so many days are remembered, but no more than so many points."""
_LEAST_DF = 2.0
"""Degrees of freedom behind the usual deviation of what three values tell."""


class Added(NamedTuple):
    """What days of the month add to points, its usual deviation, and how many values tell it, shape (k,)."""

    part: FloatArray
    scale: FloatArray
    times: FloatArray

    def cut(self, first: int, after: int) -> "Added":
        """Return that of some of the points."""
        return Added(self.part[first:after], self.scale[first:after], self.times[first:after])


def with_days(scores: Scores, y: FloatArray, added: Added) -> Scores:
    """Return scores of ``y`` of which the days' part was taken off before, with that part in what is expected."""
    known = np.isfinite(added.times)
    if scores.expected is None or scores.scale is None or not known.any():
        return scores
    endless = np.full(len(y), np.inf)
    df = endless if scores.degrees_of_freedom is None else scores.degrees_of_freedom
    sides = scores.sides or Sides(scores.scale, scores.scale, df, df)
    seen = np.where(known, np.maximum(MAD_DF * (added.times - 1.0), _LEAST_DF), np.inf)
    wider = Sides(
        np.maximum(sides.below, added.scale),
        np.maximum(sides.above, added.scale),
        np.minimum(sides.df_below, seen),
        np.minimum(sides.df_above, seen),
    )
    return scores_by_side(y, scores.expected + added.part, wider)


@kept
@dataclass(eq=False)
class DaysSoFar:
    """What days of the month a stream has had so far.

    ``last``: the stamp of the point before the ``recent`` ones, or of the first point, if nothing was ``begun``.
    ``values`` and ``seconds``: of the points up to there. ``part``, ``scale``, ``times``: what days add to the
    next ones, empty for nothing.
    """

    last: Grid
    each_day: int
    values: RingBuffer
    seconds: RingBuffer
    recent: RingBuffer
    begun: bool = False
    days: MonthDays = NO_MONTH_DAYS
    part: FloatArray = field(default_factory=lambda: np.empty(0))
    scale: FloatArray = field(default_factory=lambda: np.empty(0))
    times: FloatArray = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of(cls, grid: Grid) -> Self:
        """Return what follows a stream whose first stamp is that of a grid."""
        each_day = steps_a_day(grid) if len(grid) else 0
        room = max(min(_DAYS * each_day, _MOST), 1)
        return cls(
            grid.head(1),
            each_day,
            RingBuffer(room),
            RingBuffer(room),
            RingBuffer(_EVERY * max(each_day, 1)),
        )

    def blocks(
        self, y: FloatArray, seasons: Callable[[], Sequence[int]]
    ) -> Iterator[tuple[slice, Added]]:
        """Yield the next points, shape (k,), in pieces, with what days add to each; learn from them between.

        ``seasons``: tells those that are known when it is learned.
        """
        first, period = 0, self.recent.capacity
        while first < len(y):
            begin = len(self.recent.values)
            after = min(first + period - begin, len(y)) if self.each_day else len(y)
            yield slice(first, after), self._added(begin, after - first)
            if self.each_day:
                self.recent.extend(y[first:after])
                if len(self.recent.values) == period:
                    self._learn(seasons())
            first = after

    def _added(self, begin: int, size: int) -> Added:
        if len(self.part):
            return Added(self.part, self.scale, self.times).cut(begin, begin + size)
        return Added(np.zeros(size), np.zeros(size), np.full(size, np.inf))

    def _learn(self, seasons: Sequence[int]) -> None:
        recent = self.recent.values
        try:
            stamps = self.last.future(2 * len(recent))
        except BadStamps:
            self.each_day, self.part = 0, np.empty(0)
            return
        if not self.begun:
            stamps = np.concatenate([self.last.stamps, stamps])[:-1]
        freq, tz, self.begun = self.last.freq, self.last.tz, True
        self.values.extend(recent)
        self.seconds.extend(stamps[: len(recent)].astype("datetime64[s]").astype(np.float64))
        self.last = Grid(freq, stamps[len(recent) - 1 : len(recent)], tz)
        seen = self.seconds.values.astype(np.int64).astype("datetime64[s]").astype("datetime64[ns]")
        self.days = month_days(Grid(freq, seen, tz), self.values.values, seasons)
        self.recent = RingBuffer(self.recent.capacity)
        known = self.days.at(Grid(freq, stamps[len(recent) :], tz)) if len(self.days) else ()
        self.part, self.scale, self.times = known or (np.empty(0), np.empty(0), np.empty(0))


def days_of(grid: Grid, y: FloatArray, seasons: Sequence[int]) -> tuple[Added, MonthDays] | None:
    """Return what days of the month add to a series, shape (t,), NaN if unknown, and which; None for nothing."""
    days = month_days(grid, y, seasons)
    return (Added(*days.at(grid)), days) if len(days) else None


def without(scores: Scores, y: FloatArray, added: Added) -> FloatArray:
    """Return a series, shape (t,), its days' part taken off, on such days exactly what is expected of others."""
    rest = y - added.part
    if scores.expected is None:
        return rest
    return np.where(np.isfinite(added.times), scores.expected, rest)


def joined(found: Sequence[Scores]) -> Scores:
    """Return the scores of pieces of a stream as one."""
    if len(found) == 1:
        return found[0]

    def all_of(name: str) -> FloatArray | None:
        parts = [getattr(one, name) for one in found]
        return None if parts[0] is None else np.concatenate(parts)

    sides = [one.sides for one in found if one.sides is not None]
    names = ("below", "above", "df_below", "df_above")
    both = [np.concatenate([getattr(one, name) for one in sides]) for name in names if sides]
    return Scores(
        np.concatenate([one.raw for one in found]),
        all_of("expected"),
        all_of("scale"),
        all_of("degrees_of_freedom"),
        sides=Sides(*both) if both else None,
    )
