"""The names of columns: in the first row, in two or three rows, or in none; and what stands right below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from . import kinds, marks, numerals
from .errors import DataError
from .rows import SAMPLE, Row, cells_at, is_data, is_plain_data, is_time

_MOST_ROWS, _MOST_CHARACTERS = 3, 1 << 22
_LEAST_DATES, _LEAST_BELOW_UNITS = 3, 3


def names_of(rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Return the names and the rows below; a first row of numbers and times alone is not a header.

    Raises:
        DataError: Columns have the same name, or decimal commas have made two cells of one.
    """
    first, below = rows[0], rows[1:]
    if not _are_names(first.cells, below):
        return _numbered(0, max(len(row.cells) for row in rows)), rows
    names = [" ".join(cell.split()) or f"column_{i}" for i, cell in enumerate(first.cells, start=1)]
    widths = {len(row.cells) for row in below}
    widest = max(widths, default=0)
    if first.width >= widest > len(names):
        names += _numbered(len(names), widest)
    if widths == {len(names) + 1}:
        if kinds.is_named_time(names[0]) and all(is_time(row.cells[0]) for row in below[:SAMPLE]):
            raise DataError(
                f"line {below[0].line} has {widest} cells, the header {len(names)}; "
                "hint: numbers with a decimal comma need quotes, or another separator of columns"
            )
        names = ["column_1", *names]  # R writes no name above the names of its rows
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"several columns are named {min(twice)!r}; hint: give each column of the table a name of its own"
        )
    return names, below


def _numbered(begin: int, end: int) -> list[str]:
    return [f"column_{place + 1}" for place in range(begin, end)]


def _are_names(cells: Sequence[str], below: list[Row]) -> bool:
    """Say whether cells name the columns: texts, or dates without any below."""
    told = [cell for cell in cells if cell]
    times = [is_time(cell) and not cell.isdecimal() for cell in told]
    below = below[:SAMPLE]
    if all(times) and len(times) >= _LEAST_DATES and below:
        return not any(is_time(cell) for row in below for cell in row.cells)
    if all(map(is_plain_data, told)):
        return False
    if not any(numerals.number(cell) is not None for cell in told):
        return True
    return not (any(times) or _come_again(cells, below))


def _come_again(cells: Sequence[str], below: list[Row]) -> bool:
    """Say whether all texts of a row stand in their columns again, as names do not."""
    texts = [(place, cell) for place, cell in enumerate(cells) if cell and not is_plain_data(cell)]
    return bool(texts) and all(cell in cells_at(place, below) for place, cell in texts)


# --- names in several rows -------------------------------------------------------


def with_one_row_of_names(rows: list[Row], written: list[Row]) -> tuple[list[Row], int, list[str]]:
    """Return the rows with groups and names in one where they have to be, the line of the first, what to say.

    ``rows`` begin with the names, ``written`` are those with what stands above them, too.
    """
    first = rows[0]
    width = max(len(row.cells) for row in rows)
    above = [row for row in written if row.line == first.line - 1 and len({*row.cells} - {""}) > 1]
    stacks = [*_stacks_below(rows), *([[*above, first]] if above else [])]
    for stack in stacks if _lacks_names(first.cells, width) else ():
        if _most_characters(stack, width) > _MOST_CHARACTERS:
            continue
        names = _joined([row.cells for row in stack], width)
        if len({*names}) == len(names) and all(names[1:]):
            begin, end = stack[0].line, stack[-1].line
            told = f"lines {begin} to {end} are read as one row of names, such as {names[-1]!r}"
            rest = [row for row in rows if row.line > end]
            return [stack[-1]._replace(cells=names), *rest], begin, [told]
    return rows, first.line, []


def _stacks_below(rows: list[Row]) -> list[list[Row]]:
    """Return the first row with one or more below it that hold no times or numbers, the most first.

    A row of units is part of the names only where these come twice without it.
    """
    count = 1
    able = _is_text if len({*rows[0].cells}) == len(rows[0].cells) else _holds_no_data
    while count < min(_MOST_ROWS, len(rows) - 1) and able(rows[count].cells):
        count += 1
    return [rows[:n] for n in range(count, 1, -1)]


def _is_text(cells: Sequence[str]) -> bool:
    return _holds_no_data(cells) and not all(marks.is_unit(cell) for cell in cells if cell)


def _holds_no_data(cells: Sequence[str]) -> bool:
    return not any(is_data(cell) for cell in cells if cell)


def _lacks_names(cells: Sequence[str], width: int) -> bool:
    """Say whether names come twice in a row, or columns have none."""
    told = [cell for cell in cells if cell]
    return len({*told}) < len(told) or "" in cells[1:] or len(cells) < width


def _most_characters(stack: list[Row], width: int) -> int:
    return width * sum(max(map(len, row.cells)) for row in stack)


def _joined(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return a name for each column: groups to the right of where they stand, then the names below."""
    *upper, last = [[*row, *[""] * (width - len(row))] for row in rows]
    upper = [_to_the_right(row) for row in upper]
    first = next((row[0] for row in (last, *reversed(upper)) if row[0]), "")
    parts = zip(*(row[1:] for row in (*upper, last)))
    return [first, *(" ".join(dict.fromkeys(filter(None, part))) for part in parts)]


def _to_the_right(row: Sequence[str]) -> list[str]:
    cells = list(row)
    for place in range(2, len(cells)):
        cells[place] = cells[place] or cells[place - 1]
    return cells


# --- units and second names ------------------------------------------------------


def without_units(names: Sequence[str], body: list[Row]) -> tuple[list[Row], list[str]]:
    """Leave out rows below the names that are none of the table's: units, kinds, second names."""
    notes: list[str] = []
    while True:
        body, said = _without_first(names, body)
        if not said:
            return body, notes
        notes += said


def _without_first(names: Sequence[str], body: list[Row]) -> tuple[list[Row], list[str]]:
    first, below = body[0], body[1:]
    sample = below[:SAMPLE]
    told = [cell for cell in first.cells if cell]
    units = all(map(marks.is_unit, told))
    if len(body) < _LEAST_BELOW_UNITS or not told or not (units or _is_no_data(first, sample)):
        return body, []
    columns = [_present(place, sample) for place, cell in enumerate(first.cells) if cell]
    if not any(cells and all(map(is_data, cells)) for cells in columns):
        return body, []
    kind = "units" if units else "second names"
    pairs = ", ".join(f"{name} {cell}" for name, cell in zip(names, first.cells) if cell)
    return below, [f"line {first.line} is taken for {kind}: {pairs}"]


def _present(place: int, rows: list[Row]) -> list[str]:
    """Return the cells of a column that do not stand for missing values."""
    return [cell for cell in cells_at(place, rows) if not numerals.is_blank(cell)]


def _is_no_data(first: Row, below: list[Row]) -> bool:
    """Say whether a row has texts in columns that hold times or numbers below, and no such cell.

    One text is enough if its first cell is empty, which none below is, or its only one.
    """
    texts = 0
    for place, cell in enumerate(first.cells):
        cells = _present(place, below) if cell else []
        if cell and all(map(is_data, cells)):
            if is_data(cell) or numerals.is_blank(cell):
                return False
            texts += bool(cells)
    lacks_first = not first.cells[0] and all(row.cells[0] for row in below)
    alone = len(first.cells) == 1 and all(len(row.cells) > 1 for row in below)
    return texts > (0 if lacks_first or alone else 1)
