"""The standard deviation, its growth with the level, and its tails."""

import numpy as np
import pytest

from models.stats.distributions import student_quantile
from models.stats.robust import LevelScale, least_scale, robust_scale, tail_df


def test_it_is_the_standard_deviation_of_normal_values():
    values = np.random.default_rng(0).normal(scale=3.0, size=100_000)
    assert robust_scale(values) == pytest.approx(3.0, rel=0.01)


def test_a_minority_has_no_say():
    values = np.random.default_rng(0).normal(size=1000)
    values[:200] = 1e9
    assert robust_scale(values) < 2.0


def test_rare_deviations_from_a_constant_hide_nothing():
    values = np.zeros(100)
    values[7] = 50.0
    assert robust_scale(values) == 0.0


@pytest.mark.parametrize("giant", [90.0, 9e6])
def test_of_two_deviations_beside_equal_values_the_larger_has_no_say(giant):
    assert robust_scale(np.array([0.0, 0.0, 1.0, 0.0, giant, 0.0])) == pytest.approx(
        1.4826, rel=1e-3
    )


def test_the_resolution_leaves_half_a_step():
    drawn = np.random.default_rng(0).normal(scale=0.3, size=500)
    assert least_scale(np.round(2.0 * drawn) / 2.0) == pytest.approx(0.25)
    assert least_scale(0.1 * np.repeat(np.arange(40.0), 20)) == pytest.approx(0.05)


def test_values_without_steps_that_recur_have_no_resolution():
    spikes = np.full(200, 10.0)
    spikes[[30, 90]] = 5000.0, 100_000.0
    assert least_scale(spikes) == 0.0
    assert least_scale(np.random.default_rng(0).normal(size=500)) == 0.0
    assert least_scale(np.empty(0)) == 0.0


def test_one_rare_incident_on_a_constant_shows_no_resolution():
    values = np.full(600, 3.0)
    values[200:225] = 2.0
    assert least_scale(values) == 0.0
    values[20:595:25] = 2.0  # many show it
    assert least_scale(values) == 0.5


def test_one_giant_beside_which_all_else_is_alike_shows_no_resolution():
    values = np.random.default_rng(1).normal(0.6, 0.3, size=100)
    values[0] = 9.5e8
    assert least_scale(values) == 0.0


def test_common_deviations_from_a_constant_count_by_themselves():
    values = np.zeros(100)
    values[::4] = 2.0
    assert robust_scale(values) == pytest.approx(1.4826 * 2.0, rel=1e-3)


def test_no_deviation_at_all():
    assert robust_scale(np.zeros(3)) == 0.0


@pytest.mark.parametrize(("exponent", "low", "high"), [(0.0, 0.0, 0.2), (1.0, 0.75, 1.0)])
def test_it_grows_with_the_level_where_the_data_say_so(exponent, low, high):
    random = np.random.default_rng(1)
    levels = np.linspace(10.0, 100.0, 600)
    spread = LevelScale.of(random.normal(size=600) * (levels / 50.0) ** exponent, levels)
    assert low <= spread.exponent <= high
    assert spread.at(np.array(55.0)) == pytest.approx(1.0, rel=0.2)


def test_it_does_not_grow_with_levels_that_cross_zero():
    random = np.random.default_rng(1)
    levels = np.linspace(-10.0, 100.0, 600)
    assert LevelScale.of(random.normal(size=600) * np.abs(levels), levels).exponent == 0.0


def test_how_it_grows_is_told_by_the_farthest_levels_where_they_are_many():
    random = np.random.default_rng(1)
    near = np.linspace(1.3, 2.6, 1000)
    levels = np.append(near, np.full(45, 200.0))  # a job every night beside what comes one by one
    deviations = random.normal(size=1045) * np.append(near, np.ones(45))
    spread = LevelScale.of(deviations, levels)
    assert spread.at(np.array(200.0)) < 4.0  # 150 where the near levels alone told it
    assert LevelScale.of(deviations[:1000], near).exponent > 0.75


def test_it_is_unknown_where_the_level_is():
    assert np.isnan(LevelScale(2.0).at(np.array([1.0, np.nan]))).tolist() == [False, True]


@pytest.mark.parametrize(
    ("draw", "most"),
    [
        (lambda random, n: random.normal(size=n), 1.2),
        (lambda random, n: random.standard_t(5, size=n), 2.2),
        (lambda random, n: random.standard_t(3, size=n), 2.2),
        (lambda random, n: np.exp(random.normal(size=n)), 2.5),
    ],
)
def test_one_in_a_hundred_lies_beyond_the_edge_whatever_the_tails(draw, most):
    shares = []
    for seed in range(60):
        values = draw(np.random.default_rng(seed), 500)
        values = values - np.median(values)
        edge = student_quantile(99.0, np.array(min(tail_df(values), 200.0)))
        shares.append(100.0 * np.mean(np.abs(values) > edge * robust_scale(values)))
    assert 0.5 < np.mean(shares) < most


def test_outliers_are_no_tails():
    values = np.random.default_rng(0).normal(size=500)
    values[:25] *= 20.0
    assert tail_df(values) > 5.0


def test_few_values_say_nothing_of_tails():
    assert tail_df(np.array([1.0, -1.0, 100.0])) == float("inf")


def test_a_third_of_few_values_is_common():
    assert robust_scale(np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.5])) > 0.0
    assert robust_scale(np.array([0.0, 0.0, 0.0, 0.0, 9.0])) == 0.0
    assert robust_scale(np.array([0.0, 9.0])) > 0.0
