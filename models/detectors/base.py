"""The contract of every detector: final ``score`` and ``observe``, a model its private halves."""

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar, Self, TypeVar, final

import numpy as np
from pydantic import Field

from models.contract.model import Model
from models.data.results import FAR, Scores
from models.data.series import Series
from models.features.calendar import Calendar
from models.params import Params
from models.stats.distributions import normal_quantile, student_quantile
from models.types import BoolArray, FloatArray

P = TypeVar("P", bound=Params)

_ROUNDING = 1e-14
"""Differences below this share of the values themselves are what floating point leaves behind."""


class WidthParams(Params):
    """Params of a band whose width may be fixed."""

    k: float | None = Field(
        None,
        gt=0,
        le=1000,
        title="k",
        description="Half the width of the band in standard deviations, or in median absolute deviations"
        " scaled to them; that of the level if omitted.",
    )


class Detector(Model[P]):
    """A judge of the points of one series.

    What was filled in says nothing of how far points usually lie from what was expected: usual
    deviations, tails and counts are those of the points that ``Series.seen`` or ``seen`` names.

    A subclass writes ``_score``, which may look at the whole series, and, if ``is_causal``,
    ``_begin`` and ``_observe``, which see one block after another: the scores must not depend on
    how the points are cut into blocks. A live point, a replayed history and a kept model all go
    through ``observe``. ``has_expected`` says whether the scores come with expected values, which
    the rules on direction and deviation need. ``calendar``: what a detector is told that
    ``takes_calendar``.
    """

    kind = "detector"
    is_causal: ClassVar[bool] = False
    has_expected: ClassVar[bool] = True
    calendar: Calendar = Calendar()

    @property
    def takes_calendar(self) -> bool:
        """Whether holidays and calendar columns tell it what to expect."""
        return False

    @final
    def score(self, series: Series) -> Scores:
        """Score every point, given the whole series; raises ``SeriesTooShort`` or ``FitFailed``."""
        self._prepare(series)
        return self._score(series)

    @final
    def begin(self, series: Series) -> Self:
        """Get ready to observe points like those of ``series``.

        Its values are not looked at: only its name, its first stamp, its frequency and the season
        length that the caller gave.
        """
        blank = replace(
            series,
            y=np.empty(0),
            grid=series.grid.head(1),
            season_length=series.season_length,
            observed=None,
            exog={},
            future={},
        )
        self.season_length_ = self._given_season(series)
        self.last_ = float("nan")
        self._begin(blank)
        return self

    @final
    def observe(self, y: FloatArray) -> Scores:
        """Score the next points, shape (k,), each from itself and what came before it.

        A missing one (NaN) is not judged, and nothing is learned of how far off points lie.
        """
        known, missing = _carried_forward(y, self.last_), np.isnan(y)
        first = int(np.argmax(np.isfinite(known))) if np.isfinite(known).any() else len(y)
        scores = self._observe(known[first:], ~missing[first:])
        if len(y) > first:
            self.last_ = float(known[-1])
        return _unjudged(scores, first, missing)

    @final
    def edge(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the raw score at which a point stops being normal, at a level in percent.

        It grows with the level, unless the params fix the width of the band, and that of a point
        depends on no later one.
        """
        width = self._width()
        return self._edge(scores, level) if width is None else width

    @final
    def band_name(self, level: float) -> str:
        """Return what reasons call the band at a level in percent."""
        width = self._width()
        return f"{level:g} % band" if width is None else f"band of {width:g} usual deviations"

    def _width(self) -> float | None:
        """Return half the width of the band in usual deviations, if the params fix it."""
        return self.params.k if isinstance(self.params, WidthParams) else None

    def _edge(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the edge at a level.

        By default raw scores count usual deviations, and the edge is that of a normal distribution,
        or of Student's t where the usual deviation was learned from few points.
        """
        if scores.freedom is None:
            return normal_quantile(level)
        return student_quantile(level, scores.freedom)

    @classmethod
    def capabilities(cls) -> dict[str, bool]:
        """Return what the catalog tells of the detector's abilities."""
        own = {"causal": cls.is_causal, "expected_value": cls.has_expected}
        return {**super().capabilities(), **own}

    def cost_seconds(self, observations: int, season_length: int) -> float:
        """Estimate the time to judge one series, in seconds of one core."""
        return 1e-4 + 2e-7 * observations

    def replay_seconds(self, observations: int, season_length: int) -> float:
        """Estimate the time to judge each point of one series from its past alone."""
        return self.cost_seconds(observations, season_length)

    @abstractmethod
    def _score(self, series: Series) -> Scores:
        """Score every point of a series that is finite and long enough."""

    def _begin(self, series: Series) -> None:
        """Set up the state that ``_observe`` carries from block to block; ``series`` is empty."""

    def _observe(self, y: FloatArray, seen: BoolArray) -> Scores:
        """Score the next points, all finite, shape (k,), k ≥ 0, and move the state on.

        ``seen``: shape (k,), False where one was missing and has the value before it.
        """
        raise TypeError(f"{self.name} is not causal")

    def _given_season(self, series: Series) -> int:
        """Return the season of the params or of the caller, 1 if neither names one."""
        own: int | None = getattr(self.params, "season_length", None)
        return own or min((m for m in series.season_length or () if m > 1), default=1)


def deviation_scores(
    y: FloatArray,
    expected: FloatArray | float,
    scale: FloatArray | float,
    freedom: FloatArray | float | None = None,
) -> Scores:
    """Return how many usual deviations each point lies off its expected value; all of shape (t,).

    A deviation too small to tell from rounding is none; where the usual deviation is zero, any
    other is beyond all measure and scores ``FAR``. NaN expected or scale: not judged.
    ``freedom``: the degrees of freedom behind ``scale``, None if it is well known.
    """
    expected = np.array(np.broadcast_to(expected, y.shape))
    scale = np.array(np.broadcast_to(scale, y.shape))
    rounding = _ROUNDING * np.maximum(np.abs(y), np.abs(expected))
    deviation = np.abs(y - expected)
    deviation = np.where(deviation <= rounding, 0.0, deviation)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        raw = np.where(scale > rounding, deviation / scale, np.where(deviation > 0.0, FAR, 0.0))
    raw = np.where(np.isfinite(expected) & np.isfinite(scale), np.minimum(raw, FAR), np.nan)
    if freedom is not None:
        freedom = np.array(np.broadcast_to(freedom, y.shape))
    return Scores(raw, expected, scale, freedom)


def _carried_forward(y: FloatArray, last: float) -> FloatArray:
    """Return the values with each missing one replaced by the one before, NaN where none is."""
    if np.isfinite(y).all():
        return y
    padded = np.concatenate([[last], y])
    place = np.where(np.isfinite(padded), np.arange(len(padded)), 0)
    return np.asarray(padded[np.maximum.accumulate(place)][1:])


def _unjudged(scores: Scores, first: int, missing: np.ndarray) -> Scores:
    """Put unjudged points before the scores, and take back the verdict on missing ones."""
    if not missing.any():
        return scores

    def lead(values: FloatArray | None) -> FloatArray | None:
        return None if values is None else np.concatenate([np.full(first, np.nan), values])

    raw = np.concatenate([np.full(first, np.nan), scores.raw])
    raw[missing] = np.nan
    return Scores(raw, lead(scores.expected), lead(scores.scale), lead(scores.freedom))
