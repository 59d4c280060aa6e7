"""What each member counts, by what it missed."""

from collections.abc import Mapping

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.stats.weights import inverse_error_weights
from models.types import FloatArray

MAX_POWER = 10.0
"""Held-out windows beyond this sharpen the weights no more."""
_PERFECT = 1e-9


def relative_errors(p: EvaluationContext, members: Mapping[str, FloatArray]) -> dict[str, float]:
    """Return each member's held-out root mean squared error over that of the first, on shared steps."""
    squares = {name: (forecast - p.actual) ** 2 for name, forecast in members.items()}
    first = next(iter(squares.values()))
    errors = {}
    for name, square in squares.items():
        both = np.isfinite(square) & np.isfinite(first)
        base = first[both].sum()
        # without shared steps, or where the first is perfect: as good as the first
        errors[name] = float(np.sqrt(square[both].sum() / base)) if base > 0 else 1.0
    return errors


def weights_of(p: EvaluationContext, errors: Mapping[str, float]) -> FloatArray:
    """Return weights in proportion to 1 / error ** windows, (members,), summing to one.

    After one held-out window of the horizon the members are nearly alike, after ten the better ones
    have the say. Such weights ignore how the errors are correlated, which is why they hold.
    """
    power = min(p.plan.held / p.horizon, MAX_POWER)
    return inverse_error_weights(np.array(list(errors.values())), power, _PERFECT)


def combine(members: Mapping[str, FloatArray], weights: FloatArray) -> FloatArray:
    """Return the weighted mean of the members that have something to say, (origins, horizon)."""
    stack = np.array(list(members.values()))
    there = np.isfinite(stack)
    mass = (there * weights[:, None, None]).sum(axis=0)
    total = (np.where(there, stack, 0.0) * weights[:, None, None]).sum(axis=0)
    return np.asarray(np.divide(total, mass, out=np.full_like(total, np.nan), where=mass > 0))
