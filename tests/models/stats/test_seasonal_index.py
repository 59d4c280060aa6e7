"""The season as one index per phase: of a classical decomposition, repeated, and shrunken."""

import numpy as np
import pytest

from models.stats.seasonal_index import (
    classical_index,
    evolving_season,
    nested_season,
    phase_means,
    seasonal_pattern,
    shrunken_index,
    without_season,
)
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import noise

PASSENGERS = load("airpassengers")[1]
INDEX = np.array([3.0, -1.0, -4.0, 2.0])


def test_means_of_phases_may_be_weighted() -> None:
    x, phase = np.array([1.0, 2.0, 3.0, 6.0]), np.array([0, 1, 0, 1])
    assert phase_means(x, phase, 2).tolist() == [2.0, 4.0]
    assert phase_means(x, phase, 2, np.array([0.0, 1.0, 1.0, 3.0])).tolist() == [3.0, 5.0]


@pytest.mark.parametrize("multiplicative", [False, True])
@pytest.mark.parametrize("m", [4, 7, 12])
def test_the_classical_index_is_that_of_statsmodels(m: int, multiplicative: bool) -> None:
    from statsmodels.tsa.seasonal import seasonal_decompose

    kind = "multiplicative" if multiplicative else "additive"
    expected = seasonal_decompose(PASSENGERS, model=kind, period=m).seasonal[:m]
    np.testing.assert_allclose(classical_index(PASSENGERS, m, multiplicative), expected)


def test_few_cycles_have_one_wave_as_their_index() -> None:
    wave = np.sin(2 * np.pi * np.arange(15) / 10)
    found = classical_index(wave, 10, multiplicative=False)
    assert np.corrcoef(found, wave[:10])[0, 1] > 0.9


def test_a_season_is_taken_off_or_divided_out() -> None:
    assert without_season(np.array([6.0]), np.array([2.0]), multiplicative=False).tolist() == [4.0]
    assert without_season(np.array([6.0]), np.array([2.0]), multiplicative=True).tolist() == [3.0]


def test_a_pattern_is_the_index_over_again() -> None:
    x = np.tile(INDEX, 10) + 0.5 * np.arange(40)
    np.testing.assert_allclose(seasonal_pattern(x, 4), np.tile(INDEX, 10), atol=1e-9)


def test_a_clean_index_is_found_beside_a_trend() -> None:
    x = np.tile(INDEX, 10) + 0.5 * np.arange(40)
    np.testing.assert_allclose(shrunken_index(x, 4), INDEX, atol=1e-9)


def test_an_index_of_noise_shrinks() -> None:
    shares = []
    for seed in range(30):
        x = noise(60, seed)
        raw = np.array([x[phase::12].mean() for phase in range(12)])
        shares.append(np.std(shrunken_index(x, 12)) / np.std(raw))
    assert np.median(shares) < 0.4


def test_younger_cycles_count_more() -> None:
    x = np.concatenate([np.tile([1.0, -1.0, 0.0], 8), np.tile([3.0, -3.0, 0.0], 8)])
    index = shrunken_index(x, 3)
    assert index[0] > 2.5


def test_a_season_that_stays_is_learned_from_many_cycles_and_one_that_moves_from_the_last() -> None:
    random = np.random.default_rng(4)
    week = np.array([0.0, 1.0, 2.0, 3.0, 2.0, -3.0, -5.0])
    noise = random.normal(0, 2, 7 * 100)
    steady = shrunken_index(np.tile(week, 100) + noise, 7)
    assert np.abs(steady - week).max() < 1.0  # five last weeks alone would miss by two
    walk = np.cumsum(random.normal(0, 0.6, (100, 7)), axis=0)
    walk -= walk.mean(axis=1, keepdims=True)
    moving = shrunken_index((walk + random.normal(0, 0.3, (100, 7))).ravel(), 7)
    assert np.abs(moving - walk[-1]).mean() < 0.8
    assert np.abs(walk.mean(axis=0) - walk[-1]).mean() > 1.5


def test_a_season_is_the_mean_of_the_other_cycles() -> None:
    pattern = np.array([1.0, -2.0, 4.0, -3.0])
    season = evolving_season(np.tile(pattern, 5), 4)
    np.testing.assert_allclose(season.part, np.tile(pattern, 5))
    np.testing.assert_allclose(season.next_cycle, pattern)


def test_the_next_cycle_begins_where_the_series_ends() -> None:
    pattern = np.array([1.0, -2.0, 4.0, -3.0])
    season = evolving_season(np.tile(pattern, 5)[:18], 4)
    np.testing.assert_allclose(season.next_cycle, np.roll(pattern, -2), atol=0.5)


def test_a_point_has_no_say_in_its_own_season() -> None:
    y = np.random.default_rng(0).normal(size=7 * 20)
    spiked = y.copy()
    spiked[70] += 100.0
    before, after = evolving_season(y, 7), evolving_season(spiked, 7)
    assert after.part[70] - before.part[70] == pytest.approx(0.0, abs=15.0)  # by the level alone
    # one of the fourteen others around it, less what its level took of it
    assert after.part[77] - before.part[77] == pytest.approx(100.0 * 6 / 7 / 14)


def test_a_season_that_stays_is_the_mean_of_more_cycles_than_one_that_moves():
    random = np.random.default_rng(1)
    pattern = 10.0 * np.sin(2.0 * np.pi * np.arange(12) / 12)
    noise = random.normal(size=12 * 60)
    still = evolving_season(np.tile(pattern, 60) + noise, 12)
    assert np.std(still.part - np.tile(pattern, 60)) < 0.25  # of six cycles: 0.41
    growing = np.tile(pattern, 60) * np.repeat(np.linspace(0.2, 3.0, 60), 12)
    moving = evolving_season(growing + 0.1 * noise, 12)
    assert np.mean(np.abs(moving.part - growing)[24:-24]) < 0.2


def week(size: int) -> FloatArray:
    hour, day = np.arange(size) % 24, np.arange(size) // 24 % 7
    return 30.0 * np.sin(2.0 * np.pi * hour / 24) + np.where(day < 5, 20.0, -30.0)


@pytest.mark.parametrize("first", [0, 17])
@pytest.mark.parametrize("size", [6 * 168, 6 * 168 - 31])
def test_a_week_that_is_a_day_and_a_level_for_each_weekday_is_told_by_many_values(
    size: int, first: int
) -> None:
    true = week(first + size + 168)[first:]
    y = true[:size] + 5.0 * noise(size)
    alone, nested = evolving_season(y, 168), nested_season(y, 168, 24)
    level = true.mean()
    assert np.std(nested.part - true[:size]) < 0.6 * np.std(alone.part - true[:size])
    np.testing.assert_allclose(nested.next_cycle + level, true[size:], atol=6.0)


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_what_chance_leaves_beside_day_and_weekday_is_no_part_of_a_week(seed: int) -> None:
    y = week(4 * 168) + 5.0 * np.random.default_rng(seed).standard_t(3, size=4 * 168)
    table = nested_season(y, 168, 24).next_cycle.reshape(7, 24)
    beside = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + table.mean()
    np.testing.assert_allclose(beside, 0.0, atol=1e-9)


def test_a_week_whose_days_have_shapes_of_their_own_keeps_them():
    shapes = 10.0 * np.random.default_rng(3).normal(size=168)
    y = np.resize(shapes, 8 * 168) + noise(8 * 168)
    alone, nested = evolving_season(y, 168), nested_season(y, 168, 24)
    true = np.resize(shapes - shapes.mean(), 8 * 168)
    assert np.std(nested.part - true) < 1.05 * np.std(alone.part - true)


def test_rare_values_of_heavy_noise_hardly_move_a_week() -> None:
    true = week(168) - week(168).mean()
    draws = [np.random.default_rng(seed).standard_t(3, size=4 * 168) for seed in (1, 4, 7)]
    found = [nested_season(week(4 * 168) + 5.0 * one, 168, 24).next_cycle for one in draws]
    assert np.mean([np.std(one - true) for one in found]) < 1.4  # told once: 1.55


def test_a_week_that_changed_is_no_part_of_a_year_of_two() -> None:
    days = np.arange(735)
    year = 2 * np.sin(2 * np.pi * days / 365)
    week = np.where(days < 400, np.array([0.0, 1, 3, 2, 5, 9, 8])[days % 7], 4.0)
    found = shrunken_index(year + week - 4 + 0.5 * noise(735), 365)
    true = year[:365]
    assert np.sqrt(np.mean((found - true) ** 2)) < 0.3
    assert np.sqrt(np.mean((shrunken_index(year + 0.5 * noise(735), 365) - true) ** 2)) < 0.2


def test_sharp_edges_of_two_clear_cycles_stay() -> None:
    day = np.repeat([10.0, 20.0], 24)
    index = shrunken_index(np.tile(day, 2) + 0.1 * noise(96), 48)
    np.testing.assert_allclose(index, day - 15, atol=0.5)
