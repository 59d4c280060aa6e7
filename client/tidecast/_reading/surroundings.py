"""What stands around and between the rows of a table: titles, comments, other tables, facts, totals, remarks."""

from __future__ import annotations

import re
from collections import Counter

from .rows import Row, is_comment, is_data, is_plain_data, is_time, is_year, usual_width

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
_LEAST_OF_KEYED = 2
_LEAST_ABOVE_NAMES = 2
_MOST_ABOVE, _LEAST_FACTS = 12, 3
_FIRST_ROWS, _SHARE_OF_TIMES = 12, 0.6


def without(rows: list[Row]) -> list[Row]:
    """Return the names and the rows of the table alone."""
    plain = _below_other_tables(_without_comments(rows))
    width = usual_width(row.cells for row in plain)
    first = next((at for at in range(len(plain)) if _begins(plain, at, width)), 0)
    kept = _without_remarks(_without_facts(plain[first:]), width)
    if _is_data_alone(kept[:1]):
        return [*_names_in_comments(rows, kept), *kept]
    return kept[:1] + [row for row in kept[1:] if row.cells != kept[0].cells]


def _is_data_alone(rows: list[Row]) -> bool:
    """Say whether rows hold no names: others like them are no header that comes again."""
    return all(is_data(cell) for row in rows for cell in row.cells if cell)


def is_total(name: str) -> bool:
    """Say whether a row or a column of this name is of totals or averages."""
    found = _TOTAL.fullmatch(name) or _AVERAGE.fullmatch(name) or _TOTAL_BEHIND.search(name)
    return found is not None


# --- above the table -------------------------------------------------------------


def _without_comments(rows: list[Row]) -> list[Row]:
    """Leave out comments, unless most rows below the names would be some, as keys may be #1001."""
    plain = [row for row in rows if not is_comment(row.cells)]
    names = plain[0] if plain else Row(0, [], 0)
    below = [row for row in rows if row.line > names.line]
    marked = sum(is_comment(row.cells) and len(row.cells) == len(names.cells) for row in below)
    if 2 * marked <= len(below) or len(names.cells) < _LEAST_OF_KEYED:
        return plain
    return [row for row in rows if row.line >= names.line]


def _below_other_tables(rows: list[Row]) -> list[Row]:
    """Leave out a few rows of another width than all below an empty line, or from names on."""
    places = range(1, min(len(rows), _MOST_ABOVE + 1))
    gaps = (at for at in places if rows[at].line > rows[at - 1].line + 1 or _are_names(rows, at))
    gap = next(gaps, len(rows))
    above, below = rows[:gap], rows[gap:]
    if not below:
        return rows
    width = Counter(len(row.cells) for row in below).most_common(1)[0][0]
    longer = len(below) > len(above) + 1
    wider = len(below) >= _LEAST_FACTS and width > max(len(row.cells) for row in above)
    if not (longer or wider) or any(len(row.cells) == width for row in above):
        return rows
    return _below_other_tables(below)


def _are_names(rows: list[Row], at: int) -> bool:
    """Say whether a row below others is of texts alone, and each row below it of as many times or numbers."""
    names, below = rows[at].cells, [row.cells for row in rows[at + 1 : at + 1 + _FIRST_ROWS]]
    if at < _LEAST_ABOVE_NAMES or not below or not all(names) or any(map(is_data, names)):
        return False
    return all(len(cells) == len(names) and all(map(is_data, cells)) for cells in below)


def _begins(rows: list[Row], at: int, width: int) -> bool:
    """Say whether a row can be the header: as wide as the rows, or short of its last name alone."""
    row = rows[at]
    below = rows[at + 1].cells if at + 1 < len(rows) else []
    if len(row.cells) >= width:
        return not _is_above_names(row.cells, below, width)
    if len(below) < width or not any(map(is_plain_data, below)):
        return False
    return (row.width >= width or at == 0) and len(row.cells) == width - 1


def _is_above_names(cells: list[str], below: list[str], width: int) -> bool:
    """Say whether cells are facts above the names: with numbers, and some twice or more than columns."""
    if len({*cells}) == len(cells) <= width or not any(map(is_data, cells)):
        return False
    return len({*below}) == len(below) == width and all(below) and not any(map(is_data, below))


def _names_in_comments(rows: list[Row], table: list[Row]) -> list[Row]:
    """Return the names that a comment right above a table without any holds, such as ``# date,value``."""
    if not table:
        return []
    found = table[0]
    for row in reversed([row for row in rows if row.line < found.line and is_comment(row.cells)]):
        cells = [row.cells[0].lstrip("#%/-! "), *row.cells[1:]]
        names = cells if cells[0] else cells[1:]
        if row.line != found.line - 1 or len(names) != len(table[0].cells):
            break
        found = row._replace(cells=names)
    return [] if found is table[0] or any(map(is_data, found.cells)) else [found]


# --- within and below it ---------------------------------------------------------


def _without_facts(rows: list[Row]) -> list[Row]:
    """Leave out rows of facts about the series, such as source and unit, between the names and the times."""
    times = [_is_time_or_year(row.cells[0]) for row in rows[1 : _FIRST_ROWS + 1]]
    first = times.index(True) if True in times else 0
    able = first >= _LEAST_FACTS and all(times[first:]) and len(times) >= first + _LEAST_FACTS
    if not able:
        return rows
    above = [row for row in rows[: 1 + first] if len({*row.cells}) == len(row.cells)]
    return [*above[:1], *rows[1 + first :]] if above else rows


def _is_time_or_year(cell: str) -> bool:
    return is_time(cell) or is_year(cell)


def _without_remarks(rows: list[Row], width: int) -> list[Row]:
    """Leave out what has no place in the column of the times, or is too short to be a row."""
    end = len(rows)
    key = _key_of(rows[1:])
    alike = {kind for row in rows[1:3] if (kind := _kind_of(_cell_at(key, row)))}
    while end > 3 and _is_remark(rows[end - 1], width, key, alike):
        end -= 1
    inside = [row for row in rows[1:end] if key is None or not _is_total_between(row, key)]
    return rows[:1] + inside if len(inside) > 1 else rows[:end]


def _key_of(rows: list[Row]) -> int | None:
    """Return the first column of times, else of times or numbers throughout the first rows, None without one."""
    first = [row.cells for row in rows[:_FIRST_ROWS]]
    for place in range(max(map(len, first), default=0)):
        times = sum(is_time(cells[place]) for cells in first if place < len(cells))
        if times > _SHARE_OF_TIMES * len(first):
            return place
    columns = list(zip(*first[:3]))
    able = (place for place, cells in enumerate(columns) if all(c and is_data(c) for c in cells))
    return next(able, None)


def _is_total_between(row: Row, key: int) -> bool:
    """Say whether a row is of totals: by its cell where others have times, or by its name."""
    cell = _cell_at(key, row)
    if is_total(cell):
        return True
    name = next(filter(None, row.cells), "")
    alone = _TOTAL_ALONE.fullmatch(name) or _TOTAL_BEHIND.search(name)
    return bool(alone) and not is_time(cell)  # "Total rain" may be a series


def _is_remark(row: Row, width: int, key: int | None, alike: set[str]) -> bool:
    cell = _cell_at(key, row)
    if is_time(cell):
        return False
    cells = row.cells
    if is_total(next(filter(None, cells), "")):
        return True
    if width > 1 and len(cells) == 1 and not is_data(cells[0]):
        return True
    kind = _kind_of(cell)
    other = key is not None and len(alike) == 1 and kind != "digit" and kind not in alike
    return other and not is_data(cell)


def _cell_at(place: int | None, row: Row) -> str:
    """Return the cell in a column, "" where there is none."""
    return row.cells[place] if place is not None and place < len(row.cells) else ""


def _kind_of(cell: str) -> str:
    """Say whether a cell begins with a digit or with something else; "" for an empty one."""
    return cell and ("digit" if cell[0].isdecimal() else "other")
