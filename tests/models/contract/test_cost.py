"""What work is expected to take: of many series, and of models whose params decide."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.contract.cost import Cost, Workload
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from tests.models.build import series_of

ONE = Workload.of_one(120, 12, 12)


def seconds(name: str, work: Workload = ONE, **params: Any) -> float:
    return create(Forecaster, ModelSpec(name, params)).cost(work).seconds


def test_series_alike_are_asked_for_once() -> None:
    asked: list[tuple[int, int, int]] = []

    def of_one(observations: int, season_length: int, horizon: int) -> float:
        asked.append((observations, season_length, horizon))
        return float(observations)

    work = Workload(np.array([10, 20, 10]), np.array([1, 1, 1]), 7)
    assert work.seconds(of_one) == 40.0
    assert asked == [(10, 1, 7), (20, 1, 7)]
    assert Workload(np.empty(0, np.int64), np.empty(0, np.int64)).seconds(of_one) == 0.0


def test_what_ends_early_needs_less_than_it_takes() -> None:
    whole, cut = Cost(600.0), Cost(600.0, least_seconds=5.0)
    assert [whole.needed_seconds, cut.needed_seconds] == [600.0, 5.0]
    assert (whole.times(3).needed_seconds, cut.times(3).needed_seconds) == (1800.0, 15.0)
    assert cut.times(3).seconds == 1800.0


def test_an_ensemble_costs_what_its_own_members_do() -> None:
    members = sum(seconds(name) for name in ("naive", "prophet"))
    assert seconds("ensemble", models=["naive", "prophet"]) == pytest.approx(members)
    weighted = seconds("ensemble", models=["naive", "prophet"], method="weighted")
    assert weighted == pytest.approx(5 * members)


def test_a_forecaster_within_counts() -> None:
    assert seconds("stl", forecaster="prophet") > seconds("stl", forecaster="naive") + 0.05
    assert seconds("hp_filter", trend="prophet") > seconds("hp_filter") + 0.05


def test_a_search_takes_no_longer_than_its_budget_allows() -> None:
    long = Workload.of_one(20_000, 12)
    assert seconds("auto_arima", long, budget_s=1.0) == 3.0
    assert seconds("auto_arima", long) == 12.0
    assert seconds("auto_arima", ONE, search="pmdarima") > 10 * seconds("auto_arima", ONE)


def test_a_matrix_of_series_is_done_at_once() -> None:
    many = Workload(np.full(1000, 120), np.ones(1000, dtype=np.int64))
    assert seconds("naive", many) < 100 * seconds("naive")
    assert seconds("ses", many) == pytest.approx(1000 * seconds("ses", Workload.of_one(120)))


@pytest.mark.parametrize("name", ["gradient_boosting", "spline_regression", "auto"])
def test_regressors_cost_more_the_more_there_are(name: str) -> None:
    none, one, eight = (seconds(name, replace(ONE, regressors=count)) for count in (0, 1, 8))
    assert none < one < 0.9 * eight


def test_auto_takes_as_long_as_what_explains_by_regressors() -> None:
    told = replace(ONE, regressors=1)
    explained = seconds("gradient_boosting", told) + seconds("spline_regression", told)
    assert seconds("auto", told) == pytest.approx(seconds("auto") + explained)
    few = Workload.of_one(20, 12, 12)
    assert seconds("auto", replace(few, regressors=1)) == seconds("auto", few)


def test_an_ensemble_hands_regressors_on() -> None:
    told = replace(ONE, regressors=8)
    alone = seconds("gradient_boosting", told)
    assert seconds("ensemble", told, models=["gradient_boosting", "naive"]) > alone


def test_the_work_on_a_series_has_the_regressors_of_which_the_future_is_known() -> None:
    x = np.arange(30.0)
    series = replace(series_of(x, 7), exog={"price": x, "past": x}, future={"price": x[:5]})
    work = Workload.of_series(series, 5)
    assert (work.observations.tolist(), work.season_length.tolist()) == ([30], [7])
    assert (work.horizon, work.regressors) == (5, 1)
    assert Workload.of_series(series, 5, more=3).regressors == 4
