"""What a series of days or weeks does on days that come again every year, such as Christmas or Easter."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.contract.state import kept
from models.features.day_effects import (
    THRICE,
    TWICE,
    AdditiveEffects,
    DayEffect,
    customs,
    usual_of,
    usual_size,
)
from models.features.seen_twice import alone_seen_twice, together_seen_twice
from models.features.year_labels import LABELS, days_of, family_of, is_of_days, labels_of, name_of
from models.time.grid import Grid
from models.types import FloatArray, IntArray

_FAR = 3.0
"""Standard deviations beyond which a value is strange."""
_MOST_DAYS = 12
_LEAST_DAYS, _MOST_DAYS_BACK = 366, 8 * 366
"""In fewer days no day of the year came twice; what was longer ago says little of the next time."""
_YEARS_BEFORE, _BETTER = 5, 0.5
"""So many years tell what a season of a year would say; a day has to say by so much better what came."""


@kept
@dataclass(frozen=True, slots=True, eq=False)
class YearDayEffects:
    """What days of the year add to the steps that they are in.

    All of shape (k,). ``label``: of the days; ``effect``, ``scale``: what is added, and the standard deviation of
    that; ``times``: how many values tell it.
    """

    label: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    effect: FloatArray = field(default_factory=lambda: np.empty(0))
    scale: FloatArray = field(default_factory=lambda: np.empty(0))
    times: FloatArray = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.label)

    def at(self, grid: Grid) -> AdditiveEffects:
        """Return what is added at the stamps of a grid, each of shape (t,)."""
        labels = labels_of(days_of(grid)) if len(self) else np.empty((len(grid), 0))
        days = [(labels == label).any(axis=1) for label in self.label]
        return AdditiveEffects.of(
            len(grid), zip(days, self.effect, self.scale, self.times, strict=True)
        )

    def names(self) -> list[str]:
        """Return what the days are called."""
        return [name_of(label) for label in self.label.tolist()]

    def often(self) -> "YearDayEffects":
        """Return the days that came more than twice: those that were known before they came last."""
        often = self.times > TWICE.times
        return YearDayEffects(
            self.label[often], self.effect[often], self.scale[often], self.times[often]
        )


NO_YEAR_DAYS = YearDayEffects()


def year_days(grid: Grid, y: FloatArray, seasons: Sequence[int]) -> YearDayEffects:
    """Return the days of the year on which a series of days or weeks, (t,), NaN if unknown, is something else.

    Than usual, that is, as in ``month_days``. A day is one by its date, by its weekday in the month, or by its
    distance from Easter. It is found if it is strange, to the same side, at least three times and more often than
    chance may have it, given how often all the others are, and if the times before tell better what it does, and
    what its neighbours do, than the same steps of the years before. So is one that came twice, as far beyond
    all that is usual both times, and in a series of days several that were strange twice.
    """
    if not is_of_days(grid):
        return NO_YEAR_DAYS
    days, known = days_of(grid), np.isfinite(y)
    if (days[-1, -1] - days[0, 0]).astype(np.int64) < _LEAST_DAYS:
        return NO_YEAR_DAYS
    rest = np.where(known, y - usual_of(y, 1, seasons), 0.0)
    late = days[:, -1] > days[-1, -1] - _MOST_DAYS_BACK
    rest, known, labels = rest[late], known[late], labels_of(days[late])
    size, there = usual_size(rest[known]), (labels >= 0) & known[:, None]
    year = round(365.25 / float(np.median(np.diff(days[late, 0]).astype(np.int64))))
    found: list[DayEffect] = []
    for _ in range(_MOST_DAYS):
        values = np.broadcast_to(rest[:, None], labels.shape)[there]
        seen, every = labels[there], rest[known]
        thrice = customs(values, seen, _FAR * size, every, THRICE.among(LABELS))
        often = [one for one in thrice if _tells_better(one.label, rest, labels, year)]
        best = _best(often) or _best(alone_seen_twice(values, seen, size, every))
        if best is None:
            break
        found.append(best)
        rest[(labels == best.label).any(axis=1)] -= best.effect
    if days.shape[1] == 1:
        found += together_seen_twice(rest, labels, _FAR * size)
    if not found:
        return NO_YEAR_DAYS
    label, effect, scale, times, _ = (np.array(column) for column in zip(*found, strict=True))
    return YearDayEffects(label, effect, scale, times.astype(np.float64))


def _best(days: Sequence[DayEffect]) -> DayEffect | None:
    """Return the day that brings values nearest; of neighbours that do so alike, the one in the middle."""
    most = max((one.gain for one in days), default=0.0)
    alike = [one for one in days if one.gain >= most * (1.0 - 1e-9)]
    families = [family_of(one.label) for one in alike]
    return alike[families.count(families[0]) // 2] if alike else None


def _tells_better(label: int, rest: FloatArray, labels: IntArray, year: int) -> bool:
    """Whether a day tells better what came then, and a step before and behind, than a season of a year does."""
    here = np.flatnonzero((labels == label).any(axis=1))
    by_day = by_season = 0.0
    for count, at in enumerate(here[1:].tolist(), start=1):
        effect = float(np.median(rest[here[:count]]))
        for step in range(max(at - 1, 0), min(at + 2, len(rest))):
            before = rest[step - year :: -year][:_YEARS_BEFORE] if step >= year else np.zeros(1)
            by_day += abs(rest[step] - effect * (step in here))
            by_season += abs(rest[step] - float(np.median(before)))
    return by_day < _BETTER * by_season
