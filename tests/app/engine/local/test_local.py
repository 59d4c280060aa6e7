import os
import signal
import time
from collections.abc import Iterator

import pytest

from app.engine.base import (
    Budget,
    Cancelled,
    EngineStopped,
    OutOfMemory,
    OutOfTime,
    WorkerDied,
)
from app.engine.local.engine import LocalEngine
from tests.app.engine import work
from tests.app.engine.processes import workers_of_this_process

ANY = Budget()
MIB = 2**20


def within(seconds: float) -> Budget:
    return Budget(time.monotonic() + seconds)


def test_work_runs_in_other_processes(engine: LocalEngine) -> None:
    pids = {job.result() for job in [engine.submit(ANY, work.pid) for _ in range(20)]}
    assert os.getpid() not in pids
    assert len(pids) <= engine.workers


def test_what_the_function_raises_is_raised(engine: LocalEngine) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        engine.submit(ANY, work.fail).result()


def test_native_code_is_stopped_at_the_deadline(engine: LocalEngine) -> None:
    begin = time.monotonic()
    with pytest.raises(OutOfTime):
        engine.submit(within(0.5), work.native, 60.0).result()
    assert time.monotonic() - begin < 5
    assert engine.submit(ANY, work.pid).result()


def test_what_waited_past_its_deadline_never_starts(engine: LocalEngine) -> None:
    with pytest.raises(OutOfTime):
        engine.submit(within(-1.0), work.pid).result()


def test_too_much_memory_is_refused_and_the_worker_stays(engine: LocalEngine) -> None:
    little = Budget(None, 100 * MIB)
    with pytest.raises(OutOfMemory, match="allocate"):
        engine.submit(little, work.allocate, 50 * MIB).result()
    assert engine.submit(Budget(None, 1000 * MIB), work.allocate, 50 * MIB).result() == 50 * MIB


def test_running_work_is_cancelled_by_force(engine: LocalEngine) -> None:
    job = engine.submit(ANY, work.native, 60.0)
    while not job.running():
        time.sleep(0.01)
    time.sleep(0.2)
    begin = time.monotonic()
    assert job.cancel()
    with pytest.raises(Cancelled):
        job.result()
    assert time.monotonic() - begin < 5


def test_queued_work_is_cancelled_at_once(engine: LocalEngine) -> None:
    busy = [engine.submit(ANY, work.sleep, 0.5) for _ in range(engine.workers)]
    queued = engine.submit(ANY, work.sleep, 60.0)
    assert queued.cancel()
    assert queued.cancelled()
    assert all(job.result() for job in busy)
    assert not busy[0].cancel()


def test_a_dead_worker_is_told_and_replaced(engine: LocalEngine) -> None:
    with pytest.raises(WorkerDied):
        engine.submit(ANY, work.die).result()
    assert engine.submit(ANY, work.pid).result()


def test_idle_workers_that_were_killed_are_replaced(engine: LocalEngine) -> None:
    before = workers_of_this_process()
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    pids = {job.result() for job in [engine.submit(ANY, work.pid) for _ in range(10)]}
    assert not pids & set(before)


@pytest.fixture
def own_engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(1)
    engine.start()
    yield engine
    engine.stop()


def test_stopping_ends_running_and_queued_work(own_engine: LocalEngine) -> None:
    before = set(workers_of_this_process())
    running, queued = (own_engine.submit(ANY, work.sleep, 60.0) for _ in range(2))
    while not running.running():
        time.sleep(0.01)
    own_engine.stop()
    with pytest.raises(Cancelled):
        running.result(timeout=5)
    assert queued.cancelled()
    assert not own_engine.ready()
    patience = time.monotonic() + 5.0  # the system takes a moment to bury the killed
    while not set(workers_of_this_process()) <= before and time.monotonic() < patience:
        time.sleep(0.01)
    assert set(workers_of_this_process()) <= before
    with pytest.raises(EngineStopped):
        own_engine.submit(ANY, work.pid)


def test_an_engine_that_was_not_started_takes_no_work() -> None:
    with pytest.raises(EngineStopped):
        LocalEngine(1).submit(ANY, work.pid)
