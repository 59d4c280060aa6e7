"""The OpenAPI document: request bodies come from the option schemas, though handlers read raw bytes."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from app.codecs.negotiation import CODECS
from app.schemas import answers
from app.schemas.backtest import BacktestAnswer, BacktestOptions
from app.schemas.examining import (
    ChangesAnswer,
    ChangesOptions,
    DecomposeAnswer,
    DecomposeOptions,
    ProfileAnswer,
    ProfileOptions,
)
from app.schemas.options import DetectOptions, ForecastOptions

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REF.format(model="Problem")}
_LOW = [10, 11, 9, 10, 12, 10, 9, 11, 10, 8, 11, 10]
_EXAMPLE = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]

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


class SeriesColumns(BaseModel):
    """A series of lists; further lists of numbers are exogenous variables."""

    unique_id: str | int | None = Field(None, description="May be left out for a single series.")
    ds: list[str | int] | None = Field(None, description="ISO 8601, dates or integers.")
    start: str | int | None = Field(None, description="First timestamp, instead of ds.")
    freq: str | int | None = Field(
        None, description="Step of this series, instead of the option freq."
    )
    y: list[float | None]


class SeriesTable(BaseModel):
    """A table by columns."""

    unique_id: list[str | int] | None = None
    ds: list[str | int] | None = None
    y: list[float | None]


class SeriesRow(BaseModel):
    """A row of a table."""

    unique_id: str | int | None = None
    ds: str | int | None = None
    y: float | None = None


class FutureTable(BaseModel):
    """Exogenous variables behind the end of the series, in any of the shapes of series, without y."""

    unique_id: str | int | list[str | int] | None = None
    ds: list[str | int] | None = None


class SeriesBody(BaseModel):
    """The part of a request that holds series: ``y`` for one, ``series`` for several."""

    y: list[float | None] | None = Field(
        None, description="One series with integer time, or with ds or start.", examples=[_EXAMPLE]
    )
    unique_id: str | int | None = Field(None, description="Name of the series in y.")
    ds: list[str | int] | None = Field(None, description="Timestamps of y.")
    start: str | int | None = Field(None, description="First timestamp of y.")
    series: list[SeriesColumns] | list[SeriesRow] | SeriesTable | None = Field(
        None, description="Series as lists, as rows, or as one table of columns."
    )
    future: list[FutureTable] | FutureTable | list[SeriesRow] | None = Field(
        None, description="Future values of exogenous variables."
    )


class ForecastRequest(SeriesBody, ForecastOptions):
    """Series and the options of a forecast."""


class BacktestRequest(SeriesBody, BacktestOptions):
    """Series and the options of a backtest."""


class DetectRequest(SeriesBody, DetectOptions):
    """Series and the options of a detection."""


class DecomposeRequest(SeriesBody, DecomposeOptions):
    """Series and the options of a decomposition."""


class ChangesRequest(SeriesBody, ChangesOptions):
    """Series and the options of a search for changes."""


class ProfileRequest(SeriesBody, ProfileOptions):
    """Series and the options of a profile."""


_BODIES: Mapping[str, type[BaseModel]] = {
    one.__name__: one
    for one in (
        ForecastRequest,
        DetectRequest,
        BacktestRequest,
        DecomposeRequest,
        ChangesRequest,
        ProfileRequest,
    )
}
_ANSWERS: Mapping[str, type[BaseModel]] = {
    one.__name__: one
    for one in (
        answers.ForecastAnswer,
        answers.DetectAnswer,
        BacktestAnswer,
        DecomposeAnswer,
        ChangesAnswer,
        ProfileAnswer,
    )
}
_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "ForecastRequest": {"y": _EXAMPLE, "h": 3, "model": "naive"},
    "DetectRequest": {"y": [10, 11, 10, 9, 10, 55, 11, 10, 9, 10], "detector": "band"},
    "BacktestRequest": {"y": _EXAMPLE * 3, "h": 6, "models": ["naive", "seasonal_naive"]},
    "DecomposeRequest": {"y": _EXAMPLE * 3, "method": "stl", "season_length": 12},
    "ChangesRequest": {"y": [*_LOW, *(value + 20 for value in _LOW)]},
    "ProfileRequest": {"y": _EXAMPLE * 3, "start": "2021-01-01", "freq": "MS"},
}


def series_endpoint(request: str, answer: str) -> dict[str, Any]:
    """Return what an endpoint declares that takes series and answers a table."""
    schema = {"$ref": _REF.format(model=request)}
    content = {kind: {"schema": schema, "example": _EXAMPLES[request]} for kind in CODECS}
    return {
        "responses": {200: {"model": _ANSWERS[answer]}, **{s: _problem(s) for s in _REASONS}},
        "openapi_extra": {"requestBody": {"required": True, "content": content}},
    }


def install(app: FastAPI) -> None:
    """Have the app publish the document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    modes = [(model, "validation") for model in (*_BODIES.values(), answers.Problem)]
    _, extra = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    for name, schema in extra["$defs"].items():
        schemas.setdefault(name, schema)
    return document
