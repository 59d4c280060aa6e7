"""How rare a run is, by numbers that can be worked out by hand."""

import numpy as np
import pytest

from models.stats.runs import run_rarity


def test_a_run_of_r_repeats_comes_as_often_as_an_urn_gives_one_colour_r_times():
    chance = np.cumprod([10 / 100, 11 / 101, 12 / 102])  # 9 + 1 of 98 + 2, and one more each time
    np.testing.assert_allclose(
        run_rarity(np.array([1, 2, 3]), 0, 9, 98), -np.log10(chance), rtol=1e-9
    )
    assert float(run_rarity(0, 0, 9, 98)) == 0.0


def test_of_many_steps_a_run_comes_at_the_share_of_repeats_to_the_power_of_r():
    assert float(run_rarity(3, 0, 10**8, 10**9)) == pytest.approx(3.0, abs=1e-6)


def test_few_steps_make_no_run_rare():
    assert float(run_rarity(6, 0, 1, 3)) == pytest.approx(-np.log10(1 / 30))
    assert float(run_rarity(6, 0, 100, 300)) > 2.7


def test_a_run_that_is_less_than_half_as_long_again_is_nothing_new():
    np.testing.assert_allclose(
        run_rarity(np.array([5, 6, 7]), 4, 9, 98), [0.0, 0.0, 6.328], atol=1e-3
    )


def test_where_nothing_ever_moves_no_run_is_rare():
    assert 0.0 <= float(run_rarity(1000, 0, 10**12, 10**12)) < 1e-5
