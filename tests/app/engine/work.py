"""Functions and tasks for worker processes, which import them by name."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from models.data.results import Outcome
from models.data.series import Series


def pid() -> int:
    return os.getpid()


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def native(seconds: float) -> float:
    """Stay in native code, where no signal handler of Python runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        matrix = np.random.default_rng(0).normal(size=(1500, 1500))
        np.linalg.svd(matrix)
    return 0.0


def allocate(numbers: int) -> int:
    return int(np.ones(numbers).sum())


def fail() -> None:
    raise ValueError("on purpose")


def die() -> None:
    os._exit(1)


@dataclass(frozen=True)
class Task:
    """What to do to series by their name: sleep a little by default."""

    seconds: float = 0.0
    deadly: Sequence[str] = ()
    greedy: Sequence[str] = ()
    once: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)


def work(task: Task, series: Sequence[Series]) -> list[Outcome[Any]]:
    return [_one(task, one) for one in series]


def _one(task: Task, series: Series) -> Outcome[Any]:
    time.sleep(task.seconds)
    if task.once is not None and not task.once.exists():
        task.once.touch()
        os._exit(9)
    if series.unique_id in task.deadly:
        os._exit(9)
    if series.unique_id in task.greedy:
        np.ones(1_000_000_000)
    return Outcome(series.unique_id, result=os.getpid())
