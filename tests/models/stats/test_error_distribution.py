"""How far deviations usually lie off, told by few of them."""

import numpy as np

from models.stats.error_distribution import Deviations, error_distribution


def test_what_lies_off_by_next_to_nothing_is_no_size_of_deviations() -> None:
    off = np.array([2e-4] * 7 + [1.0, -1.0, 1.0, 1.0, -1.0])
    found = error_distribution(Deviations.alike(off), 11.0, least=1e-3)
    assert found.tails.above.scale > 1.0
