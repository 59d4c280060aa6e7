"""Growth that nears a limit goes on to that limit."""

import numpy as np
import pytest

from models.forecasters.combination._combined import TrainingSeries, combination_of
from models.types import FloatArray

NOISE = np.random.default_rng(3).normal(size=200)


def approach(t: FloatArray) -> FloatArray:
    return np.asarray(1000 * (1 - np.exp(-t / 12)))


def logistic(t: FloatArray) -> FloatArray:
    return np.asarray(1000 / (1 + np.exp(-(t - 40) / 6)))


def decay(t: FloatArray) -> FloatArray:
    return np.asarray(500 * np.exp(-t / 10) + 20)


@pytest.mark.parametrize(
    ("curve", "size"), [(approach, 60), (approach, 36), (logistic, 70), (decay, 50)]
)
def test_a_curve_with_hardly_any_noise_is_continued(curve, size: int) -> None:
    t = np.arange(size + 24.0)
    y = curve(t[:size]) + 1e-6 * NOISE[:size]
    made = combination_of(TrainingSeries.of(y, ()), 24)
    np.testing.assert_allclose(made.mean, curve(t[size:]), rtol=0.01)
    assert max(made.candidates, key=lambda one: one.weight).name == "saturation"


@pytest.mark.parametrize(("curve", "size"), [(approach, 60), (logistic, 70)])
def test_with_noise_it_stays_near_the_limit(curve, size: int) -> None:
    t = np.arange(size + 24.0)
    y = curve(t[:size]) + 5 * NOISE[:size]
    made = combination_of(TrainingSeries.of(y, ()), 24)
    np.testing.assert_allclose(made.mean, curve(t[size:]), rtol=0.02)


@pytest.mark.parametrize("name", ["noise", "walk", "line", "growth"])
def test_what_nears_no_limit_has_no_such_member(name: str) -> None:
    t = np.arange(60.0)
    y = {
        "noise": 50 + NOISE[:60],
        "walk": 50 + NOISE[:60].cumsum(),
        "line": 5 * t + NOISE[:60],
        "growth": 100 * 1.03**t + NOISE[:60],
    }[name]
    made = combination_of(TrainingSeries.of(y, ()), 12)
    assert "saturation" not in [one.name for one in made.candidates]


def test_a_few_values_show_no_limit() -> None:
    t = np.arange(60.0)
    y = approach(t) + 1e-6 * NOISE[:60]
    sizes = {size: combined_names(y[:size]) for size in (29, 30)}
    assert "saturation" not in sizes[29]
    assert "saturation" in sizes[30]


def combined_names(y: FloatArray) -> list[str]:
    made = combination_of(TrainingSeries.of(y, ()), 12)
    return [one.name for one in made.candidates]
