"""Stages around the model, asked for over REST: transforms, calendar, paths, budget."""

import numpy as np
import pytest

from tests.app.helpers import Api

FORECAST = "/v1/forecast"
GROWING = np.exp(0.1 * np.arange(24.0)).tolist()
DAYS = [str(day) for day in np.arange("2021-01-01", "2022-12-20", dtype="datetime64[D]")]


def test_a_transform_is_undone_in_forecast_and_history(api: Api) -> None:
    answer = api.forecast(y=GROWING, h=2, model="drift", transform="log", add_history=True)
    table = answer["forecast"]
    np.testing.assert_allclose(table["yhat"][-2:], np.exp([2.4, 2.5]), rtol=1e-6)
    np.testing.assert_allclose(table["yhat"][1:24], GROWING[1:], rtol=1e-6)


def test_transforms_are_applied_in_order_with_their_parameters(api: Api) -> None:
    season = [10.0, 20.0, 30.0, 40.0]
    y = [value + 5 * cycle for cycle in range(5) for value in season]
    transform = ["standard", {"name": "difference", "lag": 4}]
    answer = api.forecast(y=y, h=4, model="naive", transform=transform, season_length=1)
    np.testing.assert_allclose(answer["forecast"]["yhat"], [35.0, 45.0, 55.0, 65.0])


def test_a_log_of_a_negative_value_names_the_first_such_row(api: Api) -> None:
    body = {"ds": ["2024-01-01", "2024-01-02", "2024-01-03"], "y": [1, -2, -3]}
    series = [{"unique_id": "a", **body}]
    refusal = api.refused(
        FORECAST, {"series": series, "h": 1, "model": "naive", "transform": "log"}
    )
    assert refusal.status == 422
    [error] = refusal.body["errors"]
    assert (error["unique_id"], error["ds"]) == ("a", "2024-01-02")
    assert "-2" in error["message"]


def test_an_unknown_transform_is_refused(api: Api) -> None:
    refusal = api.refused(FORECAST, {"y": [1, 2, 3], "h": 1, "transform": "logg"})
    assert refusal.status == 422
    assert refusal.body["errors"][0]["pointer"].startswith("/transform")


@pytest.mark.parametrize(
    "holidays",
    [
        {"country": "DE"},
        [f"{year}-{day}" for year in (2021, 2022) for day in ("05-01", "10-03", "12-25", "01-01")],
    ],
)
def test_holidays_are_regressors(api: Api, holidays: object) -> None:
    lift = np.array([day[5:] in ("12-25", "12-26", "01-01", "10-03", "05-01") for day in DAYS])
    rng = np.random.default_rng(0)
    y = (10 + rng.normal(size=len(DAYS)) + 40 * lift).tolist()
    series = [{"unique_id": "a", "ds": DAYS, "y": y}]
    model = {"name": "arima", "order": [0, 0, 0]}
    answer = api.forecast(series=series, h=7, model=model, holidays=holidays, season_length=1)
    mean = answer["forecast"]["yhat"]
    assert mean[5] > 25  # 25 December
    assert max(mean[:5]) < 15


def test_an_unknown_country_is_refused_with_a_near_one(api: Api) -> None:
    body = {"y": [1, 2, 3], "h": 1, "holidays": {"country": "DEU2"}}
    refusal = api.refused(FORECAST, body)
    assert refusal.status == 422
    assert refusal.body["errors"][0]["pointer"].startswith("/holidays")


def test_calendar_columns_reach_the_model(api: Api) -> None:
    weekend = np.array(
        [np.datetime64(day, "D").astype(object).weekday() >= 5 for day in DAYS[:200]]
    )
    y = (10.0 + 5 * weekend + np.random.default_rng(1).normal(size=200)).tolist()
    series = [{"unique_id": "a", "ds": DAYS[:200], "y": y}]
    model = {"name": "arima", "order": [0, 0, 0]}
    plain = api.forecast(series=series, h=7, model=model, season_length=1)
    known = api.forecast(series=series, h=7, model=model, season_length=1, calendar=["weekend"])
    assert np.ptp(plain["forecast"]["yhat"]) < 1
    assert np.ptp(known["forecast"]["yhat"]) == pytest.approx(5, abs=0.7)
    assert known["series"][0]["model"]["details"]["exogenous"] == ["weekend"]


def test_paths_are_columns_like_the_intervals(api: Api) -> None:
    y = np.cumsum(np.random.default_rng(0).normal(size=80)).tolist()
    table = api.forecast(y=y, h=3, model="naive", n_paths=400, random_state=3)["forecast"]
    paths = np.array([table[f"yhat_path_{number}"] for number in range(1, 401)])
    inside = (paths >= table["yhat_lo_80"]) & (paths <= table["yhat_hi_80"])
    assert inside.mean() == pytest.approx(0.8, abs=0.12)
    again = api.forecast(y=y, h=3, model="naive", n_paths=400, random_state=3)["forecast"]
    assert again["yhat_path_7"] == table["yhat_path_7"]
    other = api.forecast(y=y, h=3, model="naive", n_paths=400, random_state=4)["forecast"]
    assert other["yhat_path_7"] != table["yhat_path_7"]


def test_the_median_is_a_quantile_like_the_others_and_no_mean(api: Api) -> None:
    y = np.exp(np.cumsum(np.random.default_rng(0).normal(size=60))).tolist()
    options = {"y": y, "h": 3, "model": "naive", "transform": "log", "add_history": True}
    table = api.forecast(**options, quantiles=[0.1, 0.5, 0.6])["forecast"]
    columns = [table[f"yhat_q_{quantile}"][1:] for quantile in (0.1, 0.5, 0.6)]
    assert (np.diff(columns, axis=0) > 0).all()
    np.testing.assert_allclose(table["yhat_q_0.5"][-3:], y[-1])
    assert min(table["yhat"][-3:]) > 1.1 * y[-1]
    alone = api.forecast(**options, quantiles=[0.5])["forecast"]
    assert alone["yhat_q_0.5"] == table["yhat_q_0.5"]


def test_too_many_paths_are_refused(api: Api) -> None:
    refusal = api.refused(FORECAST, {"y": [1, 2, 3], "h": 1, "n_paths": 1001})
    assert refusal.status == 422
    assert "n_paths must be ≤ 1000, got 1001" in refusal.body["detail"]


def test_bootstrap_intervals_are_named(api: Api) -> None:
    y = np.cumsum(np.random.default_rng(0).normal(size=60)).tolist()
    answer = api.forecast(y=y, h=3, model="naive", interval_method="bootstrap")
    assert answer["series"][0]["interval_method"] == "bootstrap"
    table = answer["forecast"]
    assert table["yhat_lo_95"][0] < table["yhat_lo_80"][0] < table["yhat"][0]


def test_dropout_intervals_are_for_networks_only(api: Api) -> None:
    body = {"y": [1, 2, 4, 3], "h": 1, "model": "naive", "interval_method": "mc_dropout"}
    refusal = api.refused(FORECAST, body)
    assert refusal.status == 422
    assert refusal.body["errors"][0]["pointer"] == "/interval_method"


def test_a_model_too_dear_for_the_budget_is_replaced(api: Api) -> None:
    y = np.random.default_rng(0).normal(size=5000).tolist()
    answer = api.forecast(y=y, h=3, model="auto_arima", season_length=12, timeout_s=11)
    assert answer["series"][0]["model"]["name"] == "seasonal_naive"
    assert "model_replaced" in [warning["code"] for warning in answer["warnings"]]
