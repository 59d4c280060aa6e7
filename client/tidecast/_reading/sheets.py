"""Excel files to tables, with nothing but the standard library."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from xml.etree import ElementTree

from . import kinds
from .bounds import UNBOUND, Bounds
from .delimited import Cells
from .errors import DataError, OpenQuestion, TooLarge
from .records import from_rows
from .stamps import looks_like_times
from .table import Table
from .wanted import NOTHING, Wanted

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXTS, _STYLES, _BOOK = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
    *(KeyError, IndexError, ValueError, OverflowError),
)
_BUILT_IN_DATES = frozenset([*range(14, 23), 45, 47])  # 46 is of durations, as [h]:mm:ss
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ROUNDED = 0.05  # of a second: some programs write days with few digits


def read_excel(data: bytes, wanted: Wanted = NOTHING, bounds: Bounds = UNBOUND) -> Table:
    """Read the sheet of an .xlsx file that is wanted, else the first that holds a table.

    Raises:
        DataError: It is no such file, it lacks the sheet, or its sheet holds no table.
        TooLarge: It is larger than is allowed once it is unpacked, or has more cells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            bounds.check_bytes(
                sum(part.file_size for part in book.infolist() if _is_read(part.filename))
            )
            sheets = _sheets(book) or {_other_kind(book): ""}
            names = list(sheets)
            able = [_named(wanted.sheet, names)] if wanted.sheet is not None else names
            look = _Look(_shared_texts(book), _date_styles(book), _first_day(book))
            rows = (_rows_of(book, sheets[name], look, bounds) for name in able)
            tables = (_table(one, wanted.decimal, bounds) for one in rows)
            name, table = _best(zip(able, tables)) or (able[0], None)
            if table is None:
                first = _rows_of(book, sheets[name], look, bounds)
                table = from_rows(Cells(first), wanted.decimal, bounds)
    except (*BROKEN, ElementTree.ParseError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"this is no Excel file that can be read: {error}") from error
    table.sheets, table.sheet = names, name
    table.notes += [_without_results(column) for column in table if _holds_formulas(table[column])]
    if len(names) > 1:
        which = "the first" if name == names[0] else f"number {names.index(name) + 1}"
        told = f"{which} of {len(names)} sheets is read, {name!r}"
        table.notes.append(told if wanted.sheet else f"{told} (--sheet NAME reads another)")
    return table


def _holds_formulas(values: Sequence[object]) -> bool:
    return any(isinstance(value, str) and value.startswith("=") for value in values)


def _without_results(column: str) -> str:
    return f"column {column} has formulas without results: save the file from a spreadsheet, which computes them"


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


def _table(rows: Sequence[Sequence[str]], decimal: str | None, bounds: Bounds) -> Table | None:
    try:
        return from_rows(Cells(rows), decimal, bounds)
    except (OpenQuestion, TooLarge):
        raise
    except DataError:
        return None


def _best(tables: Iterable[tuple[str, Table | None]]) -> tuple[str, Table] | None:
    """Return the first table of times and numbers, else the first of numbers."""
    first = None
    for name, table in tables:
        if table is None or not any(map(kinds.is_numeric, table.values())):
            continue
        if _holds_times(table):
            return name, table
        first = first or (name, table)
    return first


def _holds_times(table: Table) -> bool:
    """Say whether a column or the names of columns are times."""
    columns = (values for values in table.values() if not kinds.is_numeric(values))
    return any(map(looks_like_times, columns)) or looks_like_times([*table])


def _other_kind(book: zipfile.ZipFile) -> str:
    """Say what an archive without sheets is.

    Raises:
        DataError: Always.
    """
    names = book.namelist()
    kind = "a ZIP archive" if "content.xml" not in names else "an OpenDocument file"
    kind = "a Word document" if any(name.startswith("word/") for name in names) else kind
    raise DataError(f"this is {kind}, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read")


def _is_read(name: str) -> bool:
    return name in (_TEXTS, _STYLES, _BOOK, _LINKS) or _SHEET.match(name) is not None


def _sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet that is shown by its name, in the order of the tabs, or as numbered."""
    files = sorted((name for name in book.namelist() if _SHEET.match(name)), key=_order)
    if not {_BOOK, _LINKS} <= {*book.namelist()}:
        return _unnamed(files)
    links = {one.get("Id"): one.get("Target") or "" for one in _root(book, _LINKS)}
    tabs = {
        tab.get("name")
        or f"Sheet{place}": f"xl/{links.get(tab.get(_LINK), '').removeprefix('/xl/')}"
        for place, tab in enumerate(_root(book, _BOOK).iter(f"{_MAIN}sheet"), start=1)
        if tab.get("state", "visible") == "visible"
    }
    return {name: part for name, part in tabs.items() if part in files} or _unnamed(files)


def _unnamed(files: Sequence[str]) -> dict[str, str]:
    return {f"Sheet{place}": part for place, part in enumerate(files, start=1)}


def _root(book: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(part))


def _rows_of(book: zipfile.ZipFile, sheet: str, look: _Look, bounds: Bounds) -> list[list[str]]:
    """Return the cells of a sheet, with empty rows and cells where none is written."""
    rows: list[list[str]] = []
    count = size = 0
    root = _root(book, sheet)
    for row in root.iter(f"{_MAIN}row"):
        number = int(row.get("r") or len(rows) + 1)
        if number > _MOST_ROWS:
            raise ValueError(f"row {number} is beyond the last that a sheet can have")
        rows += [[] for _ in range(number - 1 - len(rows))]
        rows.append(_cells(row, look))
        count += len(rows[-1])
        size += sum(map(len, rows[-1]))
        bounds.check_cells(count)  # a cell at the end of a row makes thousands before it
        bounds.check_bytes(size)  # a text stands in the file once, however many cells have it
    for merged in root.iter(f"{_MAIN}mergeCell"):
        _fill_down(rows, merged.get("ref") or "")
    return rows


def _fill_down(rows: list[list[str]], merged: str) -> None:
    """Write the value of cells that are merged in one column into each of them."""
    match = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", merged)
    if match is None or match[1] != match[3]:
        return
    place, first, last = _column_of(match[1]), int(match[2]) - 1, int(match[4])
    value = rows[first][place] if first < len(rows) and place < len(rows[first]) else ""
    for below in rows[first + 1 : last] if value else ():
        below.extend([""] * (place + 1 - len(below)))
        below[place] = value


def _order(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d+)\.xml$", name)
    return (int(digits[1]) if digits else 0, name)


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if _TEXTS not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read(_TEXTS))
    return [
        "".join(t.text or "" for t in item.iter(f"{_MAIN}t")) for item in root.iter(f"{_MAIN}si")
    ]


def _date_styles(book: zipfile.ZipFile) -> list[bool]:
    """Return for each style of cells whether it shows dates."""
    if _STYLES not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read(_STYLES))
    own = {f.get("numFmtId"): f.get("formatCode") or "" for f in root.iter(f"{_MAIN}numFmt")}
    formats = root.find(f"{_MAIN}cellXfs")
    return [_is_date_format(x.get("numFmtId"), own) for x in (() if formats is None else formats)]


def _is_date_format(number: str | None, own: Mapping[str | None, str]) -> bool:
    format_code = own.get(number, "")
    if _ELAPSED.search(format_code):
        return False
    code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", format_code)
    return int(number or 0) in _BUILT_IN_DATES or bool(re.search(r"[ymdh]", code, re.IGNORECASE))


@dataclass(frozen=True)
class _Look:
    """What cells refer to: texts that are shared, styles that show dates, and the day 0 of these."""

    texts: Sequence[str]
    dated: Sequence[bool]
    first_day: datetime


def _first_day(book: zipfile.ZipFile) -> datetime:
    """Return the day from which dates are counted: 1904 in files of old Macintoshes."""
    about = book.read(_BOOK) if _BOOK in book.namelist() else b""
    return (
        datetime(1904, 1, 1)
        if re.search(rb'date1904="(1|true)"', about)
        else datetime(1899, 12, 30)
    )


def _cells(row: ElementTree.Element, look: _Look) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_MAIN}c"):
        at = _column_of(cell.get("r") or "") or len(cells)
        if at >= _MOST_COLUMNS:
            raise ValueError(f"column {cell.get('r')} is beyond the last that a sheet can have")
        cells += [""] * (at - len(cells))
        cells.append(_cell(cell, look))
    return cells


def _column_of(reference: str) -> int:
    """Return the place of a column such as AB, counted from 0."""
    letters = re.match(r"[A-Z]*", reference)
    place = 0
    for letter in letters[0] if letters else "":
        place = 26 * place + ord(letter) - 64
    return max(0, place - 1)


def _cell(cell: ElementTree.Element, look: _Look) -> str:
    kind, value = cell.get("t"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{_MAIN}t"))
    if kind == "s":
        return look.texts[int(value)]
    if kind not in (None, "n"):
        return value
    formula = cell.find(f"{_MAIN}f")
    if formula is not None and not value:
        return f"={formula.text or ''}"
    style = int(cell.get("s") or 0)
    if value and style < len(look.dated) and look.dated[style]:
        return _moment(float(value), look.first_day)
    return value.removesuffix(".0")


def _moment(days: float, first_day: datetime) -> str:
    """Return the time that is so many days after the first: a clock, a date, or both."""
    seconds = days * 86400
    whole = abs(seconds - round(seconds)) < _ROUNDED
    moment = first_day + timedelta(seconds=round(seconds) if whole else round(seconds, 3))
    if 0 <= days < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
