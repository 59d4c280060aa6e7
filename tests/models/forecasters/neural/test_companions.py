"""Columns of which no future is known: networks see their past."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.data.series import Series
from models.errors import InvalidRequest
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask, forecast_many
from models.types import FloatArray
from tests.models.build import series_of

SIZE, AHEAD = 300, 6
NETWORKS = ["lstm", "gru", "rnn", "tcn", "mlp", "nhits", "patch_transformer"]
SMALL: dict[str, Any] = {"epochs": 15, "learning_rate": 0.01, "window": 24, "highway": True}


def led(name: str = "a", seed: int = 0, scale: float = 1.0) -> tuple[Series, FloatArray]:
    """Return a series that orders decide, eight steps later, and what came after it."""
    random = np.random.default_rng(seed)
    t = np.arange(SIZE + AHEAD)
    orders = random.normal(size=len(t))
    noise = 0.2 * random.normal(size=len(t))
    y = scale * (50 + 3 * np.sin(t * 2 * np.pi / 12) + 4 * np.roll(orders, 8) + noise)
    series = replace(series_of(y[:SIZE], 12, name), exog={"orders": orders[:SIZE]})
    return series, y[SIZE:]


def made(name: str, **params: Any) -> Any:
    return create(Forecaster, ModelSpec(name, {**SMALL, **params})).aimed_at(AHEAD)


def missed(model: Any, actual: FloatArray) -> float:
    return float(np.abs(model.predict(AHEAD).mean[0] - actual).mean())


def without(series: Series) -> Series:
    return replace(series, exog={})


@pytest.mark.no_cover
@pytest.mark.parametrize("name", NETWORKS)
def test_a_column_that_leads_makes_the_forecast_better(name: str) -> None:
    series, actual = led()
    model = made(name).fit_one(series)
    assert model.info().details["exogenous"] == ["orders"]
    assert missed(model, actual) < 0.4 * missed(made(name).fit_one(without(series)), actual)


def test_a_network_alone_learns_what_leads_too() -> None:
    series, actual = led()
    alone = {"highway": False, "epochs": 60, "hidden": 32}
    told = missed(made("mlp", **alone).fit_one(series), actual)
    assert told < 0.6 * missed(made("mlp", **alone).fit_one(without(series)), actual)


def test_steps_beyond_those_at_once_take_the_column_for_what_it_was_last() -> None:
    series, actual = led()
    model = made("lstm", horizon=3).fit_one(series)
    assert missed(model, actual) < 0.5 * missed(
        made("lstm", horizon=3).fit_one(without(series)), actual
    )
    errors = model.held_out(AHEAD, np.array([AHEAD + 10]))[0, 0]
    later = replace(series, exog={"orders": _after(series, SIZE - AHEAD - 10)})
    other = model.apply_one(later)
    same = other.held_out(AHEAD, np.array([AHEAD + 10]))[0, 0]
    np.testing.assert_allclose(errors, same, rtol=1e-4)  # nothing behind an origin is looked at


def _after(series: Series, first: int) -> FloatArray:
    """Return the column with other values from a point on."""
    changed = series.exog["orders"].copy()
    changed[first:] += 100.0
    return changed


def test_columns_of_no_use_do_no_harm() -> None:
    random = np.random.default_rng(1)
    series, actual = led()
    noisy = replace(series, exog={f"x{i}": random.normal(size=SIZE) for i in range(6)})
    bare = missed(made("lstm").fit_one(without(series)), actual)
    assert missed(made("lstm").fit_one(noisy), actual) < 1.3 * bare


def test_what_is_used_is_not_said_to_be_left_out_and_one_network_learns_from_all() -> None:
    members = [led("a")[0], led("b", 1, 100.0)[0], without(led("c", 2)[0])]
    for name, codes in (("lstm", []), ("linear", ["exogenous_unused"])):
        task = ForecastTask(ModelSpec(name, SMALL), AHEAD, (80.0,))
        outcomes = list(forecast_many(task, members))
        assert [one.error for one in outcomes] == [None] * 3
        told = [one.code for one in outcomes[0].notices if one.code == "exogenous_unused"]
        assert told == codes


def test_it_is_kept_applied_and_moved_on() -> None:
    series, _ = led()
    model = made("mlp").fit_one(replace(series.head(SIZE - 4), future={}))
    again = registry.revive(State.from_bytes(model.state().to_bytes()))
    np.testing.assert_array_equal(again.predict(AHEAD).mean, model.predict(AHEAD).mean)
    on_all = model.apply_one(series).predict(AHEAD).mean
    moved = model.update(series.tail(4)).predict(AHEAD).mean
    np.testing.assert_allclose(moved, on_all, rtol=0.02)  # each has its own scale
    with pytest.raises(InvalidRequest, match="orders"):
        model.update(np.ones(1))
