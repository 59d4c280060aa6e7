"""problem+json, rebuilt as errors."""

import pickle

import httpx
import pytest
import tidecast

from tests.client.helpers import Server, problem

UNKNOWN_MODEL = {
    "type": "https://tidecast.invalid/problems/unknown_model",
    "title": "Unknown model",
    "detail": "there is no model 'hotl_winters'",
    "code": "unknown_model",
    "request_id": "0f3a",
    "errors": [
        {
            "pointer": "/model",
            "unique_id": None,
            "message": "there is no model 'hotl_winters'",
            "hint": "holt_winters",
        },
        {"pointer": "/series/1", "unique_id": "b", "ds": "2024-01-02", "message": "is negative"},
    ],
}


def refused(answer: httpx.Response) -> tidecast.ResponseError:
    with (
        Server(answer).client(retries=0) as client,
        pytest.raises(tidecast.ResponseError) as caught,
    ):
        client.forecast([1, 2, 3], h=1)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, tidecast.BadRequestError),
        (401, tidecast.UnauthorizedError),
        (403, tidecast.ForbiddenError),
        (404, tidecast.NotFoundError),
        (406, tidecast.UnsupportedFormatError),
        (409, tidecast.ConflictError),
        (413, tidecast.TooLargeError),
        (415, tidecast.UnsupportedFormatError),
        (418, tidecast.ResponseError),
        (422, tidecast.UnprocessableError),
        (429, tidecast.RateLimitedError),
        (500, tidecast.ServerError),
        (503, tidecast.ServerBusyError),
        (504, tidecast.BudgetExceededError),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[tidecast.ResponseError]) -> None:
    error = refused(problem(status, detail="no", code="some_code"))
    assert type(error) is kind
    assert (error.status, error.code, error.detail) == (status, "some_code", "no")


def test_the_text_carries_hints_and_says_nothing_twice() -> None:
    error = refused(problem(422, **UNKNOWN_MODEL))
    assert str(error).splitlines() == [
        "422 unknown_model: there is no model 'hotl_winters'",
        "  /model: hint: holt_winters",
        "  /series/1, b, 2024-01-02: is negative",
        "(request 0f3a)",
    ]


def test_all_fields_are_kept() -> None:
    error = refused(problem(422, **UNKNOWN_MODEL))
    assert error.request_id == "0f3a"
    assert error.errors[0]["hint"] == "holt_winters"
    assert error.errors[1]["ds"] == "2024-01-02"
    assert error.retry_after is None


def test_errors_survive_pickling() -> None:
    error = refused(problem(422, **UNKNOWN_MODEL))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is tidecast.UnprocessableError
    assert str(again) == str(error)
    assert again.errors == error.errors


def test_a_problem_with_a_strange_shape_is_still_an_error() -> None:
    error = refused(problem(422, title="Oddly shaped", errors="many"))
    assert error.errors == []
    assert str(error) == "422: Oddly shaped"


def test_a_refusal_from_something_else_says_so() -> None:
    error = refused(httpx.Response(403, text="<html>proxy</html>"))
    assert type(error) is tidecast.ForbiddenError
    assert str(error) == "403: Forbidden, not from a Tidecast server"


def test_broken_problem_json_counts_as_something_else() -> None:
    headers = {"Content-Type": "application/problem+json"}
    error = refused(httpx.Response(400, text="{", headers=headers))
    assert str(error) == "400: Bad Request, not from a Tidecast server"


def test_a_redirect_names_the_address_to_use() -> None:
    error = refused(httpx.Response(308, headers={"Location": "https://there.example/v1"}))
    assert error.status == 308
    assert "redirected to https://there.example/v1; hint" in str(error)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, text="<html>"), httpx.Response(200, json=[1]), httpx.Response(204)],
)
def test_success_without_an_object_is_an_invalid_answer(answer: httpx.Response) -> None:
    with (
        Server(answer).client() as client,
        pytest.raises(tidecast.InvalidAnswerError, match="is this the address of a Tidecast"),
    ):
        client.catalog()


def test_an_answer_without_a_table_is_invalid() -> None:
    with (
        Server({"request_id": "r", "forecast": {}}).client() as client,
        pytest.raises(tidecast.InvalidAnswerError, match=r"no table .* \['forecast', 'request"),
    ):
        client.forecast([1.0], h=1)


def test_a_body_that_cannot_be_decoded_is_an_invalid_answer() -> None:
    answer = httpx.DecodingError("bad gzip")
    with (
        Server(answer).client() as client,
        pytest.raises(tidecast.InvalidAnswerError, match="cannot be decoded"),
    ):
        client.catalog()
