"""Bytes of a file to a table: what it holds decides how it is read, not its name."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib

from . import arrow, cells, kinds, numerals, objects, parquet, records, sheets
from .bounds import UNBOUND, Bounds
from .errors import DataError
from .table import Table
from .text import decode
from .wanted import NOTHING, Wanted
from .workbook import BROKEN

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_TYPED = ((b"PAR1", parquet), (arrow.FILE, arrow), (arrow.STREAM, arrow))
_PIECE = 1 << 20


def table_of(data: bytes, wanted: Wanted = NOTHING, bounds: Bounds = UNBOUND) -> Table:
    """Read delimited text, Excel, Parquet, Arrow or JSON, each also within gzip.

    Raises:
        DataError: It holds no table, or not the sheet that is wanted.
        TooLarge: It holds more than is allowed; nothing of that size was made.
        MissingDependencyError: It is Parquet or Arrow, and pyarrow is not installed.
    """
    if data.startswith(_GZIP):
        data = _unzipped(data, bounds)
    bounds.check_bytes(len(data))
    table = _parsed(data, wanted, bounds)
    if wanted.sheet is not None and not table.sheets:
        raise DataError("--sheet is given, but this is no Excel file")
    if not table.height:
        raise DataError(f"there are no rows below the names {[*table]}")
    bounds.check_cells(cells.count(table))
    bounds.check_bytes(cells.characters(table))
    return table


def _parsed(data: bytes, wanted: Wanted, bounds: Bounds) -> Table:
    if data.startswith(_ZIP):
        alone = _only_file(data, bounds)
        if alone is None:
            return sheets.read_excel(data, wanted, bounds)
        return table_of(alone, wanted, bounds)
    for begins, reader in _TYPED:
        if data.startswith(begins):
            return _with_numbers(reader.read(data, bounds), wanted.decimal)
    text = decode(data, wanted.encoding)
    if text.letters.lstrip().startswith(("{", "[")):
        table = _with_numbers(objects.read_json(text.letters, bounds), wanted.decimal)
    else:
        table = records.parse(text.letters, wanted.decimal, bounds)
    table.notes[:0] = text.notes
    table.encoding = text.encoding
    return table


def _only_file(data: bytes, bounds: Bounds) -> bytes | None:
    """Return the only file of an archive, None where there are more or it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [one for one in archive.infolist() if _counts(one)]
            if len(found) != 1 or found[0].filename.endswith(".xml"):
                return None
            bounds.check_bytes(found[0].file_size)
            inner = archive.read(found[0])
    except BROKEN:
        return None
    return None if inner.startswith(_ZIP) else inner


def _counts(part: zipfile.ZipInfo) -> bool:
    return not part.is_dir() and not part.filename.startswith("__MACOSX/")


def _with_numbers(table: Table, decimal: str | None) -> Table:
    """Return the table with numbers where texts stand for them, but in keys."""
    texts = {
        name: ["" if value is None else str(value) for value in values]
        for name, values in table.items()
        if kinds.holds_texts(values)
        and all(value is None or isinstance(value, (str, int, float)) for value in values)
        and not (any(isinstance(v, bool) for v in values) or kinds.is_named_id(name))
    }
    columns, said = numerals.typed(texts, "", decimal)
    return Table(
        {name: columns.get(name, table[name]) for name in table}, table.lines, [*table.notes, *said]
    )


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
