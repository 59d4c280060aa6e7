"""Bytes of a file to a table: what it holds decides how it is read, not its name."""

from __future__ import annotations

import gzip
import io
import zlib

from . import cells, parquet, records, sheets
from .bounds import UNBOUND, Bounds
from .errors import DataError
from .table import Table

_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_PIECE = 1 << 20


def table_of(data: bytes, decimal: str | None = None, bounds: Bounds = UNBOUND) -> Table:
    """Read delimited text, Excel, Parquet or JSON, each also within gzip.

    Raises:
        DataError: It holds no table.
        TooLarge: It holds more than is allowed; nothing of that size was made.
        MissingDependencyError: It is Parquet, and pyarrow is not installed.
    """
    if data.startswith(_GZIP):
        data = _unzipped(data, bounds)
    bounds.check_bytes(len(data))
    table = _parsed(data, decimal, bounds)
    bounds.check_cells(cells.count(table))
    bounds.check_bytes(cells.characters(table))
    return table


def _parsed(data: bytes, decimal: str | None, bounds: Bounds) -> Table:
    if data.startswith(_PARQUET):
        return parquet.read(data, bounds)
    if data.startswith(_ZIP):
        return sheets.read_excel(data, decimal, bounds)
    text, notes = records.decode(data)
    is_json = text.lstrip().startswith(("{", "["))
    table = sheets.read_json(text, bounds) if is_json else records.parse(text, decimal, bounds)
    table.notes[:0] = notes
    return table


def _unzipped(data: bytes, bounds: Bounds) -> bytes:
    """Undo gzip piece by piece, so that a small file cannot fill the memory."""
    out = io.BytesIO()
    try:
        with gzip.open(io.BytesIO(data)) as reader:
            while piece := reader.read(_PIECE):
                bounds.check_bytes(out.tell() + len(piece))
                out.write(piece)
    except EOFError:
        raise DataError("the gzip archive is broken: it ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"the gzip archive is broken: {error}") from error
    return out.getvalue()
