"""Days of the month on which a series is something else, as pay days are: taken out before, put back behind."""

from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.data.results import Interval
from models.data.series import Series
from models.features.month_days import MonthDayEffects, month_days, steps_a_day
from models.stats.distributions import normal_quantile
from models.time.grid import Grid
from models.types import FloatArray

_WEEK = 7


@kept
@dataclass(frozen=True, slots=True, eq=False)
class CustomDays:
    """What days of the month add to a series, and its grid.

    The members know seasons of one length, which no month has: to them such days are outliers, or a season
    of 61 days.
    """

    month: MonthDayEffects
    grid: Grid

    @classmethod
    def of(cls, series: Series) -> "CustomDays | None":
        """Find the days of a series of days that have a custom; None if there are none."""
        if steps_a_day(series.grid) != 1:
            return None
        seen = np.where(series.is_observed, series.y, np.nan)
        week = [m for m in series.grid.freq.calendar_seasons() if m <= _WEEK]
        month = month_days(series.grid, seen, week)
        return cls(month, series.grid) if len(month) else None

    def on(self, series: Series) -> "CustomDays":
        """Return the same customs for another series."""
        return CustomDays(self.month, series.grid)

    def without(self, y: FloatArray) -> FloatArray:
        """Return the values, (t,), as they were on other days; no further out than those."""
        added, _, times = self.month.at(self.grid)
        others = y[~np.isfinite(times)]
        inside = np.clip(y - added, others.min(), others.max()) if len(others) else y
        return np.where(np.isfinite(times), inside, y)

    def added(self) -> FloatArray:
        """Return what is added to the values of the series, (t,)."""
        return self.month.at(self.grid)[0]

    def added_ahead(self, horizon: int) -> FloatArray:
        """Return what is added to the steps ahead, (horizon,)."""
        return self.month.at(self._ahead(horizon))[0]

    def around(self, mean: FloatArray, band: Interval, level: float) -> Interval:
        """Return the interval of other days, (horizon,), moved, and as wide at least as the custom varies."""
        added, scale, times = self.month.at(self._ahead(len(mean)))
        least = normal_quantile(level) * scale * np.sqrt(1.0 + 1.0 / times)
        below, above = np.maximum(mean - band.lower, least), np.maximum(band.upper - mean, least)
        return Interval(mean + added - below, mean + added + above)

    def _ahead(self, horizon: int) -> Grid:
        return Grid(self.grid.freq, self.grid.future(horizon), self.grid.tz)
