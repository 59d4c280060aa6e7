"""Codes for missing values: nines, many times and far away."""

import numpy as np
import pytest

from models.stats.missing_codes import might_be_code, missing_code, without_code
from models.types import FloatArray


def with_value(code: float, times: int) -> FloatArray:
    """Two hundred values of about 50, so many of which are a code."""
    random = np.random.default_rng(0)
    y = 50 + random.normal(0, 5, 200)
    y[random.choice(200, times, replace=False)] = code
    return y


@pytest.mark.parametrize("code", [-999.0, -99.0, -9999.0, 999.0, 99999.0, -99.9])
@pytest.mark.parametrize("times", [3, 14, 90])
def test_a_code_is_found_and_lines_take_its_place(code: float, times: int) -> None:
    y = with_value(code, times)
    assert missing_code(y) == code
    lines = without_code(y)
    assert np.abs(lines - 50).max() < 20
    np.testing.assert_array_equal(lines[y != code], y[y != code])


@pytest.mark.parametrize(
    ("code", "times"), [(-999.0, 2), (-999.0, 110), (0.0, 14), (99.0, 14), (-1000.0, 14)]
)
def test_what_is_rare_or_common_or_no_nines_is_a_value(code: float, times: int) -> None:
    y = with_value(code, times)
    assert missing_code(y) is None
    assert without_code(y) is y


def test_nines_among_values_like_them_are_values() -> None:
    y = 990 + np.arange(60) % 10 * 1.0
    assert missing_code(y) is None
    assert might_be_code(y).sum() == 6


def test_what_is_missing_or_all_alike_has_no_code() -> None:
    assert missing_code(np.array([np.nan, np.nan])) is None
    assert missing_code(np.full(9, -999.0)) is None
