"""Wide tables, a column per series, to long ones of the same kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import DataError
from ._base import Names, missing_column


def melted(data: Any, names: Names) -> Any:
    """Return the rows of a wide table one below the other, the names of its columns as ids.

    Raises:
        DataError: It has no column of times or none of numbers, or is no table.
    """
    if isinstance(data, Mapping):
        return _melted_columns(data, names)
    library = type(data).__module__.partition(".")[0]
    if type(data).__name__ != "DataFrame" or library not in ("pandas", "polars"):
        raise DataError(f"wide= is for a DataFrame or a dict of columns, got {type(data).__name__}")
    return _melted_pandas(data, names) if library == "pandas" else _melted_polars(data, names)


def _melted_columns(data: Mapping[Any, Any], names: Names) -> dict[str, list[Any]]:
    if names.time not in data:
        raise missing_column(names.time, data, "time_col")
    times = list(data[names.time])
    series = [name for name in data if name != names.time]
    return {
        names.id: [name for name in series for _ in times],
        names.time: times * len(series),
        names.target: [value for name in series for value in data[name]],
    }


def _melted_pandas(data: Any, names: Names) -> Any:
    import pandas as pd

    if names.time not in data.columns:
        if not isinstance(data.index, (pd.DatetimeIndex, pd.PeriodIndex)):
            raise missing_column(names.time, data.columns, "time_col")
        data = data.rename_axis(index=names.time).reset_index()
    numeric = [n for n in data.columns if pd.api.types.is_numeric_dtype(data[n].dtype)]
    columns = _checked([name for name in numeric if name != names.time])
    frame = data.rename_axis(columns=None)
    return frame.melt([names.time], columns, var_name=names.id, value_name=names.target)


def _melted_polars(data: Any, names: Names) -> Any:
    if names.time not in data.columns:
        raise missing_column(names.time, data.columns, "time_col")
    numeric = [name for name, kind in data.schema.items() if kind.is_numeric()]
    columns = _checked([name for name in numeric if name != names.time])
    return data.unpivot(columns, index=names.time, variable_name=names.id, value_name=names.target)


def _checked(columns: list[Any]) -> list[Any]:
    if not columns:
        raise DataError("wide= needs columns of numbers beside the times")
    return columns
