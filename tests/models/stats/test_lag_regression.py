"""Lag regression against scikit-learn, and recursion against a loop."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from models.stats.lag_regression import (
    forgetting,
    lag_set,
    lagged,
    normal_equations,
    recursive,
    solve_ridge,
)


def test_lag_sets_have_the_near_past_and_the_seasons() -> None:
    assert lag_set(100, (), dense=False).tolist() == [1, 2, 3, 4, 5]
    assert lag_set(12, (), dense=True).tolist() == [1, 2, 3]
    assert lag_set(120, (12,), dense=False).tolist() == [1, 2, 3, 11, 12, 13, 24]
    assert lag_set(600, (52,), dense=False).tolist() == [1, 2, 3, 4, 5, 13, 26, 51, 52, 53, 104]
    hours = lag_set(1200, (24, 168), dense=True).tolist()
    assert {1, 25, 47, 48, 49, 72, 96, 120, 144, 167, 168, 169, 336} <= set(hours)
    assert lag_set(2, (), dense=True).tolist() == [1]


def test_a_long_season_of_many_short_ones_does_not_get_a_lag_for_each() -> None:
    assert len(lag_set(60_000, (2, 10_000), dense=True)) < 30


def test_the_solution_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    z = random.normal(size=200).cumsum()
    z = (z - z.mean()) / z.std()
    lags = np.array([1, 2, 12])
    design = lagged(z, lags)
    assert design.shape == (4, 188)
    np.testing.assert_array_equal(design[1], z[10:198])
    root = forgetting(188, 40.0)
    assert root is not None
    assert np.mean(root**2) == pytest.approx(1)
    assert root[-1] ** 2 / root[-41] ** 2 == pytest.approx(2)
    gram, right = normal_equations(design, z[12:], root)
    ours = solve_ridge(gram, right, 3.0, np.array(188.0))
    theirs = Ridge(alpha=3.0).fit(design[:-1].T, z[12:], sample_weight=root**2)
    np.testing.assert_allclose(ours[:-1], theirs.coef_, atol=1e-5)
    assert ours[-1] == pytest.approx(theirs.intercept_, abs=1e-5)


def test_many_regressions_are_solved_as_one() -> None:
    z = np.random.default_rng(1).normal(size=(3, 80))
    lags = np.array([1, 4])
    together = solve_ridge(*normal_equations(lagged(z, lags), z[:, 4:]), 1.0, np.full(3, 76.0))
    for row, one in zip(z, together, strict=True):
        alone = solve_ridge(*normal_equations(lagged(row, lags), row[4:]), 1.0, np.array(76.0))
        np.testing.assert_allclose(one, alone)


def test_nothing_is_forgotten_in_an_infinite_half_life() -> None:
    assert forgetting(10, float("inf")) is None


def test_recursion_feeds_on_itself() -> None:
    history = np.random.default_rng(2).normal(size=(5, 2))
    lags, coefficients = np.array([1, 3]), np.array([[0.5, 0.2], [0.3, -0.4], [1.0, 0.0]])
    ahead = recursive(history, lags, coefficients, 4)
    for row in range(2):
        z = history[:, row].tolist()
        for _ in range(4):
            a, b, constant = coefficients[:, row]
            z.append(a * z[-1] + b * z[-3] + constant)
        np.testing.assert_allclose(ahead[:, row], z[5:])
