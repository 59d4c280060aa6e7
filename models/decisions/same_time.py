"""What a series was at the time of a point on other days: the same hour, weekday or month, in a sentence."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from models.decisions.reasons import same_time_reason
from models.time.grid import Grid
from models.time.steps import (
    DAY,
    MONTH_NAMES,
    WEEKDAY_NAMES,
    Days,
    Months,
    OpenDays,
    OpeningHours,
    Ticks,
    weekdays,
)
from models.types import BoolArray, FloatArray, IntArray

_LEAST = 2
"""Fewer other days say nothing of what is usual."""
_SECOND = 10**9


@dataclass(frozen=True, slots=True, eq=False)
class SameTime:
    """The usual points of a series by their time of day, their weekday or their month.

    ``kind``: which of these. ``times``: of all points, shape (t,). ``order``: places of the usual points, by
    time and then by place, and ``ordered``: their times, shape (u,).
    """

    kind: str
    y: FloatArray
    times: IntArray
    order: IntArray
    ordered: IntArray

    @classmethod
    def of(cls, grid: Grid, y: FloatArray, usual: BoolArray) -> Self | None:
        """Return them; None where times do not come again on other days, in other weeks or years.

        ``y``: shape (t,); ``usual``: which points are neither missing nor flagged.
        """
        found = _times(grid)
        if found is None:
            return None
        kind, times = found
        places = np.flatnonzero(usual)
        order = places[np.argsort(times[places], kind="stable")]
        return cls(kind, y, times, order, times[order])

    def sentence(self, place: int, before: int | None = None) -> str | None:
        """Say what the others of the time of a point were, those before a place only if one is given.

        None if there are too few.
        """
        time = self.times[place]
        first, last = np.searchsorted(self.ordered, [time, time + 1])
        others = self.order[first:last]
        others = others[others != place if before is None else others < before]
        if len(others) < _LEAST:
            return None
        which = f"the {len(others)} {'other' if before is None else 'earlier'}"
        return same_time_reason(self._named(int(time), which), self.y[others].tolist())

    def _named(self, time: int, which: str) -> str:
        if self.kind == "day":
            clock = str(np.datetime64(time, "ns").astype("datetime64[s]"))[11:]
            return f"At {clock.removesuffix(':00')} on {which} days"
        if self.kind == "weekday":
            return f"On {which} {WEEKDAY_NAMES[time]}s"
        return f"In {MONTH_NAMES[time]} of {which} years"


def _times(grid: Grid) -> tuple[str, IntArray] | None:
    """Return what of the time of a point comes again, and that of each point, shape (t,)."""
    if grid.freq.step is not None or not len(grid):
        return None
    steps, local = grid.freq.steps, grid.local().astype("datetime64[ns]")
    nanos = local.astype(np.int64)
    if isinstance(steps, Ticks | OpeningHours):
        step = steps.length if isinstance(steps, Ticks) else steps.step
        comes_again = DAY % step == 0 and not (nanos % _SECOND).any()
        return ("day", nanos % DAY) if comes_again else None
    if isinstance(steps, Days | OpenDays) and steps.days == 1:
        return "weekday", weekdays(local)
    if isinstance(steps, Months) and steps.count * steps.unit == 1:
        return "month", local.astype("datetime64[M]").astype(np.int64) % len(MONTH_NAMES)
    return None
