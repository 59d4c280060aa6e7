"""Files in and out, as dicts of columns; all but Parquet and Arrow need nothing but the standard library."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TextIO, TypeVar

from ._errors import DataError
from ._reading.file import table_of
from ._reading.parquet import pyarrow
from ._reading.table import Table
from ._reading.wanted import NOTHING, Wanted
from ._tables._times import from_iso

_Read = TypeVar("_Read")
STANDARD = "-"
_SEPARATORS = {"": ",", ".csv": ",", ".txt": ",", ".tsv": "\t", ".tab": "\t"}
_JSON = ".json"
_PARQUET = frozenset({".parquet", ".pq"})


def read_table(path: str, wanted: Wanted = NOTHING) -> Table:
    """Read a file by what it holds: delimited text, Excel, Parquet, Arrow or JSON; `-` is standard input.

    Raises:
        DataError: The file cannot be read as a table.
        MissingDependencyError: It is Parquet, and pyarrow is not installed.
    """
    return of_file(path, lambda data: table_of(data, wanted))


def of_file(path: str, read: Callable[[bytes], _Read]) -> _Read:
    """Return what `read` makes of the bytes of a file; `-` is standard input.

    Raises:
        DataError: There is no such file, or `read` says so; the message names the file.
    """
    try:
        data = _standard_input() if path == STANDARD else Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        return read(data)
    except DataError as error:
        raise DataError(f"cannot read {_shown(path)}: {error}") from error


def _shown(path: str) -> str:
    return "standard input" if path == STANDARD else path


def _standard_input() -> bytes:
    buffer = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read().encode() if buffer is None else bytes(buffer.read())


def write_table(table: Mapping[str, Sequence[Any]], path: str) -> None:
    """Write a file as its ending says: separated text, a list of rows in JSON, or Parquet.

    Raises:
        DataError: The file cannot be written, or its ending says something else.
        MissingDependencyError: It is to be Parquet, and pyarrow is not installed.
    """
    check_writable(path)
    if _ending(path) == _JSON:
        write_json_file(_rows_of(table), path)
        return
    try:
        if is_parquet(path):
            _write_parquet(table, path)
            return
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            write_csv(table, file, _SEPARATORS[_ending(path)])
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error


def check_writable(path: str) -> None:
    """Raise before any work if a table cannot become a file of this name.

    Raises:
        DataError: Its ending says what is not written, or there is no such folder.
    """
    check_folder(path)
    if not (is_parquet(path) or _ending(path) == _JSON or _ending(path) in _SEPARATORS):
        raise DataError(
            f"cannot write {path}: {_ending(path)} is not written; "
            "hint: name it .csv, .tsv, .json or .parquet"
        )


def check_json(path: str) -> None:
    """Raise before any work if JSON cannot become a file of this name.

    Raises:
        DataError: Its ending says something else, or there is no such folder.
    """
    check_folder(path)
    if _ending(path) not in ("", _JSON):
        raise DataError(f"cannot write {path}: a report is JSON; hint: name it .json")


def check_folder(path: str) -> None:
    """Raise before any work if a file would be in a folder that is not there.

    Raises:
        DataError: It would.
    """
    folder = Path(path).parent
    if not folder.is_dir():
        raise DataError(f"cannot write {path}: there is no folder {folder}")


def write_json_file(value: Any, path: str) -> None:
    """Write JSON into a file.

    Raises:
        DataError: The file cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            write_json(value, file)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error


def write_json(value: Any, file: TextIO) -> None:
    """Write JSON that a person can read, with a line end at its end."""
    json.dump(value, file, indent=2, ensure_ascii=False, default=cell_text)
    file.write("\n")


def _rows_of(table: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, row)) for row in zip(*table.values())]


def _ending(path: str) -> str:
    return Path(path).suffix.lower()


def is_parquet(path: str) -> bool:
    """Tell Parquet by the ending of the name."""
    return _ending(path) in _PARQUET


def write_csv(table: Mapping[str, Sequence[Any]], file: TextIO, separator: str = ",") -> None:
    """Write separated text with a header; None becomes an empty cell."""
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(table)
    for row in zip(*table.values()):
        writer.writerow([cell_text(value) for value in row])


def cell_text(value: Any) -> str:
    """Return a value as CSV has it: ISO timestamps, true and false, the shortest exact number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_parquet(table: Mapping[str, Sequence[Any]], path: str) -> None:
    library = pyarrow()
    columns = {name: _arrow_column(values, library) for name, values in table.items()}
    library.parquet.write_table(library.table(columns), path)


def _arrow_column(values: Sequence[Any], library: Any) -> Any:
    """Return an Arrow column; ISO texts become timestamps, a column of nulls becomes numbers."""
    present = [value for value in values if value is not None]
    if not present:
        return library.array(values, type=library.float64())
    if not all(isinstance(value, str) and looks_like_time(value) for value in present):
        return library.array(values)
    stamps = from_iso(values, None)
    kind = library.timestamp("us", tz="UTC" if stamps.zone else None)
    return library.array(stamps.values.astype("datetime64[us]"), type=kind)


_TIME = re.compile(
    r"\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)


def looks_like_time(text: str) -> bool:
    """Say whether a text is a timestamp with the year first, such as 2024-01 or 2024/1/31 7:30."""
    return _TIME.fullmatch(text) is not None
