"""The fit of an ARIMA: the maximum of the exact likelihood of the differences, from several starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from models.errors import FitFailed
from models.forecasters.arima._likelihood import (
    FINELY,
    LEAST_VARIANCE,
    Evaluation,
    Likelihood,
    best_of,
    polished,
)
from models.forecasters.arima._order import Order
from models.forecasters.arima._starts import hannan_rissanen, long_autoregression
from models.types import FloatArray

# of four and of eleven steps
_CANCELLING_CYCLES = [np.array([slow, -0.5, -slow, 0.5]) for slow in (0.0, 1.2)]
_NOTHING_LEFT = 1e-9
"""A range of the differences, in natural units, that leaves nothing to learn: a line, or one season repeated."""


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """How long the search for the coefficients may take, and how near to the unit circle their roots may come."""

    budget_s: float = 30.0
    nearest_root: float = 1.00001


@dataclass(frozen=True, slots=True, eq=False)
class ExactFit:
    """The likelihood's maximum: coefficients in statsmodels' order (constant, regressors, ar, ma, seasonal)."""

    coefficients: FloatArray
    variance: float
    log_likelihood: float
    observations: int
    converged: bool = True


def fit_exactly(
    order: Order,
    y: FloatArray,
    exog: FloatArray | None,
    start: FloatArray | None,
    limits: SearchLimits,
) -> ExactFit:
    """Return the maximum of the exact likelihood of the differences of a series, (t,), regressed on exog, (t, k).

    ``start``: coefficients to begin with, (count,), without constant and regressors. Raises ``FitFailed`` where
    none are found.
    """
    if exog is None and (known := _without_a_search(order, y)) is not None:
        return _known_fit(order, order.difference(y), known)
    z = order.difference(y)
    design = design_of(order, z, exog)
    likelihood = Likelihood(z, design, limits.nearest_root)
    starts = _starts(order, z, design) if start is None else [start]
    found = _highest(likelihood, order, starts, monotonic() + limits.budget_s)
    if found is None:
        raise FitFailed(
            f"{order} has no likelihood on this series",
            "choose a smaller order, or the model 'auto'",
        )
    point, converged = found
    ar, _, seasonal_ar, _ = order.polynomials(point.x)
    regression = point.regression.copy()
    if order.has_constant:  # statsmodels' is that of the recursion, not the mean
        regression[0] *= ar.sum() * seasonal_ar.sum()
    coefficients = np.concatenate([regression, point.x])
    return ExactFit(coefficients, point.variance, point.log_likelihood, len(z), converged)


def _highest(
    likelihood: Likelihood, order: Order, starts: Sequence[FloatArray], deadline: float
) -> tuple[Evaluation, bool] | None:
    """Return the highest of several maxima: by two kinds of steps, from the starts and from the best of them."""
    found = best_of(likelihood, order, starts, replace(FINELY, deadline=deadline))
    if found is None or not order.lag_count:
        return found
    again = [found[0], *(point for x in starts[1:2] if (point := likelihood.at(order, x)))]
    ends = [found, *(polished(likelihood, order, point, deadline) for point in again)]
    return max(ends, key=lambda end: end[0].log_likelihood)


def _starts(order: Order, z: FloatArray, design: FloatArray) -> list[FloatArray]:
    """Return coefficients to begin at: of a regression, zeros, small ones, and of cycles that cancel out.

    A likelihood may have several maxima: one of slow roots, others of a cycle.
    """
    zeros = np.zeros(order.lag_count)
    if not order.lag_count:
        return [zeros]
    plain = z - design @ np.linalg.lstsq(design, z, rcond=None)[0]
    shocks = long_autoregression(plain, order.m)
    starts = [hannan_rissanen(plain, shocks, order), zeros, zeros + 0.1, zeros - 0.1]
    if min(order.p, order.q) >= 2:
        starts += [order.taken_over(Order(2, 0, 2), cycle) for cycle in _CANCELLING_CYCLES]
    return starts


def design_of(order: Order, z: FloatArray, exog: FloatArray | None) -> FloatArray:
    """Return what differences, (n,), are regressed on, (n, columns): ones for the constant, and regressors."""
    ones = np.ones((len(z), int(order.has_constant)))
    return ones if exog is None else np.concatenate([ones, order.difference(exog)], axis=1)


def _known_fit(order: Order, z: FloatArray, coefficients: Sequence[float]) -> ExactFit:
    """Return what white noise around its mean, if it has one, is like."""
    values = np.asarray(coefficients, dtype=np.float64)
    errors = z - values[0] if order.has_constant else z
    variance = max(float(np.mean(errors**2)), LEAST_VARIANCE)
    likelihood = -0.5 * len(z) * (float(np.log(2.0 * np.pi * variance)) + 1.0)
    return ExactFit(values, variance, likelihood, len(z))


def _without_a_search(order: Order, y: FloatArray) -> list[float] | None:
    """Return the coefficients of a series of which the differences leave nothing to learn, else None."""
    z = order.difference(y)
    constant = [float(z[0])] if order.has_constant else []
    if np.ptp(z) > _NOTHING_LEFT or (not order.has_constant and abs(z[0]) > _NOTHING_LEFT):
        return None
    return [*constant, *[0.0] * (order.parameters - 1 - len(constant))]


def aicc(log_likelihood: float, parameters: int, observations: int) -> float:
    """Return the corrected information criterion; infinite with too few observations for it.

    Reference: Hurvich and Tsai (1989), Regression and time series model selection in small samples.
    """
    spare = observations - parameters - 1
    if spare <= 0:
        return float("inf")
    return -2.0 * log_likelihood + 2.0 * parameters * observations / spare
