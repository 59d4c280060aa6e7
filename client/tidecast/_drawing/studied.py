"""What there is to draw of answers that study series: backtests, profiles, decompositions, change points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .._reading.roles import Roles
from .panels import Floats, Panel, band_of, expected_of, floats, rows_of, title_of

Table = Mapping[str, list[Any]]
_PARTS = ("trend", "seasonal", "cycle", "residual")
_TOLD = ("season_length", "stationarity", "demand_class")
_SHORT = {"season_length": "season "}


def backtest_panels(roles: Roles, table: Table, key: Any) -> list[Panel]:
    """Return the held-out values of one series and what each model expected, from the nearest cutoff."""
    rows = rows_of(roles, table, key)
    last = {table["ds"][row]: row for row in sorted(rows, key=lambda row: table["cutoff"][row])}
    kept = sorted(last.values())
    times = [table["ds"][row] for row in kept]

    def column(name: str) -> Floats:
        return floats([table[name][row] for row in kept])

    band = band_of(table)
    return [
        Panel(
            f"{title_of(key, roles)}, held out",
            times,
            column("y"),
            {name: column(name) for name in expected_of(table)},
            lower=column(band[0]) if band else None,
            upper=column(band[1]) if band else None,
            flagged=np.zeros(len(times), dtype=bool),
        )
    ]


def profile_panels(roles: Roles, table: Table, key: Any) -> list[Panel]:
    """Return one series with its season, its kind of trend and of demand above it."""
    row = rows_of(roles, table, key)[0]
    told = [(name, table[name][row]) for name in _TOLD if name in table]
    words = [f"{_SHORT.get(name, '')}{value}" for name, value in told if value not in (None, "")]
    return [
        _whole(roles, key, ": ".join([title_of(key, roles), *filter(None, [", ".join(words)])]))
    ]


def decomposition_panels(roles: Roles, table: Table, key: Any) -> list[Panel]:
    """Return one series with its trend, and below it every other part that it has."""
    rows = rows_of(roles, table, key)
    times = [table["ds"][row] for row in rows]
    parts = {name: floats([table[name][row] for row in rows]) for name in _parts_of(table)}
    none = np.zeros(len(times), dtype=bool)
    y = floats([table["y"][row] for row in rows])
    trend = {name: parts.pop(name) for name in ("trend",) if name in parts}
    below = [
        Panel(f"{name} of {title_of(key, roles)}", times, values, {}, flagged=none, value_name=name)
        for name, values in parts.items()
        if np.isfinite(values).any()
    ]
    return [Panel(title_of(key, roles), times, y, trend, flagged=none), *below]


def changes_panels(roles: Roles, table: Table, key: Any) -> list[Panel]:
    """Return one series with the points marked at which it changed."""
    title = f"{title_of(key, roles)}, changes"
    whole = replace(_whole(roles, key, title), flag_name="change")
    for row in rows_of(roles, table, key):
        if table["index"][row] < len(whole.flagged):
            whole.flagged[table["index"][row]] = True
    return [whole]


def _parts_of(table: Table) -> list[str]:
    """Return the columns of parts, several seasons each with its own."""
    return [name for name in table if name.split("_")[0] in _PARTS]


def _whole(roles: Roles, key: Any, title: str) -> Panel:
    values = roles.values_by_id()[key]
    return Panel(
        title,
        roles.times_by_id()[key],
        floats(values),
        {},
        flagged=np.zeros(len(values), dtype=bool),
    )
