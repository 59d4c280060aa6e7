"""The column of the values, which have to be numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import kinds
from .choice import Say, one_of
from .errors import OpenQuestion
from .numerals import first_fault, is_number, mixed_signs, mostly_numbers
from .stamps import looks_like_times
from .table import Table

_VALUE_NAMES = ("y", "value", "target")


def guess_target(table: Table, *, taken: set[str | None], say: Say) -> str:
    free = [name for name in table if name not in taken]
    if "y" in free:
        return "y"
    numeric = [
        name for name in free if kinds.is_numeric(table[name]) or mostly_numbers(table[name])
    ]
    able = [name for name in numeric if not _is_beside(name, table[name])]
    moving = [name for name in able if not kinds.is_constant(table[name])] or able
    if not moving:
        if not numeric:
            _check_nearly_numbers(table, free)
        raise _no_values(table, numeric)
    name = one_of(moving, _VALUE_NAMES, "hold numbers", "--target-col")
    say(f"value column: {name} ({_why_values(moving)}; --target-col names another)")
    return name


def _check_nearly_numbers(table: Table, names: Sequence[str]) -> None:
    """Raise for the first cell that is no number in a column in which at least as many are some."""
    for name in names:
        present = [value for value in table[name] if value is not None]
        if 2 * sum(map(is_number, present)) >= len(present) > 0:
            check_numbers(table, name)


def _is_beside(name: str, values: list[Any]) -> bool:
    """Say whether numbers are an index, an id or a part of the calendar, which is never the target."""
    return (
        kinds.is_index(name, values)
        or kinds.is_calendar(name, values)
        or kinds.is_id(name, values)
        or (kinds.is_named_time(name) and looks_like_times(values))
    )


def _why_values(moving: Sequence[str]) -> str:
    return "the only one with numbers to forecast" if len(moving) == 1 else "by its name"


def _no_values(table: Table, numeric: Sequence[str]) -> OpenQuestion:
    if numeric:
        return OpenQuestion(
            f"of the columns {list(table)} those with numbers ({', '.join(numeric)}) seem to be an index, "
            "an id or a part of the calendar; hint: --target-col NAME",
            "target_col",
            numeric,
        )
    return OpenQuestion(
        f"there is no column of numbers among {list(table)}; hint: --target-col NAME, and "
        "numbers with a decimal point",
        "target_col",
    )


def check_numbers(table: Table, target: str) -> None:
    """Raise for the first value that is no number, with the line that it is in."""
    values = table[target]
    row = None if kinds.is_numeric(values) else first_fault(values)
    if row is None and kinds.holds_texts(values):
        texts = [value for value in values if isinstance(value, str)]
        other = next((one for one in texts if ("." in one) != ("." in texts[0])), texts[-1])
        one, other = mixed_signs(values) or (texts[0], other)
        raise OpenQuestion(
            f"column {target!r} has numbers of several ways of writing, such as {one!r} and {other!r}; "
            "hint: write all of them in one way",
            "target_col",
        )
    if row is not None:
        raise OpenQuestion(
            f"line {table.line_of(row)}, column {target!r}: {values[row]!r} is no number; "
            "hint: leave the cell empty if the value is missing",
            "target_col",
        )
