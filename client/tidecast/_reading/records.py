"""Cells of a text or a sheet to a table: what stands around it left out, columns named, numbers read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from . import headers, numerals, surroundings
from .bounds import UNBOUND, Bounds
from .delimited import Cells, cells_of
from .errors import DataError
from .rows import Row, is_comment, is_plain_data, is_time, is_year, rows_of
from .table import Table

_DIGIT = re.compile(r"\d")
_SHARE_OF_GAPS = 1 / 3
_SHOWN = 10
"""So many lines that are not read are named, the others counted."""


def parse(text: str, decimal: str | None = None, bounds: Bounds = UNBOUND) -> Table:
    """Read delimited text; numbers become numbers, empty cells and NA become None.

    Raises:
        DataError: There are no rows, or one has more cells than the header.
        TooLarge: There are more cells than is allowed.
    """
    return from_rows(cells_of(text, bounds), decimal, bounds)


def from_rows(cells: Cells, decimal: str | None = None, bounds: Bounds = UNBOUND) -> Table:
    """Return the table that stands in rows of texts, without what stands above and below it.

    Raises:
        DataError: There are no rows, or one has more cells than the header.
        TooLarge: There are more cells than is allowed, those that rows lack counted.
    """
    written = rows_of(cells.rows, cells.first_line)
    alone = surroundings.without(written)
    if not alone:
        raise DataError("the file is empty")
    alone, names_from, said_of_names = headers.with_one_row_of_names(alone, written)
    names, body = headers.names_of(alone)
    if not body:
        raise DataError(f"there are no rows below the header {names}")
    for row in [*body, *_longer(written, alone)]:
        if len(row.cells) > len(names):
            raise DataError(f"line {row.line} has {len(row.cells)} cells, the header {len(names)}")
    bounds.check_cells(len(names) * len(body))
    body, said_of_units = headers.without_units(names, body)
    body, said_of_gaps = _filled_down(names, body)
    if len(alone) == 1 and all(map(is_plain_data, body[0].cells)):
        names, body = ["y"], [body[0]._replace(cells=[cell]) for cell in body[0].cells]
    texts = {
        name: [row.cells[place] if place < len(row.cells) else "" for row in body]
        for place, name in enumerate(names)
    }
    texts = {name: of for name, of in texts.items() if any(of) or not name.startswith("column_")}
    if not any(map(_DIGIT.search, chain.from_iterable(texts.values()))):
        raise DataError(
            "this is text without a number, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read"
        )
    columns, said = numerals.typed(texts, cells.delimiter, decimal)
    notes = _left_out(written, alone, names_from)
    notes += said_of_names + said_of_units + said_of_gaps + said
    return Table(columns, [row.line for row in body], notes)


def _left_out(written: list[Row], kept: list[Row], names_from: int) -> list[str]:
    lines = {row.line for row in kept} | {*range(names_from, kept[0].line)}
    left = [str(row.line) for row in written if row.line not in lines]
    if not left:
        return []
    more = f" and {len(left) - _SHOWN} more" * (len(left) > _SHOWN)
    return [f"lines not read: {', '.join(left[:_SHOWN])}{more} (titles, remarks or totals)"]


def _longer(written: list[Row], kept: list[Row]) -> Iterator[Row]:
    """Yield what a comma too many made of rows: no remarks, since they hold a time and a number."""
    lines = {row.line for row in kept}
    for row in written:
        if row.line > kept[0].line and row.line not in lines and not is_comment(row.cells):
            numbers = any(numerals.is_amount(cell) and not is_time(cell) for cell in row.cells)
            if numbers and any(map(is_time, row.cells)):
                yield row


def _filled_down(names: Sequence[str], body: list[Row]) -> tuple[list[Row], list[str]]:
    """Write what stands once above several rows into each of them, in a first column of texts or times."""
    first = [row.cells[0] for row in body]
    told = {*first} - {""}
    if not first[0] or len(told) < 2 or first.count("") < _SHARE_OF_GAPS * len(first):
        return body, []
    years = all(map(is_year, told))
    if not years and any(numerals.is_amount(cell) or numerals.is_blank(cell) for cell in told):
        return body, []
    filled: list[Row] = []
    for row in body:
        cells = [row.cells[0] or filled[-1].cells[0], *row.cells[1:]]
        filled.append(row._replace(cells=cells))
    return filled, [f"column {names[0]}: empty cells are read as the one above"]
