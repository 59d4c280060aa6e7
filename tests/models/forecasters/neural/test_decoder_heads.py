"""Ways to look several steps ahead: at once, by a decoder, each from the one before."""

from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask, forecast_many
from tests.models.build import series_of

WAYS: dict[str, dict[str, Any]] = {
    "direct": {},
    "recursive": {"horizon": 1},
    "decoder": {"head": "decoder", "teacher_forcing": 0.8},
    "decoder of both directions": {"head": "decoder", "bidirectional": True, "merge": "mul"},
}


def swinging(size: int, seed: int = 4) -> Any:
    """Return a series of which half of the deviation from its mean is left, turned round, a step later."""
    random = np.random.default_rng(seed)
    y = np.zeros(size)
    for t in range(1, size):
        y[t] = -0.9 * y[t - 1] + 0.3 * random.normal()
    return y + 50


def made(**params: Any) -> Any:
    known = {"hidden": 8, "window": 12, "highway": False, "learning_rate": 0.02, "log": False}
    return create(Forecaster, ModelSpec("gru", {"epochs": 20, **known, **params})).aimed_at(4)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_learns_what_comes_next_and_after_that(way: str) -> None:
    y = swinging(404)
    model = made(**WAYS[way]).fit_one(series_of(y[:400], 1))
    ends = np.arange(4, 60)
    errors = model.held_out(4, ends)[0]
    naive = np.stack([y[400 - end : 404 - end] - y[399 - end] for end in ends])
    assert (np.abs(errors).mean(axis=0) < 0.9 * np.abs(naive).mean(axis=0))[[0, 2]].all()


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_kept_and_moves_on(way: str) -> None:
    y = swinging(200)
    model = made(**{**WAYS[way], "epochs": 2}).fit_one(series_of(y[:180], 1))
    kept: Any = registry.revive(State.from_bytes(model.state().to_bytes()))
    np.testing.assert_array_equal(kept.predict(6).mean, model.predict(6).mean)
    at_once = kept.update(y[180:]).predict(6).mean
    np.testing.assert_array_equal(model.update(y[180:190]).update(y[190:]).predict(6).mean, at_once)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize(
    "params",
    [
        {"teacher_forcing": 1.0, "pooling": "mean", "layers": 2},
        {"teacher_forcing": 0.0, "bidirectional": True, "merge": "concat", "loss": "pinball"},
        {"dropout": 0.3, "pooling": "max", "horizon": 3},
    ],
)
def test_a_decoder_goes_with_every_other_choice(cell: str, params: dict[str, Any]) -> None:
    method: Any = "mc_dropout" if "dropout" in params else "auto"
    spec = ModelSpec(cell, {"epochs": 2, "hidden": 4, "head": "decoder", "n_passes": 8, **params})
    series = [series_of(swinging(120), 1), series_of(10 * swinging(60, 5), 1, "b")]
    for outcome in forecast_many(ForecastTask(spec, 8, (80.0,), method), series):
        assert outcome.result is not None, outcome.error
        assert np.isfinite(outcome.result.mean).all()
        assert (outcome.result.bands[80.0].upper > outcome.result.bands[80.0].lower).all()
