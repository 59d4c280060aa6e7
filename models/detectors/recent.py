"""How far points lay off what was expected of them of late, in standard deviations, and to which side."""

from dataclasses import dataclass, field

import numpy as np

from models.contract.state import kept
from models.stats.error_distribution import UNKNOWN, error_distribution
from models.stats.ring_buffer import RingBuffer
from models.stats.sided_tails import LEAST_FOR_TAILS, Side, Tails

_MOST, _EVERY = 500, 50
"""So many last deviations tell the tails of both sides, and are looked at after so many."""


@kept
@dataclass(eq=False)
class RecentDeviations:
    """The last deviations, each divided by what was usual then, and the tails that they show.

    ``count``: how many there were in all.
    """

    known: RingBuffer = field(default_factory=lambda: RingBuffer(_MOST))
    tails: Tails = UNKNOWN
    count: int = 0

    def usual(self, center: float, scale: float, df: float) -> Tails:
        """Return what is usual: a Student's t, from forty deviations on with a tail for each side.

        ``scale``: the standard deviation, which ``df`` degrees of freedom tell.
        """
        if self.count < LEAST_FOR_TAILS:
            side = Side(scale, df)
            return Tails(side, side, center)
        below, above = (
            Side(scale * one.scale, one.df) for one in (self.tails.below, self.tails.above)
        )
        return Tails(below, above, center + scale * self.tails.center)

    def learn(self, deviation: float) -> None:
        """Remember one more."""
        self.known.append(deviation)
        self.count += 1
        if self.count == LEAST_FOR_TAILS or (
            self.count > LEAST_FOR_TAILS and self.count % _EVERY == 0
        ):
            self._measure()

    def _measure(self) -> None:
        z = self.known.values
        alike = np.ones(len(z))
        # What a tenth of the points so far did is not strange.
        self.tails = error_distribution(z, 0.0 * alike, alike, len(z) - 1.0, 0.0, np.inf).tails
