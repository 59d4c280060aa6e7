"""How much memory a training takes, how large its minibatches may be; like ``options``, this loads no torch.

Numbers of 32 bits lie in memory for the weights, for each value of the series, and for the windows that are
looked at together: those of a minibatch with all that the way back needs, those that are judged, those that the
first regression is made from, and those of passes with dropout. The last four follow one another.
"""

from dataclasses import dataclass

_NUMBER = 4
"""Bytes of a number of 32 bits."""
_COPIES = 5
"""Weights, their gradients, two moments of each, and the best so far."""
_PER_POINT = 72
"""Bytes of a point of a series: the value, where it lies and of which series, and the copies they are made by."""
_PER_REGRESSED = 28
"""Bytes of a number in a window that a regression is made from: as it is, and twice in 64 bits."""
REGRESSED_AT_ONCE = 4096
JUDGED_AT_ONCE = 1024
PASSED_AT_ONCE = 8192
"""Windows that are regressed on, judged, and windows times passes, that are looked at together."""
_WAY_BACK = 5
"""A training keeps so many times the numbers that are there at once where nothing is learned."""
_OF_FEATURES = 10
"""Copies of the features and of the steps ahead on the way through a head with dropout."""
_OF_WINDOWS = 8
"""Copies of the values of a window, and of what is known of them."""
ROOM = 1 << 30
"""Bytes that windows looked at together may take on a core."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is: its weights, the numbers that a training keeps of each window, and its features."""

    weights: int
    kept: int
    features: int

    def with_head(self, steps: int, *, hidden: bool) -> "Size":
        """Return an encoder with a head for so many outputs, and a hidden layer before these."""
        weights = self.features * (steps + (self.features if hidden else 0))
        return Size(
            self.weights + weights, self.kept + 3 * self.features + 6 * steps, self.features
        )

    def with_windows(self, numbers: int) -> "Size":
        """Return a network that sees so many numbers of each window, with those ahead."""
        return Size(self.weights, self.kept + _OF_WINDOWS * numbers, self.features)

    @property
    def bytes_of_weights(self) -> int:
        """What weights take in a training."""
        return _NUMBER * _COPIES * self.weights

    def batch_within(self, asked: int, room: int = ROOM) -> int:
        """Return how many windows a minibatch may have, at most as many as asked for, one at least."""
        return max(1, min(asked, room // (_NUMBER * self.kept)))

    @property
    def at_once(self) -> int:
        """How many windows are judged together."""
        return max(1, min(JUDGED_AT_ONCE, ROOM * _WAY_BACK // (_NUMBER * self.kept)))

    def bytes_of_windows(self, batch: int, judged: int) -> int:
        """Return what the windows take that are looked at together, in a training or to judge it."""
        trained = self.batch_within(batch) * self.kept
        return _NUMBER * max(trained, min(judged, self.at_once) * self.kept // _WAY_BACK)

    def bytes_of_passes(self, rows: int, steps: int) -> int:
        """Return what passes with dropout take; ``rows``: series times passes, of so many outputs each."""
        return min(rows, PASSED_AT_ONCE) * bytes_of_pass(self.features + steps)


def bytes_of_pass(numbers: int) -> int:
    """Return what a pass of a window takes behind the encoder, of so many features and steps ahead."""
    return _NUMBER * _OF_FEATURES * numbers


def bytes_of_series(points: int, window: int, ahead: int) -> int:
    """Return what a series takes as windows are indexed from it."""
    return _PER_POINT * (points + window + ahead)


def bytes_of_regression(windows: int, values: int) -> int:
    """Return what the regression takes that a network begins with; ``values``: of a window and what follows."""
    if not windows:
        return 0
    return _PER_REGRESSED * min(windows, REGRESSED_AT_ONCE) * values + 24 * values**2
