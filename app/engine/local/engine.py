"""The engine on this machine: worker processes, each in a lane of its own.

Every lane owns a pebble pool of one process. A worker that dies, hangs or is cancelled takes only
its lane's pool with it, and the lane makes a fresh one: there is no shared pipe that a killed
process could leave half written, and killing all workers at once is several single deaths.
"""

import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import forkserver
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from app.engine.base import (
    Budget,
    Cancelled,
    Engine,
    EngineStopped,
    Job,
    OutOfTime,
    WorkerDied,
)
from app.engine.local import worker

T = TypeVar("T")

_CONTEXT = multiprocessing.get_context("forkserver")
_START_TRIES = 3
_CLEANUP_SECONDS = 4.0


def start_fork_server() -> None:
    """Start the process that workers are forked from; it loads libraries while others do other things."""
    _CONTEXT.set_forkserver_preload(["app.engine.local.preload"])
    forkserver.ensure_running()


class LocalJob(Job[T]):
    """A job of the local engine."""

    def __init__(self, budget: Budget, function: Callable[..., T], args: tuple[Any, ...]) -> None:
        super().__init__()
        self.budget = budget
        self.call = (budget.memory_bytes, function, *args)
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
        return Future.cancel(self)

    def begin(self, start: Callable[[], "Future[T]"]) -> "Future[T]":
        """Start running; raises ``Cancelled`` if nobody wants it any more."""
        with self._lock:
            if not self._wanted:
                raise Cancelled
            self._running = start()
            return self._running


class _Lane:
    """One worker process and the thread that feeds it."""

    def __init__(self, number: int, jobs: "queue.SimpleQueue[LocalJob[Any] | None]") -> None:
        self._jobs = jobs
        self._pool: ProcessPool | None = None
        self._cleanups: list[threading.Thread] = []
        self.alive = threading.Event()
        self.stopped = False
        self.current: LocalJob[Any] | None = None
        self._thread = threading.Thread(target=self._serve, name=f"lane-{number}", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._warm()
        while (job := self._jobs.get()) is not None:
            if job.set_running_or_notify_cancel():
                self._work(job)
            del job  # its arrays would be kept until the next one
            self._warm()
        self._discard()
        for cleanup in self._cleanups:
            cleanup.join(_CLEANUP_SECONDS)

    def _warm(self) -> None:
        """Have a worker before there is work for it."""
        if not self.stopped:
            with suppress(WorkerDied):
                self._ready_pool()

    def _work(self, job: LocalJob[Any]) -> None:
        self.current = job
        try:
            result = self._run(job)
        except BaseException as error:
            job.set_exception(error)
        else:
            job.set_result(result)
        finally:
            self.current = None

    def _run(self, job: LocalJob[Any]) -> Any:
        for _ in range(_START_TRIES):
            with suppress(BrokenProcessPool):  # the idle worker was killed; the job never began
                return self._run_once(job)
        raise WorkerDied("no worker process stays alive")

    def _run_once(self, job: LocalJob[Any]) -> Any:
        pool = self._ready_pool()
        remaining = job.budget.remaining()
        if remaining is not None and remaining <= 0.0:
            raise OutOfTime
        try:
            return job.begin(
                lambda: pool.schedule(worker.guarded, args=job.call, timeout=remaining)
            ).result()
        except (FutureTimeoutError, CancelledError, ProcessExpired, BrokenProcessPool) as error:
            # A timeout that the function itself raised looks the same: a fresh worker does no harm.
            self._discard()
            raise _translated(error) from None

    def _ready_pool(self) -> ProcessPool:
        """Return a pool whose worker answers; raises ``WorkerDied`` if none can be had."""
        if self._pool is not None and self._pool.active:
            return self._pool
        for _ in range(_START_TRIES):
            self._discard()
            self._pool = ProcessPool(1, initializer=worker.initialize, context=_CONTEXT)
            with suppress(ProcessExpired, BrokenProcessPool, RuntimeError, OSError):
                self._pool.schedule(worker.ping).result()
                self.alive.set()
                return self._pool
        self.alive.clear()
        raise WorkerDied("no worker process could be started")

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


def _translated(error: BaseException) -> BaseException:
    if isinstance(error, FutureTimeoutError):
        return OutOfTime()
    if isinstance(error, CancelledError):
        return Cancelled()
    return WorkerDied(str(error)) if isinstance(error, ProcessExpired) else error


class LocalEngine(Engine):
    """Worker processes on this machine, forked from a server that has the libraries loaded."""

    name = "local"

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._jobs: queue.SimpleQueue[LocalJob[Any] | None] = queue.SimpleQueue()
        self._lanes: list[_Lane] = []
        self._stopped = False

    def start(self) -> None:
        """Start the fork server and the lanes, in the background."""
        start_fork_server()
        self._lanes = [_Lane(number, self._jobs) for number in range(self.workers)]

    def ready(self) -> bool:
        """Return whether a worker answers."""
        return not self._stopped and any(lane.alive.is_set() for lane in self._lanes)

    def submit(self, budget: Budget, function: Callable[..., T], /, *args: Any) -> Job[T]:
        """Queue a call; it runs in the first lane that is free."""
        if self._stopped or not self._lanes:
            raise EngineStopped
        job = LocalJob(budget, function, args)
        self._jobs.put(job)
        return job

    def stop(self) -> None:
        """Cancel what is queued or running, and wait for the lanes to end."""
        self._stopped = True
        for lane in self._lanes:
            lane.stopped = True
        for job in self._unfinished():
            job.cancel()
        for _ in self._lanes:
            self._jobs.put(None)
        for lane in self._lanes:
            lane.join(timeout=5.0)

    def _unfinished(self) -> Iterator[LocalJob[Any]]:
        """Take every job out of the queue, then name those that run."""
        with suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    yield job
        yield from (job for lane in self._lanes if (job := lane.current) is not None)
