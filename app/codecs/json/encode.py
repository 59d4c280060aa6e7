"""Answers as JSON: one table between braces, what repeats in it written once and copied."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import mul
from typing import Any

import numpy as np
import orjson

from app.codecs.frame import Coded, Column, Frame, Repeated, Span, StampRuns
from models.time.grid import written_alike
from models.types import StampArray


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
    if isinstance(column, StampRuns):
        spans = _spans(column.spans)
        return _list([spans[run] for run in column.runs.tolist()])
    return column


def _pieces(values: Sequence[str | None]) -> list[bytes]:
    """Return each value as it stands in a list, a comma behind it."""
    return [orjson.dumps(value) + b"," for value in values]


def _spans(spans: Sequence[Span]) -> list[bytes]:
    """Return the timestamps of each span as they stand in a list, a comma behind each."""
    together = len(spans) > 1 and all(span.places is None for span in spans)
    texts = written_alike([span.grid for span in spans]) if together else None
    return (
        [_span(span) for span in spans] if texts is None or not len(texts) else _cut(texts, spans)
    )


def _span(span: Span) -> bytes:
    text = orjson.dumps(span.text(), option=orjson.OPT_SERIALIZE_NUMPY)
    return text[1:-1] + b"," if len(span) else b""


def _cut(texts: StampArray, spans: Sequence[Span]) -> list[bytes]:
    """Return texts of one width between quotes, cut into those of each span."""
    width = len(texts[0])
    letters = texts.astype(f"S{width}")
    quoted = np.empty((len(letters), width + 3), dtype=np.uint8)
    quoted[:, 0] = quoted[:, -2] = ord('"')
    quoted[:, -1] = ord(",")
    quoted[:, 1:-2] = letters.view(np.uint8).reshape(-1, width)
    data = quoted.tobytes()
    ends = np.cumsum([len(span) * (width + 3) for span in spans]).tolist()
    return [data[begin:end] for begin, end in pairwise([0, *ends])]


def _list(pieces: Iterable[bytes]) -> orjson.Fragment:
    return orjson.Fragment(b"[" + b"".join(pieces)[:-1] + b"]")
