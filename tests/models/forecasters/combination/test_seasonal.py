"""Seasons that are there, are not, and are only noise."""

import numpy as np
import pytest

from models.data.series import RawSeries
from models.forecasters.combination._seasonal import (
    cycles_of_years,
    days_a_week,
    find_seasons,
    named_seasons,
    seasonal_component,
)
from models.forecasters.combination.auto import Auto
from models.prepare import PreparationOptions, prepare
from models.types import FloatArray
from tests.datasets import load, log_passengers
from tests.models.build import noise, series_of


def test_a_clean_component_is_found_beside_a_trend() -> None:
    index = np.array([3.0, -1.0, -4.0, 2.0])
    x = np.tile(index, 10) + 0.5 * np.arange(40)
    component = seasonal_component(x, (4,), 6)
    np.testing.assert_allclose(component, np.tile(index, 12)[:46], atol=1e-9)


def test_too_short_a_series_has_no_component() -> None:
    assert (seasonal_component(noise(23), (12,), 5) == 0).all()


def test_two_cycles_have_a_component_as_far_as_they_agree() -> None:
    index = 5 * np.sin(2 * np.pi * np.arange(12) / 12)
    clear = seasonal_component(np.tile(index, 2) + 0.1 * noise(24), (12,), 12)[24:]
    np.testing.assert_allclose(clear, index, atol=1.0)
    assert np.abs(seasonal_component(noise(24), (12,), 12)).max() < 1.0


def test_two_noisy_years_keep_their_slow_part() -> None:
    t = np.arange(735)
    year = 10 * np.sin(2 * np.pi * t[:365] / 365)
    x = np.resize(year, 735) + 4 * noise(735)
    learned = seasonal_component(x, (365,), 365)[735:]
    missed = learned - year[np.arange(735, 1100) % 365]
    assert np.sqrt(np.mean(missed**2)) < 1.5  # the means of two values would miss 2.8
    nothing = seasonal_component(4 * noise(735, 1), (365,), 365)[735:]
    assert nothing.std() < 1.0


def test_known_examples() -> None:
    assert find_seasons(log_passengers()) == (12,)
    assert find_seasons(load("sunspots")[1][-200:]) == (11,)
    assert find_seasons(load("bike_rentals_hourly")[1][:600]) == (24, 168)


@pytest.mark.parametrize("walks", [False, True])
def test_little_is_found_in_noise_and_walks(walks: bool) -> None:
    draws = [noise(300, seed) for seed in range(60)]
    found = [find_seasons(x.cumsum() if walks else x) for x in draws]
    # 5 % of 60 is 3; 7 is the 98.9 % quantile of that.
    assert sum(map(bool, found)) <= 7


@pytest.mark.parametrize(
    "x", [np.zeros(50), np.arange(5.0), np.arange(50.0), np.tile([0.0, 1.0], 9)]
)
def test_odd_values_are_no_trouble(x: FloatArray) -> None:
    assert len(find_seasons(x)) <= 2


def test_of_many_cycles_of_the_calendar_the_two_longest_that_show_count() -> None:
    week = np.tile(np.r_[np.ones(5), 0.0, 0.0].repeat(24), 5)
    day = np.tile(np.sin(np.arange(24)), 35)
    hour = np.tile(np.arange(12.0), 70)
    x = noise(840)
    assert find_seasons(x + 9 * hour + 9 * week, (12, 24, 168)) == (24, 168)
    assert find_seasons(x + 3 * day, (24, 168))[0] == 24
    assert find_seasons(3 * np.sin(2 * np.pi * np.arange(40) / 24) + x[:40], (24,)) == ()
    assert find_seasons(3 * day[:48] + 0.3 * x[:48], (24,)) == (24,)


def test_a_calendar_is_believed_only_where_the_values_agree() -> None:
    found = [find_seasons(noise(735, seed), (7, 365)) for seed in range(60)]
    assert sum(map(bool, found)) <= 25  # by chance each cycle is seen as clearly in a fifth of them
    shifts = [np.tile(noise(17, 1), 40) + 0.3 * noise(680, seed) for seed in range(10)]
    assert all(17 in find_seasons(x, (24, 168)) for x in shifts)


def test_yearly_data_are_not_searched() -> None:

    def named(freq: str) -> tuple[int, ...] | None:
        raw = RawSeries("a", noise(100), start="1900-01-01", freq=freq)
        (prepared,) = prepare([raw], PreparationOptions())
        assert prepared.series is not None
        return named_seasons(prepared.series)

    assert named("YS") == ()
    assert named("MS") is None
    assert named_seasons(series_of(noise(50), None)) is None


def test_years_have_a_season_where_it_leaves_no_doubt() -> None:
    elections = 50 + np.tile([5.0, 9, 20, 4], 10) + noise(40)
    assert cycles_of_years(elections) == (4,)
    assert cycles_of_years(elections[:15]) == ()
    walks = np.random.default_rng(1).normal(size=(200, 40)).cumsum(axis=1)
    assert sum(bool(cycles_of_years(walk)) for walk in walks) <= 2
    assert not any(cycles_of_years(noise(30, seed)) for seed in range(100))
    assert cycles_of_years(np.full(30, 2.0)) == ()


def two_years(swell: float, seed: int) -> FloatArray:
    """Days of two years with a week, a level that wanders, Christmas, and a swell over the year."""
    random = np.random.default_rng(seed)
    day = np.arange(740)
    y = 10.0 + swell * np.cos(2 * np.pi * day / 365.25) + 0.5 * np.sin(2 * np.pi * day / 7)
    y += random.normal(0, 0.3, 740) + np.cumsum(random.normal(0, 0.01, 740))
    y[(day % 365 > 350) & (day % 365 < 356)] -= 3.0
    return y


def test_christmas_twice_is_no_year_but_a_swell_that_comes_again_is() -> None:
    found = {
        swell: sum(365 in find_seasons(two_years(swell, seed), (7, 365)) for seed in range(10))
        for swell in (0.0, 1.0)
    }
    assert found[0.0] <= 1
    assert found[1.0] >= 8


def test_a_noisy_summer_and_winter_seen_twice_are_a_year() -> None:
    swing = 8.0 * np.cos(2 * np.pi * np.arange(760) / 365)
    noise = (np.random.default_rng(seed).normal(size=760) for seed in range(5))
    assert all(365 in find_seasons(swing + 8.0 * one, (7, 365)) for one in noise)


@pytest.mark.parametrize(
    ("seasons", "calendar", "days"),
    [
        ((24,), (24, 168), 7),
        ((24, 168), (), 7),
        ((8, 40), (8, 40), 5),
        ((24, 120), (24, 120), 5),
        ((54,), (54,), 0),
        ((12,), (12,), 0),
        ((7, 365), (7, 365), 0),
        ((), (24, 168), 0),
    ],
)
def test_a_week_has_the_days_that_are_open(
    seasons: tuple[int, ...], calendar: tuple[int, ...], days: int
) -> None:
    assert days_a_week(seasons, calendar) == days


@pytest.mark.parametrize(
    ("step", "cycle"), [("898s", 96), ("3601s", 24), ("50min", 29), ("17h", 10)]
)
def test_steps_that_fit_into_no_day_have_the_season_of_their_values(step: str, cycle: int) -> None:
    t = np.arange(11 * cycle)
    y = 50.0 + 30.0 * np.sin(2 * np.pi * t / cycle) + np.random.default_rng(0).normal(0, 2, len(t))
    raw = RawSeries("a", y[: 10 * cycle], start="2024-01-01T00:00:00", freq=step)
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    ahead = Auto().fit_one(prepared.series).predict(cycle).mean[0]
    assert np.abs(ahead - y[10 * cycle :]).mean() < 5.0
