"""Panels of an answer beside the data that were sent for it, in the words of the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._errors import DataError
from .._reading.roles import Roles
from .._tables._base import ID, TARGET, TIME
from .image import MOST_PANELS
from .panels import Panel, detection_panel, forecast_panel, keys_of
from .studied import backtest_panels, changes_panels, decomposition_panels, profile_panels

_STUDIES = {
    "profiles": profile_panels,
    "decomposition": decomposition_panels,
    "changes": changes_panels,
}


def panels_of(
    raw: Mapping[str, Any], asked: Mapping[str, Any], unique_ids: Sequence[Any] | None = None
) -> list[Panel]:
    """Return the panels of each series of an answer, of the first few if none is named.

    Raises:
        DataError: The answer has nothing to draw, or no such series.
    """
    kind, drawn = _kind_of(raw)
    roles = _roles(asked)
    table = dict(raw[kind])
    if roles.id is None:
        table.pop(ID, None)
    if roles.time is None and kind == "forecast" and TARGET not in table:
        table[TIME] = _counted_on(roles, table)
    keys = list(roles.values_by_id()) if kind == "changes" else keys_of(roles, table)
    chosen = keys[:MOST_PANELS] if unique_ids is None else [str(one) for one in unique_ids]
    missing = [key for key in chosen if key not in keys]
    if missing:
        raise DataError(f"there is no series {missing[0]!r} in the answer; allowed are {keys[:9]}")
    return [panel for key in chosen for panel in drawn(roles, table, key)]


_Drawn = Callable[[Roles, Mapping[str, list[Any]], Any], list[Panel]]


def _kind_of(raw: Mapping[str, Any]) -> tuple[str, _Drawn]:
    """Return the table that is drawn of an answer, and what makes panels of one series in it."""
    for name, drawn in _STUDIES.items():
        if name in raw:
            return name, drawn
    if "forecast" in raw:
        return "forecast", backtest_panels if "scores" in raw else _one(forecast_panel)
    if "detection" in raw and "scores" not in raw:
        return "detection", _one(detection_panel)
    raise DataError(
        "there is nothing to draw in this answer: detectors that were scored have a table only"
    )


def _one(make: Callable[..., Panel]) -> _Drawn:
    return lambda roles, table, key: [make(roles, table, key)]


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
