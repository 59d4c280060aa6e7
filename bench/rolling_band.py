"""Compare rolling_band on a long table of arrays with bottleneck's moving medians: ``make bench-rolling-band``.

Both take turns, and the processor's own time is counted.
"""

import time
from collections.abc import Callable

import bottleneck as bn
import numpy as np

from bench.options import published
from bench.report import markdown, publish
from models.data.table import Table
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.types import FloatArray


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    y = np.random.default_rng(0).normal(size=asked.points)
    both = [lambda: _alone(y, asked.window), lambda: _judged(y, asked.window)]
    spent = np.array([[_seconds(one) for one in both] for _ in range(asked.repeats)])
    alone, judged = np.median(spent, axis=0)
    row = {
        "points": asked.points,
        "window": asked.window,
        "moving medians, ms": 1e3 * float(alone),
        "rolling_band, ms": 1e3 * float(judged),
        "rolling_band / moving medians": float(np.median(spent[:, 1] / spent[:, 0])),
    }
    publish("rolling-band", markdown([row]), write=asked.write)


def _alone(y: FloatArray, window: int) -> FloatArray:
    """Return how far each point lies off its moving median in units of the moving median distance."""
    center = bn.move_median(y, window, min_count=1)
    distance = np.abs(y - center)
    return np.asarray(distance / bn.move_median(distance, window, min_count=1))


def _judged(y: FloatArray, window: int) -> object:
    table = Table.of_rows(np.zeros(len(y), dtype=np.int64), None, {"y": y})
    panel = prepare(table, PreparationOptions()).panel
    return detect_many(DetectTask(ModelSpec("rolling_band", {"window": window})), panel)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
