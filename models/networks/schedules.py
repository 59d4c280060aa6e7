"""How large steps are in the course of a training, and how large they may be at all."""

from collections.abc import Callable
from math import cos, pi

from models.networks.options import ScheduleName

_WARM = 0.2
"""The share of a cycle in which steps grow."""
_COLD = 0.05
"""The smallest step of a cycle, of the largest."""
_LOWEST_RATE, _HIGHEST_RATE, _TRIED_RATES = 1e-4, 0.3, 40


def share_of_rate(name: ScheduleName, done: float, halvings: int = 0) -> float:
    """Return the share of the learning rate after a part ``done`` of the epochs, 0 to 1.

    ``halvings``: how often the validation loss has stood still, which "plateau" goes by.
    """
    if name == "step":
        return float(0.3 ** int(done * 4))
    if name == "exponential":
        return float(0.01**done)
    if name == "inverse":
        return 1.0 / (1.0 + 9.0 * done)
    if name == "plateau":
        return float(0.5**halvings)
    if name == "one_cycle":
        if done < _WARM:
            return _COLD + (1.0 - _COLD) * done / _WARM
        return _COLD + (1.0 - _COLD) * 0.5 * (1.0 + cos(pi * (done - _WARM) / (1.0 - _WARM)))
    return 1.0


def find_rate(step: Callable[[float], float]) -> float:
    """Return a learning rate from a trial in which it grows with each step, until the loss blows up.

    ``step``: takes a step with a rate, and returns the loss before it. It is a third of the rate where the
    smoothed loss was smallest.

    Reference: Smith (2017), Cyclical learning rates for training neural networks, WACV.
    """
    best, best_rate, smooth = float("inf"), _LOWEST_RATE, 0.0
    for number in range(_TRIED_RATES):
        rate = _LOWEST_RATE * (_HIGHEST_RATE / _LOWEST_RATE) ** (number / (_TRIED_RATES - 1))
        loss = step(rate)
        smooth = loss if number == 0 else 0.7 * smooth + 0.3 * loss
        if not smooth < 4.0 * best:  # blown up, or no number
            break
        if smooth < best:
            best, best_rate = smooth, rate
    return best_rate / 3.0
