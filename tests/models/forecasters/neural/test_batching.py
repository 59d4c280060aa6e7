"""Both ways of windowed batching, as a forecast is made of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask, forecast_many
from tests.models.build import series_of

Y = 20 + 5 * np.sin(np.arange(200) * 2 * np.pi / 12) + np.random.default_rng(0).normal(size=200)
ROWS: dict[str, Any] = {"batching": "rows", "carried": 3, "window": 12, "hidden": 6, "epochs": 3}


def made(name: str = "gru", **params: Any) -> Any:
    spec = ModelSpec(name, {**ROWS, "highway": False, **params})
    return create(Forecaster, spec).aimed_at(6)


def test_a_forecast_knows_what_came_before_its_window() -> None:
    other = Y.copy()
    other[:-12] = Y[:-12][::-1]  # the same values in another order: the scale stays
    for batching, differs in (("rows", True), ("windows", False)):
        trained = {"epochs": 10, "learning_rate": 0.02, "residual": False}
        model = made(batching=batching, **trained).fit_one(series_of(Y, 12))
        changed = model.apply_one(series_of(other, 12))
        scale = {"center": model.members_.center, "unit": model.members_.unit}
        changed.members_ = replace(changed.members_, **scale)
        same = np.allclose(model.predict(6).mean, changed.predict(6).mean, rtol=1e-6)
        assert same != differs


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn"])
def test_it_is_kept_and_moves_on(name: str) -> None:
    model = made(name, stride=5).fit_one(series_of(Y[:180], 12))
    kept: Any = registry.revive(State.from_bytes(model.state().to_bytes()))
    np.testing.assert_array_equal(kept.predict(9).mean, model.predict(9).mean)
    at_once = kept.update(Y[180:]).predict(6).mean
    np.testing.assert_array_equal(model.update(Y[180:187]).update(Y[187:]).predict(6).mean, at_once)


def test_farther_steps_build_on_those_that_it_learned() -> None:
    model = made(horizon=4).fit_one(series_of(Y[:40], 12))
    far = model.predict(10).mean
    model.update(far[0, :4])
    np.testing.assert_allclose(model.predict(6).mean, far[:, 4:], rtol=1e-4)


@pytest.mark.parametrize(
    "params",
    [
        {"bidirectional": True, "merge": "sum", "pooling": "mean"},
        {"head": "decoder", "layers": 2, "dropout": 0.2},
        {"patch": 3, "carried": 1, "batch_size": 3},
        {"window": 60},
    ],
)
def test_it_goes_with_every_other_choice(params: dict[str, Any]) -> None:
    series = [series_of(Y, 12, "a"), series_of(3 * Y[:70], 12, "b")]
    known = replace(series[0], exog={"x": Y[::-1]}, future={"x": Y[:6]})
    for method in ("conformal", "mc_dropout"):
        task = ForecastTask(
            ModelSpec("lstm", {**ROWS, "n_passes": 5, **params}), 6, (80.0,), method
        )  # type: ignore[arg-type]
        for outcome in forecast_many(task, [*series, known]):
            assert outcome.result is not None, outcome.error
            assert np.isfinite(outcome.result.mean).all()


@pytest.mark.no_cover
def test_walking_in_order_learns_what_any_order_does() -> None:
    for batching in ("rows", "windows"):
        model = made(batching=batching, epochs=15, learning_rate=0.02, residual=False)
        validation = model.fit_one(series_of(Y, 12)).learned_.course.validation
        assert min(validation) < 0.5 * validation[0]


def test_no_more_is_carried_than_the_longest_series_has() -> None:
    series = series_of(Y, 12)
    some = made(carried=20).fit_one(series)
    more = made(carried=1000).fit_one(series)
    np.testing.assert_array_equal(some.predict(6).mean, more.predict(6).mean)
    assert more._windows(6).batch(np.array([0])).past.shape[1] <= len(Y) + 12
