"""Runs of one value that are longer than chance makes them: a sensor that is stuck."""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Judged, Points
from models.params import Params
from models.stats.runs import run_rarity
from models.types import FloatArray, IntArray

_LEAST_KNOWN = 20
"""So many other points of its value tell how often that is repeated."""


class FlatLineParams(Params):
    """What counts as flat."""

    least: int = Field(
        5,
        ge=2,
        le=1_000_000,
        title="Least run",
        description="Shorter runs of one value are no flat lines.",
    )
    tolerance: float = Field(
        0.0,
        ge=0.0,
        title="Tolerance",
        description="Steps up to this size, in units of the series, count as none.",
    )


class FlatLine(Detector[FlatLineParams]):
    """Flag runs of one value that are too long for how often a value repeats the one before.

    With repeats at a share p of all steps outside the run, a run of r repeats comes by chance at a share pʳ of
    the points; with the whole series at hand, at the share of those from its own value, if that is repeated
    more often. Runs that come again, such as zeros every night, are no news: a run must be half as long
    again as two others.

    Reference: Feller (1968), An Introduction to Probability Theory and Its Applications, vol. 1, XIII.7, on
    success runs.
    """

    name = "flat_line"
    title = "Flat line"
    summary = "Runs of equal values that are too long for chance, such as those of a stuck sensor."
    reference = "Feller (1968), An Introduction to Probability Theory and Its Applications, vol. 1"
    min_observations = 10
    is_causal = True
    has_expected = False
    judges: ClassVar[Judged] = "changes"
    _us_per_point, _us_one_by_one = 0.3, 12.0

    def _score(self, series: Series) -> Scores:
        seen = series.is_observed
        raw = np.zeros(len(series))
        raw[seen] = self._of_values(series.y[seen])
        return Scores(raw)

    def _of_values(self, y: FloatArray) -> FloatArray:
        """Return how rare the run of each of the values, (n,), is."""
        same = np.append(False, np.abs(np.diff(y)) <= self.params.tolerance)
        run = np.cumsum(~same) - 1
        length = np.bincount(run) - 1  # repeats
        if len(length) == 1:
            return np.zeros(len(y))  # nothing moves
        repeats, steps = int(length.sum()), len(y) - 1
        order = np.sort(length)[::-1]
        rank = np.minimum(np.searchsorted(-order, -length, side="left"), 2)
        others = order[2] if len(order) > 2 else 0
        second = np.where(rank < 2, others, order[min(1, len(order) - 1)])
        raw = self._rarity(length, second, repeats - length, steps - length)
        _, which = np.unique(y[~same], return_inverse=True)  # the value of each run
        times = np.bincount(which, length + 1)[which].astype(np.int64) - length - 1
        again = np.bincount(which, length)[which].astype(np.int64) - length
        own = self._rarity(length, second, again, times)
        return np.asarray(np.where(times >= _LEAST_KNOWN, np.minimum(raw, own), raw)[run])

    def _rarity(
        self, repeats: IntArray, known: IntArray, repeated: IntArray | int, steps: IntArray | int
    ) -> FloatArray:
        """Return how rare runs are, 0 for those that are too short to be flat lines; see ``run_rarity``."""
        is_run = repeats + 1 >= self.params.least
        return np.where(is_run, run_rarity(repeats, known, repeated, steps), 0.0)

    def _begin(self, streams: Sequence[Series]) -> None:
        self.value_, self.run_ = math.nan, 0
        self.steps_, self.repeats_ = 0, 0
        self.longest_ = [0, 0]

    def _observe(self, points: Points) -> Scores:
        raw = np.full(len(points.y), np.nan)
        for i, (y, teaches) in enumerate(points.one_by_one()):
            if teaches:
                self._move(y)
            if self.steps_ + self.run_ + 1 >= self.min_observations:
                raw[i] = self._of_run()
        return Scores(raw)

    def _of_run(self) -> float:
        if not self.steps_:
            return 0.0  # nothing has moved yet
        run, known = np.array([self.run_]), np.array(self.longest_[1])
        return float(self._rarity(run, known, self.repeats_, self.steps_)[0])

    def _move(self, y: float) -> None:
        """Go on with the run, or count the one that has ended."""
        if abs(y - self.value_) <= self.params.tolerance:
            self.run_ += 1
        elif not math.isnan(self.value_):
            self.steps_ += self.run_ + 1
            self.repeats_ += self.run_
            self.longest_ = sorted([*self.longest_, self.run_])[::-1][:2]
            self.run_ = 0
        self.value_ = y

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return the rarity that the level asks for."""
        return -math.log10(1.0 - level / 100.0)
