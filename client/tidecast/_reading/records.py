"""Bytes of a delimited text to a table: encoding, delimiter, header, and what stands around the rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from . import headers, kinds, marks, numerals
from .bounds import UNBOUND, Bounds
from .errors import DataError, OpenQuestion
from .stamps import style_of
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
_TOTAL = re.compile(
    r"(grand\s+|sub)?-?\s*(total|totals|sum|summe|gesamt|gesamtergebnis|ergebnis|totale|somme|suma)\b.*",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    r"(average|avg|mean|mittelwert|durchschnitt|moyenne|media|min|max|minimum|maximum|median|count|anzahl|"
    r"std|st(d|andard)\.?\s?dev(iation)?)\W*",
    re.IGNORECASE,
)
_TOTAL_ALONE = re.compile(
    r"(grand\s+|sub)?-?\s*(totals?|sum|summe|gesamt|gesamtergebnis)\W*", re.IGNORECASE
)
_TOTAL_BEHIND = re.compile(r"\w[\s:-]+(sub)?(total|totals|gesamt|summe|ergebnis)$", re.IGNORECASE)
_SAMPLE = 200
_WORD = re.compile(r'"[^"]*"|\S+')
_FORMULA = re.compile(r'="[^"]*"')  # keeps spreadsheets from reading a cell as something else
_RULE = re.compile(r":?[-=+]{2,}:?")
_LEAST_BELOW_UNITS = 3
_LEAST_OF_KEYED = 2
_LEAST_ABOVE_NAMES = 2
_MOST_ABOVE, _LEAST_FACTS = 12, 3
_LEAST_DATES = 3
_SHARE_OF_GAPS = 1 / 3
_SHARED_ROWS, _SHARE_OF_ROWS = 12, 0.6


_Lines = list[tuple[int, list[str]]]


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
        score = _evenness(_split(text[:20000], delimiter)[:_SAMPLE])
        if score > best + 0.05:
            best, found = score, delimiter
    if best < 1.0:
        rare = next((sign for sign in _RARE if _parts(text, sign)), None)
        if rare is not None:
            return rare
    if best == 0.0 and _begin_of_spaced(_words(text[:20000])[:_SAMPLE]) is not None:
        return " "
    return found


def _parts(text: str, sign: str) -> bool:
    """Say whether a sign that is seldom meant so parts names, and below them times and numbers throughout."""
    rows = [row for row in _split(text[:20000], sign)[:_SAMPLE] if any(row)]
    rows = rows[:-1] if len(text) > 20000 else rows  # the last one may be cut
    if len(rows) < _LEAST_BELOW_UNITS or len({*map(len, rows)}) > 1 or len(rows[0]) < 2:
        return False
    names, *below = rows
    known = [headers.is_data(cell) or numerals.is_blank(cell) for row in below for cell in row]
    return not any(map(headers.is_data, names)) and all(names) and sum(known) * 2 > len(known)


def _words(text: str) -> list[list[str]]:
    """Return what blanks part in each line, but for those within quotes."""
    return [[word.strip('"') for word in _WORD.findall(line)] for line in text.split("\n")]


def _begin_of_spaced(rows: list[list[str]]) -> int | None:
    """Return the first row of a table whose cells are parted by blanks, None if there is none.

    Lines of another length may stand around it if it is one of times and numbers; its names may be one less.
    """
    told = [(place, row) for place, row in enumerate(rows) if row and not _is_comment(row)]
    counts = Counter(len(row) for _, row in told)
    width = max(counts, key=lambda n: (counts[n], n), default=0)
    if width < 2:
        return None
    able = [at for at, (_, row) in enumerate(told) if len(row) == width]
    first = next((at for at in able if not _is_above_others(told, at)), able[-1])
    body = [row for _, row in told[first:]]
    cells = [cell for row in body[1:] or body for cell in row if len(row) == width]
    known = sum(map(headers.is_data, cells)) + sum(map(numerals.is_blank, cells))
    sure = counts[width] >= _SHARE_OF_ROWS * len(body) and 2 * known > len(cells)
    if counts[width] < len(told) and not sure:
        return None
    below_names = first > 0 and len(told[first - 1][1]) == width - 1
    return told[first - below_names][0]


def _is_above_others(told: _Lines, at: int) -> bool:
    """Say whether an empty line and then names are below a row: it is none of their table."""
    if at + 1 == len(told) or told[at + 1][0] == told[at][0] + 1:
        return False
    return not any(map(headers.is_data, told[at + 1][1]))


def _spaced(text: str) -> list[list[str]]:
    """Return the cells of a table that blanks part; lines above it are one cell each."""
    rows = _words(text)
    begin = _begin_of_spaced(rows[:_SAMPLE]) or 0
    titles = [row if not row or _is_comment(row) else [" ".join(row)] for row in rows[:begin]]
    return titles + rows[begin:]


def _evenness(rows: Sequence[Sequence[str]]) -> float:
    told = [row for row in rows if not _is_rule([cell.strip() for cell in row])]
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
    rows: Sequence[Sequence[str]],
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
    numbered = [(line, _trimmed(row)) for line, row in enumerate(rows, start=first_line)]
    filled = [(line, row) for line, row in numbered if row and not _is_rule(row)]
    if not filled:
        raise DataError("the file is empty")
    widths = {line: len(row) for line, row in enumerate(rows, start=first_line)}
    lines = _without_surroundings(filled, widths)
    lines, names_from, said_of_names = headers.with_one_row_of_names(lines, filled)
    notes = _left_out(filled, lines, names_from)
    header, body = _header(lines, widths)
    if not body:
        raise DataError(f"there are no rows below the header {header}")
    for line, row in body:
        if len(row) > len(header):
            raise DataError(f"line {line} has {len(row)} cells, the header {len(header)}")
    bounds.check_cells(len(header) * len(body))
    body, said_of_units = _without_units(header, body)
    body, said_of_gaps = _filled_down(header, body)
    if len(body) == 1 and body[0][0] == lines[0][0] and all(map(_is_data, body[0][1])):
        header, body = ["y"], [(body[0][0], [cell]) for cell in body[0][1]]
    texts = {
        name: [row[i] if i < len(row) else "" for _, row in body] for i, name in enumerate(header)
    }
    texts = {n: cells for n, cells in texts.items() if any(cells) or not n.startswith("column_")}
    columns, said = numerals.typed(texts, delimiter, decimal)
    told = notes + said_of_names + said_of_units + said_of_gaps + said
    return Table(columns, [line for line, _ in body], told)


def _without_units(header: Sequence[str], body: _Lines) -> tuple[_Lines, list[str]]:
    """Leave out a row below the names that is none of the table's: units, kinds, second names."""
    line, first = body[0]
    told = [cell for cell in first if cell]
    units = all(map(marks.is_unit, told))
    if len(body) < _LEAST_BELOW_UNITS or not told or not (units or _is_no_data(first, body[1:])):
        return body, []
    below = [_cells_at(place, body[1:]) for place, cell in enumerate(first) if cell]
    if not any(cells and all(map(headers.is_data, cells)) for cells in below):
        return body, []
    kind = "units" if units else "second names"
    pairs = ", ".join(f"{name} {cell}" for name, cell in zip(header, first) if cell)
    return body[1:], [f"line {line} is taken for {kind}: {pairs}"]


def _filled_down(header: Sequence[str], body: _Lines) -> tuple[_Lines, list[str]]:
    """Write what stands once above several rows into each of them, in a first column of texts or times."""
    first = [row[0] for _, row in body]
    gaps = first.count("")
    told = {*first} - {""}
    if not first[0] or len(told) < 2 or gaps < _SHARE_OF_GAPS * len(first):
        return body, []
    years = all(re.fullmatch(r"(?:18|19|20|21)\d\d", cell) for cell in told)
    if not years and any(numerals.is_amount(cell) or numerals.is_blank(cell) for cell in told):
        return body, []
    filled: _Lines = []
    for line, row in body:
        filled.append((line, [row[0] or filled[-1][1][0], *row[1:]]))
    return filled, [f"column {header[0]}: empty cells are read as the one above"]


def _cells_at(place: int, body: _Lines) -> list[str]:
    """Return the cells of a column that are not empty, of the first rows alone: they tell its kind."""
    return [row[place] for _, row in body[:_SAMPLE] if place < len(row) and row[place]]


def _is_no_data(first: Sequence[str], below: _Lines) -> bool:
    """Say whether a row has texts in columns that hold times or numbers below, and no such cell.

    One text is enough if its first cell is empty, which none below is.
    """
    texts = 0
    for place, cell in enumerate(first):
        if cell and all(map(headers.is_data, _cells_at(place, below))):
            if headers.is_data(cell) or numerals.is_blank(cell):
                return False
            texts += bool(_cells_at(place, below))
    lacks_first = not first[0] and all(row[0] for _, row in below[:_SAMPLE])
    return texts > (0 if lacks_first else 1)


def _is_rule(row: Sequence[str]) -> bool:
    """Say whether a row is a line that was drawn between others."""
    return all(not cell or _RULE.fullmatch(cell) for cell in row)


def _trimmed(row: Sequence[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    cells = [cell[2:-1] if _FORMULA.fullmatch(cell) else cell for cell in cells]
    if all(len(c) > 1 and c[0] == c[-1] == "'" for c in cells if c):
        cells = [cell[1:-1] for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _without_surroundings(filled: _Lines, widths: Mapping[int, int]) -> _Lines:
    """Leave out comments, titles above the header, totals and remarks below and between."""
    plain = _below_other_tables(_without_comments(filled))
    counts = Counter(len(row) for _, row in plain)
    width = max(counts, key=lambda n: (counts[n], n), default=0)
    first = next((i for i in range(len(plain)) if _begins(plain, i, width, widths)), 0)
    kept = _without_remarks(_without_facts(plain[first:]), width)
    named = kept[:1] + [(n, row) for n, row in kept[1:] if row != kept[0][1]]
    return [*_names_in_comments(filled, named), *named]


def _left_out(filled: _Lines, kept: _Lines, names_from: int) -> list[str]:
    lines = {line for line, _ in kept} | {*range(names_from, kept[0][0] if kept else 0)}
    left = sorted({line for line, _ in filled} - lines)
    if not left:
        return []
    return [f"lines not read: {', '.join(map(str, left[:10]))} (titles, remarks or totals)"]


def _is_comment(row: Sequence[str]) -> bool:
    return row[0] != "#" and row[0].startswith(("#", "%", "//", "--", "! "))


def _below_other_tables(rows: _Lines) -> _Lines:
    """Leave out a few rows of another width than all below an empty line, or from names on."""
    places = range(1, min(len(rows), _MOST_ABOVE + 1))
    gaps = (i for i in places if rows[i][0] > rows[i - 1][0] + 1 or _are_names(rows, i))
    gap = next(gaps, len(rows))
    above, below = rows[:gap], rows[gap:]
    width = Counter(len(row) for _, row in below).most_common(1)[0][0] if below else 0
    longer = len(below) > len(above) + 1
    wider = len(below) >= _LEAST_FACTS and width > max(len(row) for _, row in above)
    if not (longer or wider) or any(len(row) == width for _, row in above):
        return rows
    return _below_other_tables(below)


def _are_names(rows: _Lines, at: int) -> bool:
    """Say whether a row below others is of texts alone, and each row below it of as many times or numbers."""
    names, below = rows[at][1], [row for _, row in rows[at + 1 : at + 1 + _SHARED_ROWS]]
    if at < _LEAST_ABOVE_NAMES or not below or any(map(headers.is_data, names)) or not all(names):
        return False
    return all(len(row) == len(names) and all(map(headers.is_data, row)) for row in below)


def _without_facts(rows: _Lines) -> _Lines:
    """Leave out rows of facts about the series, such as source and unit, between the names and the times."""
    times = [style_of(row[:1]) is not None for _, row in rows[1 : _SHARED_ROWS + 1]]
    first = times.index(True) if True in times else 0
    able = first >= _LEAST_FACTS and all(times[first:]) and len(times) >= first + _LEAST_FACTS
    return rows[:1] + rows[1 + first :] if able else rows


def _without_comments(filled: _Lines) -> _Lines:
    """Return the rows that are no comments; most rows below the names are none, as keys may be #1001."""
    plain = [(n, row) for n, row in filled if not _is_comment(row)]
    first, names = plain[0] if plain else (0, [])
    below = [row for n, row in filled if n > first]
    marked = sum(_is_comment(row) and len(row) == len(names) for row in below)
    if 2 * marked <= len(below) or len(names) < _LEAST_OF_KEYED:
        return plain
    return [(n, row) for n, row in filled if n >= first]


def _names_in_comments(filled: _Lines, table: _Lines) -> _Lines:
    """Return the names that a comment right above a table without any holds, such as ``# date,value``."""
    if not table or not all(map(headers.is_data, filter(None, table[0][1]))):
        return []
    above = [(n, row) for n, row in filled if n < table[0][0] and _is_comment(row)]
    found: _Lines = []
    for line, row in reversed(above):
        names = [row[0].lstrip("#%/-! "), *row[1:]]
        names = names if names[0] else names[1:]
        if line != (found[0][0] if found else table[0][0]) - 1 or len(names) != len(table[0][1]):
            break
        found.insert(0, (line, names))
    return found[:1] if found and not any(map(headers.is_data, found[0][1])) else []


def _without_remarks(rows: _Lines, width: int) -> _Lines:
    """Leave out what has no place in the column of the times, or is too short to be a row."""
    end = len(rows)
    key = _key_of(rows[1:])
    alike = {kind for _, row in rows[1:3] if (kind := _kind_at(row, key))}
    while end > 3 and _is_remark(rows[end - 1][1], width, key, alike):
        end -= 1
    inside = [one for one in rows[1:end] if not _is_total_between(one[1], key)]
    return rows[:1] + inside if len(inside) > 1 else rows[:end]


def _is_total_between(row: Sequence[str], key: int | None) -> bool:
    """Say whether a row is of totals: by its cell where others have times, or by its name."""
    if key is None:
        return False
    cells = row[key : key + 1]
    if _is_total(cells):
        return True
    name = next((cell for cell in row if cell), "")
    alone = _TOTAL_ALONE.fullmatch(name) or _TOTAL_BEHIND.search(
        name
    )  # "Total rain" may be a series
    return alone is not None and style_of(cells) is None


def _key_of(rows: _Lines) -> int | None:
    """Return the first column of times, else of times or numbers throughout the first rows, None without one."""
    first = [row for _, row in rows[:_SHARED_ROWS]]
    for place in range(max(map(len, first), default=0)):
        times = sum(style_of(row[place : place + 1]) is not None for row in first)
        if times > _SHARE_OF_ROWS * len(first):
            return place
    top = [row for _, row in rows[:3]]
    width = min(map(len, top), default=0)
    return next(
        (i for i in range(width) if all(row[i] and headers.is_data(row[i]) for row in top)), None
    )


def _is_remark(row: Sequence[str], width: int, key: int | None, alike: set[str]) -> bool:
    cell = (row[key : key + 1] or [""])[0] if key is not None else ""
    if style_of([cell]) is not None:
        return False
    if _is_total(row) or (width > 1 and len(row) == 1 and not headers.is_data(row[0])):
        return True
    if key is None or len(alike) != 1:
        return False
    kind = _kind_at(row, key)
    return kind != "digit" and {kind} != alike and not headers.is_data(cell)


def _kind_at(row: Sequence[str], place: int | None) -> str:
    """Say whether a cell begins with a digit or with something else; "" for an empty one."""
    cell = "" if place is None or place >= len(row) else row[place]
    return "" if not cell else ("digit" if cell[0].isdecimal() else "other")


def _begins(plain: _Lines, place: int, width: int, widths: Mapping[int, int]) -> bool:
    """Say whether a row can be the header: as wide as the rows, or short of its last name alone."""
    line, row = plain[place]
    if len(row) >= width:
        return True
    below = plain[place + 1][1] if place + 1 < len(plain) else []
    if not any(_is_data(cell) for cell in below) or len(below) < width:
        return False
    return (widths[line] >= width or place == 0) and len(row) == width - 1


def _is_total(row: Sequence[str]) -> bool:
    return is_total(next((cell for cell in row if cell), ""))


def is_total(name: str) -> bool:
    """Say whether a row or a column of this name is of totals or averages."""
    found = _TOTAL.fullmatch(name) or _AVERAGE.fullmatch(name) or _TOTAL_BEHIND.search(name)
    return found is not None


def _is_data(cell: str) -> bool:
    return cell.isdecimal() or numerals.number(cell) is not None or style_of([cell]) is not None


def _come_again(cells: Sequence[str], below: _Lines) -> bool:
    """Say whether all texts of a row stand in their columns again, as names do not."""
    texts = [(place, cell) for place, cell in enumerate(cells) if cell and not _is_data(cell)]
    seen = [{row[place] for _, row in below if place < len(row)} for place, _ in texts]
    return bool(texts) and all(cell in found for (_, cell), found in zip(texts, seen))


def _header(rows: _Lines, widths: Mapping[int, int]) -> tuple[list[str], _Lines]:
    """Return the names and the rest; a first row of numbers and times alone is not a header."""
    if not rows:
        raise DataError("the file is empty")
    cells, width = rows[0][1], max(len(row) for _, row in rows)
    numbers = [numerals.number(cell) is not None for cell in cells if cell]
    times = [style_of([c]) is not None and not c.isdecimal() for c in cells if c]
    named = all(times) and len(times) >= _LEAST_DATES and len(rows) > 1
    named = named and not any(style_of([c]) for _, row in rows[1:_SAMPLE] for c in row)
    data = all(_is_data(cell) for cell in cells if cell) or (any(numbers) and any(times))
    data = data or (any(numbers) and _come_again(cells, rows[1:_SAMPLE]))
    if data and not named:
        return [f"column_{i + 1}" for i in range(width)], rows
    names = [" ".join(cell.split()) or f"column_{i + 1}" for i, cell in enumerate(cells)]
    trailing = max(len(row) for _, row in rows[1:]) if rows[1:] else 0
    if widths[rows[0][0]] >= trailing > len(names):
        names += [f"column_{i + 1}" for i in range(len(names), trailing)]
    if trailing == len(names) + 1 and all(len(row) == trailing for _, row in rows[1:]):
        if kinds.is_named_time(names[0]) and all(style_of(row[:1]) for _, row in rows[1:_SAMPLE]):
            raise DataError(
                f"line {rows[1][0]} has {trailing} cells, the header {len(names)}; "
                "hint: numbers with a decimal comma need quotes, or another separator of columns"
            )
        names = ["column_1", *names]  # R writes no name above the names of its rows
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise DataError(f"several columns are named {min(twice)!r}")
    return names, rows[1:]
