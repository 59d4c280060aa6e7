"""The columns to send, and which of them is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
