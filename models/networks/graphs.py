"""Steps of a training that a graphics processor has seen often enough to take them by itself."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

Examples = tuple[Tensor, ...]
"""What a step learns from, on the device: the sizes say how many there are."""
Step = Callable[[Examples], Tensor]
"""Takes a step, and returns the loss before it."""

_TAKEN_FIRST = 3
"""Steps of a size that are taken one launch after the other: libraries choose their ways and room in these."""


@cache
def _aside(device: torch.device) -> torch.cuda.Stream:
    """Return a stream beside the usual one; libraries keep memory for each that there is."""
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


class StepGraphs:
    """Takes steps: the first of a size as they are written, the others as one launch of all that these do.

    A step of a small network is a hundred kernels that are over sooner than a core can launch them. Nothing
    within it may depend on values that a core would have to wait for.

    Reference: NVIDIA (2019), Getting started with CUDA graphs; the PyTorch manual, CUDA semantics, CUDA graphs.
    """

    def __init__(self, device: torch.device) -> None:
        self._aside = _aside(device)
        self._taken: Counter[tuple[torch.Size, ...]] = Counter()
        self._captured: dict[tuple[torch.Size, ...], _Captured] = {}

    def take(self, step: Step, examples: Examples) -> Tensor:
        """Take a step, and return its loss, which stays what it is until the next one."""
        sizes = tuple(one.shape for one in examples)
        self._taken[sizes] += 1
        if self._taken[sizes] <= _TAKEN_FIRST:
            return self._taken_aside(step, examples)
        if sizes not in self._captured:
            self._captured[sizes] = _Captured(step, examples)
        return self._captured[sizes].replayed(examples)

    def clear(self) -> None:
        """Forget the steps, and let go of the memory that they keep."""
        self._taken.clear()
        self._captured.clear()

    def _taken_aside(self, step: Step, examples: Examples) -> Tensor:
        """Take a step beside the usual stream, which nothing that is captured later may wait for."""
        current = torch.cuda.current_stream(self._aside.device)
        self._aside.wait_stream(current)
        with torch.cuda.stream(self._aside):
            loss = step(examples)
        current.wait_stream(self._aside)
        return loss


class _Captured:
    """A step on examples that lie in places of their own."""

    def __init__(self, step: Step, examples: Examples) -> None:
        self._examples = tuple(one.clone() for one in examples)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._loss = step(self._examples)

    def replayed(self, examples: Examples) -> Tensor:
        """Take the step on other examples of the same sizes."""
        for own, one in zip(self._examples, examples, strict=True):
            own.copy_(one)
        self._graph.replay()
        return self._loss
