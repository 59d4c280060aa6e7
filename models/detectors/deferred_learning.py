"""Points beyond the band of a stream: single ones, incidents that teach nothing, and new levels."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from models.contract.state import kept
from models.decisions.learning import Learning
from models.stats.sided_tails import Tails
from models.types import FloatArray

_INCIDENT, _RARE = 3, 0.1
"""After so many points beyond the band in a row they are an incident, which teaches nothing; unless more of all
points than such a share were, which is how the series is."""
_WEIGHT = 0.1
"""The share of each value in what a new level is."""


class LearnedPoint(NamedTuple):
    """A point as it was and as it is believed, at its place."""

    value: float
    winsorised: float
    place: float


def _nothing() -> FloatArray:
    return np.empty((3, 0))


@kept
@dataclass(eq=False)
class DeferredLearning:
    """Which points teach: those inside the band, and outliers, once it is known that they are no incident.

    ``run``: how many points in a row lie beyond the band. ``waiting``: those of them of which it is not known
    yet, shape (3, k), a row for each field of ``LearnedPoint``. ``held``: how many have taught nothing so far, of
    ``seen``. ``is_new_level``: whether the last point made a run so long that this is the level now; ``level``:
    the weighted mean of the values of the run that taught nothing, and how many these are.
    """

    seen: int = 0
    run: int = 0
    held: int = 0
    waiting: FloatArray = field(default_factory=_nothing)
    level: tuple[float, int] = (0.0, 0)
    is_new_level: bool = False

    def take(
        self, value: float, usual: Tails, learning: Learning, place: int = 0
    ) -> list[LearnedPoint]:
        """Move on by one point of which ``usual`` is usual; return which points teach now, oldest first."""
        side = usual.above if value > usual.center else usual.below
        learning = learning.after(self.seen)
        reach = learning.reach(side.scale, side.df) if side.scale > 0.0 else np.inf
        winsorised, self.run = learning.winsorised(value, usual.center, reach, self.run)
        self.seen += 1
        self.is_new_level = self.run > learning.patience
        self.waiting = np.append(self.waiting, [[value], [winsorised], [place]], axis=1)
        if self.run == 1:
            self.level = 0.0, 0
        if self.is_new_level:
            self._hold()  # no incident, but levels that change again and again are how the series is
            self.held, self.run = max(self.held - learning.patience // 2, 0), 0
            return []
        if not self.run or self.held >= max(learning.patience, _RARE * self.seen):
            return self._told()
        if self.run > _INCIDENT:
            self._hold()
        return []

    def _told(self) -> list[LearnedPoint]:
        waiting, self.waiting = self.waiting, _nothing()
        return [LearnedPoint(*point) for point in waiting.T.tolist()]

    def _hold(self) -> None:
        """Let the points that wait teach nothing but what the level may be from now on."""
        level, count = self.level
        for value in self.waiting[0].tolist():
            count += 1
            level += max(_WEIGHT, 1.0 / count) * (value - level)
        self.level, self.held = (level, count), self.held + self.waiting.shape[1]
        self.waiting = _nothing()
