"""Hyperparameters by trial."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract.context import Context
from models.errors import Cancelled
from models.forecasters.base import Forecaster
from models.forecasters.neural._search import SPACE, Range, Values, _width, searched
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask
from models.tasks.forecast_task import cost_of
from tests.models.build import series_of
from tests.waiting import ticking

Y = 20 + 5 * np.sin(np.arange(150) * 2 * np.pi / 12) + np.random.default_rng(0).normal(size=150)
BEGIN: Values = {
    "learning_rate": 0.005,
    "weight_decay": 1e-4,
    "dropout": 0.1,
    "hidden": 32,
    "layers": 1,
}


def far(values: Values) -> float:
    """A loss that is least at a learning rate of 0.02 and 100 hidden units."""
    return float(np.log(values["learning_rate"] / 0.02) ** 2 + np.log(values["hidden"] / 100) ** 2)


@given(st.floats(0, 1), st.sampled_from(sorted(SPACE)))
def test_a_place_in_a_range_and_back(place: float, name: str) -> None:
    one = SPACE[name]
    value = one.at(place)
    assert one.low <= value <= one.high
    step = 0.5 / (one.high - one.low) if name == "layers" else 0.05
    assert abs(one.place(value) - place) <= step + 1e-3
    assert one.place(one.high * 2) == 1.0


def test_half_of_the_trials_or_more_are_random_and_the_others_come_closer() -> None:
    tried: list[Values] = []

    def judge(values: Values) -> float:
        tried.append(values)
        return far(values)

    best = searched(SPACE, BEGIN, 50, judge, np.random.default_rng(0))[0]
    assert tried[0] == BEGIN
    assert len(tried) == 51
    spread = [np.std([np.log(one["hidden"]) for one in part]) for part in (tried[1:31], tried[41:])]
    assert spread[1] < 0.6 * spread[0]
    at_random = min(far(one) for one in tried[1:31])
    assert best.loss < 0.5 * at_random
    assert best.loss < 0.1


def test_the_first_of_the_fine_trials_looks_farthest_around_the_best() -> None:
    assert _width(-1, 4) is None
    assert [_width(fine, 4) for fine in (0, 3)] == pytest.approx([0.25, 0.08])


def test_what_diverged_is_the_worst_and_a_search_may_end_early() -> None:
    losses = iter([2.0, float("nan"), 1.0, None])
    trials = searched(
        {"dropout": Range(0, 1)},
        {"dropout": 0.1},
        9,
        lambda _: next(losses),
        np.random.default_rng(0),
    )
    assert [one.loss for one in trials] == [1.0, 2.0, float("inf")]


def made(name: str = "mlp", **params: Any) -> Any:
    known = {"epochs": 8, "window": 24, "highway": False}
    return create(Forecaster, ModelSpec(name, {**known, **params})).aimed_at(6)


@pytest.mark.parametrize("name", ["mlp", "gru", "linear"])
def test_the_best_of_the_trials_is_trained_and_told(name: str) -> None:
    model = made(name, search=4).fit_one(series_of(Y, 12))
    told = model.info()
    search = told.details["search"]
    assert search["trials"] == 5
    assert search["losses"] == sorted(search["losses"])
    assert all(told.params[key] == value for key, value in search["best"].items())
    assert told.params["epochs"] == 8
    again = made(name, search=4).fit_one(series_of(Y, 12))
    np.testing.assert_array_equal(again.predict(6).mean, model.predict(6).mean)


def test_what_the_caller_chose_is_not_searched() -> None:
    model = made(search=3, hidden=7, dropout=0.25).fit_one(series_of(Y, 12))
    assert (model.params.hidden, model.params.dropout) == (7, 0.25)
    assert set(model.info().details["search"]["best"]) == {
        "learning_rate",
        "weight_decay",
        "layers",
    }


def test_the_best_of_several_restarts_is_kept() -> None:
    series = series_of(Y, 12)
    alone = [min(made().fit_one(series).learned_.course.validation)]
    for seed in (1, 2):
        spec = ModelSpec("mlp", {"epochs": 8, "window": 24, "highway": False})
        other: Any = create(Forecaster, spec, seed).aimed_at(6).fit_one(series)
        alone.append(min(other.learned_.course.validation))
    assert len(set(alone)) == 3
    model = made(restarts=2).fit_one(series)
    assert min(model.learned_.course.validation) == min(alone)


def test_a_search_ends_within_its_time_and_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares: list[float] = []
    clock = ticking(monkeypatch, 0.01)
    context = Context(deadline=4.0, reported=lambda share, _: shares.append(share))
    model = made(search=500, epochs=40, hidden=64).fit([series_of(Y, 12)], context).parts[0].model
    assert clock() < 4.0
    assert 1 <= model.info().details["search"]["trials"] < 500
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.1


def test_nobody_waits_for_a_search_that_was_cancelled() -> None:
    with pytest.raises(Cancelled):
        made(search=50).fit([series_of(Y, 12)], Context(is_cancelled=lambda: True))


def test_a_search_costs_what_its_trials_do() -> None:
    series = series_of(Y, 12)

    def seconds(**params: Any) -> float:
        return cost_of(ForecastTask(ModelSpec("mlp", params), 6, (80.0,)), series).seconds

    assert seconds(search=40) > 5 * seconds()
    assert seconds(restarts=3) == pytest.approx(4 * seconds(), rel=0.01)
