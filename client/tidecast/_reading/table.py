"""A table as a file has it: columns, and the line that each row came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Table(dict[str, list[Any]]):
    """Columns by name; `lines` are counted as a spreadsheet counts them, `notes` tell what was done.

    `encoding` is what the letters of a text are written in, None for UTF-8. Of an Excel file, `sheets`
    are the names of those that are shown, `sheet` is the one that was read.
    `has_nines` says whether numbers such as -999 were taken for missing values.
    """

    def __init__(
        self,
        columns: Mapping[str, list[Any]],
        lines: Sequence[int] = (),
        notes: Iterable[str] = (),
    ) -> None:
        super().__init__(columns)
        self.lines = list(lines)
        self.sheets: Sequence[str] = ()
        self.sheet: str | None = None
        self.has_nines = False
        self.encoding: str | None = None
        self.notes = list(notes)


def line_of(table: Mapping[str, Sequence[Any]], row: int) -> int:
    """Return the line of a row, counted from 0; below a header in line 1 if nothing is known."""
    lines = table.lines if isinstance(table, Table) else []
    return lines[row] if row < len(lines) else row + 2


def with_rows(table: Mapping[str, Sequence[Any]], rows: Sequence[int]) -> Table:
    """Return the table with these rows in this order."""
    columns = {name: [values[row] for row in rows] for name, values in table.items()}
    notes = table.notes if isinstance(table, Table) else ()
    return Table(columns, [line_of(table, row) for row in rows], notes)
