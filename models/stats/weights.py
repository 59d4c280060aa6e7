"""What each of several forecasts counts, by its errors."""

import numpy as np

from models.types import FloatArray

_TINY = 1e-300


def inverse_error_weights(errors: FloatArray, power: float, least: float) -> FloatArray:
    """Return weights in proportion to ``1 / error ** power``, shape (n,), that sum to one.

    ``errors``: shape (n,), none negative, infinite for what counts nothing; ``least``: smaller ones count
    as that. All alike if none is finite.

    Reference: Bates and Granger (1969), The combination of forecasts, Operational Research Quarterly 20.
    """
    errors = np.maximum(errors, max(least, _TINY))
    if not np.isfinite(errors).any():
        return np.full(len(errors), 1.0 / len(errors))
    weights = (errors.min() / errors) ** power
    return np.asarray(weights / weights.sum())
