"""What detectors share that judge windows of values as vectors: learned, kept, applied to new points."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import ClassVar, Self, TypeVar

import numpy as np
from pydantic import Field

from models.contract.context import QUIET, Context
from models.contract.cost import Cost, Workload
from models.contract.state import kept
from models.data.results import SCORE_CAP, Scores
from models.data.series import Series
from models.detectors.base import Detector, Judged, Points
from models.features.windows import lag_windows, of_points, window_features, window_length
from models.params import Params
from models.stats.neighbours import LARGEST_BLOCK
from models.stats.ring_buffer import RingBuffer
from models.stats.tails import LognormalTail
from models.types import FloatArray, IntArray

kept(LognormalTail)

_LEAST_POINTS = 24
_CLEAN_POINTS, _CLEAN_STRETCHES = 0.9, 0.75
"""Share of the scores that tell where normal ends; an anomaly has a part in all windows that hold it."""
_MEMORY, _FIRST, _NEW = 4000, 48, 0.25
"""When causal: points that are learned from, before the first fit, and the share of new ones at the next."""
_MICROSECONDS_LIVE = 200.0
_PARTS = 4
"""When causal: in so many parts is a history cut, to see how far each lies from what the others tell."""


class WindowParams(Params):
    """How long the judged windows are."""

    window: int | None = Field(
        None,
        ge=2,
        le=1000,
        title="Window",
        description="Length of the windows; by default the distance between peaks of the autocorrelation,"
        " 125 if there is none, and at most an eighth of the series.",
    )
    smoothing: int = Field(
        1,
        ge=1,
        le=4,
        title="Smoothing",
        description="Number of windows over which scores are averaged; larger values suit long anomalies"
        " and hide short ones.",
    )


P = TypeVar("P", bound=WindowParams)


class VectorDetector(Detector[P]):
    """A detector that learns from windows of values and tells how strange others are.

    A subclass writes ``_learn``, which keeps what it needs of vectors of shape (n, d), and ``_strangeness``,
    which returns the distance of each, ≥ 0. The score of a point is the mean over the windows that hold it; the
    threshold is a quantile of the tail of the distances of the history.

    When causal, the score of a point is that of the window that ends with it, judged by the points before it. The
    detector learns anew whenever a quarter of its memory is new, so that memory and time per point are bounded.
    New windows lie farther off than those that were learned from, most of all where a series grows. Therefore the
    threshold is cross-validated: each quarter of the history is judged by what the other three teach.
    """

    has_expected: ClassVar[bool] = False
    fit_is_empty: ClassVar[bool] = False
    learns_on_the_way: ClassVar[bool] = True
    judges: ClassVar[Judged] = "stretches"
    state_version: ClassVar[int] = 3
    min_observations = _LEAST_POINTS
    _us_per_point: ClassVar[float] = 20.0
    _is_dear: ClassVar[bool] = False
    """Whether only some of the windows are looked at."""
    _overlap: ClassVar[int] = 16
    """How many of them in the length of one, where not all are."""
    window_: int = 0
    """Length of the windows, 0 before the fit."""
    first_vectors_: Mapping[str, int] = MappingProxyType({})
    """Which of the learned vectors is the first of each series of the history, by the digest of its values."""

    def required_observations(self, season_length: int) -> int:
        """Return 24, or three windows where their length is given."""
        return max(_LEAST_POINTS, 3 * (self.params.window or 0))

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what learning and judging take, and the memory of the largest arrays."""
        points = float(work.observations.sum())
        longest = int(work.observations.max(initial=0))
        seconds = 2e-3 * len(work.observations) + 1e-6 * self._us_per_point * points
        memory = 8 * (3 * LARGEST_BLOCK + 32 * longest)
        return Cost(seconds + self._seconds_live(points) if causal else seconds, memory)

    def _seconds_live(self, points: float) -> float:
        """Estimate what judging points one by one takes, and learning on the way."""
        return 1e-6 * (_MICROSECONDS_LIVE + 2.0 * self._us_per_point / _NEW) * points

    def _learn(self, vectors: FloatArray) -> None:
        """Keep what is needed of the vectors of a history, shape (n, d), n ≥ 1."""
        raise NotImplementedError(f"{self.name} writes neither _learn nor _learn_within")

    def _learn_within(self, vectors: FloatArray, context: Context) -> None:
        """Learn, for detectors that hand the context on to what may take long."""
        self._learn(vectors)

    @abstractmethod
    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        """Return the distance of each vector, (n, d), from what is normal, shape (n,).

        ``own``: shape (n,), which of those that were learned from each one is, None for new ones.
        """

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        longest = max(history, key=len)
        self.window_ = self._window(longest.y)
        values = np.concatenate([one.y[one.is_observed] for one in history])
        self.center_ = float(np.median(values))
        self.scale_ = float(np.std(values)) or 1.0
        each = [self._vectors(one.y) for one in history if len(one) >= self.window_]
        vectors = each[0] if len(each) == 1 else np.concatenate(each)
        context.check()
        self._learn_within(vectors, context)
        raw: list[FloatArray] = []
        firsts: dict[str, int] = {}
        first = 0
        for one, own in zip([s for s in history if len(s) >= self.window_], each, strict=True):
            context.check()
            found = self._raw(own, first)
            self._of_fit[_digest(one.y)] = found
            firsts[_digest(one.y)] = first
            first += len(own)
            raw.append(np.where(one.is_observed, found, np.nan))
        self.first_vectors_ = firsts
        self._keep_tail(np.concatenate(raw))

    def _keep_tail(self, known: FloatArray) -> None:
        """Learn where the scores of the points of a history, shape (t,), end."""
        shared = self.window_ * self.params.smoothing
        clean = _CLEAN_STRETCHES if self.window_ > 1 else _CLEAN_POINTS
        independent = len(known) if self.window_ == 1 else 2.0 * len(known) / shared
        self.tail_ = LognormalTail.of(known, independent, clean)

    def _score(self, series: Series) -> Scores:
        digest = _digest(series.y)
        found = self._of_fit.pop(digest, None)
        if found is None:
            found = self._raw(self._vectors(series.y), self.first_vectors_.get(digest))
        return Scores(np.minimum(found, SCORE_CAP * self._most()))

    def _most(self) -> float:
        """Return the distance that is usual, of which a score is a multiple at most."""
        return max(self.tail_.middle, self.tail_.least)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return where normal ends, of points that were just observed by what was known of each."""
        if not self._parts:
            return self._end_of_normal(level)
        thresholds = [np.full(size, one._threshold_now(level)) for size, one in self._parts]
        self._parts.clear()
        # of points before the first known one
        before = np.ones(len(scores.raw) - sum(map(len, thresholds)))
        return np.concatenate([before, *thresholds])

    def _end_of_normal(self, level: float) -> float:
        """Return where the tail of the distances of the history ends."""
        return self.tail_.threshold(level)

    def _resolved_params(self) -> dict[str, object]:
        """Return the params with the window that was used."""
        given = self.params.model_dump()
        return {**given, "window": self.window_} if self.window_ else given

    def _window(self, y: FloatArray) -> int:
        """Return the length of the windows, 1 where single values are judged."""
        if self._of_what() == "values":
            return 1
        return self.params.window or window_length(y)

    def _of_what(self) -> str:
        """Return what the vectors hold."""
        return "windows"

    def _vectors(self, y: FloatArray) -> FloatArray:
        """Return the vectors of a series, (t - window + 1, d), in units of the history's spread."""
        z = (y - self.center_) / self.scale_
        if self._of_what() == "features":
            return window_features(z, self.window_)
        return lag_windows(z, self.window_)

    def _raw(self, vectors: FloatArray, first: int | None) -> FloatArray:
        """Return the score of each point; ``first``: which of the learned vectors the first one is."""
        strange = self._of_windows(vectors, first)
        if self.window_ == 1:
            return strange
        return of_points(strange, self.window_, self.params.smoothing)

    def _of_windows(self, vectors: FloatArray, first: int | None) -> FloatArray:
        """Return the distance of each vector, of dear ones of some and between those on the line."""
        step = max(self.window_ // self._overlap, 1) if self._is_dear else 1
        place = np.unique(np.append(np.arange(0, len(vectors), step), len(vectors) - 1))
        some = vectors if step == 1 else vectors[place]
        strange = self._strangeness(some, None if first is None else first + place)
        if step > 1:
            strange = np.interp(np.arange(len(vectors)), place, strange)
        return strange

    @cached_property
    def _of_fit(self) -> dict[str, FloatArray]:
        """Scores that the fit has found on its way, by the digest of the values; once asked for, found anew."""
        return {}

    # From here on: one point after another, each judged from the past alone.

    def _begin(self, streams: Sequence[Series]) -> None:
        self.last_values_, self.last_known_ = RingBuffer(_MEMORY), RingBuffer(_MEMORY)
        self.last_scores_ = RingBuffer(1)
        self.seen_, self.fits_, self.is_exact_ = 0, 0, 0
        self.next_fit_ = max(_FIRST, 3 * (self.params.window or 0))
        self._parts.clear()

    def _observe(self, points: Points) -> Scores:
        raw, first = np.full(len(points.y), np.nan), 0
        for place, (value, teaches) in enumerate(points.one_by_one()):
            if self.seen_ >= self.next_fit_:
                self._parts.append((place - first, copy(self)))
                first = place
                self._learn_anew()
            self.last_values_.append(value)
            self.last_known_.append(float(teaches))
            self.seen_ += 1
            if self.fits_:
                raw[place] = self._of_last()
        self._parts.append((len(raw) - first, self))
        return Scores(raw)

    @property
    def settling(self) -> int:
        """Return 0: points that are remembered are learned from as points that are judged would be."""
        return 0

    def _remember(self, points: Points) -> None:
        """Take up points; of the times when one would learn from those before, only the last one counts."""
        skipped = self._before_last_fit(points)
        self.last_values_.extend(points.y[:skipped])
        self.last_known_.extend(points.teaches[:skipped].astype(np.float64))
        self.seen_ += skipped
        if skipped:
            self.next_fit_ = self.seen_
        self._observe(points.part(slice(skipped, None)))
        self._parts.clear()

    def _before_last_fit(self, points: Points) -> int:
        """Return how many of the next points come before the last time that one learns anew among them, or 0."""
        last, at, end = 0, max(self.next_fit_, self.seen_), self.seen_ + len(points.y)
        while at < end:
            last, at = at - self.seen_, _next_fit(at)
        known = np.append(self.last_known_.values, points.teaches[:last])[-_MEMORY:]
        return last if known.sum() >= _LEAST_POINTS else 0  # of too few, nothing would be learned

    def _learn_anew(self) -> None:
        """Learn from the last points, and settle when to do so again."""
        y, known = self.last_values_.values.copy(), self.last_known_.values > 0.0
        self.next_fit_ = _next_fit(self.seen_)
        if np.sum(known) < _LEAST_POINTS:
            return
        self.fits_ += 1
        self.center_, self.scale_ = float(np.median(y[known])), float(np.std(y[known])) or 1.0
        self.window_ = self._window(y)
        self.is_exact_ = int(np.ptp(y[known]) == 0.0)
        smoothed = (self.params.smoothing - 1) * self.window_ + 1
        self.last_scores_ = RingBuffer(smoothed)
        if self.is_exact_:
            return
        vectors = self._vectors(y)
        held_out = self._held_out(vectors)
        self._learn_within(vectors, QUIET)
        strange = _mean_so_far(held_out, smoothed)
        self._keep_tail(np.where(known[self.window_ - 1 :], strange, np.nan))

    def _held_out(self, vectors: FloatArray) -> FloatArray:
        """Return the distance of each vector, (n,), from what is learned without its quarter.

        Those after the quarter that overlap it are left out too; those before it overlap, as they do new ones.
        Too few to be cut have the distance from what all of them tell.
        """
        if len(vectors) < 3 * self.window_:
            other = copy(self)
            other._learn_within(vectors, QUIET)
            return other._of_windows(vectors, 0)
        found = np.empty(len(vectors))
        for part in np.array_split(np.arange(len(vectors)), _PARTS):
            overlapping = np.arange(part[0], min(part[-1] + self.window_, len(vectors)))
            other = copy(self)
            other._learn_within(np.delete(vectors, overlapping, axis=0), QUIET)
            found[part] = other._of_windows(vectors[part], None)
        return found

    def _of_last(self) -> float:
        """Return the score of the window that ends with the last point."""
        y = self.last_values_.values[-self.window_ - 1 :]
        if self.is_exact_:
            differs = np.any(y[-self.window_ :] != self.center_)
            return SCORE_CAP if differs else 0.0
        vector = np.ascontiguousarray(self._vectors(y)[-1:])
        self.last_scores_.append(float(self._strangeness(vector, None)[0]))
        return min(float(self.last_scores_.values.mean()), SCORE_CAP * self._most())

    def _threshold_now(self, level: float) -> float:
        return 1.0 if self.is_exact_ or not self.fits_ else self._end_of_normal(level)

    @cached_property
    def _parts(self) -> list[tuple[int, Self]]:
        """How many of the points just observed were judged by what; empty once the threshold is asked for."""
        return []


def _next_fit(seen: int) -> int:
    """Return after how many points one learns anew that has learned after so many."""
    return seen + max(int(_NEW * min(seen, _MEMORY)), 1)


def _digest(y: FloatArray) -> str:
    """Return what values are known again by."""
    return blake2b(np.ascontiguousarray(y).data, digest_size=16).hexdigest()


def _mean_so_far(scores: FloatArray, size: int) -> FloatArray:
    """Return the mean of each score, (t,), and those before it, so many in all at most."""
    if size == 1:
        return scores
    total = np.cumsum(np.append(0.0, scores))
    first = np.maximum(np.arange(1, len(total)) - size, 0)
    return np.asarray((total[1:] - total[first]) / (np.arange(1, len(total)) - first))
