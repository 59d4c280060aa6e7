"""How series are cut into pieces of work of about equal cost."""

from collections.abc import Hashable, Sequence

import numpy as np

from models.types import FloatArray, IntArray

LEAST_SECONDS = 0.1
"""A piece is at least so much work, or handing it over costs too much of it."""
PIECES_PER_WORKER = 8
"""Pieces are so small that all workers end at about the same time, whatever the estimates miss."""
IN_PLACE_SECONDS = 0.05
"""Less work than this is done at once, in the thread of the request."""


def cut(
    costs: FloatArray, workers: int, together: Sequence[Hashable] | None = None
) -> list[IntArray]:
    """Return the positions of each piece, in order; ``costs``: seconds of each series, shape (n,).

    Series of an equal key in ``together``, shape (n,), are in one piece, whatever they cost.
    """
    if together is not None:
        return _by_key(together)
    if not len(costs):
        return []
    total = float(costs.sum())
    wanted = max(LEAST_SECONDS, total / (workers * PIECES_PER_WORKER))
    pieces = max(1, min(len(costs), int(total / wanted)))
    middle = np.cumsum(costs) - costs / 2
    piece = (
        np.minimum((middle * pieces / total).astype(np.int64), pieces - 1)
        if total
        else np.zeros(len(costs))
    )
    return [
        found
        for found in np.split(np.arange(len(costs)), np.flatnonzero(np.diff(piece)) + 1)
        if len(found)
    ]


def _by_key(keys: Sequence[Hashable]) -> list[IntArray]:
    groups: dict[Hashable, list[int]] = {}
    for position, key in enumerate(keys):
        groups.setdefault(key, []).append(position)
    return [np.asarray(positions) for positions in groups.values()]


def by_length(lengths: Sequence[int]) -> IntArray:
    """Return an order that puts series of equal length side by side and keeps the order among them."""
    return np.argsort(np.asarray(lengths), kind="stable")
