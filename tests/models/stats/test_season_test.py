"""The test for a season of one length."""

import numpy as np

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
