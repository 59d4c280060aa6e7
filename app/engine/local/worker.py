"""What runs inside a worker process."""

import json
import os
import resource
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any, TypeVar

from app.engine.base import OutOfMemory
from app.engine.local.kinds import LaneKind
from app.logging import configure
from models.contract.context import Context

T = TypeVar("T")
_PAGE = resource.getpagesize()
_LONGEST_REPORT = 4096
"""Bytes that a pipe takes as one, whatever else is written to it: ``PIPE_BUF``."""

_REPORTS: list[Connection] = []
"""The way to the server, of which a worker has one."""


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What a worker is told of the piece that it runs; ``seconds``: what time is its own, None for ever."""

    number: int
    device: str
    seconds: float | None
    random_state: int
    memory_bytes: int | None


def initialize(kind: LaneKind, reports: Connection) -> None:
    """Let a terminated worker die at once, in native code too; load what its kind of work needs.

    Libraries that configure a log of their own leave it be where there is one: cmdstanpy does.
    """
    configure("warning")
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.set_blocking(reports.fileno(), False)
    _REPORTS.append(reports)
    os.environ["OMP_NUM_THREADS"] = str(kind.threads)
    for name in kind.preload:
        import_module(name)
    if kind.device.startswith("cuda"):
        from models.networks.device import wake

        wake(kind.device)


def ping() -> int:
    """Return the number of this process; that it returns shows that the worker lives."""
    return os.getpid()


def run(order: WorkOrder, function: Callable[..., T], *args: Any) -> T:
    """Call the function with a context and so much memory at most; raises ``OutOfMemory``."""
    context = Context(
        deadline=None if order.seconds is None else monotonic() + order.seconds,
        device=order.device,
        random_state=order.random_state,
        memory_bytes=order.memory_bytes,
        reported=partial(_report, order.number),
    )
    try:
        with _memory_limit(order.memory_bytes):
            return function(*args, context)
    except MemoryError as error:
        raise OutOfMemory(str(error)) from None


def _report(number: int, share: float, facts: Mapping[str, float]) -> None:
    """Tell the server; what it does not read in time is dropped, nothing waits for it."""
    line = (
        json.dumps(
            [number, float(share), {name: float(one) for name, one in facts.items()}]
        ).encode()
        + b"\n"
    )
    for reports in _REPORTS if len(line) <= _LONGEST_REPORT else ():
        with suppress(OSError):
            os.write(reports.fileno(), line)


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


def resident_bytes(pid: int) -> int:
    """Return how much memory a process holds, 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE
    except OSError:
        return 0
