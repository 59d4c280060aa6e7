"""How far points lay off what was expected of them of late, in standard deviations, and to which side."""

from dataclasses import dataclass, field, replace

import numpy as np

from models.contract.state import kept
from models.stats.error_distribution import UNKNOWN, error_distribution
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import least_scale
from models.stats.sided_tails import LEAST_FOR_TAILS, Side, Tails, reach_of, reaching

_MOST, _EVERY = 500, 50
"""So many last deviations tell the tails of both sides, and are looked at after so many."""
_LOOKS_EVERY = 10
"""After so many values their resolution is looked at anew."""


@kept
@dataclass(eq=False)
class RecentDeviations:
    """The last deviations, each divided by what was usual then, the tails that they show, and the last values.

    ``count``: how many deviations there were in all; ``seen``: how many values. ``least``: the standard deviation
    that their resolution alone leaves.
    """

    known: RingBuffer = field(default_factory=lambda: RingBuffer(_MOST))
    values: RingBuffer = field(default_factory=lambda: RingBuffer(_MOST))
    tails: Tails = UNKNOWN
    count: int = 0
    seen: int = 0
    least: float = 0.0

    def usual(self, center: float, scale: float, df: float) -> Tails:
        """Return what is usual: a Student's t, from forty deviations on with a tail for each side.

        ``scale``: the standard deviation, which ``df`` degrees of freedom tell.
        """
        scale = max(scale, self.least)
        if self.count < LEAST_FOR_TAILS:
            side = Side(scale, df)
            return Tails(side, side, center)
        below, above = (
            replace(one, scale=scale * one.scale) for one in (self.tails.below, self.tails.above)
        )
        if self.least > 0.0:
            reach = reach_of(Side(self.least))
            below, above = reaching(below, reach), reaching(above, reach)
        return Tails(below, above, center + scale * self.tails.center)

    def see(self, value: float) -> None:
        """Remember one more value, which tells the resolution whatever it is."""
        self.values.append(value)
        self.seen += 1
        if self.seen % _LOOKS_EVERY == 0:
            self.least = least_scale(self.values.values)

    def forget(self) -> None:
        """Forget the deviations, as from what knew nothing of a season."""
        self.known, self.tails, self.count = RingBuffer(_MOST), UNKNOWN, 0

    def learn(self, deviation: float, scale: float) -> None:
        """Remember one more, of what had so large a standard deviation."""
        self.known.append(deviation / max(scale, self.least))
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
