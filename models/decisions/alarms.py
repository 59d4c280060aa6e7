"""Which of the points that the rules want flagged begin or go on with an event: silence and largest share."""

from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.types import BoolArray

ROUNDING = 1e-9
"""A share such as 0.29 of 100 points is a hair under 29 in floating point."""


@kept
@dataclass(frozen=True, slots=True)
class DecisionState:
    """What causal decisions remember of the points before.

    ``run``: the length of the run in progress. ``seen`` and ``flagged``: how many points there were.
    ``since``: how many after the last one that was flagged, None without one; ``normal_since``: how many of
    these were observed; both only where there are limits. ``value`` and ``same``: the last point, and how many
    up to it have its value.
    """

    run: int = 0
    seen: int = 0
    flagged: int = 0
    since: int | None = None
    normal_since: int = 0
    value: float = float("nan")
    same: int = 0


NOTHING_SEEN = DecisionState()


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The points that the rules want flagged, those that are impossible, and which were observed; shape (t,)."""

    wanted: BoolArray
    impossible: BoolArray
    observed: BoolArray


@dataclass(frozen=True, slots=True)
class AlarmLimits:
    """How many points after an event none begins, and the largest share of flagged points so far."""

    silence: int = 0
    share: float = 1.0


def raise_events(
    points: Candidates, limits: AlarmLimits, state: DecisionState = NOTHING_SEEN
) -> tuple[BoolArray, DecisionState]:
    """Return which of the wanted points are flagged, (t,), given those before, and what to remember.

    A point goes on with an event if no observed one lies between them; any other one begins an event, which it
    may not while the silence after the last one lasts. And the share of points flagged so far, itself
    included, must stay within the limit. Impossible values are flagged whatever happens, and count as events.
    """
    if limits.silence == 0 and limits.share >= 1.0:
        count = state.flagged + int(np.count_nonzero(points.wanted))
        return points.wanted, DecisionState(state.run, state.seen + len(points.wanted), count)
    flagged, count = points.wanted.copy(), state.flagged
    normal = state.normal_since + np.cumsum(points.observed)
    last = None if state.since is None else -1 - state.since
    before = 0  # how many were observed up to the last one that was flagged
    for place in np.flatnonzero(points.wanted | points.impossible).tolist():
        goes_on = last is not None and int(normal[place]) - 1 == before
        silent = last is not None and not goes_on and place - last <= limits.silence
        if points.wanted[place]:
            rare = count + 1 <= limits.share * (state.seen + place + 1) + ROUNDING
            flagged[place] = rare and not silent
            count += int(flagged[place])
        if flagged[place] or points.impossible[place]:
            last, before = place, int(normal[place])
    return flagged, _after(points, flagged, state)


def _after(points: Candidates, flagged: BoolArray, state: DecisionState) -> DecisionState:
    """Return what to remember after points of which some were flagged; the run is left as it was."""
    places, size = np.flatnonzero(flagged | points.impossible), len(flagged)
    first = int(places[-1]) + 1 if len(places) else 0
    since: int | None = size - first
    normal = int(points.observed[first:].sum())
    if not len(places):
        since = None if state.since is None else state.since + size
        normal += state.normal_since
    count = state.flagged + int(flagged.sum())
    return DecisionState(state.run, state.seen + size, count, since, normal)
