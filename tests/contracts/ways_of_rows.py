"""Rows on their way in and out, with how much room Python objects took so far at most.

Run as a process of its own: ``python -m tests.contracts.ways_of_rows``. Python keeps small objects in arenas of
1 MiB, of which it tells the highest number so far; arrays lie elsewhere. 600,000 numbers take 14 of them.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from app.codecs.frame import Frame, SharedStamps, whole
from app.codecs.json.decode import decoded
from app.codecs.negotiation import writer_of
from app.settings import Limits
from models.data.table import Table
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many

SERIES, POINTS = 1000, 600
FIRST = np.datetime64("2000-01-01", "ns")
JSON = writer_of("application/json")


def mark(name: str) -> None:
    """Tell how much room was needed up to here."""
    print(f"@{name}", file=sys.stderr, flush=True)
    sys._debugmallocstats()


def go(stamps: str, points: int) -> None:
    """Lead rows from arrays to panels, forecasts and JSON."""
    y = np.random.default_rng(0).normal(100, 10, SERIES * points)
    numbers = np.ravel(np.arange(points) + np.zeros((SERIES, 1), dtype=np.int64))
    kinds = {"none": None, "integers": numbers, "dates": FIRST + numbers.astype("timedelta64[D]")}
    table = Table.of_rows(np.repeat(np.arange(SERIES), points), kinds[stamps], {"y": y})
    mark(f"{stamps}: rows to series")
    panel = prepare(table, PreparationOptions()).panel
    mark(f"{stamps}: series to panel")
    forecast_many(ForecastTask(ModelSpec("naive"), 3, (80.0,)), panel)
    mark(f"{stamps}: panel to forecasts")
    index = SharedStamps(whole).index(panel.ids, panel.grids)
    JSON.encode(Frame("table", {**index, "yhat": panel.values}, {"request_id": "r"}))
    mark(f"{stamps}: answer to JSON")


def bodies(points: int) -> Iterator[tuple[str, bytes]]:
    """Yield series as JSON, each shape with more objects for its parser; made without one for each row."""
    y = [100.5 + number for number in range(points)]
    ds = [str(day) for day in FIRST.astype("datetime64[D]") + np.arange(points)]
    rows = [{"unique_id": "@", "ds": day, "y": value} for day, value in zip(ds, y, strict=True)]
    yield "compact", listed([{"unique_id": "@", "y": y}])
    yield "compact with ds", listed([{"unique_id": "@", "ds": ds, "y": y}])
    columns = {"unique_id": ["@"] * points, "ds": ds, "y": y}
    parts = [f'"{name}":{listed(column).decode()}' for name, column in columns.items()]
    yield "columns", f"{{{','.join(parts)}}}".encode()
    yield "rows", listed(rows)


def listed(items: list[Any]) -> bytes:
    """Return items as JSON once for each series, with its name for ``@``."""
    text = json.dumps(items)[1:-1]
    return f"[{','.join(text.replace('@', f's{i}') for i in range(SERIES))}]".encode()


def read(shape: str, body: bytes) -> None:
    """Read a body, by the parser alone first; tell how many objects are kept for each row."""
    begin = sys.getallocatedblocks()
    msgspec.json.decode(body)
    mark(f"{shape}: by the parser alone")
    content = decoded(body, Limits())
    mark(f"{shape}: JSON to rows")
    kept = (sys.getallocatedblocks() - begin) / len(content.table.y)
    print(f"{shape}: {kept:.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["in"]:
        for points in (10, POINTS):
            for shape, series in bodies(points):
                read(shape, b'{"series":' + series + b"}")
        sys.exit()
    for stamps in ("none", "integers", "dates"):
        go(stamps, 10)
    mark("begin")
    for stamps in ("none", "integers", "dates"):
        go(stamps, POINTS)
    numbers = np.arange(float(SERIES * POINTS)).tolist()
    mark("an object for each row")
    print(len(numbers))
