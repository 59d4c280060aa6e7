"""How far a network looks back, and how long its training takes."""

from collections import Counter
from collections.abc import Sequence

from models.forecasters.neural._params import NetworkParams

SHORTEST_CYCLE = 4
_LONGEST_WINDOW = 512
"""A window that nobody asked for is not longer."""
_COMMON = 0.2
"""The share of series that have a season from which on a window holds it."""
_WEIGHTS_PER_SECOND = 4e8
"""Weights times steps that a core trains in a second."""


def common(seasons: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the seasons that many series have, the most common one first."""
    counts = Counter(one for of_series in seasons for one in of_series)
    many = [one for one, count in counts.items() if count >= _COMMON * len(seasons)]
    return tuple(sorted(many, key=lambda one: (-counts[one], one)))


def window_of(params: NetworkParams, seasons: tuple[int, ...], ahead: int, room: int) -> int:
    """Return how many values the network looks back over; ``room``: how many there usually are."""
    if params.window is not None:
        return params.window
    shortest = 2 * max(SHORTEST_CYCLE, min(seasons, default=1))
    usual = max(2 * max(seasons, default=1), -(-3 * ahead // 2), shortest)
    return min(max(shortest, min(usual, room)), _LONGEST_WINDOW)


def seconds_of_training(
    params: NetworkParams, weights_each_step: int, observations: int, season_length: int, ahead: int
) -> float:
    """Return about how long a core takes for all rounds with one series."""
    window = window_of(params, (season_length,), ahead, observations - ahead)
    windows = min(max(observations - window, 8) / params.stride, params.epoch_windows)
    epochs = params.all_epochs
    steps = epochs * (windows * window * weights_each_step * 3)
    return float(steps / _WEIGHTS_PER_SECOND + 0.01 * epochs)
