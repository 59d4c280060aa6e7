"""Seasons taken out before a forecaster."""

import numpy as np

from models.detectors.predictive._deseason import is_proportional, split_seasons


def test_the_season_that_explains_most_is_taken_out_and_takes_its_parts_along():
    hours = np.arange(168 * 6)
    y = np.sin(2 * np.pi * hours / 24) * np.where((hours // 24) % 7 < 5, 5.0, 1.0)
    y += np.random.default_rng(0).normal(scale=0.1, size=len(y))
    split = split_seasons(y, (24, 168))
    assert split.removed is not None
    assert split.removed.length == 168
    assert split.left == ()


def test_a_week_is_taken_out_though_days_alone_leave_smaller_steps():
    hours, random = np.arange(168 * 4), np.random.default_rng(0)
    day = 400.0 * np.exp(1.5 * np.sin(2 * np.pi * (hours - 9) / 24))
    usual = day * np.where(hours // 24 % 7 < 5, 1.0, 0.6)
    y = usual + random.normal(size=len(hours)) * (2.0 * np.sqrt(usual) + 0.03 * usual)
    assert split_seasons(y, (24, 168)).length == 168


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


def test_what_deviates_by_shares_of_its_level_is_proportional_and_nothing_else():
    days, random = np.arange(7 * 60), np.random.default_rng(0)
    level = np.array([100.0, 110, 115, 112, 105, 60, 50])[days % 7] * np.exp(0.005 * days)
    seen = np.ones(len(days), dtype=bool)
    shares = level * np.exp(0.05 * random.normal(size=len(days)))
    assert is_proportional(shares, (7,), seen)
    assert not is_proportional(shares, (), seen)
    assert not is_proportional(level + 5.0 * random.normal(size=len(days)), (7,), seen)
    assert not is_proportional(random.poisson(level).astype(float), (7,), seen)
    assert not is_proportional(np.where(days == 50, 0.0, shares), (7,), seen)
    # shares of what is above 2,000 say nothing
    assert not is_proportional(shares + 2000.0, (7,), seen)


def test_days_that_differ_by_weekday_are_not_proportional_before_the_week_is_known():
    hours = np.arange(500)
    day = 500.0 + 400.0 * np.sin(2.0 * np.pi * hours / 24)
    y = day * np.where(hours // 24 % 7 < 5, 1.0, 0.5)
    y += np.random.default_rng(0).normal(scale=20.0, size=500)
    seen = np.ones(500, dtype=bool)
    assert is_proportional(y, (24,), seen)
    assert not is_proportional(y, (24, 168), seen)
