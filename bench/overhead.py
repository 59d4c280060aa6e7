"""What the service adds to the library inside it: ``make bench-overhead``.

Every figure is a ratio of two medians measured in turn in one run, since machines are shared and noisy.
"""

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from http.client import HTTPConnection
from multiprocessing import get_context
from typing import Any

import httpx
import numpy as np
import orjson

from app.codecs.frame import Frame
from app.codecs.json.codec import JsonCodec
from app.settings import Settings
from bench.options import published
from bench.report import markdown, publish
from bench.service import running_server

POINTS, HORIZON, SEASON, WINDOW = 200, 12, 12, 7
SIZES = (1, 1000)
WORKERS = os.cpu_count() or 1
CODEC, LIMITS = JsonCodec(), Settings()


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    context = get_context("spawn")
    with (
        running_server(workers=str(WORKERS)) as client,
        ProcessPoolExecutor(WORKERS, context) as pool,
    ):
        list(pool.map(_direct_ets, [[_panel(1)[0]]] * WORKERS))  # warm
        rows = [
            _compare(client, pool, model, size, options.repeats)
            for model in ("sma", "ets")
            for size in SIZES
        ]
    publish("overhead", markdown(rows), write=options.write)


def _compare(
    client: httpx.Client, pool: ProcessPoolExecutor, model: str, size: int, repeats: int
) -> dict[str, object]:
    panel = _panel(size)
    body = _body(panel, model)
    frame = _frame_of(_posted(client, body))
    library = _direct_sma if model == "sma" else lambda y: _direct_ets_parallel(pool, y)
    request, codec, direct = _medians(
        [
            lambda: _posted(client, body),
            lambda: _decode_and_encode(body, frame),
            lambda: library(panel),
        ],
        repeats if model == "sma" or size == 1 else 3,
    )
    return {
        "model": model,
        "series × points": f"{size} × {POINTS}",
        "request ms": request,
        "decode + encode ms": codec,
        "library ms": direct,
        "request / (decode + encode)": request / codec,
        "request / library": request / direct,
        "throughput against library": direct / request,
    }


def _posted(client: httpx.Client, body: bytes) -> bytes:
    """Send the request and return the answer, by a client that adds next to nothing of its own."""
    server = HTTPConnection(client.base_url.host, client.base_url.port or 80)
    server.request("POST", "/v1/forecast", body, {"Content-Type": "application/json"})
    answer = server.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(content[:1000])
    return content


def _medians(calls: list[Callable[[], Any]], repeats: int) -> list[float]:
    """Return the median time of each call in ms; they take turns, so that noise hits all alike."""
    spent: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for call, times in zip(calls, spent, strict=True):
            begin = time.perf_counter()
            call()
            times.append((time.perf_counter() - begin) * 1e3)
    return [statistics.median(times) for times in spent]


def _panel(size: int) -> np.ndarray:
    """Return seasonal series with a trend and noise, shape (size, POINTS)."""
    rng = np.random.default_rng(0)
    step = np.arange(POINTS)
    season = 10 * np.sin(2 * np.pi * step / SEASON + rng.uniform(0, 6, (size, 1)))
    return 100 + rng.normal(0, 0.1, (size, 1)) * step + season + rng.normal(0, 2, (size, POINTS))


def _body(panel: np.ndarray, model: str) -> bytes:
    params = {"window": WINDOW} if model == "sma" else {}
    series = [{"unique_id": f"s{row}", "y": y.tolist()} for row, y in enumerate(panel)]
    return orjson.dumps(
        {
            "series": series,
            "h": HORIZON,
            "level": [80, 95],
            "season_length": SEASON,
            "model": {"name": model, "params": params},
        }
    )


def _decode_and_encode(body: bytes, frame: Frame) -> None:
    """Read the request into arrays and write the answer from arrays, as the service does."""
    CODEC.decode(body, {}, LIMITS)
    CODEC.encode(frame)


def _frame_of(answer: bytes) -> Frame:
    """Return an answer as it was before it was written: columns as arrays."""
    around = orjson.loads(answer)
    table = around.pop("forecast")
    for name in table:
        if name.startswith("yhat"):
            table[name] = np.array(table[name])
    return Frame("forecast", table, around)


def _direct_sma(panel: np.ndarray) -> None:
    from statsforecast.models import WindowAverage

    for y in panel:
        WindowAverage(window_size=WINDOW).forecast(y, h=HORIZON)


def _direct_ets(panel: Any) -> None:
    from statsforecast.models import AutoETS

    for y in panel:
        AutoETS(season_length=SEASON).forecast(y, h=HORIZON, level=[80, 95])


def _direct_ets_parallel(pool: ProcessPoolExecutor, panel: np.ndarray) -> None:
    """Run AutoETS itself over the panel in as many processes as the server has workers."""
    if len(panel) == 1:
        _direct_ets(panel)
        return
    parts = np.array_split(panel, WORKERS * 8)
    list(pool.map(_direct_ets, [part for part in parts if len(part)]))


if __name__ == "__main__":
    main()
