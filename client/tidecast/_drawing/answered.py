"""Panels of an answer beside the data that were sent for it, in the words of the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._errors import DataError
from .._reading.roles import Roles
from .._tables._base import ID, TARGET, TIME
from .image import MOST_PANELS
from .panels import Panel, detection_panel, forecast_panel, keys_of

_KINDS = {"forecast": forecast_panel, "detection": detection_panel}


def panels_of(
    raw: Mapping[str, Any], asked: Mapping[str, Any], unique_ids: Sequence[Any] | None = None
) -> list[Panel]:
    """Return a panel for each series of a forecast or a detection, the first few if none is named.

    Raises:
        DataError: The answer is neither, or has no such series.
    """
    kind = next((name for name in _KINDS if name in raw and "scores" not in raw), None)
    if kind is None:
        raise DataError("only forecasts and detections can be drawn")
    roles = _roles(asked)
    table = dict(raw[kind])
    if roles.id is None:
        table.pop(ID, None)
    if roles.time is None and kind == "forecast":
        table[TIME] = _counted_on(roles, table)
    keys = keys_of(roles, table)
    chosen = keys[:MOST_PANELS] if unique_ids is None else [str(one) for one in unique_ids]
    missing = [key for key in chosen if key not in keys]
    if missing:
        raise DataError(f"there is no series {missing[0]!r} in the answer; allowed are {keys[:9]}")
    return [_KINDS[kind](roles, table, key) for key in chosen]


def _roles(asked: Mapping[str, Any]) -> Roles:
    """Return the data as columns: a table, values alone, or a list of named values."""
    series = asked.get("series")
    if series is None:
        return Roles(None, None, TARGET, {TARGET: asked[TARGET]})
    if isinstance(series, Mapping):
        return Roles(ID if ID in series else None, TIME, TARGET, series)
    keys = [one[ID] for one in series for _ in one[TARGET]]
    return Roles(ID, None, TARGET, {ID: keys, TARGET: [v for one in series for v in one[TARGET]]})


def _counted_on(roles: Roles, table: Mapping[str, list[Any]]) -> list[int]:
    """Return the places of a forecast after values that have no times, which are counted from 0."""
    lengths = {key: len(values) for key, values in roles.values_by_id().items()}
    places: list[int] = []
    seen: dict[Any, int] = {}
    for key in table.get(ID, [""] * len(table[TIME])):
        seen[key] = seen.get(key, -1) + 1
        places.append(lengths[key] + seen[key])
    return places
