"""Gross outliers go, everything else stays."""

import numpy as np
import pytest

from models.stats.cleaning import (
    cleaned,
    outliers_replaced,
    robust_smooth,
    seasonal_median,
    usual_deviation,
)
from models.stats.incidents import baseline_of


@pytest.mark.parametrize("place", [0, 1, 50, 98, 99])
@pytest.mark.parametrize("slope", [0.0, 3.0])
def test_a_spike_is_replaced_by_what_its_neighbours_suggest(place, slope):
    y = np.random.default_rng(0).normal(size=100) + slope * np.arange(100)
    spiked = y.copy()
    spiked[place] += 100.0
    result = cleaned(spiked, ())
    assert np.flatnonzero(result != spiked).tolist() == [place]
    assert result[place] == pytest.approx(slope * place, abs=8.0)


@pytest.mark.parametrize("place", [0, 5, 100, 238])
def test_a_spike_in_a_season(place):
    y = 10 * np.sin(2 * np.pi * np.arange(240) / 24) + np.random.default_rng(0).normal(size=240)
    spiked = y.copy()
    spiked[place] += 60.0
    result = cleaned(spiked, (24,))
    assert np.flatnonzero(np.abs(result - spiked) > 10.0).tolist() == [place]
    assert result[place] == pytest.approx(y[place], abs=5.0)


def test_a_line_a_step_and_a_constant_stay():
    for y in (np.arange(50.0), np.repeat([0.0, 9.0], 25), np.full(20, 3.0)):
        np.testing.assert_array_equal(cleaned(y, ()), y)


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("seasons", [(), (2,), (3, 7)])
def test_any_length(size, seasons):
    assert np.isfinite(robust_smooth(np.random.default_rng(0).normal(size=size), seasons)).all()


def week_of_days(weeks: int = 20, seed: int = 0) -> np.ndarray:
    week = np.array([100.0, 105, 103, 104, 98, 60, 50])
    return np.tile(week, weeks) + np.random.default_rng(seed).normal(0, 2, 7 * weeks)


@pytest.mark.parametrize("place", [10, 16])
def test_of_twenty_values_only_one_that_is_far_out_is_wild(place: int) -> None:
    line = 100.0 + 5.0 * np.arange(20) + np.random.default_rng(0).normal(size=20)
    spiked = line.copy()
    spiked[place] = 60.0
    calm = outliers_replaced(spiked, ())
    assert np.flatnonzero(calm != spiked).tolist() == [place]
    assert calm[place] == pytest.approx(line[place], abs=6.0)
    np.testing.assert_array_equal(outliers_replaced(line, ()), line)
    np.testing.assert_array_equal(outliers_replaced(spiked[-19:], ()), spiked[-19:])


def test_a_few_wild_values_are_tempered_and_nothing_else() -> None:
    y = week_of_days()
    wild = y.copy()
    wild[[30, 93]] = 5.0, 180.0
    calm = outliers_replaced(wild, (7,))
    assert np.flatnonzero(calm != wild).tolist() == [30, 93]
    np.testing.assert_allclose(calm[[30, 93]], y[[30, 93]], atol=8)
    assert (outliers_replaced(y, (7,)) == y).mean() > 0.98


def test_what_goes_on_to_the_end_or_is_common_is_no_outlier() -> None:
    y = week_of_days()
    for last in (3, 4):
        shifted = np.r_[y, y[-7:][:last] + 80]
        assert (outliers_replaced(shifted, (7,))[-last:] == shifted[-last:]).all()
    bursts = y.copy()
    bursts[::9] += 90
    np.testing.assert_array_equal(outliers_replaced(bursts, (7,)), bursts)


@pytest.mark.parametrize(
    "y", [np.zeros(50), np.arange(50.0), np.tile([0.0, 0, 0, 9], 20), np.ones(3)]
)
def test_degenerate_values_stay(y: np.ndarray) -> None:
    np.testing.assert_array_equal(outliers_replaced(y, (4,)), y)


def test_a_season_that_has_moved_is_not_wild() -> None:
    t = np.arange(960)
    moved = np.where(t < 900, t, t + 7)
    y = 20 + 8 * np.sin(2 * np.pi * moved / 24) + np.random.default_rng(0).normal(size=960) / 10
    np.testing.assert_array_equal(outliers_replaced(y, (24,)), y)


def test_of_two_cycles_nothing_is_wild() -> None:
    week = np.r_[100.0 + np.random.default_rng(0).normal(size=23), 20.0]
    np.testing.assert_array_equal(outliers_replaced(np.tile(week, 2), (24,)), np.tile(week, 2))


def test_loud_days_between_quiet_nights_are_no_outliers() -> None:
    random = np.random.default_rng(0)
    by_day = np.maximum(np.sin(np.pi * (np.arange(24) - 6) / 14), 0.0)
    y = np.tile(100.0 * by_day, 42) + np.tile(np.sqrt(by_day), 42) * random.laplace(size=42 * 24)
    assert np.mean(cleaned(y, (24,)) != y) < 0.01
    y[492], y[480] = 150.0, 30.0
    assert cleaned(y, (24,))[[492, 480]] == pytest.approx([100.0, 0.0], abs=15.0)
    assert not baseline_of(y, (24,)).is_incident.any()


@pytest.mark.parametrize(("season", "size", "slope"), [(6, 30, 0.5), (12, 60, 2.0), (24, 240, 0.5)])
def test_the_ends_of_a_slope_with_a_season_are_no_outliers(
    season: int, size: int, slope: float
) -> None:
    t = np.arange(size)
    y = 10 + slope * t + 3 * np.sin(2 * np.pi * t / season)
    for seed in range(3):
        noisy = y + 0.05 * np.random.default_rng(seed).normal(size=size)
        assert (baseline_of(noisy, (season,)).y == noisy).all()


@pytest.mark.parametrize("seed", range(3))
def test_one_or_two_last_values_are_wild_only_where_values_scatter(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(size=70)
    week = np.tile([0.0, 1.0, 3.0, 2.0, 5.0, 9.0, 8.0], 10)
    for y, seasons in ((noise, ()), (week + noise, (7,))):
        jumped = np.append(y, y.max() + 30.0)
        assert outliers_replaced(jumped, seasons)[-1] < y.max() + 1
        twice = np.append(jumped, y.max() + 30.0)
        assert outliers_replaced(twice, seasons)[-2:].max() < y.max() + 1
        thrice = np.append(twice, y.max() + 30.0)
        assert (outliers_replaced(thrice, seasons)[-3:] == thrice[-3:]).all()
    for ends in (1, 2):
        wandering = np.append(noise.cumsum(), np.full(ends, noise.sum() + 30.0))
        assert (outliers_replaced(wandering, ())[-ends:] == wandering[-ends:]).all()


def test_what_ends_a_series_to_both_sides_is_no_new_level() -> None:
    y = np.random.default_rng(0).normal(50.0, 1.0, 100)
    ends = y.copy()
    ends[-2:] = 120.0, 5.0
    np.testing.assert_allclose(outliers_replaced(ends, ()), y, atol=5.0)
    ends[-4:] = 5.0, 120.0, 121.0, 120.0
    assert outliers_replaced(ends, ())[-4] > 45.0
    assert (outliers_replaced(ends, ())[-3:] == ends[-3:]).all()


def test_two_wild_values_at_one_phase_of_the_last_cycles_do_not_bend_what_replaces_them() -> None:
    y = week_of_days(weeks=17)
    holidays = y.copy()
    holidays[[-10, -3]] = 10.0, 12.0
    np.testing.assert_allclose(outliers_replaced(holidays, (7,)), y, atol=8)


def test_several_values_that_a_series_begins_with_may_be_its_old_level() -> None:
    y = np.r_[np.full(3, 2.0), np.full(60, 50.0)] + np.random.default_rng(0).normal(size=63)
    np.testing.assert_array_equal(outliers_replaced(y, ())[:3], y[:3])


def test_values_that_are_the_median_of_three_cycles_do_not_tell_how_far_others_lie_off() -> None:
    y = np.random.default_rng(0).normal(size=3 * 168)
    off = y - seasonal_median(y, 168)
    assert np.mean(off == 0.0) == pytest.approx(1 / 3, abs=0.01)
    assert usual_deviation(off) == pytest.approx(1.0, abs=0.1)


def test_what_only_wanders_by_nothing_has_the_mean_of_its_deviations() -> None:
    off = np.array([0.0] * 95 + [10.0] * 5)
    assert usual_deviation(off) == pytest.approx(1.2533 * 0.5, rel=1e-3)


def test_an_outlier_is_found_beside_a_level_that_moves_within_a_cycle() -> None:
    weeks, found = np.arange(520), 0
    for seed in range(20):
        walk = 30.0 * np.random.default_rng(seed).normal(size=520).cumsum()
        y = 3000.0 + 100.0 * np.sin(2 * np.pi * weeks / 52) + walk
        y[500] += 300.0
        found += bool(outliers_replaced(y, (52,))[500] != y[500])
    assert found >= 19
