"""The last values, whatever they came in."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.stats.ring_buffer import RingBuffer


@given(st.integers(1, 100), st.lists(st.integers(0, 90), max_size=20))
def test_it_holds_the_last_values_in_order(capacity: int, sizes: list[int]) -> None:
    ring, every = RingBuffer(capacity), np.arange(float(sum(sizes)))
    for block in np.split(every, np.cumsum(sizes)):
        if len(block) % 2:
            ring.extend(block)
        else:
            for value in block.tolist():
                ring.append(value)
    np.testing.assert_array_equal(ring.values, every[-capacity:])


def test_it_goes_on_from_values_that_were_kept() -> None:
    ring = RingBuffer(3, np.array([1.0, 2.0, 3.0]))
    ring.append(4.0)
    assert ring.values.tolist() == [2.0, 3.0, 4.0]
