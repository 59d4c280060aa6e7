"""A band around the centre of the points just before."""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import bottleneck as bn
import numpy as np
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.scores import deviation_score, deviation_scores
from models.errors import BadStamps
from models.stats.moving import median_before, moments_before, share_before
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import (
    FAR_OUT,
    MAD_DF,
    NORMAL_MAD,
    NORMAL_MEAN_DEVIATION,
    df_of_share,
)
from models.time.frequency import Frequency
from models.time.span import Duration, points_within
from models.types import FloatArray, IntArray

_Expectation = tuple[FloatArray, FloatArray, FloatArray]
"""Expected value, standard deviation and the degrees of freedom behind it, each of shape (k,)."""


_LEAST, _MOST = 3, 1_000_000
"""Points in a window."""
_FEW, _COMMON = 5, 0.05
"""So many, and such a share, of values off the usual one are usual too."""
_LONGEST_CYCLE = 10_080
"""Phases with a band of their own, those of a week of minutes."""


class RollingBandParams(WidthParams):
    """How many points make the band, and how."""

    window: Annotated[int, Field(ge=_LEAST, le=_MOST)] | Duration = Field(
        100,
        title="Window",
        description="How many points before the judged one make the band, or as many as lie within a duration"
        " ('7D', 'PT6H'); missing ones do not count.",
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
        description="How many points must have been seen before one is judged; at most the window.",
    )
    same_phase_of: Annotated[int, Field(ge=2, le=10_080)] | Duration | None = Field(
        None,
        title="Same phase of",
        description="A cycle in points or as a duration: a point is compared with those at the same place in the"
        " cycles before only, with '1D' those at the same hour, with '7D' on the same weekday too. Warm-up and"
        " a window in points then count cycles.",
        examples=["1D", "7D", 24],
    )


class RollingBand(Detector[RollingBandParams]):
    """Flag what lies far from the centre of the points just before it.

    The window never holds the judged point. With the median, the scale is the median
    distance of the window's points from the medians of their own windows: it also is right where
    the level wanders, and takes two moving medians instead of one per point. The edge is Student's t
    with the tails that the window shows.

    Reference: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC; Hampel (1974),
    The influence curve and its role in robust estimation, JASA 69; Chan, Golub and LeVeque (1983),
    Algorithms for computing the sample variance, The American Statistician 37.
    """

    name = "rolling_band"
    title = "Rolling band"
    summary = "Points far from the mean or median of a trailing window; follows a wandering level."
    reference = "Hampel (1974), The influence curve and its role in robust estimation, JASA 69"
    is_causal = True

    state_version = 2
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

    def memory(self, freq: Frequency) -> int:
        """Return the window, for the median three: for the centre, how far off points lie, and the tails."""
        cycle = self._cycle(freq)
        return self._points(freq, cycle) * cycle * (3 if self.params.center == "median" else 1)

    @property
    def settling(self) -> int:
        """Return 0: points that are remembered leave behind what points that are judged do."""
        return 0

    def _begin(self, streams: Sequence[Series]) -> None:
        [series] = streams
        freq, told = series.grid.freq, self.params
        cycle = self._cycle(freq)
        self.window_ = self._points(freq, cycle)
        self.warm_up_ = min(told.warm_up, self.window_)
        self.seen_ = 0
        self.tail_, self.distances_, self.far_ = (RingBuffer(self.window_) for _ in range(3))
        self.phases_: list[RollingBand] = []
        if cycle > 1:
            own = told.model_copy(update={"window": self.window_, "same_phase_of": None})
            for _ in range(cycle):
                self.phases_.append(RollingBand(own, random_state=self.random_state))
                self.phases_[-1].begin([series])

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
        """Move the windows on."""
        if self.phases_:
            for phase, _, part in self._of_phases(points):
                phase._remember(part)
            self.seen_ += len(points.y)
        elif self.params.center == "median":
            self._follow(np.append(points.y[points.teaches], 0.0))
        else:
            self._take(points.y[points.teaches])

    def _observe(self, points: Points) -> Scores:
        """Make the windows of points that teach; one that does not has that of the next that does."""
        if self.phases_:
            return self._observe_phases(points)
        if len(points.y) == 1 and self.params.center == "median":
            return self._observe_point(float(points.y[0]), bool(points.teaches[0]))
        y, teaches = points.y, points.teaches
        new = np.append(y[teaches], 0.0)  # the last one stands for the next to come
        count = np.minimum(self.seen_ + np.arange(len(new), dtype=np.float64), self.window_)
        expectation = self._by_median if self.params.center == "median" else self._by_mean
        center, scale, df = expectation(new, count)
        scale[count < self.warm_up_] = np.nan
        before: IntArray = np.cumsum(teaches) - teaches
        return deviation_scores(y, center[before], scale[before], np.maximum(df[before], 1.0))

    def _observe_phases(self, points: Points) -> Scores:
        """Judge the points of each phase by the band of that phase."""
        found = np.full((4, len(points.y)), np.nan)
        for phase, here, part in self._of_phases(points):
            one = phase._observe(part)
            found[:, here] = one.raw, one.expected, one.scale, one.degrees_of_freedom
        self.seen_ += len(points.y)
        return Scores(found[0], found[1], found[2], found[3])

    def _of_phases(self, points: Points) -> Iterator[tuple["RollingBand", slice, Points]]:
        """Yield the band of each phase, where its points are among the next ones, and these."""
        for place in range(min(len(points.y), len(self.phases_))):
            here = slice(place, None, len(self.phases_))
            phase = self.phases_[(self.seen_ + place) % len(self.phases_)]
            yield phase, here, points.part(here)

    def _observe_point(self, y: float, teaches: bool) -> Scores:
        """Do the same for one point about the median, without arrays of length one."""
        count = min(self.seen_, self.window_)
        center, scale = _median(self.tail_.values), NORMAL_MAD * _median(self.distances_.values)
        if scale == 0.0:
            scale = float(self._usual_distance(np.zeros(1))[0])
        df = min(MAD_DF * (count - 1.0), self._next_tail_df())
        judged = scale if count >= self.warm_up_ else math.nan
        if teaches:
            distance = abs(y - center)
            self.seen_ += 1
            self.tail_.append(y)
            if count:
                self.distances_.append(distance)
            self.far_.append(float(distance > FAR_OUT * scale) if scale > 0.0 else math.nan)
        return deviation_score(y, center, judged, max(df, 1.0))

    def _next_tail_df(self) -> float:
        """Return the tails of the points so far, as degrees of freedom."""
        far = self.far_.values
        known = len(far) - int(np.count_nonzero(np.isnan(far)))
        share = bn.nansum(far) / known if known else math.nan
        return float(df_of_share(np.array(share), np.array(known)))

    def _by_mean(self, y: FloatArray, count: FloatArray) -> _Expectation:
        """Return mean, standard deviation of a new point about it, and degrees of freedom."""
        mean, squares = moments_before(self.tail_.values, y, self.window_)
        self._take(y[:-1])
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = squares / (count - 1.0) * (1.0 + 1.0 / count)
        return mean, np.sqrt(variance), count - 1.0

    def _by_median(self, y: FloatArray, count: FloatArray) -> _Expectation:
        """Return median, usual distance of a new point from it, and degrees of freedom by the tails so far."""
        before = self.far_.values
        center, scale, far = self._follow(y)
        share, known = share_before(before, far, self.window_)
        return center, scale, np.minimum(MAD_DF * (count - 1.0), df_of_share(share, known))

    def _follow(self, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return median, usual distance from it and whether a point is far out, and take up all but the last."""
        center = median_before(self.tail_.values, y, self.window_)
        distance = np.abs(y - center)
        known = distance[np.isfinite(center)]  # all but the very first
        scale = np.full(len(y), np.nan)
        scale[len(y) - len(known) :] = self._usual_distance(known)
        with np.errstate(invalid="ignore"):
            far = np.where(scale > 0.0, distance > FAR_OUT * scale, np.nan)
        self.distances_.extend(known[:-1])
        self.far_.extend(far[:-1])
        self._take(y[:-1])
        return center, scale, far

    def _take(self, y: FloatArray) -> None:
        """Put points, shape (k,), into the window."""
        self.seen_ += len(y)
        self.tail_.extend(y)

    def _usual_distance(self, distance: FloatArray) -> FloatArray:
        """Return the usual distance just before each point, in standard deviations."""
        before = self.distances_.values
        scale = NORMAL_MAD * median_before(before, distance, self.window_)
        flat = scale == 0.0  # more than half of the points lie on their median
        if flat.any():
            mean, _ = moments_before(before, distance, self.window_)
            share, count = share_before(_off(before), _off(distance), self.window_)
            off = NORMAL_MAD * median_before(_or_nan(before), _or_nan(distance), self.window_)
            are_usual = share * count >= np.maximum(_FEW, _COMMON * count)
            scale[flat] = np.where(are_usual, off, NORMAL_MEAN_DEVIATION * mean)[flat]
        return scale


def _off(distance: FloatArray) -> FloatArray:
    return np.asarray(distance > 0.0, dtype=np.float64)


def _or_nan(distance: FloatArray) -> FloatArray:
    return np.where(distance > 0.0, distance, np.nan)


def _median(values: FloatArray) -> float:
    """Return the median of values, NaN of none."""
    return float(bn.median(values)) if len(values) else math.nan
