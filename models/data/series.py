"""A series before and after preparation, and the report of what happened in between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from models.time.grid import Grid
from models.types import BoolArray, FloatArray, StampArray


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the caller should know: a stable code, a plain sentence, and the next step."""

    code: str
    message: str
    hint: str | None = None
    unique_id: str | None = None


def exogenous_unused(
    names: Iterable[str], why: str, hint: str, unique_id: str
) -> tuple[Notice, ...]:
    """Tell of exogenous columns, if there are any, that have no effect and why."""
    listed = [*names]
    if not listed:
        return ()
    text = f"the exogenous column {', '.join(listed)} {why}: left out"
    return (Notice("exogenous_unused", text, hint, unique_id),)


@dataclass(slots=True, eq=False)
class RawSeries:
    """One series as it was sent.

    ``y``: shape (t,), NaN where missing. ``ds``: shape (t,) as sent (strings or integers), or None
    for a regular series that begins at ``start`` (or at 0) with step ``freq``. ``exog``: name to shape (t,).
    ``tz``: zone of ``ds`` where that is a datetime64 array in UTC that came with one.
    """

    unique_id: str
    y: FloatArray
    ds: StampArray | list[str] | list[int] | None = None
    start: str | int | None = None
    freq: str | int | None = None
    exog: Mapping[str, FloatArray] = field(default_factory=dict)
    tz: str | None = None


@dataclass(slots=True)
class DataReport:
    """What preparation did to one series, in rows."""

    rows: int = 0
    used: int = 0
    missing_filled: int = 0
    missing_dropped: int = 0
    duplicates: int = 0
    gaps: int = 0
    snapped: int = 0
    sorted: bool = False


@dataclass(frozen=True, eq=False)
class Series:
    """One series on a regular grid, ready for a model.

    ``y``: shape (t,), finite, in time order. ``observed``: shape (t,), False where a value was filled
    in; None if all were observed. ``season_length``: as given, or None to have it detected, by
    ``contract.seasons``. ``exog``: name to shape (t,); ``future``: name to shape (horizon,).
    """

    unique_id: str
    y: FloatArray
    grid: Grid
    season_length: tuple[int, ...] | None = None
    observed: BoolArray | None = None
    exog: Mapping[str, FloatArray] = field(default_factory=dict)
    future: Mapping[str, FloatArray] = field(default_factory=dict)
    found_seasons: tuple[int, ...] | None = field(default=None, init=False)

    def __len__(self) -> int:
        return len(self.y)

    def keep_seasons(self, found: tuple[int, ...]) -> None:
        """Keep the season lengths that were found, so that nobody looks for them again."""
        object.__setattr__(self, "found_seasons", found)

    @property
    def known_seasons(self) -> tuple[int, ...] | None:
        """Season lengths that were found or given; None if nobody has looked for them yet."""
        return self.season_length if self.found_seasons is None else self.found_seasons

    @cached_property
    def is_constant(self) -> bool:
        """Whether all values are the same."""
        return bool(self.y.size) and bool(np.ptp(self.y) == 0.0)

    @property
    def is_observed(self) -> BoolArray:
        """Which values were observed, shape (t,), and not filled in."""
        return np.ones(len(self.y), dtype=bool) if self.observed is None else self.observed

    @property
    def y_observed(self) -> FloatArray:
        """The values, shape (t,), NaN where one was filled in."""
        return self.y if self.observed is None else np.where(self.observed, self.y, np.nan)

    def head(self, size: int) -> Self:
        """Return the first ``size`` points with the same seasons, what follows as known exogenous future."""
        return replace(
            self,
            y=self.y[:size],
            grid=self.grid.head(size),
            season_length=self.known_seasons,
            observed=None if self.observed is None else self.observed[:size],
            exog={name: values[:size] for name, values in self.exog.items()},
            future={name: self._after(name, size) for name in self.exog},
        )

    def tail(self, size: int) -> Self:
        """Return the last ``size`` points with the same seasons."""
        first = len(self) - size
        if not first:
            return self
        return replace(
            self,
            y=self.y[first:],
            grid=self.grid.tail(size),
            season_length=self.known_seasons,
            observed=None if self.observed is None else self.observed[first:],
            exog={name: values[first:] for name, values in self.exog.items()},
        )

    def with_values(self, y: FloatArray, season_length: tuple[int, ...] | None = None) -> Self:
        """Return the series with other values, (t,), at the same stamps, and other seasons if given."""
        kept = self.known_seasons
        return replace(self, y=y, season_length=kept if season_length is None else season_length)

    def _after(self, name: str, size: int) -> FloatArray:
        """Return the values of an exogenous variable behind the first ``size`` points."""
        known = self.future.get(name, np.empty(0))
        return np.concatenate([self.exog[name][size:], known])
