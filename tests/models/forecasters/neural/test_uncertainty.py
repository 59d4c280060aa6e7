"""How sure a network is: passes with dropout, and a head for each quantile."""

from typing import Any

import numpy as np
import pytest
import torch

from models.data.results import Forecast, Outcome
from models.errors import InvalidParameter
from models.networks.decoder import Decoder
from models.networks.encoders import RecurrentEncoder
from models.networks.network import Network
from models.networks.options import Recurrence, Shape
from models.networks.predicting import DropoutPasses, Part, WindowScale, moments, predicted
from models.networks.windows import Member, Windows
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from tests.models.build import series_of
from tests.models.networks.build import sampled

T = np.arange(120)
Y = 20 + 5 * np.sin(T * 2 * np.pi / 12) + np.random.default_rng(0).normal(size=120)
SERIES = [series_of(Y, 12, "a"), series_of(100 * Y, 12, "b")]


def run(method: Any, **params: Any) -> list[Outcome[Forecast]]:
    spec = ModelSpec("lstm", {"epochs": 3, "hidden": 4, "highway": False, **params})
    return list(forecast_many(ForecastTask(spec, 6, (50.0, 80.0, 95.0), method), SERIES))


def test_the_three_parts_are_told_for_each_series_and_add_up() -> None:
    for outcome, size in zip(run("mc_dropout", n_passes=20), (1.0, 100.0), strict=True):
        assert outcome.result is not None, outcome.error
        assert outcome.result.interval_method == "mc_dropout"
        assert outcome.model is not None
        parts = outcome.model.details["uncertainty"]
        assert list(parts) == ["model", "misspecification", "noise"]
        assert 0 < parts["model"] < 2 * size
        assert 0 < parts["misspecification"] < 2 * size
        total = np.sqrt(sum(one**2 for one in parts.values()))
        assert 0.5 * size < total < 3 * size
        halves = {
            level: (outcome.result.bands[level].upper - outcome.result.mean).mean()
            for level in (80.0, 95.0)
        }
        assert 1.0 < halves[80.0] / total < 1.6
        assert 1.8 < halves[95.0] / total < 2.6


def test_the_same_seed_draws_the_same_passes() -> None:
    one, other = (run("mc_dropout", n_passes=8)[0].result for _ in range(2))
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.bands[80.0].upper, other.bands[80.0].upper)


def test_without_dropout_there_is_nothing_to_sample() -> None:
    with pytest.raises(InvalidParameter, match="no dropout to sample"):
        run("mc_dropout", dropout=0.0)


def test_heads_for_quantiles_are_the_intervals() -> None:
    for outcome in run("auto", loss="pinball", epochs=10, learning_rate=0.02):
        assert outcome.result is not None, outcome.error
        assert outcome.result.interval_method == "parametric"
        bands = outcome.result.bands
        assert (bands[95.0].lower <= bands[80.0].lower).all()
        assert (bands[80.0].lower <= bands[50.0].lower).all()
        assert (bands[50.0].upper <= bands[95.0].upper).all()
        assert (bands[95.0].upper > bands[95.0].lower).all()


@pytest.mark.parametrize("layers", [1, 2])
def test_passes_scatter_about_the_forecast_and_run_the_encoder_once_where_they_can(
    layers: int,
) -> None:
    torch.manual_seed(1)
    encoder = RecurrentEncoder(1, Recurrence("gru", 8, layers, dropout=0.2))
    network = Network(encoder, Shape(10, 3), 0.2)
    torch.nn.init.normal_(network.head.outer.weight, std=0.2)
    windows = Windows(
        [Member(np.sin(T / 3), np.ones(120, bool), np.empty((120, 0)))], 10, 3, torch.device("cpu")
    )
    places, runs = windows.places(0, np.array([50, 70])), []
    encoder.cells.register_forward_hook(lambda module, x, y: runs.append(1))
    parts: list[tuple[Part]] = [("head",), ("encoder",)]
    both = sampled(network, windows, places, DropoutPasses(200, parts))
    assert both.shape == (2, 2, 200, 3)
    assert len(runs) == (1 if layers == 1 else 400)
    once = predicted(network, windows, places)[..., 0]
    for made in both:
        assert made.std(axis=1).min() > 0.0
        assert (np.abs(made.mean(axis=1) - once) < made.std(axis=1)).all()


def test_a_pass_leaves_out_the_same_features_of_every_series() -> None:
    torch.manual_seed(2)
    network = Network(RecurrentEncoder(1, Recurrence("lstm", 8)), Shape(10, 3), 0.3)
    torch.nn.init.normal_(network.head.outer.weight, std=0.2)
    alike = [Member(np.sin(T / 3), np.ones(120, bool), np.empty((120, 0)))] * 2
    windows = Windows(alike, 10, 3, torch.device("cpu"))
    places = np.concatenate([windows.places(row, np.array([50])) for row in (0, 1)])
    (made,) = sampled(network, windows, places, DropoutPasses(50, [("encoder", "head")]))
    assert made[0] == pytest.approx(made[1], abs=1e-6)
    assert len(np.unique(made[0, :, 0].round(6))) > 40


def small(kind: str, dropout: float = 0.3) -> tuple[Network, Windows, Any]:
    """A network that says something, and windows of three series."""
    torch.manual_seed(2)
    encoder, shape = RecurrentEncoder(1, Recurrence("lstm", 8)), Shape(10, 3)
    head = Decoder(8, shape, dropout, "lstm") if kind == "decoder" else None
    network = Network(encoder, shape, dropout, head)
    torch.nn.init.normal_(network.head.outer.weight, std=0.2)
    known = [Member(np.sin(T / (3 + i)), np.ones(120, bool), np.empty((120, 0))) for i in range(3)]
    windows = Windows(known, 10, 3, torch.device("cpu"))
    return network, windows, np.concatenate([windows.places(i, np.array([50])) for i in range(3)])


def test_what_is_the_same_in_all_passes_is_computed_once() -> None:
    network, windows, places = small("direct")
    seen: list[int] = []
    network.head.inner.register_forward_hook(lambda module, x, y: seen.append(len(x[0])))
    sampled(network, windows, places, DropoutPasses(40, [("head",), ("encoder",)]))
    assert seen == [3, 120]


@pytest.mark.parametrize("kind", ["direct", "decoder"])
def test_moments_are_those_of_the_passes_as_values(kind: str) -> None:
    network, windows, places = small(kind)
    passes = DropoutPasses(30, [("head",), ("encoder", "head")])
    units = WindowScale(
        np.array([5.0, 1.0, -3.0]), np.array([2.0, 0.5, 1.0]), np.array([False, True, True])
    )
    torch.manual_seed(3)
    seen = sampled(network, windows, places, passes)
    torch.manual_seed(3)
    mean, spread = moments(network, windows, places, passes, units)
    values = seen * units.unit[:, None, None] + units.center[:, None, None]
    values[:, units.log] = np.exp(values[:, units.log])
    np.testing.assert_allclose(mean, values.mean(axis=2), rtol=1e-5)
    np.testing.assert_allclose(spread, values.std(axis=2), rtol=1e-4)


def test_without_dropout_in_a_part_its_passes_are_all_the_forecast() -> None:
    network, windows, places = small("direct", dropout=0.0)
    made = sampled(network, windows, places, DropoutPasses(5, [("head",)]))[0]
    once = predicted(network, windows, places)[..., 0]
    np.testing.assert_allclose(made, np.repeat(once[:, None], 5, axis=1), rtol=1e-6)
