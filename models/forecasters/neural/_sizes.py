"""How far a network looks back, and what its training takes: time and memory."""

from collections import Counter
from collections.abc import Callable, Sequence

from models.contract.cost import Workload
from models.forecasters.neural._params import NetworkParams
from models.networks.options import Shape, outputs_of
from models.networks.sizes import JUDGED_AT_ONCE, Size, bytes_of_regression, bytes_of_series

SHORTEST_CYCLE = 4
_LONGEST_WINDOW = 512
"""A window that nobody asked for is not longer."""
_COMMON = 0.2
"""The share of series that have a season from which on a window holds it."""
_WEIGHTS_PER_SECOND = 4e8
"""Weights times steps that a core trains in a second."""
_AROUND_S = 3.0
"""Seconds before and behind the epochs: torch is loaded, a regression solved, windows are forecast."""


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
    """Return about how long a core takes for all epochs with one series."""
    window = window_of(params, (season_length,), ahead, observations - ahead)
    windows = min(max(observations - window, 8) / params.stride, params.epoch_windows)
    epochs = params.all_epochs
    steps = epochs * (windows * window * weights_each_step * 3)
    return float(steps / _WEIGHTS_PER_SECOND + 0.01 * epochs)


def seconds_of_a_round(params: NetworkParams, seconds: float) -> float:
    """Return what is needed at least, given the ``seconds`` of all epochs: it ends early where time is short."""
    return min(seconds, _AROUND_S + seconds / params.all_epochs)


def memory_of_training(
    params: NetworkParams, size_of: Callable[[Shape], Size], work: Workload
) -> tuple[int, int]:
    """Return the bytes that series take together, beside torch itself and their columns, and what these share."""
    ahead, outputs = params.horizon or work.horizon, outputs_of(params.loss)

    def window(observations: int, season_length: int) -> int:
        return window_of(params, (season_length,), ahead, observations - ahead)

    def shared(observations: int, season_length: int, horizon: int) -> int:
        looked = window(observations, season_length)
        shape = Shape(looked, ahead, outputs=outputs, season=season_length)
        size, steps = size_of(shape), max(ahead, horizon) * outputs
        begin = max(1, observations - looked) if params.highway else 0
        one_after_another = (
            bytes_of_regression(begin, looked + ahead),
            size.bytes_of_windows(params.batch_size, JUDGED_AT_ONCE),
            size.bytes_of_passes(params.n_passes * len(work.observations), steps),
        )
        return size.bytes_of_weights + max(one_after_another)

    pairs = zip(work.observations.tolist(), work.season_length.tolist(), strict=True)
    own = sum(bytes_of_series(length, window(length, season), ahead) for length, season in pairs)
    return own, work.most(shared)
