import numpy as np
import torch

from models.networks.encoders import RecurrentEncoder
from models.networks.highway import RIDGES, Ridge, _solutions, fit_highway
from models.networks.network import Network
from models.networks.options import Recurrence, Shape
from models.networks.windows import Member, Windows, training_origins


def network() -> Network:
    return Network(RecurrentEncoder(1, Recurrence("rnn", 2)), Shape(6, 2), 0.0)


def test_a_linear_series_is_forecast_by_the_highway_alone() -> None:
    t = np.arange(120.0)
    y = np.sin(t / 3) + 0.5 * np.sin(t / 5)  # six values tell the next of any two sines
    windows = Windows(
        [Member(y, np.ones(120, dtype=bool), np.empty((120, 0)))], 6, 2, torch.device("cpu")
    )
    learned, made = training_origins(windows, 0, 100, 1), network()

    def loss() -> float:
        batch = windows.batch(learned.places)
        with torch.no_grad():
            return float((made(batch)[..., 0] - batch.target).abs().mean())

    naive = loss()
    ridge = fit_highway(made, windows, learned, loss)
    assert ridge is not None
    assert ridge.strength in RIDGES
    assert loss() < 0.5 * naive


def test_where_nothing_is_better_it_says_nothing() -> None:
    y = np.random.default_rng(0).normal(size=80).cumsum()
    windows = Windows(
        [Member(y, np.ones(80, dtype=bool), np.empty((80, 0)))], 6, 2, torch.device("cpu")
    )
    made = network()
    assert fit_highway(made, windows, training_origins(windows, 0, 70, 1), lambda: 1.0) is None
    assert made.highway is not None
    assert (made.highway.past.weight == 0).all()


def test_windows_and_regressors_are_solved_for_together() -> None:
    random = np.random.default_rng(2)
    known, y = random.normal(size=(302, 2)), random.normal(size=300).cumsum()
    y += known[:300] @ [2.0, -1.0]
    made = Network(
        RecurrentEncoder(3, Recurrence("rnn", 2)), Shape(4, 2, regressors=2, season=3), 0.0
    )
    windows = Windows([Member(y, np.ones(300, dtype=bool), known)], 4, 2, torch.device("cpu"))
    learned = training_origins(windows, 0, 300, 1)
    ridge = Ridge(0.1, alone=False)
    found = _solutions(made, windows, learned, (ridge,))[ridge]
    batch = windows.batch(learned.places)
    past, told, base = made.linear_part(batch)
    x, t, target = past.double(), told.double(), (batch.target - base).double()
    # One design of both steps: a block of the window for each, and one of the regressors.
    none = torch.zeros_like(x)
    design = torch.cat([torch.cat([x, none, t[:, 0]], dim=1), torch.cat([none, x, t[:, 1]], dim=1)])
    windowed, of_told = 0.1 * float((x.T @ x).trace()) / 4, 0.1 * float((t**2).sum()) / 4
    ridge = torch.diag(torch.tensor([windowed] * 8 + [of_told] * 4, dtype=torch.float64))
    solved = torch.linalg.solve(
        design.T @ design + ridge, design.T @ torch.cat([target[:, 0], target[:, 1]])
    )
    torch.testing.assert_close(found.past.flatten(), solved[:8])
    torch.testing.assert_close(found.told, solved[8:])
