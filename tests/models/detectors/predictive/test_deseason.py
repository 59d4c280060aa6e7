"""Seasons taken out before a forecaster."""

import numpy as np
import pytest

from models.detectors.predictive._deseason import season_of, split_seasons


def test_a_season_is_the_mean_of_the_other_cycles():
    pattern = np.array([1.0, -2.0, 4.0, -3.0])
    season = season_of(np.tile(pattern, 5), 4)
    np.testing.assert_allclose(season.part, np.tile(pattern, 5))
    np.testing.assert_allclose(season.next_cycle, pattern)


def test_the_next_cycle_begins_where_the_series_ends():
    pattern = np.array([1.0, -2.0, 4.0, -3.0])
    season = season_of(np.tile(pattern, 5)[:18], 4)
    np.testing.assert_allclose(season.next_cycle, np.roll(pattern, -2), atol=0.5)


def test_a_point_has_no_say_in_its_own_season():
    y = np.random.default_rng(0).normal(size=7 * 20)
    spiked = y.copy()
    spiked[70] += 100.0
    before, after = season_of(y, 7), season_of(spiked, 7)
    assert after.part[70] - before.part[70] == pytest.approx(0.0, abs=15.0)  # by the level alone
    assert after.part[77] - before.part[77] > 14.0


def test_the_season_that_explains_most_is_taken_out_and_takes_its_parts_along():
    hours = np.arange(168 * 6)
    y = np.sin(2 * np.pi * hours / 24) * np.where((hours // 24) % 7 < 5, 5.0, 1.0)
    y += np.random.default_rng(0).normal(scale=0.1, size=len(y))
    split = split_seasons(y, (24, 168))
    assert split.removed is not None
    assert split.removed.length == 168
    assert split.left == ()


def test_a_short_season_is_left_to_a_forecaster_that_takes_it():
    y = np.tile([1.0, 5.0, 3.0, 9.0], 20) + np.random.default_rng(0).normal(size=80)
    split = split_seasons(y, (4,))
    assert split.removed is None
    assert split.left == (4,)
    taken = split_seasons(y, (4,), longest=1)
    assert taken.removed is not None
    assert taken.left == ()


def test_a_season_of_which_there_are_not_two_cycles():
    assert split_seasons(np.arange(30.0), (24, 168)).removed is None
    assert split_seasons(np.arange(30.0), (24, 168)).left == (24,)
