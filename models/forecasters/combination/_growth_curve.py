"""How errors grow with the step ahead: a power of it, drawn to the expected one, that may level off."""

import numpy as np

from models.types import FloatArray

_STEP_PRIOR_WINDOWS = 4.0
"""Held-out windows at which the deviation of a single step counts as much as the fitted curve."""
_GROWTH_PRIOR, WALK = 1.0, 0.5
"""Weight of the expected growth in the fit of the growth, and that of a random walk, a power of the step."""
_TINY = 1e-12


def growth_exponent(curve: FloatArray) -> float:
    """Return the power of the step by which a curve (horizon,) grows from its first to its last step."""
    if len(curve) == 1 or not curve[0] > 0:
        return WALK
    return float(np.log(curve[-1] / curve[0]) / np.log(len(curve)))


def growth_curve(
    error: FloatArray, weight: FloatArray, expected: float, windows: float = 0.0
) -> FloatArray | None:
    """Return the deviation of errors (origins, horizon) per step, never shrinking; None without any.

    It grows as a power of the step between 0 and 1, found by regression and drawn to the expected one. After
    many windows the deviation of each step speaks for itself as well.
    """
    seen = np.isfinite(error)
    mass = (weight * seen).sum(axis=0)
    power = (weight * np.where(seen, error, 0.0) ** 2).sum(axis=0) / np.maximum(mass, _TINY)
    use = (mass > 0) & (power > 0)
    if not use.any():
        return None
    step = np.arange(1, error.shape[1] + 1.0)
    w = mass[use] / mass[use].max()
    x, y = np.log(step[use]), 0.5 * np.log(power[use])
    x, y = x - w @ x / w.sum(), y - w @ y / w.sum()
    exponent = (w @ (x * y) + _GROWTH_PRIOR * expected) / (w @ (x * x) + _GROWTH_PRIOR)
    growth = step ** (2 * np.clip(exponent, 0, 1))
    curve = w @ (power[use] / growth[use]) / w.sum() * growth
    own = windows / (windows + _STEP_PRIOR_WINDOWS)
    curve = np.where(use, (1 - own) * curve + own * power, curve)
    return np.asarray(np.sqrt(np.maximum.accumulate(curve)))


def levelled(curve: FloatArray, error: FloatArray, weight: FloatArray, judged: int) -> FloatArray:
    """Return a curve (horizon,) that is flatter beyond the judged steps, if errors (origins, horizon) are.

    The power of the step goes on there, while errors of what returns to a mean level off. Each step is told by
    those before it, so that nothing depends on the horizon, and by the share that errors have of what the same
    origins let expect. It is never steeper: errors that are, seldom stay so.
    """
    seen = np.isfinite(error)
    size = np.square(np.where(seen, error, 0.0) / np.maximum(curve, _TINY))
    beyond = weight[:, judged:] * seen[:, judged:]
    came = np.cumsum((beyond * size[:, judged:]).sum(axis=0))
    expected = np.cumsum(size[:, :judged].mean(axis=1) @ beyond)
    share = np.where(expected > 0, np.minimum(came / np.maximum(expected, _TINY), 1.0), 1.0)
    far = curve[judged:] * np.sqrt(share)
    return np.maximum.accumulate(np.append(curve[:judged], far))
