"""A stand-in: the CSV of the contract, as plain as can be, to hold that a format is one file."""

import csv
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import StringIO
from typing import Any

import numpy as np

from app.codecs.base import Codec, Content, Query
from app.codecs.contents import check
from app.codecs.frame import Coded, Column, Frame, Repeated, StampRuns
from app.codecs.rows import ID, STAMP, table_of
from app.settings import Limits


class CsvTable(Codec):
    """``text/csv``: the table alone, with the options in the address."""

    media_type = "text/csv"

    def decode(self, body: bytes, query: Query, limits: Limits) -> Content:
        header, *rows = csv.reader(StringIO(body.decode()))
        columns = dict(zip(header, zip(*rows, strict=True), strict=True))
        numbers = {
            name: np.array([float(cell or "nan") for cell in cells])
            for name, cells in columns.items()
            if name not in (ID, STAMP)
        }
        ids, stamps = columns.get(ID), columns.get(STAMP)
        table = table_of(ids, stamps, numbers, "series", (), with_y=True)
        content = Content(table, None, options_of(query))
        check(content, limits)
        return content

    def encode(self, frame: Frame) -> bytes:
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(frame.table)
        writer.writerows(zip(*map(cells, frame.table.values()), strict=True))
        return text.getvalue().encode()

    def headers(self, frame: Frame) -> Mapping[str, str]:
        return {f"Tidecast-{name.title()}": str(len(frame.around[name])) for name in COUNTED}

    def described(self, schema: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
        return {"schema": {"type": "string"}, "example": "unique_id,ds,y\na,2024-01-01,5\n"}


COUNTED = ("warnings", "errors")


def options_of(query: Query) -> dict[str, Any]:
    """Options by their names: nested ones are JSON, and a name that is there several times makes a list."""
    several: dict[str, list[Any]] = {}
    for name, text in query:
        value: Any = text
        with suppress(ValueError):
            value = json.loads(text)
        several.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in several.items()}


def cells(column: Column) -> Sequence[Any]:
    """One value for each row, missing ones empty."""
    if isinstance(column, Repeated):
        return np.repeat(np.array(column.values, dtype=object), column.counts).tolist()
    if isinstance(column, Coded):
        return [column.words[code] for code in column.codes]
    if isinstance(column, StampRuns):
        return [text for run in column.runs for text in column.spans[run].text()]
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return [value if np.isfinite(value) else "" for value in column.tolist()]
    return column


CODEC = CsvTable()
