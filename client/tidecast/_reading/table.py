"""A table as a file has it: columns, and the line that each row came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Table(dict[str, list[Any]]):
    """Columns by name; `lines` are counted as a spreadsheet counts them, `notes` tell what was done.

    `encoding` is what the letters of a text are written in, None for what is none. Of an Excel file, `sheets`
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

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(next(iter(self.values()), []))

    def line_of(self, row: int) -> int:
        """Return the line of a row, counted from 0; below a header in line 1 if nothing is known."""
        return self.lines[row] if row < len(self.lines) else row + 2

    def with_columns(self, columns: Mapping[str, list[Any]]) -> Table:
        """Return a table of other columns of the same rows."""
        return Table(columns, self.lines, self.notes)
