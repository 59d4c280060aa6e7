"""Arrow to a table, as a stream or a file (which is what Feather is), by pyarrow where it is installed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import parquet
from .bounds import UNBOUND, Bounds
from .table import Table

FILE, STREAM = b"ARROW1\0\0", b"\xff\xff\xff\xff"
"""What files and streams begin with; a file holds a stream, and behind it where its parts are."""
_DICTIONARY, _BATCH = 2, 3


def read(data: bytes, bounds: Bounds = UNBOUND) -> Table:
    """Read the columns; those of objects become one for each of their names.

    Raises:
        DataError: It is no Arrow, or one that is broken, or columns have the same name.
        MissingDependencyError: pyarrow is not installed.
        TooLarge: It has more bytes or cells than is allowed.
    """
    with parquet.refusing("Arrow") as library:
        return parquet.table_of(library, opened(data, bounds))


def opened(data: bytes, bounds: Bounds = UNBOUND) -> Any:
    """Return the table as pyarrow has it; raises what `read` does."""
    stream = data[len(FILE) :] if data.startswith(FILE) else data
    with parquet.refusing("Arrow") as library, library.ipc.open_stream(stream) as reader:
        _check(library, stream, len(reader.schema), bounds)
        return parquet.checked(reader.read_all())


def _check(library: Any, stream: bytes, columns: int, bounds: Bounds) -> None:
    """Raise `TooLarge` by what the parts of a stream say of themselves, before any is made."""
    rows = made = 0
    for part in _parts(library, stream):
        rows += part.rows
        made += part.bytes
        bounds.check_cells(rows * columns)
        bounds.check_bytes(made)


@dataclass(frozen=True)
class _Part:
    """What a part of a stream will be: its rows, and its bytes without compression."""

    rows: int
    bytes: int


def _parts(library: Any, stream: bytes) -> Iterator[_Part]:
    for message in library.ipc.MessageReader.open_stream(stream):
        head, body = message.metadata.to_pybytes(), message.body
        told = _Fields(head, struct.unpack_from("<I", head)[0])
        kind = told.number(1, "<B")
        if kind not in (_DICTIONARY, _BATCH):
            continue
        batch = told.inner(2)
        batch = batch.inner(1) if kind == _DICTIONARY else batch
        yield _Part(batch.number(0, "<q"), _made(batch, memoryview(body)))


def _made(batch: _Fields, body: memoryview) -> int:
    """Return the bytes of a part's buffers; those that are compressed begin with what they will be."""
    if batch.place(3) is None:
        return len(body)
    made = 0
    for at, length in batch.pairs(2):
        size = struct.unpack_from("<q", body, at)[0] if length else 0
        made += length if size < 0 else size
    return made


@dataclass(frozen=True)
class _Fields:
    """A table of a flatbuffer, in which Arrow describes its parts: fields by number, each where the table says.

    Source: https://flatbuffers.dev/internals and Message.fbs of Apache Arrow.
    """

    head: bytes
    at: int

    def place(self, field: int) -> int | None:
        """Return where a field is, None if it is left out."""
        index = self.at - int(struct.unpack_from("<i", self.head, self.at)[0])
        if 4 + 2 * field >= struct.unpack_from("<H", self.head, index)[0]:
            return None
        offset = struct.unpack_from("<H", self.head, index + 4 + 2 * field)[0]
        return self.at + int(offset) if offset else None

    def number(self, field: int, kind: str) -> int:
        """Return a number, 0 if it is left out."""
        place = self.place(field)
        return 0 if place is None else int(struct.unpack_from(kind, self.head, place)[0])

    def _target(self, field: int) -> int:
        place = self.place(field)
        if place is None:
            raise ValueError(f"field {field} of a part is left out")
        return place + int(struct.unpack_from("<I", self.head, place)[0])

    def inner(self, field: int) -> _Fields:
        """Return a table within this one."""
        return _Fields(self.head, self._target(field))

    def pairs(self, field: int) -> Iterator[tuple[int, int]]:
        """Yield the pairs of 64-bit numbers of a list."""
        start = self._target(field)
        count = struct.unpack_from("<I", self.head, start)[0]
        first = start + 4
        yield from struct.iter_unpack("<qq", self.head[first : first + 16 * count])
