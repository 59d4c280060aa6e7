"""Regressors as networks see them: which there are, on what scale, how far ahead they are known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.contract.state import kept
from models.data.series import Series
from models.errors import InvalidRequest, MissingValues
from models.features.known_ahead import HALF_LIVES, LEAST_VALUES, smoothed
from models.forecasters.base import Future
from models.types import FloatArray
from models.wording import counted


@kept
@dataclass(frozen=True, eq=False)
class Regressors:
    """What a network was trained with: names, which of them are seen smoothed as well, and their scale.

    ``companions``: columns of which no series knows the future; the network sees their past, behind the others.
    ``center`` and ``unit``: shape (d,), of each column that the network sees, (t, d).
    """

    names: tuple[str, ...]
    smooth: tuple[bool, ...]
    companions: tuple[str, ...]
    center: FloatArray
    unit: FloatArray

    @classmethod
    def of(
        cls, members: Sequence[Series], train: Sequence[int], *, companions: bool = True
    ) -> Self:
        """Return the columns of some series; ``train``: of how many values of each they are learned.

        ``companions``: whether those are wanted, too, of which no future is known.
        """
        names = sorted({name for one in members for name in set(one.exog) & set(one.future)})
        smooth = tuple(any(_is_graded(one, name) for one in members) for name in names)
        beside = {name for one in members for name in one.exog} if companions else set()
        none = np.zeros(0)
        plain = cls(tuple(names), smooth, tuple(sorted(beside - {*names})), none, none)
        if not plain.every:
            return plain
        learned = [
            plain.columns(plain.rows(one))[:size] for one, size in zip(members, train, strict=True)
        ]
        center, unit = _scale(np.concatenate(learned))
        return replace(plain, center=center, unit=unit)

    @property
    def every(self) -> tuple[str, ...]:
        """All columns, those of which the future is known first."""
        return (*self.names, *self.companions)

    @property
    def count(self) -> int:
        """How many columns the network sees of which the future is known."""
        return len(self.names) + len(HALF_LIVES) * sum(self.smooth)

    def rows(self, series: Series) -> FloatArray:
        """Return the columns of a series and its future, (t + ahead, d); NaN where it has none."""
        known = [name for name in self.names if name in series.exog and name in series.future]
        ahead = min((len(series.future[name]) for name in known), default=0)
        rows = np.full((len(series) + ahead, len(self.every)), np.nan)
        for name in known:
            told = np.concatenate([series.exog[name], series.future[name][:ahead]])
            rows[:, self.names.index(name)] = told
        for place, name in enumerate(self.companions, len(self.names)):
            rows[: len(series), place] = series.exog.get(name, np.nan)
        return rows

    def lacks_ahead(self, rows: FloatArray, length: int, horizon: int) -> bool:
        """Whether regressors, (t, d), of a series of so many values are known for fewer steps ahead."""
        known = np.isfinite(rows[:, : len(self.names)]).any()
        return bool(len(rows) < length + horizon and known)

    def columns(self, rows: FloatArray) -> FloatArray:
        """Return regressors as they are and, where they are smoothed too, as exponential means; (t, d)."""
        found = []
        for place, column in enumerate(rows.T):
            found.append(column)
            if place < len(self.smooth) and self.smooth[place]:
                found += [smoothed(column, half_life) for half_life in HALF_LIVES]
        return np.column_stack(found) if found else np.empty((len(rows), 0))

    def seen(self, rows: FloatArray) -> FloatArray:
        """Return the columns as the network sees them, (t, d): one that a series lacks is as it mostly is."""
        return np.nan_to_num((self.columns(rows) - self.center) / self.unit)

    def told(self, rows: FloatArray, length: int, future: Future, member: int) -> FloatArray:
        """Return the rows, (t + ahead, d), of a series of so many values with other regressors ahead."""
        if not self.names:
            return rows
        lacking = [name for name in self.names if name not in future]
        if lacking:
            raise _lacking(lacking)
        told = [np.atleast_2d(future[name])[member] for name in self.names]
        unknown = [np.full(len(told[0]), np.nan)] * len(self.companions)
        return np.concatenate([rows[:length], np.column_stack([*told, *unknown])])

    def moved_on(
        self, rows: FloatArray, length: int, y: FloatArray, points: Series | None
    ) -> FloatArray:
        """Return the rows of a series of so many values with those of new ones, (k,), and of their future."""
        if not self.every:
            return np.empty((length + len(y), 0))
        known = {} if points is None else points.exog
        lacking = [name for name in self.every if name not in known]
        if lacking or points is None:
            raise _lacking(lacking)
        future = {name: points.future.get(name, np.empty(0)) for name in self.names}
        return np.concatenate([rows[:length], self.rows(replace(points, future=future))])


def check_ahead(series: Series, horizon: int) -> None:
    """Raise ``MissingValues`` if a regressor that has a future is known for fewer steps ahead."""
    known = [len(values) for name, values in series.future.items() if name in series.exog]
    if min(known, default=horizon) < horizon:
        raise too_few_ahead(min(known), horizon, series.unique_id)


def too_few_ahead(known: int, horizon: int, unique_id: str | None = None) -> MissingValues:
    """Build the error for regressors that are not known far enough ahead."""
    return MissingValues(
        f"exogenous values are known for {counted(known, 'step')} ahead, {horizon} are needed",
        "send them in 'future' for every step, or leave the column out",
        unique_id=unique_id,
    )


def _lacking(names: Sequence[str]) -> InvalidRequest:
    return InvalidRequest(
        f"the network was fitted with {', '.join(names)}, whose new values are lacking",
        "send them, or fit it again on the longer series",
    )


def _is_graded(series: Series, name: str) -> bool:
    """Whether a regressor has more values than a switch."""
    return name in series.exog and len(np.unique(series.exog[name])) >= LEAST_VALUES


def _scale(columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean and the standard deviation of each column, 1 where that is nothing, (d,)."""
    known = np.isfinite(columns)
    count = np.maximum(known.sum(axis=0), 1)
    center = np.where(known, columns, 0.0).sum(axis=0) / count
    unit = np.sqrt((np.where(known, columns - center, 0.0) ** 2).sum(axis=0) / count)
    return center, np.where(unit > 1e-9 * np.abs(center), unit, 1.0)
