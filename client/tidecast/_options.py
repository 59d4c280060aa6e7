"""Options as the wire wants them: plain JSON, dates as ISO texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from ._errors import DataError


def plain(value: Any, name: str = "option") -> Any:
    """Return an option as JSON can carry it: numpy, dates, tuples and sets become plain values.

    Raises:
        DataError: Something in it has no JSON form.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return _finite(value, name)
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(value.tolist(), name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    if isinstance(value, Mapping):
        return {str(key): plain(item, f"{name}.{key}") for key, item in value.items()}
    return _list(value, name)


def _finite(value: Any, name: str) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        raise DataError(f"{name} must be finite, got {value}")
    return value


def _list(value: Any, name: str) -> list[Any]:
    try:
        return [plain(item, name) for item in value]
    except TypeError as error:
        raise DataError(f"{name} cannot be sent: {value!r} has no JSON form") from error
