"""A season foretells other cycles; what happened once does not."""

import numpy as np
import pytest

from models.stats.season_check import foretells, foretells_beside

NOISE = np.random.default_rng(0).normal(size=480)


@pytest.mark.parametrize("cycles", [3, 4, 20])
def test_a_wave_foretells_itself_with_noise_trend_and_outage(cycles):
    size = 24 * cycles
    y = 3.0 * np.sin(2 * np.pi * np.arange(size) / 24) + NOISE[:size] + 0.1 * np.arange(size)
    assert foretells(y, 24)
    if cycles > 4:
        y[100:120] = -50.0
        assert foretells(y, 24)


def test_noise_and_a_counter_that_is_reset_do_not():
    assert not foretells(NOISE, 24)
    counter = np.cumsum(100.0 + NOISE)
    counter[300:] -= counter[300]
    assert not foretells(counter, 24)
    assert not foretells(counter, 100)


def test_two_cycles_are_too_few():
    assert not foretells(np.sin(2 * np.pi * np.arange(48) / 24), 24)


@pytest.mark.parametrize("weeks", [2, 3])
def test_two_weeks_that_are_alike_tell_a_week_beside_days(weeks):
    hours = np.arange(weeks * 168)
    day = 5.0 * np.sin(2 * np.pi * hours / 24) + NOISE.take(hours, mode="wrap")
    assert foretells_beside(day + 4.0 * (hours // 24 % 7 > 4), 168, 24)
    assert not foretells_beside(day, 168, 24)
    assert not foretells_beside(day - 8.0 * (hours // 24 == 9), 168, 24)


@pytest.mark.parametrize("size", range(336, 372, 3))
def test_two_weeks_tell_a_week_whatever_hour_they_end_at(size):
    hours = np.arange(size)
    day = 6.0 * np.sin(2 * np.pi * hours / 24) + NOISE[:size]
    assert foretells_beside(day - 10.0 * (hours // 24 % 7 > 4), 168, 24)


def test_a_week_and_a_half_does_not():
    hours = np.arange(250)
    assert not foretells_beside(4.0 * (hours // 24 % 7 > 4), 168, 24)
