"""Whether phases of a season vary by different amounts, and by how much."""

import numpy as np

from models.stats.phase_scale import has_quiet_time, phase_scales

RANDOM = np.random.default_rng(0)


def test_one_size_is_told_as_none():
    for seed in range(20):
        noise = np.random.default_rng(seed).standard_t(4, size=24 * 30)
        assert phase_scales(noise, 24) is None


def test_each_phase_has_its_size_wherever_the_series_begins():
    true = np.where(np.arange(24) < 8, 0.5, 2.0 + np.arange(24) / 12)
    noise = np.resize(true, 24 * 60 + 5) * RANDOM.normal(size=24 * 60 + 5)
    found = phase_scales(noise, 24)
    np.testing.assert_allclose(found / 0.798, true, rtol=0.4)
    assert has_quiet_time(found)


def test_a_silent_phase_is_no_quieter_than_the_resolution():
    true = np.where(np.arange(24) < 8, 0.0, 5.0)
    noise = np.resize(true, 24 * 30) * RANDOM.normal(size=24 * 30)
    np.testing.assert_allclose(phase_scales(noise, 24, 0.5)[:8], 0.5, rtol=0.1)


def test_too_few_cycles_tell_nothing():
    assert phase_scales(np.resize(np.arange(24.0), 24 * 2), 24) is None


def test_three_cycles_tell_a_quiet_time_and_no_more():
    true = np.where(np.arange(24) < 14, 0.01, 5.0)
    assert has_quiet_time(phase_scales(np.resize(true, 72) * RANDOM.normal(size=72), 24))
    assert sum(phase_scales(RANDOM.normal(size=72), 24) is not None for _ in range(50)) <= 6


def test_phases_that_are_alike_tell_their_size_together():
    true = np.where(np.arange(24) < 12, 1.0, 10.0)
    noise = np.resize(true, 24 * 30) * np.random.default_rng(2).laplace(size=24 * 30)
    off = np.log(phase_scales(noise, 24) / true)
    alone = np.log(np.abs(noise).reshape(30, 24).mean(axis=0) / true)
    assert np.std(off) < 0.75 * np.std(alone)
    assert abs(off[11] - off[12]) < 0.6


def test_sizes_that_grow_with_the_level_are_told_by_it():
    levels = np.resize(np.where(np.arange(24) < 8, 0.0, 20.0 + 10.0 * np.arange(24) % 70), 24 * 40)
    errors = {"alone": [], "beside levels": []}
    for seed in range(8):
        off = np.sqrt(levels) * np.random.default_rng(seed).standard_t(4, size=len(levels))
        true = np.sqrt(levels[8:24])
        for name, known in zip(errors, (None, levels), strict=True):
            ratio = np.log(phase_scales(off, 24, levels=known)[8:] / true)
            errors[name].append(np.std(ratio))
    assert np.mean(errors["beside levels"]) < 0.5 * np.mean(errors["alone"])


def test_a_loud_phase_of_a_usual_level_keeps_its_size():
    levels = np.resize(20.0 + np.arange(24.0), 24 * 40)
    true = np.sqrt(levels) * np.resize(np.where(np.arange(24) % 12 < 4, 4.0, 1.0), len(levels))
    found = phase_scales(true * np.random.default_rng(0).normal(size=len(true)), 24, levels=levels)
    np.testing.assert_allclose(found / 0.798, true[:24], rtol=0.4)
