"""JSON to tables: rows, columns, lists, as programs write them, also within other objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import charts
from .bounds import UNBOUND, Bounds
from .cells import plain
from .errors import DataError
from .rows import is_data
from .stamps import looks_like_times
from .table import Table

_DEEPEST = 4
_COMMAS = 4
"""Commas for each cell of a table in JSON, those within texts counted, that are not refused unread."""
_NO_TABLE = "this JSON holds no table; hint: a list of rows, or an object of columns"
_NAMES_OF_ROWS = ("columns", "fields", "header", "headers", "names", "cols")
_FEW = 4
_ROWS_OF_NAMED = ("data", "values", "rows")

Columns = dict[str, list[Any]]
_Applies = Callable[[Mapping[str, Any]], bool]
_ColumnsOf = Callable[[Mapping[str, Any], Bounds], "Columns | None"]


def read_json(text: str, bounds: Bounds = UNBOUND) -> Table:
    """Read rows, columns, one object per line, lists of pairs, or a list of numbers.

    Raises:
        DataError: It is something else.
        TooLarge: It has more cells than is allowed, those that rows lack counted.
    """
    bounds.check_cells(text.count(",") // _COMMAS)
    try:
        value = json.loads(text)
    except ValueError:
        value = _lines(text)
    except RecursionError as error:
        raise DataError("this JSON is nested too deeply for a table") from error
    path, columns = _found(value, bounds)
    notes = [f"read what is within {'.'.join(path)!r}"] if path else []
    cells = {name: [_cell(name, one) for one in column] for name, column in columns.items()}
    return Table(cells, notes=notes)


def _lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise DataError(f"this is no JSON that can be read: {error}") from error


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, (Mapping, list)):
        raise DataError(
            f"column {name!r} holds lists or objects; hint: a list of rows, or an object of columns"
        )
    return plain(value)


def _found(value: Any, bounds: Bounds) -> tuple[list[str], Columns]:
    """Return the only table in a value, and the names that lead to it.

    Raises:
        DataError: There is none, or there are several.
    """
    level: list[tuple[list[str], Any]] = [([], value)]
    for _ in range(_DEEPEST):
        able = [(path, one) for path, one in level if not _is_a_part(path, one)]
        tables = [
            (path, columns) for path, one in able if (columns := _columns(one, bounds)) is not None
        ]
        if len(tables) > 1:
            names = ", ".join(".".join(path) for path, _ in tables)
            raise DataError(f"this JSON holds several tables: {names}; hint: keep one of them")
        if tables:
            return tables[0]
        level = [([*path, name], one) for path, inner in level for name, one in _inner(inner)]
    raise DataError(_NO_TABLE)


def _is_a_part(path: Sequence[str], value: Any) -> bool:
    """Say whether a list of numbers within an object is one column of several, by its name."""
    numbers = isinstance(value, list) and _are_plain(value)
    return bool(path) and numbers and path[-1].lower() not in ("y", "value", "values", "data")


def _inner(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, list) and len(value) <= _FEW:
        value = dict(enumerate(value))
    items = value.items() if isinstance(value, Mapping) else ()
    return [(str(name), one) for name, one in items if isinstance(one, (Mapping, list))]


def _columns(value: Any, bounds: Bounds) -> Columns | None:
    """Return the columns of a value that is a table itself, else None."""
    if isinstance(value, Mapping):
        return _of_object(value, bounds)
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(row, Mapping) for row in value):
        alone = value[0] if len(value) == 1 else {}
        return charts.columns_of(alone) or _named_rows(alone) or _of_rows(value, bounds)
    if all(isinstance(part, list) and part and _are_objects(part) for part in value):
        return _of_rows([row for part in value for row in part], bounds)
    if all(v is None or isinstance(v, (int, float)) for v in value):
        return {"y": value}
    if _is_even(value) and len(value) > 1 and _is_header(value):
        return dict(zip(value[0], map(list, zip(*value[1:]))))
    if _is_even(value):
        return {f"column_{i + 1}": list(column) for i, column in enumerate(zip(*value))}
    return None


def _flat(row: Mapping[str, Any], depth: int = _DEEPEST) -> dict[str, Any]:
    """Return a row with the cells of the objects in it beside its own."""
    flat: dict[str, Any] = {}
    for name, cell in row.items():
        inner = _flat(cell, depth - 1) if isinstance(cell, Mapping) and depth else {}
        flat |= {f"{name}.{key}": one for key, one in inner.items()} or {str(name): cell}
    return flat


def _of_rows(objects: Sequence[Mapping[str, Any]], bounds: Bounds) -> Columns | None:
    """Return the columns of rows; a row with lists is one for each of their elements."""
    bounds.check_bytes(sum(_characters(row) for row in objects))
    rows = [_flat(row) for row in objects]
    listed = [name for name, cell in rows[0].items() if isinstance(cell, list) and cell]
    if "start" in rows[0] and listed and not any(looks_like_times(rows[0][n]) for n in listed):
        raise DataError(
            f"each row has one start for all the values of {listed[0]!r}; hint: a list of their times beside them"
        )
    if listed:
        bounds.check_cells(sum(len(row) * _longest(row) for row in rows))
        parts = [_spread(row, listed) for row in rows]
        rows = [one for part in parts if part is not None for one in part]
        if None in parts:
            return None
    if not all(_are_plain([*row.values()]) for row in rows):
        return None
    names = dict.fromkeys(name for row in rows for name in row)
    bounds.check_cells(len(names) * len(rows))
    return {name: [row.get(name) for row in rows] for name in names}


def _characters(row: Mapping[str, Any]) -> int:
    """Return how long the names of a row's inner cells are, with those of the objects before each."""
    return sum(_lengths(row, _DEEPEST)[1:])


def _lengths(row: Mapping[str, Any], depth: int) -> tuple[int, int]:
    """Return the number of cells within a row, and how long the names of objects before them are."""
    count = length = 0
    for name, cell in row.items():
        inner, before = _lengths(cell, depth - 1) if isinstance(cell, Mapping) and depth else (1, 0)
        count += inner
        length += before + (len(name) * inner if isinstance(cell, Mapping) else 0)
    return count, length


def _longest(row: Mapping[str, Any]) -> int:
    return max((len(cell) for cell in row.values() if isinstance(cell, list)), default=0)


def _spread(row: Mapping[str, Any], listed: list[str]) -> list[dict[str, Any]] | None:
    """Return a row for each element of the lists in one, None where these are of several lengths."""
    lists = [row.get(name) for name in listed]
    if not all(isinstance(cells, list) for cells in lists):
        return None
    if len({len(cells or []) for cells in lists}) > 1:
        return None
    rest = {name: cell for name, cell in row.items() if name not in listed}
    if len(listed) == 1 and _is_even(lists[0]) and len((lists[0] or [[]])[0]) == 2:
        return [{**rest, "ds": pair[0], "y": pair[1]} for pair in _with_time_first(lists[0] or [])]
    return [
        {**rest, **dict(zip(listed, cells))} for cells in zip(*(cells or [] for cells in lists))
    ]


def _of_object(value: Mapping[str, Any], bounds: Bounds) -> Columns | None:
    named = charts.columns_of(value) or _named_rows(value) or _indexed(value)
    if named is not None:
        return named
    for applies, columns_of in _SHAPES:
        if applies(value):
            return columns_of(value, bounds)
    return None


def _named_rows(value: Mapping[str, Any]) -> Columns | None:
    """Return the columns of rows without names beside a list of the names, and an index of times."""
    told = next((value[key] for key in _NAMES_OF_ROWS if isinstance(value.get(key), list)), None)
    names: list[Any] = [one.get("name") if isinstance(one, Mapping) else one for one in told or []]
    rows: Any = next((value[key] for key in _ROWS_OF_NAMED if key in value), None)
    if (
        not all(isinstance(n, str) for n in names)
        or not _is_even(rows)
        or len(rows[0]) != len(names)
    ):
        return None
    columns: Columns = {"index": value["index"]} if _are_times_of(value.get("index"), rows) else {}
    return columns | dict(zip(names, map(list, zip(*rows))))


def _indexed(value: Mapping[str, Any]) -> Columns | None:
    """Return the values of a series beside its index of times, as pandas splits one."""
    values, name = value.get("data"), value.get("name")
    if not isinstance(values, list) or not _are_times_of(value.get("index"), values):
        return None
    return {"index": value["index"], name if isinstance(name, str) else "y": values}


def _are_times_of(index: Any, rows: Sequence[Any]) -> bool:
    return isinstance(index, list) and len(index) == len(rows) and looks_like_times(index)


# --- shapes of an object that says nothing of its own shape ----------------------


def _is_by_number(value: Mapping[str, Any]) -> bool:
    """Say whether the names are 0, 1, 2 … and each stands for a row with names of its own."""
    if [*value] != [*map(str, range(len(value)))] or not _is_of_objects(value):
        return False
    names = [*value["0"]]
    return not all(map(str.isdecimal, names)) and not looks_like_times(names)


def _by_number(value: Mapping[str, Any], bounds: Bounds) -> Columns | None:
    return _of_rows([*value.values()], bounds)


def _is_by_time(value: Mapping[str, Any]) -> bool:
    return len(value) > 1 and looks_like_times([*value])


def _by_time(value: Mapping[str, Any], bounds: Bounds) -> Columns | None:
    """Return the times that an object has for names, and the values, or the rows, beside them."""
    cells = [*value.values()]
    if _is_of_objects(value):
        columns = _of_rows(cells, bounds)
        return None if columns is None else {"ds": [*value]} | columns
    return {"ds": [*value], "y": cells} if _are_plain(cells) else None


def _is_of_objects(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(isinstance(cell, Mapping) for cell in value.values())


def _with_index(value: Mapping[str, Any], _: Bounds) -> Columns | None:
    """Return columns that are objects by row, with the names of the rows where these are times."""
    index = [*next(iter(value.values()))]
    columns = {str(name): [*column.values()] for name, column in value.items()}
    if not index or any([*column] != index for column in value.values()):
        return None
    if not all(map(_are_plain, columns.values())):
        return None
    return ({"ds": index} if looks_like_times(index) and "ds" not in columns else {}) | columns


def _is_of_pairs(value: Mapping[str, Any]) -> bool:
    return len(value) > 1 and all(_is_even(cell) and len(cell[0]) == 2 for cell in value.values())


def _of_pairs(value: Mapping[str, Any], _: Bounds) -> Columns:
    """Return the series of an object, each a list of times and values."""
    rows = [(name, *pair) for name, pairs in value.items() for pair in _with_time_first(pairs)]
    return dict(zip(("unique_id", "ds", "y"), map(list, zip(*rows))))


def _is_of_columns(value: Mapping[str, Any]) -> bool:
    """Say whether an object has lists of one length, if it has more, then with times among them."""
    lists = [cell for cell in value.values() if isinstance(cell, list)]
    rest = [cell for cell in value.values() if not isinstance(cell, list)]
    timed = len(lists) > 1 and any(map(looks_like_times, lists))
    return _is_even(lists) and (not rest or (_are_plain(rest) and timed))


def _of_columns(value: Mapping[str, Any], _: Bounds) -> Columns:
    return {str(name): column for name, column in value.items() if isinstance(column, list)}


_SHAPES: tuple[tuple[_Applies, _ColumnsOf], ...] = (
    (_is_by_number, _by_number),
    (_is_by_time, _by_time),
    (_is_of_objects, _with_index),
    (_is_of_pairs, _of_pairs),
    (_is_of_columns, _of_columns),
)
"""Whether an object has a shape, and its columns; the first that it has decides."""


# --- lists in lists --------------------------------------------------------------


def _is_header(rows: list[list[Any]]) -> bool:
    """Say whether the first of several rows is of names: texts where numbers or times stand below."""
    names, first = rows[0], rows[1]
    texts = all(isinstance(name, str) and not is_data(name) for name in names)
    told = any(not isinstance(one, str) or is_data(one) for one in first)
    return texts and len({*names}) == len(names) and told


def _with_time_first(pairs: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Return pairs of a time and a value, also where the value came first."""
    values, times = zip(*pairs)
    swapped = looks_like_times(times) and not looks_like_times(values)
    return [(time, value) for value, time in pairs] if swapped else pairs


def _is_even(value: Any) -> bool:
    """Say whether a value is a list of lists of one length, such as pairs of time and value."""
    if not isinstance(value, list) or not value:
        return False
    rows = all(isinstance(row, list) and row and _are_plain(row) for row in value)
    return rows and len({len(row) for row in value}) == 1


def _are_objects(rows: Sequence[Any]) -> bool:
    return all(isinstance(row, Mapping) for row in rows)


def _are_plain(cells: Sequence[Any]) -> bool:
    return not any(isinstance(cell, (list, Mapping)) for cell in cells)
