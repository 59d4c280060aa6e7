import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engine.base import Budget, Engine, Piece, Work
from app.engine.cancellation import Cancellation
from app.engine.local.engine import LocalEngine
from app.engine.run import Costs, Run, Unit, _Part
from app.failures import MemoryExceeded, Unavailable
from models.contract.context import Context
from models.data.outcomes import guard
from models.data.results import Outcome
from models.data.series import Series
from models.errors import BudgetExceeded, FitFailed, WorkerLost
from tests.app.engine.processes import workers_of_this_process
from tests.app.engine.work import Task, report_half, train_together, work
from tests.models.build import series_of
from tests.waiting import until

MIB = 2**20


def series(count: int) -> list[Series]:
    return [series_of([1.0, 2.0], unique_id=f"s{i}") for i in range(count)]


def costs(count: int, seconds: float, memory_bytes: int = 0) -> Costs:
    return Costs(np.full(count, seconds), np.full(count, memory_bytes))


def unit(task: Task, count: int, cost: float = 0.2) -> Unit:
    return Unit(work, task, series(count), costs(count, cost))


def codes(run: Run) -> list[str | None]:
    [outcomes] = run.outcomes()
    assert [o.unique_id for o in outcomes] == [f"s{i}" for i in range(len(outcomes))]
    return [None if o.error is None else o.error.code for o in outcomes]


def test_every_series_has_its_outcome_in_order(engine: LocalEngine) -> None:
    run = Run(engine, Budget(), [unit(Task(), 30), unit(Task(), 3)])
    first, second = run.outcomes()
    assert [o.unique_id for o in first] == [f"s{i}" for i in range(30)]
    assert len(second) == 3
    assert os.getpid() not in {o.result for o in first + second}
    assert (run.progress.done, run.progress.total) == (33, 33)


def test_work_in_place_runs_in_this_process(engine: LocalEngine) -> None:
    here = Unit(work, Task(), series(3), costs(3, 0.0), in_place=True)
    [outcomes] = Run(engine, Budget(), [here]).outcomes()
    assert {o.result for o in outcomes} == {os.getpid()}


def one_of_many() -> Unit:
    """Work of which the first series alone is ever done."""
    return unit(Task(endless=[f"s{i}" for i in range(1, 20)]), 20, cost=9.0)


def test_what_is_not_done_at_the_deadline_is_out_of_budget(engine: LocalEngine) -> None:
    for seconds in (1.0, 4.0, 16.0, 64.0):  # how much is enough for one is the machine's to say
        first, *others = codes(Run(engine, Budget(time.monotonic() + seconds), [one_of_many()]))
        assert others == [BudgetExceeded.code] * 19
        if first is None:
            break
    assert first is None


def test_a_worker_that_dies_once_costs_nothing(engine: LocalEngine, tmp_path: Path) -> None:
    assert codes(Run(engine, Budget(), [unit(Task(once=tmp_path / "died"), 8)])) == [None] * 8


def test_only_the_deadly_series_is_lost(engine: LocalEngine) -> None:
    found = codes(Run(engine, Budget(), [unit(Task(deadly=["s2"]), 5, cost=0.001)]))
    assert found == [None, None, WorkerLost.code, None, None]


def test_only_the_greedy_series_is_lost(engine: LocalEngine) -> None:
    run = Run(engine, Budget(None, 500 * MIB), [unit(Task(greedy=["s1"]), 3, cost=0.001)])
    [outcomes] = run.outcomes()
    assert [o.error is None for o in outcomes] == [True, False, True]
    assert isinstance(outcomes[1].error, MemoryExceeded)
    assert "TIDECAST_MAX_CHUNK_BYTES" in str(outcomes[1].error.hint)


@pytest.mark.parametrize("times", [1, 2])
def test_killing_all_workers_is_survived(engine: LocalEngine, times: int) -> None:
    """Every series is done, or lost by name; never does the run hang."""
    run = Run(engine, Budget(), [unit(Task(seconds=0.1), 30)])
    done: list[str | None] = []
    thread = threading.Thread(target=lambda: done.extend(codes(run)))
    thread.start()
    for kill in range(1, times + 1):
        until(lambda least=5 * kill: run.progress.done >= least, "some of the work")
        for pid in workers_of_this_process():
            os.kill(pid, signal.SIGKILL)
    thread.join()
    assert len(done) == 30
    assert set(done) <= {None, WorkerLost.code}
    assert times > 1 or done == [None] * 30
    assert codes(Run(engine, Budget(), [unit(Task(), 4)])) == [None] * 4


def test_the_first_unwanted_outcome_ends_the_run(engine: LocalEngine) -> None:
    found = codes(Run(engine, Budget(), [one_of_many()], stop=lambda outcome: True))
    assert found == [None, *[BudgetExceeded.code] * 19]


def test_a_cancelled_run_ends_soon(engine: LocalEngine) -> None:
    run = Run(engine, Budget(), [unit(Task(seconds=600.0), 4)])
    threading.Timer(0.3, run.cancel).start()
    with pytest.raises(Unavailable):
        run.outcomes()


def test_a_run_that_was_cancelled_before_has_no_outcomes(engine: LocalEngine) -> None:
    run = Run(engine, Budget(), [unit(Task(seconds=600.0), 4)])
    run.cancel()
    with pytest.raises(Unavailable):
        run.outcomes()


def test_a_stopped_engine_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Run(LocalEngine(1), Budget(), [unit(Task(), 1)]).outcomes()


def test_a_run_ends_when_nobody_waits_for_it(engine: LocalEngine) -> None:
    budget = Budget()
    run = Run(engine, budget, [unit(Task(seconds=600.0), 4)])
    threading.Timer(0.3, budget.cancellation.cancel).start()
    with pytest.raises(Unavailable):
        run.outcomes()


def test_what_was_cancelled_before_is_stopped_at_once() -> None:
    told: list[str] = []
    cancellation = Cancellation()
    cancellation.on_cancel(lambda: told.append("first"))
    cancellation.cancel()
    cancellation.on_cancel(lambda: told.append("second"))
    assert told == ["first", "second"]
    assert cancellation.is_cancelled


def one_model(task: Task, count: int) -> Unit:
    return Unit(train_together, task, series(count), costs(count, 9.0), together=["a"] * count)


def test_what_makes_one_model_is_one_piece(engine: LocalEngine) -> None:
    two = Unit(
        train_together,
        Task(),
        series(6),
        costs(6, 9.0),
        together=["a", "b", "a", "b", "a", "a"],
    )
    [outcomes] = Run(engine, Budget(), [two]).outcomes()
    assert [o.result for o in outcomes] == [4, 2, 4, 2, 4, 4]


def test_series_that_make_one_model_take_their_memory_together() -> None:
    budget = Budget(memory_bytes=10 * MIB)
    [alone] = Run(
        LocalEngine(1),
        budget,
        [Unit(work, Task(), series(2), costs(2, 9.0, 11 * MIB), together=[0, 1])],
    ).outcomes()
    [joint] = Run(
        LocalEngine(1),
        budget,
        [Unit(work, Task(), series(2), costs(2, 9.0, 6 * MIB), together=[0, 0])],
    ).outcomes()
    assert {type(one.error) for one in [*alone, *joint]} == {MemoryExceeded}


def test_what_series_of_one_model_share_counts_once(engine: LocalEngine) -> None:
    shared = np.full(2, 5 * MIB)
    each = Costs(np.full(2, 9.0), np.full(2, 6 * MIB), False, shared)
    joint = Unit(train_together, Task(), series(2), each, together=[0, 0])
    [outcomes] = Run(engine, Budget(memory_bytes=500 * MIB), [joint]).outcomes()
    assert [one.result for one in outcomes] == [2, 2]
    run = Run(engine, Budget(memory_bytes=7 * MIB), [joint])
    assert run._memory(_Part(0, [0, 1])) == 7 * MIB


def test_what_makes_one_model_is_never_trained_as_others(
    engine: LocalEngine, tmp_path: Path
) -> None:
    [again] = Run(engine, Budget(), [one_model(Task(once=tmp_path / "died"), 3)]).outcomes()
    assert [o.result for o in again] == [3, 3, 3]
    assert codes(Run(engine, Budget(), [one_model(Task(deadly=["s1"]), 3)])) == ["worker_lost"] * 3
    greedy = one_model(Task(greedy=["s2"]), 3)
    assert codes(Run(engine, Budget(None, 500 * MIB), [greedy])) == ["memory_exceeded"] * 3


class Noting(Engine):
    """Does nothing, and notes what it was asked for."""

    name = "noting"

    def __init__(self, workers: int, devices: Sequence[str] = ()) -> None:
        self.workers, self.devices = workers, devices
        self.asked: list[Work[Any]] = []

    def start(self) -> None:
        pass

    def ready(self) -> bool:
        return True

    def submit(self, work: Work[Any]) -> Piece[Any]:
        self.asked.append(work)
        piece: Piece[Any] = Piece(work)
        piece.set_result([Outcome(one.unique_id) for one in work.args[1]])
        return piece

    def stop(self) -> None:
        pass


def training(seconds: float, on_gpu: bool = False) -> Unit:
    taken = Costs(np.full(3, seconds), np.zeros(3, dtype=np.int64), on_gpu)
    return Unit(work, Task(), series(3), taken, together=[0, 0, 0], ends_early=True)


def test_a_training_knows_what_waits_for_its_worker() -> None:
    engine = Noting(2)
    units = [training(10.0), training(20.0), unit(Task(), 1, cost=0.5), training(40.0)]
    Run(engine, Budget(), units).outcomes()
    assert [one.behind.tolist() for one in engine.asked] == [[0.5], [40.0], [], []]


def test_what_does_not_end_early_leaves_nothing() -> None:
    engine = Noting(1)
    Run(engine, Budget(), [unit(Task(), 2, cost=9.0), training(10.0)]).outcomes()
    assert [one.behind.tolist() for one in engine.asked] == [[], [], []]


def test_a_training_on_a_device_waits_for_no_core() -> None:
    engine = Noting(1, ["cuda:0"])
    Run(engine, Budget(), [training(10.0, True), training(20.0), training(40.0, True)]).outcomes()
    assert [one.behind.tolist() for one in engine.asked] == [[40.0], [], []]


@pytest.mark.parametrize(
    ("behind", "own"),
    [([], 900.0), ([100.0], 800.0), ([5000.0], 450.0), ([5000.0, 100.0], 500.0)],
)
def test_a_training_leaves_what_waits_its_time_up_to_an_equal_part(
    behind: list[float], own: float
) -> None:
    asked = Work(work, deadline=time.monotonic() + 900.0, behind=np.array(behind))
    assert asked.own_seconds() == pytest.approx(own, abs=60.0)
    assert Work(work, behind=np.array(behind)).own_seconds() is None


def test_a_run_tells_how_far_its_pieces_are(engine: LocalEngine) -> None:
    one = Unit(report_half, Task(seconds=0.3), series(2), costs(2, 9.0), together=[0, 0])
    run = Run(engine, Budget(), [one])
    thread = threading.Thread(target=run.outcomes)
    thread.start()
    until(lambda: run.progress.share == 0.5, "half of the work")
    assert (run.progress.done, run.progress.total) == (0, 2)
    thread.join()
    assert (run.progress.done, run.progress.share) == (2, 1.0)


def test_outcomes_name_the_device(engine: LocalEngine) -> None:
    [outcomes] = Run(engine, Budget(), [unit(Task(), 2)]).outcomes()
    assert {o.device for o in outcomes} == {"cpu"}


def test_what_is_done_here_is_not_begun_after_the_first_unwanted_outcome() -> None:
    def fails(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
        error = FitFailed("on purpose", "nothing to do", unique_id="s0")
        return [Outcome("s0", error=error)]

    def checks(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
        context.check()
        return [Outcome("s0", result=1)]

    here = [Unit(one, Task(), series(1), costs(1, 0.0), in_place=True) for one in (fails, checks)]
    run = Run(LocalEngine(1), Budget(), here, stop=lambda made: made[0].error is not None)
    [first], [second] = run.outcomes()
    assert isinstance(first.error, FitFailed)
    assert isinstance(second.error, BudgetExceeded)


def test_work_done_here_that_finds_no_memory_says_so() -> None:
    def greedy(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
        with guard("it failed", "try another"):
            np.ones(2**50)
        return []

    here = Unit(greedy, Task(), series(2), costs(2, 0.0), in_place=True)
    assert codes(Run(LocalEngine(1), Budget(), [here])) == [MemoryExceeded.code] * 2


def test_work_done_here_that_nobody_waits_for_is_unavailable() -> None:
    budget = Budget()

    def left(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
        budget.cancellation.cancel()
        context.check()
        return []

    here = Unit(left, Task(), series(1), costs(1, 0.0), in_place=True)
    with pytest.raises(Unavailable):
        Run(LocalEngine(1), budget, [here]).outcomes()
