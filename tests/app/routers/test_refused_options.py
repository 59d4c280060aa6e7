"""Wrong options are told at the place where they stand in the request, with the nearest right one."""

from typing import Any

import pytest

from tests.app.helpers import Api

Y = [float(20 + i * 7 % 12 + i / 10) for i in range(60)]
FORECAST = {"y": Y, "h": 3}


def first_of(api: Api, path: str, **options: Any) -> tuple[str | None, str, str]:
    body = {**(FORECAST if path == "forecast" else {"y": Y}), **options}
    refusal = api.refused(f"/v1/{path}", body)
    assert refusal.status == 422
    assert len(refusal.errors) == 1, refusal.errors
    return refusal.pointer, refusal.first["message"], refusal.first["hint"]


@pytest.mark.parametrize(
    ("options", "pointer", "message", "hint"),
    [
        ({"bounds": {"lowr": 0}}, "/bounds/lowr", "unknown parameter 'lowr'", "'lower'"),
        ({"resample": {"freq": "W", "ag": "sum"}}, "/resample/ag", "unknown parameter", "'agg'"),
        ({"resample": {"freq": "W", "agg": "summ"}}, "/resample/agg", "must be one of", "'sum'"),
        ({"resample": {"freq": "W-MN"}}, "/resample/freq", "W-MN", "'W-MON'"),
        ({"holidays": {"country": "GERMANY"}}, "/holidays/country", "'GERMANY'", "'DE'"),
        ({"holidays": {"country": "de_"}}, "/holidays/country", "'de_'", "'DE'"),
        ({"holidays": {"country": "12"}}, "/holidays/country", "'12'", "ISO 3166"),
        ({"holidays": ["2024-02-30"]}, "/holidays/0", "must be a date", "year, month and day"),
        (
            {"holidays": {"country": "DE", "dates": ["2024-02-30"]}},
            "/holidays/dates/0",
            "'2024-02-30'",
            "year",
        ),
        (
            {"transform": {"name": "boxcox", "lambda": 0.5}},
            "/transform/lambda",
            "unknown parameter 'lambda'",
            "'lmbda'",
        ),
        ({"transform": {"name": "boxcx"}}, "/transform/name", "must be one of", "'boxcox'"),
        ({"transform": {"lmbda": 1.0}}, "/transform/name", "is required", "add"),
        ({"transform": ["log", "standrd"]}, "/transform/1", "got 'standrd'", "'standard'"),
        ({"transform": ["log1p"] * 12}, "/transform", "a list of at most 8", "at most 8"),
        ({"transform": 5}, "/transform", "or an object or a list, got 5", "set transform"),
        (
            {"transform": ["log", {"name": "difference", "lag": 0}]},
            "/transform/1/lag",
            "must be ≥ 1",
            "≥ 1",
        ),
        ({"season_length": [*range(2, 11)]}, "/season_length", "a list of at most 8", "at most 8"),
        ({"season_length": "x"}, "/season_length", "an integer or a list, got 'x'", "integer"),
        ({"season_length": [7, 0]}, "/season_length/1", "must be ≥ 1, got 0", "≥ 1"),
        ({"freq": 0}, "/freq", "must be ≥ 1, got 0", "≥ 1"),
        ({"horizon": 3}, "/horizon", "another name of h, and both were sent", "one of them"),
        ({"level": [80, "x"]}, "/level/1", "must be a number, got 'x'", "a number"),
        ({"tz": True}, "/tz", "must be a string, got true", "a string"),
        ({"model": "naive", "params": {"a": 1}}, "/params/a", "unknown", "there are none"),
    ],
)
def test_an_option_is_told_at_its_place(
    api: Api, options: dict[str, Any], pointer: str, message: str, hint: str
) -> None:
    found = first_of(api, "forecast", **options)
    assert found[0] == pointer
    assert message in found[1]
    assert hint in found[2]


STL = {"name": "stl", "forecaster": "etss"}


@pytest.mark.parametrize(
    ("path", "options", "pointer"),
    [
        ("forecast", {"model": STL}, "/model/forecaster"),
        ("forecast", {"models": ["naive", STL]}, "/models/1/forecaster"),
        ("forecast", {"model": "stl", "params": {"forecaster": "etss"}}, "/params/forecaster"),
        (
            "forecast",
            {"model": {"name": "stl", "params": {"forecaster": {"name": "etss"}}}},
            "/model/params/forecaster/name",
        ),
        ("forecast", {"model": {"name": "hp_filter", "trend": "etss"}}, "/model/trend"),
        (
            "forecast",
            {"model": {"name": "ensemble", "models": ["naive", "etss"]}},
            "/model/models/1",
        ),
        (
            "forecast",
            {"model": {"name": "ensemble", "models": ["naive", {"name": "etss"}]}},
            "/model/models/1/name",
        ),
        (
            "detect",
            {"detector": {"name": "prediction_interval", "forecaster": "etss"}},
            "/detector/forecaster",
        ),
    ],
)
def test_a_model_within_a_model_is_told_at_its_place(
    api: Api, path: str, options: dict[str, Any], pointer: str
) -> None:
    found = first_of(api, path, **options)
    assert found == (pointer, "unknown model 'etss'", "did you mean 'ets'?")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([60, 30], "/data_range"),
        ({"lower": 60, "upper": 30}, "/data_range"),
        ({"lowr": 3}, "/data_range/lowr"),
        ({"lower": "x"}, "/data_range/lower"),
    ],
)
def test_a_wrong_range_is_told_at_its_place(api: Api, value: Any, pointer: str) -> None:
    assert first_of(api, "detect", data_range=value)[0] == pointer


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("ETS", "ets"),
        ("Ets", "ets"),
        ("ARIMA", "arima"),
        ("STL", "stl"),
        ("AutoARIMA", "auto_arima"),
        ("AutoETS", "ets"),
        ("HoltWinters", "holt_winters"),
        ("Seasonal-Naive", "seasonal_naive"),
    ],
)
def test_names_of_models_are_compared_without_case_and_separators(
    api: Api, sent: str, meant: str
) -> None:
    assert first_of(api, "forecast", model=sent)[2] == f"did you mean '{meant}'?"


@pytest.mark.parametrize("method", ["HP", "STL", "Mstl"])
def test_so_are_names_of_methods(api: Api, method: str) -> None:
    assert first_of(api, "decompose", method=method)[2] == f"did you mean '{method.lower()}'?"


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"model": {"name": "sma", "window": 3, "params": {"window": 4}}}, "/model/params/window"),
        ({"model": {"name": "sma", "window": 3}, "params": {"window": 4}}, "/params/window"),
    ],
)
def test_a_parameter_that_is_given_twice_is_refused(
    api: Api, options: dict[str, Any], pointer: str
) -> None:
    assert first_of(api, "forecast", **options)[:2] == (
        pointer,
        "window is given twice, beside the model's name and in params",
    )


NULLED = {
    "forecast": "freq season_length tz missing duplicates resample transform bounds holidays calendar "
    "on_error fallback_model timeout_s random_state models params ensemble level interval_method "
    "add_history n_paths",
    "detect": "bounds detector params sensitivity level direction data_range causal detection_size",
    "backtest": "bounds models params n_windows step_size refit rank_by mode",
    "decompose": "bounds method params",
    "profile": "bounds missing",
    "changepoints": "bounds penalty sensitivity",
}


@pytest.mark.parametrize("path", NULLED)
def test_null_is_as_if_left_out(api: Api, path: str) -> None:
    body = {"y": Y, **({"h": 3} if path in ("forecast", "backtest") else {})}
    if path in ("forecast", "backtest"):
        body |= {"model": "naive", "quantiles": [0.1]}
    nulls = dict.fromkeys(NULLED[path].split())
    answers = [api.post(f"/v1/{path}", {**body, **more}) for more in ({}, nulls)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[1].text
    tables = [[*answer.json().values()][1] for answer in answers]
    assert tables[0] == tables[1]


def test_null_does_not_make_a_name_known(api: Api) -> None:
    assert first_of(api, "forecast", boundz=None)[::2] == ("/boundz", "did you mean 'bounds'?")


def test_a_null_horizon_is_missing(api: Api) -> None:
    assert first_of(api, "forecast", h=None)[:2] == ("/h", "h is required")


@pytest.mark.parametrize("asked", [{"level": [80]}, {"level": 95}, {"quantiles": [0.1, 0.5]}])
@pytest.mark.parametrize("path", ["forecast", "backtest"])
def test_intervals_by_no_method_are_refused(api: Api, path: str, asked: dict[str, Any]) -> None:
    body = {"y": Y, "h": 3, "model": "naive", "interval_method": "none", **asked}
    refusal = api.refused(f"/v1/{path}", body)
    assert (refusal.status, refusal.pointer) == (422, f"/{next(iter(asked))}")
    assert "makes no intervals" in refusal.first["message"]


@pytest.mark.parametrize("asked", [{}, {"level": []}, {"quantiles": [0.5]}])
def test_no_method_goes_with_no_intervals(api: Api, asked: dict[str, Any]) -> None:
    answer = api.forecast(**FORECAST, model="naive", interval_method="none", **asked)
    columns = [*answer["forecast"]]
    assert len(columns) == 4 if "quantiles" in asked else len(columns) == 3


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"level": [80, 95, 80.0]}, "/level/2"),
        ({"quantiles": [0.1, 0.5, 0.1]}, "/quantiles/2"),
    ],
)
def test_columns_of_one_name_are_refused(api: Api, asked: dict[str, Any], pointer: str) -> None:
    found = first_of(api, "forecast", **asked)
    assert found[0] == pointer
    assert "is listed twice" in found[1]


@pytest.mark.parametrize(
    ("path", "option", "meant"),
    [
        ("forecast", "futre", "future"),
        ("forecast", "X_df", "future"),
        ("forecast", "seed", "random_state"),
        ("forecast", "timezone", "tz"),
        ("detect", "model", "detector"),
        ("detect", "contamination", "max_anomaly_ratio"),
    ],
)
def test_words_of_other_libraries_and_of_other_endpoints_are_understood(
    api: Api, path: str, option: str, meant: str
) -> None:
    assert first_of(api, path, **{option: 1})[2] == f"did you mean '{meant}'?"


def test_a_name_that_an_option_has_beside_another_is_no_unknown_one(api: Api) -> None:
    assert api.refused("/v1/forecast", {**FORECAST, "horizon": 3}).code == "invalid_parameter"


@pytest.mark.parametrize(
    ("path", "options", "hint"),
    [
        ("forecast", {"bounds": {"lower": 3, "upper": 1}}, "exchange lower and upper"),
        ("forecast", {"model": {}}, "add name; GET /v1/catalog lists the names"),
        ("forecast", {"model": {"name": "ewma", "alpha": 0.5, "span": 3}}, "send one of them"),
        ("detect", {"suppress_for": "6x"}, "send for example 12, '6h' or 'P1D'"),
        ("decompose", {"method": {"name": "stl", "seasonal": 12}}, "use 11 or 13"),
    ],
)
def test_hints_say_what_to_send(api: Api, path: str, options: dict[str, Any], hint: str) -> None:
    assert first_of(api, path, **options)[2] == hint
