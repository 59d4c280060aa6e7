"""What a request may hold at most once it is read, whatever its format."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from app.codecs.base import Content
from app.failures import InvalidBody, over_limit
from app.settings import Limits
from models.data.series import RawSeries
from models.data.table import SentStamps, Table
from models.errors import Path, Problem

_SHOWN_CHARS = 20
_CELLS_PER_POINT, _SPARE_CELLS = 4, 100_000
"""A body holds at most so many cells for each point that is allowed, and so many more."""
_ANY_CELLS, _CELLS_FOR_ONE = 1_000_000, 4
"""A table has at most so many cells of exogenous columns, and so many more for each one that was sent."""


def most_cells(limits: Limits) -> int:
    """Return how many cells a table may have, whatever it is written in."""
    return _CELLS_PER_POINT * limits.max_points + _SPARE_CELLS


def check_cells(rows: int, columns: int, limits: Limits) -> None:
    """Raise ``LimitExceeded`` for more rows or cells than may be read."""
    if rows > limits.max_points:
        raise over_limit("max_points", rows, limits.max_points, ("series",))
    if rows * columns > most_cells(limits):
        raise over_limit("max_points", f"{rows * columns} cells", limits.max_points, ("series",))


def check(content: Content, limits: Limits) -> None:
    """Raise ``LimitExceeded`` for too many series or points, or a text that is too long.

    ``InvalidBody`` is raised for series of which nearly all lack nearly all columns.
    """
    table = content.table
    if len(table) > limits.max_series:
        raise over_limit("max_series", len(table), limits.max_series, ("series",))
    if len(table.y) > limits.max_points:
        raise over_limit("max_points", len(table.y), limits.max_points, ("series",))
    for found, place in ((table, ("series",)), (content.future, ("future",))):
        if found is not None and found.loose is not None:
            sent = sum(len(one.y) * len(one.exog) for one in found.loose)
            check_filled(len(found.exog_names()) * len(found.y), sent, place)
    for path, texts in _texts(content):
        if _longest(texts) > limits.max_text_chars:
            raise _too_long(path, texts, limits.max_text_chars)


def check_filled(cells: int, sent: int, path: Path) -> None:
    """Raise ``InvalidBody`` where most cells of a table were not sent: its size is the square of the body's."""
    if cells > _ANY_CELLS + _CELLS_FOR_ONE * sent:
        text = f"the table would have {cells} cells, of which {sent} were sent"
        raise InvalidBody.of([Problem(text, "send what has other columns by itself", path)])


def _texts(content: Content) -> Iterator[tuple[Path, Iterable[Any]]]:
    """Yield all that may be text, with its place in the request; numbers may be among it."""
    yield from _of_table(content.table, ("series",))
    if content.future is not None:
        yield from _of_table(content.future, ("future",))
    for name, value in content.options.items():
        yield (), [name]
        for path, text in _of_option(value, (name[:_SHOWN_CHARS],)):
            yield path, [text]


def _of_table(table: Table, path: Path) -> Iterator[tuple[Path, Iterable[Any]]]:
    yield path, table.ids
    yield path, table.exog
    yield path, _longest_stamp(table.stamps)
    yield path, table.starts or ()
    yield path, table.freqs or ()
    for i, one in enumerate(table.loose or ()):
        yield (*path, i), _of_series(one)


def _of_series(one: RawSeries) -> list[Any]:
    return [*one.exog, *_longest_stamp(one.ds), one.start, one.freq]


def _longest_stamp(stamps: SentStamps | None) -> Sequence[Any]:
    """Return the longest of timestamps that are texts in an array; all of them where they are in none."""
    if not isinstance(stamps, np.ndarray):
        return stamps or ()
    if stamps.dtype.kind != "S" or not len(stamps):
        return ()
    return [stamps[np.char.str_len(stamps).argmax()].decode()]


def _of_option(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every text within an option, keys included."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            yield from _of_option(inner, (*path, key[:_SHOWN_CHARS]))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _of_option(inner, (*path, i))


def _longest(texts: Iterable[Any]) -> int:
    """Return the characters of the longest text; the quick way is for texts alone."""
    try:
        return max(map(len, texts), default=0)
    except TypeError:
        return max((len(one) for one in texts if isinstance(one, str)), default=0)


def _too_long(path: Path, texts: Iterable[Any], most: int) -> Exception:
    text = next(one for one in texts if isinstance(one, str) and len(one) > most)
    return over_limit("max_text_chars", f"{len(text)} in '{text[:_SHOWN_CHARS]}...'", most, path)
