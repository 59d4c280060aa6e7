"""Long tables: rows of several series, in any order, become one raw series each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.failures import InvalidBody
from models.data.series import RawSeries
from models.errors import Problem
from models.types import FloatArray, IntArray

ID, STAMP, Y = "unique_id", "ds", "y"
TABLE_KEYS = (ID, STAMP, Y)
PLAIN = "send numbers, without quotes; null where a value is missing"
STAMPS = "send every timestamp as ISO 8601 text, such as '2024-01-31', or as an integer"


def group_rows(
    ids: Sequence[int | str] | None,
    stamps: Sequence[int | str] | None,
    numbers: Mapping[str, FloatArray],
    single: str,
    path: tuple[str | int, ...],
    *,
    with_y: bool,
) -> list[RawSeries]:
    """Split the rows of a table by ``unique_id``, in order of first appearance.

    ``single``: the ``unique_id`` of a table without one. Raises ``InvalidBody`` for a table without
    ``y`` (or with one, if there must be none).
    """
    _check_y(numbers, path, with_y=with_y)
    count = _row_count(ids, stamps, numbers)
    if not count:
        raise InvalidBody.of([Problem("the table has no rows", "send at least one row", path)])
    names, groups = _groups(ids, count, single)
    return [_one(name, rows, stamps, numbers) for name, rows in zip(names, groups, strict=True)]


def _check_y(
    numbers: Mapping[str, FloatArray], path: tuple[str | int, ...], *, with_y: bool
) -> None:
    if with_y and Y not in numbers:
        raise InvalidBody.of([Problem("y is required", "add the column of values", (*path, Y))])
    if not with_y and Y in numbers:
        raise InvalidBody.of([Problem("the future has no y", "leave y out of future", (*path, Y))])


def _row_count(
    ids: Sequence[Any] | None, stamps: Sequence[Any] | None, numbers: Mapping[str, FloatArray]
) -> int:
    columns: list[Any] = [*numbers.values(), ids, stamps]
    return max((len(column) for column in columns if column is not None), default=0)


def _groups(
    ids: Sequence[int | str] | None, count: int, single: str
) -> tuple[list[str], list[IntArray]]:
    """Return the names and, for each, its row numbers in the order sent."""
    if ids is None:
        return [single], [np.arange(count)]
    codes: dict[str, int] = {}
    numbered = np.array([codes.setdefault(str(name), len(codes)) for name in ids], dtype=np.int64)
    order = np.argsort(numbered, kind="stable")
    ends = np.cumsum(np.bincount(numbered, minlength=len(codes)))[:-1]
    return list(codes), np.split(order, ends)


def _one(
    name: str, rows: IntArray, stamps: Sequence[int | str] | None, numbers: Mapping[str, FloatArray]
) -> RawSeries:
    missing = np.full(len(rows), np.nan)
    y = numbers[Y][rows] if Y in numbers else missing
    ds: Any = None if stamps is None else [stamps[row] for row in rows.tolist()]
    exog = {key: column[rows] for key, column in numbers.items() if key != Y}
    return RawSeries(name, y, ds, exog=exog)
