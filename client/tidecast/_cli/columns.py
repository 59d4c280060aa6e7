"""Which column is what: as the user says, else a guess that is said aloud."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .._errors import DataError
from .files import Table, iso_time, looks_like_time

_TIME_NAMES = ("ds", "date", "datetime", "timestamp", "time", "year", "month", "t", "index")


@dataclass(frozen=True)
class Wanted:
    """What the user said on the command line; None where the user left it to us."""

    id: str | None = None
    time: str | None = None
    target: str | None = None
    exog: tuple[str, ...] = ()
    time_format: str | None = None


@dataclass(frozen=True)
class Roles:
    """The columns to send, and the names of those that have a role."""

    id: str | None
    time: str | None
    target: str
    columns: Table

    def data(self) -> Any:
        """Return what to hand to the client: columns, or values alone if there is no time."""
        if self.time is not None:
            return self.columns
        return self.values_by_id() if self.id is not None else self.columns[self.target]

    def names(self) -> dict[str, str]:
        """Return the client's arguments that name the columns."""
        names = {"id_col": self.id, "time_col": self.time, "target_col": self.target}
        return {key: name for key, name in names.items() if name and self.time}

    def values_by_id(self) -> Table:
        """Return the values of each series in order of first appearance."""
        if self.id is None:
            return {"": self.columns[self.target]}
        series: Table = {}
        for key, value in zip(self.columns[self.id], self.columns[self.target], strict=True):
            series.setdefault(key, []).append(value)
        return series

    def times_by_id(self) -> Table:
        """Return the timestamps of each series, counted from 0 if there are none."""
        if self.time is None:
            return {key: list(range(len(v))) for key, v in self.values_by_id().items()}
        keys = self.columns[self.id] if self.id else [""] * len(self.columns[self.time])
        series: Table = {}
        for key, value in zip(keys, self.columns[self.time], strict=True):
            series.setdefault(key, []).append(value)
        return series


def assign(table: Table, wanted: Wanted, say: Callable[[str], None]) -> Roles:
    """Decide on the columns, and say what was guessed.

    Raises:
        DataError: A named column is not there, or there is none to guess.
    """
    for name in (wanted.id, wanted.time, wanted.target, *wanted.exog):
        if name is not None and name not in table:
            raise _missing(name, table)
    key = wanted.id or ("unique_id" if "unique_id" in table else None)
    time = wanted.time or _guess_time(table, taken={key, wanted.target}, say=say)
    if wanted.exog and time is None:
        raise DataError("--exog needs a time column; hint: --time-col NAME")
    target = wanted.target or _guess_target(table, taken={key, time, *wanted.exog}, say=say)
    kept = [name for name in dict.fromkeys((key, time, target, *wanted.exog)) if name is not None]
    ignored = [name for name in table if name not in kept]
    if ignored:
        say(f"columns not used: {', '.join(ignored)} (--exog NAME sends one along)")
    columns = {name: table[name] for name in kept}
    if time is not None:
        columns[time] = iso_times(columns[time], time, wanted.time_format)
    return Roles(key, time, target, columns)


def future_columns(table: Table, roles: Roles, wanted: Wanted) -> Table:
    """Return the columns of future values under the same names.

    Raises:
        DataError: The file has no time column, or lacks one of the exogenous columns.
    """
    needed = [name for name in (roles.id, roles.time, *wanted.exog) if name is not None]
    if roles.time is None:
        raise DataError("--future needs a time column in both files")
    for name in needed:
        if name not in table:
            raise _missing(name, table)
    columns = {name: table[name] for name in needed}
    columns[roles.time] = iso_times(columns[roles.time], roles.time, wanted.time_format)
    return columns


def iso_times(values: list[Any], name: str, time_format: str | None) -> list[Any]:
    """Return timestamps that the client understands.

    Raises:
        DataError: A text is not in the format, or has the year last and no format is given.
    """
    if time_format is not None:
        return [None if v is None else _parsed(str(v), name, time_format) for v in values]
    return [_iso(value, name) if isinstance(value, str) else value for value in values]


def _parsed(text: str, name: str, time_format: str) -> str:
    try:
        return datetime.strptime(text, time_format).isoformat()
    except ValueError as error:
        raise DataError(f"column {name!r}: {error}") from error


def _iso(text: str, name: str) -> str:
    if not looks_like_time(text):
        raise DataError(
            f"column {name!r} holds {text!r}, which is not a timestamp with the year first; "
            "hint: --time-format '%d/%m/%Y' and the like say how to read it"
        )
    return iso_time(text)


def _guess_time(table: Table, *, taken: set[str | None], say: Callable[[str], None]) -> str | None:
    free = [name for name in table if name not in taken]
    if "ds" in free:
        return "ds"
    for name in free:
        if _is_time(table[name]):
            say(f"time column: {name} (the first with dates; --time-col names another)")
            return name
    for name in free:
        if name.lower() in _TIME_NAMES and len(free) + len(taken - {None}) > 1:
            say(f"time column: {name} (by its name; --time-col names another)")
            return name
    say("no time column: the rows are taken to be equally spaced (--time-col names one)")
    return None


def _guess_target(table: Table, *, taken: set[str | None], say: Callable[[str], None]) -> str:
    free = [name for name in table if name not in taken]
    if "y" in free:
        return "y"
    for name in free:
        if _is_numeric(table[name]):
            say(f"value column: {name} (the first with numbers; --target-col names another)")
            return name
    raise DataError(
        f"there is no column of numbers among {list(table)}; hint: --target-col NAME, and "
        "numbers with a decimal point"
    )


def _is_time(values: list[Any]) -> bool:
    present = [value for value in values if value is not None]
    if not present:
        return False
    return all(
        looks_like_time(value) if isinstance(value, str) else isinstance(value, date)
        for value in present
    )


def _is_numeric(values: list[Any]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in present
    )


def _missing(name: str, table: Table) -> DataError:
    near = difflib.get_close_matches(name, table, n=1)
    hint = f"; hint: {near[0]!r}?" if near else ""
    return DataError(f"there is no column {name!r} among {list(table)}{hint}")
