"""Factors of phases: those of the errors where cycles are many, one where few; what errors prove of a scale."""

import numpy as np

from models.intervals.heteroskedasticity import (
    PHASE_PRIOR_CYCLES,
    follow_their_scale,
    phase_factors,
)
from models.types import FloatArray

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


def follows(errors: FloatArray, observations: float = 4000.0) -> bool:
    """Return whether errors follow the size that they were drawn with."""
    shape = (500, 8)
    told, unit = errors.reshape(shape), LOUD.reshape(shape)
    return follow_their_scale(told, np.ones(8), unit, judged=8, observations=observations)


def test_errors_prove_a_scale_that_they_follow_and_no_other() -> None:
    assert follows(ERRORS)
    assert not follows(ERRORS / LOUD)
    assert not follows(0.0 * ERRORS)
    assert not follows(np.full(len(STEPS), np.nan))


def test_few_observations_prove_nothing() -> None:
    assert not follows(ERRORS, observations=5.0)
