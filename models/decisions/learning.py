"""What points teach a detector that goes on learning: decided here, for every one of them."""

from dataclasses import dataclass, replace

import numpy as np

from models.stats.distributions import student_quantile

_LEAST_PATIENCE, _SHARE = 8, 4
"""Of so few points in a row, or fewer than such a part of all points, none is taken for a new level."""


@dataclass(frozen=True, slots=True)
class Learning:
    """Believe a point beyond a wide band no more than the edge of that band.

    So an outlier moves what is expected next by little, whoever flags it. After ``patience`` such points
    in a row the series has changed, and the next ones are learned as they are; sooner where these are more than
    a quarter of all points so far. ``level``: that of the band, in percent.

    Reference: Gelper, Fried and Croux (2010), Robust forecasting with exponential and Holt-Winters
    smoothing, Journal of Forecasting 29.
    """

    level: float = 99.73
    patience: int = 40

    def after(self, seen: int) -> "Learning":
        """Return how points are learned from where so many tell what is usual."""
        most = max(_LEAST_PATIENCE, seen // _SHARE)
        return self if most >= self.patience else replace(self, patience=most)

    def within(self, cycle: int) -> "Learning":
        """Return how points are learned from in a cycle of so many: half of it may be an incident."""
        return self if cycle // 2 <= self.patience else replace(self, patience=cycle // 2)

    def winsorised(
        self, value: float, expected: float, reach: float, run: int
    ) -> tuple[float, int]:
        """Return what to learn of a value, and how many in a row now lie beyond their reach.

        ``run``: how many did before it. With nothing expected (NaN), the value is believed.
        """
        if not abs(value - expected) > reach:
            return value, 0
        if run >= self.patience:
            return value, run + 1
        return expected + min(max(value - expected, -reach), reach), run + 1

    def reach(self, scale: float, degrees_of_freedom: float) -> float:
        """Return how far from what was expected a point is believed; ``scale``: the standard deviation."""
        return scale * float(student_quantile(self.level, np.array(degrees_of_freedom)))


LEARNING = Learning()
"""How points are learned from unless something else is asked for."""
