"""A text to rows of cells: which sign parts them, if not blanks."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from . import numerals
from .bounds import Bounds
from .errors import DataError
from .rows import SAMPLE, is_comment, is_data, is_rule, usual_width

_USUAL, _RARE = "\t;|,", "^~:"
_HEAD = 20_000  # characters that tell the delimiter
_WORD = re.compile(r'"[^"]*"|\[[^\[\]"]*\]|\S+')
_SHARE_OF_ROWS, _LEAST_ROWS, _MOST_ABOVE = 0.6, 3, 12


class Cells(NamedTuple):
    """Rows of cells, the line of the first, and the sign that parts the cells."""

    rows: Sequence[Sequence[str]]
    first_line: int = 1
    delimiter: str = ","


def cells_of(text: str, bounds: Bounds) -> Cells:
    """Return the cells of a delimited text.

    Raises:
        DataError: A quote is never closed, or a cell is too long.
        TooLarge: There are more cells than is allowed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    told = re.match(r"sep=(.)\n", text)
    first = 2 if told else 1
    delimiter = told[1] if told else delimiter_of(text)
    bounds.check_cells(text.count("\n") + text.count(delimiter) + 1)
    rows = _split(text, delimiter)
    whole = ["".join(row) for row in rows] if all(len(row) < 2 for row in rows) else []
    if any("," in row for row in whole):  # a quote around every line
        text = "\n".join(whole)
        rows = _split(text, delimiter_of(text))
    unclosed = [cell for cell in (rows[-1] if text.count('"') % 2 else ()) if "\n" in cell]
    if unclosed:
        begin, _, _ = unclosed[0].partition("\n")
        raise DataError(f"the quote before {begin!r} is never closed")
    return Cells(rows[first - 1 :], first, delimiter)


def delimiter_of(text: str) -> str:
    """Return the delimiter that gives most rows the same number of cells; a blank if none does."""
    best, found = 0.0, ","
    for delimiter in _USUAL:
        score = _evenness(_split(text[:_HEAD], delimiter)[:SAMPLE])
        if score > best + 0.05:
            best, found = score, delimiter
    if best < 1.0:
        rare = next((sign for sign in _RARE if _parts(text, sign)), None)
        if rare is not None:
            return rare
    if best == 0.0 and _begin_of_spaced(_words(text[:_HEAD])[:SAMPLE]) is not None:
        return " "
    return found


def _parts(text: str, sign: str) -> bool:
    """Say whether a sign that is seldom meant so parts names, and below them times and numbers throughout."""
    rows = [row for row in _split(text[:_HEAD], sign)[:SAMPLE] if any(row)]
    rows = rows[:-1] if len(text) > _HEAD else rows  # the last one may be cut
    if len(rows) < _LEAST_ROWS or len({*map(len, rows)}) > 1 or len(rows[0]) < 2:
        return False
    names, *below = rows
    known = [is_data(cell) or numerals.is_blank(cell) for row in below for cell in row]
    return not any(map(is_data, names)) and all(names) and sum(known) * 2 > len(known)


def _words(text: str) -> list[list[str]]:
    """Return what blanks part in each line, but for those within quotes or brackets."""
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
    """Say whether an empty line and then names are below a row, before any data: it is none of their table."""
    for (line, row), (next_line, below) in zip(told[at:], told[at + 1 : at + 1 + _MOST_ABOVE]):
        if any(map(is_data, row)):
            return False
        if next_line > line + 1:
            return not any(map(is_data, below))
    return False


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
