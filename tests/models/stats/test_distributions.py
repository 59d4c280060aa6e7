"""Quantiles of distributions and of weighted values, and the standard deviation of residuals."""

import numpy as np
import pytest
from scipy.stats import norm, t

from models.stats.distributions import (
    normal_quantile,
    residual_std,
    student_quantile,
    student_quantiles,
    weighted_quantiles,
)

DF = np.array([1.0, 1.3, 2.0, 4.4, 10.0, 1000.0, 1e9])


def test_a_central_interval_of_the_normal_distribution():
    assert normal_quantile(95.0) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize("level", [1.0, 80.0, 99.0, 99.99, 99.999999])
def test_one_level_of_many_students(level):
    expected = t.ppf(0.5 + level / 200.0, DF)
    np.testing.assert_allclose(student_quantile(level, DF), expected, rtol=2e-6)
    assert student_quantile(level, np.array(np.inf)) == pytest.approx(norm.ppf(0.5 + level / 200.0))


def test_students_quantile_grows_with_the_level():
    edges = np.stack([student_quantile(level, DF) for level in np.linspace(1.0, 99.9999, 200)])
    assert (np.diff(edges, axis=0) > 0.0).all()


def test_many_levels_of_one_student():
    made = student_quantiles(np.array([80.0, 95.0, 99.0]), 3)
    np.testing.assert_allclose(made, [1.638, 3.182, 5.841], atol=1e-3)


def test_weighted_quantiles_of_equal_weights_are_those_of_hazen():
    x = np.random.default_rng(1).normal(size=50)
    q = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(
        weighted_quantiles(x, np.ones(50), q), np.quantile(x, q, method="hazen")
    )


def test_a_heavier_value_draws_the_quantile():
    median = weighted_quantiles(
        np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 8.0]), np.array([0.5])
    )
    assert median > 2.5


def test_residuals_lose_a_degree_of_freedom_for_each_parameter():
    residuals = np.array([[1.0, -1.0, 1.0, -1.0, np.nan], [2.0, np.nan, np.nan, np.nan, np.nan]])
    np.testing.assert_allclose(residual_std(residuals), [[1.0], [2.0]])
    np.testing.assert_allclose(residual_std(residuals, 1), [[np.sqrt(4 / 3)], [np.nan]])
