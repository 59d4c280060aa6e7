"""A season foretells other cycles; what happened once does not."""

import numpy as np
import pytest

from models.stats.season_check import foretells

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
