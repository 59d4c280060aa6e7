import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.base import (
    EngineStopped,
    Needs,
    OutOfMemory,
    OutOfTime,
    Piece,
    Progress,
    Work,
    WorkCancelled,
    WorkerDied,
)
from app.engine.local.engine import LocalEngine
from app.engine.local.kinds import LaneKind, NoSuchDevice, devices_of, of_device
from tests.app.engine import work
from tests.app.engine.processes import workers_of_this_process
from tests.waiting import PATIENCE_S, until

MIB = 2**20


def submitted(
    engine: LocalEngine,
    function: Callable[..., Any],
    *args: Any,
    within: float | None = None,
    needs: Needs = Needs(),  # noqa: B008
) -> Piece[Any]:
    deadline = None if within is None else time.monotonic() + within
    return engine.submit(Work(function, args, needs, deadline, random_state=7))


def memory(size: int) -> Needs:
    return Needs(memory_bytes=size)


def test_work_runs_in_other_processes(engine: LocalEngine) -> None:
    pids = {job.result() for job in [submitted(engine, work.pid) for _ in range(20)]}
    assert os.getpid() not in pids
    assert len(pids) <= engine.workers


def test_what_the_function_raises_is_raised(engine: LocalEngine) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        submitted(engine, work.fail).result()


def test_native_code_is_stopped_at_the_deadline(engine: LocalEngine) -> None:
    with pytest.raises(OutOfTime):
        submitted(engine, work.native, 600.0, within=0.5).result(timeout=PATIENCE_S)
    assert submitted(engine, work.pid).result()


def test_what_waited_past_its_deadline_never_starts(engine: LocalEngine) -> None:
    with pytest.raises(OutOfTime):
        submitted(engine, work.pid, within=-1.0).result()


def test_too_much_memory_is_refused_and_the_worker_stays(engine: LocalEngine) -> None:
    little = memory(100 * MIB)
    with pytest.raises(OutOfMemory, match="allocate"):
        submitted(engine, work.allocate, 50 * MIB, needs=little).result()
    assert submitted(engine, work.allocate, 50 * MIB, needs=memory(1000 * MIB)).result() == 50 * MIB


def test_running_work_is_cancelled_by_force(engine: LocalEngine) -> None:
    piece = submitted(engine, work.native, 600.0)
    until(piece.running, "beginning")
    assert piece.cancel()
    with pytest.raises(WorkCancelled):
        piece.result(timeout=PATIENCE_S)


def test_queued_work_is_cancelled_at_once(engine: LocalEngine) -> None:
    *busy, queued = (submitted(engine, work.sleep, 600.0) for _ in range(engine.workers + 1))
    assert queued.cancel()
    assert queued.cancelled()
    assert all(piece.cancel() for piece in busy)


def test_what_is_done_is_not_cancelled(engine: LocalEngine) -> None:
    done = submitted(engine, work.pid)
    assert done.result()
    assert not done.cancel()


def test_a_dead_worker_is_told_and_replaced(engine: LocalEngine) -> None:
    with pytest.raises(WorkerDied):
        submitted(engine, work.die).result()
    assert submitted(engine, work.pid).result()


def test_idle_workers_that_were_killed_are_replaced(engine: LocalEngine) -> None:
    before = workers_of_this_process()
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    pids = {job.result() for job in [submitted(engine, work.pid) for _ in range(10)]}
    assert not pids & set(before)


@pytest.fixture
def own_engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(1)
    engine.start()
    yield engine
    engine.stop()


def test_stopping_ends_running_and_queued_work(own_engine: LocalEngine) -> None:
    own = submitted(own_engine, work.pid).result()
    assert own in workers_of_this_process()
    running, queued = (submitted(own_engine, work.sleep, 600.0) for _ in range(2))
    until(running.running, "beginning")
    own_engine.stop()
    with pytest.raises(WorkCancelled):
        running.result(timeout=PATIENCE_S)
    assert queued.cancelled()
    assert not own_engine.ready()
    # Those of other engines come and go: killed ones of the test before may be replaced only now.
    until(lambda: own not in workers_of_this_process(), "burying the killed")
    with pytest.raises(EngineStopped):
        submitted(own_engine, work.pid)


def test_an_engine_that_was_not_started_takes_no_work() -> None:
    with pytest.raises(EngineStopped):
        submitted(LocalEngine(1), work.pid)


GPU = Needs("gpu")


@pytest.fixture(scope="module")
def two_devices() -> Iterator[LocalEngine]:
    """Devices that nobody has, to see what runs where."""
    kinds = [
        LaneKind(name, 2, ("colorsys",), limits_address_space=False) for name in ("x:0", "x:1")
    ]
    engine = LocalEngine(1, kinds)
    engine.start()
    yield engine
    engine.stop()


def test_work_is_told_its_deadline_its_seed_and_its_device(engine: LocalEngine) -> None:
    assert submitted(engine, work.what_surrounds, within=60.0).result() == (True, 7, "cpu")


def test_a_training_tells_how_far_it_is(engine: LocalEngine) -> None:
    piece = submitted(engine, work.train, 10_000, 0.05)
    heard: list[float] = []

    def hear() -> bool:
        heard.append(piece.progress.share)
        return len(set(heard)) > 3

    until(hear, "three epochs")
    assert heard == sorted(heard)
    assert piece.cancel()


def test_each_of_ten_reports_arrives(own_engine: LocalEngine) -> None:
    heard: list[float] = []
    blocker = submitted(own_engine, work.sleep, 600.0)
    piece = submitted(own_engine, work.train, 10, 0.01)
    piece.listeners.append(lambda progress: heard.append(progress.facts["epoch"]))
    assert blocker.cancel()
    assert piece.result() == "cpu"
    until(lambda: len(heard) == 10, "the last report")
    assert heard == [float(n) for n in range(1, 11)]
    assert piece.progress == Progress(1.0, {"epoch": 10.0, "loss": 0.1})


def test_reports_that_nobody_reads_do_not_hold_work_up(engine: LocalEngine) -> None:
    assert submitted(engine, work.chatter, 200_000).result(timeout=PATIENCE_S) == 200_000


def seconds_until_free(engine: LocalEngine, piece: Piece[Any]) -> float:
    """How long it takes from a cancellation until the lane has done something else."""
    begin = time.monotonic()
    assert piece.cancel()
    with pytest.raises(WorkCancelled):
        piece.result(timeout=PATIENCE_S)
    assert submitted(engine, work.pid).result(timeout=PATIENCE_S)
    return time.monotonic() - begin


def test_a_training_that_reported_ten_times_is_cancelled_within_a_second(
    own_engine: LocalEngine,
) -> None:
    """On a machine where that takes long for work that only sleeps, not ten times as long; it has hours to go."""
    asleep = submitted(own_engine, work.sleep, 600.0)
    until(asleep.running, "the sleep")
    idle = seconds_until_free(own_engine, asleep)
    piece = submitted(own_engine, work.train, 1_000_000, 0.02)
    until(lambda: piece.progress.facts.get("epoch", 0) >= 10, "ten reports")
    assert seconds_until_free(own_engine, piece) < max(1.0, 10 * idle)


def test_two_are_never_on_one_device(two_devices: LocalEngine, tmp_path: Path) -> None:
    pieces = [submitted(two_devices, work.occupy, tmp_path, 0.05, needs=GPU) for _ in range(12)]
    assert {piece.result(timeout=PATIENCE_S) for piece in pieces} == {"x:0", "x:1"}
    assert {piece.device for piece in pieces} == {"x:0", "x:1"}


def test_cores_and_devices_do_not_wait_for_each_other(two_devices: LocalEngine) -> None:
    busy = [submitted(two_devices, work.sleep, 600.0, needs=GPU) for _ in range(2)]
    assert submitted(two_devices, work.pid).result(timeout=PATIENCE_S)
    assert all(piece.cancel() for piece in busy)


def test_a_lane_of_a_device_loads_what_it_needs_and_others_do_not(two_devices: LocalEngine) -> None:
    assert submitted(two_devices, work.loaded, "colorsys", needs=GPU).result(timeout=PATIENCE_S)
    assert not submitted(two_devices, work.loaded, "colorsys").result(timeout=PATIENCE_S)
    assert not submitted(two_devices, work.loaded, "torch").result(timeout=PATIENCE_S)


def test_memory_on_a_device_is_watched(two_devices: LocalEngine) -> None:
    needs = Needs("gpu", memory_bytes=50 * MIB)
    with pytest.raises(OutOfMemory, match="grew by more than"):
        submitted(two_devices, work.grow, 200 * MIB, needs=needs).result(timeout=PATIENCE_S)
    assert submitted(two_devices, work.pid, needs=needs).result(timeout=PATIENCE_S)


def test_pieces_that_do_not_fit_together_run_one_after_another(tmp_path: Path) -> None:
    engine = LocalEngine(2, memory_bytes=100 * MIB)
    engine.start()
    try:
        large = Needs(expected_bytes=60 * MIB)
        pieces = [submitted(engine, work.occupy, tmp_path, 0.1, needs=large) for _ in range(6)]
        assert {piece.result(timeout=PATIENCE_S) for piece in pieces} == {"cpu"}
        alone = Needs(expected_bytes=900 * MIB)
        assert submitted(engine, work.pid, needs=alone).result(timeout=PATIENCE_S)
        first = submitted(engine, work.sleep, 600.0, needs=large)
        until(lambda: engine.vitals().running, "the first piece")
        waiting = submitted(engine, work.pid, needs=large)
        until(waiting.running, "the second lane")
        assert waiting.cancel()
        with pytest.raises(WorkCancelled):
            waiting.result(timeout=PATIENCE_S)
        late = engine.submit(Work(work.pid, needs=large, deadline=time.monotonic() + 0.3))
        with pytest.raises(OutOfTime):
            late.result(timeout=PATIENCE_S)
        assert first.cancel()
    finally:
        engine.stop()


def test_without_a_device_the_work_is_done_on_a_core(engine: LocalEngine) -> None:
    assert submitted(engine, work.what_surrounds, needs=GPU).result()[2] == "cpu"


def test_devices_are_found_without_their_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.local.kinds._torch_has_cuda", lambda: True)
    monkeypatch.setattr("app.engine.local.kinds._cards", lambda: 2)
    assert devices_of("cpu") == ()
    assert devices_of("auto") == devices_of("cuda") == ("cuda:0", "cuda:1")
    assert devices_of("cuda:1") == ("cuda:1",)
    with pytest.raises(NoSuchDevice, match="no device 'cuda:7': found cuda:0, cuda:1"):
        devices_of("cuda:7")
    monkeypatch.undo()
    monkeypatch.setattr("app.engine.local.kinds._torch_has_cuda", lambda: True)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    assert devices_of("cuda") == ("cuda:0", "cuda:1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert devices_of("auto") == ()
    monkeypatch.setattr("app.engine.local.kinds._torch_has_cuda", lambda: False)
    assert devices_of("auto") == ()
    with pytest.raises(NoSuchDevice, match="build for CPUs"):
        devices_of("cuda")


def test_the_address_space_is_limited_on_cores_only() -> None:
    assert LaneKind().limits_address_space
    assert not of_device("cuda:0", 4).limits_address_space
    assert of_device("cuda:0", 4).preload == ("torch",)
