"""A file's bytes to series: its table, laid out long, and which column is what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import outlines, placeholders, wide
from .bounds import UNBOUND, Bounds
from .columns import assign
from .errors import OpenQuestion
from .file import table_of
from .roles import Roles
from .table import Table
from .times import first_part
from .wanted import Wanted


@dataclass(frozen=True)
class Reading:
    """What was read of a file.

    Attributes:
        table: The columns as the file has them; empty if these depend on the question.
        layout: How it is laid out, as `wide` names it.
        roles: The columns to send, None while the question is open.
        notes: What was read as what, and what was guessed.
        question: What the user has to say before there can be series, or to be sure of them.
        begins: What dates begin with, "day" or "month", where that is a matter of choice.
        has_nines: Whether numbers such as -999 were taken for missing values.
    """

    table: Table
    layout: str
    roles: Roles | None
    notes: Sequence[str]
    question: OpenQuestion | None = None
    begins: str | None = None
    has_nines: bool = False


def read(data: bytes, wanted: Wanted, bounds: Bounds = UNBOUND) -> Reading:
    """Read a file; what could be wrong is a question of the answer, what cannot be read is an error.

    Raises:
        DataError: It holds no table, or lacks a column that is wanted.
        MissingDependencyError: It is Parquet or Arrow, and pyarrow is not installed.
    """
    try:
        table = table_of(data, wanted, bounds)
    except OpenQuestion as question:
        return Reading(Table({}), wide.LONG, None, [], question)
    try:
        long, layout = laid_out(table, wanted)
    except OpenQuestion as question:
        return Reading(table, wide.LONG, None, table.notes, question)
    said: list[str] = []
    asked: OpenQuestion | None = None
    roles: Roles | None
    try:
        roles = assign(long, wanted, said.append)
    except OpenQuestion as question:
        roles, asked = _despite(question, long, wanted), question
    time = roles.time if roles else (asked.known.get("time_col") if asked else None)
    begins = first_part(long, time or wanted.time, wanted)
    return Reading(table, layout, roles, [*long.notes, *said], asked, begins, long.has_nines)


def _despite(question: OpenQuestion, table: Table, wanted: Wanted) -> Roles | None:
    """Return the columns where stamps come twice, which may be as it should be."""
    if question.option != "id_col":
        return None
    return assign(table, replace(wanted, repeats=True), lambda _: None)


def laid_out(table: Table, wanted: Wanted) -> tuple[Table, str]:
    """Return the table with a row per value, and how it was laid out.

    Raises:
        DataError: It was said to be wide, and has no column of times or of numbers.
    """
    long, layout = wide.long_of(outlines.without_years(table), wanted)
    return (long if wanted.keep_nines else placeholders.without(long)), layout
