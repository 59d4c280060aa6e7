"""Seasons that are there, are not, and are only noise."""

import numpy as np
import pytest

from models.forecasters.combination._seasonal import (
    find_seasons,
    named_seasons,
    seasonal_component,
)
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of


def noise(size: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=size)


def test_a_clean_component_is_found_beside_a_trend() -> None:
    index = np.array([3.0, -1.0, -4.0, 2.0])
    x = np.tile(index, 10) + 0.5 * np.arange(40)
    component = seasonal_component(x, (4,), 6)
    np.testing.assert_allclose(component, np.tile(index, 12)[:46], atol=1e-9)


def test_too_short_a_series_has_no_component() -> None:
    assert (seasonal_component(noise(24), (12,), 5) == 0).all()


def test_known_examples() -> None:
    assert find_seasons(np.log(load("airpassengers")[1])) == (12,)
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


def test_of_many_cycles_of_the_calendar_the_two_longest_that_were_seen_count() -> None:
    from models.data.series import RawSeries
    from models.prepare import PreparationOptions, prepare

    def named(size: int, freq: str) -> tuple[int, ...] | None:
        raw = RawSeries("a", noise(size), start="2024-01-01", freq=freq)
        (prepared,) = prepare([raw], PreparationOptions())
        assert prepared.series is not None
        return named_seasons(prepared.series)

    assert named(1000, "5min") == (12, 288)
    assert named(5000, "5min") == (288, 2016)
    assert named(100, "YS") == ()
    assert named(20, "MS") == ()
    assert named(30, "MS") == (12,)
    assert named_seasons(series_of(noise(50), None)) is None
