"""Many prepared series in flat arrays: what tasks take, what is cut into pieces and sent to workers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, overload

import numpy as np

from models.data.series import Series
from models.time.grid import Grid
from models.types import BoolArray, FloatArray, IntArray

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Panel(Sequence[Series]):
    """Series of any lengths, one behind the other; a single one is a view that is made when asked for.

    ``values``: shape (total,), finite. ``offsets``: shape (n + 1,); row i is
    ``values[offsets[i] : offsets[i + 1]]``. ``grids``: shape (n,), shared where equal.
    ``season_length``: shape (n,), as given, None to have it detected. ``observed``: shape (total,), False
    where a value was filled in; None if all were observed. ``exog``: name to shape (total,), NaN all over a
    row that lacks the column. ``future``: name to shape (``future_offsets[-1]``,), likewise.
    """

    ids: Sequence[str]
    values: FloatArray
    offsets: IntArray
    grids: Sequence[Grid]
    season_length: Sequence[tuple[int, ...] | None]
    observed: BoolArray | None = None
    exog: Mapping[str, FloatArray] = field(default_factory=dict)
    future: Mapping[str, FloatArray] = field(default_factory=dict)
    future_offsets: IntArray = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    _rows: list[Series | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._rows = [None] * len(self.ids)
        if len(self.future_offsets) == 1:
            self.future_offsets = np.zeros(len(self.ids) + 1, dtype=np.int64)

    @classmethod
    def of(cls, series: Sequence[Series]) -> "Panel":
        """Return the series as a panel, what is known of their seasons included."""
        if isinstance(series, Panel):
            return series
        lengths = np.array([len(one) for one in series], dtype=np.int64)
        ahead = [max((len(v) for v in one.future.values()), default=0) for one in series]
        whole = all(one.observed is None for one in series)
        panel = cls(
            [one.unique_id for one in series],
            np.concatenate([one.y for one in series]) if len(series) else np.empty(0),
            _offsets(lengths),
            [one.grid for one in series],
            [one.season_length for one in series],
            observed=None if whole else np.concatenate([one.is_observed for one in series]),
            exog=_columns([one.exog for one in series], lengths),
            future=_columns([one.future for one in series], np.asarray(ahead)),
            future_offsets=_offsets(np.asarray(ahead, dtype=np.int64)),
        )
        panel._rows = [*series]
        return panel

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as arrays alone: the views would take the values along a second time."""
        return Panel, tuple(getattr(self, one.name) for one in fields(self) if one.init)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, key: int) -> Series: ...
    @overload
    def __getitem__(self, key: "slice | Sequence[int] | IntArray") -> "Panel": ...

    def __getitem__(self, key: "int | slice | Sequence[int] | IntArray") -> "Series | Panel":
        if isinstance(key, int | np.integer):
            return self._row(range(len(self))[int(key)])
        rows = range(len(self))[key] if isinstance(key, slice) else key
        return self._rows_of(np.asarray(rows, dtype=np.int64))

    def __iter__(self) -> Iterator[Series]:
        return map(self._row, range(len(self)))

    @property
    def lengths(self) -> IntArray:
        """How many values each series has, shape (n,)."""
        return np.diff(self.offsets)

    @property
    def regressors(self) -> IntArray:
        """How many exogenous columns each series has of which the future is known, shape (n,)."""
        count = np.zeros(len(self), dtype=np.int64)
        for name in self.exog.keys() & self.future.keys():
            there = _has_values(self.exog[name], self.offsets)
            count += there & _has_values(self.future[name], self.future_offsets)
        return count

    def by_length(self) -> Iterator[tuple[IntArray, FloatArray]]:
        """Yield the positions of the series of each length, (k,), with their values, (k, length)."""
        lengths = self.lengths
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length)
            if len(rows) == len(self):
                yield rows, self.values.reshape(len(rows), length)
            else:
                yield rows, self.values[self.offsets[rows, None] + np.arange(length)]

    def _row(self, i: int) -> Series:
        row = self._rows[i]
        if row is None:
            row = self._rows[i] = self._view(i)
        return row

    def _view(self, i: int) -> Series:
        here = slice(int(self.offsets[i]), int(self.offsets[i + 1]))
        unique_id, y = self.ids[i], self.values[here]
        if self.observed is None and not self.exog and not self.future:
            return Series(unique_id, y, self.grids[i], self.season_length[i])
        ahead = slice(int(self.future_offsets[i]), int(self.future_offsets[i + 1]))
        return Series(
            unique_id,
            y,
            self.grids[i],
            self.season_length[i],
            None if self.observed is None else _or_none(self.observed[here]),
            _present(self.exog, here),
            _present(self.future, ahead),
        )

    def _rows_of(self, rows: IntArray) -> "Panel":
        if np.array_equal(rows, np.arange(len(self))):
            return self
        places, ahead = _places(self.offsets, rows), _places(self.future_offsets, rows)
        panel = Panel(
            [self.ids[i] for i in rows],
            self.values[places],
            _offsets(np.diff(self.offsets)[rows]),
            [self.grids[i] for i in rows],
            [self.season_length[i] for i in rows],
            observed=None if self.observed is None else self.observed[places],
            exog={name: column[places] for name, column in self.exog.items()},
            future={name: column[ahead] for name, column in self.future.items()},
            future_offsets=_offsets(np.diff(self.future_offsets)[rows]),
        )
        panel._rows = [self._rows[i] for i in rows]
        return panel


def stacked(series: Sequence[Series]) -> FloatArray:
    """Return the values of series of one length, shape (n, length)."""
    if isinstance(series, Panel):
        return series.values.reshape(len(series), -1)
    return np.stack([one.y for one in series])


def asked_once(
    series: Sequence[Series], ask: Callable[[Series], T], *, found: bool = False
) -> list[T]:
    """Return the answer for each series, (n,), asking once for all of a length, a season and as many regressors.

    ``found``: whether the answer depends on seasons that are found where none is given, so that each
    such series is asked by itself.
    """
    panel = Panel.of(series)
    lengths, regressors = panel.lengths.tolist(), panel.regressors.tolist()
    alike = [*zip(lengths, panel.season_length, regressors, strict=True)]
    kinds = [(*one, row if found and one[1] is None else None) for row, one in enumerate(alike)]
    examples = dict(zip(kinds, range(len(kinds)), strict=True))
    known = {kind: ask(panel[row]) for kind, row in examples.items()}
    return [known[kind] for kind in kinds]


def _offsets(lengths: IntArray) -> IntArray:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


def _places(offsets: IntArray, rows: IntArray) -> IntArray:
    """Return where the values of the rows stand, one row behind the other."""
    lengths = np.diff(offsets)[rows]
    begins = np.repeat(offsets[rows] - np.cumsum(lengths) + lengths, lengths)
    return np.asarray(begins + np.arange(int(lengths.sum())))


def _columns(
    columns: Sequence[Mapping[str, FloatArray]], lengths: IntArray
) -> dict[str, FloatArray]:
    """Join the columns of all series, NaN where one lacks a column."""
    offsets = _offsets(lengths)
    joined: dict[str, FloatArray] = {}
    for i, one in enumerate(columns):
        for name, values in one.items():
            if name not in joined:
                joined[name] = np.full(int(offsets[-1]), np.nan)
            joined[name][offsets[i] : offsets[i + 1]] = values
    return joined


def _present(columns: Mapping[str, FloatArray], here: slice) -> dict[str, FloatArray]:
    """Return the columns that a series has."""
    cut = {name: column[here] for name, column in columns.items()}
    return {
        name: values for name, values in cut.items() if values.size and not np.isnan(values).all()
    }


def _has_values(column: FloatArray, offsets: IntArray) -> BoolArray:
    """Return which rows of a column have any value, shape (n,)."""
    known = np.concatenate([[0], np.cumsum(~np.isnan(column))])
    return np.asarray(np.diff(known[offsets]) > 0)


def _or_none(observed: BoolArray) -> BoolArray | None:
    return None if observed.all() else observed
