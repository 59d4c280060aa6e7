"""Parquet to a table, by pyarrow where it is installed."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .bounds import UNBOUND, Bounds
from .cells import plain
from .errors import DataError, MissingDependencyError
from .table import Table

_BROKEN = (OSError, ValueError, OverflowError, IndexError, struct.error)


def pyarrow() -> Any:
    """Return the library.

    Raises:
        MissingDependencyError: It is not installed.
    """
    try:
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependencyError(
            "Parquet and Arrow need pyarrow; hint: pip install 'tidecast[parquet]', or use CSV"
        ) from error
    return pyarrow


@contextmanager
def refusing(what: str) -> Iterator[Any]:
    """Yield the library; what it cannot read is a `DataError` that says what it is not."""
    library = pyarrow()
    try:
        yield library
    except DataError:
        raise
    except (library.ArrowException, *_BROKEN) as error:
        raise DataError(f"no {what}: {error}") from error


def read(data: bytes, bounds: Bounds = UNBOUND) -> Table:
    """Read the columns; those of objects become one for each of their names.

    Raises:
        DataError: It is no Parquet, or one that is broken, or columns have the same name.
        MissingDependencyError: pyarrow is not installed.
        TooLarge: It has more bytes or cells than is allowed.
    """
    with refusing("Parquet") as library:
        return table_of(library, opened(data, bounds))


def opened(data: bytes, bounds: Bounds = UNBOUND) -> Any:
    """Return the table as pyarrow has it, texts as words that are there once; raises what `read` does."""
    with refusing("Parquet") as library:
        about = library.parquet.read_metadata(io.BytesIO(data))
        bounds.check_cells(about.num_rows * about.num_columns)
        groups = (about.row_group(number) for number in range(about.num_row_groups))
        bounds.check_bytes(sum(group.total_byte_size for group in groups))
        schema = about.schema.to_arrow_schema()
        flat = [field.name for field in schema if not field.type.num_fields]
        found = library.parquet.ParquetFile(io.BytesIO(data), read_dictionary=flat).read()
        return checked(found)


def checked(found: Any) -> Any:
    """Return a table that says nothing of itself that is not so; raises a `ValueError` for another."""
    found.validate(full=True)  # it could point anywhere
    "".join(found.column_names)  # which are decoded as they are asked for
    return found


def table_of(library: Any, found: Any) -> Table:
    """Return the columns of a table of pyarrow's.

    Raises:
        DataError: Columns have the same name.
    """
    table = found.flatten()
    names = table.column_names
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"several columns are named {twice!r}")
    return Table(
        {name: [plain(value) for value in _values(library, table.column(name))] for name in names}
    )


def _values(library: Any, column: Any) -> list[Any]:
    """Return the values of a column; a text that a small file repeats millions of times is there once."""
    if library.types.is_timestamp(column.type) and column.type.unit == "ns":
        # as Python has them
        column = column.cast(library.timestamp("us", column.type.tz), safe=False)
    if not library.types.is_dictionary(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    found: list[Any] = []
    for chunk in column.chunks:
        words = [*chunk.dictionary.to_pylist(), None]
        found += [words[-1 if place is None else place] for place in chunk.indices.to_pylist()]
    return found
