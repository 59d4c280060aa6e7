"""What comes out of models."""

import numpy as np

from models.data.results import left_padded


def test_what_stands_before_is_filled_and_the_values_are_the_last() -> None:
    np.testing.assert_array_equal(
        left_padded(2, np.array([3.0, 4.0, 5.0])), [np.nan] * 2 + [3, 4, 5]
    )
    flags = left_padded(1, np.array([True]), False)
    assert (flags.dtype, flags.tolist()) == (np.dtype(bool), [False, True])
    assert left_padded(0, np.array([1, 2]), 0).tolist() == [1, 2]
