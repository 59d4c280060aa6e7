"""What a worker keeps after many trainings, and what one is estimated to take."""

from typing import Any

import numpy as np
import pytest

from models.contract.context import Context
from models.contract.cost import Workload
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from tests.models.build import series_of
from tests.models.memory import estimates_and_peaks, held_mb


@pytest.mark.no_cover
def test_two_hundred_trainings_hold_no_more_memory_than_fifty() -> None:
    series = series_of(20 + np.random.default_rng(0).normal(size=30), 4)
    spec = ModelSpec("lstm", {"epochs": 1, "hidden": 4, "use_all": True})
    begun = 0.0
    for number in range(200):
        create(Forecaster, spec).aimed_at(2).fit_one(series).predict(2)
        if number == 49:
            begun = held_mb()
    assert held_mb() < begun + 8


def trained(
    name: str, params: dict[str, Any], size: int, count: int, *, warm_up: bool = False
) -> float:
    """Train and ask a network on noise, and return what that was estimated to take, MB."""
    if warm_up:
        params, size, count = {**params, "batch_size": 8, "epoch_windows": 8}, 400, 1
    y = 20 + np.random.default_rng(0).normal(size=(count, size))
    model = create(Forecaster, ModelSpec(name, params)).aimed_at(12)
    parts = model.fit([series_of(row, 1, str(i)) for i, row in enumerate(y)]).parts
    parts[0].model.predict(12)
    work = Workload(np.full(count, size), np.ones(count, dtype=int), 12)
    return model.cost(work).memory_bytes / 2**20


BATCH: dict[str, Any] = {
    **{"epochs": 1, "batch_size": 256, "epoch_windows": 2048, "window": 48},
    **{"highway": False, "use_all": False},
}
TRAININGS = [
    ("lstm", {**BATCH, "patch": 1}, 2500, 1),
    ("gru", {**BATCH, "hidden": 48, "layers": 2, "patch": 4, "head": "decoder"}, 2500, 1),
    ("tcn", BATCH, 2500, 1),
    ("mlp", {**BATCH, "hidden": 512}, 2500, 1),
    ("nhits", {**BATCH, "hidden": 512}, 2500, 1),
    ("patch_transformer", BATCH, 2500, 1),
    ("linear", {**BATCH, "highway": True, "window": 300}, 2500, 1),
    ("linear", {**BATCH, "epoch_windows": 64, "n_passes": 2}, 2500, 80),
]


def test_a_training_takes_half_to_twice_the_memory_that_it_was_estimated_to() -> None:
    told = estimates_and_peaks(trained, TRAININGS)
    assert len(told) == len(TRAININGS)
    assert all(0.5 < estimate / peak < 2.0 for estimate, peak in told), told


def test_series_of_one_model_share_all_but_their_values() -> None:
    model = create(Forecaster, ModelSpec("lstm", {})).aimed_at(12)
    one, many = (model.cost(Workload(np.full(n, 500), np.full(n, 12), 12)) for n in (1, 1000))
    assert 0 < one.shared_bytes < one.memory_bytes
    assert many.memory_bytes < 100 * one.memory_bytes


def test_minibatches_that_do_not_fit_are_made_smaller_and_it_is_told() -> None:
    series = series_of(20 + np.random.default_rng(0).normal(size=200), 4)
    spec = ModelSpec("lstm", {"epochs": 1, "hidden": 64, "batch_size": 100})
    codes = {}
    for room in (None, 2**20):
        context = Context(memory_bytes=room)
        model: Any = create(Forecaster, spec).aimed_at(2).fit([series], context).parts[0].model
        codes[room] = [one.code for one in model.notices()]
        size = model.info().details["batch_size"]
        assert size == 100 if room is None else 1 <= size < 100
    assert "batch_reduced" in codes[2**20]
    assert "batch_reduced" not in codes[None]
