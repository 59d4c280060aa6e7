"""Tables without a library: a dict of columns, rows, and series without timestamps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._errors import DataError
from ._base import Names
from ._times import Times, plain_times
from ._values import to_array, to_json


class Columns:
    """A dict of columns: lists, or arrays if `arrays`."""

    def __init__(self, *, arrays: bool = False) -> None:
        self._arrays = arrays

    def columns(self, data: Any, names: Names) -> dict[str, Any]:
        """Return the columns as they are, once they are known to be equally long."""
        columns = dict(data)
        lengths = {str(name): len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(f"the columns differ in length: {lengths}")
        return columns

    def ids(self, column: Any) -> list[Any]:
        """Return Python values."""
        return column.tolist() if isinstance(column, np.ndarray) else list(column)

    def times(self, column: Any) -> Times:
        """Encode dates, datetimes, texts or integers."""
        return plain_times(column, "ds")

    def values(self, column: Any, name: str) -> list[Any]:
        """Encode numbers or texts."""
        return to_json(column, name)

    def restored_ids(self, values: list[Any], like: Any) -> Any:
        """Return a list, or an array of the same dtype as came in."""
        return np.array(values, dtype=like.dtype) if isinstance(like, np.ndarray) else values

    def restored(self, name: str, values: list[Any]) -> Any:
        """Return the values, as an array if arrays came in."""
        return to_array(name, values) if self._arrays else values

    def table(self, columns: dict[str, Any]) -> Any:
        """Return a dict of columns, all lists or all arrays."""
        if not self._arrays:
            return columns
        return {name: np.asarray(column) for name, column in columns.items()}


class Rows(Columns):
    """A list of dicts, one per row."""

    def columns(self, data: Any, names: Names) -> dict[str, Any]:
        """Turn rows into columns; a key that a row lacks is a missing value."""
        keys = dict.fromkeys(key for row in data for key in row)
        return {key: [row.get(key) for row in data] for key in keys}

    def table(self, columns: dict[str, Any]) -> Any:
        """Return rows again."""
        rows = zip(*columns.values())
        return [dict(zip(columns, row)) for row in rows]


def is_rows(data: Any) -> bool:
    """Say whether the data are a list of dicts."""
    return isinstance(data, (list, tuple)) and bool(data) and isinstance(data[0], Mapping)
