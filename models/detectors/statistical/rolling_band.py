"""A band around the centre of the points just before."""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from models.data.results import Scores, TwoPieceScale
from models.data.series import Series
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.recent import RecentDeviations
from models.detectors.scores import deviation_score, scores_by_side
from models.detectors.statistical._trailing_window import Expectation, TrailingWindow
from models.errors import BadStamps
from models.stats.sided_tails import LEAST_FOR_TAILS
from models.time.frequency import Frequency
from models.time.span import Duration, points_within
from models.types import BoolArray, FloatArray

_LEAST, _MOST = 3, 1_000_000
"""Points in a window."""
_LONGEST_CYCLE = 10_080
"""Phases with a window of their own, those of a week of minutes."""
_NEW, _MOST_NEW = 0.2, 50_000
"""Tails are looked at anew after such a share of deviations more, and after so many at most."""
_CHUNK, _WINDOWS = 8_192, 4
"""Points judged at a time, so that the arrays stay in the processor's cache, but those of so many windows."""


class RollingBandParams(WidthParams):
    """How many points make the band, and how."""

    window: Annotated[int, Field(ge=_LEAST, le=_MOST)] | Duration = Field(
        100,
        title="Window",
        description="Number of points before the judged one that make the band, or a duration ('7D',"
        " 'PT6H') within which they lie; missing ones do not count.",
        examples=[100, "7D"],
    )
    center: Literal["mean", "median"] = Field(
        "median",
        title="Centre",
        description="mean ± k standard deviations of the window, or its median ± k times the median"
        " of how far its points lay from their own (robust).",
    )
    warm_up: int = Field(
        10,
        ge=2,
        title="Warm-up",
        description="Number of points before the first one that is judged; at most the window.",
    )
    same_phase_of: Annotated[int, Field(ge=2, le=10_080)] | Duration | None = Field(
        None,
        title="Same phase of",
        description="A cycle in points or as a duration. A point is then compared only with those at the"
        " same phase of earlier cycles: with '1D' at the same hour, with '7D' on the same weekday too."
        " Warm-up and a window in points count cycles.",
        examples=["1D", "7D", 24],
    )


class RollingBand(Detector[RollingBandParams]):
    """Flag what lies far from the centre of the points just before it.

    The window never holds the judged point. With the median, the scale is the median
    distance of the window's points from the medians of their own windows: it also is right where
    the level wanders, and takes two moving medians instead of one per point. Each side then has the
    tails of the last five hundred deviations, those of all phases together.

    Reference: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC; Hampel (1974),
    The influence curve and its role in robust estimation, JASA 69; Chan, Golub and LeVeque (1983),
    Algorithms for computing the sample variance, The American Statistician 37.
    """

    name = "rolling_band"
    title = "Rolling band"
    summary = "Points far from the mean or median of a trailing window; follows a wandering level."
    reference = "Hampel (1974), The influence curve and its role in robust estimation, JASA 69"
    is_causal = True
    remembers_exactly = True
    state_version = 4
    _us_per_point = _us_one_by_one = 0.4

    def required_observations(self, season_length: int) -> int:
        """Return the points of the warm-up and one to judge."""
        cycle = self.params.same_phase_of
        return self._least * (cycle if isinstance(cycle, int) else 1) + 1

    @property
    def _least(self) -> int:
        """How many points, of one phase if there are phases, there must be before one is judged."""
        window = self.params.window
        return min(self.params.warm_up, window) if isinstance(window, int) else self.params.warm_up

    @property
    def settling(self) -> int:
        """Return 0: points that are remembered leave behind what points that are judged do."""
        return 0

    def _begin(self, streams: Sequence[Series]) -> None:
        [series] = streams
        told, cycle = self.params, self._cycle(series.grid.freq)
        size = self._points(series.grid.freq, cycle)
        least, by_median = min(told.warm_up, size), told.center == "median"
        self.windows_ = [TrailingWindow(size, least, by_median) for _ in range(cycle)]
        self.seen_ = 0
        self.recent_, self.next_look_ = RecentDeviations(), LEAST_FOR_TAILS

    def _cycle(self, freq: Frequency) -> int:
        """Return how many phases have a band of their own, 1 for none; raises ``BadStamps``."""
        asked = self.params.same_phase_of
        if asked is None:
            return 1
        cycle = points_within(asked, freq, "same_phase_of")
        if not 2 <= cycle <= _LONGEST_CYCLE:
            raise BadStamps(
                f"same_phase_of is {asked}, which holds {cycle} points of this series",
                f"send a cycle of 2 to {_LONGEST_CYCLE} points",
            )
        return cycle

    def _points(self, freq: Frequency, cycle: int) -> int:
        """Return how many points, of one phase if there are phases, make the band; raises ``BadStamps``."""
        asked = self.params.window
        if isinstance(asked, int):
            return asked
        points = points_within(asked, freq, "window") // cycle
        if not _LEAST <= points <= _MOST:
            raise BadStamps(
                f"window is {asked}, which holds {points} {'cycles' if cycle > 1 else 'points'} of this series",
                f"send a duration of at least {_LEAST} and at most {_MOST} of them",
            )
        return points

    def _remember(self, points: Points) -> None:
        """Move on as if the points were judged."""
        self._follow(points)

    def _observe(self, points: Points) -> Scores:
        """Judge points by the window and the tails before; one that does not teach as the next that does."""
        if len(points.y) == 1 and self.params.center == "median":
            return self._observe_one(float(points.y[0]), bool(points.teaches[0]))
        return self._follow(points)

    def _follow(self, points: Points) -> Scores:
        """Return the scores of any number of points, and move on."""
        size = len(points.y)
        step = max(_CHUNK, _WINDOWS * len(self.windows_) * self.windows_[0].size)
        rows = np.empty((11, size))
        for first in range(0, size, step):
            part = slice(first, first + step)
            self._write_scores(points.part(part), rows[:, part])
        raw, expected, scale, df, inner, *sides = rows
        return Scores(raw, expected, scale, df, sides=TwoPieceScale.of_rows(sides), inner=inner)

    def _observe_one(self, y: float, teaches: bool) -> Scores:
        """Do the same for one point about the median, without arrays of length one."""
        window = self.windows_[self.seen_ % len(self.windows_)]
        center, scale, df = window.follow_one(y, teaches)
        usual = self.recent_.usual(center, scale, df)
        side = usual.above if y > usual.center else usual.below
        scores = deviation_score(y, usual.center, side)
        scores.sides = TwoPieceScale.of_rows(np.array(usual.each_side())[:, None])
        self.seen_ += 1
        if teaches and math.isfinite(scale):
            self._learn(*np.array([[y], [y - center], [scale]]))
        return scores

    def _write_scores(self, points: Points, rows: FloatArray) -> None:
        """Write scores of points, (k,), and what was usual to both sides into eleven rows, (11, k); move on."""
        center, scale, df = self._expectations(points)
        learned = points.teaches & np.isfinite(scale)
        first = 0
        for end in self._ends(learned):
            part = slice(first, end)
            y, usual = points.y[part], scale[part]
            own: BoolArray | slice = slice(None) if learned[part].all() else learned[part]
            expected, sides = self.recent_.usual_at(center[part], usual, df[part])
            found = scores_by_side(y, expected, sides)
            of_points = (
                found.raw,
                found.expected,
                found.scale,
                found.degrees_of_freedom,
                found.inner,
            )
            for row, values in zip(rows, (*of_points, *sides.rows), strict=True):
                row[part] = values
            self._learn(y[own], (y - center[part])[own], usual[own])
            first = end

    def _ends(self, learned: BoolArray) -> Iterator[int]:
        """Yield the ends of parts of points, (k,), in each of which the tails are looked at behind the last."""
        places, end = np.flatnonzero(learned), 0
        while end < len(learned):
            left = self.next_look_ - self.recent_.count
            end = int(places[left - 1]) + 1 if left <= len(places) else len(learned)
            yield end
            places = places[left:]

    def _learn(self, y: FloatArray, deviations: FloatArray, scales: FloatArray) -> None:
        """Remember what points lay off, (k,), and look at the tails if it is time.

        A mean that a spike has moved is no centre to measure tails from; a width that was told needs none.
        """
        if self.params.center == "mean" or self.params.k is not None:
            return
        self.recent_.extend(y, deviations, scales)
        count = self.recent_.count
        if count >= self.next_look_:
            self.recent_.look()
            self.next_look_ = count + min(int(_NEW * count), _MOST_NEW)

    def _expectations(self, points: Points) -> Expectation:
        """Return what is expected of points by the window of the phase of each, and move these on."""
        cycle = len(self.windows_)
        if cycle == 1:
            return self.windows_[0].follow(points)
        found = np.empty((3, len(points.y)))
        for place in range(min(len(points.y), cycle)):
            here = slice(place, None, cycle)
            window = self.windows_[(self.seen_ + place) % cycle]
            found[:, here] = window.follow(points.part(here))
        self.seen_ += len(points.y)
        return found[0], found[1], found[2]
