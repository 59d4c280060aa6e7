"""The HP filter against statsmodels': ``make bench-hp``. Same values, so only the time differs."""

import statistics
import time
from collections.abc import Callable

import numpy as np
from statsmodels.tsa.filters.hp_filter import hpfilter

from bench.options import published
from bench.report import markdown, publish
from models.stats.hodrick_prescott import hp_filter


def main() -> None:
    options = published(__doc__).parse_args()
    rows = [_compare(size, lamb) for size in (100, 1000, 10_000) for lamb in (1600.0, 129_600.0)]
    publish("hp", markdown(rows), write=options.write)


def _compare(size: int, smoothness: float) -> dict[str, object]:
    y = np.cumsum(np.random.default_rng(0).normal(size=size)) / np.sqrt(size)
    ours, theirs = hp_filter(y, smoothness)[0], hpfilter(y, smoothness)[1]
    ratio, fast, slow = _ratio(lambda: hp_filter(y, smoothness), lambda: hpfilter(y, smoothness))
    return {
        "points": size,
        "lambda": f"{smoothness:g}",
        "largest difference": f"{np.abs(ours - theirs).max():.1e}",
        "ms": fast,
        "statsmodels ms": slow,
        "times faster": ratio,
    }


def _ratio(fast: Callable[[], object], slow: Callable[[], object]) -> tuple[float, float, float]:
    """Return the ratio of two medians, measured in turn, and the medians in ms."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(51):
        for call, times in zip((fast, slow), spent, strict=True):
            begin = time.perf_counter()
            call()
            times.append((time.perf_counter() - begin) * 1e3)
    medians = [statistics.median(times) for times in spent]
    return medians[1] / medians[0], medians[0], medians[1]


if __name__ == "__main__":
    main()
