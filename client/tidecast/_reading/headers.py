"""Names in two or three rows, such as groups above names, to one row."""

from __future__ import annotations

from collections.abc import Sequence

from . import marks, numerals
from .stamps import style_of

_Lines = list[tuple[int, list[str]]]
_MOST_ROWS = 3


def is_data(cell: str) -> bool:
    """Say whether a cell is a time or a number, written in one of the ways of people."""
    return (
        numerals.number(cell) is not None
        or style_of([cell]) is not None
        or numerals.is_amount(cell)
    )


def with_one_row_of_names(lines: _Lines, filled: _Lines) -> tuple[_Lines, int, list[str]]:
    """Return the rows with groups and names in one where they have to be, the line of the first, what to say.

    ``lines`` begin with the names, ``filled`` are the rows with what stands above them, too.
    """
    if not lines:
        return lines, 0, []
    width = max(len(row) for _, row in lines)
    above = [row for row in filled if row[0] < lines[0][0] and len({*row[1]} - {""}) > 1][-1:]
    stacks = [*([[*above, lines[0]]] if above else []), *_stacks_below(lines)]
    for stack in stacks:
        names = _joined([row for _, row in stack], width)
        if _are_needed(stack) and len({*names}) == len(names) and all(names[1:]):
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


def _are_needed(stack: _Lines) -> bool:
    """Say whether one row of a stack is no row of names by itself."""
    upper, names = stack[0][1], stack[-1][1]
    told = [cell for cell in upper if cell]
    return len({*told}) < len(told) or "" in upper[1:] or len(upper) < len(names)


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
