"""Windows that are walked in order, with a state that is carried from one to the next."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from models.contract.context import QUIET
from models.networks.encoders import RecurrentEncoder
from models.networks.forecast_training import ForecastTraining
from models.networks.graphs import Examples
from models.networks.network import Network
from models.networks.options import CellName, Recurrence, Shape, TrainingPlan
from models.networks.windows import Member, WindowOrigins, Windows, rows_of, training_origins
from models.types import FloatArray
from tests.models.build import noise

CPU = torch.device("cpu")
WINDOW, AHEAD, CARRIED = 5, 2, 3


def windows_of(*values: FloatArray, known: int = 0) -> Windows:
    members = [
        Member(
            y,
            np.ones(len(y), dtype=bool),
            np.sin(np.arange((len(y) + AHEAD) * known)).reshape(len(y) + AHEAD, known),
        )
        for y in values
    ]
    return Windows(members, WINDOW, AHEAD, CPU, CARRIED * WINDOW)


def network(cell: CellName, known: int = 0, **recurrence: bool | int) -> Network:
    torch.manual_seed(0)
    shape = Shape(WINDOW, AHEAD, regressors=known, levelled=False, residual=False, carried=CARRIED)
    plan = Recurrence(cell, 4, **recurrence)  # type: ignore[arg-type]
    made = Network(RecurrentEncoder(1 + known, plan), shape, 0.0)
    torch.nn.init.normal_(made.head.outer.weight)  # type: ignore[union-attr, arg-type]
    return made.eval()


@pytest.mark.parametrize("known", [0, 2])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_carried_state_is_that_of_one_long_window(cell: CellName, known: int) -> None:
    windows, made = windows_of(noise(60), known=known), network(cell, known, layers=2)
    batch = windows.batch(windows.places(0, np.array([20, 41])))
    assert batch.past.shape == (2, 20)
    long = torch.cat([batch.past[..., None], batch.known[:, :20]], dim=-1)
    torch.testing.assert_close(made.encoded(batch)[0], made.encoder(long))


def test_windows_before_the_series_began_leave_no_state() -> None:
    """At 12 values, one whole window lies before the last; at 9, none."""
    windows, made = windows_of(noise(40), noise(60, 1)), network("gru")
    for origin, whole in ((12, 10), (9, 5)):
        batch = windows.batch(windows.places(1, np.array([origin])))
        long = torch.as_tensor(noise(60, 1)[origin - whole : origin], dtype=torch.float32)
        torch.testing.assert_close(made.encoded(batch)[0], made.encoder(long[None, :, None]))


def test_only_the_direction_that_reads_forwards_goes_on() -> None:
    encoder = RecurrentEncoder(1, Recurrence("lstm", 3, layers=2, bidirectional=True))
    _, ends = encoder.encode_from(torch.randn(6, 5, 1), encoder.zero_state(6, CPU))
    for end in ends:
        assert end.shape == (4, 6, 3)
        assert (end[[1, 3]] == 0).all()
        assert (end[[0, 2]] != 0).any()


def test_rows_are_windows_that_follow_one_another_within_a_series() -> None:
    windows = windows_of(noise(40), noise(23))
    learned = WindowOrigins.joined(
        [training_origins(windows, i, size, 1) for i, size in ((0, 40), (1, 23))]
    )
    rows = rows_of(learned, WINDOW, 3)
    assert sorted(np.concatenate(rows).tolist()) == list(range(len(learned)))
    ends = windows.places(0, np.array([40]))[0]
    for row in rows:
        assert 1 <= len(row) <= 3
        places = learned.places[row]
        assert (np.diff(places) == WINDOW).all()
        assert (places <= ends).all() or (places > ends).all()
    assert max(len(row) for row in rows) == 3


def training(
    made: Network, windows: Windows, learned: WindowOrigins, **plan: int
) -> ForecastTraining:
    walking = ForecastTraining(
        made, windows, TrainingPlan(row=1 + CARRIED, learning_rate=0.01, **plan), 0
    )
    walking.learned = learned
    return walking


def test_rows_are_walked_side_by_side_from_a_state_of_zero() -> None:
    windows = windows_of(noise(50), noise(31))
    learned = WindowOrigins.joined(
        [training_origins(windows, i, size, 1) for i, size in ((0, 50), (1, 31))]
    )
    steps = list(training(network("gru"), windows, learned, batch_size=4)._minibatches())
    assert sorted(np.concatenate([rows for rows, _ in steps]).tolist()) == list(range(len(learned)))
    [zero] = steps[0][1] or ()
    assert not zero.any()
    assert len({len(rows) for rows, _ in steps}) > 1
    for (before, _), (rows, begun) in pairwise(steps):
        if not begun:  # as no step has left a state here
            assert (learned.places[before[: len(rows)]] + WINDOW == learned.places[rows]).all()


def test_in_training_a_window_begins_at_the_state_that_the_one_before_left() -> None:
    windows, made = windows_of(noise(50)), network("lstm")
    learned = training_origins(windows, 0, 50, 1)
    walking = training(made, windows, learned)
    first = rows_of(learned, WINDOW, 2)[0]
    walking._step(first[:1], made.encoder.zero_state(1, CPU))
    x = windows.batch(learned.places[first]).past[:, -WINDOW:, None]
    begun = walking.state
    assert all(not one.requires_grad for one in begun)
    _, ends = made.encoder.encode_from(x[1:], begun)
    walking._step(first[1:], begun)
    with torch.no_grad():
        _, again = made.encoder.encode_from(x[1:], begun)
    assert not torch.equal(ends[0], again[0])  # the step has moved the weights
    torch.testing.assert_close(ends[0].detach(), walking.state[0])


def test_halves_of_a_minibatch_that_does_not_fit_keep_their_states(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows, made = windows_of(noise(60)), network("gru")
    learned = training_origins(windows, 0, 60, 1)
    walking = training(made, windows, learned, batch_size=8)
    original = ForecastTraining._loss

    def full(self: ForecastTraining, examples: Examples, state: Any = None) -> torch.Tensor:
        if len(examples[0]) > 4:
            raise MemoryError
        return original(self, examples, state)

    monkeypatch.setattr(ForecastTraining, "_loss", full)
    assert np.isfinite(walking._epoch(0.01, QUIET))
    assert walking.batch_size <= 4


def test_an_epoch_takes_about_as_many_windows_as_it_may() -> None:
    windows = windows_of(noise(300))
    learned = training_origins(windows, 0, 300, 1)
    walking = training(network("rnn"), windows, learned, epoch_windows=60)
    assert 60 <= sum(len(rows) for rows, _ in walking._minibatches()) <= 60 + CARRIED
