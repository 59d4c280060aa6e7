"""Units in which values are near 1, and exponentials that stay finite."""

import numpy as np
import pytest

from models.stats.scaling import deviation_ratio, natural_unit, safe_exp, usual_unit


@pytest.mark.parametrize(("size", "unit"), [(1.0, 1.0), (1000.0, 1024.0), (0.3, 0.25), (0.0, 1.0)])
def test_a_natural_unit_is_a_power_of_two(size: float, unit: float) -> None:
    assert natural_unit(np.array([size, -size])) == unit


def test_values_of_a_usual_size_keep_their_unit() -> None:
    assert usual_unit(np.array([1000.0])) == 1.0
    assert usual_unit(np.array([2.0**40])) == 2.0**40


def test_an_exponential_neither_overflows_nor_vanishes() -> None:
    np.testing.assert_allclose(safe_exp(np.array([0.0, 1.0])), [1.0, np.e])
    assert np.isfinite(safe_exp(np.array([1e9]))).all()
    assert (safe_exp(np.array([-1e9])) > 0.0).all()


def test_deviations_are_compared_without_the_line_through_the_values() -> None:
    t = np.arange(40.0)
    known, other = t + np.cos(t), 7.0 - 20.0 * t[:25] - 3.0 * np.cos(t[:25])
    assert deviation_ratio(known, other) == pytest.approx(3.0, rel=0.1)
    assert deviation_ratio(np.full(9, 2.0), other) == 1.0
    assert deviation_ratio(known, np.full(9, 2.0)) == 0.0
