"""Tables of Arrow's columns: what CSV, Arrow and Parquet are read into, and written from."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from app.codecs.base import Content, Query
from app.codecs.contents import check, check_cells, most_cells
from app.codecs.frame import Coded, Column, Frame, Repeated, StampRuns
from app.codecs.options import future_in, options_of
from app.codecs.rows import ID, STAMP, STAMPS, Y, table_of
from app.failures import InvalidBody, MalformedBody, over_limit
from app.reading.bounds import Bounds
from app.reading.errors import DataError, TooLarge
from app.settings import Limits
from models.data.table import SentStamps, Table
from models.errors import Problem
from models.time.stamps import LONGEST
from models.types import FloatArray, IntArray

ABOUT = (
    "One long table of unique_id, ds, y and exogenous columns. Options stand in the address: nested ones"
    " as JSON text, those that are lists once for each value, as in ?h=12&level=80&level=95."
)
BYTES = {"schema": {"type": "string", "format": "binary", "description": ABOUT}}
"""What the OpenAPI document says of a format that is no text."""
_NUMBERS = "send numbers, nothing where a value is missing"
_NAMES = f"call the column of values {Y}; POST /v1/read reads files as people have them"
_SHOWN_NAMES = 5
_NUMERIC = (
    pa.types.is_floating,
    pa.types.is_integer,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_null,
)
_PAD = "\0"


def opened(read: Callable[[bytes, Bounds], Any], body: bytes, limits: Limits) -> pa.Table:
    """Return what a reader of Arrow or Parquet makes of a body.

    Raises ``MalformedBody``, and ``LimitExceeded`` before anything too large is made.
    """
    try:
        return read(body, Bounds(limits.max_body_bytes, most_cells(limits)))
    except TooLarge as error:
        if error.limit == "max_body_bytes":
            raise over_limit(error.limit, error.found, error.allowed) from None
        raise over_limit("max_points", f"{error.found} cells", limits.max_points) from None
    except DataError as error:
        raise MalformedBody(f"the body is {error}", "send what the content type says") from None


def content_of(found: pa.Table, query: Query, limits: Limits) -> Content:
    """Read series from columns, options from the address.

    Raises ``InvalidBody`` for columns that hold something else than their names say, ``LimitExceeded``.
    """
    check_cells(found.num_rows, found.num_columns, limits)
    names = found.column_names
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _invalid(f"two columns are named '{twice}'", twice, "give each its own name")
    if Y not in names:
        text = f"{Y} is required, the columns are {', '.join(map(repr, names[:_SHOWN_NAMES]))}"
        raise _invalid(f"{text:.200}", Y, _NAMES)
    content = Content(_series(found), future_in(query), options_of(query), in_address=True)
    check(content, limits)
    return content


def _series(found: pa.Table) -> Table:
    columns = dict(zip(found.column_names, map(_in_one, found.columns), strict=True))
    ids, stamps = columns.pop(ID, None), columns.pop(STAMP, None)
    numbers = {name: _numbers(column, name) for name, column in columns.items()}
    codes, words = (None, []) if ids is None else _coded(ids)
    sent = None if stamps is None else _stamps(stamps)
    table = table_of(codes, sent, numbers, ("series",))
    if codes is not None:
        table.ids = [words[int(code)] for code in table.ids]
    if stamps is not None and pa.types.is_timestamp(stamps.type):
        table.tz = stamps.type.tz
    return table


def _in_one(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, words that a small body repeats millions of times once."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        if not _is_text(column.type.value_type):
            column = column.cast(column.type.value_type)
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _coded(ids: pa.Array) -> tuple[IntArray, list[str]]:
    """Return a code for each row, and the id that each code stands for."""
    found = ids if pa.types.is_dictionary(ids.type) else ids.dictionary_encode()
    kind = found.type.value_type
    if not _is_text(kind) and not pa.types.is_integer(kind):
        raise _invalid(f"{ID} must be text or an integer, got {kind}", ID, "name each series")
    _require_all(found, ID, "name each series")
    codes, words = pd.factorize(np.array(found.dictionary.to_pylist(), dtype=object))
    return codes[found.indices.to_numpy(zero_copy_only=False)], [str(word) for word in words]


def _stamps(column: pa.Array) -> SentStamps:
    _require_all(column, STAMP, STAMPS)
    if _is_text(column.type):
        return _letters(column)
    if pa.types.is_dictionary(column.type):
        words, codes = _letters(column.dictionary), column.indices.to_numpy(zero_copy_only=False)
        return words[codes] if isinstance(words, np.ndarray) else [words[code] for code in codes]
    whole = None
    if pa.types.is_integer(column.type) or pa.types.is_timestamp(column.type):
        whole = column.to_numpy(zero_copy_only=False)
    elif pa.types.is_date(column.type):
        whole = column.cast(pa.date32()).to_numpy(zero_copy_only=False)
    if whole is None or column.type == pa.uint64():
        raise _invalid(f"{STAMP} must hold timestamps, got {column.type}", STAMP, STAMPS)
    return whole if whole.dtype.kind == "M" else whole.astype(np.int64)  # type: ignore[no-any-return]


def _letters(column: pa.Array) -> SentStamps:
    """Return texts as bytes of one width, zeros behind the shorter ones; as they are if no timestamp is so."""
    if not len(column):
        return []
    column = column.cast(pa.large_string())
    width = pc.max(pc.binary_length(column)).as_py()
    zeros = pc.any(pc.match_substring(column, _PAD)).as_py()
    if not 0 < width <= LONGEST or zeros or not pc.all(pc.string_is_ascii(column)).as_py():
        return column.to_pylist()  # type: ignore[no-any-return]
    letters = pc.ascii_rpad(column, width, _PAD).buffers()[2]
    return np.frombuffer(letters, f"S{width}", len(column))


def _numbers(column: pa.Array, name: str) -> FloatArray:
    """Return a column of numbers, NaN where one is missing."""
    kind = column.type
    if _is_text(kind) or pa.types.is_dictionary(kind):
        raise _no_number(*_first_text(column), name)
    if not any(is_one(kind) for is_one in _NUMERIC):
        raise _invalid(f"{name} must hold numbers, got {kind}", name, _NUMBERS)
    numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    infinite = np.isinf(numbers)
    if infinite.any():
        raise _no_number("infinity", int(infinite.argmax()), name)
    return numbers  # type: ignore[no-any-return]


def _first_text(column: pa.Array) -> tuple[str, int]:
    """Return the first text that is no number, with its row; the first of all if they all look like numbers."""
    for row, value in enumerate(column):
        text = value.as_py()
        try:
            float(text or 0)
        except ValueError:
            return text, row
    return next(((one.as_py(), row) for row, one in enumerate(column) if one.is_valid), ("", 0))


def _no_number(text: str, row: int, name: str) -> InvalidBody:
    return _invalid(f"{name} must be a number, got {text[:40]!r} in row {row}", name, _NUMBERS, row)


def _is_text(kind: pa.DataType) -> bool:
    return any(is_one(kind) for is_one in (pa.types.is_string, pa.types.is_large_string))


def _require_all(column: pa.Array, name: str, hint: str) -> None:
    row = pc.index(pc.is_null(column), True).as_py()
    if row >= 0:
        raise _invalid(f"{name} is missing in row {row}", name, hint, row)


def _invalid(message: str, name: str, hint: str, *row: int) -> InvalidBody:
    return InvalidBody.of([Problem(message, hint, ("series", name, *row))])


# --- answers --------------------------------------------------------------------


def table_in(frame: Frame, *, as_text: bool = False) -> pa.Table:
    """Return the table of an answer, NaN and infinity missing; ``as_text``: timestamps and nested values too."""
    return pa.table({name: _column(one, as_text=as_text) for name, one in frame.table.items()})


def with_rest(frame: Frame) -> pa.Table:
    """Return the table of an answer with the rest of it, as JSON under ``tidecast`` of its metadata."""
    rest = orjson.dumps(frame.around, option=orjson.OPT_SERIALIZE_NUMPY)
    return table_in(frame).replace_schema_metadata({"tidecast": rest})


def _column(column: Column, *, as_text: bool) -> Any:
    if isinstance(column, Repeated):
        runs = np.repeat(np.arange(len(column.values)), column.counts)
        return pa.array(column.values, pa.string()).take(pa.array(runs))
    if isinstance(column, Coded):
        return pa.array(column.words, pa.string()).take(pa.array(column.codes))
    if isinstance(column, StampRuns):
        return _stamp_column(column, as_text=as_text)
    if isinstance(column, np.ndarray):
        missing = ~np.isfinite(column) if column.dtype.kind == "f" else None
        return pa.array(np.ascontiguousarray(column), mask=missing)
    return _values(column, as_text=as_text)


def _stamp_column(column: StampRuns, *, as_text: bool) -> pa.ChunkedArray:
    """Return timestamps: integers, dates in their zone, or texts where series differ in that."""
    grids = [span.grid for span in column.spans]
    kinds = {(grid.stamps.dtype.kind, grid.tz) for grid in grids}
    if as_text or len(kinds) != 1:
        each = [pa.array(span.text()).cast(pa.string()) for span in column.spans]
    else:
        ((kind, tz),) = kinds
        form = pa.timestamp("ns", tz) if kind == "M" else pa.int64()
        each = [pa.array(span.stamps, form) for span in column.spans]
    return pa.chunked_array([each[run] for run in column.runs.tolist()], each[0].type)


def _values(column: Sequence[Any], *, as_text: bool) -> pa.Array:
    """Return a value for each row; as text where they are of several kinds, JSON if they are nested."""
    try:
        made = pa.array(column)
    except pa.ArrowException:
        made = None
    if made is None or (as_text and pa.types.is_nested(made.type)):
        return pa.array([_text(one) for one in column], pa.string())
    return made


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()
