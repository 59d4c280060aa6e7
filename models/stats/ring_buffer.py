"""The last values of something that goes on, in one piece of memory."""

from dataclasses import dataclass, field

import numpy as np

from models.types import FloatArray

_LEAST_ROOM = 64


@dataclass(eq=False)
class RingBuffer:
    """The last ``capacity`` values, oldest first; another one costs the same however many there are.

    ``values``: shape (n,), n ≤ capacity, a view that the next value makes stale.
    """

    capacity: int
    values: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        self._room, self._end = self.values, len(self.values)

    def append(self, value: float) -> None:
        """Put a value behind the others, in place of the oldest if there is no room."""
        if self._end == len(self._room):
            kept = self.values[-self.capacity :]
            self._room, self._end = np.empty(max(_LEAST_ROOM, 2 * len(kept))), len(kept)
            self._room[: self._end] = kept
        self._room[self._end] = value
        self._end += 1
        self.values = self._room[
            max(self._end - len(self.values) - 1, self._end - self.capacity) : self._end
        ]

    def extend(self, values: FloatArray) -> None:
        """Put values, shape (k,), behind the others."""
        if len(values) == 1:
            return self.append(float(values[0]))
        self.values = np.concatenate([self.values, values])[-self.capacity :]
        self._room, self._end = self.values, len(self.values)
        return None
