"""The grid of local time for rows that come one after the other, of which nobody knows the last."""

from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from models.contract.state import kept
from models.data.results import CalibratedScores, Interval
from models.decisions.restoring import score_within
from models.time.grid import Grid
from models.time.steps import DAY, Ticks
from models.time.zones import to_local
from models.types import BoolArray, FloatArray, IntArray

_LATEST = np.datetime64("2262-01-01", "ns").astype(np.int64).item()


class AlignedRows(NamedTuple):
    """The next rows on the grid.

    ``values``: of the places from ``first`` on that the rows reach, NaN where none is. ``at``: shape (k,),
    the place of each row. ``again``: whether the clock had shown its time before. ``kept_from``: the first
    place that the clock may show again after these rows.
    """

    values: FloatArray
    first: int
    at: IntArray
    again: BoolArray
    kept_from: int


@kept
@dataclass(eq=False)
class LiveClock:
    """The way of the next rows onto the grid of local time, and of what is found there back.

    What the clock never shows is a place without a row. What it shows twice has its first row on the
    grid; the second one is held against what was found for the first, which is kept until the clock has
    passed the place for good. ``WallClock`` is the same for rows that are all known.

    ``first``: the first stamp and ``step``: the distance of two, in nanoseconds. ``rows`` and ``places``: how
    many there were. ``found``: shape (3, n), what was expected at the last places, and its interval.
    """

    first: int
    step: int
    tz: str
    rows: int = 0
    places: int = 0
    found: FloatArray = field(default_factory=lambda: np.empty((3, 0)))

    @classmethod
    def of(cls, grid: Grid) -> Self | None:
        """Return the clock from the first stamp of a grid on; None if its steps do not follow one."""
        if grid.tz is None or not isinstance(grid.freq.steps, Ticks) or not len(grid):
            return None
        first, last = (int(stamp) for stamp in grid.stamps[[0, -1]].astype(np.int64))
        step = grid.freq.length
        # Where points were dropped, no season is counted by the clock.
        if step > DAY or last - first != (len(grid) - 1) * step or last > _LATEST:
            return None
        return cls(first, step, grid.tz)

    def lay(self, y: FloatArray) -> AlignedRows:
        """Return the next rows, shape (k,), on the grid."""
        after = self.rows + len(y)
        rows = np.append(np.arange(self.rows, after + 1), after + DAY // self.step)
        shift = self._shift(rows)
        at = np.maximum(rows[:-2] + shift[:-2], 0)
        top = np.maximum.accumulate(np.append(self.places - 1, at))
        again = at <= top[:-1]
        values = np.full(int(top[-1]) + 1 - self.places, np.nan)
        values[at[~again] - self.places] = y[~again]
        kept_from = max(after + int(shift[-2:].min()), 0)
        return AlignedRows(values, self.places, at, again, kept_from)

    def back(self, found: CalibratedScores, laid: AlignedRows, y: FloatArray) -> CalibratedScores:
        """Return what was found on the grid for the rows ``y``, shape (k,), and move on behind them."""
        self.rows += len(y)
        self.places += len(laid.values)
        new = laid.at - laid.first
        score = np.where(laid.again, np.nan, np.append(found.score, np.nan)[np.maximum(new, -1)])
        if found.expected is None or found.band is None:
            return CalibratedScores(score)
        columns = np.stack([found.expected, found.band.lower, found.band.upper])
        known = np.concatenate([self.found, columns], axis=1)
        self.found = known[:, max(known.shape[1] - max(self.places - laid.kept_from, 0), 0) :]
        expected, lower, upper = known[:, laid.at - self.places]
        band = Interval(lower, upper)
        score = np.where(laid.again, score_within(y, expected, band), score)
        return CalibratedScores(score, expected, band)

    def skip(self, y: FloatArray) -> FloatArray:
        """Return the values of the next rows, shape (k,), on the grid, and move on: nothing is asked of them."""
        laid = self.lay(y)
        unknown = np.full(len(laid.values), np.nan)
        self.back(CalibratedScores(unknown, unknown, Interval(unknown, unknown)), laid, y)
        return laid.values

    def _shift(self, rows: IntArray) -> IntArray:
        """Return by how many steps the clock went forward between the first row and others."""
        stamps = np.minimum(self.first + np.append(0, rows) * self.step, _LATEST)
        stamps = stamps.astype("datetime64[ns]")
        ahead = (to_local(stamps, self.tz) - stamps).astype(np.int64)
        return np.asarray(np.rint((ahead[1:] - ahead[0]) / self.step).astype(np.int64))
