"""Where forecasts start: a plan of origins, and of the cut-offs at which what is learned is learned anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.types import BoolArray, IntArray

SLOW_MEMBER_LIMIT = 400
"""Up to this length members take part whose fits are dear; their cost grows, their use does not."""
_SHORT = 60
"""A shorter series holds out half of itself, a longer one a third, but no less than its half."""
_MOST_WINDOWS, _MOST_STEPS = 20, 100
"""So many windows of the horizon are held out at most, or so many steps where that is more."""
_MOST_ORIGINS = 40
"""Twice as many gained nothing."""
_REFITS_SHORTEST, _REFITS_SHORT, _REFITS_LONG = 2, 3, 10
"""Learning anew is dear for short series, and cheap for long ones, where old parameters would show."""
_SHORTEST = 40
"""A shorter series is learned anew least often."""
_LEAST_TRAINING = 4
_JUDGED_CYCLES, _JUDGED_OF_LONG, _LEAST_JUDGED, _MOST_JUDGED = 1.5, 0.25, 12, 48
"""Members are judged by so many cycles of the first season ahead, or so much of one that is longer than the most;
about as far as months, weeks and hours are asked for."""
_WEEK, _JUDGED_WEEKS = 7, 4
"""In a long series by so many cycles as short as a week: days are asked for further ahead than that."""
_JUDGED_SHARE = 3
"""But by no more than this part of the series."""


@dataclass(frozen=True, slots=True, eq=False)
class OriginPlan:
    """Where forecasts start, what was learned where, and how much was held out.

    ``cuts``: shape (cuts,), the sizes of the parts that are learned from. ``origins``: shape (origins,),
    the first step that is forecast. ``block``: shape (origins,), the cut that serves each origin. The
    last cut and the last origin are both the length of the series: the forecast that was asked for.
    ``judged``: the steps ahead by which forecasts are judged.
    """

    cuts: IntArray
    origins: IntArray
    block: IntArray
    judged: int

    @property
    def at_cut(self) -> BoolArray:
        """Which origins have a cut of their own, (origins,)."""
        return np.asarray(self.cuts[self.block] == self.origins)

    @property
    def held(self) -> int:
        """How many steps at the end were held out."""
        return int(self.cuts[-1] - self.cuts[0])


def judged_steps(observations: int, seasons: Sequence[int]) -> int:
    """Return by how many steps ahead members are judged, whatever the horizon: the first steps stay the same."""
    season = min(seasons, default=1)
    if season <= _WEEK and observations > SLOW_MEMBER_LIMIT:
        cycles: float = _JUDGED_WEEKS
    else:
        cycles = _JUDGED_CYCLES if season <= _MOST_JUDGED else _JUDGED_OF_LONG
    wanted = min(max(round(cycles * season), _LEAST_JUDGED), _MOST_JUDGED)
    return min(wanted, max(observations // _JUDGED_SHARE, _LEAST_TRAINING))


def plan(observations: int, judged: int) -> OriginPlan:
    """Plan forecasts from many origins in the last third, or half of a short series."""
    cuts = _cuts(observations, judged)
    held = observations - int(cuts[0])
    if held == 0:
        return OriginPlan(cuts, cuts, np.zeros(1, dtype=np.int64), judged)
    count = min(held, _MOST_ORIGINS)
    evenly = np.linspace(observations - held, observations - 1, count).astype(np.int64)
    return _served(cuts, np.unique(np.append(evenly, cuts)), judged)


def plan_everywhere(observations: int) -> OriginPlan:
    """Plan forecasts of one step from everywhere; those before the first cut are within the sample."""
    return _served(_cuts(observations, 1), np.arange(1, observations + 1), 1)


def _cuts(observations: int, judged: int) -> IntArray:
    held = observations // 2 if observations < _SHORT else max(observations // 3, _SHORT // 2)
    held = min(held, observations - _LEAST_TRAINING, max(_MOST_WINDOWS * judged, _MOST_STEPS))
    if held < 1:
        return np.array([observations])
    first = observations - held
    refits = min(_refits(observations), held)
    evenly = np.linspace(first, observations, refits, endpoint=False).astype(np.int64)
    return np.append(evenly, observations)


def _refits(observations: int) -> int:
    if observations < _SHORTEST:
        return _REFITS_SHORTEST
    return _REFITS_SHORT if observations <= SLOW_MEMBER_LIMIT else _REFITS_LONG


def _served(cuts: IntArray, origins: IntArray, judged: int) -> OriginPlan:
    block = np.searchsorted(cuts, origins, "right") - 1
    return OriginPlan(cuts, origins, np.maximum(block, 0), judged)
