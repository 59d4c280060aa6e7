"""Where the search for the coefficients of an ARMA begins: regressions, which take no search."""

from collections.abc import Sequence

import numpy as np

from models.forecasters.arima._order import Order
from models.types import FloatArray


def hannan_rissanen(z: FloatArray, shocks: FloatArray, order: Order) -> FloatArray:
    """Return coefficients, (count,), from the regression of a series on its past and on that of its shocks, (n,).

    Reference: Hannan and Rissanen (1982), Recursive estimation of mixed autoregressive-moving average
    order, Biometrika 69(1).
    """
    own = range(1, 1 + max(order.p, order.q))
    season = range(order.m, 1 + order.m * max(order.P, order.Q), order.m)
    parts = (
        (z, own[: order.p]),
        (shocks, own[: order.q]),
        (z, season[: order.P]),
        (shocks, season[: order.Q]),
    )
    design = np.concatenate([_lagged(values, steps) for values, steps in parts], axis=1)
    return np.asarray(np.linalg.lstsq(design, z, rcond=1e-8)[0])


def long_autoregression(z: FloatArray, season: int) -> FloatArray:
    """Return the residuals of a regression of a series, (n,), on a long past: an estimate of the shocks, (n,)."""
    most = min(len(z) // 4, max(season, int(10 * np.log10(len(z)))))
    past = _lagged(z, range(1, 1 + most))
    return np.asarray(z - past @ np.linalg.lstsq(past, z, rcond=1e-8)[0])


def _lagged(values: FloatArray, steps: Sequence[int]) -> FloatArray:
    """Return the values as they were steps before, zero before the first; (n, steps)."""
    lagged = np.zeros((len(values), len(steps)))
    for number, step in enumerate(steps):
        if step < len(values):
            lagged[step:, number] = values[: len(values) - step]
    return lagged
