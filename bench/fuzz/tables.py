"""The same requests with their series as CSV, Arrow or Parquet, and their options in the address."""

import json
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
_COLUMNS = ("unique_id", "ds", "y")
_IN_BODY = ("series", "start", *_COLUMNS)


def as_table(body: Mapping[str, Any], rng: Random) -> tuple[str, str, bytes] | None:
    """Return query, media type and bytes of a table with the columns of a body; None if they are in none."""
    series = body.get("series", body)
    if isinstance(series, list):
        series = rng.choice(series) if series else None
    if not isinstance(series, dict):
        return None
    columns = {name: one for name, one in series.items() if isinstance(one, list)}
    try:
        table = pa.table({name: _typed(one, rng) for name, one in columns.items()})
    except (pa.ArrowException, OverflowError, UnicodeError):
        return None
    options = [(name, one) for name, one in body.items() if name not in _IN_BODY]
    query = [(name, one if isinstance(one, str) else json.dumps(one)) for name, one in options]
    kind = rng.choice([CSV, ARROW, PARQUET])
    try:
        return urlencode(query, errors="replace"), kind, _written(table, kind)
    except pa.ArrowException:
        return None


def _typed(values: list[Any], rng: Random) -> pa.Array:
    """Return a column, at times of another type than it would have."""
    made = pa.array(values)
    if rng.random() < 0.2:
        kinds = [
            pa.timestamp("s"),
            pa.timestamp("ns", "Europe/Berlin"),
            pa.int8(),
            pa.string(),
            pa.float32(),
        ]
        with suppress(pa.ArrowException):
            made = made.cast(rng.choice(kinds))
    return made.dictionary_encode() if rng.random() < 0.1 and len(made) else made


def _written(table: pa.Table, kind: str) -> bytes:
    out = BytesIO()
    if kind == CSV:
        pyarrow.csv.write_csv(table, out)
    elif kind == PARQUET:
        pyarrow.parquet.write_table(table, out)
    else:
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)
    return out.getvalue()
