"""The grid of local time, on which seasons are counted where the clocks change.

Steps below a day keep their absolute distance, so a day has 23 or 25 hours where the clocks change, and a
season counted in steps would be an hour late or early from then on. On the grid of local time every day has
as many places: what the clock never showed is a place without a row, what it showed twice has two rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from models.data.results import Forecast, Interval
from models.data.series import Series
from models.time.frequency import Frequency
from models.time.grid import SHARED_SIZE, Grid, regular_stamps
from models.time.steps import DAY, Ticks
from models.time.zones import to_local
from models.types import BoolArray, FloatArray, IntArray

_FINEST = DAY // 10_000_000
"""Steps that are finer are too many a day to count seasons of days in."""
_LATEST = np.datetime64("2262-01-01", "ns").astype(np.int64).item()


@dataclass(frozen=True, eq=False)
class WallClock:
    """The way of the rows of a series, and of the steps ahead of it, onto the grid of local time and back.

    ``places``: shape (rows + steps ahead,), the place of each on that grid. ``grid``: the places that the
    rows fill, without a zone; if they end within the hour that comes twice, only those that no later row
    comes back to.
    """

    places: IntArray
    rows: int
    grid: Grid

    @property
    def known(self) -> int:
        """How many places the rows fill."""
        return len(self.grid)

    @cached_property
    def ahead(self) -> IntArray:
        """Which step ahead on the grid each real one is, from 0 on; shape (horizon,)."""
        return np.maximum(self.places[self.rows :] - self.known, 0)

    @property
    def steps(self) -> int:
        """How many steps ahead on the grid the real ones need."""
        return int(self.ahead.max()) + 1

    @cached_property
    def again(self) -> BoolArray:
        """Whether the clock had shown the time of a row before; shape (rows,)."""
        repeated = np.ones(self.rows, dtype=np.bool_)
        repeated[self.first_rows] = False
        return repeated

    @property
    def first_rows(self) -> IntArray:
        """The first row of each place, for one without a row that of the next; shape (places,)."""
        found, rows = np.unique(self.places[: self.rows], return_index=True)
        return np.asarray(rows[np.searchsorted(found, np.arange(found[-1] + 1))])

    def placed(self, column: FloatArray, *, first: bool = False) -> FloatArray:
        """Return a column of the rows, (t,), or of rows and steps ahead, on the grid; NaN where nothing is.

        What was shown twice has the mean, or the value of its first row.
        """
        column = np.where(self.again, np.nan, column) if first else column
        at, seen = self.places[: len(column)], ~np.isnan(column)
        total, count = (
            np.bincount(at[seen], weights, minlength=at.max() + 1)
            for weights in (column[seen], None)
        )
        return np.where(count, total / np.maximum(count, 1), np.nan)

    def laid(self, series: Series, *, first: bool = False) -> Series:
        """Return the series on the grid, on stamps of local time without a zone; ``first`` as in ``placed``.

        What the clock never showed is not observed, and has the value before it with what the day before
        added to it: nothing is learned from what follows. Columns carry their value on.
        """
        y = self.placed(series.y_observed, first=first)[: self.known]
        observed = ~np.isnan(y)
        y = np.where(observed, y, self.placed(series.y, first=first)[: self.known])
        columns = {name: self._column(series, name) for name in series.exog}
        return replace(
            series,
            y=_continued(y, _steps_per_day(series.grid)),
            grid=self.grid,
            observed=None if observed.all() else observed,
            exog={name: values[: self.known] for name, values in columns.items()},
            future={name: columns[name][self.known :] for name in series.future},
        )

    def _column(self, series: Series, name: str) -> FloatArray:
        """Return an exogenous column on the grid, as far as it is known."""
        ahead = series.future.get(name, np.empty(0))[: len(self.places) - self.rows]
        return _carried(self.placed(np.concatenate([series.exog[name], ahead])))

    def back(self, values: FloatArray) -> FloatArray:
        """Return values of the places that are known at the real rows; shape (rows,), NaN beyond."""
        at = self.places[: self.rows]
        beyond = np.full(at.max() + 1 - self.known, np.nan)
        return np.asarray(np.concatenate([values, beyond])[at])

    def forecast(self, made: Forecast) -> Forecast:
        """Return a forecast that was made on the grid at the real stamps, what is shown twice twice."""
        at, past = self.ahead, self.back
        fitted, fitted_median, inside = made.fitted, made.fitted_median, made.fitted_bands
        return replace(
            made,
            mean=made.mean[at],
            median=None if made.median is None else made.median[at],
            bands={n: Interval(band.lower[at], band.upper[at]) for n, band in made.bands.items()},
            fitted=None if fitted is None else past(fitted),
            fitted_median=None if fitted_median is None else past(fitted_median),
            fitted_bands={n: Interval(past(b.lower), past(b.upper)) for n, b in inside.items()},
            paths=None if made.paths is None else made.paths[:, at],
            parts=None if made.parts is None else {n: v[at] for n, v in made.parts.items()},
        )


def wall_clock(series: Series, seasons: Sequence[int] | None, horizon: int = 0) -> WallClock | None:
    """Return the way onto the grid of local time, None where it makes no difference.

    ``seasons``: as named, None if they are yet to be found.
    """
    named = seasons is None or max(seasons, default=1) > 1
    return clock_of(series.grid, horizon) if named else None


def clock_of(grid: Grid, horizon: int = 0) -> WallClock | None:
    """Return the way of a grid's stamps, None unless the clocks change within them or the steps ahead."""
    if grid.tz is None or not isinstance(grid.freq.steps, Ticks) or not len(grid):
        return None
    first, last = (int(stamp) for stamp in grid.stamps[[0, -1]].astype(np.int64))
    rows, step = len(grid), grid.freq.length
    # Where points were dropped, no season is counted by the clock.
    if not _FINEST <= step <= DAY or last - first != (rows - 1) * step:
        return None
    find = _clock if rows + horizon <= SHARED_SIZE else _clock.__wrapped__
    return find(grid.freq, first, rows, horizon, grid.tz)


@lru_cache(maxsize=64)
def _clock(freq: Frequency, first: int, rows: int, horizon: int, tz: str) -> WallClock | None:
    """Return the way of a regular grid; series that have the same one share it."""
    step = freq.length
    reach = max(horizon, DAY // step) if horizon else 0  # clocks never went back by more than a day
    places = _places(first, step, rows + reach, tz)
    if places is None:
        return None
    filled = places[:rows].max() + 1
    known = int(max(1, places[rows:].min(initial=filled)))
    if known == rows and np.array_equal(places[: rows + horizon], np.arange(rows + horizon)):
        return None
    grid = Grid(freq, np.array([first]).astype("datetime64[ns]"), tz)
    return WallClock(places[: rows + horizon], rows, _local_grid(grid, known))


def _places(first: int, step: int, size: int, tz: str) -> IntArray | None:
    """Return the place of each of so many stamps on the grid of local time; None if the clocks never change."""
    if first + size * step > _LATEST:
        return None
    stamps = (first + np.arange(size) * step).astype("datetime64[ns]")
    ahead = (to_local(stamps, tz) - stamps).astype(np.int64)
    shift = np.rint((ahead - ahead[0]) / step).astype(np.int64)
    if not shift.any():
        return None
    # A series that begins within the hour that comes twice has no place for all of the second one.
    return np.asarray(np.maximum(np.arange(size) + shift, 0))


def _steps_per_day(grid: Grid) -> int:
    """Return how many steps a day has, 0 if no whole number."""
    return 0 if DAY % grid.freq.length else DAY // grid.freq.length


def _local_grid(grid: Grid, size: int) -> Grid:
    return Grid(grid.freq, regular_stamps(grid.freq, grid.local(grid.stamps[:1])[0], size))


def _continued(y: FloatArray, day: int) -> FloatArray:
    """Return y without missing values: each run goes on as the day before did, within what was seen so far."""
    gaps = np.flatnonzero(np.isnan(y))
    y = y.copy()
    for run in np.split(gaps, np.flatnonzero(np.diff(gaps) > 1) + 1) if gaps.size else ():
        first, past = run[0], y[: run[0]]
        has_day = day and first > day
        change = y[run - day] - y[first - 1 - day] if has_day else np.zeros(len(run))
        y[run] = np.clip(past[-1] + change, past.min(), past.max())
    return y


def _carried(column: FloatArray) -> FloatArray:
    """Return a column that begins with a value with the last one carried on."""
    known = np.where(np.isnan(column), 0, np.arange(len(column)))
    return np.asarray(column[np.maximum.accumulate(known)])
