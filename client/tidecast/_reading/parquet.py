"""Parquet to a table, by pyarrow where it is installed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from .cells import plain
from .errors import DataError, MissingDependencyError
from .table import Table


def pyarrow() -> Any:
    """Return the library.

    Raises:
        MissingDependencyError: It is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependencyError(
            "Parquet needs pyarrow; hint: pip install 'tidecast[parquet]', or use CSV"
        ) from error
    return pyarrow


def read(data: bytes, check_cells: Callable[[int], None]) -> Table:
    """Read the columns; `check_cells` may refuse their number before they are made.

    Raises:
        DataError: It is no Parquet, or one that is broken.
        MissingDependencyError: pyarrow is not installed.
    """
    library = pyarrow()
    try:
        file = library.parquet.ParquetFile(io.BytesIO(data))
        check_cells(file.metadata.num_rows * file.metadata.num_columns)
        columns = file.read().to_pydict()
    except (library.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"no Parquet: {error}") from error
    return Table({name: [plain(value) for value in values] for name, values in columns.items()})
