"""Days of the month on which a series is something else."""

import numpy as np
import pytest

from models.features.month_days import month_days
from models.time.grid import Grid
from tests.models.detectors.combination.months import DAYS, noisy, on, stamped


@pytest.mark.parametrize("which", DAYS)
@pytest.mark.parametrize("freq", ["D", "h"])
def test_a_day_with_a_custom_is_found_and_named(which: str, freq: str) -> None:
    series = stamped(noisy(freq, 400), freq)
    here = on(series.grid, which)
    y = series.y + np.where(here, 150.0, 0.0)
    found = month_days(series.grid, y, ())
    added, scale, times = found.at(series.grid)
    assert DAYS[which] in found.names()
    np.testing.assert_allclose(added[here], 150.0, atol=15.0)
    assert not added[~here].any()
    assert (scale[here] < 15.0).all()
    assert (times[here] >= 12.0).all()


def test_what_is_one_value_on_a_day_and_another_on_all_others_is_a_custom_unless_by_chance() -> (
    None
):
    series = stamped(noisy("D", 400), "D")
    first = 300.0 * on(series.grid, "first")
    assert month_days(series.grid, first, (7,)).names() == ["day 1 of the month"]
    for seed in range(20):
        now_and_then = 300.0 * (np.random.default_rng(seed).random(400) < 0.04)
        assert not len(month_days(series.grid, now_and_then, (7,)))


def test_the_next_months_have_it_too() -> None:
    series = stamped(noisy("D", 200), "D")
    found = month_days(series.grid, series.y + 150.0 * on(series.grid, "first"), ())
    ahead = Grid(series.grid.freq, series.grid.future(100))
    np.testing.assert_array_equal(found.at(ahead)[0] > 100.0, on(ahead, "first"))


@pytest.mark.parametrize("freq", ["D", "B", "h"])
def test_noise_has_no_customs_however_heavy(freq: str) -> None:
    for seed in range(5):
        y = np.random.default_rng(seed).pareto(1.5, size=len(noisy(freq, 300)))
        series = stamped(y, freq)
        assert not len(month_days(series.grid, y, ()))


def test_twice_is_no_custom() -> None:
    series = stamped(noisy("D", 200), "D")
    places = np.flatnonzero(on(series.grid, "first"))[:2]
    y = series.y.copy()
    y[places] += 150.0
    assert not len(month_days(series.grid, y, ()))


def test_what_comes_in_another_cycle_is_on_no_day_of_the_month() -> None:
    series = stamped(noisy("D", 210), "D")
    y = series.y + 150.0 * (np.arange(210) % 14 == 4)
    assert not len(month_days(series.grid, y, (14,)))


def test_the_middle_and_the_first_of_the_month_are_no_cycle_of_fifteen_days() -> None:
    series = stamped(noisy("D", 540), "D")
    days = series.grid.local().astype("datetime64[D]")
    number = (days - days.astype("datetime64[M]")).astype(int) + 1
    y = series.y + 150.0 * np.isin(number, [1, 15])
    names = month_days(series.grid, y, (15,)).names()
    assert set(names) == {"day 1 of the month", "day 15 of the month"}
