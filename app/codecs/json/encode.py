"""Answers as JSON: one table between braces, what repeats in it written once and copied."""

from collections.abc import Iterable, Sequence
from operator import mul
from typing import Any

import numpy as np
import orjson

from app.codecs.frame import Coded, Column, Frame, Repeated, Span, Stamps


def encoded(frame: Frame) -> bytes:
    """Write the table under its name, before what goes around it; NaN and infinity become null."""
    request_id = {"request_id": frame.around["request_id"]}
    table = {name: _written(column) for name, column in frame.table.items()}
    return orjson.dumps(
        {**request_id, frame.name: table, **frame.around}, option=orjson.OPT_SERIALIZE_NUMPY
    )


def _written(column: Column) -> Any:
    """Return a column as orjson takes it: a contiguous array, a list, or a list that is text already."""
    if isinstance(column, np.ndarray):
        return np.ascontiguousarray(column)
    if isinstance(column, Repeated):
        return _list(map(mul, _pieces(column.values), column.counts.tolist()))
    if isinstance(column, Coded):
        words = _pieces(column.words)
        return _list([words[code] for code in column.codes.tolist()])
    if isinstance(column, Stamps):
        spans = [_stamps(span) for span in column.spans]
        return _list([spans[run] for run in column.runs.tolist()])
    return column


def _pieces(values: Sequence[str | None]) -> list[bytes]:
    """Return each value as it stands in a list, a comma behind it."""
    return [orjson.dumps(value) + b"," for value in values]


def _stamps(span: Span) -> bytes:
    text = orjson.dumps(span.text(), option=orjson.OPT_SERIALIZE_NUMPY)
    return text[1:-1] + b"," if len(span) else b""


def _list(pieces: Iterable[bytes]) -> orjson.Fragment:
    return orjson.Fragment(b"[" + b"".join(pieces)[:-1] + b"]")
