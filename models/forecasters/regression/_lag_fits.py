"""Ridge regressions of many series on their own lags at once, and how sure they are."""

from dataclasses import dataclass

import numpy as np

from models.stats.lag_regression import forgetting, lagged, normal_equations, solve_ridge
from models.types import FloatArray, IntArray

_BLOCK = 4_000_000
"""Numbers in the designs that are held at once: 32 MB."""
_LEAST_PENALTY = 1e-9
"""Per row: as good as none, but lags that say the same do not make the equations unsolvable."""


@dataclass(frozen=True, slots=True, eq=False)
class LagFit:
    """Regressions of n series on the same lags.

    ``coefficients``: shape (n, lags + 1), the intercept last; ``fitted``: shape (n, t), NaN up to the
    longest lag; ``deviation``: shape (n,), that of a forecast, the doubt about the coefficients included.
    """

    lags: IntArray
    coefficients: FloatArray
    fitted: FloatArray
    deviation: FloatArray


@dataclass(frozen=True, slots=True)
class RidgeSettings:
    """How strongly the ridge pulls, and after how many values a row counts half."""

    penalty: float
    half_life: float = float("inf")


def fit_lags(
    z: FloatArray, target: FloatArray, lags: IntArray, prior: FloatArray, ridge: RidgeSettings
) -> LagFit:
    """Regress targets (n, t) on lags of series z (n, t); the ridge pulls to ``prior`` (n, lags)."""
    n, t = z.shape
    size = max(1, _BLOCK // ((len(lags) + 1) * t))
    parts = [
        _fit_block(z[i : i + size], target[i : i + size], lags, prior[i : i + size], ridge)
        for i in range(0, n, size)
    ]
    coefficients, fitted, deviation = (np.concatenate(part) for part in zip(*parts, strict=True))
    return LagFit(lags, coefficients, fitted, deviation)


def _fit_block(
    z: FloatArray, target: FloatArray, lags: IntArray, prior: FloatArray, ridge: RidgeSettings
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return coefficients, fitted values and deviations of some of the series."""
    n, rows = len(z), z.shape[1] - int(lags[-1])
    design, target = lagged(z, lags), target[:, -rows:]
    naive = np.concatenate([prior, np.zeros((n, 1))], axis=1)
    off = target - (naive[:, None] @ design)[:, 0]
    root = forgetting(rows, ridge.half_life)
    gram, right = normal_equations(design, off, root)
    free = gram.copy()
    penalty = max(ridge.penalty, _LEAST_PENALTY * rows)
    coefficients = naive + solve_ridge(gram, right, penalty, np.full(n, float(rows)))
    fitted = np.full_like(z, np.nan)
    fitted[:, -rows:] = (coefficients[:, None] @ design)[:, 0]
    used = np.trace(np.linalg.solve(gram, free), axis1=1, axis2=2)
    return coefficients, fitted, _deviation(target - fitted[:, -rows:], used, root)


def _deviation(residual: FloatArray, used: FloatArray, root: FloatArray | None) -> FloatArray:
    """Return the deviation of a forecast, (n,), from residuals (n, rows) and the freedom that was used.

    Coefficients that are not known well make a forecast as much worse than the truth as they make the
    residuals better.

    Reference: Akaike (1969), Fitting autoregressive models for prediction, Annals of the Institute of
    Statistical Mathematics 21.
    """
    rows = float(residual.shape[1])
    if root is not None:
        residual = residual * root
        rows = rows**2 / float(np.sum(root**4))  # so many rows of equal weight tell as much
    square = np.sum(residual**2, axis=1) / residual.shape[1]
    used = np.minimum(used, rows - 1) if rows > 1 else np.zeros_like(used)
    return np.asarray(np.sqrt(square * (rows + used) / (rows - used)))


def impulse(lags: IntArray, coefficients: FloatArray, horizon: int) -> FloatArray:
    """Return by how much a unit error moves the forecast 0, 1, ... steps later, (n, horizon)."""
    psi = np.zeros((horizon, len(coefficients)))
    psi[0] = 1.0
    slopes = coefficients[:, :-1].T
    for step in range(1, horizon):
        near = lags <= step
        psi[step] = np.einsum("ln,ln->n", slopes[near], psi[step - lags[near]])
    return psi.T
