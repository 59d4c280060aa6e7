"""How far points lay off what was expected of them of late, in standard deviations, and to which side."""

from dataclasses import dataclass, field

import bottleneck as bn
import numpy as np

from models.contract.state import kept
from models.data.results import SideScale, TwoPieceScale
from models.stats.error_distribution import Deviations, ErrorDistribution, error_distribution
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import least_scale
from models.stats.sided_tails import FARTHEST, LEAST_FOR_TAILS, Side, Tails, reach_of, reaching
from models.types import FloatArray

_MOST, _EVERY = 500, 50
"""So many last deviations tell the tails of both sides, and are looked at after so many."""
SETTLED_AFTER = _MOST + 2 * _EVERY
"""What came before so many deviations has no say: until the first look at tails none is known, and then the last
ones come with the next."""
_LOOKS_EVERY = 10
"""After so many values their resolution is looked at anew."""


@kept
@dataclass(eq=False)
class RecentDeviations:
    """The last deviations, what seemed usual at the time, the tails that they show, and the last values.

    A standard deviation of a few points varies by chance. Only where deviations are larger while it is large does
    it tell how far the next one may lie off, else all of them do; but one beyond all of late is believed.

    ``known`` and ``scales``: the deviations, and the standard deviation at each. ``lowest`` and ``highest``: of
    those when the tails were measured last. ``count``: how many deviations there were in all; ``seen``: how many
    values. ``least``: the standard deviation that their resolution alone leaves.
    """

    known: RingBuffer = field(default_factory=lambda: RingBuffer(_MOST))
    scales: RingBuffer = field(default_factory=lambda: RingBuffer(_MOST))
    values: RingBuffer = field(default_factory=lambda: RingBuffer(_MOST))
    distribution: ErrorDistribution = field(default_factory=ErrorDistribution)
    lowest: float = 0.0
    highest: float = 0.0
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
        unit, tails = self._unit(scale), self.distribution.tails
        below, above = (
            Side(unit * one.scale, one.df, one.inner) for one in (tails.below, tails.above)
        )
        if self.least > 0.0:
            reach = reach_of(Side(self.least))
            below, above = reaching(below, reach), reaching(above, reach)
        return Tails(below, above, center + unit * tails.center)

    def usual_at(
        self, center: FloatArray, scale: FloatArray, df: FloatArray
    ) -> tuple[FloatArray, TwoPieceScale]:
        """Return what is usual at many points, (k,), before any of them is learned from: centre and sides."""
        scale = np.maximum(scale, self.least)
        if self.count < LEAST_FOR_TAILS:
            return center, TwoPieceScale.even(scale, df)
        unit, tails, least = self._units(scale), self.distribution.tails, reach_of(Side(self.least))
        below, above = (
            SideScale(
                _reaching(unit * one.scale, one.df, least),
                np.full(len(unit), one.df),
                np.full(len(unit), one.inner),
            )
            for one in (tails.below, tails.above)
        )
        return center + unit * tails.center, TwoPieceScale(below, above)

    def _unit(self, scale: float) -> float:
        """Return in what deviations are told, given the standard deviation of the last few points."""
        within = min(max(scale, self.lowest), self.highest)
        beyond = scale / within if within > 0.0 else 1.0
        return float(self.distribution.units(np.array(within))) * beyond

    def _units(self, scale: FloatArray) -> FloatArray:
        """Return the same at many points, shape (k,)."""
        within = np.minimum(np.maximum(scale, self.lowest), self.highest)
        beyond = np.divide(scale, within, out=np.ones(len(scale)), where=within > 0.0)
        return self.distribution.units(within) * beyond

    def settled(self, expected: float) -> float:
        """Return the value that most of the last ones have if it is nearest to what is expected, else that.

        An average keeps a remainder of what was rare, and by that much what is usual would be strange.
        """
        values = self.values.values
        if len(values) < _LOOKS_EVERY:
            return expected
        usual = float(bn.median(values))
        others = values[values != usual]
        if 2 * len(others) >= len(values):
            return expected
        nearest = float(np.abs(others - expected).min(initial=np.inf))
        return usual if abs(usual - expected) < nearest else expected

    def see(self, value: float) -> None:
        """Remember one more value, which tells the resolution whatever it is."""
        self.values.append(value)
        self.seen += 1
        if self.seen % _LOOKS_EVERY == 0:
            self.least = least_scale(self.values.values)

    def skip(self, values: FloatArray) -> None:
        """Take up values, shape (k,), of whose deviations nothing is known."""
        self.values.extend(values)
        self.seen += len(values)
        self.count += len(values)

    def forget(self) -> None:
        """Forget the deviations, as from what knew nothing of a season."""
        self.known, self.scales, self.count = RingBuffer(_MOST), RingBuffer(_MOST), 0

    def learn(self, deviation: float, scale: float) -> None:
        """Remember one more, of what had so large a standard deviation."""
        self.known.append(deviation)
        self.scales.append(max(scale, self.least))
        self.count += 1
        if self.count == LEAST_FOR_TAILS or (
            self.count > LEAST_FOR_TAILS and self.count % _EVERY == 0
        ):
            self._measure()

    def extend(self, values: FloatArray, deviations: FloatArray, scales: FloatArray) -> None:
        """Remember many more values at once, how far each lay off and the standard deviation there; all (k,)."""
        self.values.extend(values)
        self.known.extend(deviations)
        self.scales.extend(np.maximum(scales, self.least))
        self.seen += len(values)
        self.count += len(values)

    def look(self) -> None:
        """Measure resolution and tails of what is remembered, at least forty deviations from robust centres."""
        self.least = least_scale(self.values.values)
        self._measure(FARTHEST)

    def _measure(self, farthest: float = np.inf) -> None:
        off, scales = self.known.values, self.scales.values
        # What a tenth of the points so far did is not strange.
        deviations = Deviations(off, scales, np.ones(len(off)))
        self.distribution = error_distribution(deviations, len(off) - 1.0, 0.0, farthest)
        self.lowest, self.highest = float(scales.min()), float(scales.max())


def _reaching(scale: FloatArray, df: float, least: float) -> FloatArray:
    """Return what ``reaching`` does of sides with scales, (k,), and one tail."""
    quantile = reach_of(Side(1.0, df))
    return np.where(least > scale * quantile, least / quantile, scale) if least > 0.0 else scale
