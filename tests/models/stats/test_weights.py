"""Weights from errors."""

import numpy as np
import pytest

from models.stats.weights import inverse_error_weights
from models.types import FloatArray


@pytest.mark.parametrize(
    ("errors", "power", "expected"),
    [
        ([1.0, 2.0], 1.0, [2 / 3, 1 / 3]),
        ([1.0, 2.0], 2.0, [4 / 5, 1 / 5]),
        ([1.0, np.inf], 2.0, [1.0, 0.0]),
        ([np.inf, np.inf], 2.0, [0.5, 0.5]),
        ([0.0, 0.0, np.inf], 2.0, [0.5, 0.5, 0.0]),
    ],
)
def test_who_errs_less_counts_more(errors: list[float], power: float, expected: FloatArray) -> None:
    found = inverse_error_weights(np.array(errors), power, least=0.0)
    np.testing.assert_allclose(found, expected)


def test_small_errors_count_as_the_least() -> None:
    found = inverse_error_weights(np.array([0.0, 0.2]), 1.0, least=0.1)
    np.testing.assert_allclose(found, [2 / 3, 1 / 3])
