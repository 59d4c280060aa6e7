"""Names in two or three rows, such as groups above names, to one row."""

from __future__ import annotations

from collections.abc import Sequence

from . import marks, numerals
from .stamps import style_of

_Lines = list[tuple[int, list[str]]]
_MOST_ROWS, _MOST_CHARACTERS = 3, 1 << 22


def is_data(cell: str) -> bool:
    """Say whether a cell is a time or a number, written in one of the ways of people."""
    digits = cell.isdecimal() or numerals.number(cell) is not None
    return digits or style_of([cell]) is not None or numerals.is_amount(cell)


def with_one_row_of_names(lines: _Lines, filled: _Lines) -> tuple[_Lines, int, list[str]]:
    """Return the rows with groups and names in one where they have to be, the line of the first, what to say.

    ``lines`` begin with the names, ``filled`` are the rows with what stands above them, too.
    """
    if not lines:
        return lines, 0, []
    width = max(len(row) for _, row in lines)
    above = [row for row in filled if row[0] == lines[0][0] - 1 and len({*row[1]} - {""}) > 1]
    stacks = [*_stacks_below(lines), *([[*above, lines[0]]] if above else [])]
    for stack in stacks if _lacks_names(lines[0][1], width) else ():
        if _most_characters(stack, width) > _MOST_CHARACTERS:
            continue
        names = _joined([row for _, row in stack], width)
        if len({*names}) == len(names) and all(names[1:]):
            rest = [one for one in lines if one[0] > stack[-1][0]]
            begin, end = stack[0][0], stack[-1][0]
            told = f"lines {begin} to {end} are read as one row of names, such as {names[-1]!r}"
            return [(end, names), *rest], begin, [told]
    return lines, lines[0][0], []


def _stacks_below(lines: _Lines) -> list[_Lines]:
    """Return the first row with one or more below it that hold no times or numbers, the most first."""
    count = 1
    while count < min(_MOST_ROWS, len(lines) - 1) and _is_text(lines[count][1]):
        count += 1
    return [lines[:n] for n in range(count, 1, -1)]


def _is_text(row: Sequence[str]) -> bool:
    told = [cell for cell in row if cell]
    return not any(map(is_data, told)) and not all(map(marks.is_unit, told))


def _lacks_names(row: Sequence[str], width: int) -> bool:
    """Say whether names come twice in a row, or columns have none."""
    told = [cell for cell in row if cell]
    return len({*told}) < len(told) or "" in row[1:] or len(row) < width


def _most_characters(stack: _Lines, width: int) -> int:
    return width * sum(max(map(len, row)) for _, row in stack)


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
