"""The OpenAPI document: request bodies come from the option schemas, though handlers read raw bytes."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Union

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, create_model
from pydantic.json_schema import models_json_schema

from app.codecs.negotiation import codecs
from app.http.examples import show_answers
from app.http.generators import settle
from app.schemas import answers
from app.schemas.series import SeriesBody, shapes_of
from app.services.endpoint import Endpoint

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REF.format(model=answers.ProblemDocument.__name__)}

_TAGS = {
    "series": "Series in, a table out: forecasts, anomalies, backtests and what series are like.",
    "files": "Files as people have them, to series.",
    "catalog": "What can be asked for, and how much of it.",
    "operating": "How the server is.",
}
_WHOLE: dict[str, Any] = {
    "servers": [{"url": "/", "description": "This server"}],
    "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
    "security": [],
}
"""What stands at the top of the document; no key is asked for."""

_REASONS = {
    400: "The body cannot be read.",
    406: "No format that the client accepts.",
    413: "Over a limit; names the limit, the value sent and the setting.",
    415: "A content type or encoding that cannot be read.",
    422: "Well-formed, but options are invalid, or no series could be handled.",
    500: "The server failed.",
    503: "Shutting down, or overloaded; see Retry-After.",
    504: "The fitting budget ran out for every series.",
}


_EXAMPLES: dict[int, tuple[str, str, str, str | None]] = {
    # status: code, message, hint, pointer
    400: ("malformed_body", "the body is not JSON: it ends too early", "send JSON", None),
    406: ("not_acceptable", "cannot write any of 'text/html'", "use application/json", None),
    413: (
        *("limit_exceeded", "max_horizon is 10000, got 20000"),
        *("send less, or have the setting TIDECAST_MAX_HORIZON raised", "/h"),
    ),
    415: ("unsupported_media_type", "cannot read 'text/html'", "use application/json", None),
    422: ("unknown_name", "unknown model 'hotl'", "did you mean 'holt'?", "/model"),
    500: ("internal_error", "the server failed; its log tells why", "", None),
    503: ("unavailable", "max_requests is 64, and as many are worked on", "send it again", None),
    504: ("budget_exceeded", "the time budget ran out", "raise timeout_s", None),
}


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _REASONS[status],
        "content": {"application/problem+json": {"schema": _PROBLEM}},
    }


def _example(status: int, path: str) -> dict[str, Any]:
    """Return a problem of that status."""
    code, message, hint, pointer = _EXAMPLES[status]
    item = {"pointer": pointer, "unique_id": None, "ds": None, "message": message, "hint": hint}
    return {
        "type": f"urn:tidecast:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "instance": path,
        "code": code,
        "request_id": "5f2b9c1e",
        "errors": [item] if hint else [],
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {status: _problem(status) for status in (500, 503)}
"""What every endpoint may answer besides success."""


FILE_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: _problem(status) for status in (400, 413, 415, 422, 500, 503)
}
"""What reading a file may answer besides success."""
FILE_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file as it is; what it holds decides how it is read, not its content type.",
    "content": {
        "application/octet-stream": {
            "schema": {"type": "string", "format": "binary"},
            "example": "day;sold\n31.12.2024;1.250,5\n",
        },
    },
}


def described(endpoint: Endpoint[Any]) -> dict[str, Any]:
    """Return what a route tells of an endpoint that takes series and answers a table."""
    refs = [{"$ref": _REF.format(model=_request_name(one))} for one in endpoint.several]
    schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
    shapes = shapes_of(endpoint.example)
    if endpoint.instead is not None:
        name, value = endpoint.told_by[0], dict(endpoint.instead.example)
        shapes[name] = {"summary": f"With {name}", "value": value}
    content = {kind: codec.described(schema, shapes) for kind, codec in codecs().items()}
    tables = {kind: {"schema": told["schema"]} for kind, told in content.items()}
    del tables["application/json"]  # which has a schema for answers
    answer: Any = Union[tuple(one.answer for one in endpoint.several)]  # noqa: UP007
    return {
        "responses": {
            200: {"model": answer, "content": tables},
            **{s: _problem(s) for s in _REASONS},
        },
        "openapi_extra": {"requestBody": {"required": True, "content": content}},
    }


def _request_name(endpoint: Endpoint[Any]) -> str:
    return endpoint.options.__name__.replace("Options", "Request")


def _request(endpoint: Endpoint[Any]) -> type[BaseModel]:
    """Return the schema of a body: the series and the options."""
    about = (endpoint.options.__doc__ or "").removeprefix("Options")
    return create_model(
        _request_name(endpoint),
        __base__=(SeriesBody, endpoint.options),
        __doc__=f"Series and the options{about}",
        __module__=__name__,
    )


def install(app: FastAPI, endpoints: Iterable[Endpoint[Any]]) -> None:
    """Have the app publish the document; ``endpoints``: those with series."""
    bodies = [_request(one) for endpoint in endpoints for one in endpoint.several]

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, bodies)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, bodies: Iterable[type[BaseModel]]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    modes = [(model, "validation") for model in (*bodies, answers.ProblemDocument)]
    _, extra = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    for name, schema in extra["$defs"].items():
        schemas.setdefault(name, schema)
    settle(document)
    show_answers(document)
    for path, methods in document["paths"].items():
        for status, response in methods[next(iter(methods))]["responses"].items():
            told = response["content"].get("application/problem+json")
            if told is not None:  # here, since FastAPI leaves null out of examples
                told["example"] = _example(int(status), path)
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    return {**document, **_WHOLE}
