"""Compare rolling_band on a long table of arrays with bottleneck's own moving medians, in processor time."""

import argparse
import time
from collections.abc import Callable

import bottleneck as bn
import numpy as np

from models.data.table import Table
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.types import FloatArray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    y = np.random.default_rng(0).normal(size=asked.points)
    both = [lambda: _alone(y, asked.window), lambda: _judged(y, asked.window)]
    spent = np.array([[_seconds(one) for one in both] for _ in range(asked.repeats)])
    alone, judged = np.median(spent, axis=0)
    print(f"{asked.points} points, window {asked.window}")
    print(f"moving median, and that of the distances from it: {1e3 * alone:.0f} ms")
    print(f"rolling_band, table to flags and reasons: {1e3 * judged:.0f} ms")
    print(f"ratio {np.median(spent[:, 1] / spent[:, 0]):.2f}")


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
