"""Functions and tasks for worker processes, which import them by name."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from models.contract.context import Context
from models.data.results import Outcome
from models.data.series import Series


def pid(context: Context) -> int:
    return os.getpid()


def sleep(seconds: float, context: Context) -> int:
    time.sleep(seconds)
    return os.getpid()


def native(seconds: float, context: Context) -> float:
    """Stay in native code, where no signal handler of Python runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        matrix = np.random.default_rng(0).normal(size=(1500, 1500))
        np.linalg.svd(matrix)
    return 0.0


def allocate(numbers: int, context: Context) -> int:
    return int(np.ones(numbers).sum())


def fail(context: Context) -> None:
    raise ValueError("on purpose")


def die(context: Context) -> None:
    os._exit(1)


@dataclass(frozen=True)
class Task:
    """What to do to series by their name: sleep so many seconds, or without end, or die."""

    seconds: float = 0.0
    endless: Sequence[str] = ()
    deadly: Sequence[str] = ()
    greedy: Sequence[str] = ()
    once: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)


def work(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
    return [_one(task, one) for one in series]


def _one(task: Task, series: Series) -> Outcome[Any]:
    time.sleep(600.0 if series.unique_id in task.endless else task.seconds)
    if task.once is not None and not task.once.exists():
        task.once.touch()
        os._exit(9)
    if series.unique_id in task.deadly:
        os._exit(9)
    if series.unique_id in task.greedy:
        np.ones(1_000_000_000)
    return Outcome(series.unique_id, result=os.getpid())


def train(epochs: int, seconds: float, context: Context) -> str:
    """Train nothing, epoch by epoch, and tell so."""
    for epoch in range(1, epochs + 1):
        context.check()
        time.sleep(seconds)
        context.report(epoch / epochs, epoch=epoch, loss=1.0 / epoch)
    return context.device


def occupy(folder: Path, seconds: float, context: Context) -> str:
    """Be on the device alone: fails where another one is there."""
    place = folder / context.device.replace(":", "-")
    place.mkdir()  # which raises if it exists
    try:
        time.sleep(seconds)
    finally:
        place.rmdir()
    return context.device


def train_together(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
    """One model of all series: each is told how many there were."""
    for one in series:
        _one(task, one)
    return [Outcome(one.unique_id, result=len(series)) for one in series]


def what_surrounds(context: Context) -> tuple[bool, int, str]:
    remaining = context.remaining()
    return remaining is not None and remaining > 0, context.random_state, context.device


def grow(size: int, context: Context) -> int:
    held = bytearray(size)
    held[::4096] = b"x" * len(held[::4096])
    time.sleep(60)
    return len(held)


def loaded(name: str, context: Context) -> bool:
    return name in sys.modules


def chatter(reports: int, context: Context) -> int:
    """Tell far more than anybody reads."""
    for number in range(reports):
        context.report(number / reports, loss=float(number))
    return reports


def report_half(task: Task, series: Sequence[Series], context: Context) -> list[Outcome[Any]]:
    context.report(0.5)
    time.sleep(4 * task.seconds)
    return [Outcome(one.unique_id) for one in series]
