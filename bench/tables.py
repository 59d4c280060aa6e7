"""How long a long table takes on its way in and out: ``make bench-tables``.

In: arrays, as a columnar format gives them, to a prepared panel. Out: a frame of as many rows to JSON.
Milliseconds of one core, so that what else the machine does counts as little as it can.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from app.codecs.frame import Frame, SharedStamps, whole
from app.codecs.negotiation import writer_of
from bench.options import published
from bench.report import markdown, publish
from models.data.table import Table
from models.prepare import PreparationOptions, prepare
from models.types import IntArray, StampArray

SERIES, POINTS = 10_000, 60
FIRST = np.datetime64("2000-01-01", "ns")
JSON = writer_of("application/json")


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    same, own = _numbers(0), _numbers(np.arange(SERIES)[:, None])
    sent = {
        "dates that all share": _days(same),
        "dates of their own": _days(own),
        "months of 200 beginnings": _months(np.arange(SERIES)[:, None] % 200),
        "integers that all share": same,
        "integers of their own": own,
        "no timestamps": None,
    }
    rows = [_measured(name, stamps, options.repeats) for name, stamps in sent.items()]
    publish("tables", markdown(rows), write=options.write)


def _measured(name: str, stamps: StampArray | None, repeats: int) -> dict[str, object]:
    y = np.random.default_rng(0).normal(100, 10, SERIES * POINTS)
    ids = np.repeat(np.arange(SERIES), POINTS)
    table = Table.of_rows(ids, stamps, {"y": y})
    prepared = prepare(table, PreparationOptions())
    index = SharedStamps(whole).index(prepared.panel.ids, prepared.panel.grids)
    frame = Frame("table", {**index, "yhat": prepared.panel.values}, {"request_id": "r"})
    return {
        "timestamps": name,
        "series × points": f"{SERIES} × {POINTS}",
        "rows to series ms": _median(lambda: Table.of_rows(ids, stamps, {"y": y}), repeats),
        "series to panel ms": _median(lambda: prepare(table, PreparationOptions()), repeats),
        "frame to JSON ms": _median(lambda: JSON.encode(frame), repeats),
    }


def _numbers(start: Any) -> StampArray:
    return np.ravel(np.arange(POINTS) + start + np.zeros((SERIES, 1), dtype=np.int64))


def _days(numbers: StampArray) -> StampArray:
    return FIRST + numbers.astype("timedelta64[D]")


def _months(start: IntArray) -> StampArray:
    months = np.ravel(np.datetime64("1990-01") + np.arange(POINTS) + start)
    return months.astype("datetime64[ns]")


def _median(work: Callable[[], object], repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        spent.append((time.process_time() - begin) * 1e3)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
