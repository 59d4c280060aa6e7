"""Recognise the kind of the data and encode it as the body's `y` or `series`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._errors import DataError
from ._base import ID, TARGET, TIME, Encoded, Kind, Names, missing_column
from ._plain import Columns, Rows, is_rows
from ._times import Times, is_missing, plain_times
from ._values import numbers, without_texts

_KINDS = "a pandas or polars DataFrame, a pandas Series, a list, an array, or a dict of these"
_TIME_COLUMNS = (TIME, "cutoff", "start", "end", "peak")


def encode(data: Any, names: Names, *, start: Any = None, with_target: bool = True) -> Encoded:
    """Encode data of any kind; `with_target` is false for future values of other columns.

    Raises:
        DataError: The kind is unknown, a column is missing, or a value cannot be sent.
    """
    if not isinstance(data, Mapping) and _is_one_series(data):
        return _one_series(data, start)
    if isinstance(data, Mapping) and _is_series_by_id(data, names):
        return _series_by_id(data, start)
    if start is not None:
        raise DataError(f"start= is for values without timestamps; these have {names.time!r}")
    return _table(_kind_of(data, names), data, names, with_target=with_target)


def _kind_of(data: Any, names: Names) -> Kind:
    if _is_a(data, "pandas", ("DataFrame", "Series")):
        from ._pandas import Pandas

        return Pandas()
    if _is_a(data, "polars", ("DataFrame",)):
        from ._polars import Polars

        return Polars()
    if isinstance(data, Mapping):
        return Columns(arrays=isinstance(data.get(names.target), np.ndarray))
    if is_rows(data):
        return Rows()
    raise DataError(f"data must be {_KINDS}, got {_described(data)}")


def _is_a(data: Any, library: str, classes: Sequence[str]) -> bool:
    """Test for a class of a library without importing a library that is not in use."""
    module = sys.modules.get(library)
    return module is not None and isinstance(data, tuple(getattr(module, c) for c in classes))


def _described(data: Any) -> str:
    kind = type(data).__name__
    if _is_a(data, "polars", ("LazyFrame",)):
        return f"{kind}; hint: call .collect() first"
    if _is_a(data, "pyarrow", ("Table",)):
        return f"a pyarrow {kind}; hint: call .to_pandas() first, or polars.from_arrow(data)"
    if _is_a(data, "polars", ("Series",)):
        return f"a polars {kind}; hint: send series.to_list(), or a frame with its times"
    if isinstance(data, np.ndarray):
        return f"an array of shape {data.shape}; hint: a dict of id to 1-D array is many series"
    if isinstance(data, (list, tuple)) and data:
        return f"a {kind} of {type(data[0]).__name__}; hint: a dict of id to list is many series"
    return kind


# --- tables ------------------------------------------------------------------


def _table(kind: Kind, data: Any, names: Names, *, with_target: bool) -> Encoded:
    columns = _on_wire(kind.columns(data, names), names)
    required = ((names.time, TIME, "time_col"), (names.target, TARGET, "target_col"))
    for name, wire_name, argument in required[: 2 if with_target else 1]:
        if wire_name not in columns:
            known = [names.from_wire().get(column, column) for column in columns]
            raise missing_column(name, known, argument)
    times = kind.times(columns[TIME])
    keys = _Keys(kind.ids(columns[ID])) if ID in columns else _Keys([])
    series = _encoded(kind, columns, times, keys)

    def decode(table: Mapping[str, list[Any]]) -> Any:
        restored = {name: _restored(kind, name, table[name], times) for name in table}
        if ID in columns and ID in table:
            restored[ID] = kind.restored_ids(keys.restore(table[ID]), columns[ID])
        else:
            restored.pop(ID, None)  # one series without a name: the column would say nothing
        return kind.table(_renamed(restored, names))

    return Encoded({"series": series}, times.tz, decode, keys.restored)


def _on_wire(columns: dict[str, Any], names: Names) -> dict[str, Any]:
    to_wire = names.to_wire()
    if len(to_wire) < 3:
        raise DataError(f"id_col, time_col and target_col must differ, got {names}")
    renamed: dict[str, Any] = {}
    for name, column in columns.items():
        wire_name = to_wire.get(name, str(name))
        if wire_name in renamed:
            raise DataError(
                f"two columns would be sent as {wire_name!r}, {name!r} is one; hint: drop or "
                "rename the other"
            )
        renamed[wire_name] = column
    return renamed


def _encoded(kind: Kind, columns: dict[str, Any], times: Times, keys: _Keys) -> dict[str, Any]:
    series: dict[str, Any] = {}
    for name, column in columns.items():
        if name == ID:
            series[name] = keys.wire
        elif name == TIME:
            series[name] = times.wire
        elif name == TARGET:
            series[name] = without_texts(kind.values(column, name), name)
        else:
            series[name] = kind.values(column, name)
    return series


def _restored(kind: Kind, name: str, values: list[Any], times: Times) -> Any:
    return times.restore(values) if name in _TIME_COLUMNS else kind.restored(name, values)


def _renamed(columns: dict[str, Any], names: Names) -> dict[str, Any]:
    """Give the columns the user's names, unless the answer has a column of that name already."""
    from_wire = names.from_wire()
    taken = set(columns) - set(from_wire)
    return {
        name if from_wire.get(name, name) in taken else from_wire.get(name, name): column
        for name, column in columns.items()
    }


class _Keys:
    """Series keys: texts on the wire, and back to what they were."""

    def __init__(self, values: list[Any]) -> None:
        texts = {v: None if is_missing(v) else str(v) for v in dict.fromkeys(values)}
        self.wire = [texts[value] for value in values]
        self._values = {text: value for value, text in texts.items() if text is not None}
        if len(self._values) < sum(text is not None for text in texts.values()):
            raise DataError("two series keys look alike as text, such as 1 and '1'")

    def restored(self, text: Any) -> Any:
        return self._values.get(text, text)

    def restore(self, texts: list[Any]) -> list[Any]:
        return [self._values.get(text, text) for text in texts]


# --- series without timestamps -------------------------------------------------


def _is_one_series(data: Any) -> bool:
    """Say whether the data are one sequence of values."""
    if isinstance(data, np.ndarray):
        return data.ndim == 1 and data.dtype.names is None
    if not isinstance(data, (list, tuple)):
        return False
    nested = (list, tuple, Mapping, np.ndarray)
    return not any(isinstance(value, nested) for value in data[:1])


def _is_series_by_id(data: Mapping[Any, Any], names: Names) -> bool:
    """Say whether a dict maps ids to values, and is no dict of columns."""
    if not data or names.target in data or names.time in data:
        return False
    return all(_is_one_series(v) and not _is_text(v) for v in data.values())


def _is_text(values: Any) -> bool:
    return any(isinstance(value, str) for value in values[:1])


def _one_series(data: Any, start: Any) -> Encoded:
    kind = Columns(arrays=isinstance(data, np.ndarray))
    times = plain_times([] if start is None else [start], "start")
    body: dict[str, Any] = {"y": numbers(data, TARGET)}
    if times.wire:
        body["start"] = times.wire[0]

    def decode(table: Mapping[str, list[Any]]) -> Any:
        shown = {name: values for name, values in table.items() if name != ID}
        return kind.table({n: _restored(kind, n, v, times) for n, v in shown.items()})

    return Encoded(body, times.tz, decode, lambda text: text)


def _series_by_id(data: Mapping[Any, Any], start: Any) -> Encoded:
    kind = Columns(arrays=all(isinstance(values, np.ndarray) for values in data.values()))
    times = plain_times([] if start is None else [start], "start")
    keys = _Keys(list(data))
    common = {"start": times.wire[0]} if times.wire else {}
    series = [
        {"unique_id": key, **common, "y": numbers(values, str(key))}
        for key, values in zip(keys.wire, data.values())
    ]

    def decode(table: Mapping[str, list[Any]]) -> Any:
        restored = {n: _restored(kind, n, v, times) for n, v in table.items() if n != ID}
        return kind.table({ID: keys.restore(table[ID])} | restored if ID in table else restored)

    return Encoded({"series": series}, times.tz, decode, keys.restored)
