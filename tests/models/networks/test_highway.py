import numpy as np
import torch

from models.networks.highway import RIDGES, fit_highway
from models.networks.modules import Network, RecurrentEncoder
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
        batch = windows.batch(torch.as_tensor(learned.places))
        with torch.no_grad():
            return float((made(batch)[..., 0] - batch.target).abs().mean())

    naive = loss()
    assert fit_highway(made, windows, learned, loss) in RIDGES
    assert loss() < 0.5 * naive


def test_where_nothing_is_better_it_says_nothing() -> None:
    y = np.random.default_rng(0).normal(size=80).cumsum()
    windows = Windows(
        [Member(y, np.ones(80, dtype=bool), np.empty((80, 0)))], 6, 2, torch.device("cpu")
    )
    made = network()
    assert fit_highway(made, windows, training_origins(windows, 0, 70, 1), lambda: 1.0) is None
    assert made.highway is not None
    assert (made.highway.weight == 0).all()
