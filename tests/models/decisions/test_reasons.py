"""Sentences that a person can read, with numbers that differ where the values do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.decisions.reasons import (
    band_reason,
    numbers,
    range_reason,
    same_time_reason,
    score_reason,
)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ((5.0,), ("5",)),
        ((0.0,), ("0",)),
        ((-0.0, 1.0), ("0", "1")),
        ((1 / 3,), ("0.3333",)),
        ((112.0, 118.333, 100.4444, 136.2), ("112", "118.3", "100.4", "136.2")),
        ((1234567.89, 1000.0, 0.0), ("1234568", "1000", "0")),
        ((1e12 + 3.14159, 1e12), ("1000000000003.1", "1000000000000")),
        ((1.5e-12, 3e-13), ("1.5e-12", "3e-13")),
        ((0.0, 2e-12), ("0", "2e-12")),
        ((1e300, -1e300), ("1e+300", "-1e+300")),
        ((1e15, 31.04, 68.26), ("1e+15", "31", "68")),
        ((0.30000000000000004, 0.3), ("0.3", "0.3")),
        ((1.0, math.inf), ("1", "inf")),
    ],
)
def test_numbers_are_as_long_as_they_need_to_be(values, written):
    assert numbers(*values) == written


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e3))
def test_numbers_that_differ_are_written_differently(value, gap):
    other = value + gap
    if abs(other - value) > 1e-14 * max(abs(value), abs(other)) * 10:
        one, two = numbers(value, other)
        assert one != two
        assert float(one) == pytest.approx(value, abs=0.06 * gap + 1e-15 * abs(value))


def test_a_value_outside_of_its_band():
    sentence = "505.5 is above the 99 % band from 331.8 to 375.2, by 3 times its width; 353.5 was expected."
    assert band_reason(505.5, 353.5, (331.8, 375.2), "99 % band") == sentence
    sentence = "2 is below the 99.5 % band from 3 to 5, by 0.5 times its width; 4 was expected."
    assert band_reason(2.0, 4.0, (3.0, 5.0), "99.5 % band") == sentence


@pytest.mark.parametrize(
    ("value", "by"),
    [
        (10.5, ", by less than a tenth of its width;"),
        (15.0, ", by 0.5 times its width;"),
        (3010.0, ", by 300 times its width;"),
        (1e9, ", by over a million times its width;"),
        (10.0, " from 0 to 10; "),
    ],
)
def test_how_many_widths_a_value_lies_beyond_its_band(value, by):
    assert by in band_reason(value, 5.0, (0.0, 10.0), "99 % band")


def test_a_band_that_is_open_has_no_width():
    sentence = "9 is above the 99 % band from -inf to 5; 4 was expected."
    assert band_reason(9.0, 4.0, (-math.inf, 5.0), "99 % band") == sentence


def test_a_value_within_its_band_is_not_said_to_lie_beyond_it():
    sentence = "4 lies within the 99 % band from 3 to 5, and is strange where it stands."
    assert band_reason(4.0, 4.5, (3.0, 5.0), "99 % band") == sentence


def test_what_other_days_had():
    place = "At 14:00 on the 3 other days"
    sentence = f"{place} without an anomaly then it was 9 to 12, 10 in the middle."
    assert same_time_reason(place, [12.0, 9.0, 10.0]) == sentence
    sentence = f"{place} without an anomaly then it was 9 to 12, 10.5 in the middle."
    assert same_time_reason(place, [12.0, 9.0]) == sentence
    assert same_time_reason(place, [9.0, 9.0]) == f"{place} without an anomaly then it was 9."


def test_a_change_in_what_never_changed():
    assert (
        band_reason(9.0, 5.0, (5.0, 5.0), "99 % band")
        == "9 is above 5, the only value that is usual here."
    )


def test_an_impossible_value():
    assert range_reason(-3.0, (0.0, 9.0)) == "-3 is below 0, the least possible value."
    assert range_reason(10.0, (None, 9.0)) == "10 is above 9, the greatest possible value."


def test_a_strange_value():
    sentence = "7 is 2.5 times as strange as the edge of normal at level 99 %."
    assert score_reason(7.0, 2.5, 99.0) == sentence
