"""Runs of one value, and how rarely chance makes them as long."""

import numpy as np

from models.types import FloatArray, IntArray

_LONGER = 1.5
"""A run is nothing new if one that is known was nearly as long."""
_MOST_REPEATED = 1.0 - 1e-9


def run_rarity(
    repeats: IntArray | int, known: IntArray | int, repeated: IntArray | int, steps: IntArray | int
) -> FloatArray:
    """Return -log10 of how often chance makes runs as long, 0 for one that is nothing new; shape of ``repeats``.

    ``repeats``: how often the value of the run is repeated; ``known``: the same of the run that it is held
    against; ``repeated`` of all ``steps`` outside of it repeat the value before.

    Reference: Feller (1968), An Introduction to Probability Theory and Its Applications, vol. 1, XIII.7, on
    success runs.
    """
    share = np.minimum((repeated + 1.0) / (steps + 2.0), _MOST_REPEATED)
    is_new = np.greater(repeats, _LONGER * np.asarray(known))
    return np.asarray(np.where(is_new, np.negative(repeats) * np.log10(share), 0.0))
