"""A level that wanders, with a drift, told from a straight line with noise."""

import numpy as np
import pytest

from models.stats.local_level import LocalLevel
from models.types import FloatArray


def wandering(size: int, rate: float, drift: float, seed: int = 0) -> FloatArray:
    """Return a local level of which so much of each error of 1 stays, with a drift."""
    error = np.random.default_rng(seed).normal(size=size)
    return error + np.append(0.0, rate * np.cumsum(error)[:-1]) + drift * np.arange(size)


def chances(size: int, rate: float, drift: float) -> FloatArray:
    return np.array(
        [LocalLevel.of(wandering(size, rate, drift, seed)).chance_of_line for seed in range(20)]
    )


def test_a_line_with_noise_is_told_and_the_clearer_the_longer_it_is() -> None:
    assert np.median(chances(60, 0.0, 0.5)) > 0.8
    assert 0.3 < np.median(chances(30, 0.0, 0.5)) < 0.8
    assert np.median(chances(60, 0.0, 0.05)) < 0.5  # hardly a drift


@pytest.mark.parametrize("size", [20, 60])
@pytest.mark.parametrize("drift", [0.0, 0.5])
def test_a_random_walk_and_noise_about_a_mean_are_no_line(size: int, drift: float) -> None:
    assert np.quantile(chances(size, 1.0, drift), 0.9) < 0.1
    assert np.quantile(chances(size, 0.0, 0.0), 0.9) < 0.1


@pytest.mark.parametrize(("rate", "growth"), [(0.0, 1.0), (0.6, 1.67), (1.0, 2.45)])
def test_errors_grow_with_the_step_as_the_rate_says(rate: float, growth: float) -> None:
    found = np.array([LocalLevel.of(wandering(400, rate, 0.5, k)).deviation(6) for k in range(20)])
    middle = np.median(found, axis=0)
    assert middle[0] == pytest.approx(1.0, abs=0.05)
    assert middle[5] == pytest.approx(growth, abs=0.15)


def test_a_straight_line_has_no_errors() -> None:
    exact = LocalLevel.of(3.0 + 2.0 * np.arange(30.0))
    assert exact.deviation(3).max() < 1e-6
    assert np.isfinite(exact.chance_of_line)
