"""CSV and Parquet files, as dicts of columns. CSV needs nothing but the standard library."""

import csv
import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TextIO

from .._errors import DataError, MissingDependencyError
from .._tables._times import from_iso

Table = dict[str, list[Any]]

STANDARD = "-"
_MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "nat"})
_DELIMITERS = ",;\t|"
_PADDED = re.compile(r"[-+]?0\d")
_PARQUET = frozenset({".parquet", ".pq"})


def read_table(path: str) -> Table:
    """Read a file by its ending, or CSV from standard input for `-`.

    Raises:
        DataError: The file cannot be read as a table.
        MissingDependencyError: It is Parquet, and pyarrow is not installed.
    """
    if path == STANDARD:
        return parse_csv(sys.stdin.read())
    try:
        if is_parquet(path):
            return _read_parquet(path)
        return parse_csv(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"cannot read {path}: it is not UTF-8 text; hint: convert it") from error


def write_table(table: Mapping[str, Sequence[Any]], path: str) -> None:
    """Write a file by its ending: Parquet, else CSV.

    Raises:
        DataError: The file cannot be written.
        MissingDependencyError: It is to be Parquet, and pyarrow is not installed.
    """
    try:
        if is_parquet(path):
            _write_parquet(table, path)
        else:
            with Path(path).open("w", encoding="utf-8", newline="") as file:
                write_csv(table, file)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from error


def is_parquet(path: str) -> bool:
    """Tell Parquet by the ending of the name."""
    return Path(path).suffix.lower() in _PARQUET


def parse_csv(text: str) -> Table:
    """Read CSV with a header; numbers become numbers, empty cells and NA become None.

    Raises:
        DataError: There are no rows, or one has more cells than the header.
    """
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    if not rows:
        raise DataError("the file is empty")
    header, body = _header(rows)
    for number, row in enumerate(body, start=2):
        if len(row) > len(header):
            raise DataError(f"row {number} has {len(row)} cells, the header {len(header)}")
    if not body:
        raise DataError(f"there are no rows below the header {header}")
    columns = ([row[i] if i < len(row) else "" for row in body] for i in range(len(header)))
    return {name: _typed(cells) for name, cells in zip(header, columns, strict=True)}


def write_csv(table: Mapping[str, Sequence[Any]], file: TextIO) -> None:
    """Write CSV with a header; None becomes an empty cell."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
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


def _header(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Return the names and the rest; a first row of numbers alone is not a header."""
    if all(_number(cell) is not None for cell in rows[0]):
        return [f"column_{i + 1}" for i in range(len(rows[0]))], rows
    names = [name.strip() or f"column_{i + 1}" for i, name in enumerate(rows[0])]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise DataError(f"several columns are named {min(twice)!r}")
    return names, rows[1:]


def _typed(cells: Iterable[str]) -> list[Any]:
    texts = [None if cell.strip().lower() in _MISSING else cell.strip() for cell in cells]
    numbers = [None if text is None else _number(text) for text in texts]
    if any((n is None) is not (t is None) for n, t in zip(numbers, texts, strict=True)):
        return texts
    return numbers


def _number(text: str) -> int | float | None:
    """Return a number, or None for any other text; 007 and 20240101_1 are other texts."""
    if "_" in text or _PADDED.match(text):
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependencyError(
            "Parquet needs pyarrow; hint: pip install 'tidecast[parquet]', or use CSV"
        ) from error
    return pyarrow


def _read_parquet(path: str) -> Table:
    pyarrow = _pyarrow()
    try:
        table: Table = pyarrow.parquet.read_table(path).to_pydict()
    except pyarrow.ArrowInvalid as error:
        raise DataError(f"cannot read {path}: {error}") from error
    return table


def _write_parquet(table: Mapping[str, Sequence[Any]], path: str) -> None:
    pyarrow = _pyarrow()
    columns = {name: _arrow_column(values, pyarrow) for name, values in table.items()}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _arrow_column(values: Sequence[Any], pyarrow: Any) -> Any:
    """Return an Arrow column; ISO texts become timestamps, a column of nulls becomes numbers."""
    present = [value for value in values if value is not None]
    if not present:
        return pyarrow.array(values, type=pyarrow.float64())
    if not all(isinstance(value, str) and looks_like_time(value) for value in present):
        return pyarrow.array(values)
    stamps = from_iso(values, None)
    kind = pyarrow.timestamp("us", tz="UTC" if stamps.zone else None)
    return pyarrow.array(stamps.values.astype("datetime64[us]"), type=kind)


_TIME = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?"
    r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)


def looks_like_time(text: str) -> bool:
    """Say whether a text is a timestamp with the year first, such as 2024-01 or 2024/1/31 7:30."""
    return _TIME.fullmatch(text) is not None


def iso_time(text: str) -> str:
    """Return a text that `looks_like_time` as full ISO 8601."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise DataError(f"{text!r} is not a timestamp with the year first")
    day = f"{match['year']}-{int(match['month']):02d}-{int(match['day'] or 1):02d}"
    if match["hour"] is None:
        return day
    clock = f"{int(match['hour']):02d}:{match['minute']}:{match['second'] or '00'}"
    return f"{day}T{clock}{match['zone'] or ''}"
