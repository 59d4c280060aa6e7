"""pandas: a long DataFrame, its index holding the time if no column does, or a Series."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import numpy as np
import pandas as pd

from .._errors import DataError
from ._base import Names
from ._times import Stamps, Times, as_stamps, plain_times, to_iso, zone_name
from ._values import column_type, to_json

_TIME_INDEXES = (pd.DatetimeIndex, pd.PeriodIndex)


class Pandas:
    """DataFrame or Series in, DataFrame out."""

    def columns(self, data: Any, names: Names) -> dict[str, Any]:
        """Return the columns, and the index levels that hold ids or the time."""
        if isinstance(data, pd.Series):
            index = data.index.to_series(index=data.index)
            return {names.time: index, names.target: data}
        if isinstance(data.columns, pd.MultiIndex):
            raise DataError(
                "the columns have several levels; hint: stack the frame into one "
                f"row per {names.id} and {names.time}"
            )
        twice = data.columns[data.columns.duplicated()].tolist()
        if twice:
            raise DataError(f"several columns are named {twice[0]!r}")
        return self._from_index(data, names) | {name: data[name] for name in data.columns}

    def ids(self, column: Any) -> list[Any]:
        """Return Python values, None where missing."""
        values: list[Any] = column.astype(object).where(column.notna(), None).tolist()
        return values

    def times(self, column: Any) -> Times:
        """Encode datetimes, periods, integers or texts."""
        if isinstance(column.dtype, pd.PeriodDtype):
            return _period_times(column)
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            return _datetime_times(column)
        encoded = plain_times(self.ids(column), "ds")
        if pd.api.types.is_integer_dtype(column.dtype):
            return Times(encoded.wire, None, lambda wire: pd.Series(wire, dtype=column.dtype))
        return encoded

    def values(self, column: Any, name: str) -> list[Any]:
        """Encode numbers or texts."""
        if pd.api.types.is_bool_dtype(column.dtype):
            return to_json(self.ids(column), name)
        if pd.api.types.is_numeric_dtype(column.dtype):
            return to_json(_as_array(column), name)
        return to_json(self.ids(column), name)

    def restored_ids(self, values: list[Any], like: Any) -> Any:
        """Return a column of the dtype that came in."""
        return pd.Series(values, dtype=like.dtype)

    def restored(self, name: str, values: list[Any]) -> Any:
        """Return a column; null is NaN among numbers, None among texts."""
        dtypes: dict[str, Any] = {"bool": "bool", "int": "int64", "float": "float64"}
        return pd.Series(values, dtype=dtypes.get(column_type(name, values), "object"))

    def table(self, columns: dict[str, Any]) -> Any:
        """Return a DataFrame with a fresh index."""
        return pd.DataFrame(columns)

    def _from_index(self, data: pd.DataFrame, names: Names) -> dict[str, Any]:
        levels: dict[str, Any] = {}
        for number, level in enumerate(data.index.names):
            if level in (names.id, names.time) and level not in data.columns:
                values = data.index.get_level_values(number)
                levels[str(level)] = values.to_series(index=data.index)
        absent = names.time not in data.columns and names.time not in levels
        if absent and isinstance(data.index, _TIME_INDEXES):
            levels[names.time] = data.index.to_series(index=data.index)
        return levels


def _as_array(column: Any) -> Any:
    """Return numbers as an array; nullable integers become floats only if one is missing."""
    if column.isna().any():
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return column.to_numpy()


def _period_times(column: Any) -> Times:
    freq = column.dtype.freq
    stamps = Stamps(column.dt.to_timestamp().to_numpy())

    def build(answer: Stamps) -> Any:
        return pd.Series(pd.PeriodIndex(answer.values, freq=freq))

    return Times(to_iso(stamps), None, lambda wire: as_stamps(wire, None, build))


def _datetime_times(column: Any) -> Times:
    zone: tzinfo | None = column.dt.tz
    naive = column if zone is None else column.dt.tz_convert("UTC").dt.tz_localize(None)
    unit = column.dt.unit

    def build(answer: Stamps) -> Any:
        return _datetimes(answer, unit)

    stamps = Stamps(naive.to_numpy(dtype=f"datetime64[{unit}]"), zone)
    return Times(to_iso(stamps), zone_name(zone), lambda wire: as_stamps(wire, zone, build))


def _datetimes(stamps: Stamps, unit: str) -> Any:
    column = pd.Series(stamps.values).dt.as_unit(unit)
    if stamps.zone is None:
        return column
    return column.dt.tz_localize("UTC").dt.tz_convert(stamps.zone)
