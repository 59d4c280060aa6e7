"""Which column is what: as the user says, else a guess that is said aloud, or asked where it could be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import kinds
from .choice import Say
from .errors import DataError, OpenQuestion, no_column
from .keys import named_key, with_key
from .parts import combined
from .roles import Roles
from .table import Table
from .targets import check_numbers, guess_target
from .times import read_times, with_times
from .wanted import NONE, Wanted


def assign(table: Table, wanted: Wanted, say: Say) -> Roles:
    """Decide on the columns, and say what was guessed.

    Raises:
        DataError: A named column is not there, there is none to guess, or several are as likely.
    """
    for name in (wanted.id, wanted.time, wanted.target, *wanted.exog):
        if name not in (None, NONE) and name not in table:
            raise no_column(name, table)
    key = named_key(table, wanted)
    table, time = with_times(table, {key, wanted.target}, wanted, say)
    if wanted.exog and time is None:
        raise DataError("--exog needs a time column; hint: --time-col NAME")
    target = wanted.target
    try:
        target = target or guess_target(table, taken={key, time, *wanted.exog}, say=say)
        check_numbers(table, target)
        table, key = with_key(table, time, target, wanted, say)
    except OpenQuestion as question:
        found = {"time_col": time, "id_col": key, "target_col": target}
        question.known = {name: column for name, column in found.items() if column}
        raise
    kept = [name for name in dict.fromkeys((key, time, target, *wanted.exog)) if name is not None]
    ignored = [name for name in table if name not in kept]
    if ignored:
        say(f"columns not used: {', '.join(ignored)} (--exog NAME sends one along)")
    columns = {name: table[name] for name in kept} | _flags(table, wanted, say)
    ordered = columns if time is None else _oldest_first(columns, key, time, say)
    return Roles(key, time, target, ordered)


def future_columns(table: Table, roles: Roles, wanted: Wanted) -> dict[str, list[Any]]:
    """Return the columns of future values under the same names.

    Raises:
        DataError: The file has no time column, or lacks one of the exogenous columns.
    """
    needed = [name for name in (roles.id, roles.time, *wanted.exog) if name is not None]
    if roles.time is None:
        raise DataError("--future needs a time column in both files")
    parts = None if roles.time in table else combined(table, {roles.id, *wanted.exog}, wanted)
    table = table if parts is None else parts.table
    for name in needed:
        if name not in table:
            raise no_column(name, table)
    columns = {name: table[name] for name in needed} | _flags(table, wanted, _silent)
    columns[roles.time] = read_times(table, roles.time, wanted, _silent)
    return columns


def _flags(table: Table, wanted: Wanted, say: Say) -> dict[str, list[Any]]:
    """Return the exogenous columns that hold true and false, as 1 and 0."""
    found = {name: kinds.flags_of(table[name]) for name in wanted.exog}
    read = {name: flags for name, flags in found.items() if flags is not None}
    for name in read:
        say(f"column {name!r}: true is read as 1, false as 0")
    return read


def _silent(_: str) -> None:
    return None


def _oldest_first(
    columns: Mapping[str, list[Any]], key: str | None, time: str, say: Say
) -> Mapping[str, list[Any]]:
    """Return the rows the other way round if the newest comes first in every series."""
    seen: dict[Any, Any] = {}
    falls = 0
    for name, stamp in zip(columns[key] if key else [""] * len(columns[time]), columns[time]):
        before = seen.get(name)
        if stamp is None or (before is not None and not _is_before(stamp, before)):
            return columns
        falls += before is not None
        seen[name] = stamp
    if not falls:
        return columns
    say("rows were newest first: they are sorted, the oldest first")
    newest_last = range(len(columns[time]) - 1, -1, -1)
    order = {name: i for i, name in enumerate(seen)}
    rows = sorted(newest_last, key=lambda row: order[columns[key][row]] if key else 0)
    return {name: [values[row] for row in rows] for name, values in columns.items()}


def _is_before(stamp: Any, other: Any) -> bool:
    try:
        return bool(stamp < other)
    except TypeError:
        return False
