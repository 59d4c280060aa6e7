"""Everything that the client raises.

    TidecastError                     catch this to catch all of them
     ├─ DataError                     the data cannot be sent; no request was made (a ValueError)
     ├─ SettingError                  a client cannot be made with this (a ValueError)
     ├─ MissingDependencyError        an optional package is not installed (an ImportError)
     ├─ ConnectionFailedError         no answer: could not connect, or the connection broke
     │   └─ TimedOutError             no answer within the client's timeout
     ├─ InvalidAnswerError            an answer that is not Tidecast's: a wrong URL, a proxy's page
     └─ ResponseError                 the server said no: status, code, errors with hints
         ├─ BadRequestError           400  malformed body
         ├─ UnauthorizedError         401  no key, or an unknown one
         ├─ ForbiddenError            403  the key may not do this
         ├─ NotFoundError             404  no such thing
         ├─ UnsupportedFormatError    406, 415  a format that the server does not speak
         ├─ ConflictError             409  not in this state
         ├─ TooLargeError             413  over a limit; the message names it
         ├─ UnprocessableError        422  understood but not doable: names, ranges, short series
         ├─ RateLimitedError          429  too many requests; `retry_after` says how long to wait
         └─ ServerError               5xx
             ├─ ServerBusyError       503  draining, or the queue is full; has `retry_after`
             └─ BudgetExceededError   504  the fitting budget ran out; retrying will not help

Not errors but warnings, because an answer came: `TidecastWarning` for what the server warned of,
and its subclass `PartialAnswerWarning` for series that are missing from the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._reading.errors import DataError, MissingDependencyError, TidecastError

# these stand on the ground of reading
__all__ = [
    "DataError",
    "MissingDependencyError",
    "TidecastError",
]


class SettingError(TidecastError, ValueError):
    """A client cannot be made with this address or number."""


class ConnectionFailedError(TidecastError):
    """The server could not be reached, or the connection broke before an answer came."""


class TimedOutError(ConnectionFailedError):
    """No answer came within the client's timeout."""


class InvalidAnswerError(TidecastError):
    """What answered does not speak Tidecast's contract: a wrong URL, or something in between."""


class ResponseError(TidecastError):
    """The server refused, and said why.

    Attributes:
        status: HTTP status, 300 to 599.
        code: The server's stable name of the problem, such as `unknown_model`.
        detail: One sentence for people.
        errors: One mapping per problem, with `pointer` (JSON pointer into the request),
            `unique_id`, `ds`, `message` and `hint`, as far as they apply.
        request_id: Names the request in the server's log.
        retry_after: Seconds that the server asked to wait, or None.
    """

    def __init__(
        self,
        status: int,
        problem: Mapping[str, Any],
        *,
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.code: str = str(problem.get("code") or "")
        self.detail: str = str(problem.get("detail") or problem.get("title") or "")
        self.errors: list[dict[str, Any]] = _errors_of(problem)
        self.request_id: str | None = problem.get("request_id")
        self.retry_after = retry_after
        self._problem = dict(problem)
        super().__init__(self._text())

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.status, self._problem, self.retry_after)

    def _text(self) -> str:
        head = " ".join(part for part in (str(self.status), self.code) if part)
        lines = [f"{head}: {self.detail}" if self.detail else head]
        lines += [line for error in self.errors if (line := _line(error, self.detail))]
        if self.request_id:
            lines.append(f"(request {self.request_id})")
        return "\n".join(lines)


class BadRequestError(ResponseError):
    """400: the body is malformed."""


class UnauthorizedError(ResponseError):
    """401: a key is needed, or this one is unknown."""


class ForbiddenError(ResponseError):
    """403: the key is known but may not do this."""


class NotFoundError(ResponseError):
    """404: there is no such thing, or not for this key."""


class UnsupportedFormatError(ResponseError):
    """406 or 415: the server does not speak this format."""


class ConflictError(ResponseError):
    """409: the thing is not in a state that allows this."""


class TooLargeError(ResponseError):
    """413: over a limit; the message names the limit, the value sent and the setting."""


class UnprocessableError(ResponseError):
    """422: understood but not doable, such as an unknown model or a series that is too short."""


class RateLimitedError(ResponseError):
    """429: too many requests, and still so after the retries; see `retry_after`."""


class ServerError(ResponseError):
    """Any 5xx: the server, or something in front of it, failed."""


class ServerBusyError(ServerError):
    """503: the server drains or its queue is full, and still so after the retries."""


class BudgetExceededError(ServerError):
    """504 from the server itself: the fitting budget ran out."""


_BY_STATUS: dict[int, type[ResponseError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    406: UnsupportedFormatError,
    409: ConflictError,
    413: TooLargeError,
    415: UnsupportedFormatError,
    422: UnprocessableError,
    429: RateLimitedError,
    503: ServerBusyError,
}


def response_error(
    status: int,
    problem: Mapping[str, Any],
    *,
    from_tidecast: bool,
    retry_after: float | None = None,
) -> ResponseError:
    """Return the error that stands for a status; a 504 is the budget only if Tidecast sent it."""
    if status == 504 and from_tidecast:
        return BudgetExceededError(status, problem, retry_after=retry_after)
    fallback = ServerError if status >= 500 else ResponseError
    return _BY_STATUS.get(status, fallback)(status, problem, retry_after=retry_after)


def _rebuild(
    kind: type[ResponseError], status: int, problem: Mapping[str, Any], retry_after: float | None
) -> ResponseError:
    return kind(status, problem, retry_after=retry_after)


def _errors_of(problem: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = problem.get("errors")
    if not isinstance(errors, Sequence) or isinstance(errors, str):
        return []
    return [dict(error) for error in errors if isinstance(error, Mapping)]


def _line(error: Mapping[str, Any], detail: str) -> str:
    """Return one indented line, without repeating a message that the first line already has."""
    where = [
        str(error[key]) for key in ("pointer", "unique_id", "ds") if error.get(key) is not None
    ]
    message, hint = error.get("message"), error.get("hint")
    parts = [str(message)] if message and message != detail else []
    if hint:
        parts.append(f"hint: {hint}")
    if not parts:
        return ""
    return f"  {', '.join(where)}: {'; '.join(parts)}" if where else f"  {'; '.join(parts)}"
