"""What an engine does: take a piece of work, run it elsewhere within limits, hand back its result."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np

from app.engine.cancellation import Cancellation
from models.types import FloatArray

T = TypeVar("T")


class EngineError(Exception):
    """Base of what can befall a piece of work, whatever it computes."""


class WorkerDied(EngineError):
    """The process died under it."""


class OutOfTime(EngineError):
    """It was stopped at its deadline."""


class OutOfMemory(EngineError):
    """It took more memory than it was given."""


class WorkCancelled(EngineError):
    """Somebody cancelled it."""


class EngineStopped(EngineError):
    """The engine takes no work: it is stopping, or not started."""


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """What the work of a request may take.

    ``deadline``: as ``time.monotonic`` counts; ``memory_bytes``: of each piece; None for no limit.
    ``cancellation``: tells when nobody waits for it any more.
    """

    deadline: float | None = None
    memory_bytes: int | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)

    def remaining(self) -> float | None:
        """Return the seconds left, negative if there are none; None without a deadline."""
        return None if self.deadline is None else self.deadline - monotonic()


@dataclass(frozen=True, slots=True)
class Needs:
    """What a piece of work needs.

    ``device``: a graphics processor, if there is one, or a core, which it has to itself either way.
    ``memory_bytes``: beside what its process has already, None for no limit; ``expected_bytes``: of these,
    what it is estimated to take, for which it waits until others leave it room.
    """

    device: Literal["cpu", "gpu"] = "cpu"
    memory_bytes: int | None = None
    expected_bytes: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Work(Generic[T]):
    """``function(*args, context)``: a top-level function with picklable arguments, wherever it runs.

    ``deadline``: as ``time.monotonic`` counts here, None for none. ``behind``: the seconds that each of the
    pieces is expected to take that wait for the same worker, (k,), where this one can leave them some time.
    """

    function: Callable[..., T]
    args: tuple[Any, ...] = ()
    needs: Needs = Needs()
    deadline: float | None = None
    random_state: int = 0
    behind: FloatArray = field(default_factory=lambda: np.empty(0))

    def remaining(self) -> float | None:
        """Return the seconds left, negative if there are none; None without a deadline."""
        return None if self.deadline is None else self.deadline - monotonic()

    def own_seconds(self) -> float | None:
        """Return the seconds left without those of the pieces behind: what these take, up to equal parts."""
        left = self.remaining()
        if left is None:
            return None
        equal = left / (1 + len(self.behind))
        return left - float(np.minimum(self.behind, equal).sum())


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is done, from 0 to 1, and what else was told: epoch, loss, eta_s."""

    share: float = 0.0
    facts: Mapping[str, float] = field(default_factory=dict)


class Piece(Future[T], Generic[T]):
    """A piece of work that was handed over.

    ``result()`` returns what the function returned, or raises what it raised or an ``EngineError``.
    ``progress`` is what it last told of itself, ``listeners`` hear it at once; ``device``: where it runs or ran.
    """

    def __init__(self, work: Work[T]) -> None:
        super().__init__()
        self.work = work
        self.device = "cpu"
        self.progress = Progress()
        self.listeners: list[Callable[[Progress], None]] = []

    def cancel(self) -> bool:
        """Stop the work, by force if it runs; False if it is already done."""
        raise NotImplementedError

    def tell(self, progress: Progress) -> None:
        """Note what the work tells of itself, and pass it to whoever listens."""
        self.progress = progress
        for listener in self.listeners:
            listener(progress)


LOSSES = ("died", "memory", "timeout", "cancelled")
"""Why a worker process may end early."""


@dataclass(frozen=True, slots=True)
class EngineVitals:
    """How an engine is: what waits and runs, its processes, and how many of them it lost for which reason."""

    queued: int = 0
    running: int = 0
    workers: int = 0
    memory_bytes: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)


class Engine(ABC):
    """Runs pieces of work in processes of its own.

    ``workers``: how many pieces run side by side on cores; ``devices``: the graphics processors it has, on
    each of which one piece runs at a time.
    """

    name: ClassVar[str]
    workers: int
    devices: Sequence[str] = ()

    @abstractmethod
    def start(self) -> None:
        """Begin to get ready, without waiting for it."""

    @abstractmethod
    def ready(self) -> bool:
        """Return whether work would start at once."""

    @abstractmethod
    def submit(self, work: Work[T]) -> Piece[T]:
        """Queue a piece of work; raises ``EngineStopped``."""

    def vitals(self) -> EngineVitals:
        """Tell how it is, as far as it knows."""
        return EngineVitals(workers=self.workers)

    @abstractmethod
    def stop(self) -> None:
        """Cancel what is queued or running and let the processes go."""
