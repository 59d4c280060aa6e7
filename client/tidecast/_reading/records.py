"""Bytes of a delimited text to a table: encoding, delimiter, header, and what stands around the rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import headers, numerals, surroundings
from .bounds import UNBOUND, Bounds
from .errors import DataError, OpenQuestion
from .rows import SAMPLE, Row, is_comment, is_data, is_plain_data, is_rule, rows_of, usual_width
from .table import Table

_DELIMITERS = "\t;|,"
_RARE = "^~:"
_MAGIC = {
    b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"GIF8": "a GIF image", b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive", b"\xd0\xcf\x11\xe0": "an old Excel file (save it as .xlsx or CSV)",
    b"PK\x03\x04": "a ZIP archive", b"PAR1": "Parquet (name it .parquet)",
    b"FEA1": "Feather of its first kind (save it as .parquet)",
    b"BZh": "a bzip2 archive", b"RIFF": "a sound or picture", b"\x7fELF": "a program", b"SQLite": "a database",
}  # fmt: skip
_ENCODINGS = (
    "ascii", "big5", "cp", "euc", "gb", "hz", "iso", "johab",
    "koi8", "kz1048", "mac", "ptcp", "shift", "tis", "utf",
)  # fmt: skip
"""What names of encodings of texts begin with: Python has others too, such as rot13."""
_GUESSED = "not UTF-8: read as Windows-1252 (--encoding NAME reads it as another)"
_WORD = re.compile(r'"[^"]*"|\S+')
_YEAR = re.compile(r"(?:18|19|20|21)\d\d")
_SHARE_OF_GAPS, _SHARE_OF_ROWS, _LEAST_ROWS = 1 / 3, 0.6, 3


class Text(NamedTuple):
    """The text of a file, the encoding that it is in where that is not UTF-8, and what to say of it."""

    letters: str
    encoding: str | None = None
    notes: Sequence[str] = ()


def decode(data: bytes, encoding: str | None = None) -> Text:
    """Return the text of a file.

    Raises:
        DataError: It is no text.
        OpenQuestion: It is none in the encoding that is said.
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise DataError(
                f"this is {kind}, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read"
            )
    if encoding is not None:
        return _decoded(data, encoding)
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return Text(data.decode("utf-32", errors="replace"), "utf-32", ["read as UTF-32"])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Text(data.decode("utf-16", errors="replace"), "utf-16", ["read as UTF-16"])
    head = data[:1000]
    if abs(head[1::2].count(b"\0") - head[::2].count(b"\0")) > len(head) // 4:
        which = "utf-16-le" if head[1::2].count(b"\0") > head[::2].count(b"\0") else "utf-16-be"
        return Text(data.decode(which, errors="replace"), which, ["read as UTF-16"])
    try:
        text = Text(data.decode("utf-8-sig").rstrip("\0"))
    except UnicodeDecodeError:
        text = Text(data.decode("cp1252", errors="replace").rstrip("\0"), "cp1252", [_GUESSED])
    controls = sum(c < " " and c not in "\t\r\n\f\x1a" for c in text.letters[:1000])
    if controls or "\0" in text.letters:
        raise DataError(
            "this is binary data, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read"
        )
    return text


def _decoded(data: bytes, encoding: str) -> Text:
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        known = ""
    if not known.startswith(_ENCODINGS):
        raise DataError(
            f"there is no encoding {encoding!r}; hint: cp1250, cp1251, shift_jis and the like"
        )
    try:
        return Text(data.decode(known).lstrip("\ufeff"), known)
    except UnicodeDecodeError as error:
        raise OpenQuestion(
            f"this is no {known}: byte {error.start + 1} stands for nothing in it; "
            "hint: --encoding NAME says another, without it the encoding is guessed",
            "encoding",
        ) from None


def parse(text: str, decimal: str | None = None, bounds: Bounds = UNBOUND) -> Table:
    """Read delimited text; numbers become numbers, empty cells and NA become None.

    Raises:
        DataError: There are no rows, or one has more cells than the header.
        TooLarge: There are more cells than is allowed.
    """
    if re.match(r"\s*<(!|\?|[a-z][\w:-]*(\s|>(?!\s*[,;|\t])))", text, re.IGNORECASE):
        kind = (
            "a web page" if re.match(r"\s*<(!doctype|html|table)", text, re.IGNORECASE) else "XML"
        )
        raise DataError(
            f"this is {kind}, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    told = re.match(r"sep=(.)\n", text)
    delimiter = told[1] if told else delimiter_of(text)
    bounds.check_cells(text.count("\n") + text.count(delimiter) + 1)
    rows = _split(text, delimiter)
    if all(len(row) < 2 for row in rows) and any("," in "".join(row) for row in rows):
        rows = _split(
            "\n".join("".join(row) for row in rows), delimiter_of("\n".join(map("".join, rows)))
        )
    unclosed = [cell for cell in (rows[-1] if text.count('"') % 2 else ()) if "\n" in cell]
    if unclosed:
        raise DataError(f"the quote before {unclosed[0].split(chr(10))[0]!r} is never closed")
    first = 2 if told else 1
    return from_rows(rows[first - 1 :], delimiter, decimal, first, bounds)


def delimiter_of(text: str) -> str:
    """Return the delimiter that gives most rows the same number of cells; a blank if none does."""
    best, found = 0.0, ","
    for delimiter in _DELIMITERS:
        score = _evenness(_split(text[:20000], delimiter)[:SAMPLE])
        if score > best + 0.05:
            best, found = score, delimiter
    if best < 1.0:
        rare = next((sign for sign in _RARE if _parts(text, sign)), None)
        if rare is not None:
            return rare
    if best == 0.0 and _begin_of_spaced(_words(text[:20000])[:SAMPLE]) is not None:
        return " "
    return found


def _parts(text: str, sign: str) -> bool:
    """Say whether a sign that is seldom meant so parts names, and below them times and numbers throughout."""
    rows = [row for row in _split(text[:20000], sign)[:SAMPLE] if any(row)]
    rows = rows[:-1] if len(text) > 20000 else rows  # the last one may be cut
    if len(rows) < _LEAST_ROWS or len({*map(len, rows)}) > 1 or len(rows[0]) < 2:
        return False
    names, *below = rows
    known = [is_data(cell) or numerals.is_blank(cell) for row in below for cell in row]
    return not any(map(is_data, names)) and all(names) and sum(known) * 2 > len(known)


def _words(text: str) -> list[list[str]]:
    """Return what blanks part in each line, but for those within quotes."""
    return [[word.strip('"') for word in _WORD.findall(line)] for line in text.split("\n")]


def _begin_of_spaced(rows: list[list[str]]) -> int | None:
    """Return the first row of a table whose cells are parted by blanks, None if there is none.

    Lines of another length may stand around it if it is one of times and numbers; its names may be one less.
    """
    told = [(place, row) for place, row in enumerate(rows) if row and not is_comment(row)]
    width = usual_width(row for _, row in told)
    if width < 2:
        return None
    able = [at for at, (_, row) in enumerate(told) if len(row) == width]
    first = next((at for at in able if not _is_above_others(told, at)), able[-1])
    body = [row for _, row in told[first:]]
    cells = [cell for row in body[1:] or body for cell in row if len(row) == width]
    known = sum(map(is_data, cells)) + sum(map(numerals.is_blank, cells))
    sure = len(able) >= _SHARE_OF_ROWS * len(body) and 2 * known > len(cells)
    if len(able) < len(told) and not sure:
        return None
    below_names = first > 0 and len(told[first - 1][1]) == width - 1
    return told[first - below_names][0]


def _is_above_others(told: list[tuple[int, list[str]]], at: int) -> bool:
    """Say whether an empty line and then names are below a row: it is none of their table."""
    if at + 1 == len(told) or told[at + 1][0] == told[at][0] + 1:
        return False
    return not any(map(is_data, told[at + 1][1]))


def _spaced(text: str) -> list[list[str]]:
    """Return the cells of a table that blanks part; lines above it are one cell each."""
    rows = _words(text)
    begin = _begin_of_spaced(rows[:SAMPLE]) or 0
    titles = [row if not row or is_comment(row) else [" ".join(row)] for row in rows[:begin]]
    return titles + rows[begin:]


def _evenness(rows: Sequence[Sequence[str]]) -> float:
    told = [row for row in rows if not is_rule([cell.strip() for cell in row])]
    widths = [len(row) for row in told if any(cell.strip() for cell in row)]
    if not widths:
        return 0.0
    width, count = Counter(widths).most_common(1)[0]
    return count / len(widths) if width > 1 else 0.0


def _split(text: str, delimiter: str) -> list[list[str]]:
    if delimiter == " ":
        return _spaced(text)
    try:
        return list(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        )
    except csv.Error as error:
        raise DataError(f"the text is no table: {error}") from error


def from_rows(
    cells: Iterable[Sequence[str]],
    delimiter: str = ",",
    decimal: str | None = None,
    first_line: int = 1,
    bounds: Bounds = UNBOUND,
) -> Table:
    """Return the table that stands in rows of texts, without what stands above and below it.

    Raises:
        DataError: There are no rows, or one has more cells than the header.
        TooLarge: There are more cells than is allowed, those that rows lack counted.
    """
    written = rows_of(cells, first_line)
    alone = surroundings.without(written)
    if not alone:
        raise DataError("the file is empty")
    alone, names_from, said_of_names = headers.with_one_row_of_names(alone, written)
    names, body = headers.names_of(alone)
    if not body:
        raise DataError(f"there are no rows below the header {names}")
    for row in body:
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
    columns, said = numerals.typed(texts, delimiter, decimal)
    notes = _left_out(written, alone, names_from)
    notes += said_of_names + said_of_units + said_of_gaps + said
    return Table(columns, [row.line for row in body], notes)


def _left_out(written: list[Row], kept: list[Row], names_from: int) -> list[str]:
    lines = {row.line for row in kept} | {*range(names_from, kept[0].line)}
    left = [str(row.line) for row in written if row.line not in lines]
    if not left:
        return []
    return [f"lines not read: {', '.join(left[:10])} (titles, remarks or totals)"]


def _filled_down(names: Sequence[str], body: list[Row]) -> tuple[list[Row], list[str]]:
    """Write what stands once above several rows into each of them, in a first column of texts or times."""
    first = [row.cells[0] for row in body]
    told = {*first} - {""}
    if not first[0] or len(told) < 2 or first.count("") < _SHARE_OF_GAPS * len(first):
        return body, []
    years = all(map(_YEAR.fullmatch, told))
    if not years and any(numerals.is_amount(cell) or numerals.is_blank(cell) for cell in told):
        return body, []
    filled: list[Row] = []
    for row in body:
        cells = [row.cells[0] or filled[-1].cells[0], *row.cells[1:]]
        filled.append(row._replace(cells=cells))
    return filled, [f"column {names[0]}: empty cells are read as the one above"]
