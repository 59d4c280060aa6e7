"""What runs inside a worker process."""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from app.engine.base import OutOfMemory

T = TypeVar("T")
_PAGE = resource.getpagesize()


def initialize() -> None:
    """Let a terminated worker die at once, in native code too."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def ping() -> bool:
    """Do nothing; that it returns shows that the worker lives."""
    return True


def guarded(memory_bytes: int | None, function: Callable[..., T], *args: Any) -> T:
    """Call the function with so much memory at most; raises ``OutOfMemory``."""
    try:
        with _memory_limit(memory_bytes):
            return function(*args)
    except MemoryError as error:
        raise OutOfMemory(str(error)) from None


@contextmanager
def _memory_limit(memory_bytes: int | None) -> Iterator[None]:
    """Let this process grow by so many bytes; an allocation beyond raises ``MemoryError``."""
    if memory_bytes is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _address_space() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * _PAGE
