"""Examples of answers in the document are answers: as the schema says, and as the app gives them."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.http.examples import PAGE
from scripts.answer_examples import answers, shortened
from tests.app.codecs.tables import FORMATS
from tests.app.helpers import Api, answered


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    return answered(api.client.get("/openapi.json"))


def test_every_answer_has_examples_that_are_as_its_schema_says(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method in methods.values():
            contents = method["responses"]["200"]["content"]
            (content,) = [one for kind, one in contents.items() if kind not in FORMATS]
            schema = {**content["schema"], "components": document["components"]}
            assert content["examples"], f"{path}: run make docs"
            for one in content["examples"].values():
                Draft202012Validator(schema).validate(one["value"])


def test_examples_are_what_the_app_answers(api: Api) -> None:
    written = json.loads(PAGE.read_text(encoding="utf-8"))
    assert alike(written, answers(api.client)), "run make docs"


def test_what_is_shown_has_first_rows_and_digits_of_what_was_answered() -> None:
    answer = {
        "request_id": "other",
        "table": {"y": [1 / 3, -2e6 / 3, 0.0, None, 1, 2, 3], "ds": [*"abcdefg"]},
        "series": [{"fit_ms": 7.3}, {}, {}],
        "timing_ms": {"fit": 3.2},
    }
    assert shortened(answer) == {
        "request_id": "5f2b9c1e",
        "table": {"y": [0.333333, -666667.0, 0.0, None, 1, 2], "ds": [*"abcdef"]},
        "series": [{"fit_ms": 1.0}, {}],
        "timing_ms": {"fit": 1.0},
    }


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same but for the last digits of their numbers."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == (pytest.approx(other, rel=1e-4) if isinstance(one, float) else other))
