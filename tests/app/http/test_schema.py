"""Bodies that are taken, and what is answered to them, hold to the published schema, and wrong ones do not."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from models.data.series import DataReport
from tests.app.helpers import Api, answered

Y = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118] * 4
SERIES = {"unique_id": "a", "y": Y, "start": "2020-01-01", "freq": "MS"}

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("forecast", {"y": Y, "horizon": 2}),
    ("forecast", {"series": [SERIES], "h": 2, "model": "auto"}),
    ("forecast", {"series": [SERIES], "h": 2.0, "model": {"name": "sma", "window": 3}}),
    ("forecast", {"series": [SERIES], "h": 2, "model": "auto_arima", "level": 90}),
    ("forecast", {"series": [SERIES], "h": 2, "model": "ets", "add_history": True, "level": None}),
    ("forecast", {"y": Y, "h": 2, "models": ["naive", "theta"], "quantiles": [0.1, 0.9]}),
    ("forecast", {"y": Y, "h": 2, "models": ["naive", "drift"], "ensemble": "weighted"}),
    (
        "forecast",
        {
            "series": {"unique_id": ["a"] * 48, "ds": [*range(48)], "y": Y, "price": Y},
            "future": {"unique_id": ["a", "a"], "ds": [48, 49], "price": [1, 2]},
            "h": 2,
            "model": "naive",
        },
    ),
    (
        "forecast",
        {
            "series": [{"unique_id": "a", "ds": f"2024-01-{i + 1:02d}", "y": i} for i in range(20)],
            "h": 2,
            "model": "naive",
            "freq": None,
            "missing": None,
            "bounds": {"lower": 0},
            "transform": ["log1p", {"name": "difference", "lag": 1}],
            "holidays": ["2024-01-01"],
            "on_error": "fallback",
            "fallback_model": "drift",
        },
    ),
    ("detect", {"y": Y, "detector": "auto"}),
    ("detect", {"y": Y, "detector": "prediction_interval", "data_range": {"lower": 0}}),
    ("detect", {"y": Y, "detector": "band", "data_range": [0, None], "sensitivity": 60}),
    ("backtest", {"y": Y, "h": 3, "models": ["naive", "ets"], "n_windows": 2, "step_size": 1}),
    ("backtest", {"y": Y, "horizon": 3, "mode": "fixed", "n_windows": None, "model": "naive"}),
    ("decompose", {"series": [SERIES], "method": "stl", "season_length": 12}),
    ("decompose", {"y": Y, "method": {"name": "hp", "lambda": 6.25}, "on_error": "fallback"}),
    ("changepoints", {"y": [*Y, *(value + 400 for value in Y)], "on_error": "fail"}),
    ("profile", {"series": [SERIES], "bounds": None}),
]
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("forecast", {"y": Y}),
    ("forecast", {"y": Y, "h": 1, "horizon": 1}),
    ("forecast", {"y": Y, "h": 0}),
    ("forecast", {"y": Y, "h": 1, "modle": "naive"}),
    ("backtest", {"y": Y, "h": 1, "n_windows": 0}),
    ("backtest", {"y": Y, "h": 1, "step_size": 0}),
    ("detect", {"y": Y, "data_range": {"low": 0}}),
    ("detect", {"y": Y, "data_range": [1, 2, 3]}),
    ("profile", {"y": Y, "on_error": "fallback"}),
    ("changepoints", {"y": Y, "fallback_model": "naive"}),
]

Schema = Callable[[str, str], Draft202012Validator]


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    return answered(api.client.get("/openapi.json"))


@pytest.fixture(scope="module")
def schema(document: dict[str, Any]) -> Schema:
    def of(path: str, part: str) -> Draft202012Validator:
        post = document["paths"][f"/v1/{path}"]["post"]
        whole = post["requestBody"] if part == "request" else post["responses"]["200"]
        root = whole["content"]["application/json"]["schema"]
        return Draft202012Validator({**root, "components": document["components"]})

    return of


@pytest.mark.parametrize(("path", "body"), ACCEPTED)
def test_what_is_taken_and_answered_is_as_published(
    api: Api, schema: Schema, path: str, body: dict[str, Any]
) -> None:
    schema(path, "request").validate(body)
    schema(path, "answer").validate(answered(api.post(f"/v1/{path}", body)))


@pytest.mark.parametrize(("path", "body"), WRONG)
def test_what_is_refused_is_wrong_by_the_schema(
    api: Api, schema: Schema, path: str, body: dict[str, Any]
) -> None:
    assert api.post(f"/v1/{path}", body).status_code == 422
    assert not schema(path, "request").is_valid(body)


def test_every_schema_is_one(document: dict[str, Any]) -> None:
    for one in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(one)
    assert not {"ge", "le", "gt", "lt"} & set(keys(document["components"]["schemas"]))


def keys(value: Any) -> list[str]:
    if isinstance(value, list):
        return [key for one in value for key in keys(one)]
    if not isinstance(value, dict):
        return []
    return [*value, *(key for one in value.values() for key in keys(one))]


def test_the_report_of_the_data_has_all_that_preparation_tells(document: dict[str, Any]) -> None:
    described = document["components"]["schemas"]["PreparationReport"]["properties"]
    assert list(described) == [field.name for field in fields(DataReport)]


def test_details_of_a_model_are_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {"method", "candidates", "why"} <= set(schemas["ModelDetails"]["properties"])
    assert {"name", "weight", "rmse"} <= set(schemas["CandidateModel"]["properties"])


@pytest.mark.parametrize("path", ["forecast", "detect", "backtest", "decompose"])
def test_the_example_of_a_fallback_can_be_asked_for(
    api: Api, document: dict[str, Any], path: str
) -> None:
    request = document["paths"][f"/v1/{path}"]["post"]["requestBody"]["content"]
    schema = request["application/json"]["schema"]
    name = schema.get("anyOf", [schema])[0]["$ref"].rpartition("/")[2]
    properties = document["components"]["schemas"][name]["properties"]
    body = {"y": Y, **({"h": 1} if "h" in properties else {})}
    for example in properties["fallback_model"]["examples"]:
        answered(
            api.post(f"/v1/{path}", {**body, "on_error": "fallback", "fallback_model": example})
        )
