"""Exponentially weighted means are those of pandas, by row or alone, and keep their digits."""

import numpy as np
import pandas as pd
import pytest

from models.stats.exponential_mean import exponential_mean, fitted_alphas


@pytest.mark.parametrize("alpha", [0.05, 0.5, 1.0])
def test_they_are_those_of_pandas(alpha: float) -> None:
    y = np.random.default_rng(0).normal(size=(3, 200))
    expected = pd.DataFrame(y.T).ewm(alpha=alpha, adjust=False).mean().to_numpy().T
    np.testing.assert_allclose(exponential_mean(y, alpha), expected, atol=1e-12)
    np.testing.assert_array_equal(exponential_mean(y[1], alpha), exponential_mean(y, alpha)[1])


def test_they_keep_their_digits_on_a_large_offset() -> None:
    y = np.random.default_rng(1).normal(size=500)
    np.testing.assert_allclose(
        exponential_mean(1e12 + y, 0.2) - 1e12, exponential_mean(y, 0.2), atol=1e-3
    )


def test_the_factor_is_the_one_with_the_least_error() -> None:
    y = np.cumsum(np.random.default_rng(2).normal(size=(2, 300)), axis=1)
    found = fitted_alphas(y)
    assert found.shape == (2, 1)
    for row, alpha in zip(y, found[:, 0].tolist(), strict=True):
        best = np.sum((row[1:] - exponential_mean(row, alpha)[:-1]) ** 2)
        for other in (0.05, 0.3, 0.6, 0.9):
            assert best <= np.sum((row[1:] - exponential_mean(row, other)[:-1]) ** 2) * (1 + 1e-9)
