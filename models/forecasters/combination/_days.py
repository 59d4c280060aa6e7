"""Customs of days of month and year, and working days of months: taken out before, put back behind."""

from dataclasses import dataclass, replace

import numpy as np

from models.contract.state import kept
from models.data.parts import HOLIDAYS
from models.data.results import Interval
from models.data.series import Series
from models.features.calendar import on_holidays, part_of
from models.features.day_effects import AdditiveEffects, steps_a_day
from models.features.known_ahead import informative_columns
from models.features.month_days import NO_MONTH_DAYS, MonthDayEffects, month_days
from models.features.working_days import working_day_effect, working_days
from models.features.year_days import NO_YEAR_DAYS, YearDayEffects, year_days
from models.forecasters.combination._laws import exact_law
from models.stats.distributions import normal_quantile
from models.time.grid import Grid
from models.time.steps import Months
from models.types import FloatArray

_WEEK = 7


@kept
@dataclass(frozen=True, slots=True, eq=False)
class CustomDays:
    """What days of the month, and of the year, add to a series, and its grid.

    The members know seasons of one length, which no month has, nor a year of weeks: to them such days are
    outliers, or a season of 61 days. Where there are regressors, days of the year are theirs to tell, and where
    holidays are told, those days are.
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
        rest = seen - month.at(grid).part if len(month) else seen
        year = NO_YEAR_DAYS
        if all(part_of(name) == HOLIDAYS for name in informative_columns(series)):
            year = year_days(grid, np.where(on_holidays(series), np.nan, rest), week)
        return cls(month, year, grid) if len(month) or len(year) else None

    def on(self, series: Series) -> "CustomDays":
        """Return the same customs for another series."""
        return CustomDays(self.month, self.year, series.grid)

    def often(self) -> "CustomDays":
        """Return those that came more than twice: of others nothing was known before."""
        return replace(self, year=self.year.often())

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

    def past(self, values: FloatArray) -> FloatArray:
        """Return values of other days, (t,), as they are on those of the series."""
        return np.asarray(values + self._at(self.grid).part)

    def ahead(self, mean: FloatArray) -> FloatArray:
        """Return a forecast of other days, (horizon,), as one of the days ahead."""
        return np.asarray(mean + self._at(_ahead_of(self.grid, len(mean))).part)

    def around(self, mean: FloatArray, band: Interval, level: float) -> Interval:
        """Return the interval of other days, (horizon,), moved, and as wide at least as the custom varies."""
        added, scale, times = self._at(_ahead_of(self.grid, len(mean)))
        least = normal_quantile(level) * scale * np.sqrt(1.0 + 1.0 / times)
        below, above = np.maximum(mean - band.lower, least), np.maximum(band.upper - mean, least)
        return Interval(mean + added - below, mean + added + above)


@kept
@dataclass(frozen=True, slots=True, eq=False)
class WorkingDays:
    """By how much months of a series rise with their working days, in logarithms, and its grid.

    A season of months knows how many days they have, not how many weekends.
    """

    effect: float
    grid: Grid

    @classmethod
    def of(cls, series: Series) -> "WorkingDays | None":
        """Learn it from a positive series of months; None of others, and where it may well be chance.

        Where there are regressors, it is theirs to tell.
        """
        seen = np.where(series.is_observed, series.y, np.nan)
        if not _is_of_months(series.grid) or informative_columns(series) or not np.nanmin(seen) > 0:
            return None
        effect = working_day_effect(np.log(seen), series.grid.local())
        return (
            None if effect == 0 or exact_law(series.y, 1) is not None else cls(effect, series.grid)
        )

    def on(self, series: Series) -> "WorkingDays | None":
        """Return the same for another series; None if it is not one of months."""
        return replace(self, grid=series.grid) if _is_of_months(series.grid) else None

    def often(self) -> "WorkingDays":
        """Return the same: every month has told of them."""
        return self

    def names(self) -> list[str]:
        """Return what the days are called."""
        return ["working days of the month"]

    def _factor(self, grid: Grid) -> FloatArray:
        return np.asarray(np.exp(self.effect * working_days(grid.local())))

    def without(self, y: FloatArray) -> FloatArray:
        """Return the values, (t,), as they were in a month with as many weekends as months have on average."""
        return np.asarray(y / self._factor(self.grid))

    def past(self, values: FloatArray) -> FloatArray:
        """Return values of such months, (t,), as they are in those of the series."""
        return np.asarray(values * self._factor(self.grid))

    def ahead(self, mean: FloatArray) -> FloatArray:
        """Return a forecast of such months, (horizon,), as one of the months ahead."""
        return np.asarray(mean * self._factor(_ahead_of(self.grid, len(mean))))

    def around(self, mean: FloatArray, band: Interval, level: float) -> Interval:
        """Return the interval of such months, (horizon,), as one of the months ahead."""
        return Interval(self.ahead(band.lower), self.ahead(band.upper))


def days_of(series: Series) -> CustomDays | WorkingDays | None:
    """Find what is to be taken out of a series before it is forecast; None if there is nothing."""
    return WorkingDays.of(series) or CustomDays.of(series)


def _is_of_months(grid: Grid) -> bool:
    steps = grid.freq.steps if grid.freq.step is None else None
    return isinstance(steps, Months) and steps.count * steps.unit == 1


def _ahead_of(grid: Grid, horizon: int) -> Grid:
    """Return the grid of the steps that follow, (horizon,)."""
    return Grid(grid.freq, grid.future(horizon), grid.tz)
