"""What the benches put in place of constants is there, and begins with the value in use."""

import pytest

from bench import constants, network_widths, widths
from bench.constants import Constant


@pytest.mark.parametrize(
    "constant",
    [*constants.CONSTANTS, *widths.CONSTANTS, *network_widths.CONSTANTS],
    ids=lambda one: one.name,
)
def test_a_constant_begins_with_the_value_in_use(constant: Constant) -> None:
    assert getattr(constant.where, constant.name) == constant.values[0]
