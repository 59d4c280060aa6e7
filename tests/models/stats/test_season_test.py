"""The test for a season of one length."""

import numpy as np
import pytest

from models.stats.season_test import season_test, without_phase_means


def season(size: int, m: int, noise: float = 0.3) -> np.ndarray:
    t = np.arange(size)
    wave = np.sin(2 * np.pi * t / m) + 0.5 * np.cos(4 * np.pi * t / m)
    return np.asarray(wave + np.random.default_rng(0).normal(0, noise, size))


def test_a_clear_season_passes_and_others_do_not() -> None:
    x = season(240, 12)
    assert season_test(x - x.mean(), 12).p_value < 1e-12
    assert season_test(x - x.mean(), 7).p_value > 0.05


def test_nothing_is_left_without_the_means_of_phases() -> None:
    x = season(240, 12, noise=0.0)
    assert np.abs(without_phase_means(x, 12)).max() < 1e-9
    assert season_test(without_phase_means(season(240, 12), 12), 12).p_value > 0.5


def test_too_few_cycles_and_constants_show_nothing() -> None:
    assert season_test(season(23, 12), 12).p_value == 1.0
    assert season_test(np.zeros(100), 12).p_value == 1.0


def test_two_cycles_of_a_few_points_are_enough_if_they_are_alike() -> None:
    year = np.tile([10.0, 20.0, 30.0, 25.0], 2)
    noisy = year * (1 + 0.03 * np.random.default_rng(7).normal(size=8))
    assert season_test(noisy - noisy.mean(), 4).p_value < 0.01
    assert season_test(np.arange(8.0) - 3.5, 4).p_value == 1.0
    assert season_test(year[:7] - 20, 4).p_value == 1.0


@pytest.mark.no_cover
@pytest.mark.parametrize(("size", "m"), [(8, 4), (11, 4), (12, 5), (14, 7), (17, 7)])
def test_few_points_of_noise_or_of_a_walk_pass_as_often_as_promised(size: int, m: int) -> None:
    random = np.random.default_rng(0)
    for walk in (False, True):
        shocks = random.normal(size=(400, size))
        x = shocks.cumsum(axis=1) if walk else shocks
        passed = [season_test(one - one.mean(), m).p_value < 0.05 for one in x]
        assert np.mean(passed) < 0.08


@pytest.mark.parametrize(("size", "m"), [(11, 4), (12, 5), (14, 7), (15, 7)])
def test_two_cycles_and_a_bit_show_a_season_of_four_deviations(size: int, m: int) -> None:
    random = np.random.default_rng(1)
    shocks = random.normal(size=(200, size))
    x = shocks + np.array([np.resize(4.0 * random.normal(size=m), size) for _ in shocks])
    assert np.mean([season_test(one - one.mean(), m).p_value < 0.05 for one in x]) > 0.9
