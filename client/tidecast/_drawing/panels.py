"""What there is to draw of a series, for the terminal and for an image alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._files import cell_text
from .._reading.roles import Roles

Floats = NDArray[np.float64]

_LOWER = re.compile(r"(yhat.*)_lo_(.+)")
_QUANTILE = re.compile(r"yhat_q_(.+)")
_TAIL, _TAIL_PER_STEP = 60, 5


@dataclass(frozen=True)
class Panel:
    """One series on one axis; all arrays have the length of `times`, NaN where there is nothing.

    `value_name` and `flag_name` are what a legend calls the values and what is flagged of them.
    """

    title: str
    times: list[Any]
    observed: Floats
    expected: dict[str, Floats]
    lower: Floats | None = None
    upper: Floats | None = None
    flagged: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    value_name: str = "observed"
    flag_name: str = "anomaly"

    def time_text(self, index: int) -> str:
        """Return a label of the time axis."""
        return cell_text(self.times[index])


def forecast_panel(roles: Roles, table: Mapping[str, list[Any]], key: Any) -> Panel:
    """Return the end of one series and its forecast."""
    rows = [i for i in rows_of(roles, table, key) if not _is_history(table, i)]
    shown = max(_TAIL, _TAIL_PER_STEP * len(rows))
    observed = roles.values_by_id()[key][-shown:]
    times = roles.times_by_id()[key][-shown:] + [table[_time_name(roles)][i] for i in rows]
    band = band_of(table)

    def after(name: str) -> Floats:
        return floats([None] * len(observed) + [table[name][i] for i in rows])

    return Panel(
        title_of(key, roles),
        times,
        floats(observed + [None] * len(rows)),
        {name: after(name) for name in expected_of(table)},
        lower=after(band[0]) if band else None,
        upper=after(band[1]) if band else None,
        flagged=np.zeros(len(times), dtype=bool),
    )


def detection_panel(roles: Roles, table: Mapping[str, list[Any]], key: Any) -> Panel:
    """Return one series with what was expected and what is flagged."""
    rows = rows_of(roles, table, key)

    def column(name: str) -> Floats:
        values = table.get(name)
        return floats([None if values is None else values[i] for i in rows])

    target = roles.target if roles.target in table else "y"
    return Panel(
        title_of(key, roles),
        [table[_time_name(roles)][i] for i in rows],
        column(target),
        {"yhat": column("yhat")},
        lower=column("yhat_lower"),
        upper=column("yhat_upper"),
        flagged=np.array([bool(table["is_anomaly"][i]) for i in rows], dtype=bool),
    )


def keys_of(roles: Roles, table: Mapping[str, Sequence[Any]]) -> list[Any]:
    """Return the ids in the answer in order of first appearance."""
    name = _id_name(roles)
    return list(dict.fromkeys(table[name])) if name in table else [""]


def rows_of(roles: Roles, table: Mapping[str, Sequence[Any]], key: Any) -> list[int]:
    """Return the rows of one series."""
    name = _id_name(roles)
    if name not in table:
        return list(range(len(next(iter(table.values())))))
    return [i for i, value in enumerate(table[name]) if value == key]


def _id_name(roles: Roles) -> str:
    return roles.id if roles.id and roles.time else "unique_id"


def _time_name(roles: Roles) -> str:
    return roles.time or "ds"


def _is_history(table: Mapping[str, Sequence[Any]], row: int) -> bool:
    return "is_history" in table and bool(table["is_history"][row])


def expected_of(table: Mapping[str, Any]) -> list[str]:
    """Return the columns of what models expect."""
    names = [name for name in table if name.startswith("yhat")]
    return [n for n in names if "_lo_" not in n and "_hi_" not in n and not _QUANTILE.match(n)]


def band_of(table: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the columns of the widest interval of the first model."""
    matches = [match for name in table if (match := _LOWER.fullmatch(name))]
    if matches:
        mine = [match for match in matches if match[1] == matches[0][1]]
        widest = max(mine, key=lambda match: float(match[2]))
        return widest[0], f"{widest[1]}_hi_{widest[2]}"
    quantiles = sorted((n for n in table if _QUANTILE.fullmatch(n)), key=_quantile_of)
    return (quantiles[0], quantiles[-1]) if len(quantiles) > 1 else None


def _quantile_of(name: str) -> float:
    return float(name.removeprefix("yhat_q_"))


def title_of(key: Any, roles: Roles) -> str:
    """Return what a series is called."""
    return f"{roles.target} of {key}" if key != "" else roles.target


def floats(values: Sequence[Any]) -> Floats:
    """Return numbers, NaN for None."""
    return np.array(values, dtype=np.float64)
