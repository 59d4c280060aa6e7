"""``/v1/decompose``, ``/v1/changepoints`` and ``/v1/profile`` from outside."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models import registry
from tests.app.helpers import Api, answered
from tests.datasets import load

PATHS = ["/v1/decompose", "/v1/changepoints", "/v1/profile"]
NAMES = dict(zip(PATHS, ["decomposition", "changes", "profiles"], strict=True))
DAY = np.arange(120)
DAILY = (50 + 0.1 * DAY + 5 * np.sin(2 * np.pi * DAY / 7) + np.cos(2.4 * DAY)).tolist()
AROUND = {"request_id", "series", "warnings", "errors", "random_state", "device", "timing_ms"}
NOISE = np.random.default_rng(0).normal(size=120)
STEP = (10 + NOISE + 8 * (DAY >= 70)).tolist()


def ask(api: Api, path: str, **body: Any) -> dict[str, Any]:
    return answered(api.post(path, body))


def decompose(api: Api, **body: Any) -> dict[str, Any]:
    return ask(api, "/v1/decompose", **body)


def changes(api: Api, **body: Any) -> dict[str, Any]:
    return ask(api, "/v1/changepoints", **body)


def profile(api: Api, **body: Any) -> dict[str, Any]:
    return ask(api, "/v1/profile", **body)


def air() -> dict[str, Any]:
    ds, y = load("airpassengers")
    return {"unique_id": "air", "ds": ds, "y": y.tolist()}


# --- all three ---------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_what_goes_around_the_table(api: Api, path: str) -> None:
    answer = ask(api, path, y=DAILY, random_state=7)
    assert set(answer) == AROUND | {NAMES[path]}
    assert (answer["random_state"], answer["errors"]) == (7, [])
    assert {"parse", "prepare", "fit", "total"} <= set(answer["timing_ms"])
    [entry] = answer["series"]
    assert {"unique_id", "freq", "data_report", "fit_ms"} <= set(entry)
    assert ("model" in entry) == (path == "/v1/decompose")
    columns = answer[NAMES[path]].values()
    assert len({len(column) for column in columns}) == 1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        {"y": DAILY},
        {"series": [{"unique_id": "series", "y": DAILY}]},
        {"series": {"ds": list(range(120)), "y": DAILY}},
        {"series": [{"ds": i, "y": y} for i, y in enumerate(DAILY)]},
    ],
)
def test_every_shape_of_series_is_taken(api: Api, path: str, body: dict[str, Any]) -> None:
    table, expected = ask(api, path, **body)[NAMES[path]], ask(api, path, y=DAILY)[NAMES[path]]
    assert {**table, "unique_id": 0} == {**expected, "unique_id": 0}


@pytest.mark.parametrize("path", PATHS)
def test_one_bad_series_is_told_and_the_others_answer(api: Api, path: str) -> None:
    series = [{"unique_id": "bad", "y": [None, None]}, {"unique_id": "good", "y": STEP}]
    answer = ask(api, path, series=series)
    assert set(answer[NAMES[path]]["unique_id"]) == {"good"}
    [error] = answer["errors"]
    assert (error["code"], error["unique_id"]) == ("no_observations", "bad")
    refusal = api.refused(path, {"series": series, "on_error": "fail"})
    assert (refusal.status, refusal.code) == (422, "no_observations")


@pytest.mark.parametrize("path", PATHS)
def test_shared_options_count(api: Api, path: str) -> None:
    body = {"ds": [0, 1, 1, *range(2, 120)], "y": [0.0, *DAILY]}
    assert api.refused(path, body).code == "duplicate_timestamps"
    answer = ask(api, path, **body, duplicates="last")
    assert answer["series"][0]["data_report"]["duplicates"] == 1
    holed = [None, *DAILY[1:60], None, *DAILY[61:]]
    assert api.refused(path, {"y": holed, "missing": "error"}).code == "missing_values"
    longer = ask(api, path, y=DAILY, start="2024-01-01", freq="D", resample={"freq": "W"})
    assert longer["series"][0]["freq"].startswith("W")
    capped = ask(api, path, y=DAILY, timeout_s=1e6)
    assert [warning["code"] for warning in capped["warnings"]] == ["timeout_capped"]


@pytest.mark.parametrize("path", PATHS)
def test_a_constant_is_told(api: Api, path: str) -> None:
    answer = ask(api, path, y=[5] * 30)
    assert [warning["code"] for warning in answer["warnings"]] == ["constant_series"]


@pytest.mark.parametrize("path", PATHS)
def test_unknown_options_come_with_the_nearest(api: Api, path: str) -> None:
    refusal = api.refused(path, {"y": DAILY, "missin": "drop"})
    assert (refusal.code, refusal.pointer) == ("unknown_name", "/missin")
    assert refusal.first["hint"] == "did you mean 'missing'?"


@pytest.mark.parametrize("path", PATHS[1:])
def test_there_is_nothing_to_fall_back_to(api: Api, path: str) -> None:
    refusal = api.refused(path, {"y": DAILY, "on_error": "fallback"})
    assert (refusal.status, refusal.pointer) == (422, "/on_error")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("count", [1, 400])
def test_much_is_done_by_the_engine(api: Api, path: str, count: int) -> None:
    series = [{"unique_id": str(i), "y": [y + i for y in STEP]} for i in range(count)]
    answer = ask(api, path, series=series)
    assert [entry["unique_id"] for entry in answer["series"]] == [str(i) for i in range(count)]


@pytest.mark.parametrize(("path", "cells"), [("/v1/decompose", 839), ("/v1/changepoints", 959)])
def test_the_answer_has_a_limit(make_api: Callable[..., Api], path: str, cells: int) -> None:
    refusal = make_api(max_cells_out=cells).refused(path, {"y": DAILY})
    assert (refusal.status, refusal.code) == (413, "limit_exceeded")
    assert "max_cells_out" in refusal.first["message"]
    ask(make_api(max_cells_out=cells + 1), path, y=DAILY)


def test_profiles_have_a_limit(make_api: Callable[..., Api]) -> None:
    refusal = make_api(max_cells_out=26).refused("/v1/profile", {"y": DAILY})
    assert refusal.status == 413
    table = profile(make_api(max_cells_out=27), y=DAILY)["profiles"]
    assert len(table) == 27


@pytest.mark.parametrize("path", PATHS)
def test_out_of_time_is_told(api: Api, path: str) -> None:
    series = [{"unique_id": str(i), "y": STEP * 20} for i in range(400)]
    refusal = api.refused(path, {"series": series, "timeout_s": 0.001})
    assert (refusal.status, refusal.code) == (504, "budget_exceeded")


# --- decompose ---------------------------------------------------------------


def test_the_parts_give_the_values_back(api: Api) -> None:
    table = decompose(api, y=DAILY, season_length=7)["decomposition"]
    columns = ["unique_id", "ds", "y", "trend", "seasonal", "cycle", "residual"]
    assert list(table) == columns
    assert table["cycle"] == [None] * 120
    whole = np.sum([table[name] for name in ("trend", "seasonal", "residual")], axis=0)
    np.testing.assert_allclose(whole, DAILY)
    assert table["y"] == DAILY


@pytest.mark.parametrize(
    ("body", "name", "parts"),
    [
        ({"y": DAILY, "season_length": 7}, "stl", ["trend", "seasonal", "residual"]),
        ({"y": DAILY, "season_length": 1}, "hp", ["trend", "cycle"]),
        ({"y": DAILY[:12], "season_length": 7}, "hp", ["trend", "cycle"]),
        ({"y": DAILY, "season_length": [7, 30]}, "mstl", ["trend", "seasonal", "residual"]),
    ],
)
def test_without_a_method_the_series_decides(
    api: Api, body: dict[str, Any], name: str, parts: list[str]
) -> None:
    answer = decompose(api, **body)
    assert answer["series"][0]["model"]["name"] == name
    table = answer["decomposition"]
    for part in ("trend", "seasonal", "cycle", "residual"):
        assert (table[part][0] is not None) == (part in parts)


def test_several_seasons_have_a_column_each_null_where_a_series_has_none(api: Api) -> None:
    series = [
        {"unique_id": "both", "y": DAILY},
        {"unique_id": "short", "y": DAILY[:40]},
    ]
    answer = decompose(api, series=series, method="mstl", season_length=[30, 7])
    table = answer["decomposition"]
    assert list(table)[-2:] == ["seasonal_7", "seasonal_30"]
    both = np.add(table["seasonal_7"][:120], table["seasonal_30"][:120])
    np.testing.assert_allclose(both, table["seasonal"][:120])
    assert table["seasonal_30"][120:] == [None] * 40
    assert answer["series"][0]["model"]["season_length"] == [7, 30]
    assert [(w["code"], w["unique_id"]) for w in answer["warnings"]] == [
        ("season_left_out", "short")
    ]


@pytest.mark.parametrize(
    "choice",
    [
        {"method": {"name": "hp", "smoothness": 5}},
        {"method": {"name": "hp", "params": {"smoothness": 5}}},
        {"method": {"name": "hp", "lambda": 5}},
        {"method": "hp", "params": {"smoothness": 5}},
    ],
)
def test_a_method_takes_its_params_in_every_spelling(api: Api, choice: dict[str, Any]) -> None:
    answer = decompose(api, y=DAILY, **choice)
    assert answer["series"][0]["model"]["params"] == {"smoothness": 5}
    assert answer["decomposition"] != decompose(api, y=DAILY, method="hp")["decomposition"]


@pytest.mark.parametrize("name", list(registry.registered("decomposition")))
def test_every_method_answers(api: Api, name: str) -> None:
    answer = decompose(api, y=DAILY, method=name, season_length=7)
    [entry] = answer["series"]
    assert entry["model"]["name"] == name
    assert entry["combined"] == "sum"
    assert sum(trend is not None for trend in answer["decomposition"]["trend"]) >= 114


def test_the_default_lambda_follows_the_frequency(api: Api) -> None:
    for freq, smoothness in (("YS", 6.25), ("QS", 1600.0), ("MS", 129600.0)):
        answer = decompose(api, y=DAILY[:40], start="1990-01-01", freq=freq, method="hp")
        assert answer["series"][0]["model"]["params"]["smoothness"] == smoothness


def test_a_product_is_told(api: Api) -> None:
    method = {"name": "classical", "model": "multiplicative"}
    answer = decompose(api, series=[air()], method=method)
    assert answer["series"][0]["combined"] == "product"
    table = answer["decomposition"]
    inner = range(6, 138)
    whole = [table["trend"][i] * table["seasonal"][i] * table["residual"][i] for i in inner]
    np.testing.assert_allclose(whole, table["y"][6:138])
    assert (table["trend"][0], table["residual"][0]) == (None, None)
    refusal = api.refused(
        "/v1/decompose", {"y": [-1.0, *DAILY], "method": method, "season_length": 7}
    )
    assert (refusal.code, refusal.first["ds"]) == ("bad_values", "0")


def test_values_that_were_filled_in_stay_missing(api: Api) -> None:
    table = decompose(api, y=[1.0, None, *DAILY], season_length=7)["decomposition"]
    assert table["y"][:2] == [1.0, None]
    assert table["trend"][1] is not None


def test_a_failing_series_gets_the_fallback(api: Api) -> None:
    series = [{"unique_id": "long", "y": DAILY}, {"unique_id": "short", "y": [1.0, 2.0, 4.0]}]
    body = {"series": series, "method": "stl", "season_length": 7}
    [error] = decompose(api, **body)["errors"]
    assert (error["code"], error["unique_id"]) == ("series_too_short", "short")
    assert "15" in error["message"]
    for more, name in (({}, "hp"), ({"fallback_model": "ewma"}, "ewma")):
        answer = decompose(api, **body, on_error="fallback", **more)
        assert [one["model"]["name"] for one in answer["series"]] == ["stl", name]
        assert [w["code"] for w in answer["warnings"]] == ["fallback_used"]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"method": "slt"}, "unknown_name", "/method"),
        ({"method": {"name": "slt"}}, "unknown_name", "/method/name"),
        ({"method": {"name": "stl", "robst": True}}, "unknown_name", "/method/robst"),
        ({"method": "stl", "params": {"seasonal": 8}}, "invalid_parameter", "/params/seasonal"),
        ({"params": {"seasonal": 9}}, "invalid_parameter", "/params"),
        ({"method": "stl", "season_length": 1}, "season_unknown", None),
        ({"method": "mstl", "season_length": []}, "season_unknown", None),
        ({"on_error": "fallback", "fallback_model": "hq"}, "unknown_name", "/fallback_model"),
    ],
)
def test_what_cannot_be_is_refused(
    api: Api, body: dict[str, Any], code: str, pointer: str | None
) -> None:
    refusal = api.refused("/v1/decompose", {"y": DAILY, **body})
    assert (refusal.status, refusal.code, refusal.pointer) == (422, code, pointer)
    assert refusal.first["hint"]


# --- changepoints ------------------------------------------------------------


def test_a_change_is_told_with_its_stamp_and_size(api: Api) -> None:
    answer = changes(api, y=STEP, start="2024-01-01", freq="D", season_length=1)
    table = answer["changes"]
    columns = ["unique_id", "ds", "index", "kind", "before", "after", "score", "reason"]
    assert list(table) == columns
    assert (table["ds"], table["index"], table["kind"]) == (["2024-03-11"], [70], ["level"])
    assert table["before"][0] == pytest.approx(10, abs=0.5)
    assert table["after"][0] == pytest.approx(18, abs=0.5)
    assert table["score"][0] > 1
    assert table["reason"][0].startswith("the level rises by")
    assert answer["series"][0]["changes"] == 1


def test_nothing_changed_is_an_empty_table(api: Api) -> None:
    answer = changes(api, y=NOISE.tolist(), season_length=1)
    assert set(map(len, answer["changes"].values())) == {0}
    assert answer["series"][0]["changes"] == 0


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["level"]),
        ({"kinds": ["variance", "trend"]}, []),
        ({"kinds": ["level"]}, ["level"]),
        ({"penalty": 900}, []),
        ({"sensitivity": 50}, ["level"]),
        ({"min_size": 50}, ["level"]),
    ],
)
def test_every_rule_is_obeyed(api: Api, options: dict[str, Any], found: list[str]) -> None:
    answer = changes(api, y=STEP, season_length=1, **options)
    assert answer["changes"]["kind"] == found


def test_a_higher_sensitivity_finds_more(api: Api) -> None:
    y = (NOISE + 1.3 * (DAY >= 70)).tolist()
    found = [
        len(changes(api, y=y, season_length=1, sensitivity=s)["changes"]["kind"])
        for s in (0, 50, 100)
    ]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_a_least_distance_moves_the_cut(api: Api) -> None:
    y = (NOISE + 8 * ((DAY >= 50) & (DAY < 65))).tolist()
    assert changes(api, y=y, season_length=1)["changes"]["index"] == [50, 65]
    apart = changes(api, y=y, season_length=1, min_size=30)["changes"]["index"]
    assert not {50, 65} <= set(apart)


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"kinds": ["levle"]}, "/kinds/0"),
        ({"kinds": []}, "/kinds"),
        ({"penalty": 0}, "/penalty"),
        ({"sensitivity": 101}, "/sensitivity"),
        ({"penalty": 1, "sensitivity": 50}, "/sensitivity"),
        ({"min_size": 1}, "/min_size"),
    ],
)
def test_a_wrong_rule_is_refused(api: Api, options: dict[str, Any], pointer: str) -> None:
    refusal = api.refused("/v1/changepoints", {"y": STEP, **options})
    assert (refusal.status, refusal.code) == (422, "invalid_parameter")
    assert refusal.pointer == pointer


def test_a_short_series_has_no_changes_to_tell(api: Api) -> None:
    refusal = api.refused("/v1/changepoints", {"y": [1, 2, 3]})
    assert refusal.code == "series_too_short"
    assert "at least 8" in refusal.first["message"]


# --- profile -----------------------------------------------------------------


def test_airpassengers_suits_a_multiplicative_holt_winters(api: Api) -> None:
    answer = profile(api, series=[air()])
    table = {name: column[0] for name, column in answer["profiles"].items()}
    assert (table["freq"], table["start"], table["end"]) == ("MS", "1949-01-01", "1960-12-01")
    assert (table["length"], table["missing"], table["gaps"], table["duplicates"]) == (144, 0, 0, 0)
    assert table["holt_winters"] == "multiplicative"
    assert table["season_length"] == table["seasons_acf"] == table["seasons_spectrum"] == "12"
    assert (table["is_white_noise"], table["is_intermittent"]) == (False, False)
    assert table["stationarity"] == "difference-stationary"
    assert table["forecasters"].split(", ")[:2] == ["auto", "holt_winters"]
    full = answer["series"][0]["profile"]
    assert full["holt_winters"]["is_candidate"] is True
    suggested = {one["name"]: one for one in full["suggestions"]["forecasters"]}
    assert suggested["holt_winters"]["params"] == {"seasonal": "multiplicative"}
    assert [one["around"] for one in full["stationarity"]["adf"]] == ["level", "trend"]
    assert full["seasons"]["spectrum"][0]["season_length"] == 12


def test_what_is_suggested_can_be_asked_for(api: Api) -> None:
    full = profile(api, series=[air()])["series"][0]["profile"]
    for one in full["suggestions"]["forecasters"][1:]:
        api.forecast(series=[air()], h=3, model={"name": one["name"], "params": one["params"]})
    for one in full["suggestions"]["detectors"][1:]:
        api.detect(series=[air()], detector={"name": one["name"], "params": one["params"]})


def test_gaps_and_missing_values_are_counted(api: Api) -> None:
    ds = [1, 2, 2, 3, 6, *range(7, 60)]
    y: list[float | None] = [float(i % 5) for i in range(len(ds))]
    y[20] = None
    table = profile(api, ds=ds, y=y, duplicates="mean")["profiles"]
    counted = {
        name: table[name][0] for name in ("length", "observed", "missing", "gaps", "duplicates")
    }
    assert counted == {"length": 59, "observed": 56, "missing": 3, "gaps": 2, "duplicates": 1}


@pytest.mark.parametrize("y", [[3], [1, 2], [5] * 20, [1, 2, 3, 4, 5, 6, 7]])
def test_a_short_or_constant_series_has_what_can_be_told(api: Api, y: list[float]) -> None:
    answer = profile(api, y=y)
    table = {name: column[0] for name, column in answer["profiles"].items()}
    assert table["length"] == len(y)
    assert table["stationarity"] is None
    assert table["forecasters"].startswith("naive")
    assert table["detectors"]


def test_a_season_that_is_given_is_used(api: Api) -> None:
    y = np.random.default_rng(1).normal(size=120).tolist()
    assert profile(api, y=y, season_length=6)["profiles"]["season_length"] == ["6"]
    assert profile(api, y=y)["profiles"]["season_length"] == [None]


@pytest.mark.parametrize("freq", ["h", "15min", "min", "s", "ns", "D", "YS"])
def test_the_smoothness_that_was_used_can_be_asked_for(api: Api, freq: str) -> None:
    body = {"y": DAILY, "start": "2024-01-01", "freq": freq}
    answer = decompose(api, **body, method="hp")
    used = answer["series"][0]["model"]["params"]["smoothness"]
    again = decompose(api, **body, method={"name": "hp", "lambda": used})
    assert again["decomposition"] == answer["decomposition"]
    model = {"name": "hp_filter", "smoothness": used}
    forecast = api.forecast(**body, h=2, model="hp_filter")["forecast"]
    assert api.forecast(**body, h=2, model=model)["forecast"] == forecast
