from typing import Any

import numpy as np
import pytest

from tests.app.helpers import Api, answered

Y = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]
FORECAST = "/v1/forecast"
DAILY = {"unique_id": "d", "start": "2024-02-26", "freq": "D", "y": Y}
CONSTANT = {"unique_id": "c", "y": [3, 3, 3]}
SHORT = {"unique_id": "short", "y": [5]}
EMPTY = {"unique_id": "empty", "y": [None, None]}
NORMAL_80, NORMAL_95 = 1.2815515655446004, 1.959963984540054


def ids(answer: dict[str, Any]) -> list[str]:
    return [entry["unique_id"] for entry in answer["series"]]


def test_the_answer_has_everything_that_the_contract_promises(api: Api) -> None:
    answer = api.forecast(series=[DAILY], h=2, model="naive")
    sigma = float(np.sqrt(np.mean(np.diff(Y) ** 2)))
    spread = sigma * np.sqrt([1, 2])
    table = answer["forecast"]
    assert list(table) == [
        *("unique_id", "ds", "yhat"),
        *("yhat_lo_80", "yhat_hi_80", "yhat_lo_95", "yhat_hi_95"),
    ]
    assert table["unique_id"] == ["d", "d"]
    assert table["ds"] == ["2024-03-03", "2024-03-04"]
    assert table["yhat"] == [7.0, 7.0]
    np.testing.assert_allclose(table["yhat_lo_80"], 7 - NORMAL_80 * spread)
    np.testing.assert_allclose(table["yhat_hi_95"], 7 + NORMAL_95 * spread)
    [entry] = answer["series"]
    assert entry["model"] == {"name": "naive", "title": "Naive", "params": {}, "season_length": []}
    assert (entry["unique_id"], entry["freq"], entry["interval_method"]) == ("d", "D", "parametric")
    report = entry["data_report"]
    assert (report["rows"], report["used"], report["missing_filled"]) == (6, 6, 0)
    assert entry["fit_ms"] >= 0
    assert (answer["warnings"], answer["errors"]) == ([], [])
    assert (answer["random_state"], answer["device"]) == (0, "cpu")
    assert {"parse", "prepare", "fit", "total"} <= set(answer["timing_ms"])
    assert answer["request_id"]


def test_curl_without_a_content_type_is_understood(api: Api) -> None:
    body = b'{"y": [1, 2, 3], "h": 2, "model": "naive"}'
    response = api.post(FORECAST, body, content_type="application/x-www-form-urlencoded")
    assert response.json()["forecast"]["yhat"] == [3.0, 3.0]
    assert response.json()["forecast"]["ds"] == [3, 4]


def test_series_come_out_in_the_order_they_came_in(api: Api) -> None:
    lengths = [7, 3, 5, 3, 7]
    series = [
        {"unique_id": f"s{i}", "y": np.arange(float(length)).tolist()}
        for i, length in enumerate(lengths)
    ]
    answer = api.forecast(series=series, h=1, model="naive")
    assert answer["forecast"]["unique_id"] == ids(answer) == ["s0", "s1", "s2", "s3", "s4"]
    assert answer["forecast"]["yhat"] == [length - 1.0 for length in lengths]
    assert answer["forecast"]["ds"] == lengths


def test_a_model_that_takes_a_worker_gives_the_same_as_many_at_once(api: Api) -> None:
    rng = np.random.default_rng(1)
    series = [{"unique_id": i, "y": (10 + rng.normal(size=20 + i)).tolist()} for i in range(6)]
    together = api.forecast(series=series, h=3, model="holt")["forecast"]
    alone = [api.forecast(series=[one], h=3, model="holt")["forecast"] for one in series]
    assert together["yhat"] == [value for table in alone for value in table["yhat"]]


def test_horizon_means_h(api: Api) -> None:
    assert len(api.forecast(y=Y, horizon=4, model="naive")["forecast"]["yhat"]) == 4


# --- models --------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"model": "sma", "params": {"window": 2}},
        {"model": {"name": "sma", "params": {"window": 2}}},
        {"model": {"name": "sma", "window": 2}},
        {"model": {"name": "sma"}, "params": {"window": 2}},
    ],
)
def test_params_go_where_one_likes(api: Api, asked: dict[str, Any]) -> None:
    answer = api.forecast(y=Y, h=1, **asked)
    assert answer["forecast"]["yhat"] == [6.0]
    assert answer["series"][0]["model"]["params"]["window"] == 2


def test_several_models_have_columns_each(api: Api) -> None:
    models = ["naive", {"name": "sma", "window": 2}, {"name": "sma", "window": 3}]
    answer = api.forecast(y=Y, h=1, models=models, level=[])
    assert answer["forecast"] == {
        "unique_id": ["series"],
        "ds": [6],
        "yhat_naive": [7.0],
        "yhat_sma": [6.0],
        "yhat_sma_2": [pytest.approx(16 / 3)],
    }
    assert [e["column"] for e in answer["series"]] == ["yhat_naive", "yhat_sma", "yhat_sma_2"]


def test_where_one_of_several_models_fails_its_columns_are_null(api: Api) -> None:
    body = {"series": [DAILY, SHORT], "h": 1, "models": ["naive", "drift"], "level": [80]}
    answer = api.forecast(**body)
    table = answer["forecast"]
    assert table["unique_id"] == ["d", "short"]
    assert table["yhat_naive"] == [7.0, 5.0]
    assert (table["yhat_drift"][1], table["yhat_drift_lo_80"][1]) == (None, None)
    [error] = answer["errors"]
    assert (error["unique_id"], error["code"]) == ("short", "series_too_short")
    assert error["message"].startswith("drift: drift needs at least")


@pytest.mark.parametrize(("method", "expected"), [("mean", 6.5), ("median", 6.5)])
def test_an_ensemble_is_one_set_of_columns(api: Api, method: str, expected: float) -> None:
    models = ["naive", {"name": "sma", "window": 2}]
    answer = api.forecast(y=Y, h=1, models=models, ensemble=method, level=[])
    assert answer["forecast"]["yhat"] == [pytest.approx(expected)]
    assert answer["series"][0]["model"]["name"] == "ensemble"


def test_without_a_model_the_server_chooses(api: Api) -> None:
    answer = api.forecast(y=Y, h=2)
    assert answer["series"][0]["model"]["name"] == "auto"
    assert all(np.isfinite(answer["forecast"]["yhat"]))


# --- intervals and history -------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        ({"level": 80}, ["yhat_lo_80", "yhat_hi_80"]),
        ({"level": [99.5, 50]}, ["yhat_lo_50", "yhat_hi_50", "yhat_lo_99.5", "yhat_hi_99.5"]),
        ({"level": []}, []),
        ({"interval_method": "none"}, []),
        ({"quantiles": [0.9, 0.5, 0.025]}, ["yhat_q_0.9", "yhat_q_0.5", "yhat_q_0.025"]),
    ],
)
def test_intervals_are_named_as_asked(
    api: Api, options: dict[str, Any], columns: list[str]
) -> None:
    table = api.forecast(y=Y, h=1, model="naive", **options)["forecast"]
    assert list(table) == ["unique_id", "ds", "yhat", *columns]


def test_quantiles_are_the_edges_of_central_intervals(api: Api) -> None:
    table = api.forecast(y=Y, h=2, model="naive", level=[80, 95])["forecast"]
    quantiles = [0.1, 0.9, 0.025, 0.975, 0.5]
    by_quantile = api.forecast(y=Y, h=2, model="naive", quantiles=quantiles)["forecast"]
    pairs = {"0.1": "lo_80", "0.9": "hi_80", "0.025": "lo_95", "0.975": "hi_95"}
    for quantile, edge in pairs.items():
        np.testing.assert_allclose(by_quantile[f"yhat_q_{quantile}"], table[f"yhat_{edge}"])
    assert by_quantile["yhat_q_0.5"] == table["yhat"]


@pytest.mark.parametrize("method", ["conformal", "bootstrap"])
def test_the_interval_method_is_told(api: Api, method: str) -> None:
    y = (np.random.default_rng(0).normal(size=60) + 10).tolist()
    answer = api.forecast(y=y, h=3, model="naive", interval_method=method)
    assert answer["series"][0]["interval_method"] == method
    table = answer["forecast"]
    assert all(lo < hi for lo, hi in zip(table["yhat_lo_80"], table["yhat_hi_80"], strict=True))


def test_history_comes_first_and_is_marked(api: Api) -> None:
    answer = api.forecast(series=[DAILY, CONSTANT], h=2, model="naive", add_history=True, level=80)
    table = answer["forecast"]
    assert table["unique_id"] == ["d"] * 8 + ["c"] * 5
    assert table["is_history"] == [True] * 6 + [False] * 2 + [True] * 3 + [False] * 2
    assert table["yhat"][:8] == [None, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 7.0]
    assert table["yhat_lo_80"][0] is None
    assert table["yhat_lo_80"][1] < 1.0 < table["yhat_hi_80"][1]
    assert table["ds"][:8] == [f"2024-02-{day}" for day in range(26, 30)] + [
        f"2024-03-0{day}" for day in range(1, 5)
    ]


def test_bounds_hold_forecasts_and_intervals(api: Api) -> None:
    table = api.forecast(y=Y, h=3, model="naive", bounds={"lower": 6.5, "upper": 7.5})["forecast"]
    assert min(table["yhat_lo_95"]) == 6.5
    assert max(table["yhat_hi_95"]) == 7.5


# --- options of the data ---------------------------------------------------------


def test_a_zone_is_used_and_written_back(api: Api) -> None:
    ds = ["2024-03-29", "2024-03-30", "2024-03-31"]
    series = [{"unique_id": "a", "ds": ds, "y": [1, 2, 3]}]
    answer = api.forecast(series=series, h=1, model="naive", tz="Europe/Berlin")
    assert answer["forecast"]["ds"] == ["2024-04-01T00:00:00+02:00"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"missing": "zero"}, 0.0), ({"missing": "ffill"}, 4.0), ({"missing": "drop"}, 4.0)],
)
def test_the_policy_for_missing_values_is_obeyed_and_told(
    api: Api, options: dict[str, Any], expected: float
) -> None:
    answer = api.forecast(y=[1, 2, 4, None], h=1, model="naive", level=[], **options)
    assert answer["forecast"]["yhat"] == [expected]
    assert answer["warnings"][0]["code"].startswith("missing_")
    assert answer["warnings"][0]["unique_id"] == "series"


def test_the_policy_for_duplicates_is_obeyed(api: Api) -> None:
    series = [{"unique_id": "a", "ds": [1, 2, 2], "y": [1, 2, 4]}]
    assert api.refused(FORECAST, {"series": series, "h": 1}).code == "duplicate_timestamps"
    answer = api.forecast(series=series, h=1, model="naive", duplicates="mean", level=[])
    assert answer["forecast"]["yhat"] == [3.0]


def test_freq_and_season_length_are_used(api: Api) -> None:
    y = [1, 2, 3, 1, 2, 3]
    answer = api.forecast(
        y=y, start="2024-01-31", freq="M", season_length=3, h=2, model="seasonal_naive", level=[]
    )
    assert answer["forecast"]["ds"] == ["2024-07-31", "2024-08-31"]
    assert answer["forecast"]["yhat"] == [1.0, 2.0]
    assert answer["series"][0]["model"]["season_length"] == [3]
    assert answer["series"][0]["freq"] == "ME"


def test_random_state_is_echoed(api: Api) -> None:
    assert api.forecast(y=Y, h=1, model="naive", random_state=42)["random_state"] == 42


# --- partial results --------------------------------------------------------------


@pytest.mark.parametrize("path", ["forecast", "backtest"])
def test_a_level_below_one_percent_is_said_to_be_one(api: Api, path: str) -> None:
    answer = answered(api.post(f"/v1/{path}", {"y": Y * 3, "h": 2, "level": [0.95, 80]}))
    [told] = [one for one in answer["warnings"] if one["code"] == "level_below_one"]
    assert told["message"].endswith("0.95 % are to lie within the interval")
    assert told["hint"] == "send 95 for a share of 0.95"


def test_a_constant_series_is_its_constant_with_a_warning(api: Api) -> None:
    answer = api.forecast(series=[CONSTANT], h=2, model="naive")
    table = answer["forecast"]
    assert table["yhat"] == table["yhat_lo_95"] == table["yhat_hi_95"] == [3.0, 3.0]
    [warning] = answer["warnings"]
    assert (warning["code"], warning["unique_id"]) == ("constant_series", "c")


def test_bad_series_leave_the_others_alone(api: Api) -> None:
    answer = api.forecast(series=[EMPTY, DAILY, SHORT], h=1, model="drift")
    assert ids(answer) == ["d"]
    assert [(e["unique_id"], e["code"]) for e in answer["errors"]] == [
        ("empty", "no_observations"),
        ("short", "series_too_short"),
    ]
    assert all(e["message"] and e["hint"] for e in answer["errors"])


@pytest.mark.parametrize(
    ("series", "code"), [(EMPTY, "no_observations"), (SHORT, "series_too_short")]
)
def test_a_single_bad_series_fails_the_request(api: Api, series: Any, code: str) -> None:
    refusal = api.refused(FORECAST, {"series": [series], "h": 1, "model": "drift"})
    assert (refusal.status, refusal.code) == (422, code)
    assert refusal.first["unique_id"] == series["unique_id"]


def test_when_all_fail_all_are_named(api: Api) -> None:
    refusal = api.refused(FORECAST, {"series": [EMPTY, SHORT], "h": 1, "model": "drift"})
    assert [e["unique_id"] for e in refusal.errors] == ["empty", "short"]


@pytest.mark.parametrize("series", [[DAILY, EMPTY], [DAILY, SHORT]])
def test_the_first_failing_series_fails_the_request_if_so_asked(api: Api, series: Any) -> None:
    body = {"series": series, "h": 1, "model": "drift", "on_error": "fail"}
    refusal = api.refused(FORECAST, body)
    assert [e["unique_id"] for e in refusal.errors] == [series[1]["unique_id"]]


def test_a_model_that_fails_the_request_is_told_of_although_another_comes_after(api: Api) -> None:
    body = {"y": Y, "h": 1, "models": [{"name": "sma", "window": 50}, "naive"], "on_error": "fail"}
    refusal = api.refused(FORECAST, body)
    assert (refusal.status, refusal.code) == (422, "series_too_short")


@pytest.mark.parametrize(
    ("fallback", "name"), [({}, "naive"), ({"fallback_model": {"name": "sma", "window": 1}}, "sma")]
)
def test_failing_series_get_the_fallback_if_so_asked(
    api: Api, fallback: dict[str, Any], name: str
) -> None:
    body = {"series": [DAILY, SHORT, EMPTY], "h": 1, "model": "drift", "on_error": "fallback"}
    answer = api.forecast(**body, **fallback)
    assert {e["unique_id"]: e["model"]["name"] for e in answer["series"]} == {
        "d": "drift",
        "short": name,
    }
    warning = next(w for w in answer["warnings"] if w["code"] == "fallback_used")
    assert warning["unique_id"] == "short"
    assert name in warning["message"]
    assert [e["unique_id"] for e in answer["errors"]] == ["empty"]


# --- refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "pointer", "hint"),
    [
        ({"model": "hotl_winters"}, "/model", "did you mean 'holt_winters'?"),
        ({"model": {"name": "navie"}}, "/model/name", "did you mean 'naive'?"),
        ({"models": ["naive", "smma"]}, "/models/1", "did you mean 'sma'?"),
        ({"model": "sma", "params": {"windw": 3}}, "/params/windw", "did you mean 'window'?"),
        ({"model": {"name": "sma", "windw": 3}}, "/model/windw", "did you mean 'window'?"),
        ({"modle": "naive"}, "/modle", "did you mean 'model'?"),
        ({"fallback_model": "x", "on_error": "fallback"}, "/fallback_model", "known:"),
    ],
)
def test_unknown_names_come_with_the_nearest_known_one(
    api: Api, options: dict[str, Any], pointer: str, hint: str
) -> None:
    refusal = api.refused(FORECAST, {"y": Y, "h": 1, **options})
    assert (refusal.status, refusal.code) == (422, "unknown_name")
    assert refusal.pointer == pointer
    assert refusal.first["hint"].startswith(hint)


@pytest.mark.parametrize(
    ("options", "pointer", "message"),
    [
        ({}, "/h", "h is required"),
        ({"h": -1}, "/h", "h must be ≥ 1, got -1"),
        ({"h": 0}, "/h", "h must be ≥ 1, got 0"),
        ({"h": 12.5}, "/h", "h must be an integer, got 12.5"),
        ({"h": "12"}, "/h", "h must be an integer, got '12'"),
        ({"h": True}, "/h", "h must be an integer, got true"),
        ({"h": None}, "/h", "h is required"),
        ({"h": 1, "level": 0}, "/level", "level must be > 0"),
        ({"h": 1, "level": 100}, "/level", "level must be < 100"),
        ({"h": 1, "level": [80, -5]}, "/level/1", "level.1 must be > 0"),
        ({"h": 1, "quantiles": [0.1, 1]}, "/quantiles/1", "quantiles.1 must be < 1"),
        ({"h": 1, "quantiles": [0.1], "level": 80}, "/quantiles", "exclude each other"),
        ({"h": 1, "model": "naive", "models": ["sma"]}, "/models", "exclude each other"),
        ({"h": 1, "models": []}, "/models", "models"),
        ({"h": 1, "models": ["naive"], "params": {"window": 2}}, "/params", "belong to one model"),
        ({"h": 1, "ensemble": "mean"}, "/ensemble", "ensemble needs models"),
        ({"h": 1, "fallback_model": "sma"}, "/fallback_model", "needs on_error"),
        ({"h": 1, "ensemble": "best", "models": ["sma"]}, "/ensemble", "must be one of"),
        ({"h": 1, "model": 5}, "/model", "model must be a string, got 5"),
        ({"h": 1, "model": {"window": 5}}, "/model", "needs a name"),
        ({"h": 1, "model": {"name": "sma", "window": 0}}, "/model/window", "window must be ≥ 1"),
        (
            {"h": 1, "model": {"name": "sma", "params": {"window": "5"}}},
            "/model/params/window",
            "got '5'",
        ),
        ({"h": 1, "model": "sma", "params": {"window": 0}}, "/params/window", "window must be ≥ 1"),
        ({"h": 1, "interval_method": "guess"}, "/interval_method", "must be one of"),
        ({"h": 1, "on_error": "ignore"}, "/on_error", "must be one of"),
        ({"h": 1, "missing": "guess"}, "/missing", "must be one of"),
        ({"h": 1, "timeout_s": 0}, "/timeout_s", "timeout_s must be > 0"),
        ({"h": 1, "random_state": -1}, "/random_state", "random_state must be ≥ 0"),
        ({"h": 1, "bounds": {"lower": 2, "upper": 1}}, "/bounds", "lower"),
        ({"h": 1, "tz": "Europe/Berln"}, "/tz", "tz must be"),
        ({"h": 1, "freq": "moth"}, "/freq", "freq must be"),
        ({"h": 1, "add_history": "yes"}, "/add_history", "add_history must be true or false"),
    ],
)
def test_bad_options_are_named_with_what_is_allowed(
    api: Api, options: dict[str, Any], pointer: str, message: str
) -> None:
    refusal = api.refused(FORECAST, {"y": Y, **options})
    assert refusal.status == 422
    assert refusal.pointer == pointer
    assert message in refusal.first["message"]
    assert refusal.first["hint"]


def test_mixed_zones_are_refused(api: Api) -> None:
    ds = ["2024-01-01T00:00:00+01:00", "2024-01-01T01:00:00+03:00"]
    refusal = api.refused(FORECAST, {"y": [1, 2], "ds": ds, "h": 1})
    assert (refusal.status, refusal.code) == (422, "bad_timestamps")


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b"", 400, "malformed_body", None),
        (b"[" * 10_000, 422, "invalid_body", None),
        (b'{"y": ' + b"[" * 10_000, 400, "malformed_body", None),
        (b'{"y": [1, NaN], "h": 1}', 400, "malformed_body", None),
        (b'{"y": [1], "y": [1], "h": 1}', 400, "malformed_body", "/y"),
        (b'{"y": [1, "2"], "h": 1}', 422, "invalid_body", "/y/1"),
    ],
)
def test_bad_bodies_are_refused_in_the_one_shape(
    api: Api, body: bytes, status: int, code: str, pointer: str | None
) -> None:
    refusal = api.refused(FORECAST, body)
    assert (refusal.status, refusal.code, refusal.pointer) == (status, code, pointer)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content_type": "application/xml"}, 415, "unsupported_media_type"),
        ({"content_encoding": "br"}, 415, "unsupported_media_type"),
        ({"accept": "image/png"}, 406, "not_acceptable"),
        ({"content_encoding": "gzip"}, 400, "malformed_body"),
    ],
)
def test_formats_are_refused_with_a_list_of_what_there_is(
    api: Api, headers: dict[str, str], status: int, code: str
) -> None:
    refusal = api.refused(FORECAST, {"y": Y, "h": 1}, **headers)
    assert (refusal.status, refusal.code) == (status, code)
    assert refusal.first["hint"]


def test_a_horizon_beyond_the_calendar_is_an_error_of_its_series(api: Api) -> None:
    late = {"unique_id": "late", "start": "2200-01-01", "freq": "YS", "y": Y}
    answer = api.forecast(series=[late, DAILY], h=100, model="naive")
    assert ids(answer) == ["d"]
    [error] = answer["errors"]
    assert (error["unique_id"], error["code"]) == ("late", "bad_timestamps")
    alone = api.refused(FORECAST, {"series": [late], "h": 100, "model": "naive"})
    assert (alone.status, alone.first["unique_id"]) == (422, "late")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (
            {"level": [99.9999999, 99.99999999]},
            ["yhat_lo_99.9999999", "yhat_hi_99.9999999", "yhat_lo_99.99999999"],
        ),
        ({"quantiles": [0.1, 0.100000001]}, ["yhat_q_0.1", "yhat_q_0.100000001"]),
        ({"level": [80.0, 99.5]}, ["yhat_lo_80", "yhat_lo_99.5"]),
    ],
)
def test_columns_are_named_by_the_exact_number(
    api: Api, asked: dict[str, Any], names: list[str]
) -> None:
    body = {"y": [*range(30)], "h": 2, "models": ["drift", "naive"], **asked}
    plain = {**body, "models": None, "model": "drift"}
    assert set(names) <= set(api.forecast(**plain)["forecast"])
    renamed = [name.replace("yhat", "yhat_naive") for name in names]
    assert set(renamed) <= set(api.forecast(**body)["forecast"])
    scores = answered(api.post("/v1/backtest", body))["scores"]
    count = len(asked.get("level", asked.get("quantiles")))
    assert sum(name.startswith("coverage_") for name in scores) == count


def test_parts_are_a_table_of_what_sums_to_the_forecast(api: Api) -> None:
    y = [100.0 + t + 20.0 * np.sin(2 * np.pi * t / 12) for t in range(60)]
    series = [{"unique_id": "a", "y": y}, {"unique_id": "b", "y": [3.0] * 60}]
    asked = {"models": ["holt_winters", "naive"], "h": 4, "season_length": 12}
    answer = api.forecast(series=series, parts=True, **asked)
    told = answer["parts"]
    assert list(told) == ["unique_id", "ds", "column", "trend", "seasonal"]
    assert told["unique_id"] == ["a"] * 4
    assert told["ds"] == answer["forecast"]["ds"][:4]
    assert set(told["column"]) == {"yhat_holt_winters"}
    sums = [a + b for a, b in zip(told["trend"], told["seasonal"], strict=True)]
    assert sums == pytest.approx(answer["forecast"]["yhat_holt_winters"][:4])
    untold = [one["message"] for one in answer["warnings"] if one["code"] == "parts_unknown"]
    assert untold == [
        "holt_winters tells no parts of its forecast of 1 of 2 series",
        "naive tells no parts of its forecast",
    ]
    assert "parts" not in api.forecast(series=series, **asked)


def test_a_regressor_has_a_part(api: Api) -> None:
    x = np.random.default_rng(0).normal(size=64)
    series = [
        {
            "unique_id": "a",
            "start": "2024-01-01",
            "freq": "D",
            "y": (5 * x[:60]).tolist(),
            "price": x[:60].tolist(),
        }
    ]
    future = [{"unique_id": "a", "start": "2024-03-01", "freq": "D", "price": x[60:].tolist()}]
    answer = api.forecast(series=series, future=future, h=4, model="arima", parts=True)
    assert list(answer["parts"])[3:] == ["regressor_price", "rest"]
    assert answer["parts"]["regressor_price"] == pytest.approx((5 * x[60:]).tolist(), abs=0.2)
