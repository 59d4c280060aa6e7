"""Regression of a series on its own past: which lags, the ridge, and forecasts by recursion."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from models.types import FloatArray, IntArray

_MOST_MULTIPLES = 60
"""Multiples of the first season that lead up to a longer one are lags of their own up to so many."""
_CYCLES = 3
"""A season needs so many cycles to have lags of its own."""
_DENSE = 10
"""From so many cycles of the longest season on, the whole of a short season has lags."""
_FREE = 1e-6
"""The intercept is pulled to zero by this much per row, which only keeps the equations solvable."""


def regular_seasons(observations: int, seasons: Iterable[int]) -> tuple[int, ...]:
    """Return the seasons with enough cycles to have lags of their own, in that order."""
    return tuple(m for m in seasons if observations >= _CYCLES * m)


def usual_lags(observations: int, seasons: Iterable[int]) -> IntArray:
    """Return the lags that suit a length and the seasons, a dense set where cycles are many; (k,) ascending."""
    regular = regular_seasons(observations, seasons)
    return lag_set(observations, regular, dense=observations >= _DENSE * max(regular, default=1))


def lag_set(observations: int, seasons: Sequence[int], *, dense: bool) -> IntArray:
    """Return the near past, each season with its neighbours, its parts and its multiples; (k,) ascending.

    A ``dense`` set has the whole of a short season. No lag is longer than a third of the series, or a
    quarter where there is no season.
    """
    lags = set(range(1, 9 if dense else 6))
    if seasons:
        m = seasons[0]
        if m <= 24:
            lags = set(range(1, m + 2 if dense else 4))
        else:
            lags |= {m // 4, m // 2} | ({m - 2, m + 2} if dense else set())
        lags |= {2 * m - 1, 2 * m, 2 * m + 1} if dense else {2 * m}
        lags |= {s + beside for s in seasons for beside in (-1, 0, 1)}
        for longer in seasons[1:]:
            lags |= _up_to(m, longer) if dense else {longer - m}
    limit = max(observations // 3 if seasons else observations // 4, 1)
    return np.array(sorted(lag for lag in lags if 1 <= lag <= limit))


def _up_to(m: int, longer: int) -> set[int]:
    multiples = set(range(m, longer, m)) if longer <= _MOST_MULTIPLES * m else {longer - m}
    return multiples | {2 * longer}


def lagged(z: FloatArray, lags: IntArray) -> FloatArray:
    """Return the values at each lag before each target, and ones; (..., lags + 1, t - longest lag)."""
    longest, n = int(lags[-1]), z.shape[-1]
    design = np.ones((*z.shape[:-1], len(lags) + 1, n - longest))
    for row, lag in enumerate(lags.tolist()):
        design[..., row, :] = z[..., longest - lag : n - lag]
    return design


@lru_cache(maxsize=128)
def forgetting(rows: int, half_life: float) -> FloatArray | None:
    """Return the roots of weights that halve with so much age and average one, (rows,); None for no end.

    The regressions of one series share a few of these.
    """
    if not np.isfinite(half_life):
        return None
    root = np.exp2(np.arange(1 - rows, 1) / (2 * half_life))
    root *= np.sqrt(rows / (root @ root))
    root.flags.writeable = False
    return np.asarray(root)


def normal_equations(
    design: FloatArray, target: FloatArray, root: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the matrix (..., k, k) and the right side (..., k) of weighted least squares.

    ``design``: shape (..., k, rows); ``target``: shape (..., rows); ``root``: shape (rows,), the roots of
    the weights.
    """
    if root is not None:
        design, target = design * root, target * root
    right = design @ target[..., None]
    return design @ np.swapaxes(design, -1, -2), right[..., 0]


def solve_ridge(
    gram: FloatArray, right: FloatArray, penalty: float, rows: FloatArray
) -> FloatArray:
    """Return the coefficients of ridge regressions, (..., k), the last one the free intercept.

    ``gram``: shape (..., k, k), changed in place; ``rows``: the rows behind each, (...).

    Reference: Hoerl and Kennard (1970), Ridge regression, Technometrics 12.
    """
    k = gram.shape[-1]
    inner = np.arange(k - 1)
    gram[..., inner, inner] += penalty
    gram[..., -1, -1] += _FREE * rows
    return np.asarray(np.linalg.solve(gram, right[..., None])[..., 0])


def recursive(
    history: FloatArray, lags: IntArray, coefficients: FloatArray, horizon: int
) -> FloatArray:
    """Return forecasts that feed on themselves, (horizon, rows).

    ``history``: shape (at least the longest lag, rows), oldest first; ``coefficients``: shape
    (lags + 1, rows), the intercepts last.
    """
    known = len(history)
    z = np.concatenate([history, np.empty((horizon, history.shape[1]))])
    slopes, intercept = coefficients[:-1], coefficients[-1]
    for t in range(known, known + horizon):
        z[t] = np.einsum("lr,lr->r", slopes, z[t - lags]) + intercept
    return z[known:]
