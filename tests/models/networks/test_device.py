"""Where networks run: what holds on every machine, and where there is a graphics processor, on that."""

from typing import Any

import numpy as np
import pytest
import torch

from models import registry
from models.contract.context import Context
from models.contract.state import State
from models.data.series import Series
from models.detectors.base import Detector
from models.forecasters.base import Forecaster
from models.networks.device import on_device, seeded
from models.registry import ModelSpec, create, registered
from models.types import FloatArray
from tests.models.build import series_of

ON_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics processor")
GPU = Context(device="cuda:0")
NETWORKS = sorted(name for name, one in registered("forecaster").items() if one.uses_gpu)
SMALL = {"epochs": 3}
ALONE = {"epochs": 20, "residual": False, "highway": False}
"""Networks that have to learn all that they say."""


def panel(count: int = 4, length: int = 160) -> list[Series]:
    t, rng = np.arange(length), np.random.default_rng(0)
    waves = (
        10.0**row * (20 + 5 * np.sin(2 * np.pi * t / 12 + row) + rng.normal(size=length))
        for row in range(count)
    )
    return [series_of(y, 12, f"s{row}") for row, y in enumerate(waves)]


def fitted(name: str, context: Context, params: dict[str, Any] | None = None) -> Forecaster[Any]:
    (part,) = create(Forecaster, ModelSpec(name, params or SMALL)).fit(panel(), context).parts
    return part.model


def revived(model: Forecaster[Any]) -> Forecaster[Any]:
    kept = registry.revive(State.from_bytes(model.state().to_bytes()))
    assert isinstance(kept, Forecaster)
    return kept


def mean(model: Forecaster[Any]) -> FloatArray:
    return model.predict(12).mean


def width_by_dropout(model: Forecaster[Any]) -> FloatArray:
    said = model.predict(12).by("mc_dropout")
    band = said.interval(80.0) if said is not None else None
    assert band is not None
    return band.upper - band.lower


def held() -> int:
    return torch.cuda.memory_reserved(0)


def test_numbers_arrive_as_they_are() -> None:
    numbers = np.arange(5)[::-1]
    assert on_device(numbers.copy(), torch.device("cpu")).tolist() == numbers.tolist()


def test_what_is_drawn_by_a_seed_leaves_no_trace() -> None:
    torch.manual_seed(1)
    expected = torch.rand(2).tolist()
    torch.manual_seed(1)
    with seeded("cpu", 7) as device:
        torch.rand(3, device=device)
    assert torch.rand(2).tolist() == expected


@ON_GPU
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_the_same_on_a_core_and_on_a_graphics_processor(name: str) -> None:
    model = fitted(name, Context(), ALONE)
    there = revived(model)
    vars(there)["_device"] = "cuda:0"
    np.testing.assert_allclose(mean(there), mean(model), rtol=1e-3)


@ON_GPU
@pytest.mark.parametrize("name", NETWORKS)
def test_what_was_trained_on_a_graphics_processor_goes_on_on_a_core(name: str) -> None:
    model = fitted(name, GPU)
    assert model.info().details["device"] == "cuda:0"
    np.testing.assert_allclose(mean(revived(model)), mean(model), rtol=1e-3)


@ON_GPU
@pytest.mark.parametrize("name", NETWORKS)
def test_a_seed_trains_the_same_network_again(name: str) -> None:
    np.testing.assert_array_equal(mean(fitted(name, GPU)), mean(fitted(name, GPU)))


@ON_GPU
@pytest.mark.parametrize(
    "params",
    [
        {"precision": "bfloat16"},
        {"batching": "rows"},
        {"bidirectional": True, "pooling": "mean", "layers": 2},
        {"head": "decoder"},
        {"embedding": 2, "loss": "pinball"},
        {"optimizer": "rmsprop", "l1": 1e-5, "loss": "huber"},
        {"optimizer": "sgd", "schedule": "plateau", "learning_rate": "find"},
    ],
    ids=str,
)
def test_other_ways_of_training_run_there_too(params: dict[str, Any]) -> None:
    assert np.isfinite(mean(fitted("lstm", GPU, {**SMALL, **params}))).all()


@ON_GPU
def test_the_parts_of_the_uncertainty_are_about_those_of_a_core() -> None:
    model = fitted("lstm", Context(), {**SMALL, "n_passes": 400})
    there = revived(model)
    vars(there)["_device"] = "cuda:0"
    here, other = (width_by_dropout(one) for one in (model, there))
    np.testing.assert_allclose(other, here, rtol=0.05)


@ON_GPU
def test_memory_is_given_back_after_every_fit() -> None:
    fitted("lstm", GPU)
    before = held()
    for _ in range(10):
        fitted("lstm", GPU)
    assert held() <= before + 2**23


@ON_GPU
def test_where_memory_runs_out_a_training_goes_on_with_smaller_batches() -> None:
    total = torch.cuda.mem_get_info(0)[1]
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction((held() + 3 * 2**30) / total, 0)
    try:
        size = {"hidden": 256, "window": 96, "batch_size": 16_384, "epoch_windows": 100_000}
        long = [series_of(np.sin(np.arange(80_000.0) / 5), 1)]
        spec = ModelSpec("lstm", {**size, "epochs": 2, "learning_rate": 0.001})
        found = create(Forecaster, spec).fit(long, GPU)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, 0)
    assert found.errors == {}
    assert found.parts[0].model.info().details["batch_size"] < 16_384
    assert np.isfinite(found.predict(12)).all()


@ON_GPU
@pytest.mark.parametrize("name", ["autoencoder", "lstm_residual", "mc_dropout"])
def test_detectors_learn_there_and_judge_on_a_core(name: str) -> None:
    y = 50 + 5 * np.sin(2 * np.pi * np.arange(400) / 24)
    y += 0.3 * np.random.default_rng(0).normal(size=400)
    y[300] += 20.0
    series = series_of(y, 24)
    detector = create(Detector, ModelSpec(name)).fit([series], GPU)
    (scores,) = detector.score([series], 99.0)
    assert int(np.nanargmax(scores.raw)) in range(300, 325)
