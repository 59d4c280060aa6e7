"""What detectors of changes share: the points before are compared with those from here on."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

import bottleneck as bn
import numpy as np
from pydantic import Field, model_validator

from models.contract.cost import Cost, Workload
from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector, Judged, Points
from models.params import SeasonalParams, refuse_unused
from models.stats.cleaning import level_by_medians, seasonal_median
from models.stats.distributions import student_quantile
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import NORMAL_MAD, least_scale
from models.types import FloatArray

_LEAST = 20
_BLOCK = 4_000_000
"""So many values of windows are looked at together at most."""
_MEMORY = 1000
"""Gaps before a point that tell how large they usually are, and values that tell their resolution."""
_LOOKS_EVERY, _LEAST_AFTER = 10, 3
_LONGEST = 48
"""When causal, a window is no longer for cycles of the calendar that nobody asked for."""
_LEAST_DF = 4.0


class TwoWindowsParams(SeasonalParams):
    """How long the compared stretches are."""

    window: int | None = Field(
        None,
        ge=4,
        le=10_000,
        title="Window",
        description="Points on each side; by default whole seasons: the fewest that have at least 20"
        " points, for volatility_shift those nearest to 40.",
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if self.window is not None:
            because = "only tells how long windows are, which window does already"
            refuse_unused(self, ("season_length",), because, "send one of them")
        return self


class TwoWindows(Detector[TwoWindowsParams]):
    """A detector that scores each point by how far what follows differs from what was before.

    With the whole series at hand, a point is scored if no other within a window has a larger gap: one change is
    one point. When causal, the last part of a window is compared with the window before it, and what
    follows a change is strange for as long; the season, if none is told, is the shortest of the calendar. A
    subclass writes ``_gap``, which may look at ``least_``, what the resolution alone makes values scatter.

    ``parts``: how many times as long as that part a window is.
    """

    parts: ClassVar[int] = 4

    is_causal: ClassVar[bool] = True
    has_expected: ClassVar[bool] = False
    judges: ClassVar[Judged] = "changes"

    @abstractmethod
    def _gap(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Return how far windows differ, ≥ 0: (n,) of (n, w) and (n, k)."""

    def required_observations(self, season_length: int) -> int:
        """Return two windows and one point."""
        return 2 * self._window(season_length) + 1

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what comparing windows at every point takes."""
        points, window = (
            float(work.observations.sum()),
            self._window(int(work.season_length.max(initial=1))),
        )
        each = 1e-4 if causal else 2e-6 + 4e-8 * window
        return Cost(
            2e-4 * len(work.observations) + each * points, int(32 * min(_BLOCK, points * window))
        )

    def _window(self, season_length: int) -> int:
        season = max(season_length, 1)
        return self.params.window or season * math.ceil(_LEAST / season)

    def _given_season(self, series: Series) -> int:
        told = super()._given_season(series)
        if told > 1 or series.season_length is not None:
            return told
        by_calendar = series.grid.freq.calendar_seasons()
        return min((m for m in by_calendar if m <= _LONGEST), default=1)

    def _score(self, series: Series) -> Scores:
        self.least_ = least_scale(series.y[series.is_observed])
        window = self._window(self.season_length_)
        gap = self._gaps(series.y, window)
        near = max(window // self.parts, _LEAST_AFTER)
        # Medians of whole windows are alike for a while; those of the points beside tell where.
        y, season = series.y, self.season_length_
        beside = self._gaps(_without_season(y, season) if near < season else y, near)
        place = gap + beside[window - near : window - near + len(gap)]
        highest = bn.move_max(np.pad(place, window), window)
        before, after = highest[window - 1 :][: len(place)], highest[2 * window :]
        peak = (place > before) & (place >= after)  # the first of those that are alike
        raw = np.concatenate([np.full(window, np.nan), np.zeros(len(series.y) - window)])
        usual, df = self._usual(NORMAL_MAD * float(np.median(gap)), self._df(len(gap)), window)
        raw[window : window + len(gap)] = np.where(peak, _in_units(gap, usual), 0.0)
        return Scores(raw, degrees_of_freedom=np.full(len(raw), df))

    def _gaps(self, y: FloatArray, size: int) -> FloatArray:
        """Return the gap between so many points before and after each cut that has them."""
        gap = np.empty(len(y) - 2 * size + 1)
        runs = np.lib.stride_tricks.sliding_window_view(y, size)
        block = max(_BLOCK // size, 1)
        for first in range(0, len(gap), block):
            part = slice(first, min(first + block, len(gap)))
            gap[part] = self._gap(runs[part], runs[first + size : part.stop + size])
        return gap

    def _begin(self, streams: Sequence[Series]) -> None:
        self.window_ = self._window(self.season_length_)
        self.tail_ = RingBuffer(self.window_ + self._after)
        self.gaps_ = RingBuffer(_MEMORY)
        self.values_ = RingBuffer(_MEMORY)
        self.seen_, self.least_ = 0, 0.0

    @property
    def _after(self) -> int:
        after, season = max(self.window_ // self.parts, _LEAST_AFTER), max(self.season_length_, 1)
        return min(season * math.ceil(after / season), self.window_)

    def _observe(self, points: Points) -> Scores:
        raw, df = np.full(len(points.y), np.nan), np.full(len(points.y), _LEAST_DF)
        taught = points.teaches.tolist()
        for i, y in enumerate(points.y.tolist()):
            if taught[i]:
                self._take(y)
            if len(self.tail_.values) == self.window_ + self._after:
                raw[i], df[i] = self._next_gap(learns=taught[i])
        return Scores(raw, degrees_of_freedom=df)

    def _take(self, y: float) -> None:
        self.tail_.append(y)
        self.values_.append(y)
        self.seen_ += 1
        if self.seen_ % _LOOKS_EVERY == 0:
            self.least_ = least_scale(self.values_.values)

    def _next_gap(self, *, learns: bool) -> tuple[float, float]:
        """Return the gap at the last point in usual gaps, and the degrees of freedom behind these."""
        known, gaps = self.tail_.values, self.gaps_.values
        gap = float(self._gap(known[None, : self.window_], known[None, self.window_ :])[0])
        usual = NORMAL_MAD * float(bn.median(gaps)) if len(gaps) >= self.window_ else math.nan
        usual, df = self._usual(usual, self._df(len(gaps)), self._after)
        if learns:
            self.gaps_.append(gap)
        return float(_in_units(np.array([gap]), usual)[0]), df

    def _usual(self, usual: float, df: float, after: int) -> tuple[float, float]:
        """Return the usual gap and the degrees of freedom behind it, given what the series tells of both.

        ``after``: the points of the later window.
        """
        return usual, df

    def _df(self, gaps: int) -> float:
        """Return how many independent gaps there are."""
        return max(gaps / self._window(self.season_length_), _LEAST_DF)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return Student's t for one point in a window: a change is one, and has many chances."""
        strict = 100.0 - (100.0 - level) / self._window(self.season_length_)
        df = _LEAST_DF if scores.degrees_of_freedom is None else scores.degrees_of_freedom
        return student_quantile(strict, np.asarray(df))


def _without_season(y: FloatArray, season: int) -> FloatArray:
    return np.asarray(y - seasonal_median(y - level_by_medians(y, season), season))


def _in_units(gap: FloatArray, usual: float) -> FloatArray:
    """Return gaps, (n,), in units of the usual one; NaN where that is not known."""
    if math.isnan(usual):
        return np.full(len(gap), np.nan)
    if usual <= 0.0:
        return np.where(gap > 0.0, SCORE_CAP, 0.0)
    return np.minimum(gap / usual, SCORE_CAP)
