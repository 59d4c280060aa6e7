"""The column that names the series, or several that do together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from . import kinds
from .choice import Say
from .errors import OpenQuestion
from .table import Table
from .wanted import Wanted

_MIN_SERIES, _LEAST_OF_BLOCK = 2, 2


def named_key(table: Table, wanted: Wanted) -> str | None:
    """Return the column that the user names, or that has the name of such columns; None without one."""
    if wanted.id is None:
        return "unique_id" if "unique_id" in table else None
    return wanted.id or None


def with_key(
    table: Table, time: str | None, target: str, wanted: Wanted, say: Say
) -> tuple[Table, str | None]:
    """Return the table, and the column that names its series: made of several columns where one is not enough.

    None if it is one series, as the user says or as no stamp repeats.

    Raises:
        OpenQuestion: Stamps repeat, and no column tells the rows apart, or rows without times come in blocks.
    """
    key = named_key(table, wanted)
    if key is not None or wanted.id is not None or wanted.repeats:
        return table, key
    if time is None:
        _check_is_one(table, target)
        return table, None
    taken = {target, *wanted.exog}
    stamps = table[time]
    most = max(Counter(stamps).values(), default=0)
    if most < _MIN_SERIES:
        return table, None
    able = [n for n in table if n not in taken and n != time and _can_be_key(n, table[n], most)]
    single = [n for n in able if _tells_apart(table[n], stamps)]
    if single:
        say(
            f"id column: {single[0]} (stamps repeat, and it tells the rows apart; --id-col names another)"
        )
        return table, single[0]
    joined = [tuple(row) for row in zip(*(table[name] for name in able))]
    if len(able) > 1 and 2 * len({*joined}) <= len(joined) and _tells_apart(joined, stamps):
        name = "/".join(able)
        say(
            f"id column: {name} (stamps repeat, and together these tell the rows apart; --id-col names one)"
        )
        keys = ["/".join("" if part is None else str(part) for part in row) for row in joined]
        return table.with_columns(table | {name: keys}), name
    raise _repeated(table, time)


def _check_is_one(table: Table, target: str) -> None:
    """Raise if rows without times come in blocks of one key each, which are several series.

    Raises:
        OpenQuestion: They do.
    """
    for name, values in table.items():
        blocks = sum(a != b for a, b in zip(values, values[1:])) + 1
        able = kinds.holds_texts(values) or kinds.is_id(name, values)
        if (
            name != target
            and able
            and 1 < blocks == len({*values}) <= len(values) / _LEAST_OF_BLOCK
        ):
            raise OpenQuestion(
                f"no column holds times, and the rows come in blocks by {name!r}: several series, or one? "
                f"hint: --id-col {name!r} says several, --id-col '' one, --time-col NAME names the times",
                "id_col",
                [name],
            )


def _can_be_key(name: str, values: list[Any], most: int) -> bool:
    """Say whether a column may name series: texts, or whole numbers that are a key, which come again."""
    if kinds.is_calendar(name, values) or kinds.is_index(name, values):
        return False
    if kinds.is_named_calendar(name) and not kinds.is_numeric(values):
        return False
    distinct = len(set(values))
    if 2 * distinct > len(values):
        return False
    if kinds.is_numeric(values):
        return kinds.is_whole(values) and (kinds.is_id(name, values) or distinct == most)
    return True


def _tells_apart(keys: Sequence[Any], stamps: Sequence[Any]) -> bool:
    return len(set(zip(keys, stamps))) == len(stamps)


def _repeated(table: Table, time: str) -> OpenQuestion:
    stamps = table[time]
    twice = next(stamp for stamp, count in Counter(stamps).items() if count > 1)
    rows = [table.line_of(row) for row, stamp in enumerate(stamps) if stamp == twice]
    return OpenQuestion(
        f"column {time!r} holds {twice} in lines {rows[0]} and {rows[1]}; hint: if there are several series, "
        "--id-col NAME tells them apart; else --option duplicates=mean (or sum, first, last) merges rows",
        "id_col",
    )
