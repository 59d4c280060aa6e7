"""What an engine does: take a piece of work, run it elsewhere within limits, hand back its result."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

T = TypeVar("T")


class EngineError(Exception):
    """Base of what can befall a piece of work, whatever it computes."""


class WorkerDied(EngineError):
    """The process died under it."""


class OutOfTime(EngineError):
    """It was stopped at its deadline."""


class OutOfMemory(EngineError):
    """It took more memory than it was given."""


class Cancelled(EngineError):
    """Somebody cancelled it."""


class EngineStopped(EngineError):
    """The engine takes no work: it is stopping, or not started."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a piece of work may take: until when (``time.monotonic``), and bytes; None for no limit."""

    deadline: float | None = None
    memory_bytes: int | None = None

    def remaining(self) -> float | None:
        """Return the seconds left, negative if there are none; None without a deadline."""
        return None if self.deadline is None else self.deadline - monotonic()


class Job(Future[T], Generic[T]):
    """A submitted piece of work.

    ``result()`` returns what the function returned, or raises what it raised or an ``EngineError``.
    """

    def cancel(self) -> bool:
        """Stop the work, by force if it runs; False if it is already done."""
        raise NotImplementedError


class Engine(ABC):
    """Runs top-level functions with picklable arguments, in processes of its own."""

    name: ClassVar[str]
    workers: int

    @abstractmethod
    def start(self) -> None:
        """Begin to get ready, without waiting for it."""

    @abstractmethod
    def ready(self) -> bool:
        """Return whether work would start at once."""

    @abstractmethod
    def submit(self, budget: Budget, function: Callable[..., T], /, *args: Any) -> Job[T]:
        """Queue ``function(*args)``; raises ``EngineStopped``."""

    @abstractmethod
    def stop(self) -> None:
        """Cancel what is queued or running and let the processes go."""
