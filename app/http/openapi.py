"""The OpenAPI document: request bodies come from the option schemas, though handlers read raw bytes."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, create_model
from pydantic.json_schema import models_json_schema

from app.codecs.negotiation import codecs
from app.schemas import answers
from app.schemas.series import SeriesBody
from app.services.endpoint import Endpoint

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REF.format(model=answers.ProblemDocument.__name__)}

_REASONS = {
    400: "The body cannot be read.",
    406: "No format that the client accepts.",
    413: "Over a limit; names the limit, the value sent and the setting.",
    415: "A content type or encoding that cannot be read.",
    422: "Understood, but not doable: wrong options, or no series could be handled.",
    500: "The server failed.",
    503: "Draining, or too much at once; see Retry-After.",
    504: "The fitting budget ran out for every series.",
}


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _REASONS[status],
        "content": {"application/problem+json": {"schema": _PROBLEM}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {status: _problem(status) for status in (500, 503)}
"""What every endpoint may answer besides success."""


def described(endpoint: Endpoint[Any]) -> dict[str, Any]:
    """Return what a route tells of an endpoint that takes series and answers a table."""
    schema = {"$ref": _REF.format(model=_request_name(endpoint))}
    content = {kind: {"schema": schema, "example": dict(endpoint.example)} for kind in codecs()}
    return {
        "responses": {200: {"model": endpoint.answer}, **{s: _problem(s) for s in _REASONS}},
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
    bodies = [_request(endpoint) for endpoint in endpoints]

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
    return document
