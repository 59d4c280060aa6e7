"""Values that follow a law, which goes on."""

import numpy as np

from models.stats.stationarity import ROUNDING, is_straight
from models.types import FloatArray

_FEWEST_OF_LAW = 3
"""How many values a line or a constant growth takes."""
_MOST_GROWTH = 100.0
"""Growth goes on up to this power of e."""
_LONGEST_REPEATED = 400
"""Of so many values it is asked whether they repeat themselves exactly, or follow a recurrence."""
_FEWEST_SQUARES, _MORE_THAN_UNKNOWNS = 5, 2
"""Values that tell a parabola; a recurrence fits so many more different pasts than it has coefficients."""


def exact_law(y: FloatArray, horizon: int) -> FloatArray | None:
    """Return how values (t,) that follow a law go on, (horizon,); else None.

    A line, constant growth, repetition, a parabola, or a recurrence of at most two values, as Fibonacci's.
    """
    if len(y) < _FEWEST_OF_LAW:
        return None
    ahead = np.arange(1, horizon + 1)
    if is_straight(y):
        return np.asarray(y[-1] + (y[-1] - y[0]) / (len(y) - 1) * ahead)
    if y.min() <= 0 or np.ptp(np.diff(np.log(y))) > 100 * ROUNDING:
        laws = (law(y, horizon) for law in (_repeated, _parabola, _recurrence))
        return next((found for found in laws if found is not None), None)
    rate = float(np.log(y[-1] / y[0])) / (len(y) - 1)
    return np.asarray(y[-1] * np.exp(np.minimum(rate * ahead, _MOST_GROWTH)))


def is_additive_law(y: FloatArray) -> bool:
    """Whether values (t,) lie on a straight line, or repeat themselves, to rounding."""
    return len(y) >= _FEWEST_OF_LAW and (is_straight(y) or _repeated(y, 1) is not None)


def _repeated(y: FloatArray, horizon: int) -> FloatArray | None:
    """Return how values (t,) that repeat themselves go on, (horizon,); None if they do not.

    At least once, or twice where each time is higher, or lower, by the same. Asked of short series: what repeats
    itself for longer is a season that the members know.
    """
    if len(y) > _LONGEST_REPEATED:
        return None
    rounding = ROUNDING * np.abs(y).max()
    far = np.arange(2, len(y) // 2 + 1)
    alike = np.abs(y[-1] - y[-1 - far] - y[-2] + y[-2 - far]) <= rounding
    for period in far[alike].tolist():
        steps = y[period:] - y[:-period]
        rises = np.abs(steps).max() > rounding
        if np.ptp(steps) <= rounding and (not rises or 3 * period <= len(y)):
            rise = steps[-1] * (1 + np.arange(horizon) // period) if rises else 0.0
            return np.asarray(np.resize(y[-period:], horizon) + rise)
    return None


def _parabola(y: FloatArray, horizon: int) -> FloatArray | None:
    """Return how values (t,) of which every step is larger by the same go on, (horizon,); None if they do not."""
    second = np.diff(y, 2)
    if len(y) < _FEWEST_SQUARES or np.ptp(second) > 4 * ROUNDING * np.abs(y).max():
        return None
    ahead = np.arange(1, horizon + 1)
    return np.asarray(y[-1] + (y[-1] - y[-2]) * ahead + second[-1] * ahead * (ahead + 1) / 2)


def _recurrence(y: FloatArray, horizon: int) -> FloatArray | None:
    """Return how values (t,) go on, (horizon,), each a constant and multiples of one or two before; or None."""
    if len(y) > _LONGEST_REPEATED:
        return None
    rounding = 100 * ROUNDING * np.abs(y).max()
    if _regressed(y, 2)[2] > len(y) * rounding:  # nor does one value before tell more than two
        return None
    for order in (1, 2):
        design, weights, missed = _regressed(y, order)
        if missed > rounding:
            continue
        # the same again, as after a single demand, says nothing new
        if len(np.unique(design, axis=0)) < order + 1 + _MORE_THAN_UNKNOWNS:
            continue
        return _continued(y, weights, horizon)
    return None


def _regressed(y: FloatArray, order: int) -> tuple[FloatArray, FloatArray, float]:
    """Regress values (t,) on those before and a one; return these, their weights, and the largest miss."""
    past = [y[order - lag : len(y) - lag] for lag in range(1, order + 1)]
    design = np.column_stack([*past, np.ones(len(y) - order)])
    weights = np.linalg.lstsq(design, y[order:], rcond=None)[0]
    return design, np.asarray(weights), float(np.abs(design @ weights - y[order:]).max())


def _continued(y: FloatArray, weights: FloatArray, horizon: int) -> FloatArray:
    """Return the next values, (horizon,), by the weights of the last ones, the latest first, and a constant."""
    order, most = len(weights) - 1, float(np.abs(y).max()) * np.exp(_MOST_GROWTH)
    known = y[-order:].tolist()
    for _ in range(horizon):
        following = float(weights @ [*known[: -order - 1 : -1], 1.0])
        known.append(min(max(following, -most), most))
    return np.array(known[order:])
