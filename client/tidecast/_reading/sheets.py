"""The sheet of an Excel file that is wanted, else the first that holds a table, to a table."""

from __future__ import annotations

from collections.abc import Sequence

from . import kinds
from .bounds import UNBOUND, Bounds
from .delimited import Cells
from .errors import DataError, OpenQuestion, TooLarge
from .records import from_rows
from .stamps import looks_like_times
from .table import Table
from .wanted import NOTHING, Wanted
from .workbook import BROKEN_BOOK, Book


def read_excel(data: bytes, wanted: Wanted = NOTHING, bounds: Bounds = UNBOUND) -> Table:
    """Read the sheet of an .xlsx file that is wanted, else the first that holds a table.

    Raises:
        DataError: It is no such file, it lacks the sheet, or its sheet holds no table.
        TooLarge: It is larger than is allowed once it is unpacked, or has more cells.
    """
    try:
        book = Book(data, bounds)
        name, table = _chosen(book, wanted, bounds)
    except BROKEN_BOOK as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"this is no Excel file that can be read: {error}") from error
    names = book.names
    table.sheets, table.sheet = names, name
    table.notes += [_without_results(column) for column in table if _holds_formulas(table[column])]
    if len(names) > 1:
        which = "the first" if name == names[0] else f"number {names.index(name) + 1}"
        told = f"{which} of {len(names)} sheets is read, {name!r}"
        table.notes.append(told if wanted.sheet else f"{told} (--sheet NAME reads another)")
    return table


def _chosen(book: Book, wanted: Wanted, bounds: Bounds) -> tuple[str, Table]:
    """Return the first sheet of times and numbers, else the first of numbers, else the first, and its name."""
    names = book.names if wanted.sheet is None else [_named(wanted.sheet, book.names)]
    tables: dict[str, Table] = {}
    faults: dict[str, DataError] = {}
    for name in names:
        try:
            table = from_rows(Cells(book.cells(name)), wanted.decimal, bounds)
        except (OpenQuestion, TooLarge):
            raise
        except DataError as error:
            faults[name] = error
            continue
        if _holds_numbers(table) and _holds_times(table):
            return name, table
        tables[name] = table
    able = (name for name, table in tables.items() if _holds_numbers(table))
    name = next(able, names[0])
    if name in faults:
        raise faults[name]
    return name, tables[name]


def _named(wanted: str, names: Sequence[str]) -> str:
    """Return the name of the sheet that is wanted by its name or by its number.

    Raises:
        DataError: There is none.
    """
    if wanted in names:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise DataError(f"there is no sheet {wanted!r} among {list(names)}")


def _holds_numbers(table: Table) -> bool:
    return any(map(kinds.is_numeric, table.values()))


def _holds_times(table: Table) -> bool:
    """Say whether a column or the names of columns are times."""
    columns = (values for values in table.values() if not kinds.is_numeric(values))
    return any(map(looks_like_times, columns)) or looks_like_times([*table])


def _holds_formulas(values: Sequence[object]) -> bool:
    return any(isinstance(value, str) and value.startswith("=") for value in values)


def _without_results(column: str) -> str:
    return f"column {column} has formulas without results: save the file from a spreadsheet, which computes them"
