"""Read a file as people have it, by the rules that the client has: what was read, and what must be asked."""

from collections.abc import Sequence
from typing import Any

from app.codecs.compression import decompress
from app.failures import InvalidBody, over_limit
from app.reading import kinds, numerals
from app.reading.bounds import Bounds
from app.reading.errors import DataError, OpenQuestion, TooLarge
from app.reading.reading import Reading, read
from app.reading.stamps import looks_like_times
from app.reading.table import Table
from app.reading.wanted import Wanted
from app.reading.words import in_arguments, message_and_hint, without_advice
from app.schemas.read import ReadOptions
from app.settings import Limits
from models.errors import Problem

_LARGEST = 2**63


def read_file(data: bytes, encoding: str, options: ReadOptions, limits: Limits) -> dict[str, Any]:
    """Read the bytes of a file that came with a ``Content-Encoding``, empty if with none.

    Raises ``InvalidBody`` if they hold no table or lack a column, ``LimitExceeded``,
    ``UnsupportedMedia`` and ``MalformedBody``.
    """
    data = decompress(data, encoding, limits.max_body_bytes)
    bounds = Bounds(limits.max_body_bytes, limits.max_read_cells)
    try:
        return _told(read(data, _wanted(options), bounds), options)
    except TooLarge as error:
        raise over_limit(error.limit, error.found, error.allowed) from None
    except DataError as error:
        message, hint = message_and_hint(in_arguments(str(error)))
        raise InvalidBody.of([Problem(message, hint)]) from None


def _wanted(options: ReadOptions) -> Wanted:
    return Wanted(
        options.id_col,
        options.time_col,
        options.target_col or None,
        tuple(options.exog),
        options.time_format or None,
        wide=options.wide,
        decimal=options.decimal,
        dates=options.dates,
        sheet=options.sheet or None,
        keep_nines=options.keep_nines,
        encoding=options.encoding or None,
    )


def _told(reading: Reading, options: ReadOptions) -> dict[str, Any]:
    return {
        "rows": len(next(iter(reading.table.values()), [])),
        "layout": reading.layout,
        "columns": _columns(reading.table),
        "sheets": list(reading.table.sheets),
        "sheet": reading.table.sheet,
        "encoding": reading.table.encoding,
        "roles": _roles(reading, options),
        "begins": reading.begins,
        "has_nines": reading.has_nines,
        "series": _series(reading),
        "notes": [in_arguments(without_advice(note)) for note in reading.notes],
        "question": reading.question and _question(reading.question),
    }


def _columns(table: Table) -> list[dict[str, str]]:
    return [{"name": name, "holds": _held(values)} for name, values in table.items()]


def _held(values: Sequence[Any]) -> str:
    if kinds.is_numeric(values):
        return "numbers"
    if looks_like_times(values):
        return "times"
    if kinds.flags_of(values) is not None:
        return "flags"
    return "numbers" if numerals.mostly_numbers(values) else "texts"


def _roles(reading: Reading, options: ReadOptions) -> dict[str, Any]:
    """Return which column is what; while a question is open, what was said or found so far."""
    if reading.roles is not None:
        roles = reading.roles
        found = {"id_col": roles.id, "time_col": roles.time, "target_col": roles.target}
    else:
        known = reading.question.known if reading.question else {}
        names = ("id_col", "time_col", "target_col")
        found = {name: getattr(options, name) or known.get(name) for name in names}
    return {**found, "exog": options.exog}


def _series(reading: Reading) -> dict[str, list[Any]] | None:
    roles = reading.roles
    if roles is None:
        return None
    names = {roles.id: "unique_id", roles.time: "ds", roles.target: "y"}
    return {names.get(name, name): _wire(values) for name, values in roles.columns.items()}


def _wire(values: Sequence[Any]) -> list[Any]:
    """Return values as JSON has them; whole numbers beyond 64 bits are texts, as ids of that length are."""
    return [str(value) if _is_long(value) else value for value in values]


def _is_long(value: Any) -> bool:
    return isinstance(value, int) and not -_LARGEST <= value < _LARGEST


def _question(question: OpenQuestion) -> dict[str, Any]:
    message, hint = message_and_hint(in_arguments(str(question)))
    return {
        "option": question.option,
        "message": message,
        "hint": hint,
        "choices": question.choices,
    }
