"""The contract of every detector: final ``fit``, ``score`` and ``observe``, a model its private halves."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self, TypeVar, final

import numpy as np
from pydantic import Field

from models.contract.context import QUIET, Context
from models.contract.cost import Cost, Workload
from models.contract.model import Kind, Model
from models.contract.seasons import seasons_of
from models.contract.state import kept
from models.data.results import Interval, Scores, SideScale
from models.data.series import Notice, Series
from models.decisions.learning import LEARNING, Learning
from models.detectors.scores import merged, unjudged
from models.features.calendar import Calendar
from models.params import Params
from models.stats.distributions import normal_quantile, student_quantile
from models.stats.error_distribution import ErrorDistribution
from models.stats.ring_buffer import RingBuffer
from models.stats.sided_tails import Side, Tails, side_quantile
from models.types import BoolArray, FloatArray

P = TypeVar("P", bound=Params)
Judged = Literal["points", "stretches", "changes"]

for _value in (ErrorDistribution, RingBuffer, Side, Tails):
    kept(_value)

NO_CALENDAR = Calendar()


class WidthParams(Params):
    """Params of a band whose width may be fixed."""

    k: float | None = Field(
        None,
        gt=0,
        le=1000,
        title="k",
        description="Half the width of the band in standard deviations, or in median absolute deviations"
        " scaled to them; set by level if omitted.",
    )


@dataclass(slots=True, eq=False)
class Points:
    """The next points of a stream, and what is known about them.

    ``y``: shape (k,), finite; for many streams (n, k), with several value columns (n, k, d). ``teaches``: shape
    (k,) or (n, k), False for points that are judged but not learned from, such as a missing one that repeats the
    value before it. ``learning``: how much a point beyond the band teaches. ``calendar``: given to detectors that
    set ``takes_calendar``.
    """

    y: FloatArray
    teaches: BoolArray
    learning: Learning = LEARNING
    calendar: Calendar = NO_CALENDAR

    def part(self, where: slice) -> "Points":
        """Return some of the points of one stream."""
        return replace(self, y=self.y[where], teaches=self.teaches[where])

    def one_by_one(self) -> Iterator[tuple[float, bool]]:
        """Return each point of one stream, and whether it teaches."""
        return zip(self.y.tolist(), self.teaches.tolist(), strict=True)


class Detector(Model[P]):
    """A judge of points, of one series or of many.

    A subclass implements ``_score``, which sees the whole series, or, if ``is_causal``, ``_begin`` and
    ``_observe``, which see one block of points after another, or both; without ``_score``, a whole series is
    judged point by point. Scores must not depend on how points are cut into blocks. A live point, a replayed
    history and a kept detector all go through ``observe``.

    Filled values do not tell how far points usually deviate: scales, tails and counts must come only from the
    points that ``Series.is_observed`` or ``Points.teaches`` marks.

    - ``fit_is_empty``: whether nothing is learned from a history beforehand; if not, there is a ``_fit``
    - ``observes_many``: whether ``_observe`` takes the points of many streams at once; if not, each stream has a
      copy of the detector
    - ``has_expected``: whether scores come with expected values, which the rules on direction and deviation need
    - ``judges``: what an anomaly is: a point, a stretch whose points share a score, or a change, which a single
      point is not
    - ``judges_together``: whether each series is judged beside the others, to all of which it is fitted
    - ``learns_on_the_way``: whether, when causal, it is fitted to the points that it has observed, and to no
      history before
    - ``remembers_exactly``: whether later scores are the same if points are remembered without being judged, also
      in a batch that is judged point by point
    """

    kind: ClassVar[Kind] = "detector"
    is_causal: ClassVar[bool] = False
    has_expected: ClassVar[bool] = True
    fit_is_empty: ClassVar[bool] = True
    observes_many: ClassVar[bool] = False
    judges: ClassVar[Judged] = "points"
    judges_together: ClassVar[bool] = False
    learns_on_the_way: ClassVar[bool] = False
    remembers_exactly: ClassVar[bool] = False
    shows: ClassVar[Literal["level_shift"] | None] = None
    """What each of its events is, if that does not depend on the points."""
    learns_days: ClassVar[bool] = False
    """Whether it learns by itself what the series does on holidays."""
    _us_per_point: ClassVar[float] = 30.0
    _us_one_by_one: ClassVar[float] = 30.0
    """Microseconds that a point takes of a series judged as a whole, and judged from its past alone."""
    _of_band: ClassVar[str] = ""
    """What reasons add to the name of the band: whose it is."""

    @property
    def takes_regressors(self) -> bool:
        """Whether columns beside the values, those of the calendar included, tell it what to expect."""
        return False

    @property
    def takes_calendar(self) -> bool:
        """Whether holidays tell it what to expect, as regressors or otherwise."""
        return self.learns_days or self.takes_regressors

    @property
    def runs_network(self) -> bool:
        """Whether it trains or asks a neural network."""
        return self.uses_gpu

    @final
    def fit(self, history: Sequence[Series], context: Context = QUIET) -> Self:
        """Learn from series, of any lengths, what judging needs; nothing if ``fit_is_empty``.

        Raises ``SeriesTooShort``, ``FitFailed``, and what ``context.check`` raises.
        """
        if not self.fit_is_empty:
            for one in history:
                self._prepare(one)
            self._fit(history, context)
        return self

    @final
    def score(
        self,
        panel: Sequence[Series],
        level: float,
        calendar: Calendar = NO_CALENDAR,
        *,
        remembered: int = 0,
    ) -> list[Scores]:
        """Score every point of every series, given the whole of it; the threshold at a level in percent.

        ``remembered``: how many first points are only remembered, if the detector judges point by point; these
        have no scores. Raises ``SeriesTooShort`` or ``FitFailed``.
        """
        found = []
        for series in panel:
            self._prepare(series)
            told, self.notices_ = self._told(series, calendar)
            told = replace(told, season_length=seasons_of(series)) if told is not series else series
            scores = self._score_days(told, calendar) if self.learns_days else self._score(told)
            if scores is None:
                self._begin([_blank(series)])
                points = Points(series.y, series.is_observed, calendar=calendar)
                if remembered:
                    self._remember(points.part(slice(remembered)))
                    points = points.part(slice(remembered, None))
                scores = self._observe(points)
            found.append(self._with_threshold(scores, level))
        return found

    @final
    def begin(self, streams: Sequence[Series]) -> Self:
        """Get ready to observe points like those of the series, one stream for each.

        Their values are not looked at: only their names, first stamps and frequencies, and the season
        lengths that the caller gave.
        """
        self.season_length_ = max(map(self._given_season, streams))
        blank = [_blank(one) for one in streams]
        self.streams_: list[Self] = []
        if self.observes_many:
            self.last_ = np.full((len(blank), *streams[0].y.shape[1:]), np.nan)
            self._begin(blank)
        elif len(blank) == 1:
            self.last_ = np.full(1, np.nan)
            self._begin(blank)
        else:
            self.streams_ = [copy(self).begin([one]) for one in blank]
        return self

    @final
    def observe(
        self,
        points: FloatArray,
        level: float,
        *,
        teaches: BoolArray | None = None,
        learning: Learning = LEARNING,
        calendar: Calendar = NO_CALENDAR,
    ) -> Scores:
        """Score the next points, each from itself and what came before it, at a level in percent.

        ``points``: shape (k,) for one stream, (n, k) for many, (n, k, d) with several value columns; the
        scores have shape (k,) or (n, k). ``teaches``: of that shape, False for points that are judged but
        not learned from. A missing one (NaN) is neither.
        """
        missing: BoolArray = np.isnan(points)
        if points.ndim == 3:
            missing = np.any(missing, axis=2)
        known = ~missing if teaches is None else teaches & ~missing
        if points.ndim == 1 and not self.observes_many:
            scores = self._next(Points(points, known, learning, calendar), missing)
            return self._with_threshold(scores, level)
        rows = Points(np.atleast_2d(points), np.atleast_2d(known), learning, calendar)
        scores = self._next_of_all(rows, np.atleast_2d(missing), level)
        return scores if points.ndim > 1 else scores.each(lambda of_streams: of_streams[0])

    @property
    def settling(self) -> int | None:
        """How many points that teach it must observe, once it began, until what it remembered before is enough.

        None where every point has to be observed, which is so unless a subclass writes ``_remember``.
        """
        return None

    @final
    def remember(self, points: FloatArray, calendar: Calendar = NO_CALENDAR) -> None:
        """Take up the next points of one stream, shape (k,), of which nobody asks whether they are strange."""
        missing: BoolArray = np.isnan(points)
        known, _ = self._filled(Points(points, ~missing, calendar=calendar), missing)
        if len(known.y):
            self._remember(known)

    @final
    def band_name(self, level: float) -> str:
        """Return what reasons call the band at a level in percent."""
        width = self._width()
        own = f"{level:g} % band" if width is None else f"band of {width:g} standard deviations"
        return own + self._of_band

    @classmethod
    def capabilities(cls) -> dict[str, bool]:
        """Return what the catalog tells of the detector's abilities."""
        own = {
            "causal": cls.is_causal,
            "expected_value": cls.has_expected,
            "judges_together": cls.judges_together,
        }
        return {**super().capabilities(), **own}

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what judging the series takes; ``causal``: each point from its past alone."""
        each = self._us_one_by_one if causal else self._us_per_point
        return Cost(1e-3 * len(work.observations) + 1e-6 * each * float(work.observations.sum()))

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        """Learn from series that are long enough; only called where ``fit_is_empty`` is not set."""

    def _score(self, series: Series) -> Scores | None:
        """Score every point of a series that is finite and long enough; None: point by point.

        What the calendar tells is among the exogenous columns, one step of its future included.
        """
        return None

    def _score_days(self, series: Series, calendar: Calendar) -> Scores | None:
        """Score every point as ``_score`` does, where the detector ``learns_days`` of a calendar by itself."""
        return None

    def _begin(self, streams: Sequence[Series]) -> None:
        """Set up the state that ``_observe`` carries from block to block.

        ``streams`` are empty; there is one, unless the detector ``observes_many``.
        """

    def _observe(self, points: Points) -> Scores:
        """Score the next points, k ≥ 0, and move the state on."""
        raise TypeError(f"{self.name} is not causal")

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the raw score at which a point stops being normal, at a level in percent.

        It grows with the level, and that of a point depends on no later one. By default raw scores count
        standard deviations, and the threshold is that of a normal distribution, or of Student's t where the
        standard deviation was learned from few points.
        """
        if scores.degrees_of_freedom is None:
            return normal_quantile(level)
        if scores.inner is None:
            return student_quantile(level, scores.degrees_of_freedom)
        return side_quantile(level, scores.degrees_of_freedom, scores.inner)

    def _width(self) -> float | None:
        """Return half the width of the band in standard deviations, if the params fix it."""
        return self.params.k if isinstance(self.params, WidthParams) else None

    def _given_season(self, series: Series) -> int:
        """Return the season of the params or of the caller, 1 if neither names one."""
        own: int | None = getattr(self.params, "season_length", None)
        return own or min((m for m in series.season_length or () if m > 1), default=1)

    def _told(
        self, series: Series, calendar: Calendar, ahead: int = 1
    ) -> tuple[Series, tuple[Notice, ...]]:
        """Return the series with what the calendar tells it so many steps ahead, if it takes that."""
        return calendar.added_to(series, ahead) if self.takes_regressors else (series, ())

    @final
    def _with_threshold(self, scores: Scores, level: float) -> Scores:
        scores.threshold = self._threshold_at(scores, level)
        if scores.around is not None:
            scores.around = scores.around.at(level)
        sides, expected = scores.sides, scores.expected
        if sides is not None and expected is not None:
            lower, upper = (
                self._threshold_at(_all_on(side, scores), level) * side.scale
                for side in (sides.below, sides.above)
            )
            scores.band = Interval(
                np.subtract(expected, lower, out=lower), np.add(expected, upper, out=upper)
            )
        return scores

    def _threshold_at(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the raw score at which a point stops being normal, by the params if these fix it."""
        width = self._width()
        return self._threshold(scores, level) if width is None else width

    def _next_of_all(self, rows: Points, missing: BoolArray, level: float) -> Scores:
        """Score the next points of each stream, by its own copy or all at once."""
        if self.observes_many:
            return self._with_threshold(self._next_of_many(rows, missing), level)
        streams: Sequence[Detector[P]] = self.streams_ or [self]
        found = []
        for i, stream in enumerate(streams):
            points = replace(rows, y=rows.y[i], teaches=rows.teaches[i])
            found.append(stream._with_threshold(stream._next(points, missing[i]), level))
        return merged(found, np.stack)

    def _next(self, points: Points, missing: BoolArray) -> Scores:
        """Score the next points of one stream, shape (k,); a missing one has the value before it."""
        known, first = self._filled(points, missing)
        scores = self._observe(known)
        return unjudged(scores, first, missing) if missing.any() else scores

    def _filled(self, points: Points, missing: BoolArray) -> tuple[Points, int]:
        """Return the points, a missing one with the value before it, and how many first ones have none."""
        if not missing.any():
            self.last_ = points.y[-1:] if len(points.y) else self.last_
            return points, 0
        known = _carried_forward(points.y[None], self.last_)[0]
        first = int(np.isnan(known).argmin()) if np.isfinite(known).any() else len(known)
        self.last_ = known[-1:]
        return replace(points, y=known[first:], teaches=points.teaches[first:]), first

    def _remember(self, points: Points) -> None:
        """Take up points that are not judged; needed where ``settling`` is not None."""
        raise NotImplementedError(f"{self.name} has to observe every point")

    def _next_of_many(self, points: Points, missing: BoolArray) -> Scores:
        """Score the next points of all streams, (n, k) or (n, k, d); what has had no value yet is 0."""
        known = _carried_forward(points.y, self.last_) if missing.any() else points.y
        self.last_ = known[:, -1] if known.shape[1] else self.last_
        scores = self._observe(replace(points, y=np.nan_to_num(known)))
        return unjudged(scores, 0, missing) if missing.any() else scores


def _all_on(side: SideScale, scores: Scores) -> Scores:
    """Return the scores as if every point were on one side."""
    return replace(scores, scale=side.scale, degrees_of_freedom=side.df, inner=side.inner)


def _blank(series: Series) -> Series:
    """Return a series without values: its name, first stamp, frequency and given season length."""
    return replace(
        series,
        y=np.empty((0, *series.y.shape[1:])),
        grid=series.grid.head(1),
        season_length=series.season_length,
        observed=None,
        exog={},
        future={},
    )


def _carried_forward(y: FloatArray, last: FloatArray) -> FloatArray:
    """Return values, (n, k) or (n, k, d), each missing one as the one before; NaN where none is.

    ``last``: shape (n,) or (n, d), the values before these.
    """
    padded = np.concatenate([last[:, None], y], axis=1)
    steps = np.arange(padded.shape[1]).reshape(-1, *[1] * (y.ndim - 2))
    place = np.maximum.accumulate(np.where(np.isfinite(padded), steps, 0), axis=1)
    return np.asarray(np.take_along_axis(padded, place, axis=1)[:, 1:])
