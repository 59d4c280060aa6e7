"""What each series begins with: a regression on its own past."""

import numpy as np
import pytest
import torch

from models.networks.beginning import fit_beginning, geometric_mean_error
from models.networks.encoders import RecurrentEncoder
from models.networks.network import Network
from models.networks.options import Recurrence, Shape
from models.networks.own import PENALTIES, own_lags, refit_own
from models.networks.windows import (
    Member,
    WindowOrigins,
    Windows,
    training_origins,
    validation_origins,
)
from models.types import FloatArray

CPU = torch.device("cpu")
LENGTH, TRAIN = 200, 160


def swings(pace: float, seed: int) -> FloatArray:
    """Return an autoregression of two lags that swings at a pace of its own, (t,)."""
    y, noise = np.zeros(LENGTH), np.random.default_rng(seed).normal(size=LENGTH)
    for t in range(2, LENGTH):
        y[t] = 1.98 * np.cos(pace) * y[t - 1] - 0.98 * y[t - 2] + 0.1 * noise[t]
    return y


def prepared(series: list[FloatArray]) -> tuple[Network, Windows, WindowOrigins, WindowOrigins]:
    shape = Shape(12, 4, lags=(1, 2, 3), members=len(series))
    network = Network(RecurrentEncoder(1, Recurrence("rnn", 2)), shape, 0.0)
    members = [Member(y, np.ones(LENGTH, dtype=bool), np.empty((LENGTH, 0))) for y in series]
    windows, rows = Windows(members, 12, 4, CPU), range(len(series))
    learned = WindowOrigins.joined([training_origins(windows, row, TRAIN, 1) for row in rows])
    judged = WindowOrigins.joined([validation_origins(windows, row, TRAIN, LENGTH) for row in rows])
    return network, windows, learned, judged


def test_series_that_differ_begin_with_their_own_past() -> None:
    network, windows, learned, judged = prepared([swings(0.3, 1), swings(1.2, 2)])

    def judge() -> float:
        return geometric_mean_error(network, windows, judged)

    naive = judge()
    assert fit_beginning(network, windows, learned, judge) is None
    assert network.own is not None
    assert network.own.penalty in PENALTIES
    assert judge() < 0.4 * naive
    assert not torch.allclose(network.own.each[0], network.own.each[1], atol=0.1)


def test_weights_that_are_no_numbers_say_nothing() -> None:
    network, _, _, _ = prepared([swings(0.3, 1)])
    assert network.own is not None
    network.own.each.fill_(float("nan"))
    past = torch.linspace(-1.0, 1.0, 12)[None]
    assert network.own(past, torch.zeros(1, dtype=torch.int64)).tolist() == [[0.0] * 4]


def test_the_recursion_takes_its_own_forecasts_for_values() -> None:
    network, windows, _, _ = prepared([swings(0.3, 1)])
    own = network.own
    assert own is not None
    own.each.copy_(torch.tensor([[0.5, 0.2, -0.1]]))
    own.levelled = False
    batch = windows.batch(windows.places(0, np.array([100])))
    known = batch.past[0].tolist()
    for _ in range(4):
        known.append(1.5 * known[-1] + 0.2 * known[-2] - 0.1 * known[-3])
    assert own(batch.past, batch.series)[0].tolist() == pytest.approx(known[-4:], rel=1e-4)


def test_a_recursion_that_runs_away_is_held() -> None:
    network, windows, _, _ = prepared([swings(0.3, 1)])
    own = network.own
    assert own is not None
    own.each.fill_(1e30)
    batch = windows.batch(windows.places(0, np.array([100])))
    said, past = own(batch.past, batch.series), batch.past
    assert said.isfinite().all()
    assert (said.max() - past.max()) <= 3.001 * (past.max() - past.min())


def test_the_last_values_are_learned_from_too() -> None:
    network, windows, _, _ = prepared([swings(0.3, 1)])
    own = network.own
    assert own is not None
    own.penalty = 1e-5
    refit_own(own, windows, training_origins(windows, 0, LENGTH, 1))
    y = windows.batch(windows.places(0, np.arange(12, LENGTH)))
    lagged, last = own.seen(y.past)
    x, change = lagged.double(), (y.target[:, 0] - last).double()
    gram = x.T @ x
    ridge = 1e-5 * float(gram.trace()) / 3 * torch.eye(3, dtype=torch.float64)
    expected = torch.linalg.solve(gram + ridge, x.T @ change)
    torch.testing.assert_close(own.each[0], expected.float(), rtol=1e-4, atol=1e-5)


def test_each_series_counts_alike_in_what_is_chosen() -> None:
    one, _, _, judged = prepared([swings(0.3, 1), swings(1.2, 2)])
    network, windows, _, judged = prepared([swings(0.3, 1), 1e6 * swings(1.2, 2)])
    alone = [
        geometric_mean_error(one, prepared([y])[1], prepared([y])[3])
        for y in (swings(0.3, 1), swings(1.2, 2))
    ]
    together = geometric_mean_error(network, windows, judged)
    assert together == pytest.approx(np.sqrt(alone[0] * 1e6 * alone[1]), rel=1e-3)


@pytest.mark.parametrize(
    ("observations", "seasons", "window", "lags"),
    [
        (40, (), 8, (1, 2, 3, 4, 5, 6, 7, 8)),
        (600, (24, 168), 336, (1, 2, 3, 23, 24, 25, 48, 144, 167, 168, 169)),
        (2, (), 1, (1,)),
    ],
)
def test_lags_reach_as_far_as_the_window(
    observations: int, seasons: tuple[int, ...], window: int, lags: tuple[int, ...]
) -> None:
    assert own_lags(observations, seasons, window) == lags
