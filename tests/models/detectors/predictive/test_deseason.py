"""Seasons taken out before a forecaster."""

import numpy as np

from models.detectors.predictive._deseason import split_seasons


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
