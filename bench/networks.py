"""Time the training of an LSTM against a bare loop, and passes with dropout: ``make bench-networks``."""

import argparse
import time

import numpy as np
import torch
from torch import nn

from bench.report import markdown, publish
from models.contract.context import QUIET
from models.networks.modules import Network, RecurrentEncoder
from models.networks.options import Plan, Recurrence, Shape
from models.networks.predicting import Part, predicted, sampled
from models.networks.training import Trainer
from models.networks.windows import Member, Origins, Windows, training_origins

WINDOW, AHEAD, HIDDEN, BATCH, SERIES, POINTS = 48, 12, 64, 256, 50, 500
CPU = torch.device("cpu")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    parser.add_argument("--turns", type=int, default=3, help="how often each takes its turn")
    options = parser.parse_args()
    training = [(_ours(), _bare()) for _ in range(options.turns)]
    one = [_passes([("encoder", "head")]) for _ in range(options.turns)]
    each = [_passes([("head",), ("encoder",)]) for _ in range(options.turns)]
    rows: list[dict[str, object]] = [
        _row("training, windows/s: the loop, torch alone", training),
        _row("1,000 series, ms: 100 passes with dropout, one pass", one),
        _row("1,000 series, ms: 100 passes with dropout in each of two parts, one pass", each),
    ]
    publish("networks", markdown(rows), write=options.write)


def _row(what: str, pairs: list[tuple[float, float]]) -> dict[str, object]:
    ours, other = np.median(np.array(pairs), axis=0).tolist()
    return {"what": what, "first": ours, "second": other, "first / second": ours / other}


def _windows(series: int, points: int) -> Windows:
    rng = np.random.default_rng(0)
    made = rng.normal(size=(series, points)).cumsum(axis=1)
    members = [Member(y, np.ones(points, dtype=bool), np.empty((points, 0))) for y in made]
    return Windows(members, WINDOW, AHEAD, CPU)


def _network() -> Network:
    torch.manual_seed(0)
    shape = Shape(WINDOW, AHEAD, highway=False)
    return Network(RecurrentEncoder(1, Recurrence("lstm", HIDDEN)), shape, 0.1)


def _ours() -> float:
    """Return the windows a second of the loop, a round of 20 batches."""
    windows = _windows(SERIES, POINTS)
    every = [training_origins(windows, row, POINTS, 1) for row in range(SERIES)]
    plan = Plan(batch_size=BATCH, epoch_windows=20 * BATCH)
    trainer = Trainer(_network(), windows, plan, 0)
    origins = Origins.joined(every)
    trainer._epoch(origins.spread(BATCH), QUIET, None)
    began = time.perf_counter()
    trainer._epoch(origins, QUIET, None)
    return 20 * BATCH / (time.perf_counter() - began)


def _bare() -> float:
    """Return the windows a second of torch alone, over tensors that are there already."""
    torch.manual_seed(0)
    x, y = torch.randn(20 * BATCH, WINDOW, 1), torch.randn(20 * BATCH, AHEAD)
    cells, head = nn.LSTM(1, HIDDEN, batch_first=True), nn.Linear(HIDDEN, AHEAD)
    optimizer = torch.optim.Adam([*cells.parameters(), *head.parameters()], 0.005)
    began = 0.0
    for number in range(21):
        if number == 1:
            began = time.perf_counter()
        rows = slice((number % 20) * BATCH, (number % 20 + 1) * BATCH)
        optimizer.zero_grad(set_to_none=True)
        loss = (head(cells(x[rows])[0][:, -1]) - y[rows]).abs().mean()
        loss.backward()
        optimizer.step()
    return 20 * BATCH / (time.perf_counter() - began)


def _passes(parts: list[tuple[Part, ...]]) -> tuple[float, float]:
    """Return the milliseconds of a hundred passes for each choice of parts over 1,000 series, and of one pass."""
    windows, network = _windows(1000, 2 * WINDOW), _network()
    places = np.concatenate([windows.places(row, np.array([2 * WINDOW])) for row in range(1000)])
    predicted(network, windows, places)
    began = time.perf_counter()
    predicted(network, windows, places)
    middle = time.perf_counter()
    sampled(network, windows, places, 100, parts)
    return 1000 * (time.perf_counter() - middle), 1000 * (middle - began)


if __name__ == "__main__":
    main()
