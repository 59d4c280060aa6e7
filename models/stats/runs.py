"""Runs of one value, and how rarely chance makes them as long."""

import numpy as np
from scipy.special import betaln

from models.types import FloatArray, IntArray

_LONGER = 1.5
"""A run is nothing new if one that is known was nearly as long."""


def run_rarity(
    repeats: IntArray | int, known: IntArray | int, repeated: IntArray | int, steps: IntArray | int
) -> FloatArray:
    """Return -log10 of how often chance makes runs as long, 0 for one that is nothing new; shape of ``repeats``.

    ``repeats``: how often the value of the run is repeated; ``known``: the same of the run that it is held
    against; ``repeated`` of all ``steps`` outside of it repeat the value before. How often a value is repeated is
    hardly known from few steps, so that each repeat makes the next one likelier, as in Pólya's urn.

    Reference: Feller (1968), An Introduction to Probability Theory and Its Applications, vol. 1, V.2 on Pólya's
    urn, XIII.7 on success runs.
    """
    count = np.maximum(repeats, 1)
    nats = betaln(np.add(repeated, 1.0), count) - betaln(np.add(steps, 2.0), count)
    is_new = np.greater(repeats, _LONGER * np.asarray(known))
    return np.asarray(np.where(is_new & np.greater(repeats, 0), nats / np.log(10.0), 0.0))
