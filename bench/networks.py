"""Time the training of an LSTM against others', and passes with dropout: ``make bench-networks``.

All take turns, on a core in processor time, on a graphics processor (``--device cuda``) in seconds until all is
done there. The LSTMs of neuralforecast and darts run in an environment of their own,
which ``--rivals`` names by its Python (``pip install torch==2.13.0 neuralforecast darts`` in a venv).
"""

import argparse
import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn

from bench.options import published
from bench.report import markdown, publish
from models.contract.context import QUIET
from models.networks.device import seeded
from models.networks.encoders import RecurrentEncoder
from models.networks.forecast_training import ForecastTraining
from models.networks.network import Network
from models.networks.options import Precision, Recurrence, Shape, TrainingPlan
from models.networks.predicting import DropoutPasses, Part, WindowScale, moments, predicted
from models.networks.windows import Member, WindowOrigins, Windows, training_origins

WINDOW, AHEAD, HIDDEN, BATCH, SERIES, POINTS = 48, 12, 64, 256, 50, 500
CYCLE = 8
"""A season that a window has six times, so that by default a recurrence reads a cycle at once."""
RATE = 0.005
STEPS = {"cpu": 20, "cuda": 500}
"""Batches of a turn: a graphics processor is through with one in a millisecond."""
AS_SEEN = WindowScale(np.zeros(1000), np.ones(1000), np.zeros(1000, dtype=bool))
"""Of 1,000 series whose values are those that a network sees."""
Row = dict[str, object]
LOOP, BARE = "the loop", "torch alone"
MIXED, AT_ONCE = "the loop with bfloat16", f"the loop reading {CYCLE} values at once"
TABLES = {"cpu": "networks", "cuda": "networks-gpu"}

RIVAL = Path(__file__).parent / "lstm_rivals.py"
LIBRARIES = ("neuralforecast", "darts")


def main() -> None:
    options = _options()
    with seeded(options.device, 0) as device:
        rows = [*_training(options, device), *_dropout(options, device)]
    publish(TABLES[device.type], markdown(rows), write=options.write)


def _training(options: argparse.Namespace, device: torch.device) -> Iterator[Row]:
    with _rivals(options.rivals, device) as rivals:
        turns = [{**_ways(device), **rivals.rates()} for _ in range(options.turns)]
    for first, second in _pairs(rivals.names):
        pairs = [(turn[first], turn[second]) for turn in turns]
        yield _row(f"training, windows/s: {first}, {second}", pairs)


def _dropout(options: argparse.Namespace, device: torch.device) -> Iterator[Row]:
    turns = range(options.turns)
    one = [_passes([("encoder", "head")], device) for _ in turns]
    each = [_passes([("head",), ("encoder",)], device) for _ in turns]
    yield _row("1,000 series, ms: 100 passes with dropout, one pass", one)
    yield _row("1,000 series, ms: 100 passes with dropout in each of two parts, one pass", each)


def _options() -> argparse.Namespace:
    parser = published(__doc__)
    parser.add_argument("--device", choices=list(STEPS), default="cpu")
    parser.add_argument("--turns", type=int, default=3, help="how often each takes its turn")
    parser.add_argument(
        "--rivals",
        type=Path,
        default=os.environ.get("BENCH_RIVALS"),
        help=f"the Python of an environment that has {' and '.join(LIBRARIES)}",
    )
    return parser.parse_args()


class Rivals:
    """The LSTMs of other libraries, in a process of another environment; none if there is no process."""

    def __init__(self, process: "subprocess.Popen[str] | None") -> None:
        self._process = process
        self.names: Sequence[str] = LIBRARIES if process else ()

    def rates(self) -> dict[str, float]:
        """Return the windows a second of every library."""
        return {name: self._rate(name) for name in self.names}

    def _rate(self, name: str) -> float:
        """Return the windows a second of a library, by its name."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("there is no process to ask")
        print(name, file=self._process.stdin, flush=True)
        told = json.loads(self._process.stdout.readline() or '{"error": "the process ended"}')
        if "error" in told:
            raise SystemExit(f"--rivals: {told['error']}")
        return float(told["windows_per_s"])


@contextmanager
def _rivals(python: Path | None, device: torch.device) -> Iterator[Rivals]:
    """Run what other libraries are asked through, if it is told where they are."""
    if python is None:
        print(f"without {' and '.join(LIBRARIES)}: --rivals says where these are")
        yield Rivals(None)
        return
    sizes = [str(size) for size in (WINDOW, AHEAD, HIDDEN, BATCH, SERIES, POINTS)]
    pipe = subprocess.PIPE
    command = [str(python), "-P", str(RIVAL), *sizes, device.type]
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Rivals(process)
        finally:
            process.terminate()


def _ways(device: torch.device) -> dict[str, float]:
    """Return the windows a second of the loop, as it is and in other ways, and of torch alone."""
    return {
        LOOP: _ours(device),
        BARE: _bare(device),
        MIXED: _ours(device, precision="bfloat16"),
        AT_ONCE: _ours(device, patch=CYCLE),
    }


def _pairs(rivals: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what is compared with what."""
    yield LOOP, BARE
    yield MIXED, LOOP
    yield AT_ONCE, LOOP
    yield from ((way, rival) for rival in rivals for way in (LOOP, MIXED, AT_ONCE))


def _row(what: str, pairs: list[tuple[float, float]]) -> Row:
    ours, other = np.median(np.array(pairs), axis=0).tolist()
    return {"what": what, "first": ours, "second": other, "first / second": ours / other}


def _now(device: torch.device) -> float:
    """Return the seconds of this process, on a graphics processor of the clock when all is done there."""
    if device.type == "cpu":
        return time.process_time()
    torch.cuda.synchronize(device)
    return time.perf_counter()


def _windows(series: int, points: int, device: torch.device) -> Windows:
    rng = np.random.default_rng(0)
    made = rng.normal(size=(series, points)).cumsum(axis=1)
    members = [Member(y, np.ones(points, dtype=bool), np.empty((points, 0))) for y in made]
    return Windows(members, WINDOW, AHEAD, device)


def _network(device: torch.device, patch: int = 1, precision: Precision = "float32") -> Network:
    torch.manual_seed(0)
    shape = Shape(WINDOW, AHEAD, highway=False)
    plan = Recurrence("lstm", HIDDEN, patch=patch, precision=precision)
    return Network(RecurrentEncoder(1, plan), shape, 0.1).to(device)


def _ours(device: torch.device, patch: int = 1, precision: Precision = "float32") -> float:
    """Return the windows a second of the loop, a round of ``STEPS``; ``patch``: values read at once."""
    windows, steps = _windows(SERIES, POINTS, device), STEPS[device.type]
    every = [training_origins(windows, row, POINTS, 1) for row in range(SERIES)]
    plan = TrainingPlan(batch_size=BATCH, epoch_windows=20 * BATCH)
    training = ForecastTraining(_network(device, patch, precision), windows, plan, 0)
    origins = WindowOrigins.joined(every)
    training.learned = origins.subsample(BATCH)
    training._epoch(RATE, QUIET)
    training.learned = origins
    began = _now(device)
    for _ in range(steps // 20):
        training._epoch(RATE, QUIET)
    return steps * BATCH / (_now(device) - began)


def _bare(device: torch.device) -> float:
    """Return the windows a second of torch alone, over tensors that are there already."""
    torch.manual_seed(0)
    x = torch.randn(20 * BATCH, WINDOW, 1, device=device)
    y = torch.randn(20 * BATCH, AHEAD, device=device)
    cells, head = (
        nn.LSTM(1, HIDDEN, batch_first=True).to(device),
        nn.Linear(HIDDEN, AHEAD).to(device),
    )
    optimizer = torch.optim.Adam([*cells.parameters(), *head.parameters()], RATE)
    began, steps = 0.0, STEPS[device.type]
    for number in range(steps + 1):
        if number == 1:
            began = _now(device)
        rows = slice((number % 20) * BATCH, (number % 20 + 1) * BATCH)
        optimizer.zero_grad(set_to_none=True)
        loss = (head(cells(x[rows])[0][:, -1]) - y[rows]).abs().mean()
        loss.backward()
        optimizer.step()
    return steps * BATCH / (_now(device) - began)


def _passes(parts: list[tuple[Part, ...]], device: torch.device) -> tuple[float, float]:
    """Return the milliseconds of a hundred passes for each choice of parts over 1,000 series, and of one pass."""
    windows, network = _windows(1000, 2 * WINDOW, device), _network(device)
    places = np.concatenate([windows.places(row, np.array([2 * WINDOW])) for row in range(1000)])
    predicted(network, windows, places)
    moments(network, windows, places, DropoutPasses(1, parts), AS_SEEN)
    began = _now(device)
    predicted(network, windows, places)
    middle = _now(device)
    moments(network, windows, places, DropoutPasses(100, parts), AS_SEEN)
    return 1000 * (_now(device) - middle), 1000 * (middle - began)


if __name__ == "__main__":
    main()
