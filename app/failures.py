"""What the service itself refuses, beside the errors of the models.

TidecastError
└── ServiceError
    ├── MalformedBody         the bytes are not what they say they are      (malformed_body)
    ├── InvalidBody           well-formed, but not series and options       (invalid_body)
    ├── LimitExceeded         more than a setting allows                    (limit_exceeded)
    ├── UnsupportedMedia      no codec for the request's content            (unsupported_media_type)
    ├── NotAcceptable         no codec for the answer that is wanted        (not_acceptable)
    ├── Unavailable           draining, or too much at once                 (unavailable)
    └── NothingWorked         not one series has an answer                  (that of the first error)
"""

from collections.abc import Sequence

from models.errors import Path, Problem, SeriesError, TidecastError


class ServiceError(TidecastError):
    """Base of what the service refuses."""

    code = "service_error"


class MalformedBody(ServiceError):
    """The bytes of the body cannot be read."""

    code = "malformed_body"


class InvalidBody(ServiceError):
    """The body can be read, but does not hold series and options."""

    code = "invalid_body"


class LimitExceeded(ServiceError):
    """The request asks for more than a setting allows."""

    code = "limit_exceeded"


class UnsupportedMedia(ServiceError):
    """There is no codec for the content type or encoding of the request."""

    code = "unsupported_media_type"


class NotAcceptable(ServiceError):
    """There is no codec for any of the formats that the client accepts."""

    code = "not_acceptable"


class Unavailable(ServiceError):
    """The server cannot take the request now; a later try may succeed."""

    code = "unavailable"


class MemoryExceeded(SeriesError):
    """Fitting the series took more memory than a setting allows."""

    code = "memory_exceeded"


class NothingWorked(ServiceError):
    """Not one series has an answer; ``failures`` are theirs, in order."""

    def __init__(self, message: str, failures: Sequence[SeriesError] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)

    @classmethod
    def because(cls, failures: Sequence[SeriesError]) -> "NothingWorked":
        """Make one error of those of all series (at least one)."""
        error = cls(failures[0].message, failures)
        told = [problem for one in failures for problem in one.problems]
        error.problems = tuple(dict.fromkeys(told))  # several models may fail for the same reason
        return error


def over_limit(name: str, sent: int | str, allowed: int, path: Path = ()) -> LimitExceeded:
    """Build the error that names the limit, the value sent and the setting that moves it."""
    problem = Problem(
        f"{name} is {allowed}, got {sent}",
        f"send less, or have the setting TIDECAST_{name.upper()} raised",
        path,
    )
    return LimitExceeded.of([problem])
