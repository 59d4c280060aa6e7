"""Days of month and year on which a series is something else: taken out before, put back behind."""

from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.data.results import Interval
from models.data.series import Series
from models.features.day_effects import AdditiveEffects
from models.features.known_ahead import informative_columns
from models.features.month_days import NO_MONTH_DAYS, MonthDayEffects, month_days, steps_a_day
from models.features.year_days import NO_YEAR_DAYS, YearDayEffects, year_days
from models.stats.distributions import normal_quantile
from models.time.grid import Grid
from models.types import FloatArray

_WEEK = 7


@kept
@dataclass(frozen=True, slots=True, eq=False)
class CustomDays:
    """What days of the month, and of the year, add to a series, and its grid.

    The members know seasons of one length, which no month has, nor a year of weeks: to them such days are
    outliers, or a season of 61 days. Where there are regressors, days of the year are theirs to tell.
    """

    month: MonthDayEffects
    year: YearDayEffects
    grid: Grid

    @classmethod
    def of(cls, series: Series) -> "CustomDays | None":
        """Find the days of a series of days, or of weeks, that have a custom; None if there are none."""
        seen, grid = np.where(series.is_observed, series.y, np.nan), series.grid
        week = [m for m in grid.freq.calendar_seasons() if m <= _WEEK]
        month = month_days(grid, seen, week) if steps_a_day(grid) == 1 else NO_MONTH_DAYS
        told = bool(informative_columns(series))
        rest = seen - month.at(grid).part if len(month) else seen
        year = NO_YEAR_DAYS if told else year_days(grid, rest, week)
        return cls(month, year, grid) if len(month) or len(year) else None

    def on(self, series: Series) -> "CustomDays":
        """Return the same customs for another series."""
        return CustomDays(self.month, self.year, series.grid)

    def names(self) -> list[str]:
        """Return what the days are called."""
        return [*self.month.names(), *self.year.names()]

    def _at(self, grid: Grid) -> AdditiveEffects:
        """Return what is added at stamps, (t,)."""
        if not len(self.month):  # of weeks, too, which have no days of the month
            return self.year.at(grid)
        return self.month.at(grid).beside(self.year.at(grid))

    def without(self, y: FloatArray) -> FloatArray:
        """Return the values, (t,), as they were on other days; no further out than those."""
        added, _, times = self._at(self.grid)
        others = y[~np.isfinite(times)]
        inside = np.clip(y - added, others.min(), others.max()) if len(others) else y
        return np.where(np.isfinite(times), inside, y)

    def added(self) -> FloatArray:
        """Return what is added to the values of the series, (t,)."""
        return self._at(self.grid).part

    def added_ahead(self, horizon: int) -> FloatArray:
        """Return what is added to the steps ahead, (horizon,)."""
        return self._at(self._ahead(horizon)).part

    def around(self, mean: FloatArray, band: Interval, level: float) -> Interval:
        """Return the interval of other days, (horizon,), moved, and as wide at least as the custom varies."""
        added, scale, times = self._at(self._ahead(len(mean)))
        least = normal_quantile(level) * scale * np.sqrt(1.0 + 1.0 / times)
        below, above = np.maximum(mean - band.lower, least), np.maximum(band.upper - mean, least)
        return Interval(mean + added - below, mean + added + above)

    def _ahead(self, horizon: int) -> Grid:
        return Grid(self.grid.freq, self.grid.future(horizon), self.grid.tz)
