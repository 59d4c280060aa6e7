"""The season of a series, taken out so that a forecaster without seasons can go on from there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.stats.seasonal_index import EvolvingSeason, evolving_season
from models.types import FloatArray

_LEAST_CYCLES = 2
LONGEST_OWN = 24
"""Up to this length a seasonal forecaster does better with the season than the mean of cycles."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What is taken out before a forecaster, and the seasons that are left to it."""

    removed: EvolvingSeason | None
    left: tuple[int, ...]


def split_seasons(y: FloatArray, seasons: Sequence[int], longest: int = LONGEST_OWN) -> Split:
    """Return the season to take out of a series, shape (t,), and those to leave to the forecaster.

    Of the seasons with two cycles or more, the one counts without which the series moves least
    from point to point. If it is no longer than the forecaster's ``longest``, it is left to it; a
    long one (a week of hours) takes along those that fit into it a whole number of times.
    """
    known = [evolving_season(y, m) for m in seasons if m > 1 and m * _LEAST_CYCLES <= len(y)]
    if not known:
        return Split(None, tuple(m for m in seasons if m <= longest))
    best = min(known, key=lambda season: float(np.std(np.diff(y - season.part))))
    if best.length <= longest:
        return Split(None, (best.length,))
    left = tuple(m for m in seasons if best.length % m and m <= longest)
    return Split(best, left)
