"""Long tables: rows of several series, in any order, whatever the format."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.failures import InvalidBody
from models.data.table import SentStamps, Table, offsets_of
from models.errors import Path, Problem
from models.types import FloatArray, IntArray

ID, STAMP, Y = "unique_id", "ds", "y"
TABLE_KEYS = (ID, STAMP, Y)
FUTURE = "future"
"""Where what is known of the steps ahead stands in a request."""
SINGLE = "series"
"""The ``unique_id`` of a single series that was sent without one."""
PLAIN = "send numbers, without quotes; null where a value is missing"
TABLES = 'send a list of series such as [{"unique_id": "a", "y": [1, 2, 3]}], rows, or one object of columns'
STAMPS = "send every timestamp as ISO 8601 text, such as '2024-01-31', or as an integer"


def table_of(
    ids: Sequence[int | str] | IntArray | None,
    stamps: SentStamps | None,
    numbers: Mapping[str, FloatArray],
    path: Path,
) -> Table:
    """Split the rows of a table by ``unique_id``, in order of first appearance.

    ``path``: where it stood. Raises ``InvalidBody`` for a table without ``y``, or with one of the steps ahead.
    """
    _check_y(numbers, path)
    count = _row_count(ids, stamps, numbers)
    if not count:
        raise InvalidBody.of([Problem("the table has no rows", "send at least one row", path)])
    if ids is not None:
        return Table.of_rows(ids, stamps, numbers)
    values = numbers[Y] if Y in numbers else np.full(count, np.nan)
    exog = {name: column for name, column in numbers.items() if name != Y}
    return Table([SINGLE], offsets_of(np.array([count])), values, stamps, exog)


def has_y(path: Path) -> bool:
    """Whether what stands there are series, and not what is known of the steps ahead of them."""
    return path[:1] != (FUTURE,)


def _check_y(numbers: Mapping[str, FloatArray], path: Path) -> None:
    if has_y(path) and Y not in numbers:
        raise InvalidBody.of([Problem("y is required", "add the column of values", (*path, Y))])
    if not has_y(path) and Y in numbers:
        raise InvalidBody.of([Problem("the future has no y", "leave y out of future", (*path, Y))])


def _row_count(
    ids: Sequence[Any] | IntArray | None,
    stamps: SentStamps | None,
    numbers: Mapping[str, FloatArray],
) -> int:
    columns: list[Any] = [*numbers.values(), ids, stamps]
    return max((len(column) for column in columns if column is not None), default=0)
