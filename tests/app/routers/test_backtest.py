"""Backtests from outside: values on a table, every option, limits, what fails and what is told."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.engine.local.engine import LocalEngine
from tests.app.conftest import Slow
from tests.app.helpers import Api, Refusal, answered
from tests.datasets import load

BACKTEST = "/v1/backtest"
Y = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
NORMAL_80 = 1.2815515655446004


def backtest(api: Api, **body: Any) -> dict[str, Any]:
    return answered(api.post(BACKTEST, body))


def refused(api: Api, **body: Any) -> Refusal:
    return api.refused(BACKTEST, body)


def score(answer: dict[str, Any], name: str, model: str, unique_id: str | None = None) -> Any:
    """One cell of the score table; that over all series unless a series is named."""
    table = answer["scores"]
    [row] = [
        i
        for i, key in enumerate(zip(table["unique_id"], table["model"], strict=True))
        if key == (unique_id, model)
    ]
    return table[name][row]


def wavy(length: int = 48, seed: int = 0) -> list[float]:
    t = np.arange(length)
    noise = np.random.default_rng(seed).normal(size=length)
    values: list[float] = (50 + 0.2 * t + 8 * np.sin(2 * np.pi * t / 12) + noise).tolist()
    return values


# --- the answer ----------------------------------------------------------------


def test_naive_on_a_table_for_the_head(api: Api) -> None:
    daily = {"unique_id": "d", "start": "2024-02-26", "freq": "D", "y": Y}
    answer = backtest(api, series=[daily], h=2, n_windows=2, models=["naive"], level=80)
    table = answer["forecast"]
    assert list(table) == [
        *("unique_id", "ds", "cutoff", "y"),
        *("yhat_naive", "yhat_naive_lo_80", "yhat_naive_hi_80"),
    ]
    assert table["unique_id"] == ["d"] * 4
    assert table["ds"] == ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]
    assert table["cutoff"] == ["2024-02-27", "2024-02-27", "2024-02-29", "2024-02-29"]
    assert table["y"] == [4.0, 8.0, 16.0, 32.0]
    assert table["yhat_naive"] == [2.0, 2.0, 8.0, 8.0]
    half = NORMAL_80 * np.sqrt([1, 2, 7, 14])
    np.testing.assert_allclose(table["yhat_naive_hi_80"], np.array([2, 2, 8, 8]) + half)
    assert score(answer, "mae", "naive", "d") == 10.0
    assert score(answer, "mse", "naive") == 170.0
    assert score(answer, "mase", "naive") == pytest.approx((8 + 32 * 3 / 7) / 4)
    assert score(answer, "coverage_80", "naive") == 0.0
    assert score(answer, "width_80", "naive") == pytest.approx(2 * half.mean())
    assert score(answer, "n_points", "naive") == 4
    assert answer["ranking"] == [
        {
            **{"rank": 1, "model": "naive", "column": "yhat_naive", "wins": 1, "n_series": 1},
            "score": score(answer, "mase", "naive"),
        }
    ]
    assert (answer["winner"], answer["rank_by"]) == ("naive", "mase")
    [entry] = answer["series"]
    assert (entry["unique_id"], entry["column"], entry["freq"]) == ("d", "yhat_naive", "D")
    assert (answer["warnings"], answer["errors"], answer["random_state"]) == ([], [], 0)
    assert {"parse", "prepare", "fit", "score", "total"} <= set(answer["timing_ms"])


def test_seasonal_models_beat_the_naive_one_on_air_passengers(api: Api) -> None:
    ds, y = load("airpassengers")
    models = ["naive", "seasonal_naive", "ets", "theta"]
    answer = backtest(api, series={"ds": ds, "y": y.tolist()}, h=12, n_windows=3, models=models)
    assert [one["model"] for one in answer["ranking"]][2:] == ["seasonal_naive", "naive"]
    assert [one["rank"] for one in answer["ranking"]] == [1, 2, 3, 4]
    assert answer["winner"] == "ets"
    assert score(answer, "mase", "ets") < 1.0 < score(answer, "mase", "naive")
    assert score(answer, "season_length", "ets", "series") == 12
    assert answer["forecast"]["cutoff"][::12] == ["1957-12-01", "1958-12-01", "1959-12-01"]
    assert score(answer, "n_points", "ets") == 36


def test_each_cutoff_has_the_forecast_of_the_series_up_to_it(api: Api) -> None:
    y = wavy()
    options = {"h": 5, "models": ["ets", "drift"], "season_length": 12}
    answer = backtest(api, y=y, n_windows=2, step_size=3, **options)
    for row, cutoff in enumerate((40, 43)):
        alone = api.forecast(y=y[:cutoff], **options)["forecast"]
        for column in ("yhat_ets", "yhat_drift", "yhat_ets_lo_95", "yhat_drift_hi_80"):
            assert answer["forecast"][column][5 * row : 5 * row + 5] == alone[column]
        assert answer["forecast"]["ds"][5 * row : 5 * row + 5] == alone["ds"]


def test_several_series_come_in_order_with_a_row_each_and_one_over_all(api: Api) -> None:
    series = [{"unique_id": i, "y": wavy(30 + n, n)} for n, i in enumerate("cab")]
    models = ["naive", "sma", {"name": "sma", "window": 3}]
    answer = backtest(api, series=series, h=2, n_windows=2, models=models)
    assert answer["forecast"]["unique_id"] == ["c"] * 4 + ["a"] * 4 + ["b"] * 4
    assert answer["scores"]["unique_id"] == [*"cccaaabbb", None, None, None]
    assert answer["scores"]["model"] == ["naive", "sma", "sma_2"] * 4
    assert len(answer["series"]) == 9
    each = [score(answer, "mae", "sma_2", i) for i in "cab"]
    assert score(answer, "mae", "sma_2") == pytest.approx(np.mean(each))
    assert sorted(one["model"] for one in answer["ranking"]) == ["naive", "sma", "sma_2"]
    assert sum(one["wins"] for one in answer["ranking"]) >= 3


@pytest.mark.parametrize(
    "shape",
    [
        {"y": Y},
        {"series": [{"y": Y}]},
        {"series": {"ds": [0, 1, 2, 3, 4, 5], "y": Y}},
        {"series": [{"ds": i, "y": value} for i, value in enumerate(Y)]},
    ],
)
def test_series_come_in_every_shape(api: Api, shape: dict[str, Any]) -> None:
    table = backtest(api, **shape, h=1, n_windows=2, models=["naive"])["forecast"]
    assert (table["ds"], table["cutoff"], table["yhat_naive"]) == ([4, 5], [3, 4], [8.0, 16.0])


# --- options -------------------------------------------------------------------


def test_one_model_has_columns_without_its_name(api: Api) -> None:
    for body in ({"model": "naive"}, {"model": {"name": "sma", "window": 1}}):
        answer = backtest(api, y=Y, h=1, n_windows=2, level=[], **body)
        assert list(answer["forecast"]) == ["unique_id", "ds", "cutoff", "y", "yhat"]
        assert answer["forecast"]["yhat"] == [8.0, 16.0]
    assert answer["ranking"][0]["column"] == "yhat"
    assert answer["winner"] == "sma"


def test_without_a_model_auto_is_tried(api: Api) -> None:
    assert backtest(api, y=wavy(), h=3, n_windows=1)["winner"] == "auto"


def test_an_ensemble_is_tried_as_one_model(api: Api) -> None:
    body = {"models": ["naive", "drift"], "ensemble": "mean", "h": 2}
    answer = backtest(api, y=wavy(), n_windows=1, **body)
    assert answer["winner"] == "ensemble"
    assert answer["forecast"]["yhat"] == api.forecast(y=wavy()[:46], **body)["forecast"]["yhat"]


@pytest.mark.parametrize(
    ("options", "cutoffs"),
    [
        ({}, [13, 15, 17]),
        ({"n_windows": 2}, [15, 17]),
        ({"n_windows": 2, "step_size": 5}, [12, 17]),
        ({"n_windows": 4, "step_size": 1}, [14, 15, 16, 17]),
        ({"mode": "fixed"}, [17]),
        ({"mode": "fixed", "n_windows": 1}, [17]),
        ({"mode": "roll", "n_windows": 1}, [17]),
        ({"n_windows": 2.0}, [15, 17]),
    ],
)
def test_windows_lie_where_they_are_asked_for(
    api: Api, options: dict[str, Any], cutoffs: list[int]
) -> None:
    table = backtest(api, y=list(range(20)), h=2, models=["drift"], **options)["forecast"]
    assert table["cutoff"][::2] == cutoffs
    assert table["ds"][1::2] == [cutoff + 2 for cutoff in cutoffs]
    np.testing.assert_allclose(table["yhat_drift"], table["y"], rtol=1e-9)


def test_horizon_means_h(api: Api) -> None:
    assert len(backtest(api, y=Y, horizon=3, n_windows=1, models=["naive"])["forecast"]["y"]) == 3


def test_without_refit_what_was_learned_first_is_kept(api: Api) -> None:
    body = {"y": wavy(60), "h": 4, "models": ["ets", "naive"], "season_length": 12}
    once, anew = backtest(api, refit=False, **body), backtest(api, **body)
    first = slice(0, 4)
    assert once["forecast"]["yhat_ets"][first] == pytest.approx(anew["forecast"]["yhat_ets"][first])
    assert once["forecast"]["yhat_ets"] != anew["forecast"]["yhat_ets"]
    assert once["forecast"]["yhat_naive"] == anew["forecast"]["yhat_naive"]
    [warning] = once["warnings"]
    assert warning["code"] == "refitted"
    assert warning["message"].startswith("naive has no state")
    assert anew["warnings"] == []


def test_exogenous_variables_are_known_ahead_and_roll_with_one_fit(api: Api) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=60)
    y = 10 + 5 * x + rng.normal(scale=0.1, size=60)
    series = [{"unique_id": "a", "y": y.tolist(), "price": x.tolist()}]
    body = {"series": series, "h": 4, "n_windows": 2, "season_length": 1}
    model = {"name": "arima", "order": [1, 0, 0]}
    answer = backtest(api, models=[model, "naive"], refit=False, **body)
    assert score(answer, "mae", "arima") < 0.3 < score(answer, "mae", "naive")
    refitted = [one["message"] for one in answer["warnings"] if one["code"] == "refitted"]
    assert [one.split(":")[0][:18] for one in refitted] == ["naive has no state"]


def test_a_network_that_does_not_beat_a_plainer_one_says_so(api: Api) -> None:
    idle = {"name": "mlp", "epochs": 1, "hidden": 1, "highway": False, "use_all": False}
    answer = backtest(api, y=wavy(), h=6, models=[idle, "linear"], rank_by="mae")
    [warning] = [one for one in answer["warnings"] if one["code"] == "network_not_worth_it"]
    worse, better = (score(answer, "mae", name) for name in ("mlp", "linear"))
    assert better < worse
    assert warning["message"].startswith(f"mlp has a mae of {worse:.4g}, no better than")
    alone = backtest(api, y=wavy(), h=6, models=[idle])
    assert "network_not_worth_it" not in {one["code"] for one in alone["warnings"]}


@pytest.mark.parametrize("by", ["mae", "rmse", "mse", "mape", "smape", "mase", "rmsse", "crps"])
def test_models_are_ranked_by_the_score_asked_for(api: Api, by: str) -> None:
    answer = backtest(api, y=wavy(), h=6, models=["naive", "drift", "ets"], rank_by=by)
    assert answer["rank_by"] == by
    scores = [score(answer, by, one["model"]) for one in answer["ranking"]]
    assert scores == sorted(scores) == [one["score"] for one in answer["ranking"]]
    assert score(answer, "rank", answer["winner"]) == 1


def test_equal_models_share_their_rank(api: Api) -> None:
    models = ["drift", {"name": "sma", "window": 1}, "naive"]
    answer = backtest(api, y=wavy(), h=2, models=models, season_length=12)
    ranks = {one["model"]: one["rank"] for one in answer["ranking"]}
    assert ranks["sma"] == ranks["naive"]
    assert sorted(ranks.values()) in ([1, 1, 3], [1, 2, 2])


def test_quantiles_have_columns_and_scores(api: Api) -> None:
    body = {"y": wavy(), "h": 3, "models": ["naive"], "quantiles": [0.1, 0.5, 0.9]}
    answer = backtest(api, **body)
    columns = ["yhat_naive_q_0.1", "yhat_naive_q_0.5", "yhat_naive_q_0.9"]
    assert list(answer["forecast"])[4:] == ["yhat_naive", *columns]
    assert {"pinball_0.1", "pinball_0.5", "pinball_0.9", "crps", "coverage_80"} <= set(
        answer["scores"]
    )


@pytest.mark.parametrize("options", [{"level": []}, {"interval_method": "none"}])
def test_without_intervals_there_are_no_scores_of_them(api: Api, options: dict[str, Any]) -> None:
    answer = backtest(api, y=wavy(), h=3, models=["naive"], **options)
    assert list(answer["forecast"])[4:] == ["yhat_naive"]
    assert list(answer["scores"])[-1] == "rmsse"


def test_intervals_transforms_and_bounds_are_those_of_forecasts(api: Api) -> None:
    y = np.exp(np.array(wavy()) / 20).tolist()
    options = {
        **{"h": 3, "models": ["drift"], "level": 90, "interval_method": "conformal"},
        **{"transform": "log", "bounds": {"upper": 19.0}, "season_length": 1},
    }
    answer = backtest(api, y=y, n_windows=1, **options)
    alone = api.forecast(y=y[:45], **options)["forecast"]
    for column in ("yhat_drift", "yhat_drift_lo_90", "yhat_drift_hi_90"):
        assert answer["forecast"][column] == alone[column]
        assert max(answer["forecast"][column]) <= 19.0
    assert answer["series"][0]["interval_method"] == "conformal"


def test_a_missing_actual_is_null_and_not_scored(api: Api) -> None:
    y = [1, 2, 3, None, 5, 6, None, 9]
    answer = backtest(api, y=y, h=2, n_windows=2, models=["naive"])
    table = answer["forecast"]
    assert table["y"] == [5.0, 6.0, None, 9.0]
    assert table["yhat_naive"] == [3.0, 3.0, 6.0, 6.0]  # the gap before is filled from the left
    assert score(answer, "n_points", "naive") == 3
    assert score(answer, "mae", "naive") == pytest.approx((2 + 3 + 3) / 3)
    zero = backtest(api, y=y, h=2, n_windows=2, models=["naive"], missing="zero")["forecast"]
    assert zero["yhat_naive"] == [0.0, 0.0, 6.0, 6.0]


def test_dates_zones_and_frequencies_go_the_way_of_forecasts(api: Api) -> None:
    series = [{"unique_id": "b", "start": "2024-03-29", "y": [1, 2, 4, 8, 16]}]
    body = {"series": series, "freq": "D", "tz": "Europe/Berlin", "h": 1, "models": ["naive"]}
    table = backtest(api, **body, n_windows=2)["forecast"]
    assert table["ds"] == ["2024-04-01T00:00:00+02:00", "2024-04-02T00:00:00+02:00"]
    assert table["cutoff"] == ["2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00"]


def test_a_constant_has_defined_scores(api: Api) -> None:
    answer = backtest(api, y=[3.0] * 8, h=2, n_windows=2, models=["naive", "ets"])
    assert [one["rank"] for one in answer["ranking"]] == [1, 1]
    assert score(answer, "mae", "ets") == 0.0
    assert score(answer, "mase", "ets") is None
    assert score(answer, "coverage_95", "ets") == 1.0
    codes = [one["code"] for one in answer["warnings"]]
    assert codes == ["constant_series", "constant_series", "rank_by_replaced"]
    assert answer["rank_by"] == "mae"


def test_zeros_have_no_percentage(api: Api) -> None:
    answer = backtest(api, y=[0, 1, 0, 2, 0, 0], h=2, n_windows=1, models=["naive"])
    assert score(answer, "mape", "naive") is None
    assert score(answer, "smape", "naive") == 200.0


@pytest.mark.parametrize("state", [0, 7])
def test_the_same_request_has_the_same_answer(api: Api, state: int) -> None:
    body = {"y": wavy(), "h": 3, "models": ["drift"], "interval_method": "bootstrap"}
    one, two = (backtest(api, random_state=state, **body) for _ in range(2))
    assert one["forecast"] == two["forecast"]
    assert one["random_state"] == state


# --- coverage ------------------------------------------------------------------


def test_naive_intervals_cover_random_walks_as_they_promise(api: Api) -> None:
    rng = np.random.default_rng(11)
    series = [{"unique_id": i, "y": np.cumsum(rng.normal(size=150)).tolist()} for i in range(200)]
    answer = backtest(api, series=series, h=6, models=["naive"], season_length=1)
    assert score(answer, "coverage_80", "naive") == pytest.approx(0.80, abs=0.03)
    assert score(answer, "coverage_95", "naive") == pytest.approx(0.95, abs=0.02)


# --- what fails ----------------------------------------------------------------

LONG = {"unique_id": "long", "y": wavy(40)}
SHORT = {"unique_id": "short", "y": wavy(5)}
MIDDLE = {"unique_id": "middle", "y": wavy(14)}


def test_what_is_too_short_is_told_and_spares_the_others(api: Api) -> None:
    answer = backtest(
        api,
        **{"series": [SHORT, LONG, MIDDLE], "h": 3, "n_windows": 2, "season_length": 12},
        models=["naive", "seasonal_naive"],
    )
    short, middle = answer["errors"]
    assert (short["unique_id"], short["code"]) == ("short", "series_too_short")
    assert short["message"].endswith("needs at least 7 observations, got 5")
    assert middle["unique_id"] == "middle"
    assert middle["message"].startswith("seasonal_naive: at the cutoff 7: ")
    assert middle["message"].endswith("the series needs at least 18")
    assert answer["forecast"]["unique_id"] == ["long"] * 6 + ["middle"] * 6
    assert answer["forecast"]["yhat_seasonal_naive"][6:] == [None] * 6
    assert ("middle", "seasonal_naive") not in zip(
        answer["scores"]["unique_id"], answer["scores"]["model"], strict=True
    )
    assert [one["n_series"] for one in answer["ranking"]] == [
        {"naive": 2, "seasonal_naive": 1}[one["model"]] for one in answer["ranking"]
    ]
    assert [one["code"] for one in answer["warnings"]] == ["ranked_on_common_series"]
    assert "1 of 2 series" in answer["warnings"][0]["message"]


def test_a_model_that_could_do_nothing_is_ranked_last_without_a_rank(api: Api) -> None:
    models = ["seasonal_naive", "naive"]
    answer = backtest(api, series=[MIDDLE], h=3, models=models, season_length=12)
    assert [(one["model"], one["rank"]) for one in answer["ranking"]] == [
        ("naive", 1),
        ("seasonal_naive", None),
    ]
    assert answer["ranking"][1]["score"] is None
    assert answer["warnings"] == []


def test_a_failing_series_may_fail_the_request(api: Api) -> None:
    refusal = refused(api, series=[LONG, SHORT], h=3, model="naive", on_error="fail")
    assert (refusal.status, refusal.code) == (422, "series_too_short")
    assert refusal.first["unique_id"] == "short"
    body = {"series": [LONG, MIDDLE], "h": 3, "model": "seasonal_naive", "season_length": 12}
    refusal = refused(api, **body, on_error="fail")
    assert refusal.first["unique_id"] == "middle"
    assert refusal.first["message"].startswith("at the cutoff 4: ")


def test_a_failing_series_may_get_the_fallback(api: Api) -> None:
    body = {"series": [LONG, MIDDLE], "h": 3, "season_length": 12, "on_error": "fallback"}
    answer = backtest(api, models=["seasonal_naive"], **body)
    assert answer["errors"] == []
    assert [one["code"] for one in answer["warnings"]] == ["fallback_used", "fallback_unranked"]
    assert [one["model"]["name"] for one in answer["series"]] == ["seasonal_naive", "naive"]
    other = backtest(api, models=["seasonal_naive"], fallback_model="drift", **body)
    assert [one["model"]["name"] for one in other["series"]] == ["seasonal_naive", "drift"]


def test_a_model_is_ranked_by_its_own_forecasts_alone(api: Api) -> None:
    body = {"series": [LONG, MIDDLE], "h": 3, "season_length": 12, "on_error": "fallback"}
    answer = backtest(api, models=["seasonal_naive", "drift"], fallback_model="naive", **body)
    scored = [*zip(answer["scores"]["unique_id"], answer["scores"]["model"], strict=True)]
    assert (LONG["unique_id"], "seasonal_naive") in scored
    assert (MIDDLE["unique_id"], "seasonal_naive") not in scored
    ranking = {one["model"]: one for one in answer["ranking"]}
    assert [ranking[name]["n_series"] for name in ("seasonal_naive", "drift")] == [1, 2]
    assert None not in answer["forecast"]["yhat_seasonal_naive"]
    [told] = [one for one in answer["warnings"] if one["code"] == "fallback_unranked"]
    assert told["message"].startswith("seasonal_naive: the fallback's forecasts of 1 series")


def test_a_model_that_did_nothing_itself_has_no_rank(api: Api) -> None:
    body = {"series": [MIDDLE], "h": 3, "season_length": 12, "on_error": "fallback"}
    answer = backtest(api, models=["seasonal_naive", "drift"], **body)
    assert [(one["model"], one["rank"]) for one in answer["ranking"]] == [
        ("drift", 1),
        ("seasonal_naive", None),
    ]
    alone = backtest(api, models=["seasonal_naive"], **body)
    assert (alone["winner"], alone["scores"]["model"]) == (None, [])
    assert len(alone["forecast"]["yhat_seasonal_naive"]) == 9


def test_if_nothing_works_the_answer_is_a_refusal(api: Api) -> None:
    refusal = refused(api, series=[SHORT, {"unique_id": "b", "y": [1]}], h=3, model="naive")
    assert (refusal.status, refusal.code) == (422, "series_too_short")
    assert [one["unique_id"] for one in refusal.errors] == ["short", "b"]
    assert refusal.first["hint"] == "send a longer series, or use n_windows 1"


@pytest.mark.parametrize(
    ("options", "code", "pointer", "hint"),
    [
        ({"models": ["naive", "etss"]}, "unknown_name", "/models/1", "did you mean 'ets'?"),
        (
            {"models": [{"name": "sma", "windw": 3}]},
            "unknown_name",
            "/models/0/windw",
            "did you mean 'window'?",
        ),
        ({"n_window": 3}, "unknown_name", "/n_window", "did you mean 'n_windows'?"),
        ({"rank_by": "maes"}, "invalid_parameter", "/rank_by", None),
        ({"mode": "rolling"}, "invalid_parameter", "/mode", None),
        ({"n_windows": 0}, "invalid_parameter", "/n_windows", None),
        ({"step_size": 0}, "invalid_parameter", "/step_size", None),
        ({"refit": "yes"}, "invalid_parameter", "/refit", None),
        ({"h": 0}, "invalid_parameter", "/h", None),
        ({"add_history": True}, "unknown_name", "/add_history", None),
        ({"mode": "fixed", "n_windows": 2}, "invalid_parameter", "/n_windows", "use mode 'roll'"),
        ({"mode": "fixed", "step_size": 2}, "invalid_parameter", "/step_size", "use mode 'roll'"),
        ({"rank_by": "crps", "level": []}, "invalid_parameter", "/rank_by", None),
        ({"model": "naive", "models": ["naive"]}, "invalid_parameter", "/models", None),
        ({"level": 80, "quantiles": [0.5]}, "invalid_parameter", "/quantiles", None),
    ],
)
def test_wrong_options_are_named(
    api: Api, options: dict[str, Any], code: str, pointer: str, hint: str | None
) -> None:
    refusal = refused(api, **{"y": wavy(), "h": 2, **options})
    assert (refusal.status, refusal.code, refusal.pointer) == (422, code, pointer)
    assert refusal.first["hint"]
    assert hint is None or refusal.first["hint"] == hint


def test_h_is_required(api: Api) -> None:
    assert refused(api, y=Y, models=["naive"]).pointer == "/h"


@pytest.mark.parametrize("windows", [10**6, 10**30])
def test_absurdly_many_windows_are_refused_at_once(api: Api, windows: int) -> None:
    refusal = refused(api, y=wavy(), h=2, n_windows=windows, step_size=1, model="naive")
    assert refusal.status in (413, 422)


def test_a_model_that_lacks_the_intervals_asked_for_is_refused(api: Api) -> None:
    refusal = refused(api, y=wavy(), h=2, model="naive", interval_method="mc_dropout")
    assert (refusal.status, refusal.code) == (422, "invalid_parameter")
    assert refusal.pointer == "/interval_method"


# --- limits --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "setting", "within", "over"),
    [
        ("max_horizon", 2, {"h": 2}, {"h": 3}),
        (
            "max_models",
            2,
            {"h": 1, "models": ["naive", "drift"]},
            {"h": 1, "models": ["naive"] * 3},
        ),
        ("max_cells_out", 60, {"h": 2, "n_windows": 2}, {"h": 4, "n_windows": 2}),
        ("max_fit_points", 300, {"h": 1, "n_windows": 3}, {"h": 1, "n_windows": 4}),
        ("max_fit_points", 300, {"h": 1}, {"h": 1, "models": ["naive", "drift"]}),
    ],
)
def test_limits_hold_before_any_work(
    make_api: Callable[..., Api], name: str, setting: int, within: Any, over: Any
) -> None:
    api = make_api(**{name: setting})
    backtest(api, y=wavy(), **{"models": ["naive"], **within})
    refusal = refused(api, y=wavy(), **{"models": ["naive"], **over})
    assert (refusal.status, refusal.code) == (413, "limit_exceeded")
    assert refusal.first["message"].startswith(f"{name} is {setting}, got ")
    assert f"TIDECAST_{name.upper()}" in refusal.first["hint"]


def test_fits_are_counted_by_what_they_learn_from(make_api: Callable[..., Api]) -> None:
    y = list(range(1000))
    message = refused(make_api(max_fit_points=1000), y=y, h=10, model="naive").first["message"]
    assert message == f"max_fit_points is 1000, got {970 + 980 + 990}"


def test_the_budget_holds(make_api: Callable[..., Api], engine: LocalEngine) -> None:
    body = {"y": wavy(120), "h": 7, "models": ["theta"], "season_length": 7, "timeout_s": 0.5}
    refusal = refused(make_api(Slow(engine)), **body)
    assert (refusal.status, refusal.code) == (504, "budget_exceeded")


def test_one_series_is_refitted_by_several_workers(api: Api) -> None:
    """What a worker does and what is done in place is the same, in the same order."""
    body = {"y": wavy(120), "h": 4, "n_windows": 8, "season_length": 12}
    together = backtest(api, models=["holt_winters", "naive"], **body)
    alone = backtest(api, models=["holt_winters"], **body)
    assert together["forecast"]["yhat_holt_winters"] == alone["forecast"]["yhat_holt_winters"]
    assert together["forecast"]["cutoff"] == sorted(together["forecast"]["cutoff"])


@pytest.mark.parametrize(
    ("count", "options"),
    [
        (120, {"h": 200}),
        (120, {"h": 200, "n_windows": 1}),
        (120, {"h": 200, "n_windows": 5, "step_size": 7}),
        (120, {"h": 60}),
        (120, {"h": 10, "step_size": 100}),
        (120, {"h": 200, "mode": "fixed"}),
        (3, {"h": 2}),
        (2, {"h": 4, "n_windows": 9}),
    ],
)
def test_the_hint_for_a_short_series_works(api: Api, count: int, options: dict[str, Any]) -> None:
    body = {"y": wavy(count), "models": ["naive"], **options}
    hint = refused(api, **body).first["hint"]
    assert hint is not None
    advised = {name: int(value) for name, value in re.findall(r"(\w+) (\d+)", hint)}
    assert advised
    answered(api.post(BACKTEST, {**body, **advised}))
