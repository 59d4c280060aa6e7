"""Combinations: arithmetic that can be checked in the head, and members that fail."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.errors import InvalidRequest, SeriesError, SeriesTooShort, UnknownName
from models.forecasters.base import Forecaster
from models.forecasters.combination.ensemble import Ensemble, EnsembleParams
from models.params import validate
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask, forecast_many
from tests.datasets import load
from tests.models.build import series_of

PASSENGERS = load("airpassengers")[1]


def ensemble(*models: Any, **params: Any) -> Ensemble:
    made = validate(EnsembleParams, {"models": list(models), **params})
    return Ensemble(made)


def test_mean_and_median_of_members() -> None:
    y = [1.0, 2.0, 6.0]  # naive 6, drift 8.5, moving average 3
    members = ("naive", "drift", {"name": "sma", "params": {"window": 3}})
    mean = ensemble(*members, method="mean").fit_one(series_of(y))
    assert mean.predict(1).mean[0][0] == pytest.approx((6 + 8.5 + 3) / 3)
    median = ensemble(*members).fit_one(series_of(y))
    assert median.predict(1).mean[0][0] == 6
    assert median.info().title == "Ensemble (median of 3)"


def test_bounds_are_combined_like_forecasts() -> None:
    series = series_of(PASSENGERS, 12)
    combined = ensemble("naive", "drift", method="mean").fit_one(series).predict(5).interval(80.0)
    bands = [
        create(Forecaster, ModelSpec(name)).fit_one(series).predict(5).interval(80.0)
        for name in ("naive", "drift")
    ]
    assert combined is not None
    lower = np.mean([band.lower for band in bands if band is not None], axis=0)
    np.testing.assert_allclose(combined.lower, lower)


def test_weights_follow_the_errors_at_rolling_origins() -> None:
    made = ensemble("naive", "seasonal_naive", method="weighted").fit_one(series_of(PASSENGERS, 12))
    details = made.info().details
    naive, seasonal = details["rolling_rmse"]
    assert details["weights"] == pytest.approx(
        [naive**-2 / (naive**-2 + seasonal**-2), seasonal**-2 / (naive**-2 + seasonal**-2)],
        abs=1e-4,
    )
    assert sum(details["weights"]) == pytest.approx(1, abs=1e-3)


def test_a_perfect_member_gets_all_the_weight() -> None:
    y = np.tile([1.0, 5.0, 2.0, 4.0], 10)
    made = ensemble("naive", "seasonal_naive", method="weighted").fit_one(series_of(y, 4))
    np.testing.assert_allclose(made.predict(4).mean[0], [1, 5, 2, 4], atol=1e-4)


def test_a_member_that_fails_is_left_out_with_a_notice() -> None:
    task = ForecastTask(
        ModelSpec("ensemble", {"models": ["naive", {"name": "holt_winters"}], "method": "mean"}),
        3,
        (80.0,),
    )
    (outcome,) = forecast_many(task, [series_of([1.0, 2.0, 5.0, 3.0], 4)])
    assert outcome.result is not None
    assert (outcome.result.mean == 3).all()
    (notice,) = [one for one in outcome.notices if one.code == "member_dropped"]
    assert "holt_winters needs at least" in notice.message


def test_whatever_a_library_raises_costs_one_member_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.forecasters.baseline.drift import Drift

    def fail(self: Drift, y: Any) -> None:
        raise RuntimeError("singular")

    monkeypatch.setattr(Drift, "_fit_panel", fail)
    made = ensemble("naive", "drift", method="mean").fit_one(series_of([1.0, 3.0]))
    assert made.predict(1).mean[0][0] == 3
    assert [notice.code for notice in made.notices()] == ["member_dropped"]


def test_an_update_moves_every_member_or_none() -> None:
    series = series_of(PASSENGERS[:-12], 12)
    made = ensemble("ets", "theta").fit_one(series).update(PASSENGERS[-12:])
    members = [create(Forecaster, ModelSpec(name)).fit_one(series) for name in ("ets", "theta")]
    expected = np.median(
        [one.update(PASSENGERS[-12:]).predict(3).mean[0] for one in members], axis=0
    )
    np.testing.assert_allclose(made.predict(3).mean[0], expected)
    mixed = ensemble("ets", "drift").fit_one(series)
    with pytest.raises(InvalidRequest, match="because drift cannot"):
        mixed.update(PASSENGERS[-12:])


def test_exogenous_variables_that_no_member_takes_are_told() -> None:
    series = replace(series_of([1.0, 3.0, 2.0]), exog={"price": np.arange(3.0)})
    (notice,) = ensemble("naive", "drift").fit_one(series).notices()
    assert notice.code == "exogenous_unused"
    assert "price" in notice.message


def test_no_member_left_is_an_error_that_says_why() -> None:
    with pytest.raises(SeriesTooShort):
        ensemble("holt_winters").fit_one(series_of([1.0, 2.0], 4))
    negative = {"name": "holt_winters", "params": {"seasonal": "multiplicative"}}
    with pytest.raises(SeriesError, match="values over 0 only"):
        ensemble(negative).fit_one(series_of(PASSENGERS - 300, 12))


def test_a_member_that_runs_away_is_not_heard() -> None:
    made = ensemble("naive", "seasonal_naive", "sma", method="mean").fit_one(
        series_of(PASSENGERS, 12)
    )
    calm = [np.array([10.0, 11.0]), np.array([12.0, 11.0])]
    wild = np.array([1e6, 1e9])
    made.weights_ = [1 / 3] * 3
    np.testing.assert_allclose(made._combine([*calm, wild]), [11, 11])
    np.testing.assert_allclose(made._combine([*calm, np.array([14.0, 11.0])]), [12, 11])


@pytest.mark.parametrize(
    ("models", "message"),
    [(["ests"], "unknown model 'ests'"), ([{"name": "sma", "params": {"windw": 3}}], "windw")],
)
def test_a_bad_member_is_refused_before_any_fit(models: list[Any], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        validate(EnsembleParams, {"models": models})


def test_an_unknown_member_comes_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName) as caught:
        validate(EnsembleParams, {"models": ["naive", "hotl_winters"]})
    assert caught.value.hint == "did you mean 'holt_winters'?"
    assert caught.value.problems[0].path == ("models", 1)


def test_a_season_given_to_an_ensemble_is_that_of_its_members() -> None:
    made = ensemble("seasonal_naive", season_length=3).fit_one(series_of(PASSENGERS, 12))
    np.testing.assert_array_equal(made.predict(3).mean[0], PASSENGERS[-3:])
