"""What a column can be by its name and its values: an index, an id, a part of the calendar, a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

_TIMES = """
    ds date dates datetime timestamp time times day month week quarter year hour period t index when stamp epoch
    unix ts utc isoweek yearweek yyyyww wk yearmonth yyyymm yyyymmdd
    datum fecha periode periodo kw monat jahr woche tag zeit annee ano anno jaar
"""
_INDEXES = "rownames row_names rowname rowid row_id row row_number rownum id_row index # no nr"
_IDS = """
    id ids key code sku store shop product item customer client sensor device station region country city zip
    plant site location series family category group dept department branch article
"""
_TIME_WORDS, _INDEX_NAMES, _ID_WORDS = (frozenset(n.split()) for n in (_TIMES, _INDEXES, _IDS))
_CALENDAR = {
    "year": (1000, 2999), "yr": (1000, 2999), "yyyy": (1000, 2999), "jahr": (1000, 2999),
    "annee": (1000, 2999), "ano": (1000, 2999), "anno": (1000, 2999), "jaar": (1000, 2999),
    "month": (1, 12), "mon": (1, 12), "mm": (1, 12), "monat": (1, 12),
    "day": (0, 366), "dayofmonth": (1, 31), "dom": (1, 31), "dayofyear": (1, 366), "doy": (1, 366),
    "yday": (0, 366),
    "weekday": (0, 7), "dayofweek": (0, 7), "dow": (0, 7), "wday": (0, 7),
    "hour": (0, 24), "hr": (0, 24), "hourofday": (0, 24), "minute": (0, 59), "second": (0, 60),
    "quarter": (1, 4), "qtr": (1, 4), "week": (0, 53), "weekofyear": (0, 53), "isoweek": (1, 53),
    "weeknum": (0, 53),
    "isweekend": (0, 1), "weekend": (0, 1), "holiday": (0, 1), "isholiday": (0, 1), "season": (1, 4),
}  # fmt: skip
_SHOWN = 100  # characters of a text that tell whether it may be a time
_ENDS = frozenset(["end", "to", "until", "bis", "ende", "stop", "finish"])
_SLOTS = frozenset(["period", "interval", "slot", "block"])
_FLAGS = {"true": 1, "false": 0, "yes": 1, "no": 0}


def words(name: str) -> list[str]:
    """Return the words of a column's name, small."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKD", name))
    plain = "".join(letter for letter in spaced if not unicodedata.combining(letter))
    return [word for word in re.split(r"[^a-z0-9#]+", plain.lower()) if word]


def is_number(value: Any) -> bool:
    """Say whether a value is a number, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def holds_texts(values: Sequence[Any]) -> bool:
    """Say whether any of the values is a text."""
    return any(isinstance(value, str) for value in values)


def is_whole(values: Sequence[Any]) -> bool:
    """Say whether a column holds whole numbers and nothing else."""
    present = [value for value in values if value is not None]
    return bool(present) and all(is_number(v) and float(v).is_integer() for v in present)


def flags_of(values: Sequence[Any]) -> list[int | None] | None:
    """Return what is true as 1 and what is false as 0; None for a column of anything else."""
    texts = [None if value is None else str(value).strip().casefold() for value in values]
    if not {*texts} <= {None, *_FLAGS} or not any(texts):
        return None
    return [None if text is None else _FLAGS[text] for text in texts]


def is_numeric(values: Sequence[Any]) -> bool:
    """Say whether a column holds numbers and nothing else."""
    present = [value for value in values if value is not None]
    return bool(present) and all(map(is_number, present))


def is_named_time(name: str) -> bool:
    """Say whether a column's name speaks of time."""
    return bool(_TIME_WORDS & set(words(name)))


def is_named_end(name: str) -> bool:
    """Say whether a column's name is that of the ends of periods, beside one of their beginnings."""
    return bool(_ENDS & set(words(name)))


def is_named_slot(name: str) -> bool:
    """Say whether a column's name is that of the parts of a day, counted from 1."""
    return bool(_SLOTS & set(words(name)))


def is_index(name: str, values: Sequence[Any]) -> bool:
    """Say whether a column counts the rows: no name, or that of an index, and steps of one."""
    bare = name.strip().lower()
    if bare.startswith("__index_level_") and is_whole(values):
        return True  # of a frame that was written to Parquet
    named = bare in _INDEX_NAMES or bare.startswith(("unnamed", "level_")) or bare == "column_1"
    return named and is_whole(values) and counts_up(values)


def counts_up(values: Sequence[Any]) -> bool:
    """Say whether every value is the one before plus one, from 0 or 1 on."""
    return (
        len(values) > 1
        and values[0] in (0, 1)
        and list(values) == list(range(int(values[0]), int(values[0]) + len(values)))
    )


def is_calendar(name: str, values: Sequence[Any]) -> bool:
    """Say whether a column is a part of the calendar by its name and its range."""
    span = _CALENDAR.get("".join(words(name)))
    if span is None or not is_whole(values):
        return False
    return all(v is None or span[0] <= v <= span[1] for v in values)


def is_named_calendar(name: str) -> bool:
    """Say whether a column's name is that of a part of the calendar."""
    return "".join(words(name)) in _CALENDAR


def is_id(name: str, values: Sequence[Any]) -> bool:
    """Say whether whole numbers are a key by their name."""
    return is_named_id(name) and is_whole(values)


def is_named_id(name: str) -> bool:
    """Say whether a column's name speaks of a key."""
    return bool(_ID_WORDS & set(words(name)))


def is_constant(values: Sequence[Any]) -> bool:
    """Say whether a column holds one number throughout."""
    return len(values) > 1 and is_numeric(values) and len(set(values)) == 1


def is_unreadable_time(name: str, values: Sequence[Any]) -> bool:
    """Say whether texts seem to be times: by the name, or digits in every one and few alike."""
    present = [value for value in values if value is not None]
    if not holds_texts(present):
        return False
    if is_named_time(name):
        return True
    pattern = r"\d.*[-/.: ]|[-/.: ].*\d|^(?:1[5-9]|20)\d\d$"
    digits = sum(bool(re.search(pattern, str(value)[:_SHOWN])) for value in present)
    return len(present) > 2 and digits == len(present) and len(set(present)) > 0.8 * len(present)
