"""Bytes of a file to a table: what it holds decides how it is read, not its name."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Any

from . import cells, parquet, records, sheets
from .errors import DataError, TooLarge
from .table import Table

_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What a file may hold at most; None where there is no bound.

    Attributes:
        bytes: Bytes after decompression.
        cells: Cells of the table.
    """

    bytes: int | None = None
    cells: int | None = None

    def check_bytes(self, found: int) -> None:
        """Raise `TooLarge` beyond the bytes that are allowed."""
        if self.bytes is not None and found > self.bytes:
            raise TooLarge("max_body_bytes", found, self.bytes)

    def check_cells(self, found: int) -> None:
        """Raise `TooLarge` beyond the cells that are allowed."""
        if self.cells is not None and found > self.cells:
            raise TooLarge("max_read_cells", found, self.cells)


UNBOUND = Bounds()


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
    if data.startswith(_PARQUET):
        return parquet.read(data, bounds.check_cells)
    if data.startswith(_ZIP):
        return sheets.read_excel(data, decimal, bounds.check_bytes)
    text, notes = records.decode(data)
    if text.lstrip().startswith(("{", "[")):
        table: Table = sheets.read_json(text)
    else:
        bounds.check_cells(records.most_cells(text))
        table = records.parse(text, decimal)
    bounds.check_cells(cells.count(table))
    table.notes[:0] = notes
    return table


def _unzipped(data: bytes, bounds: Bounds) -> bytes:
    """Undo gzip piece by piece, so that a small file cannot fill the memory."""
    out = io.BytesIO()
    try:
        while data:
            reader: Any = zlib.decompressobj(31)
            while not reader.eof:
                piece = reader.decompress(data, _PIECE)
                data = reader.unconsumed_tail
                if not piece and not data and not reader.eof:
                    raise DataError("the gzip archive is broken: it ends too early")
                bounds.check_bytes(out.tell() + len(piece))
                out.write(piece)
            data = reader.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise DataError(f"the gzip archive is broken: {error}") from error
    return out.getvalue()
