"""The five shapes that series have in JSON, each read into one table."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, cast

import msgspec
import numpy as np
from msgspec import Raw

from app.codecs.contents import check_filled
from app.codecs.json.errors import invalid, named, not_a_number, place, translated
from app.codecs.json.parts import first_byte, parts_of, read
from app.codecs.rows import (
    FUTURE,
    ID,
    SINGLE,
    STAMP,
    STAMPS,
    TABLE_KEYS,
    TABLES,
    Y,
    has_y,
    table_of,
)
from app.failures import InvalidBody
from models.data.series import RawSeries
from models.data.table import Table, offsets_of
from models.errors import Path
from models.types import FloatArray

_SHOWN_KEYS = 5
_Y_KEY = re.compile(rb'"y"')  # twice as fast as bytes.count


class _Compact(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A series without exogenous variables."""

    y: list[float | None]
    unique_id: int | str | None = None
    ds: list[int | str] | None = None
    start: int | str | None = None
    freq: int | str | None = None


_LIST = msgspec.json.Decoder(list[Raw])
_COMPACT = msgspec.json.Decoder(list[_Compact])
_ROWS = msgspec.json.Decoder(list[dict[str, int | float | str | bool | None]])
_NUMBER = msgspec.json.Decoder(float | None)
_NUMBERS = msgspec.json.Decoder(list[float | None])
_REGRESSORS = msgspec.json.Decoder(list[float | bool | None])
_STAMPS = msgspec.json.Decoder(list[int | str] | None)
_NAME = msgspec.json.Decoder(int | str | None)


def series_of(parts: Mapping[str, Raw], body: bytes) -> Table:
    """Read the series among the parts of a body, in whichever shape; ``body``: all of it."""
    if "y" in parts and "series" in parts:
        raise invalid("the body holds both y and series", ("y",), "send one of them")
    if "y" in parts:
        return Table.of([_single(parts)])
    if "series" not in parts:
        got = f", only {', '.join([*parts][:_SHOWN_KEYS])}" if parts else ""
        raise invalid(
            f"the body holds no series{got:.200}",
            (),
            'send "y" for one series or "series" for several',
        )
    for stray in ("ds", "start", "unique_id"):
        if stray in parts:
            raise invalid(
                f"{stray} belongs into the series", (stray,), f"move {stray} into each series"
            )
    fast = _fast(parts["series"], body)
    return _shaped(parts["series"], ("series",)) if fast is None else fast


def _single(parts: Mapping[str, Raw]) -> RawSeries:
    own = {key: parts[key] for key in ("y", "unique_id", "ds", "start") if key in parts}
    return _compact(own, ())


def future_of(raw: Raw) -> Table:
    """Read the rows behind the end of the series, which have no y."""
    return _shaped(raw, (FUTURE,))


def _shaped(raw: Raw, path: Path) -> Table:
    """Read series in any of the shapes of a list or an object."""
    kind = first_byte(raw)
    if kind == b"{":
        return _columns(parts_of(raw, path), path)
    if kind != b"[":
        raise invalid(f"{path[0]} must be a list or an object of columns", path, TABLES)
    items: list[Raw] = read(_LIST, raw, path)
    if not items:
        raise invalid(f"{path[0]} is an empty list", path, "send at least one series")
    if _is_row(parts_of(items[0], (*path, 0))):
        items.clear()  # an object for each row, before the rows themselves are read
        return _rows(raw, path)
    return _several(items, path)


def _fast(raw: Raw, body: bytes) -> Table | None:
    """Read compact series without exogenous variables; None if it takes a closer look."""
    try:
        items = _COMPACT.decode(raw)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
    if not items or len(_Y_KEY.findall(body)) != len(items):  # a key may occur twice
        return None
    if any(one.ds is not None and one.start is not None for one in items):
        return None
    identified = [
        _identified(item.unique_id, i, len(items), ("series",)) for i, item in enumerate(items)
    ]
    _check_distinct(identified, ("series",))
    offsets = offsets_of(np.array([len(one.y) for one in items], dtype=np.int64))
    y = _array([one.y for one in items], int(offsets[-1]))
    starts, freqs = [one.start for one in items], [one.freq for one in items]
    if all(one.ds is None for one in items):
        return Table(identified, offsets, y, starts=starts, freqs=freqs)
    columns = zip(identified, np.split(y, offsets[1:-1]), items, strict=True)
    return Table.of(
        [RawSeries(name, own, cast(Any, one.ds), one.start, one.freq) for name, own, one in columns]
    )


def _array(lists: Sequence[list[float | None]], size: int) -> FloatArray:
    """Join lists of numbers, NaN for null; shape (size,). The quick way is for lists without null."""
    try:
        return np.fromiter(cast(Any, chain.from_iterable(lists)), np.float64, size)
    except TypeError:
        return np.array([*chain.from_iterable(lists)], dtype=np.float64)


def _is_row(item: Mapping[str, Raw]) -> bool:
    """Whether an object is one row of a table: none of its values is a list."""
    return bool(item) and not any(first_byte(raw) == b"[" for raw in item.values())


def _several(items: Sequence[Raw], path: Path) -> Table:
    found = [
        _compact(parts_of(item, (*path, i)), (*path, i), count=len(items))
        for i, item in enumerate(items)
    ]
    _check_distinct([one.unique_id for one in found], path)
    return Table.of(found)


def _compact(item: Mapping[str, Raw], path: Path, count: int = 1) -> RawSeries:
    """Read a series whose columns are lists."""
    number = path[-1] if path and isinstance(path[-1], int) else 0
    exog = {
        key: _numbers(raw, (*path, key))
        for key, raw in item.items()
        if key not in (*TABLE_KEYS, "start", "freq")
    }
    ds = _maybe(_STAMPS, item, STAMP, path)
    start = _maybe(_NAME, item, "start", path)
    if ds is not None and start is not None:
        text = "ds already tells when the series begins, and start was sent as well"
        raise invalid(text, (*path, "start"), "send one of them")
    return RawSeries(
        _identified(_maybe(_NAME, item, ID, path), number, count, path[:-1]),
        _y_of(item, path) if has_y(path) else _no_y(item, path, exog, ds),
        ds,
        start,
        _maybe(_NAME, item, "freq", path),
        exog,
    )


def _maybe(decoder: Any, item: Mapping[str, Raw], key: str, path: Path) -> Any:
    """Read a value that may be left out or null."""
    return read(decoder, item[key], (*path, key)) if key in item else None


def _y_of(item: Mapping[str, Raw], path: Path) -> FloatArray:
    if Y not in item:
        raise invalid("y is required", (*path, Y), "add the list of values")
    return _numbers(item[Y], (*path, Y))


def _no_y(
    item: Mapping[str, Raw], path: Path, exog: Mapping[str, FloatArray], ds: Any
) -> FloatArray:
    """Return as many missing values as there are rows of the future."""
    if Y in item:
        raise invalid("the future has no y", (*path, Y), "leave y out of future")
    length = len(ds) if ds is not None else max((len(v) for v in exog.values()), default=0)
    return np.full(length, np.nan)


def _identified(name: int | str | None, number: int, count: int, path: Path) -> str:
    if name is None and count > 1:
        raise invalid(
            "unique_id is required where there are several series",
            (*path, number, ID),
            "name each series",
        )
    return SINGLE if name is None else str(name)


def _check_distinct(names: Sequence[str], path: Path) -> None:
    if len(set(names)) == len(names):
        return
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            raise invalid(
                f"unique_id '{name}' occurs twice", (*path, i, ID), "give each series its own"
            )
        seen.add(name)


def _columns(parts: Mapping[str, Raw], path: Path) -> Table:
    """Read a table of columns."""
    ids = _maybe(_STAMPS, parts, ID, path)
    stamps = _maybe(_STAMPS, parts, STAMP, path)
    numbers = {
        key: _numbers(raw, (*path, key)) for key, raw in parts.items() if key not in (ID, STAMP)
    }
    listed = {ID: ids, STAMP: stamps, **numbers}
    _check_lengths({name: column for name, column in listed.items() if column is not None}, path)
    return table_of(ids, stamps, numbers, path)


def _check_lengths(columns: Mapping[str, Sequence[Any] | FloatArray], path: Path) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise invalid(
            f"columns must have equal lengths, got {listed}", path, "send one value per row"
        )


def _rows(raw: Raw, path: Path) -> Table:
    """Read a table of rows."""
    try:
        rows = _ROWS.decode(raw)
    except msgspec.ValidationError as error:
        raise _bad_row(error, raw, path) from None
    names = list(dict.fromkeys(name for row in rows for name in row))
    check_filled(len(names) * len(rows), sum(map(len, rows)), path)
    columns = {name: [row.get(name) for row in rows] for name in names}
    ids = (
        [_row_value(v, (*path, i, ID)) for i, v in enumerate(columns[ID])]
        if ID in columns
        else None
    )
    stamps = (
        [_row_value(v, (*path, i, STAMP)) for i, v in enumerate(columns[STAMP])]
        if STAMP in columns
        else None
    )
    numbers = {
        name: _row_numbers(values, name, path)
        for name, values in columns.items()
        if name not in (ID, STAMP)
    }
    return table_of(ids, stamps, numbers, path)


def _row_value(value: Any, path: Path) -> int | str:
    if value is None or isinstance(value, (float, bool)):
        raise invalid(
            f"{path[-1]} must be a string or an integer, got {named(value)}",
            path,
            STAMPS if path[-1] == STAMP else "name each series",
        )
    return value  # type: ignore[no-any-return]


def _row_numbers(values: Sequence[Any], name: str, path: Path) -> FloatArray:
    for i, value in enumerate(values):
        if type(value) is str or (type(value) is bool and name == Y):
            raise not_a_number(value, (*path, i, name))
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        raise invalid(
            f"a number of {name} is out of range", (*path, name), "send numbers below 1e308"
        ) from None


def _bad_row(error: msgspec.ValidationError, raw: Raw, path: Path) -> InvalidBody:
    """Name the value that is in the way; msgspec tells the row, not the key."""
    at = place(error)
    if len(at) > 1:
        where = (*path, at[0])
        for key, value in parts_of(_LIST.decode(raw)[int(at[0])], where).items():
            read(_NAME if key in (ID, STAMP) else _NUMBER, value, (*where, key))
    return translated(error, path)


def _numbers(raw: Raw, path: Path) -> FloatArray:
    """Read the numbers of a column; a regressor may be true or false, 1 and 0, as in the other formats."""
    decoder = _NUMBERS if path[-1] == Y else _REGRESSORS
    return np.array(read(decoder, raw, path), dtype=np.float64)
