"""CSV: the table alone, with the options in the address."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from app.codecs.base import Codec, Content, Query
from app.codecs.columns import ABOUT, content_of, table_in
from app.codecs.contents import check_cells
from app.codecs.frame import Frame
from app.codecs.rows import ID, STAMP
from app.failures import MalformedBody
from app.settings import Limits

_MARK = b"\xef\xbb\xbf"
_TEXTS = (ID, STAMP)
_MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL"]
_HINT = "send commas and UTF-8; POST /v1/read reads files as people have them"
_COUNTED = ("warnings", "errors")
_EXAMPLE = "unique_id,ds,y\na,2024-01-01,5\na,2024-01-02,7\na,2024-01-03,6\n"


class CsvTable(Codec):
    """``text/csv``: a header, commas, decimal points, and nothing where a value is missing."""

    media_type = "text/csv"

    def decode(self, body: bytes, query: Query, limits: Limits) -> Content:
        """Read series from a table, options from the address."""
        check_cells(body.count(b"\n"), 1, limits)
        return content_of(_read(body.removeprefix(_MARK)), query, limits)

    def encode(self, frame: Frame) -> bytes:
        """Write the table of an answer, quotes only where a text needs them."""
        table = table_in(frame, as_text=True)
        try:
            return _written(table, "none")
        except pa.ArrowInvalid:
            return _written(table, "needed")

    def headers(self, frame: Frame) -> Mapping[str, str]:
        """Tell how many warnings and errors there were: what they say has no place in the table."""
        return {f"Tidecast-{name.title()}": str(len(frame.around[name])) for name in _COUNTED}

    def described(self, schema: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
        """Return that it is text."""
        return {"schema": {"type": "string", "description": ABOUT}, "example": _EXAMPLE}


def _read(body: bytes) -> pa.Table:
    kinds = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(_TEXTS, pa.string()), null_values=_MISSING
    )
    try:
        found = pa.csv.read_csv(
            BytesIO(body),
            parse_options=pa.csv.ParseOptions(newlines_in_values=b'"' in body),
            convert_options=kinds,
        )
        names = found.column_names
    except (pa.ArrowException, UnicodeDecodeError) as error:
        text = f"the body is no CSV with a header: {str(error)[:200]}"
        raise MalformedBody(text, _HINT) from None
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise MalformedBody(f"the body has one column, {names[0]!r:.60}", _HINT)
    for number, name in enumerate(names):
        if name in _TEXTS:
            column = _as_sent(found.column(number), name)
            found = found.set_column(number, name, column)
    return found


def _as_sent(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Return texts, missing where there is nothing, or timestamps that are whole numbers throughout as such."""
    if name == STAMP:
        with suppress(pa.ArrowInvalid):
            return column.cast(pa.int64())
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _written(table: pa.Table, quotes: str) -> bytes:
    written = BytesIO()
    form = pa.csv.WriteOptions(quoting_style=quotes, quoting_header=quotes)
    pa.csv.write_csv(table, written, form)
    return written.getvalue()


CODEC = CsvTable()
