"""What a fitted model is told later: regressors of the steps ahead, new points with theirs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.data.series import Series
from models.errors import InvalidRequest
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from tests.models.build import series_of

PRICE = np.random.default_rng(1).normal(size=100)
Y = 20 + 3 * PRICE + 0.3 * np.random.default_rng(2).normal(size=100)
WHOLE = series_of(Y)


def part(first: int, last: int, ahead: int = 8) -> Series:
    head = replace(WHOLE, exog={"price": PRICE}).head(last)
    future = {"price": PRICE[last : last + ahead]}
    grid = replace(head.grid, stamps=head.grid.stamps[first:])
    return replace(
        head, y=Y[first:last], grid=grid, exog={"price": PRICE[first:last]}, future=future
    )


def fitted(name: str, **params: Any) -> Forecaster[Any]:
    return create(Forecaster, ModelSpec(name, params)).fit_one(part(0, 80))


@pytest.mark.parametrize("name", ["arima", "prophet", "ensemble"])
def test_regressors_of_the_steps_ahead_can_be_other_ones(name: str) -> None:
    params = {"models": ["arima", "naive"], "method": "mean"} if name == "ensemble" else {}
    model = fitted(name, **params)
    before = model.predict(8).mean
    same = model.predict(8, {"price": PRICE[None, 80:88]}).mean
    np.testing.assert_allclose(same, before)
    higher = model.predict(8, {"price": PRICE[None, 80:88] + 1.0}).mean
    effect = 1.5 if name == "ensemble" else 3.0
    np.testing.assert_allclose(higher - before, effect, rtol=0.1)
    np.testing.assert_array_equal(model.predict(8).mean, before)


def test_a_model_without_regressors_says_so() -> None:
    with pytest.raises(InvalidRequest, match="ets takes no regressors") as caught:
        fitted("ets").predict(8, {"price": PRICE[None, 80:88]})
    assert "arima" in str(caught.value.problems[0].hint)


def test_new_points_bring_their_regressors() -> None:
    model = fitted("arima", order=[1, 0, 0]).update(part(80, 90)).update(part(90, 92))
    np.testing.assert_allclose(model.predict(8).mean[0], Y[92:], atol=1.5)
    at_once = fitted("arima", order=[1, 0, 0]).update(part(80, 92))
    np.testing.assert_allclose(model.predict(8).mean, at_once.predict(8).mean, rtol=1e-9)


def test_values_alone_are_not_enough_for_a_model_with_regressors() -> None:
    with pytest.raises(InvalidRequest, match="fitted with price, whose new values an update lacks"):
        fitted("arima").update(Y[80:90])


def test_points_and_values_are_the_same_to_a_model_without_regressors() -> None:
    one, other = fitted("ets").update(part(80, 90)), fitted("ets").update(Y[80:90])
    np.testing.assert_array_equal(one.predict(5).mean, other.predict(5).mean)
