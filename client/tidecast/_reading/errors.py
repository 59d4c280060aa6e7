"""What reading raises; the client's own errors stand on these."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence


class TidecastError(Exception):
    """Base of all errors that the client raises."""


class DataError(TidecastError, ValueError):
    """The data cannot be sent as they are; raised before any request is made."""


class MissingDependencyError(TidecastError, ImportError):
    """An optional package is needed for this; the message says how to install it."""


class TooLarge(DataError):
    """The file holds more than whoever reads it allows; `limit` is the name of what it exceeds."""

    def __init__(self, limit: str, found: int, allowed: int) -> None:
        super().__init__(f"{limit} is {allowed}, the file has {found}")
        self.limit, self.found, self.allowed = limit, found, allowed


class OpenQuestion(DataError):
    """The file can be read in several ways, and the user has to say in which.

    Attributes:
        option: The argument that says it, such as `time_col`.
        choices: What it may be, where that is known.
        known: What was found of the other columns, by argument.
    """

    def __init__(self, message: str, option: str, choices: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.option = option
        self.choices = list(choices)
        self.known: Mapping[str, str] = {}


def no_column(name: str, names: Iterable[str]) -> DataError:
    """Return the error that says which columns there are instead of the one that is named."""
    names = list(names)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; hint: {near[0]!r}?" if near else ""
    return DataError(f"there is no column {name!r} among {names}{hint}")
