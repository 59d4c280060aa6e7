from typing import Any

import numpy as np
import pytest

from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from models.types import FloatArray
from tests.models.build import series_of

Y = 20 + 5 * np.sin(np.arange(150) * 2 * np.pi / 12) + np.random.default_rng(0).normal(size=150)


def linear(**params: Any) -> Any:
    spec = ModelSpec("linear", {"epochs": 4, "log": False, "window": 24, **params})
    return create(Forecaster, spec).aimed_at(6)


def average(y: FloatArray, kernel: int) -> FloatArray:
    padded = np.pad(y, ((kernel - 1) // 2, kernel - 1 - (kernel - 1) // 2), mode="edge")
    return np.convolve(padded, np.full(kernel, 1.0 / kernel), mode="valid")


@pytest.mark.parametrize("kind", ["nlinear", "dlinear", "linear"])
def test_a_forecast_is_the_formula_with_the_weights_that_it_keeps(kind: str) -> None:
    model = linear(kind=kind, kernel=5).fit_one(series_of(Y, 12))
    weight, bias = (
        model.learned_.weights["head.outer.weight"],
        model.learned_.weights["head.outer.bias"],
    )
    center, unit = model.members_.center[0], model.members_.unit[0]
    past = (Y[-24:] - center) / unit
    last = past[-1] if kind == "nlinear" else 0.0
    seen = past - last
    if kind == "dlinear":
        trend = average(past, 5)
        seen = np.concatenate([trend, past - trend])
    expected = center + unit * (weight @ seen + bias + last)
    np.testing.assert_allclose(model.predict(6).mean[0], expected, rtol=1e-5)


def test_the_moving_average_is_as_long_as_a_season_unless_it_is_told_otherwise() -> None:
    for season, kernel, expected in ((12, None, 12), (1, None, 25), (12, 7, 7)):
        model = linear(kind="dlinear", kernel=kernel, epochs=1).fit_one(series_of(Y, season))
        assert model._kernel() == expected


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["nlinear", "dlinear", "linear"])
def test_it_learns_a_linear_rule(kind: str) -> None:
    t = np.arange(300.0)
    y = np.sin(t / 3) + 0.5 * np.sin(t / 5)  # eight values tell the next of any two sines
    model = linear(kind=kind, window=8, epochs=60, patience=60, learning_rate=0.05)
    validation = model.fit_one(series_of(y, 1)).learned_.course.validation
    assert min(validation) < 0.25 * validation[0]


def test_it_may_begin_at_the_ridge_regression() -> None:
    plain = linear(epochs=1).fit_one(series_of(Y, 12))
    begun = linear(epochs=1, highway=True).fit_one(series_of(Y, 12))
    assert begun.learned_.course.validation[0] < plain.learned_.course.validation[0]


def test_without_a_training_it_is_the_last_value_or_the_mean_of_the_window() -> None:
    for kind, expected in (("nlinear", Y[-1]), ("dlinear", Y[-24:].mean())):
        model = linear(kind=kind, epochs=1, learning_rate=1e-12).fit_one(series_of(Y, 12))
        np.testing.assert_allclose(model.predict(3).mean[0], expected, rtol=0.05)
