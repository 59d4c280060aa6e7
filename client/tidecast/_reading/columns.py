"""Which column is what: as the user says, else a guess that is said aloud, or asked where it could be wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import kinds
from .clock import read_times
from .errors import DataError, OpenQuestion, no_column
from .numerals import first_fault, mixed_signs, mostly_numbers
from .parts import combined
from .stamps import looks_like_times, read, style_by_name, style_of
from .table import Table
from .wanted import NONE, Wanted

_FIRST_NAMES = ("ds", "date", "datetime", "timestamp", "time")
_VALUE_NAMES = ("y", "value", "target")
_MIN_SERIES = 2
_LEAST_OF_BLOCK = 2
_MOST_LISTED = 20
_SHARE_OF_STYLE = 0.5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Roles:
    """The columns to send, and the names of those that have a role."""

    id: str | None
    time: str | None
    target: str
    columns: Mapping[str, list[Any]]

    def data(self) -> Any:
        """Return what to hand to the client: columns, or values alone if there is no time."""
        if self.time is not None:
            return dict(self.columns)
        return self.values_by_id() if self.id is not None else self.columns[self.target]

    def names(self) -> dict[str, str]:
        """Return the client's arguments that name the columns."""
        names = {"id_col": self.id, "time_col": self.time, "target_col": self.target}
        return {key: name for key, name in names.items() if name and self.time}

    def values_by_id(self) -> dict[Any, list[Any]]:
        """Return the values of each series in order of first appearance."""
        if self.id is None:
            return {"": self.columns[self.target]}
        series: dict[Any, list[Any]] = {}
        for key, value in zip(self.columns[self.id], self.columns[self.target]):
            series.setdefault(key, []).append(value)
        return series

    def times_by_id(self) -> dict[Any, list[Any]]:
        """Return the timestamps of each series, counted from 0 if there are none."""
        if self.time is None:
            return {key: list(range(len(v))) for key, v in self.values_by_id().items()}
        keys = self.columns[self.id] if self.id else [""] * len(self.columns[self.time])
        series: dict[Any, list[Any]] = {}
        for key, value in zip(keys, self.columns[self.time]):
            series.setdefault(key, []).append(value)
        return series


def assign(table: Table, wanted: Wanted, say: Say) -> Roles:
    """Decide on the columns, and say what was guessed.

    Raises:
        DataError: A named column is not there, there is none to guess, or several are as likely.
    """
    for name in (wanted.id, wanted.time, wanted.target, *wanted.exog):
        if name not in (None, NONE) and name not in table:
            raise no_column(name, table)
    table, time = _with_time(table, wanted, say)
    key = _named_id(table, wanted)
    if wanted.exog and time is None:
        raise DataError("--exog needs a time column; hint: --time-col NAME")
    target = wanted.target
    try:
        target = target or _guess_target(table, taken={key, time, *wanted.exog}, say=say)
        _check_numbers(table, target)
        if time is None and key is None and wanted.id is None and not wanted.repeats:
            _check_is_one(table, target)
        if time is not None and key is None and wanted.id is None and not wanted.repeats:
            table, key = _with_id(table, time, {target, *wanted.exog}, say)
    except OpenQuestion as question:
        found = {"time_col": time, "id_col": key, "target_col": target}
        question.known = {name: column for name, column in found.items() if column}
        raise
    kept = [name for name in dict.fromkeys((key, time, target, *wanted.exog)) if name is not None]
    ignored = [name for name in table if name not in kept]
    if ignored:
        say(f"columns not used: {', '.join(ignored)} (--exog NAME sends one along)")
    columns: Mapping[str, list[Any]] = {name: table[name] for name in kept} | _flags(
        table, wanted, say
    )
    if time is not None:
        columns = _oldest_first(columns, key, time, say)
    return Roles(key, time, target, columns)


def _named_id(table: Table, wanted: Wanted) -> str | None:
    if wanted.id is None:
        return "unique_id" if "unique_id" in table else None
    return wanted.id or None


def future_columns(table: Table, roles: Roles, wanted: Wanted) -> dict[str, list[Any]]:
    """Return the columns of future values under the same names.

    Raises:
        DataError: The file has no time column, or lacks one of the exogenous columns.
    """
    needed = [name for name in (roles.id, roles.time, *wanted.exog) if name is not None]
    if roles.time is None:
        raise DataError("--future needs a time column in both files")
    parts = None if roles.time in table else combined(table, {roles.id, *wanted.exog}, wanted)
    table = table if parts is None else parts.table
    for name in needed:
        if name not in table:
            raise no_column(name, table)
    columns = {name: table[name] for name in needed} | _flags(table, wanted, _silent)
    columns[roles.time] = read_times(table, roles.time, wanted, _silent)
    return columns


def _flags(table: Table, wanted: Wanted, say: Say) -> dict[str, list[Any]]:
    """Return the exogenous columns that hold true and false, as 1 and 0."""
    found = {name: kinds.flags_of(table[name]) for name in wanted.exog}
    read = {name: flags for name, flags in found.items() if flags is not None}
    for name in read:
        say(f"column {name!r}: true is read as 1, false as 0")
    return read


def _silent(_: str) -> None:
    return None


# --- the time ------------------------------------------------------------------


def _with_time(table: Table, wanted: Wanted, say: Say) -> tuple[Table, str | None]:
    """Return the table with its times read, and the name of their column."""
    taken = {_named_id(table, wanted), wanted.target}
    name = wanted.time
    if name == NONE:
        return table, None
    if name is None and wanted.time_format is None:
        parts = combined(table, taken, wanted)
        if parts is not None:
            say(parts.said)
            return parts.table, parts.name
    name = name or _guess_time(table, taken, wanted, say)
    if name is None:
        return table, None
    try:
        read = dict(table) | {name: read_times(table, name, wanted, say)}
    except OpenQuestion as question:
        question.known = {"time_col": name}
        raise
    return table.with_columns(read), name


def _guess_time(table: Table, taken: set[str | None], wanted: Wanted, say: Say) -> str | None:
    free = [name for name in table if name not in taken]
    if "ds" in free:
        return "ds"
    dated = [name for name in free if _can_be_time(name, table[name], alone=len(table) == 1)]
    dated = [name for name in dated if len({*table[name]}) > 1] or dated
    if dated:
        name = _one_of(dated, _FIRST_NAMES, "hold dates", "--time-col")
        say(f"time column: {name} ({_why(dated)}; --time-col names another)")
        return name
    if wanted.time_format is not None:
        texts = [name for name in free if kinds.is_unreadable_time(name, table[name])]
        if not texts:
            raise OpenQuestion(
                "--time-format is given, but no column holds dates; hint: --time-col NAME",
                "time_col",
            )
        return texts[0]
    unread = [name for name in free if kinds.is_unreadable_time(name, table[name])]
    if unread:
        raise OpenQuestion(
            f"column {unread[0]!r} seems to hold times, but {_example(table, unread[0])} cannot be read; "
            "hint: --time-format '%d/%m/%Y' and the like says how, --time-col names another column",
            "time_col",
        )
    return _guess_number_time(table, free, say)


def _guess_number_time(table: Table, free: Sequence[str], say: Say) -> str | None:
    """Return a column of whole numbers that is a time by its name."""
    others = len(table) > 1
    for name in free:
        if others and kinds.is_named_time(name) and _is_number_time(name, table[name]):
            say(f"time column: {name} (by its name; --time-col names another)")
            return name
    say("no time column: the rows are taken to be equally spaced (--time-col names one)")
    return None


def _is_number_time(name: str, values: Sequence[Any]) -> bool:
    if kinds.is_numeric(values) and style_by_name(name, values) is not None:
        return True
    if not kinds.is_whole(values) or kinds.is_index(name, values):
        return False
    return len(set(values)) > 1 or len(values) < _MIN_SERIES


def _can_be_time(name: str, values: list[Any], *, alone: bool) -> bool:
    """Say whether values are times: texts by how they look, digits if the name or the order agrees."""
    if not looks_like_times(values):
        return False
    if not kinds.is_numeric(values):
        return True
    present = [value for value in values if value is not None]
    ordered = present in (sorted(set(present)), sorted(set(present), reverse=True))
    unmistakable = ordered and len(present) > 2 and not alone and kinds.is_whole(values)
    return kinds.is_named_time(name) or (unmistakable and not kinds.is_named_id(name))


def _why(dated: Sequence[str]) -> str:
    return "the only one with dates" if len(dated) == 1 else "by its name"


def _example(table: Table, name: str) -> str:
    """Return the first value that is not written as most others are, with its line."""
    values = table[name]
    style = style_of(values, share=_SHARE_OF_STYLE)
    stamps = values if style is None else read(values, style)
    wrong = (stamp is None if style else value is not None for value, stamp in zip(values, stamps))
    row = next((row for row, one in enumerate(wrong) if one and values[row] is not None), 0)
    return f"{values[row]!r} in line {table.line_of(row)}"


# --- the values ------------------------------------------------------------------


def _guess_target(table: Table, *, taken: set[str | None], say: Say) -> str:
    free = [name for name in table if name not in taken]
    if "y" in free:
        return "y"
    numeric = [
        name for name in free if kinds.is_numeric(table[name]) or mostly_numbers(table[name])
    ]
    able = [name for name in numeric if not _is_beside(name, table[name])]
    moving = [name for name in able if not kinds.is_constant(table[name])] or able
    if not moving:
        raise _no_values(table, numeric)
    name = _one_of(moving, _VALUE_NAMES, "hold numbers", "--target-col")
    say(f"value column: {name} ({_why_values(moving)}; --target-col names another)")
    return name


def _is_beside(name: str, values: list[Any]) -> bool:
    """Say whether numbers are an index, an id or a part of the calendar, which is never the target."""
    return (
        kinds.is_index(name, values)
        or kinds.is_calendar(name, values)
        or kinds.is_id(name, values)
        or (kinds.is_named_time(name) and looks_like_times(values))
    )


def _why_values(moving: Sequence[str]) -> str:
    return "the only one with numbers to forecast" if len(moving) == 1 else "by its name"


def _no_values(table: Table, numeric: Sequence[str]) -> OpenQuestion:
    if numeric:
        return OpenQuestion(
            f"of the columns {list(table)} those with numbers ({', '.join(numeric)}) seem to be an index, "
            "an id or a part of the calendar; hint: --target-col NAME",
            "target_col",
            numeric,
        )
    return OpenQuestion(
        f"there is no column of numbers among {list(table)}; hint: --target-col NAME, and "
        "numbers with a decimal point",
        "target_col",
    )


def _check_numbers(table: Table, target: str) -> None:
    """Raise for the first value that is no number, with the line that it is in."""
    values = table[target]
    row = None if kinds.is_numeric(values) else first_fault(values)
    if row is None and kinds.holds_texts(values):
        texts = [value for value in values if isinstance(value, str)]
        other = next((one for one in texts if ("." in one) != ("." in texts[0])), texts[-1])
        one, other = mixed_signs(values) or (texts[0], other)
        raise OpenQuestion(
            f"column {target!r} has numbers of several ways of writing, such as {one!r} and {other!r}; "
            "hint: write all of them in one way",
            "target_col",
        )
    if row is not None:
        raise OpenQuestion(
            f"line {table.line_of(row)}, column {target!r}: {values[row]!r} is no number; "
            "hint: leave the cell empty if the value is missing",
            "target_col",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED + 1 else ""
    return ", ".join(names[:_MOST_LISTED] if more else names) + more


def _one_of(names: Sequence[str], preferred: Sequence[str], what: str, option: str) -> str:
    """Return the only name, or the one that is named as such columns are.

    Raises:
        DataError: Several are as likely.
    """
    if len(names) == 1:
        return names[0]
    lower = {name.strip().lower(): name for name in reversed(names)}
    named = [lower[name] for name in preferred if name in lower]
    if named:
        return named[0]
    wide = ", or --wide takes each as a series" if option == "--target-col" else ""
    raise OpenQuestion(
        f"several columns {what}: {_listed(names)}; hint: {option} NAME says which{wide}",
        option[2:].replace("-", "_"),
        names,
    )


# --- the series ------------------------------------------------------------------


def _with_id(table: Table, time: str, taken: set[str], say: Say) -> tuple[Table, str | None]:
    """Return the key of the series if stamps repeat, made of several columns where one is not enough.

    Raises:
        DataError: Stamps repeat, and no column tells the rows apart.
    """
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


def _oldest_first(
    columns: Mapping[str, list[Any]], key: str | None, time: str, say: Say
) -> Mapping[str, list[Any]]:
    """Return the rows the other way round if the newest comes first in every series."""
    seen: dict[Any, Any] = {}
    falls = 0
    for name, stamp in zip(columns[key] if key else [""] * len(columns[time]), columns[time]):
        before = seen.get(name)
        if stamp is None or (before is not None and not _is_before(stamp, before)):
            return columns
        falls += before is not None
        seen[name] = stamp
    if not falls:
        return columns
    say("rows were newest first: they are sorted, the oldest first")
    newest_last = range(len(columns[time]) - 1, -1, -1)
    order = {name: i for i, name in enumerate(seen)}
    rows = sorted(newest_last, key=lambda row: order[columns[key][row]] if key else 0)
    return {name: [values[row] for row in rows] for name, values in columns.items()}


def _is_before(stamp: Any, other: Any) -> bool:
    try:
        return bool(stamp < other)
    except TypeError:
        return False
