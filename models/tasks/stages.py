"""The stages around every model, as values, and the one runner that folds them.

    staged = apply_stages((LocalTime(seasons), Transformed(chain), WithinBounds(bounds)), series, horizon)
    staged.series                  # what the model sees; it is asked for ``staged.horizon`` steps
    staged.answered(made)          # what it made of that, as a forecast of the series that was sent

A stage makes of a series the next one, and the way back of what is found in that: a forecast, parts, places
of changes. A stage that has nothing to do with a series leaves it out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate
from typing import Protocol

from models.data.results import CalibratedScores, Forecast
from models.data.series import Notice, Series
from models.decisions.restoring import bounded, inverted, of_places
from models.decomposers.base import Decomposition
from models.decomposers.restoring import of_rows, restored
from models.features.calendar import Calendar
from models.transforms.bounds import Bounds
from models.transforms.chain import FittedChain, TransformChain
from models.transforms.wall_clock import WallClock, wall_clock
from models.types import FloatArray, IntArray

Seasons = tuple[int, ...] | None
"""Seasons as named, () for none, None if they are to be found."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedStage:
    """What a stage made of one series, and the way of results back; they stay, where nothing else is said.

    ``outer``: the series before the stage; ``series``: the one behind it, with ``horizon`` steps ahead.
    """

    outer: Series
    series: Series
    horizon: int
    notices: tuple[Notice, ...]

    def forecast(self, made: Forecast) -> Forecast:
        """Return a forecast of the series behind the stage as one of that before it."""
        return made

    def told(self, made: Forecast) -> tuple[Notice, ...]:
        """Return what there is to tell of a forecast of the series behind the stage on its way back."""
        return ()

    def parts(self, found: Decomposition) -> Decomposition:
        """Return the parts of the series behind the stage as those of that before it."""
        return found

    def rows(self, at: IntArray) -> IntArray:
        """Return the places of points, (k,), behind the stage in the series before it."""
        return at

    def steps(self, ahead: IntArray) -> IntArray:
        """Return which steps ahead, (k,), behind the stage those before it are, from 0 on."""
        return ahead

    def taken(self, y: FloatArray) -> FloatArray:
        """Return values as they were sent, shape (t,), NaN where missing, as they are behind the stage."""
        return y

    def scores(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        """Return what was found of the series behind the stage as of that before it, with values ``y``, (t,)."""
        return found


class Stage(Protocol):
    """A stage around a model, not yet fitted to a series."""

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Return the way through; None if there is nothing to do. Raises ``SeriesError``."""


@dataclass(frozen=True, slots=True, eq=False)
class StagedSeries:
    """A series behind all stages, and its way back through them, the outermost first."""

    series: Series
    horizon: int
    fitted: tuple[FittedStage, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the stages have to tell."""
        return tuple(notice for stage in self.fitted for notice in stage.notices)

    def answered(self, made: Forecast) -> tuple[Forecast, tuple[Notice, ...]]:
        """Return a forecast of the innermost series as one of the outermost, and what there is to tell of it."""
        told: tuple[Notice, ...] = ()
        for stage in reversed(self.fitted):
            told += stage.told(made)
            made = stage.forecast(made)
        return made, told

    def parts(self, found: Decomposition) -> Decomposition:
        """Return the parts of the innermost series as those of the outermost."""
        return reduce(lambda result, stage: stage.parts(result), reversed(self.fitted), found)

    def rows(self, at: IntArray) -> IntArray:
        """Return where points, (k,), of the innermost series stand in the outermost."""
        return reduce(lambda result, stage: stage.rows(result), reversed(self.fitted), at)

    def steps(self, ahead: IntArray) -> IntArray:
        """Return which steps ahead, (k,), of the innermost series those of the outermost are, from 0 on."""
        return reduce(lambda result, stage: stage.steps(result), self.fitted, ahead)

    def scores(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        """Return what was found of the innermost series as of the outermost, which was sent as ``y``, (t,)."""
        sent = accumulate(self.fitted[:-1], lambda values, stage: stage.taken(values), initial=y)
        for stage, values in reversed([*zip(self.fitted, sent, strict=False)]):
            found = stage.scores(found, values)
        return found


def apply_stages(stages: Sequence[Stage], series: Series, horizon: int = 0) -> StagedSeries:
    """Lead a series through the stages, the outermost first; raises ``SeriesError``."""
    fitted: list[FittedStage] = []
    for stage in stages:
        one = stage.into(series, horizon)
        if one is not None:
            fitted.append(one)
            series, horizon = one.series, one.horizon
    return StagedSeries(series, horizon, tuple(fitted))


# --- where a series begins and ends ----------------------------------------------


@dataclass(frozen=True, slots=True)
class ObservedSpan:
    """Nothing is learned from what was filled in before the first value or behind the last one.

    ``to_last``: what is missing at the end is forecast; else it stays as it was filled in.
    """

    to_last: bool = True

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Leave out what is missing at the ends, and tell how much."""
        seen = series.is_observed
        if seen.all():
            return None
        first, late = int(seen.argmax()), int(seen[::-1].argmax()) if self.to_last else 0
        if not first and not late:
            return None
        inner = series.head(len(series) - late).tail(len(series) - late - first)
        ahead = {name: inner.future[name] for name in series.future} if late else series.future
        told = tuple(_at_end(series, first, late))
        return _Between(series, replace(inner, future=ahead), horizon + late, told, first, late)


def _at_end(series: Series, first: int, late: int) -> Iterator[Notice]:
    hint = "send values for them, or missing zero where no value means zero"
    if first:
        text = f"the first {_points(first)} no value: the forecast learns from what follows"
        yield Notice("missing_at_start", text, hint, series.unique_id)
    if late:
        text = f"the last {_points(late)} no value: that is forecast, not learned from"
        yield Notice("missing_at_end", text, hint, series.unique_id)


def _points(count: int) -> str:
    return "point has" if count == 1 else f"{count} points have"


@dataclass(frozen=True, slots=True, eq=False)
class _Between(FittedStage):
    first: int
    late: int

    def forecast(self, made: Forecast) -> Forecast:
        return made.moved(self.first, self.late)

    def rows(self, at: IntArray) -> IntArray:
        return at + self.first

    def steps(self, ahead: IntArray) -> IntArray:
        return ahead + self.late

    def taken(self, y: FloatArray) -> FloatArray:
        return y[self.first : len(y) - self.late]


# --- the wall clock --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Seasons are counted on the grid of local time, if there are any and the clocks change.

    ``seasons``: those that a series is named to have. ``first``: of what the clock shows twice, only the
    first is seen.
    """

    seasons: Callable[[Series], Seasons]
    first: bool = False

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Lay the rows, and the steps ahead, onto the grid of local time."""
        if series.grid.tz is None:
            return None
        clock = wall_clock(series, self.seasons(series), horizon)
        if clock is None:
            return None
        laid = clock.laid(series, first=self.first)
        return _OnClock(series, laid, clock.steps if horizon else 0, (), clock)


@dataclass(frozen=True, slots=True, eq=False)
class _OnClock(FittedStage):
    clock: WallClock

    def forecast(self, made: Forecast) -> Forecast:
        return self.clock.forecast(made)

    def parts(self, found: Decomposition) -> Decomposition:
        return of_rows(found, self.clock, self.outer.y, self.series.y)

    def rows(self, at: IntArray) -> IntArray:
        return self.clock.first_rows[at]

    def steps(self, ahead: IntArray) -> IntArray:
        return self.clock.ahead[ahead]

    def taken(self, y: FloatArray) -> FloatArray:
        return self.clock.placed(y, first=True)

    def scores(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        return of_places(found, self.clock, y)


# --- what models are told beside the values --------------------------------------


@dataclass(frozen=True, slots=True)
class CalendarRegressors:
    """What the calendar tells becomes regressors, the steps ahead included."""

    calendar: Calendar

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Add the columns; tell of those that can teach nothing."""
        added, notices = self.calendar.added_to(series, horizon)
        return FittedStage(series, added, horizon, notices)


# --- values ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithinBounds:
    """What is answered stays within bounds."""

    bounds: Bounds

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Leave the series as it is, and tell of values that forecasts cannot reach."""
        seen = series.y[series.is_observed]
        outside = int((self.bounds.clip(seen) != seen).sum())
        text = f"{outside} of {len(seen)} values lie outside the bounds, at which forecasts are cut off"
        hint = "widen the bounds, or leave them out, if such values may come again"
        told = (Notice("bounds_exceeded", text, hint),) if outside else ()
        return _Bounded(series, series, horizon, told, self.bounds)


@dataclass(frozen=True, slots=True, eq=False)
class _Bounded(FittedStage):
    bounds: Bounds

    def forecast(self, made: Forecast) -> Forecast:
        return self.bounds.forecast(made)

    def scores(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        return bounded(found, self.bounds, y)


@dataclass(frozen=True, slots=True)
class Transformed:
    """The model sees what transforms make of the values, up to the first difference if ``pointwise``."""

    chain: TransformChain
    pointwise: bool = False

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Fit the transforms, all of them, to be sure that they take the values, and apply those asked for."""
        chain = self.chain.fit_to(series)
        if self.pointwise:
            chain = chain.before_difference()
        if not chain.stages:
            return None
        return _Changed(series, chain.transformed(series), horizon, (), chain)


@dataclass(frozen=True, slots=True, eq=False)
class _Changed(FittedStage):
    chain: FittedChain

    def forecast(self, made: Forecast) -> Forecast:
        return self.chain.restore(made)

    def told(self, made: Forecast) -> tuple[Notice, ...]:
        return self.chain.limited(made, self.outer.unique_id)

    def parts(self, found: Decomposition) -> Decomposition:
        return restored(found, self.chain, self.outer.y)

    def rows(self, at: IntArray) -> IntArray:
        return at + self.chain.points_lost

    def taken(self, y: FloatArray) -> FloatArray:
        return self.chain.apply(y)

    def scores(self, found: CalibratedScores, y: FloatArray) -> CalibratedScores:
        return inverted(found, self.chain)


@dataclass(frozen=True, slots=True)
class OnTransformedScale:
    """The transformed values are looked at by themselves: numbers stay on their scale, and that is told.

    Seasons that were not given are those of the transformed values.
    """

    chain: TransformChain

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        """Fit and apply the transforms; a constant stays as it is, differences take the first points away."""
        inner = Transformed(self.chain).into(series, horizon)
        if inner is None:
            return None
        dropped = len(series) - len(inner.series)
        lost = f", without the first {dropped}" if dropped else ""
        after = f"after {', '.join(self.chain.names)}{lost}"
        text = f"the values were examined {after}: all numbers are on that scale"
        hint = "leave transform out for numbers in the units of the series"
        return replace(
            inner,
            series=replace(inner.series, season_length=series.season_length),
            notices=(Notice("transformed_units", text, hint, series.unique_id),),
        )
