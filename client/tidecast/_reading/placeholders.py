"""Numbers of nines that stand for missing values, such as -9999, where that is clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import kinds
from .table import Table

_SURE_NINES = 5
_LEAST_NINES, _LEAST_OTHERS, _FAR, _SHOWN = 2, 3, 3.0, 5


def without(table: Table) -> Table:
    """Return the table with None for them, and say in its notes which were taken for missing."""
    cleaned = table.with_columns(table)
    for name, values in table.items():
        for nines in _of_column(values):
            rows = [row for row, value in enumerate(values) if value == nines]
            cleaned[name] = [None if value == nines else value for value in cleaned[name]]
            cleaned.has_nines = True
            where = _where([*dict.fromkeys(map(table.line_of, rows))])
            cleaned.notes.append(
                f"column {name}: {nines} is taken for a missing value ({where}) "
                "(--keep-nines takes it for one that was measured)"
            )
    return cleaned


def _where(lines: Sequence[int]) -> str:
    first = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {first}{more}"


def _of_column(values: Sequence[Any]) -> list[Any]:
    """Return the numbers of nines that can be no values: far beyond all others on their side."""
    if not kinds.is_numeric(values):
        return []
    present = [value for value in values if value is not None]
    found = sorted({value for value in present if _nines(value) >= _LEAST_NINES})
    others = [value for value in present if value not in found]
    if not found or len({*others}) < _LEAST_OTHERS:
        return []
    low, high = min(others), max(others)
    return [one for one in found if _is_clear(one, present.count(one), low, high)]


def _is_clear(one: float, count: int, low: float, high: float) -> bool:
    """Say whether nines are no value: below 0 alone and again, or three ranges away from all others."""
    far = max(low - one, one - high) > _FAR * (high - low)
    if one > 0 or _nines(one) == _LEAST_NINES:
        return far and (count > 1 or _nines(one) >= _SURE_NINES)
    return far or (count > 1 and one < 0 <= low)


def _nines(value: float) -> int:
    """Return of how many nines a number consists, 0 if there are other digits."""
    digits = str(abs(value)).removesuffix(".0").replace(".", "")
    return len(digits) if {*digits} == {"9"} else 0
