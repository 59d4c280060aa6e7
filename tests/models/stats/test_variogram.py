"""Repetition in values of which many are missing."""

import numpy as np
import pytest

from models.stats.variogram import repeated_length
from models.types import FloatArray


def with_gaps(y: FloatArray, share: float, seed: int) -> FloatArray:
    holes = np.random.default_rng(seed).random(len(y)) < share
    return np.where(holes, np.nan, y)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.5])
@pytest.mark.parametrize("noise", [0.0, 2.0])
def test_a_pattern_is_found_between_gaps(share: float, noise: float) -> None:
    for seed in range(8):
        pattern = np.resize([10.0, 40.0, 20.0, 60.0, 30.0], 80) + 0.5 * np.arange(80)
        y = pattern + noise * np.random.default_rng(seed).normal(size=80)
        assert repeated_length(with_gaps(y, share, seed)) == 5


@pytest.mark.parametrize("kind", ["noise", "walk", "autoregression", "line", "short", "flat"])
def test_no_repetition_is_found_where_there_is_none(kind: str) -> None:
    found = []
    for seed in range(60):
        shock = np.random.default_rng(seed).normal(size=200)
        y = {
            "noise": shock,
            "walk": shock.cumsum(),
            "autoregression": np.convolve(shock, 0.8 ** np.arange(40))[:200],
            "line": np.arange(200) + shock,
            "short": shock[:8],
            "flat": np.full(200, 3.0),
        }[kind]
        found.append(repeated_length(with_gaps(y, 0.3, seed)) > 1)
    assert np.mean(found) <= 1 / 60


def test_lags_that_no_two_values_are_apart_tell_nothing() -> None:
    y = np.resize([10.0, 40.0, 20.0, 60.0, 30.0, 5.0, 50.0], 140)
    y += np.random.default_rng(0).normal(size=140)
    assert repeated_length(np.where(np.arange(140) % 2, y, np.nan)) == 14
    noise = np.random.default_rng(1).normal(size=140)
    assert repeated_length(np.where(np.arange(140) % 2, noise, np.nan)) == 1


@pytest.mark.parametrize("unit", [0.0, 1e-300, 1e300])
def test_values_of_any_size_tell_what_they_repeat(unit: float) -> None:
    y = np.resize([1.0, 4.0, 2.0, 6.0, 3.0, 5.0, 5.0], 140) * unit
    y += unit * 0.1 * np.random.default_rng(0).normal(size=140)
    y[::9] = np.nan
    assert repeated_length(y) == (7 if unit else 1)
