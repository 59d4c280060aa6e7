"""Excel and JSON files to tables, with nothing but the standard library."""

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from .._errors import DataError
from .records import from_rows
from .table import Table

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(45, 48)])


def read_excel(data: bytes) -> Table:
    """Read the first sheet of an .xlsx file.

    Raises:
        DataError: It is no such file, or its sheet holds no table.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            shared = _shared_texts(book)
            dated = _date_styles(book)
            sheets = sorted(
                (n for n in book.namelist() if re.match(r"xl/worksheets/[^/]+\.xml", n)), key=_order
            )
            root = ElementTree.fromstring(book.read(sheets[0]))
    except (zipfile.BadZipFile, KeyError, IndexError, ElementTree.ParseError) as error:
        raise DataError(f"this is no Excel file that can be read: {error}") from error
    rows: list[list[str]] = []
    for row in root.iter(f"{_MAIN}row"):
        number = int(row.get("r") or len(rows) + 1)
        rows += [[] for _ in range(number - 1 - len(rows))]
        rows.append(_cells(row, shared, dated))
    table = from_rows(rows)
    if len(sheets) > 1:
        table.notes.append(f"the first of {len(sheets)} sheets is read")
    return table


def read_json(text: str) -> Table:
    """Read rows, columns, one object per line, or a list of numbers.

    Raises:
        DataError: It is something else.
    """
    try:
        value = json.loads(text)
    except ValueError:
        try:
            value = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise DataError(f"this is no JSON that can be read: {error}") from error
    if isinstance(value, Mapping):
        lists = [inner for inner in value.values() if isinstance(inner, list | Mapping)]
        if len(lists) == 1 and not isinstance(lists[0], Mapping) and _is_rows(lists[0]):
            value = lists[0]
    return Table(_json_columns(value))


def _json_columns(value: Any) -> dict[str, list[Any]]:
    if _is_rows(value):
        names = dict.fromkeys(str(name) for row in value for name in row)
        return {name: [row.get(name) for row in value] for name in names}
    if isinstance(value, Mapping) and value:
        columns = [list(c.values()) if isinstance(c, Mapping) else c for c in value.values()]
        if all(isinstance(c, list) for c in columns) and len({len(c) for c in columns}) == 1:
            return dict(zip(map(str, value), columns, strict=True))
    if (
        isinstance(value, list)
        and value
        and all(v is None or isinstance(v, int | float) for v in value)
    ):
        return {"y": value}
    raise DataError("this JSON holds no table; hint: a list of rows, or an object of columns")


def _is_rows(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
    )


def _order(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d+)\.xml$", name)
    return (int(digits[1]) if digits else 0, name)


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return [
        "".join(t.text or "" for t in item.iter(f"{_MAIN}t")) for item in root.iter(f"{_MAIN}si")
    ]


def _date_styles(book: zipfile.ZipFile) -> list[bool]:
    """Return for each style of cells whether it shows dates."""
    if "xl/styles.xml" not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read("xl/styles.xml"))
    own = {f.get("numFmtId"): f.get("formatCode") or "" for f in root.iter(f"{_MAIN}numFmt")}
    formats = root.find(f"{_MAIN}cellXfs")
    return [_is_date_format(x.get("numFmtId"), own) for x in (() if formats is None else formats)]


def _is_date_format(number: str | None, own: Mapping[str | None, str]) -> bool:
    code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", own.get(number, ""))
    return int(number or 0) in _BUILT_IN_DATES or bool(re.search(r"[ymdh]", code, re.IGNORECASE))


def _cells(row: ElementTree.Element, shared: Sequence[str], dated: Sequence[bool]) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_MAIN}c"):
        at = _column_of(cell.get("r") or "") or len(cells)
        cells += [""] * (at - len(cells))
        cells.append(_cell(cell, shared, dated))
    return cells


def _column_of(reference: str) -> int:
    """Return the place of a column such as AB, counted from 0."""
    letters = re.match(r"[A-Z]*", reference)
    place = 0
    for letter in letters[0] if letters else "":
        place = 26 * place + ord(letter) - 64
    return max(0, place - 1)


def _cell(cell: ElementTree.Element, shared: Sequence[str], dated: Sequence[bool]) -> str:
    kind, value = cell.get("t"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{_MAIN}t"))
    if kind == "s":
        return shared[int(value)]
    style = int(cell.get("s") or 0)
    if kind in (None, "n") and value and style < len(dated) and dated[style]:
        moment = datetime(1899, 12, 30) + timedelta(seconds=round(float(value) * 86400))
        return (
            moment.date().isoformat()
            if moment.time().isoformat() == "00:00:00"
            else moment.isoformat()
        )
    if kind == "d":
        return value
    return value.removesuffix(".0")
