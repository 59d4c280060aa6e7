"""Months and quarters below their years, as pivot tables of spreadsheets have them, to rows with a time each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .months import month_of
from .rows import is_year
from .table import Table

_QUARTER = re.compile(r"Q(?:tr)?\s?([1-4])", re.IGNORECASE)
_LEAST = 3


def without_years(table: Table) -> Table:
    """Return the table with the time of each row, where a column has years and their months or quarters below.

    Rows of the years hold totals, and so do those of quarters where months stand below them.
    """
    name = next((name for name in table if _is_outline(table[name])), None)
    if name is None:
        return table
    by_months = any(map(month_of, table[name]))
    part_of = month_of if by_months else _quarter
    times: dict[int, str] = {}
    year = ""
    for row, cell in enumerate(table[name]):
        month = part_of(cell)
        year = cell if is_year(cell) else year
        if month is not None:
            times[row] = f"{year}-{month:02d}-01"
    columns = {one: [values[row] for row in times] for one, values in table.items()}
    part = "months" if by_months else "quarters"
    note = f"column {name}: {part} are read below their years, whose own rows are totals"
    lines = [table.line_of(row) for row in times]
    return Table(columns | {name: [*times.values()]}, lines, [*table.notes, note])


def _is_outline(values: Sequence[Any]) -> bool:
    """Say whether cells are years, each before some months or quarters of it."""
    if not all(isinstance(value, str) for value in values) or not values or not is_year(values[0]):
        return False
    years = [value for value in values if is_year(value)]
    parts = [value for value in values if month_of(value) or _quarter(value)]
    return len(parts) >= _LEAST and len(years) + len(parts) == len(values)


def _quarter(cell: str) -> int | None:
    """Return the month that a quarter begins with."""
    match = _QUARTER.fullmatch(cell)
    return 3 * int(match[1]) - 2 if match else None
