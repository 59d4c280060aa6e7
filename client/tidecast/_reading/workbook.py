"""An .xlsx file, by nothing but the standard library: the names of its sheets, and the cells of each as texts."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from xml.etree import ElementTree

from .bounds import Bounds
from .errors import DataError

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
"""What a broken archive raises; that and what broken XML does is in `BROKEN_BOOK`."""
BROKEN_BOOK = (*BROKEN, ElementTree.ParseError)
_BUILT_IN_DATES = frozenset([*range(14, 23), 45, 47])  # 46 is of durations, as [h]:mm:ss
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ROUNDED = 0.05  # of a second: some programs write days with few digits


class Book:
    """An open file: `names` are those of the sheets that are shown, in the order of the tabs.

    Raises:
        DataError: It is an archive of another kind.
        TooLarge: It is larger than is allowed once it is unpacked.
        BROKEN_BOOK: It cannot be read.
    """

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        book = zipfile.ZipFile(io.BytesIO(data))
        parts = book.infolist()
        bounds.check_bytes(sum(part.file_size for part in parts if _is_read(part.filename)))
        self._book, self._bounds = book, bounds
        self._parts = _sheets(book)
        if not self._parts:
            raise _other_kind(book)
        self.names = [*self._parts]
        self._texts, self._dated = _shared_texts(book), _date_styles(book)
        self._first_day = _first_day(book)

    def cells(self, name: str) -> list[list[str]]:
        """Return the cells of a sheet, with empty rows and cells where none is written.

        Raises:
            TooLarge: They are more, or hold more, than is allowed.
            BROKEN_BOOK: It cannot be read.
        """
        rows: list[list[str]] = []
        count = size = 0
        root = _root(self._book, self._parts[name])
        for row in root.iter(f"{_MAIN}row"):
            number = int(row.get("r") or len(rows) + 1)
            if number > _MOST_ROWS:
                raise ValueError(f"row {number} is beyond the last that a sheet can have")
            rows += [[] for _ in range(number - 1 - len(rows))]
            rows.append(self._row(row))
            count += len(rows[-1])
            size += sum(map(len, rows[-1]))
            self._bounds.check_cells(count)  # a cell at the end of a row makes thousands before it
            self._bounds.check_bytes(size)  # a text is in the file once, however many cells have it
        for merged in root.iter(f"{_MAIN}mergeCell"):
            _fill_down(rows, merged.get("ref") or "")
        return rows

    def _row(self, row: ElementTree.Element) -> list[str]:
        cells: list[str] = []
        for cell in row.iter(f"{_MAIN}c"):
            at = _column_of(cell.get("r") or "") or len(cells)
            if at >= _MOST_COLUMNS:
                raise ValueError(f"column {cell.get('r')} is beyond the last that a sheet can have")
            cells += [""] * (at - len(cells))
            cells.append(self._cell(cell))
        return cells

    def _cell(self, cell: ElementTree.Element) -> str:
        kind, value = cell.get("t"), cell.findtext(f"{_MAIN}v") or ""
        if kind == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(f"{_MAIN}t"))
        if kind == "s":
            return self._texts[int(value)]
        if kind == "b":
            return "true" if value == "1" else "false"
        if kind not in (None, "n"):
            return value
        formula = cell.find(f"{_MAIN}f")
        if formula is not None and not value:
            return f"={formula.text or ''}"
        style = int(cell.get("s") or 0)
        if value and style < len(self._dated) and self._dated[style]:
            return _moment(float(value), self._first_day)
        return value.removesuffix(".0")


# --- what cells refer to ---------------------------------------------------------


def _other_kind(book: zipfile.ZipFile) -> DataError:
    """Say what an archive without sheets is."""
    names = book.namelist()
    kind = "a ZIP archive" if "content.xml" not in names else "an OpenDocument file"
    kind = "a Word document" if any(name.startswith("word/") for name in names) else kind
    return DataError(
        f"this is {kind}, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read"
    )


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


def _first_day(book: zipfile.ZipFile) -> datetime:
    """Return the day from which dates are counted: 1904 in files of old Macintoshes."""
    about = book.read(_BOOK) if _BOOK in book.namelist() else b""
    return (
        datetime(1904, 1, 1)
        if re.search(rb'date1904="(1|true)"', about)
        else datetime(1899, 12, 30)
    )


def _column_of(reference: str) -> int:
    """Return the place of a column such as AB, counted from 0."""
    letters = re.match(r"[A-Z]*", reference)
    place = 0
    for letter in letters[0] if letters else "":
        place = 26 * place + ord(letter) - 64
    return max(0, place - 1)


def _moment(days: float, first_day: datetime) -> str:
    """Return the time that is so many days after the first: a clock, a date, or both."""
    seconds = days * 86400
    whole = abs(seconds - round(seconds)) < _ROUNDED
    moment = first_day + timedelta(seconds=round(seconds) if whole else round(seconds, 3))
    if 0 <= days < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat()
