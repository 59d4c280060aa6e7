"""Rows of cells as a text or a sheet has them: the lines they stand in, and whether a cell is data or a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from . import numerals
from .stamps import style_of

SAMPLE = 200
"""Rows that are looked at to tell what a column or a text is."""
# for spreadsheets, that would read it otherwise
_AS_TEXT = re.compile(r'="([^"]*)"$|\'(?!\d\d$)([-+\d][^\']*)$')
_YEAR = re.compile(r"(?:18|19|20|21)\d\d")
_RULE = re.compile(r":?[-=+]{2,}:?")
_COMMENT = ("#", "%", "//", "--", "! ")


class Row(NamedTuple):
    """Cells without blanks around them and without empty ones at the end.

    `line` is counted as a spreadsheet counts, `width` is the number of cells before any was left out.
    """

    line: int
    cells: list[str]
    width: int


def rows_of(cells: Iterable[Sequence[str]], first_line: int = 1) -> list[Row]:
    """Return the rows that hold something, without lines that are drawn between others."""
    rows = (Row(n, _trimmed(row), len(row)) for n, row in enumerate(cells, start=first_line))
    return [row for row in rows if row.cells and not is_rule(row.cells)]


def _trimmed(row: Sequence[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    cells = [(m[1] or m[2]) if (m := _AS_TEXT.match(cell)) else cell for cell in cells]
    if all(len(c) > 1 and c[0] == c[-1] == "'" for c in cells if c):
        cells = [cell[1:-1] for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def is_rule(cells: Iterable[str]) -> bool:
    """Say whether a row is a line that was drawn between others."""
    return all(not cell or _RULE.fullmatch(cell) for cell in cells)


def is_comment(cells: Sequence[str]) -> bool:
    """Say whether a row is marked as a comment; # alone may name a column."""
    return cells[0] != "#" and cells[0].startswith(_COMMENT)


def usual_width(rows: Iterable[Sequence[str]]) -> int:
    """Return the number of cells that most rows have, the larger of two as usual, 0 without rows."""
    counts = Counter(map(len, rows))
    return max(counts, key=lambda width: (counts[width], width), default=0)


def is_plain_data(cell: str) -> bool:
    """Say whether a cell is a time, or a number as programs write it."""
    return cell.isdecimal() or numerals.number(cell) is not None or is_time(cell)


def is_data(cell: str) -> bool:
    """Say whether a cell is a time or a number, written in one of the ways of people."""
    return is_plain_data(cell) or numerals.is_amount(cell)


@lru_cache(1 << 12)
def is_time(cell: str) -> bool:
    """Say whether a cell is a time by itself."""
    return style_of([cell]) is not None


def is_year(cell: str) -> bool:
    """Say whether a cell is a year of the last or the next two centuries."""
    return _YEAR.fullmatch(cell) is not None


def cells_at(place: int, rows: Iterable[Row]) -> list[str]:
    """Return the cells of a column that are not empty."""
    return [row.cells[place] for row in rows if place < len(row.cells) and row.cells[place]]
