"""An answer before it is bytes: columns that hold what repeats once, and what goes around them.

Nothing here knows a format, and all of it can be kept: an answer is written when somebody asks for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.time.grid import Grid
from models.types import BoolArray, FloatArray, IntArray, StampArray


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """Runs of one text: ``values[i]`` stands in ``counts[i]`` rows; shape (runs,) each."""

    values: Sequence[str]
    counts: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """One of few texts in each row: ``words[codes[i]]``; ``codes``: shape (rows,)."""

    words: Sequence[str | None]
    codes: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Timestamps of a run of rows: those of a grid, or (``places``, shape (rows,)) some of them."""

    grid: Grid
    places: IntArray | None = None

    def __len__(self) -> int:
        return len(self.grid if self.places is None else self.places)

    @property
    def stamps(self) -> StampArray:
        """The stamps, shape (rows,)."""
        return self.grid.stamps if self.places is None else self.grid.stamps[self.places]

    def text(self) -> list[str] | IntArray:
        """Return the stamps as they are written, shape (rows,)."""
        text = self.grid.text(self.grid.stamps)
        if self.places is None:
            return text
        if isinstance(text, np.ndarray):
            return text[self.places]
        return [text[place] for place in self.places.tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class StampRuns:
    """Runs of timestamps: run i holds those of ``spans[runs[i]]``, so that equal ones are held once."""

    spans: Sequence[Span]
    runs: IntArray


Column = FloatArray | BoolArray | Repeated | Coded | StampRuns | Sequence[Any]
"""A column of a table; NaN and None are missing. A plain sequence holds one value per row."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An answer before it is bytes: one table by its name, and what goes around it."""

    name: str
    table: Mapping[str, Column]
    around: Mapping[str, Any]

    def beside(self, **more: Any) -> "Frame":
        """Return it with more around the table, such as a second, smaller one."""
        return Frame(self.name, self.table, {**self.around, **more})


class SharedStamps:
    """Gathers the timestamps of an answer's rows, made once for each grid that series share.

    ``spans_of``: what the rows of a series with such a grid hold, one span behind the other.
    """

    def __init__(self, spans_of: Callable[[Grid], Sequence[Span]]) -> None:
        self._spans_of = spans_of
        self._spans: list[Span] = []
        # The array is kept too, so that its id stays its own.
        self._known: dict[tuple[int, str, str | None], tuple[StampArray, range, int]] = {}

    def make(self, grid: Grid) -> tuple[range, int]:
        """Return the numbers of the spans of a series and its rows; raises what making them raises."""
        key = (id(grid.stamps), grid.freq.alias, grid.tz)
        known = self._known.get(key)
        if known is None:
            made, first = self._spans_of(grid), len(self._spans)
            self._spans += made
            runs = range(first, len(self._spans))
            known = self._known[key] = (grid.stamps, runs, sum(map(len, made)))
        return known[1], known[2]

    def column(self, grids: Iterable[Grid]) -> StampRuns:
        """Return the column of series with these grids."""
        return self._column([self.make(grid) for grid in grids])

    def _column(self, made: Sequence[tuple[range, int]]) -> StampRuns:
        runs = [run for of_series, _ in made for run in of_series]
        return StampRuns(self._spans, np.array(runs, dtype=np.int64))

    def index(self, ids: Sequence[str], grids: Sequence[Grid]) -> dict[str, Column]:
        """Return the columns that tell series and time; ``ids``, ``grids``: shape (series,)."""
        made = [self.make(grid) for grid in grids]
        counts = np.array([rows for _, rows in made], dtype=np.int64)
        return {"unique_id": Repeated(ids, counts), "ds": self._column(made)}


def whole(grid: Grid) -> tuple[Span]:
    """Return all timestamps of a grid."""
    return (Span(grid),)
