"""Days of the year on which a series is something else."""

import numpy as np
import pytest
from dateutil.easter import easter

from models.data.series import RawSeries, Series
from models.features.year_days import year_days
from models.prepare import PreparationOptions, prepare
from models.time.grid import Grid
from models.types import BoolArray, FloatArray

YEARS = range(2018, 2029)


def days_of(which: str) -> set[np.datetime64]:
    """Return such a day of each year."""
    months = [np.datetime64(f"{year}-11") for year in YEARS]
    found = {
        "25 December": [np.datetime64(f"{year}-12-25") for year in YEARS],
        "Easter": [np.datetime64(easter(year)) for year in YEARS],
        "fourth Thursday of November": [
            np.busday_offset(month, 3, roll="forward", weekmask="Thu") for month in months
        ],
        "last Monday of November": [
            np.busday_offset(month + 1, -1, roll="forward", weekmask="Mon") for month in months
        ],
    }
    return {*found[which]}


def stamped(y: FloatArray, freq: str) -> Series:
    """Return a series from the beginning of 2019 on."""
    [found] = prepare([RawSeries("a", y, start="2019-01-01", freq=freq)], PreparationOptions())
    assert found.series is not None
    return found.series


def noisy(size: int, seed: int = 0) -> FloatArray:
    return 100.0 + 5.0 * np.random.default_rng(seed).normal(size=size)


def on(grid: Grid, days: set[np.datetime64], before: int = 0) -> BoolArray:
    """Return which steps hold one of the days, which goes on for so many days before its stamp."""
    stamps = grid.local().astype("datetime64[D]")
    return np.array([any(s - k in days for k in range(before + 1)) for s in stamps])


@pytest.mark.parametrize(
    "which",
    ["25 December", "Easter", "fourth Thursday of November", "last Monday of November"],
)
def test_a_day_that_comes_every_year_is_found_and_named_and_expected(which: str) -> None:
    series = stamped(noisy(4 * 365), "D")
    here = on(series.grid, days_of(which))
    found = year_days(series.grid, series.y + 80.0 * here, (7,))
    assert found.names() == [which]
    np.testing.assert_allclose(found.at(series.grid)[0], 80.0 * here, atol=8.0)
    ahead = Grid(series.grid.freq, series.grid.future(400))
    np.testing.assert_array_equal(found.at(ahead)[0] > 40.0, on(ahead, days_of(which)))


@pytest.mark.parametrize("weekday", ["SUN", "WED", "MON"])
def test_the_week_of_christmas_is_found_however_weeks_are_marked(weekday: str) -> None:
    christmas = days_of("25 December")
    series = stamped(noisy(7 * 52), f"W-{weekday}")
    found = year_days(series.grid, series.y - 120.0 * on(series.grid, christmas, 6), ())
    assert len(found) == 1
    ahead = Grid(series.grid.freq, series.grid.future(60))
    expected = on(ahead, christmas, 6)
    assert (found.at(ahead)[0] < -30.0).sum() == expected.sum()
    assert found.at(ahead)[0][expected].max() < -30.0


@pytest.mark.parametrize("freq", ["D", "B", "W", "W-WED"])
def test_noise_has_none_however_heavy(freq: str) -> None:
    for seed in range(5):
        y = np.random.default_rng(seed).pareto(1.5, size=1500 if freq in "DB" else 300)
        assert not len(year_days(stamped(y, freq).grid, y, ()))


def test_twice_of_four_is_too_seldom_and_months_have_no_such_days() -> None:
    series = stamped(noisy(4 * 365), "D")
    places = np.flatnonzero(on(series.grid, days_of("Easter")))[:2]
    y = series.y.copy()
    y[places] += 150.0
    assert not len(year_days(series.grid, y, (7,)))
    assert not len(year_days(stamped(noisy(2 * 365), "D").grid, noisy(2 * 365), (7,)))
    monthly = stamped(noisy(60), "MS")
    assert not len(year_days(monthly.grid, monthly.y, ()))


@pytest.mark.parametrize("which", ["25 December", "Easter", "fourth Thursday of November"])
def test_twice_is_enough_where_both_are_far_beyond_all_others_and_alike(which: str) -> None:
    series = stamped(noisy(2 * 365), "D")
    here = on(series.grid, days_of(which))
    found = year_days(series.grid, series.y + 100.0 * here, (7,))
    assert found.names() == [which]
    assert found.scale[0] >= 20.0  # two values do not tell how much such days vary
    for effect in (30.0, np.where(np.cumsum(here) == 1, 80.0, 160.0)):
        assert not len(year_days(series.grid, series.y + effect * here, (7,)))


def test_days_in_a_row_that_came_twice_are_known_by_their_dates() -> None:
    series = stamped(noisy(2 * 365), "D")
    dates = [np.datetime64(f"{year}-12-{day}") for year in YEARS for day in (24, 25, 26)]
    y = np.where(on(series.grid, {*dates}), 0.0, series.y)
    names = year_days(series.grid, y, (7,)).names()
    assert sorted(names) == ["24 December", "25 December", "26 December"]
