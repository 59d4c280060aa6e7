"""Values of cells as files with types have them, to those that a table may hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

_EXACT = 2**63


def plain(value: Any) -> Any:
    """Return None, a truth value, a finite number or a text, which times and all else become."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return value if -_EXACT <= value < _EXACT else str(value)
    if isinstance(value, (float, Decimal)):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)


def count(table: Mapping[str, Sequence[Any]]) -> int:
    """Return the number of cells."""
    return sum(map(len, table.values()))


def characters(table: Mapping[str, Sequence[Any]]) -> int:
    """Return the length of all texts, those that many cells share counted in each."""
    return sum(
        len(cell) for cells in table.values() for cell in cells if isinstance(cell, (str, bytes))
    )
