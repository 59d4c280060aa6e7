"""Exponentially weighted means, and the smoothing factors that foretell values best."""

import numpy as np

from models.types import FloatArray

_GRID = 17  # factors that are tried on all rows at once


def exponential_mean(y: FloatArray, alpha: float) -> FloatArray:
    """Return the weighted mean behind every value, shape (..., t): α of it and 1 − α of the one before.

    Means are taken of the distance to the first value, so that a large offset costs no precision.
    """
    from scipy.signal import lfilter

    offset = y[..., :1]
    deviations: FloatArray = lfilter([alpha], [1.0, alpha - 1.0], y - offset, axis=-1)
    return deviations + offset


def fitted_alphas(y: FloatArray, least: float = 1e-4, most: float = 1.0) -> FloatArray:
    """Return for each row of (n, t) the factor with the least sum of squared one-step errors, shape (n, 1)."""
    from scipy.optimize import minimize_scalar

    grid = np.linspace(least, most, _GRID)
    errors = np.stack([_squared_errors(y, alpha) for alpha in grid], axis=1)
    step = (most - least) / (_GRID - 1)
    return np.array(
        [
            [
                minimize_scalar(
                    lambda alpha, row=row: _squared_errors(row[None], alpha)[0],
                    bounds=(max(start - step, least), min(start + step, most)),
                    method="bounded",
                    options={"xatol": 1e-6},
                ).x
            ]
            for row, start in zip(y, grid[errors.argmin(axis=1)], strict=True)
        ]
    )


def _squared_errors(y: FloatArray, alpha: float) -> FloatArray:
    """Return the sum of squared one-step errors of each row."""
    errors = y[:, 1:] - exponential_mean(y, alpha)[:, :-1]
    return np.asarray(np.einsum("ij,ij->i", errors, errors))
