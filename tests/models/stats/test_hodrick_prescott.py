"""The Hodrick-Prescott filter against statsmodels and against exact arithmetic."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from statsmodels.tsa.filters.hp_filter import hpfilter

from models.stats.hodrick_prescott import default_lambda, hp_filter
from models.time.frequency import Frequency
from tests.datasets import load


@pytest.mark.parametrize("size", [3, 4, 5, 24, 500, 5000])
@pytest.mark.parametrize("smoothness", [6.25, 1600.0, 129_600.0])
def test_it_equals_statsmodels(size: int, smoothness: float) -> None:
    rng = np.random.default_rng(size)
    y = 1.0 + np.cumsum(rng.normal(size=size)) / np.sqrt(size)
    cycle, trend = hpfilter(y, smoothness)
    ours = hp_filter(y, smoothness)
    np.testing.assert_allclose(ours[0], trend, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours[1], cycle, rtol=0, atol=1e-9)


def test_it_solves_its_equations_to_rounding() -> None:
    _, y = load("airpassengers")
    trend, cycle = hp_filter(y, 129_600.0)
    second = np.diff(trend, 2)
    gradient = np.zeros_like(y)
    gradient[:-2] += second
    gradient[1:-1] -= 2 * second
    gradient[2:] += second
    np.testing.assert_allclose(cycle, 129_600.0 * gradient, atol=1e-5)
    assert abs(cycle.sum()) < 1e-6


@pytest.mark.parametrize("size", [0, 1, 2])
def test_two_points_are_all_trend(size: int) -> None:
    trend, cycle = hp_filter(np.arange(size, dtype=float), 1600.0)
    np.testing.assert_array_equal(trend, np.arange(size))
    np.testing.assert_array_equal(cycle, np.zeros(size))


@pytest.mark.parametrize(
    ("freq", "value"),
    [("YS", 6.25), ("QS", 1600.0), ("MS", 129_600.0), ("ME", 129_600.0), (1, 1600.0)],
)
def test_the_smoothness_follows_the_frequency(freq: str | int, value: float) -> None:
    assert default_lambda(Frequency.parse(freq)) == pytest.approx(value)


@pytest.mark.parametrize("size", [3, 4, 60, 1000])
def test_an_ever_larger_lambda_makes_a_straight_line(size: int) -> None:
    """That of hourly data, 3.7e16, drowns the identity in ``I + lambda K'K``."""
    y = np.random.default_rng(size).normal(size=size).cumsum()
    line = np.polynomial.Polynomial.fit(np.arange(size), y, 1)(np.arange(size))
    for smoothness in (1e13, 1e15, 3.7e16, 1e30):
        trend, cycle = hp_filter(y, smoothness)
        np.testing.assert_allclose(trend, line, atol=1e-3 * np.ptp(y))
        np.testing.assert_allclose(trend + cycle, y, atol=1e-12 * np.ptp(y))


def test_both_ways_to_solve_agree_where_they_meet() -> None:
    y = np.random.default_rng(0).normal(size=300).cumsum()
    below, above = hp_filter(y, 1e6)[0], hp_filter(y, 1e6 * (1 + 1e-9))[0]
    np.testing.assert_allclose(above, below, atol=1e-7)


def exact_cycle(y: np.ndarray, smoothness: float) -> np.ndarray:
    """The cycle by 60 digits: ``(I / lambda + KK') w = K y``, factored as L D L'."""
    size = len(y) - 2
    with localcontext(prec=60):
        exact = [Decimal(float(value)) for value in y]
        w = [exact[i] - 2 * exact[i + 1] + exact[i + 2] for i in range(size)]
        pivot, near, far = ([Decimal(0)] * size for _ in range(3))
        for i in range(size):
            if i > 1:
                far[i] = 1 / pivot[i - 2]
            if i > 0:
                near[i] = (-4 - (near[i - 1] if i > 1 else 0)) / pivot[i - 1]
            pivot[i] = 6 + 1 / Decimal(smoothness) - far[i]
            pivot[i] -= near[i] ** 2 * pivot[i - 1] if i else 0
            w[i] -= near[i] * w[i - 1] if i else 0
            w[i] -= far[i] * w[i - 2] if i > 1 else 0
        w = [one / by for one, by in zip(w, pivot, strict=True)]
        for i in reversed(range(size)):
            w[i] -= near[i + 1] * w[i + 1] if i + 1 < size else 0
            w[i] -= far[i + 2] * w[i + 2] if i + 2 < size else 0
        return np.diff(np.pad(np.array([float(one) for one in w]), 2), 2)


@pytest.mark.parametrize("smoothness", [1.1e6, 1e10, 1e15, 3.69e16, 4.8e23])
@pytest.mark.parametrize("size", [40, 500, 501, 8000])
def test_it_is_right_for_every_smoothness(size: int, smoothness: float) -> None:
    rng, t = np.random.default_rng(size), np.arange(size) / size
    y = 100 + 0.1 * rng.normal(size=size).cumsum() + 5 * np.sin(9 * t) + rng.normal(size=size)
    exact = exact_cycle(y, smoothness)
    np.testing.assert_allclose(hp_filter(y, smoothness)[1], exact, atol=1e-6 * exact.std())
