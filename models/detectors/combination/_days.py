"""Days of the month and holidays that are what they usually are, in a whole series and as points come."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from models import registry
from models.contract.state import kept
from models.data.results import Scores, SideScale, TwoPieceScale
from models.data.series import Notice, Series
from models.detectors.scores import scores_by_side
from models.errors import BadStamps
from models.features.calendar import Calendar
from models.features.day_effects import AdditiveEffects, cycle_of, steps_a_day
from models.features.holidays import NO_HOLIDAYS, Holidays, holiday_notices, holidays_of
from models.features.month_days import NO_MONTH_DAYS, MonthDayEffects, month_days
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF
from models.time.grid import Grid
from models.types import FloatArray

_EVERY, _DAYS, _MOST = 28, 400, 10_000
"""After so many days is looked again; so many days are remembered, but no more than so many points."""
_HOLIDAY_DAYS, _MOST_WITH_HOLIDAYS = 1500, 20_000
"""The same where holidays, which come once a year, are to be learned."""
_LEAST_DF = 2.0
"""Degrees of freedom behind the standard deviation of what three values tell."""


class FittedDayEffects(NamedTuple):
    """What days of the month, and holidays, do in a series, and what they add to its points."""

    month: MonthDayEffects
    holidays: Holidays
    added: AdditiveEffects

    def __bool__(self) -> bool:
        return bool(len(self.month) or len(self.holidays))

    def names(self) -> tuple[str, ...]:
        """Return what the days are called that do anything."""
        return (*self.month.names(), *self.holidays.names())


def with_days(scores: Scores, y: FloatArray, added: AdditiveEffects) -> Scores:
    """Return scores of ``y``, (t,), of which the days' part was taken off, with that part in what is expected."""
    known = np.isfinite(added.times)
    if scores.expected is None or scores.scale is None or not known.any():
        return scores
    endless = np.full(len(y), np.inf)
    df = endless if scores.degrees_of_freedom is None else scores.degrees_of_freedom
    sides = scores.sides or TwoPieceScale.even(scores.scale, df)
    seen = np.where(known, np.maximum(MAD_DF * (added.times - 1.0), _LEAST_DF), np.inf)
    below, above = (
        SideScale(np.maximum(side.scale, added.scale), np.minimum(side.df, seen), side.inner)
        for side in (sides.below, sides.above)
    )
    return scores_by_side(y, scores.expected + added.part, TwoPieceScale(below, above))


@kept
@dataclass(eq=False)
class RunningDayEffects:
    """What days of the calendar a stream has had so far.

    ``last``: the stamp of the point before the ``recent`` ones, or of the first point, if nothing was ``begun``.
    ``values`` and ``seconds``: of the points up to there. ``part``, ``scale``, ``times``: what days add to the
    next ones, empty for nothing. ``notices``: what of the calendar has no effect.
    """

    last: Grid
    each_day: int
    values: RingBuffer
    seconds: RingBuffer
    recent: RingBuffer
    begun: bool = False
    days: MonthDayEffects = NO_MONTH_DAYS
    holidays: Holidays = NO_HOLIDAYS
    part: FloatArray = field(default_factory=lambda: np.empty(0))
    scale: FloatArray = field(default_factory=lambda: np.empty(0))
    times: FloatArray = field(default_factory=lambda: np.empty(0))
    notices: tuple[Notice, ...] = ()

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
        self, y: FloatArray, calendar: Calendar, seasons: Callable[[], Sequence[int]]
    ) -> Iterator[tuple[slice, AdditiveEffects]]:
        """Yield the next points, shape (k,), in pieces, with what days add to each; learn from them between.

        ``seasons``: tells those that are known when it is learned.
        """
        if calendar and not self.begun and not len(self.recent.values):
            self._expect(calendar)
        first, period = 0, self.recent.capacity
        while first < len(y):
            begin = len(self.recent.values)
            after = min(first + period - begin, len(y)) if self.each_day else len(y)
            yield slice(first, after), self._added(begin, after - first)
            if self.each_day:
                self.recent.extend(y[first:after])
                if len(self.recent.values) == period:
                    self._learn(seasons(), calendar)
            first = after

    def names(self) -> tuple[str, ...]:
        """Return what the days are called that do anything."""
        return (*self.days.names(), *self.holidays.names())

    def _expect(self, calendar: Calendar) -> None:
        """Get ready for holidays, and tell that none are known yet."""
        self.notices = holiday_notices(calendar, self.last, NO_HOLIDAYS, _instead())
        if calendar.holidays is not None:
            room = max(min(_HOLIDAY_DAYS * self.each_day, _MOST_WITH_HOLIDAYS), 1)
            self.values, self.seconds = RingBuffer(room), RingBuffer(room)

    def _added(self, begin: int, size: int) -> AdditiveEffects:
        if len(self.part):
            return AdditiveEffects(self.part, self.scale, self.times).cut(begin, begin + size)
        return AdditiveEffects.nothing(size)

    def _learn(self, seasons: Sequence[int], calendar: Calendar) -> None:
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
        ahead = Grid(freq, stamps[len(recent) :], tz)
        known = _known_days(Grid(freq, seen, tz), self.values.values, seasons, calendar, ahead)
        self.days, self.holidays, added = known
        self.recent = RingBuffer(self.recent.capacity)
        self.part, self.scale, self.times = added if known else (np.empty(0),) * 3
        if calendar:
            self.notices = holiday_notices(calendar, self.last, self.holidays, _instead())


def days_of(
    series: Series, seasons: Sequence[int], calendar: Calendar
) -> tuple[FittedDayEffects, tuple[Notice, ...]]:
    """Return what days of the calendar do in a series, and what of the calendar has no effect."""
    known = _known_days(series.grid, series.y_observed, seasons, calendar)
    notices = holiday_notices(calendar, series.grid, known.holidays, _instead()) if calendar else ()
    return known, notices


def _instead() -> str:
    """Name the detectors that take what no day of the calendar tells."""
    return registry.around_forecasters("detector")


def _known_days(
    grid: Grid,
    y: FloatArray,
    seasons: Sequence[int],
    calendar: Calendar,
    ahead: Grid | None = None,
) -> FittedDayEffects:
    """Return what days do in a series, (t,), NaN if unknown, and what they add to it, or to points ``ahead``."""
    holidays, usual = holidays_of(grid, y, seasons, calendar)
    rest = y - holidays.at(grid, calendar, usual).part if len(holidays) else y
    month = month_days(grid, rest, seasons)
    if ahead is not None:
        cycle = cycle_of(max(steps_a_day(ahead), 1), seasons)
        grid, usual = ahead, np.resize(usual[-cycle:], len(ahead))
    added = AdditiveEffects.nothing(len(grid))
    if len(holidays):
        added = added.beside(holidays.at(grid, calendar, usual))
    if len(month):
        added = added.beside(month.at(grid))
    return FittedDayEffects(month, holidays, added)


def without(scores: Scores, y: FloatArray, added: AdditiveEffects) -> FloatArray:
    """Return a series, shape (t,), its days' part taken off, on such days exactly what is expected of others."""
    rest = y - added.part
    if scores.expected is None:
        return rest
    told = np.isfinite(added.times) & np.isfinite(scores.expected)
    return np.where(told, scores.expected, rest)
