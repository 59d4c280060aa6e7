"""Time the training of an LSTM against others', and passes with dropout: ``make bench-networks``.

All take turns in processor time. The LSTMs of neuralforecast and darts run in an environment of their own,
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
CPU = torch.device("cpu")
AS_SEEN = WindowScale(np.zeros(1000), np.ones(1000), np.zeros(1000, dtype=bool))
"""Of 1,000 series whose values are those that a network sees."""
Row = dict[str, object]
LOOP, BARE = "the loop", "torch alone"
MIXED, AT_ONCE = "the loop with bfloat16", f"the loop reading {CYCLE} values at once"

RIVAL = Path(__file__).parent / "lstm_rivals.py"
LIBRARIES = ("neuralforecast", "darts")


def main() -> None:
    options = _options()
    with seeded("cpu", 0):
        rows = [*_training(options), *_dropout(options)]
    publish("networks", markdown(rows), write=options.write)


def _training(options: argparse.Namespace) -> Iterator[Row]:
    with _rivals(options.rivals) as rivals:
        turns = [{**_ways(), **rivals.rates()} for _ in range(options.turns)]
    for first, second in _pairs(rivals.names):
        pairs = [(turn[first], turn[second]) for turn in turns]
        yield _row(f"training, windows/s: {first}, {second}", pairs)


def _dropout(options: argparse.Namespace) -> Iterator[Row]:
    turns = range(options.turns)
    one = [_passes([("encoder", "head")]) for _ in turns]
    each = [_passes([("head",), ("encoder",)]) for _ in turns]
    yield _row("1,000 series, ms: 100 passes with dropout, one pass", one)
    yield _row("1,000 series, ms: 100 passes with dropout in each of two parts, one pass", each)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
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
def _rivals(python: Path | None) -> Iterator[Rivals]:
    """Run what other libraries are asked through, if it is told where they are."""
    if python is None:
        print(f"without {' and '.join(LIBRARIES)}: --rivals says where these are")
        yield Rivals(None)
        return
    sizes = [str(size) for size in (WINDOW, AHEAD, HIDDEN, BATCH, SERIES, POINTS)]
    pipe = subprocess.PIPE
    command = [str(python), "-P", str(RIVAL), *sizes]
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Rivals(process)
        finally:
            process.terminate()


def _ways() -> dict[str, float]:
    """Return the windows a second of the loop, as it is and in other ways, and of torch alone."""
    return {
        LOOP: _ours(),
        BARE: _bare(),
        MIXED: _ours(precision="bfloat16"),
        AT_ONCE: _ours(patch=CYCLE),
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


def _windows(series: int, points: int) -> Windows:
    rng = np.random.default_rng(0)
    made = rng.normal(size=(series, points)).cumsum(axis=1)
    members = [Member(y, np.ones(points, dtype=bool), np.empty((points, 0))) for y in made]
    return Windows(members, WINDOW, AHEAD, CPU)


def _network(patch: int = 1, precision: Precision = "float32") -> Network:
    torch.manual_seed(0)
    shape = Shape(WINDOW, AHEAD, highway=False)
    plan = Recurrence("lstm", HIDDEN, patch=patch, precision=precision)
    return Network(RecurrentEncoder(1, plan), shape, 0.1)


def _ours(patch: int = 1, precision: Precision = "float32") -> float:
    """Return the windows a second of the loop, a round of 20 batches; ``patch``: values read at once."""
    windows = _windows(SERIES, POINTS)
    every = [training_origins(windows, row, POINTS, 1) for row in range(SERIES)]
    plan = TrainingPlan(batch_size=BATCH, epoch_windows=20 * BATCH)
    training = ForecastTraining(_network(patch, precision), windows, plan, 0)
    origins = WindowOrigins.joined(every)
    training.learned = origins.subsample(BATCH)
    training._epoch(RATE, QUIET)
    training.learned = origins
    began = time.process_time()
    training._epoch(RATE, QUIET)
    return 20 * BATCH / (time.process_time() - began)


def _bare() -> float:
    """Return the windows a second of torch alone, over tensors that are there already."""
    torch.manual_seed(0)
    x, y = torch.randn(20 * BATCH, WINDOW, 1), torch.randn(20 * BATCH, AHEAD)
    cells, head = nn.LSTM(1, HIDDEN, batch_first=True), nn.Linear(HIDDEN, AHEAD)
    optimizer = torch.optim.Adam([*cells.parameters(), *head.parameters()], RATE)
    began = 0.0
    for number in range(21):
        if number == 1:
            began = time.process_time()
        rows = slice((number % 20) * BATCH, (number % 20 + 1) * BATCH)
        optimizer.zero_grad(set_to_none=True)
        loss = (head(cells(x[rows])[0][:, -1]) - y[rows]).abs().mean()
        loss.backward()
        optimizer.step()
    return 20 * BATCH / (time.process_time() - began)


def _passes(parts: list[tuple[Part, ...]]) -> tuple[float, float]:
    """Return the milliseconds of a hundred passes for each choice of parts over 1,000 series, and of one pass."""
    windows, network = _windows(1000, 2 * WINDOW), _network()
    places = np.concatenate([windows.places(row, np.array([2 * WINDOW])) for row in range(1000)])
    predicted(network, windows, places)
    began = time.process_time()
    predicted(network, windows, places)
    middle = time.process_time()
    moments(network, windows, places, DropoutPasses(100, parts), AS_SEEN)
    return 1000 * (time.process_time() - middle), 1000 * (middle - began)


if __name__ == "__main__":
    main()
