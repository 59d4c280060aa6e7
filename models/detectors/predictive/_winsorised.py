"""How much of each point of a stream is believed, and what incidents leave behind."""

from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.decisions.learning import Learning
from models.stats.sided_tails import Tails, reach_of, reaching

_INCIDENT = 3
"""From so many outliers in a row on, they do not tell how far values usually lie off."""
_DOUBTFUL = 100
"""Points since an incident began, at least, after which medians tell it from a new level."""


@kept
@dataclass(eq=False)
class WinsorisedUpdates:
    """What a state learns of points that may be strange: no more than the edge of what is usual.

    ``run``: how many points in a row lie beyond it. ``held``: how many the state has not moved for.
    ``doubtful``: how many of the last points, an incident and those after it, are recalled as they were believed.
    ``pulled``: how far strange points pulled along what is expected. ``replaced``: how many there were.
    """

    run: int = 0
    held: int = 0
    doubtful: int = 0
    pulled: float = 0.0
    replaced: int = 0

    def taught(self, learning: Learning, value: float, expected: Tails, usual: Tails) -> float:
        """Return what to learn of a point: within an incident, what was expected of it.

        ``usual``: what is usual of it, which may be more than is expected.
        """
        center, self.held = expected.center, self.held + 1
        side, wide = (
            (expected.above, usual.above) if value > center else (expected.below, usual.below)
        )
        reach = learning.reach(side.scale, side.df)
        winsorised, self.run = learning.winsorised(value, center, reach, self.run)
        self.replaced += self._is_beyond(learning)
        if self.run > learning.patience:
            self.held = 0
            return winsorised
        if self.run > _INCIDENT and abs(value - center) > learning.reach(wide.scale, wide.df):
            return center
        self.held = 0
        # What is usual on the side of the long tail must not carry what is expected out of the other side's band.
        most = learning.reach(min(expected.below.scale, expected.above.scale), np.inf)
        return min(max(winsorised, center - most), center + most)

    def _is_beyond(self, learning: Learning) -> bool:
        """Whether the last points are strange, and no new level yet."""
        return 0 < self.run <= learning.patience

    def is_incident(self, learning: Learning) -> bool:
        """Whether the last points are too many to be outliers, and too few to be a new level."""
        return _INCIDENT <= self.run <= learning.patience

    def begins_level(self, learning: Learning) -> bool:
        """Whether the last point was the first that is taken for one of a new level."""
        return self.run == learning.patience + 1

    def move(self, learning: Learning, pull: float) -> None:
        """Move on by one point, which pulled along what is expected by so much."""
        self.doubtful = self._still_doubtful(learning.patience)
        self.pulled = self.pulled + pull if self._is_beyond(learning) else 0.0

    def _still_doubtful(self, patience: int) -> int:
        """Return how many points are: with too few after an incident, medians take it for a new level."""
        grown = self.doubtful + 1 if self.doubtful else 0
        if self.run > patience:
            return 0
        if self.run >= _INCIDENT:
            return max(grown, self.run)
        return grown if grown <= max(_DOUBTFUL, 2 * patience) else 0

    def in_doubt(self, patience: int) -> int:
        """Return how many of the last points may be strange, single ones that are not over included."""
        return max(self.doubtful, self.run if self.run <= patience else 0)

    def without_pull(self, expected: Tails) -> Tails:
        """Return what is usual if what pulled along what is expected should be over: that, too."""
        if self.pulled > 0.0:
            below = reaching(expected.below, reach_of(expected.below) + self.pulled)
            return Tails(below, expected.above, expected.center)
        if self.pulled < 0.0:
            above = reaching(expected.above, reach_of(expected.above) - self.pulled)
            return Tails(expected.below, above, expected.center)
        return expected
