"""Numbers and texts, to JSON values and back, with NaN and null taken for each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._errors import DataError
from ._times import is_missing

# Columns whose type cannot be told when every value is null.
_TEXTS = frozenset({"direction", "model", "reason", "unique_id"})

ColumnType = Literal["bool", "int", "float", "text"]


def to_json(column: Sequence[Any] | NDArray[Any], name: str) -> list[Any]:
    """Return JSON values; NaN, NaT, NA and None all become null, true and false 1 and 0.

    Raises:
        DataError: A value is infinite, or of a type that JSON does not have.
    """
    array = _as_numbers(column)
    if array is None:
        return [_scalar(value, name, row) for row, value in enumerate(column)]
    if array.ndim != 1:
        raise DataError(
            f"{name!r} must have one dimension, has {array.ndim}; hint: send one "
            "series per id, as a dict of lists or as a long table"
        )
    return _numbers(array, name)


def numbers(column: Sequence[Any] | NDArray[Any], name: str) -> list[Any]:
    """Return JSON numbers, and refuse anything else.

    Raises:
        DataError: A value is not a finite number and not missing either.
    """
    return without_texts(to_json(column, name), name)


def without_texts(values: list[Any], name: str) -> list[Any]:
    """Return JSON values unchanged if none of them is a text.

    Raises:
        DataError: One is.
    """
    if str in set(map(type, values)):
        row = next(row for row, value in enumerate(values) if isinstance(value, str))
        raise DataError(
            f"{name!r} must hold numbers, but row {row} holds {values[row]!r}; "
            "hint: pandas.to_numeric and the like read texts"
        )
    return values


def column_type(name: str, values: Sequence[Any]) -> ColumnType:
    """Tell the type of a column of an answer from what it holds, else from its name."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return "text" if name in _TEXTS else "float"
    if kinds == {bool}:
        return "bool" if None not in values else "text"
    if kinds == {int}:
        return "int" if None not in values else "float"
    return "float" if kinds <= {int, float} else "text"


def to_array(name: str, values: list[Any]) -> NDArray[Any]:
    """Return a column of an answer as an array: null is NaN among numbers, None elsewhere."""
    dtypes = {"bool": np.bool_, "int": np.int64, "float": np.float64, "text": np.object_}
    return np.array(values, dtype=dtypes[column_type(name, values)])


def _as_numbers(column: Sequence[Any] | NDArray[Any]) -> NDArray[Any] | None:
    """Return the column as an array of numbers, or None if it is something else."""
    try:
        array = np.asarray(column)
    except ValueError:  # lists of unequal length inside
        return None
    return array if array.dtype.kind in "iufb" else None


def _numbers(array: NDArray[Any], name: str) -> list[Any]:
    if array.dtype.kind == "b":
        array = array.astype(np.int8)  # the wire knows numbers only
    values: list[Any] = array.tolist()
    if array.dtype.kind != "f":
        return values
    for row in np.flatnonzero(~np.isfinite(array)):
        if not np.isnan(array[row]):
            raise _infinite(name, int(row))
        values[row] = None
    return values


def _scalar(value: Any, name: str, row: int) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not np.isfinite(value):
        raise _infinite(name, row)
    if isinstance(value, date):  # datetime and pandas' Timestamp are dates too
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float, str)):
        return value
    raise DataError(
        f"{name!r} holds a {type(value).__name__} in row {row}; "
        "allowed are numbers, texts, booleans and dates"
    )


def _infinite(name: str, row: int) -> DataError:
    return DataError(
        f"{name!r} holds an infinite value in row {row}; hint: missing values are None or NaN"
    )
