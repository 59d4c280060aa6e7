"""The engine on this machine: worker processes, each in a lane of its own.

There are as many lanes on cores as workers were asked for, and one for each device, so that two pieces can
never be on it. Every lane owns a pebble pool of one process. A worker that dies, hangs or is cancelled takes only
its lane's pool with it, and the lane makes a fresh one: there is no shared pipe that a killed
process could leave half written, and killing all workers at once is several single deaths.
"""

import json
import logging
import multiprocessing
import os
import queue
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from app.engine.base import (
    Engine,
    EngineStopped,
    EngineVitals,
    OutOfMemory,
    OutOfTime,
    Piece,
    Progress,
    Work,
    WorkCancelled,
    WorkerDied,
)
from app.engine.local import worker
from app.engine.local.kinds import CORE, LaneKind

T = TypeVar("T")
_log = logging.getLogger("app.engine")

_CONTEXT = multiprocessing.get_context("forkserver")
_START_TRIES = 3
_CLEANUP_SECONDS = 4.0
_WATCH_SECONDS = 0.2
"""How often the memory of a process is looked at that has no limit of its own."""

Queue = queue.SimpleQueue["LocalPiece[Any] | None"]


def start_fork_server() -> None:
    """Start the process that workers are forked from; it loads libraries while others do other things."""
    _CONTEXT.set_forkserver_preload(["app.engine.local.preload"])
    forkserver.ensure_running()


class LocalPiece(Piece[T]):
    """A piece of work of the local engine."""

    def __init__(self, work: Work[T], number: int) -> None:
        super().__init__(work)
        self.number = number
        self._running: Future[Any] | None = None
        self._wanted = True
        self._lock = threading.Lock()

    def cancel(self) -> bool:
        """Stop the work: unqueue it, or kill the process that runs it."""
        with self._lock:
            self._wanted = False
            running = self._running
        if running is not None:
            return running.cancel()
        return Future.cancel(self) or not self.done()  # it waits for room

    def patience(self, most: float) -> float:
        """Return how long it may wait now; raises ``WorkCancelled`` or ``OutOfTime`` if it need not at all."""
        if not self._wanted:
            raise WorkCancelled
        remaining = self.work.remaining()
        if remaining is not None and remaining <= 0.0:
            raise OutOfTime
        return most if remaining is None else min(most, remaining)

    def begin(self, start: Callable[[], "Future[T]"]) -> "Future[T]":
        """Start running; raises ``WorkCancelled`` if nobody wants it any more."""
        with self._lock:
            if not self._wanted:
                raise WorkCancelled
            self._running = start()
            return self._running


class MemoryBudget:
    """The memory that pieces share: one that does not fit beside others waits until they are done.

    ``size``: bytes, None for any number. One that is larger than all of it runs alone.
    """

    def __init__(self, size: int | None) -> None:
        self.size = size
        self._used = 0
        self._freed = threading.Condition()

    @contextmanager
    def taken(self, piece: LocalPiece[Any]) -> Iterator[None]:
        """Hold what a piece expects to take; raises ``OutOfTime`` or ``WorkCancelled`` while it waits."""
        wanted = piece.work.needs.expected_bytes
        with self._freed:
            while not self._fits(wanted):
                self._freed.wait(piece.patience(_WATCH_SECONDS))
            self._used += wanted
        try:
            yield
        finally:
            with self._freed:
                self._used -= wanted
                self._freed.notify_all()

    def _fits(self, wanted: int) -> bool:
        alone = not wanted or not self._used
        return alone or self.size is None or self._used + wanted <= self.size


class _Lane:
    """One worker process and the thread that feeds it."""

    def __init__(self, kind: LaneKind, pieces: Queue, room: MemoryBudget) -> None:
        self.kind = kind
        self._pieces, self._room = pieces, room
        self._pool: ProcessPool | None = None
        self.pid = 0
        self._cleanups: list[threading.Thread] = []
        self.alive = threading.Event()
        self.lost: Counter[str] = Counter()
        self.stopped = False
        self.current: LocalPiece[Any] | None = None
        self._latest: Callable[[], LocalPiece[Any] | None] = lambda: None
        self._thread = threading.Thread(target=self._serve, name=f"lane-{kind.device}", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._warm()
        while (piece := self._pieces.get()) is not None:
            if piece.set_running_or_notify_cancel():
                self._work(piece)
            del piece  # its arrays would be kept until the next one
            self._warm()
        self._discard()
        for cleanup in self._cleanups:
            cleanup.join(_CLEANUP_SECONDS)

    def _warm(self) -> None:
        """Have a worker before there is work for it; one that loads much waits for it."""
        if not self.stopped and not self.kind.preload:
            with suppress(WorkerDied):
                self._ready_pool()

    def _work(self, piece: LocalPiece[Any]) -> None:
        self.current, piece.device = piece, self.kind.device
        self._latest = weakref.ref(piece)  # its last words may come after its result
        try:
            with self._room.taken(piece):
                result = self._run(piece)
        except BaseException as error:
            piece.set_exception(error)
        else:
            piece.set_result(result)
        finally:
            self.current = None

    def _run(self, piece: LocalPiece[Any]) -> Any:
        for _ in range(_START_TRIES):
            with suppress(BrokenProcessPool):  # the idle worker was killed; the work never began
                return self._run_once(piece)
        raise WorkerDied("no worker process stays alive")

    def _run_once(self, piece: LocalPiece[Any]) -> Any:
        pool, work = self._ready_pool(), piece.work
        remaining = work.remaining()
        if remaining is not None and remaining <= 0.0:
            raise OutOfTime
        limit, device = work.needs.memory_bytes, self.kind.device
        space = limit if self.kind.limits_address_space else None
        order = worker.WorkOrder(piece.number, device, work.own_seconds(), work.random_state, space)
        call = (order, work.function, *work.args)
        try:
            running = piece.begin(lambda: pool.schedule(worker.run, args=call, timeout=remaining))
            if limit is None or self.kind.limits_address_space:
                return running.result()
            return self._watched(running, limit)
        except (FutureTimeoutError, CancelledError, ProcessExpired, BrokenProcessPool) as error:
            # A timeout that the function itself raised looks the same: a fresh worker does no harm.
            self._lose(error)
            raise _translated(error) from None

    def _watched(self, running: Future[Any], limit: int) -> Any:
        """Wait for the result of a process whose memory nothing else limits; raises ``OutOfMemory``."""
        before = worker.resident_bytes(self.pid)
        while not wait([running], timeout=_WATCH_SECONDS).done:
            if worker.resident_bytes(self.pid) - before > limit:
                running.cancel()
                self._lose(MemoryError())
                raise OutOfMemory(f"its process grew by more than {limit} bytes")
        return running.result()

    def _ready_pool(self) -> ProcessPool:
        """Return a pool whose worker answers; raises ``WorkerDied`` if none can be had."""
        if self._pool is not None and self._pool.active:
            return self._pool
        if self._pool is not None:
            self._lose(None)
        for _ in range(_START_TRIES):
            self._discard()
            reader, writer = multiprocessing.Pipe(duplex=False)
            self._pool = ProcessPool(
                1, initializer=worker.initialize, initargs=(self.kind, writer), context=_CONTEXT
            )
            with suppress(ProcessExpired, BrokenProcessPool, RuntimeError, OSError), writer:
                self.pid = self._pool.schedule(worker.ping).result()
                threading.Thread(
                    target=self._listen, args=(reader,), name="lane-reports", daemon=True
                ).start()
                self.alive.set()
                return self._pool
            reader.close()
        self.alive.clear()
        raise WorkerDied("no worker process could be started")

    def _listen(self, reports: Connection) -> None:
        """Note what the worker tells of the piece that it runs, until the worker is gone."""
        with os.fdopen(os.dup(reports.fileno()), "rb") as lines, reports:
            for line in lines:
                number, share, facts = json.loads(line)
                piece = self._latest()
                if piece is not None and piece.number == number:
                    piece.tell(Progress(share, facts))

    def _lose(self, error: BaseException | None) -> None:
        """Count a worker that ended early, tell of it if nobody wanted that, and let its pool go."""
        reason = _reason(error)
        self.lost[reason] += 1
        if reason in ("died", "memory"):
            code = getattr(error, "exitcode", None)
            _log.warning(
                "a worker process was lost",
                extra={
                    "reason": reason,
                    "pid": self.pid,
                    "exitcode": code,
                    "device": self.kind.device,
                },
            )
        self._discard()

    def _discard(self) -> None:
        """Let the pool go; its threads may hang on a half-written pipe, so another thread waits."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        pool.stop()  # type: ignore[no-untyped-call]
        cleanup = threading.Thread(target=pool.join, name="lane-cleanup", daemon=True)
        cleanup.start()
        self._cleanups = [*(one for one in self._cleanups if one.is_alive()), cleanup]

    def join(self, timeout: float) -> None:
        """Wait for the lane to end."""
        self._thread.join(timeout)


def _reason(error: BaseException | None) -> str:
    kinds = {FutureTimeoutError: "timeout", CancelledError: "cancelled", MemoryError: "memory"}
    return next((name for kind, name in kinds.items() if isinstance(error, kind)), "died")


def _translated(error: BaseException) -> BaseException:
    if isinstance(error, FutureTimeoutError):
        return OutOfTime()
    if isinstance(error, CancelledError):
        return WorkCancelled()
    return WorkerDied(str(error)) if isinstance(error, ProcessExpired) else error


class LocalEngine(Engine):
    """Worker processes on this machine, forked from a server that has the libraries loaded.

    ``kinds``: of the lanes of devices, one each; ``workers`` lanes on cores stand beside them.
    ``memory_bytes``: what all pieces that run may be expected to take together, None for any number.
    """

    name = "local"

    def __init__(
        self, workers: int, kinds: Sequence[LaneKind] = (), memory_bytes: int | None = None
    ) -> None:
        self.workers = workers
        self._room = MemoryBudget(memory_bytes)
        self.devices = [kind.device for kind in kinds]
        self._kinds = kinds
        self._on_cores: Queue = queue.SimpleQueue()
        self._on_devices: Queue = queue.SimpleQueue()
        self._numbers = count()
        self._lanes: list[_Lane] = []
        self._stopped = False

    def start(self) -> None:
        """Start the fork server and the lanes, in the background."""
        start_fork_server()
        lanes = [(CORE, self._on_cores)] * self.workers
        lanes += [(kind, self._on_devices) for kind in self._kinds]
        self._lanes = [_Lane(kind, pieces, self._room) for kind, pieces in lanes]

    def ready(self) -> bool:
        """Return whether a worker answers."""
        return not self._stopped and any(lane.alive.is_set() for lane in self._lanes)

    def submit(self, work: Work[T]) -> Piece[T]:
        """Queue a piece, for the first free lane of its kind, or a core if there is no device.

        Raises ``EngineStopped``.
        """
        if self._stopped or not self._lanes:
            raise EngineStopped
        piece = LocalPiece(work, next(self._numbers))
        on_device = work.needs.device == "gpu" and bool(self._kinds)
        (self._on_devices if on_device else self._on_cores).put(piece)
        return piece

    def vitals(self) -> EngineVitals:
        """Tell what waits and runs, and of its processes."""
        return EngineVitals(
            queued=self._on_cores.qsize() + self._on_devices.qsize(),
            running=sum(lane.current is not None for lane in self._lanes),
            workers=len(self._lanes),
            memory_bytes=sum(worker.resident_bytes(lane.pid) for lane in self._lanes),
            lost=sum((lane.lost for lane in self._lanes), Counter()),
        )

    def stop(self) -> None:
        """Cancel what is queued or running, and wait for the lanes to end."""
        self._stopped = True
        for lane in self._lanes:
            lane.stopped = True
        for piece in self._unfinished():
            piece.cancel()
        for lane in self._lanes:
            (self._on_cores if lane.kind is CORE else self._on_devices).put(None)
        for lane in self._lanes:
            lane.join(timeout=5.0)

    def _unfinished(self) -> Iterator[LocalPiece[Any]]:
        """Take every piece out of the queues, then name those that run."""
        for pieces in (self._on_cores, self._on_devices):
            with suppress(queue.Empty):
                while True:
                    piece = pieces.get_nowait()
                    if piece is not None:
                        yield piece
        yield from (one for lane in self._lanes if (one := lane.current) is not None)
