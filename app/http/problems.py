"""The one table from errors to problem+json, and the handlers that write it (RFC 9457)."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app import failures
from app.logging import note, request_id
from models import errors
from models.errors import Problem, TidecastError
from models.wording import nearest

_MEDIA_TYPE = "application/problem+json"
MOST_PROBLEMS = 1000
"""Problems that one answer lists at most."""

STATUSES: Mapping[type[TidecastError], tuple[int, str]] = {
    failures.MalformedBody: (400, "The body cannot be read"),
    failures.InvalidBody: (422, "The body does not hold series and options"),
    failures.LimitExceeded: (413, "Over a limit"),
    failures.UnsupportedMedia: (415, "Unsupported content"),
    failures.NotAcceptable: (406, "No such format"),
    failures.Unavailable: (503, "Not available now"),
    failures.NothingWorked: (422, "No series could be handled"),
    errors.UnknownName: (422, "Unknown name"),
    errors.InvalidParameter: (422, "Invalid parameter"),
    errors.InvalidRequest: (422, "Invalid request"),
    errors.StateUnreadable: (422, "The kept model cannot be read"),
    errors.Cancelled: (409, "The work was cancelled"),
    errors.BudgetExceeded: (504, "The fitting budget ran out"),
    errors.WorkerLost: (503, "The worker process was lost"),
    errors.SeriesError: (422, "The series cannot be handled"),
}
"""Status and title of every error; the nearest base class counts."""

_RETRY_AFTER_S = "2"


class ProblemKind(NamedTuple):
    """What problems of a kind have in common: HTTP status, title, and a stable code."""

    status: int
    title: str
    code: str


def kind_of(error: TidecastError) -> ProblemKind:
    """Return of which kind the problem of an error is.

    If nothing worked, it is the error of the series where all have the same one.
    """
    if isinstance(error, failures.NothingWorked) and error.failures:
        found = {_lookup(one) for one in error.failures}
        status, title = found.pop() if len(found) == 1 else _lookup(error)
        return ProblemKind(status, title, error.failures[0].code)
    return ProblemKind(*_lookup(error), error.code)


def _lookup(error: TidecastError) -> tuple[int, str]:
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem(
    kind: ProblemKind,
    detail: str,
    problems: Iterable[Problem] = (),
    *,
    instance: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem+json response."""
    body = {
        "type": f"urn:tidecast:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
        "code": kind.code,
        "request_id": request_id.get(),
        "errors": [_entry(one) for one in problems],
    }
    note(problem=kind.code)
    retry = {"Retry-After": _RETRY_AFTER_S} if kind.status in (429, 503) else {}
    return Response(orjson.dumps(body), kind.status, {**retry, **(headers or {})}, _MEDIA_TYPE)


def _entry(one: Problem) -> dict[str, Any]:
    return {
        "pointer": pointer(one.path),
        "unique_id": one.unique_id,
        "ds": one.ds,
        "message": one.message,
        "hint": one.hint,
    }


def pointer(path: Iterable[str | int]) -> str | None:
    """Return a JSON pointer (RFC 6901); None for an empty path, which points at nothing in particular."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    return "".join(f"/{step}" for step in steps) or None


def of_error(error: TidecastError, instance: str) -> Response:
    """Return the response for an error that was raised on purpose."""
    listed = error.problems[:MOST_PROBLEMS]
    detail = error.message
    if len(error.problems) > 1:
        detail = f"{detail} (and {len(error.problems) - 1} more)"
    return problem(kind_of(error), detail, listed, instance=instance)


def opaque(instance: str) -> Response:
    """Return the response for an error that nobody foresaw; the log knows more."""
    kind = ProblemKind(500, "The server failed", "internal_error")
    return problem(kind, "the server failed; its log tells why", instance=instance)


def install(app: FastAPI) -> None:
    """Have every error of the app answered in the one shape."""

    @app.exception_handler(TidecastError)
    async def _on_purpose(request: Request, error: TidecastError) -> Response:
        return of_error(error, request.url.path)

    @app.exception_handler(HTTPException)
    async def _of_routing(request: Request, error: HTTPException) -> Response:
        return _routing_problem(error, request)

    @app.exception_handler(RequestValidationError)
    async def _of_validation(request: Request, error: RequestValidationError) -> Response:
        problems = [Problem(one["msg"], None, tuple(one["loc"])) for one in error.errors()]
        return of_error(errors.InvalidParameter.of(problems), request.url.path)


def _routing_problem(error: HTTPException, request: Request) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    kind = ProblemKind(error.status_code, phrase, phrase.lower().replace(" ", "_"))
    path, allowed = request.url.path, (error.headers or {}).get("Allow")
    told = {
        404: Problem(f"there is nothing at {path}", _other_path(request)),
        405: Problem(f"{path} does not answer {request.method}", f"use {allowed}"),
    }
    one = told.get(error.status_code, Problem(str(error.detail)))
    return problem(kind, one.message, [one], instance=path, headers=error.headers)


def _other_path(request: Request) -> str:
    """Return what to ask for instead of a path at which there is nothing."""
    known = [path for path in request.app.openapi()["paths"] if "{" not in path]
    near = nearest(request.url.path, known)
    return f"did you mean '{near}'?" if near else "/docs lists every path"
