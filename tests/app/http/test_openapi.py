"""The published document agrees with what the server does."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.schemas.judging import DetectorBacktestOptions
from app.services.endpoint import declared
from models.params import names_of
from tests.app.helpers import Api, answered

POSTS = {endpoint.path: endpoint.options for endpoint in declared()}


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    return answered(api.client.get("/openapi.json"))


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def first_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, or the first of those that a path takes or answers."""
    return next(iter(schema.get("anyOf", [schema])))


def all_refs(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in all_refs(inner)]
    return [ref for inner in value for ref in all_refs(inner)] if isinstance(value, list) else []


def test_every_endpoint_with_series_is_there() -> None:
    paths = ("forecast", "detect", "backtest", "decompose", "changepoints", "profile")
    assert list(POSTS)[: len(paths)] == [f"/v1/{path}" for path in paths]


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    refs = set(all_refs(document))
    assert len(refs) > 10
    for ref in refs:
        assert resolve(document, {"$ref": ref})


@pytest.mark.parametrize("path", POSTS)
def test_every_option_is_documented_and_no_other(document: dict[str, Any], path: str) -> None:
    content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    properties = resolve(document, first_of(content["schema"]))["properties"]
    series = {"y", "unique_id", "ds", "start", "series", "future"}
    names = {name for name, _ in names_of(POSTS[path])}
    assert set(properties) == series | names
    for name in names:
        assert properties[name].get("description"), name


@pytest.mark.parametrize("path", POSTS)
def test_the_examples_of_the_document_works(api: Api, document: dict[str, Any], path: str) -> None:
    content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    shapes = {name: one["value"] for name, one in content["examples"].items()}
    assert [*shapes][:5] == ["one", "several", "stamped", "columns", "rows"]
    assert [*shapes][5:] == (["labels"] if path == "/v1/backtest" else [])
    for name, body in shapes.items():
        assert answered(api.post(path, body))["errors"] == [], name


@pytest.mark.parametrize("path", POSTS)
def test_answers_have_what_their_schema_requires(
    api: Api, document: dict[str, Any], path: str
) -> None:
    post = document["paths"][path]["post"]
    schema = post["responses"]["200"]["content"]["application/json"]["schema"]
    example = post["requestBody"]["content"]["application/json"]["examples"]["one"]["value"]
    check(document, first_of(resolve(document, schema)), answered(api.post(path, example)))


def test_a_backtest_with_labels_has_a_document_of_its_own(
    api: Api, document: dict[str, Any]
) -> None:
    post = document["paths"]["/v1/backtest"]["post"]
    content = post["requestBody"]["content"]["application/json"]
    schema = resolve(document, content["schema"]["anyOf"][1])
    names = {name for name, _ in names_of(DetectorBacktestOptions)}
    assert names <= set(schema["properties"])
    assert schema["required"] == ["labels"]
    answers = resolve(document, post["responses"]["200"]["content"]["application/json"]["schema"])
    answer = answered(api.post("/v1/backtest", content["examples"]["labels"]["value"]))
    check(document, answers["anyOf"][1], answer)
    assert answer["threshold"] > 0


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Whether a value has the required members, all the way down."""
    schema = resolve(document, schema)
    if schema.get("type") == "object" and "properties" in schema:
        assert set(schema.get("required", ())) <= set(value), schema["title"]
        for name, inner in schema["properties"].items():
            if name in value:
                check(document, inner, value[name])
    if schema.get("type") == "array" and "$ref" in schema["items"]:
        for item in value:
            check(document, schema["items"], item)


def test_every_failure_is_declared_as_a_problem(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method in methods.values():
            failures = {s: r for s, r in method["responses"].items() if int(s) >= 400}
            assert "500" in failures, path
            for response in failures.values():
                assert list(response["content"]) == ["application/problem+json"]


def test_forecasts_declare_what_they_may_refuse(document: dict[str, Any]) -> None:
    for path in POSTS:
        declared = set(document["paths"][path]["post"]["responses"])
        assert {"200", "400", "406", "413", "415", "422", "503", "504"} <= declared


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for methods in document["paths"].values() for one in methods.values()]


def test_the_document_is_ready_for_generators_and_linters(document: dict[str, Any]) -> None:
    assert document["servers"][0]["url"] == "/"
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["security"] == []
    tags = {one["name"] for one in document["tags"]}
    names = [one["operationId"] for one in operations(document)]
    assert len(set(names)) == len(names)
    assert {"forecast", "detect", "catalog", "limits", "readyz", "metrics"} <= set(names)
    for one in operations(document):
        assert set(one["tags"]) <= tags
        assert one["summary"]
        assert one["description"]


def test_requests_need_no_option_that_has_a_default(document: dict[str, Any]) -> None:
    """openapi-typescript requires every property with a default, hence `{y, h}` would not compile."""
    for path in POSTS:
        content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        schema = resolve(document, first_of(content["schema"]))
        seen = [schema, *(resolve(document, {"$ref": ref}) for ref in all_refs(schema))]
        for one in seen:
            assert not [n for n, p in one.get("properties", {}).items() if "default" in p]
        assert set(schema.get("required", ())) <= {"h"}
        refit = schema["properties"].get("refit")
        assert refit is None or refit["anyOf"][0]["default"] is True


def test_series_may_have_exogenous_columns_and_a_file_has_one_type_for_generators(
    document: dict[str, Any],
) -> None:
    """openapi-typescript closes what is not said to be open, openapi-python-client knows no text/csv."""
    for name in ("SeriesColumns", "SeriesTable", "SeriesRow", "FutureTable"):
        assert document["components"]["schemas"][name]["additionalProperties"] is True
    file = document["paths"]["/v1/read"]["post"]["requestBody"]["content"]
    assert [*file] == ["application/octet-stream"]


def test_every_error_has_an_example_that_is_one(document: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/ProblemDocument", "components": document["components"]}
    check_problem = Draft202012Validator(problem)
    for path, methods in document["paths"].items():
        for method in methods.values():
            for status, response in method["responses"].items():
                if int(status) >= 400:
                    example = response["content"]["application/problem+json"]["example"]
                    check_problem.validate(example)
                    assert (example["status"], example["instance"]) == (int(status), path)
