"""How rare a run is, by numbers that can be worked out by hand."""

import numpy as np
import pytest

from models.stats.runs import run_rarity


def test_a_run_of_r_repeats_comes_at_the_share_of_repeats_to_the_power_of_r():
    assert float(run_rarity(3, 0, 9, 98)) == pytest.approx(3.0)  # (9 + 1) / (98 + 2) = 0.1
    np.testing.assert_allclose(run_rarity(np.array([1, 2, 3]), 0, 9, 98), [1.0, 2.0, 3.0])


def test_a_run_that_is_less_than_half_as_long_again_is_nothing_new():
    np.testing.assert_allclose(run_rarity(np.array([5, 6, 7]), 4, 9, 98), [0.0, 0.0, 7.0])


def test_where_nothing_ever_moves_no_run_is_rare():
    assert 0.0 <= float(run_rarity(1000, 0, 10**12, 10**12)) < 1e-5
