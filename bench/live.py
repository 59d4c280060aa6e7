"""Points that come one by one, and the last one of many: ``make bench-live``."""

import statistics
import time
from collections.abc import Callable
from itertools import count

import numpy as np

from bench.options import published
from bench.report import markdown, publish
from models.data.series import RawSeries, Series
from models.decisions.rules import Rules
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.watch import Watch
from models.types import FloatArray

_HISTORY, _PUSHED, _LONG = 500, 1000, 20_000
_DETECTORS = ("rolling_band", "auto")
_REMEMBERING = ("rolling_band", "differences", "rolling_dbscan")
_TURNS = 11
"""So often all points and the last one are judged in turn, so that neither finds its memory warm."""


def main() -> None:
    options = published(__doc__).parse_args()
    publish("live", markdown([_pushed(name) for name in _DETECTORS]), write=options.write)
    rows = [_last_of_many(name) for name in _REMEMBERING]
    publish("last", markdown(rows), write=options.write)


def _noise(size: int) -> FloatArray:
    return np.random.default_rng(0).normal(size=size)


def _series(y: FloatArray) -> Series:
    [found] = prepare([RawSeries("noise", y)], PreparationOptions(season_length=1))
    if found.series is None:
        raise RuntimeError(f"noise is no series: {found.error}")
    return found.series


def _pushed(detector: str) -> dict[str, object]:
    y = _noise(_HISTORY + _PUSHED)
    watch = Watch.begin(DetectTask(ModelSpec(detector), causal=True), _series(y[:_HISTORY]))
    place = count(_HISTORY)

    def push() -> None:
        at = next(place)
        watch.observe(y[at : at + 1])

    spent = _spent(push, _PUSHED)
    return {
        "detector": detector,
        "median us/point": statistics.median(spent) * 1e6,
        "90th percentile us/point": statistics.quantiles(spent, n=10)[-1] * 1e6,
    }


def _last_of_many(detector: str) -> dict[str, object]:
    """Judge all points and the last one in turn, and return how long each takes."""
    series = [_series(_noise(_LONG))]
    every, last = (
        DetectTask(ModelSpec(detector), Rules(detection_size=size), causal=True)
        for size in (None, 1)
    )
    spent = [
        (
            *_spent(lambda: detect_many(every, series), 1),
            *_spent(lambda: detect_many(last, series), 1),
        )
        for _ in range(_TURNS)
    ]
    whole, one = (statistics.median(each) * 1e3 for each in zip(*spent, strict=True))
    share = statistics.median(one / whole for whole, one in spent)
    return {"detector": detector, "all ms": whole, "detection_size 1 ms": one, "share": share}


def _spent(work: Callable[[], object], times: int) -> list[float]:
    """Return the seconds of a core that each of so many calls takes, whatever else runs on the machine."""
    spent = []
    for _ in range(times):
        begin = time.thread_time()
        work()
        spent.append(time.thread_time() - begin)
    return spent


if __name__ == "__main__":
    main()
