"""Factors of phases: those of the errors where cycles are many, one where they are few."""

import numpy as np

from models.intervals.heteroskedasticity import PHASE_PRIOR_CYCLES, phase_factors

STEPS = np.arange(4000)
LOUD = np.where(STEPS % 4 == 2, 3.0, 1.0)
ERRORS = LOUD * np.random.default_rng(0).normal(size=len(STEPS))
MEAN_SQUARE = (3 * 1.0 + 9.0) / 4


def test_a_phase_that_is_missed_by_more_has_a_larger_factor() -> None:
    factors = phase_factors(ERRORS, STEPS % 4, 4, cycles=1e6)
    expected = np.array([1.0, 1.0, 3.0, 1.0]) / np.sqrt(MEAN_SQUARE)
    np.testing.assert_allclose(factors, expected, rtol=0.08)


def test_as_many_cycles_as_the_prior_have_half_a_say() -> None:
    sure = phase_factors(ERRORS, STEPS % 4, 4, cycles=1e9)
    half = phase_factors(ERRORS, STEPS % 4, 4, cycles=PHASE_PRIOR_CYCLES)
    np.testing.assert_allclose(half**2, (1 + sure**2) / 2, rtol=1e-6)


def test_phases_without_an_error_and_errors_of_zero_have_the_usual_scale() -> None:
    unknown = np.where(STEPS % 4 == 1, np.nan, ERRORS)
    assert phase_factors(unknown, STEPS % 4, 4, cycles=100)[1] == 1.0
    np.testing.assert_array_equal(phase_factors(0.0 * ERRORS, STEPS % 4, 4, 100), np.ones(4))


def test_without_a_season_there_is_one_factor() -> None:
    np.testing.assert_array_equal(phase_factors(ERRORS, STEPS % 1, 1, 100), [1.0])
