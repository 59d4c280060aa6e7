"""What days add together, and how a custom is told from chance."""

import numpy as np
import pytest

from models.features.day_effects import THRICE, AdditiveEffects, customs, steps_a_day
from tests.models.detectors.combination.months import stamped


def test_days_at_one_step_add_up_and_are_as_uncertain_as_the_least_certain() -> None:
    first, second = np.array([True, True, False]), np.array([False, True, False])
    both = AdditiveEffects.of(3, [(first, 10.0, 1.0, 3.0), (second, 5.0, 2.0, 8.0)])
    np.testing.assert_array_equal(both.part, [10.0, 15.0, 0.0])
    np.testing.assert_array_equal(both.scale, [1.0, 2.0, 0.0])
    np.testing.assert_array_equal(both.times, [3.0, 3.0, np.inf])


def test_the_order_of_days_does_not_matter() -> None:
    here = np.ones(2, dtype=bool)
    days = [(here, 10.0, 1.0, 3.0), (here, 5.0, 2.0, 8.0)]
    for one, other in zip(
        AdditiveEffects.of(2, days), AdditiveEffects.of(2, days[::-1]), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_what_two_of_a_kind_add_is_what_they_add_beside_each_other() -> None:
    one = AdditiveEffects.of(2, [(np.array([True, False]), 10.0, 1.0, 3.0)])
    other = AdditiveEffects.of(2, [(np.array([True, True]), -4.0, 0.5, 9.0)])
    both = one.beside(other)
    np.testing.assert_array_equal(both.part, [6.0, -4.0])
    np.testing.assert_array_equal(both.scale, [1.0, 0.5])
    np.testing.assert_array_equal(both.times, [3.0, 9.0])


def test_a_custom_is_to_one_side_three_times_and_mostly() -> None:
    labels = np.arange(120) % 30
    values = np.zeros(120)
    values[labels == 4] = [9.0, 10.0, 11.0, 12.0]
    values[np.flatnonzero(labels == 7)[:2]] = 10.0
    values[labels == 9] = [10.0, -10.0, 10.0, -10.0]
    (found,) = customs(values, labels, 3.0, values, THRICE.among(30))
    assert (found.label, found.effect, found.times) == (4, 10.5, 4)
    assert found.gain == 42.0 - 4.0


def test_what_many_days_do_is_none_of_them() -> None:
    values = np.where(np.arange(120) % 2 == 0, 10.0, 0.0)
    assert not list(customs(values, np.arange(120) // 4, 3.0, values, THRICE.among(30)))


@pytest.mark.parametrize(
    ("freq", "each_day"), [("D", 1), ("B", 1), ("h", 24), ("15min", 96), ("5min", 0), ("W", 0)]
)
def test_steps_that_divide_days(freq: str, each_day: int) -> None:
    assert steps_a_day(stamped(np.arange(10.0), freq).grid) == each_day
