"""Everything that can go wrong, as one tree; codes are stable, messages are for people.

TidecastError
├── InvalidRequest             what was asked for cannot be, whatever the data
│   ├── InvalidParameter       a parameter or option is out of its bounds   (invalid_parameter)
│   └── UnknownName            no model, parameter or option of that name   (unknown_name)
├── StateUnreadable            a kept model that this version cannot read    (state_unreadable)
├── Cancelled                  nobody wants the result any more             (cancelled)
└── SeriesError                this series cannot be handled; others may be
    ├── NoObservations         not one value                                (no_observations)
    ├── SeriesTooShort         fewer values than the model needs            (series_too_short)
    ├── DuplicateStamps        a timestamp occurs twice                     (duplicate_timestamps)
    ├── MissingValues          values are missing and that was forbidden    (missing_values)
    ├── BadStamps              timestamps that cannot be read or ordered    (bad_timestamps)
    ├── BadValues              values that the model cannot take            (bad_values)
    ├── FrequencyUnknown       no regular step fits the timestamps          (frequency_unknown)
    ├── SeasonUnknown          no season was given and none was found       (season_unknown)
    ├── FitFailed              the numerical fit did not succeed            (fit_failed)
    ├── BudgetExceeded         the time budget ran out                      (budget_exceeded)
    └── WorkerLost             the process that fitted it died              (worker_lost)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeAlias

from models.wording import meant, nearest

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a request or in params, outermost key first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    message: str
    hint: str | None = None
    path: Path = ()
    unique_id: str | None = None
    ds: str | None = None


class TidecastError(Exception):
    """Base of every error that this package raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str | None = None, **where: Any) -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = (Problem(message, hint, **where),)

    @property
    def message(self) -> str:
        """The first problem's message."""
        return self.problems[0].message

    @property
    def hint(self) -> str | None:
        """The first problem's hint."""
        return self.problems[0].hint

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """Make one error of several problems (at least one)."""
        found = tuple(problems)
        error = cls(found[0].message)
        error.problems = found
        return error

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way from a worker process with all problems."""
        return (type(self).of, (self.problems,))


class InvalidRequest(TidecastError, ValueError):
    """What was asked for cannot be, whatever the data.

    A ``ValueError``, so that one raised by a validator is told with its place among the parameters.
    """

    code = "invalid_request"


class InvalidParameter(InvalidRequest):
    """A parameter or option is out of its bounds."""

    code = "invalid_parameter"


class UnknownName(InvalidRequest):
    """No model, parameter or option has that name."""

    code = "unknown_name"


class StateUnreadable(TidecastError):
    """What was kept of a model is damaged, or of another version."""

    code = "state_unreadable"


class Cancelled(TidecastError):
    """Nobody wants the result any more."""

    code = "cancelled"


class SeriesError(TidecastError):
    """One series cannot be handled; the others of the request may be."""

    code = "series_error"


class NoObservations(SeriesError):
    """The series has not one value."""

    code = "no_observations"


class SeriesTooShort(SeriesError):
    """The series has fewer values than the model needs."""

    code = "series_too_short"


class DuplicateStamps(SeriesError):
    """A timestamp occurs more than once."""

    code = "duplicate_timestamps"


class MissingValues(SeriesError):
    """Values are missing and the request said that they must not be."""

    code = "missing_values"


class BadStamps(SeriesError):
    """Timestamps cannot be read or put in order."""

    code = "bad_timestamps"


class BadValues(SeriesError):
    """The model cannot take these values."""

    code = "bad_values"


class FrequencyUnknown(SeriesError):
    """No regular step fits the timestamps."""

    code = "frequency_unknown"


class SeasonUnknown(SeriesError):
    """What was asked for needs a season; none was given and none was found."""

    code = "season_unknown"


class FitFailed(SeriesError):
    """The numerical fit did not succeed."""

    code = "fit_failed"


class BudgetExceeded(SeriesError):
    """The time budget ran out before this series was done."""

    code = "budget_exceeded"


class WorkerLost(SeriesError):
    """The process that worked on this series died, and so did a second one."""

    code = "worker_lost"


def unknown_name(kind: str, received: str, known: Sequence[str], path: Path = ()) -> UnknownName:
    """Build the error for an unknown name, with the nearest known one as the hint."""
    return UnknownName.of([unknown_name_problem(kind, received, known, path)])


def unknown_name_problem(
    kind: str, received: str, known: Sequence[str], path: Path = ()
) -> Problem:
    """Build the problem for an unknown name, with the one that was meant, or the nearest, as the hint."""
    near = meant(received, known) or nearest(received, known)
    others = f"known: {', '.join(sorted(known))}" if known else "leave it out: there are none"
    hint = f"did you mean '{near}'?" if near else others
    return Problem(f"unknown {kind} '{received}'", hint, path)
