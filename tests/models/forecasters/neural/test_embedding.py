"""Networks that know the series that they learned from."""

from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from tests.models.build import series_of

PERIOD, REST, WINDOW = 12, 8, 8


def resting(sign: float, name: str, size: int = 324) -> Series:
    """Return a series that rests, and then goes up or down: no window at rest tells which."""
    t = np.arange(size)
    y = np.where(t % PERIOD >= REST, sign, 0.0)
    return series_of(10 + y + 0.05 * np.random.default_rng(len(name)).normal(size=size), 1, name)


SERIES = [resting(1.0, "up"), resting(-1.0, "down"), resting(1.0, "up too")]
ENDS = 324 - PERIOD + REST
"""Here all have rested as long as a window is."""


def made(name: str = "mlp", **params: Any) -> Any:
    known = {"epochs": 40, "window": WINDOW, "learning_rate": 0.02, "hidden": 16, "dropout": 0.0}
    plain = {"residual": False, "highway": False, "scale_by": "global", "log": False}
    spec = ModelSpec(name, {**known, **plain, **params})
    return create(Forecaster, spec).aimed_at(3)


def trained(name: str, **params: Any) -> Any:
    (part,) = made(name, **params).fit([one.head(ENDS) for one in SERIES]).parts
    return part.model


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["mlp", "gru", "nhits", "tcn"])
def test_what_no_window_tells_is_known_of_each_series(name: str) -> None:
    said = trained(name, embedding=2).predict(3).mean.mean(axis=1) - 10
    assert said[0] > 0.4
    assert said[1] < -0.4
    assert said[2] > 0.4


def test_without_it_series_that_look_alike_have_one_forecast() -> None:
    assert np.ptp(trained("mlp").predict(3).mean.mean(axis=1)) < 0.5


def test_a_series_is_known_again_by_its_name_and_a_new_one_is_as_most_are() -> None:
    model = trained("mlp", embedding=3)
    kept: Any = registry.revive(State.from_bytes(model.state().to_bytes()))
    said = {
        name: kept.apply_one(series_of(SERIES[0].y[:ENDS], 1, name)).predict(3).mean[0].mean()
        for name in ("up", "down", "new")
    }
    assert said["down"] < said["new"] < said["up"]
    np.testing.assert_allclose(said["up"], model.predict(3).mean[0].mean(), rtol=1e-5)


def test_it_adds_nothing_before_it_has_learned_and_goes_with_rows() -> None:
    for params in ({}, {"batching": "rows", "carried": 2}):
        model = trained("gru", embedding=2, epochs=1, learning_rate=1e-12, **params)
        assert np.ptp(model.predict(3).mean.mean(axis=1)) < 0.2
        assert model.learned_.weights["identities.numbers"].shape == (3, 2)
