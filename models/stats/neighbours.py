"""Nearest neighbours of vectors by a full search, in blocks so that no array of all pairs is made."""

from collections.abc import Callable

import numpy as np

from models.types import BoolArray, FloatArray, IntArray

LARGEST_BLOCK = 1_000_000
"""Numbers in the largest array that is made at a time."""


def evenly(size: int, most: int) -> IntArray:
    """Return the places of at most so many of ``size`` vectors, evenly spaced; (k,)."""
    if size <= most:
        return np.arange(size)
    return np.unique(np.linspace(0, size - 1, most).astype(np.int64))


def nearest(
    queries: FloatArray, known: FloatArray, count: int, apart: BoolArray | None = None
) -> tuple[FloatArray, IntArray]:
    """Return distances to the nearest known vectors, ascending, and which these are; both (n, count).

    ``queries``: (n, d); ``known``: (m, d), m ≥ count; ``apart``: (n, m), False for pairs that do not count.
    """
    squares = np.einsum("ij,ij->i", queries, queries)[:, None] + np.einsum("ij,ij->i", known, known)
    gap = squares - 2.0 * (queries @ known.T)
    gap[gap < 1e-13 * squares] = 0.0
    if apart is not None:
        gap[~apart] = np.inf
    place = np.argpartition(gap, count - 1, axis=1)[:, :count]
    found = np.take_along_axis(gap, place, axis=1)
    order = np.argsort(found, axis=1, kind="stable")
    place = np.take_along_axis(place, order, axis=1)
    return np.sqrt(np.take_along_axis(found, order, axis=1)), place


def blocks(size: int, width: int) -> list[slice]:
    """Return slices of ``size`` rows so that each, with so many numbers in a row, is small."""
    step = max(1, LARGEST_BLOCK // max(width, 1))
    return [slice(start, min(start + step, size)) for start in range(0, size, step)]


def by_blocks(
    queries: FloatArray, known: FloatArray, found: Callable[[slice], FloatArray]
) -> FloatArray:
    """Return what is found of each block of queries, (n,), so that no array of all pairs is made."""
    out = np.empty(len(queries))
    for part in blocks(len(queries), len(known)):
        out[part] = found(part)
    return out
