"""Where in a cycle, such as a day, stamps stand."""

import numpy as np

from models.types import IntArray


def middle(phases: IntArray, cycle: int) -> int:
    """Return the median of places in a cycle, shape (t,), from 0 on."""
    found = np.sort(around(phases, cycle))
    return int(found[len(found) // 2] + phases[0]) % cycle


def around(phases: IntArray, cycle: int) -> IntArray:
    """Return places in a cycle counted from the first, as they may lie on both sides of its start; (t,)."""
    return np.asarray((phases - phases[0] + cycle // 2) % cycle - cycle // 2)
