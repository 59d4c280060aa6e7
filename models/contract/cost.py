"""What work is expected to take, before it is done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.data.series import Series
from models.types import IntArray

Device = Literal["cpu", "gpu"]


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """Series to work on together: ``observations`` and ``season_length`` of each, shape (n,); steps ahead.

    ``regressors``: how many exogenous columns each has of which the future is known.
    """

    observations: IntArray
    season_length: IntArray
    horizon: int = 1
    regressors: int = 0

    @classmethod
    def of_one(cls, observations: int, season_length: int = 1, horizon: int = 1) -> "Workload":
        """Return the work on a single series."""
        return cls(np.array([observations]), np.array([season_length]), horizon)

    @classmethod
    def of_series(cls, series: Series, horizon: int = 1, more: int = 0) -> "Workload":
        """Return the work on a series that will be given so many ``more`` regressors than it has."""
        work = cls.of_one(len(series), max(series.season_length or (1,)), horizon)
        return replace(work, regressors=more + len(series.exog.keys() & series.future.keys()))

    def seconds(self, of_one: Callable[[int, int, int], float]) -> float:
        """Add up what ``of_one`` says of each length, season and the horizon, asked once for series alike."""
        pairs = np.stack([self.observations, self.season_length], axis=1)
        kinds, counts = np.unique(pairs, axis=0, return_counts=True)
        each = [of_one(length, season, self.horizon) for length, season in kinds.tolist()]
        return float(np.dot(each, counts)) if each else 0.0

    def most(self, of_one: Callable[[int, int, int], int]) -> int:
        """Return the most that ``of_one`` says of a length, season and the horizon, 0 without series."""
        pairs = zip(self.observations.tolist(), self.season_length.tolist(), strict=True)
        return max((of_one(*pair, self.horizon) for pair in {*pairs}), default=0)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one core (or of the device), bytes of memory beside the data, and where it would run.

    ``memory_bytes``: what is held at once; of series that are worked on one after another, that of the largest.
    ``shared_bytes``: of these, what series that make one model together take once, however many they are.
    ``device``: a core, or a graphics processor if there is one. ``least_seconds``: what it needs at least where
    it ends early with the best that it has by then, None where it has nothing before its end.
    """

    seconds: float
    memory_bytes: int = 0
    device: Device = "cpu"
    shared_bytes: int = 0
    least_seconds: float | None = None

    @property
    def needed_seconds(self) -> float:
        """The seconds without which there is no result."""
        return self.seconds if self.least_seconds is None else self.least_seconds

    def times(self, count: int) -> "Cost":
        """Return the cost of doing the same so many times, one after the other."""
        least = None if self.least_seconds is None else count * self.least_seconds
        return replace(self, seconds=count * self.seconds, least_seconds=least)
