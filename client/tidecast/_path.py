"""A file as data: read by the rules of the command line, what was guessed told as warnings."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike, fspath
from typing import IO, Any

from ._errors import DataError
from ._files import read_table
from ._reading.columns import assign
from ._reading.file import table_of
from ._reading.reading import laid_out
from ._reading.table import Table
from ._reading.wanted import Wanted
from ._reading.words import in_arguments
from ._tables._base import ID, TARGET, TIME
from ._warnings import TidecastWarning, caller_level


def is_file(data: Any) -> bool:
    """Say whether data are the path of a file, one that is open, or what one holds."""
    return isinstance(data, (str, bytes, PathLike)) or hasattr(data, "read")


def _table(source: Any, wanted: Wanted) -> Table:
    """Read a file by its path, or what one holds: bytes, text of several lines, an open file."""
    content = source.read() if hasattr(source, "read") else source
    if isinstance(content, str) and (content is not source or "\n" in content):
        content = content.encode()
    return (
        table_of(content, wanted)
        if isinstance(content, bytes)
        else read_table(fspath(source), wanted)
    )


def read(  # noqa: PLR0913
    path: str | bytes | PathLike[str] | IO[str] | IO[bytes],
    *,
    id_col: str | None = None,
    time_col: str | None = None,
    target_col: str | None = None,
    exog: Sequence[str] = (),
    wide: bool = False,
    decimal: str | None = None,
    time_format: str | None = None,
    dates: str | None = None,
    repeats: bool = False,
    sheet: str | int | None = None,
    keep_nines: bool = False,
    encoding: str | None = None,
) -> Any:
    """Read a CSV, Excel, JSON or Parquet file into data that every method of a client takes.

    Args:
        path: The file, such a file that is open, its bytes, or text of several lines; what it holds
            decides how it is read, not its ending.
        id_col: Column of the series' names, "" if there is none; guessed if omitted.
        time_col: Column of the times, "" if there is none; guessed if omitted.
        target_col: Column of the values; guessed if omitted.
        exog: Columns of exogenous variables to keep.
        wide: Whether each column of numbers is a series.
        decimal: The sign that begins a fraction, "." or ","; guessed if omitted.
        time_format: How times are written, as for `datetime.strptime`; guessed if omitted.
        dates: What dates such as 1/2/2024 begin with, "day" or "month"; guessed if omitted.
        repeats: Whether stamps may come twice in a series, as `duplicates=` has them merged.
        sheet: Sheet of an Excel file, by its name or its number from 1; the first with a table if omitted.
        keep_nines: Whether numbers such as -9999 are values, and not taken for missing.
        encoding: Character encoding of a text, such as "cp1251"; guessed if omitted.

    Returns:
        Columns `unique_id`, `ds`, `y` and those of `exog`; without times the values, or these by id.
        What was read and guessed becomes a `TidecastWarning`.

    Raises:
        DataError: The file is no table, or a guess could be wrong: the message names the argument.
        MissingDependencyError: It is Parquet, and pyarrow is not installed.
    """
    wanted = Wanted(
        id_col,
        time_col,
        target_col,
        tuple(exog),
        time_format,
        wide=wide,
        decimal=decimal,
        dates=dates,
        repeats=repeats,
        sheet=None if sheet is None else str(sheet),
        keep_nines=keep_nines,
        encoding=encoding,
    )
    said: list[str] = []
    try:
        long, _ = laid_out(_table(path, wanted), wanted)
        roles = assign(long, wanted, said.append)
    except DataError as error:
        raise DataError(in_arguments(str(error))) from error
    for text in [*long.notes, *said]:
        warnings.warn(in_arguments(text), TidecastWarning, stacklevel=caller_level())
    data = roles.data()
    if roles.time is None:
        return data
    wire = {roles.id: ID, roles.time: TIME, roles.target: TARGET}
    return {wire.get(name, name): values for name, values in data.items()}
