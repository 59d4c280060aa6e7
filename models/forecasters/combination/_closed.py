"""Times of each cycle at which a series is always zero: nights of solar power, days on which a shop is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import gammaln

from models.types import BoolArray, FloatArray

_MOST_CYCLES, _LEAST_CYCLES = 20, 3
"""So many of the last cycles are looked at, and there have to be so many."""
_CHANCE = 0.01
"""How often all that is not zero may avoid as many phases by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class ClosedPhases:
    """Which phases of a cycle are always zero, shape (m,), phase 0 being the next one, and in how many cycles."""

    phases: BoolArray
    cycles: int

    @classmethod
    def of(cls, y: FloatArray, seasons: Sequence[int]) -> Self | None:
        """Return them for values, shape (t,), and the longest season with enough cycles; None without any."""
        enough = [m for m in seasons if m * _LEAST_CYCLES <= len(y)]
        if not enough or y.min() != 0:
            return None
        m = max(enough)
        cycles = min(len(y) // m, _MOST_CYCLES)
        busy = y[len(y) - cycles * m :].reshape(cycles, m) != 0
        never = ~busy.any(axis=0)
        count = int(never.sum())
        if count in (0, m) or _chance(count, m, int(busy.sum())) > _CHANCE:
            return None
        return cls(never, cycles)

    def ahead(self, horizon: int) -> BoolArray:
        """Return which of the next steps are closed, (horizon,)."""
        return np.resize(self.phases, horizon)

    def is_sure(self, level: float) -> bool:
        """Whether no exception in so many values says that a share of at least ``level`` percent has none.

        Reference: Laplace (1814), Essai philosophique sur les probabilités (the rule of succession).
        """
        values = self.cycles * int(self.phases.sum())
        return (values + 1) / (values + 2) >= level / 100


def _chance(closed: int, m: int, busy: int) -> float:
    """Return how many sets of so many phases chance would leave without any of the busy values."""
    sets = gammaln(m + 1) - gammaln(closed + 1) - gammaln(m - closed + 1)
    return float(np.exp(min(sets + busy * np.log1p(-closed / m), 0.0)))
