"""Rows of many series as they were sent, in flat arrays: what every format is read into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Self, overload

import numpy as np
import pandas as pd

from models.data.series import RawSeries
from models.time.stamps import in_array
from models.types import FloatArray, IntArray, StampArray

SentStamps = StampArray | Sequence[str | int]
"""Timestamps as they were sent: integers, dates, or texts; a table holds them as ``in_array`` gives them."""


@dataclass(slots=True, eq=False)
class Table(Sequence[RawSeries]):
    """Rows of series of any lengths, one series behind the other; a single one is made when asked for.

    ``ids``: shape (n,), distinct. ``offsets``: shape (n + 1,); series i has the rows
    ``offsets[i]`` to ``offsets[i + 1]``. ``y``: shape (rows,), NaN where missing. ``stamps``: shape
    (rows,), or (length,) where all series share them; None without any. ``exog``: name to shape (rows,).
    ``starts`` and ``freqs``: shape (n,), as given for each series; None if for none. ``tz``: zone of
    ``stamps`` that are dates in UTC. ``loose``: the series as they were sent,
    where their columns differ in length or kind; then the arrays hold no more than ``y``.
    """

    ids: Sequence[str]
    offsets: IntArray
    y: FloatArray
    stamps: SentStamps | None = None
    exog: Mapping[str, FloatArray] = field(default_factory=dict)
    starts: Sequence[int | str | None] | None = None
    freqs: Sequence[int | str | None] | None = None
    tz: str | None = None
    loose: Sequence[RawSeries] | None = None

    def __post_init__(self) -> None:
        self.stamps = None if self.stamps is None else in_array(self.stamps)
        if self.loose is not None:
            apart = [
                replace(one, ds=in_array(one.ds)) if isinstance(one.ds, list) else one
                for one in self.loose
            ]
            self.loose = apart

    @classmethod
    def of(cls, series: Sequence[RawSeries]) -> Self:
        """Return the series as a table; what does not fit the first one stands apart."""
        offsets = offsets_of(np.array([len(one.y) for one in series], dtype=np.int64))
        y = np.concatenate([np.empty(0), *(one.y for one in series)])
        ids = [one.unique_id for one in series]
        if not series or not all(_fits(one, series[0]) for one in series):
            return cls(ids, offsets, y, loose=series)
        return cls(
            ids,
            offsets,
            y,
            _joined_stamps([one.ds for one in series]),
            _joined([one.exog for one in series]),
            _none_if_none([one.start for one in series]),
            _none_if_none([one.freq for one in series]),
            series[0].tz,
        )

    def exog_names(self) -> set[str]:
        """Return the names of all exogenous columns, whichever series has them."""
        return set(self.exog).union(*(one.exog for one in self.loose or ()))

    @classmethod
    def of_rows(
        cls,
        ids: Sequence[int | str] | StampArray,
        stamps: SentStamps | None,
        columns: Mapping[str, FloatArray],
        y: str = "y",
    ) -> Self:
        """Split rows in any order by their id, series in order of first appearance; shape (rows,) each.

        ``y``: name of the column of values, NaN all over if it is not there.
        """
        codes, names = _coded(ids)
        offsets = offsets_of(np.bincount(codes, minlength=len(names)))
        if len(codes) and np.any(codes[1:] < codes[:-1]):
            order = np.argsort(codes, kind="stable")
            columns = {name: values[order] for name, values in columns.items()}
            stamps = None if stamps is None else _taken(stamps, order)
        values = columns[y] if y in columns else np.full(len(codes), np.nan)
        exog = {name: column for name, column in columns.items() if name != y}
        return cls(names, offsets, values, stamps, exog)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, key: int) -> RawSeries: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[RawSeries]: ...

    def __getitem__(self, key: int | slice) -> RawSeries | Sequence[RawSeries]:
        if isinstance(key, slice):
            return [self[i] for i in range(len(self))[key]]
        i = range(len(self))[key]
        return self._row(i) if self.loose is None else self.loose[i]

    @property
    def lengths(self) -> IntArray:
        """How many rows each series has, shape (n,)."""
        return np.diff(self.offsets)

    @property
    def shares_stamps(self) -> bool:
        """Whether all series have the same timestamps, which are held once."""
        return self.stamps is not None and len(self.ids) > 1 and len(self.stamps) != len(self.y)

    def _row(self, i: int) -> RawSeries:
        here = slice(int(self.offsets[i]), int(self.offsets[i + 1]))
        return RawSeries(
            self.ids[i],
            self.y[here],
            self.stamps if self.stamps is None or self.shares_stamps else self.stamps[here],  # type: ignore[arg-type]
            None if self.starts is None else self.starts[i],
            None if self.freqs is None else self.freqs[i],
            {name: column[here] for name, column in self.exog.items()},
            self.tz,
        )


def offsets_of(lengths: IntArray) -> IntArray:
    """Return where series of these lengths begin, and where the last one ends; shape (n + 1,)."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


def _fits(one: RawSeries, first: RawSeries) -> bool:
    """Whether a series has the same columns as another, all as long as its values."""
    size = len(one.y)
    return (
        type(one.ds) is type(first.ds)
        and (one.ds is None or len(one.ds) == size)
        and (not isinstance(one.ds, np.ndarray) or one.ds.dtype == first.ds.dtype)  # type: ignore[union-attr]
        and one.tz == first.tz
        and list(one.exog) == list(first.exog)
        and all(len(column) == size for column in one.exog.values())
    )


def _joined(columns: Sequence[Mapping[str, FloatArray]]) -> dict[str, FloatArray]:
    return {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}


def _joined_stamps(several: Sequence[Any]) -> SentStamps | None:
    """Return the timestamps of all series, once if they are equal."""
    first = several[0]
    if first is None:
        return None
    if len(several) > 1 and all(same_stamps(first, one) for one in several):
        return first  # type: ignore[no-any-return]
    if isinstance(first, np.ndarray):
        return np.concatenate(several)
    return list(chain.from_iterable(several))


def same_stamps(known: Any, ds: Any) -> bool:
    """Whether two series have the same timestamps as sent."""
    if known is ds:
        return True
    if type(known) is not type(ds) or len(known) != len(ds):
        return False
    if isinstance(ds, np.ndarray):
        return known.dtype == ds.dtype and bool(np.array_equal(known, ds))
    return bool(known == ds)


def _none_if_none(values: list[Any]) -> list[Any] | None:
    return None if all(value is None for value in values) else values


def _taken(stamps: SentStamps, order: IntArray) -> SentStamps:
    if isinstance(stamps, np.ndarray):
        return stamps[order]
    return [stamps[row] for row in order.tolist()]


def _coded(ids: Sequence[int | str] | StampArray) -> tuple[IntArray, list[str]]:
    """Return a number for each row's id, and the ids as text in order of first appearance."""
    codes, found = pd.factorize(ids if isinstance(ids, np.ndarray) else np.array(ids, dtype=object))
    names = [str(one) for one in found]
    known = {name: number for number, name in enumerate(dict.fromkeys(names))}
    if len(known) < len(names):  # the number 1 and the text "1" are one id
        codes = np.array([known[name] for name in names], dtype=np.int64)[codes]
    return np.asarray(codes, dtype=np.int64), list(known)
