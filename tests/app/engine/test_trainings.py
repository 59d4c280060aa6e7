"""Real trainings in workers: a cancelled one gives its worker back."""

import threading
from time import monotonic

import numpy as np
import pytest

from app.engine.base import Budget
from app.engine.local.engine import LocalEngine
from app.engine.run import Costs, Run, Unit
from app.failures import Unavailable
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from tests.app.engine.work import sleep
from tests.models.build import series_of
from tests.waiting import until

SOON_S, TIMES = 3.0, 10.0
MINUTE = Costs(np.full(1, 60.0), np.zeros(1, dtype=np.int64))
ENDLESS = {"epochs": 10_000, "patience": 10_000, "epoch_windows": 100_000, "hidden": 64}


def unit(task: ForecastTask) -> Unit:
    y = 5 + np.sin(np.arange(2000.0) * 2 * np.pi / 7)
    return Unit(forecast_many, task, [series_of(y, 7)], MINUTE)


def sleeping() -> Unit:
    return Unit(sleep_long, None, [series_of([1.0, 2.0])], MINUTE)


def sleep_long(task: object, series: object, context: object) -> list[object]:
    sleep(600.0, context)  # type: ignore[arg-type]
    return []


def seconds_until_free(engine: LocalEngine, work: Unit) -> float:
    """How long it takes from a cancellation until every worker of the engine does something else."""
    budget = Budget()
    run = Run(engine, budget, [work])

    def cancelled() -> None:
        with pytest.raises(Unavailable):
            run.outcomes()

    thread = threading.Thread(target=cancelled)
    thread.start()
    if work.task is None:
        until(lambda: engine.vitals().running, "the sleep")
    else:
        until(lambda: run.progress.facts.get("epoch", 0) > 0, "the first epoch")
    begin = monotonic()
    budget.cancellation.cancel()
    thread.join()
    quick = [
        Unit(forecast_many, ForecastTask(ModelSpec("naive", {}), 2, ()), [one], MINUTE)
        for one in [series_of([1.0, 2.0])] * engine.workers
    ]
    Run(engine, Budget(), quick).outcomes()
    return monotonic() - begin


def test_a_cancelled_training_frees_its_worker_within_three_seconds(engine: LocalEngine) -> None:
    """On a machine where that takes long for work that only sleeps, not ten times as long; it has hours to go."""
    idle = seconds_until_free(engine, sleeping())
    task = ForecastTask(ModelSpec("lstm", ENDLESS), 7, (80.0,))
    assert seconds_until_free(engine, unit(task)) < max(SOON_S, TIMES * idle)
