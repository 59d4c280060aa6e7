"""How soon a cancelled training is over, and its worker free for other work: ``make bench-cancellation``."""

import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from app.engine.base import Engine, Piece, Work, WorkCancelled
from app.engine.local.engine import LocalEngine
from bench.options import published
from bench.report import markdown, publish
from models.contract.context import Context
from models.data.series import RawSeries
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many

_REPORTS = 10
_ENDLESS = {"epochs": 10_000, "patience": 10_000, "epoch_windows": 2_000}


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    y = 5 + np.sin(np.arange(2000.0) * 2 * np.pi / 7)
    panel = prepare([RawSeries("sine", y)], PreparationOptions(season_length=7)).panel
    network = ForecastTask(ModelSpec("lstm", _ENDLESS), 7, (80.0,))
    works: dict[str, Work[Any]] = {
        "stand-in that sleeps": Work(stand_in, ()),
        "lstm": Work(forecast_many, (network, panel)),
    }
    engine = LocalEngine(1)
    engine.start()
    try:
        rows = [_row(engine, name, work, options.repeats) for name, work in works.items()]
    finally:
        engine.stop()
    publish("cancellation", markdown(rows), write=options.write)


def stand_in(context: Context) -> None:
    """Train nothing, for hours, and report every epoch."""
    for epoch in range(1, 1_000_000):
        time.sleep(0.02)
        context.report(epoch / 1_000_000, epoch=epoch)


def now(context: Context) -> float:
    """Return when it ran."""
    return time.monotonic()


def _row(engine: Engine, name: str, work: Work[Any], repeats: int) -> dict[str, object]:
    spent = [_cancelled(engine, work) for _ in range(repeats)]
    over, free = ([one[i] * 1e3 for one in spent] for i in (0, 1))
    return {
        "training": name,
        "reports before": _REPORTS,
        "over after ms": statistics.median(over),
        "worker free after ms": statistics.median(free),
        "free at the latest ms": max(free),
    }


def _cancelled(engine: Engine, work: Work[Any]) -> tuple[float, float]:
    """Return the seconds from a cancellation until a training is over, and until its worker is free."""
    piece = engine.submit(work)
    _until(lambda: piece.progress.facts.get("epoch", 0) >= _REPORTS)
    begin = time.monotonic()
    piece.cancel()
    with suppress(WorkCancelled):
        piece.result()
    over = time.monotonic()
    following: Piece[float] = engine.submit(Work(now, ()))
    return over - begin, following.result() - begin


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.001)


if __name__ == "__main__":
    main()
