"""polars: a long DataFrame in, a DataFrame out."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from ._base import Names
from ._times import Stamps, Times, as_stamps, in_unit_of, plain_times, to_iso, zone_name
from ._values import column_type, to_json


class Polars:
    """DataFrame in, DataFrame out."""

    def columns(self, data: Any, names: Names) -> dict[str, Any]:
        """Return the columns."""
        return {column.name: column for column in data.get_columns()}

    def ids(self, column: Any) -> list[Any]:
        """Return Python values, None where missing."""
        values: list[Any] = column.to_list()
        return values

    def times(self, column: Any) -> Times:
        """Encode dates, datetimes, integers or texts."""
        if column.dtype == pl.Date:
            stamps = Stamps(column.to_numpy().astype("datetime64[D]"))
            return Times(to_iso(stamps), None, lambda wire: as_stamps(wire, None, _dates))
        if isinstance(column.dtype, pl.Datetime):
            return _datetime_times(column, column.dtype)
        encoded = plain_times(column.to_list(), "ds")
        return Times(encoded.wire, encoded.tz, lambda wire: pl.Series(encoded.restore(wire)))

    def values(self, column: Any, name: str) -> list[Any]:
        """Encode numbers or texts."""
        if column.dtype.is_numeric() and not column.has_nulls():
            return to_json(column.to_numpy(), name)
        return to_json(column.to_list(), name)

    def restored_ids(self, values: list[Any], like: Any) -> Any:
        """Return a column of the dtype that came in."""
        return pl.Series(values, dtype=like.dtype)

    def restored(self, name: str, values: list[Any]) -> Any:
        """Return a column; null stays null."""
        dtypes = {"bool": pl.Boolean(), "int": pl.Int64(), "float": pl.Float64()}
        kind = column_type(name, values)
        return pl.Series(values, dtype=dtypes.get(kind, pl.String()), strict=False)

    def table(self, columns: dict[str, Any]) -> Any:
        """Return a DataFrame."""
        return pl.DataFrame(columns)


def _datetime_times(column: pl.Series, dtype: pl.Datetime) -> Times:
    zone = None if dtype.time_zone is None else ZoneInfo(dtype.time_zone)
    naive = column if zone is None else column.dt.convert_time_zone("UTC")
    values = naive.dt.replace_time_zone(None).to_numpy()

    def build(answer: Stamps) -> Any:
        return _datetimes(answer, dtype.time_unit)

    stamps = Stamps(values.astype(f"datetime64[{dtype.time_unit}]"), zone)
    return Times(to_iso(stamps), zone_name(zone), lambda wire: as_stamps(wire, zone, build))


def _dates(stamps: Stamps) -> pl.Series:
    """Return dates, or datetimes if the answer is finer than days."""
    days = in_unit_of(stamps.values, np.dtype("datetime64[D]"))
    return pl.Series(days)


def _datetimes(stamps: Stamps, unit: Any) -> pl.Series:
    column = pl.Series(stamps.values).cast(pl.Datetime(unit))
    if stamps.zone is None:
        return column
    return column.dt.replace_time_zone("UTC").dt.convert_time_zone(str(stamps.zone))
