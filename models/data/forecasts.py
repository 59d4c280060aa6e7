"""Forecasts of many series in flat arrays: what goes from models to answers without an object for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, overload

import numpy as np

from models.data.results import Forecast, Interval, ModelInfo, Outcome
from models.data.series import Notice
from models.errors import TidecastError
from models.types import FloatArray, IntArray

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Provenance:
    """How a forecast came about: its model, the method of its intervals, and what it took and where."""

    interval_method: str = "none"
    model: ModelInfo | None = None
    fit_ms: float = 0.0
    device: str = "cpu"


@dataclass(slots=True, eq=False)
class Forecasts(Sequence[Outcome[Forecast]]):
    """What became of many series; the outcome of a single one is made when asked for.

    ``mean``: shape (n, horizon), NaN in a row without a forecast. ``bands``: level in percent to intervals of
    that shape. ``provenances``: shape (n,), shared by series that were done together. By row, what few have:
    ``errors``, ``notices``, and ``whole`` forecasts, those with a history, paths, a median or parts.
    """

    ids: Sequence[str]
    mean: FloatArray
    bands: Mapping[float, Interval]
    provenances: Sequence[Provenance]
    errors: Mapping[int, TidecastError] = field(default_factory=dict)
    notices: Mapping[int, tuple[Notice, ...]] = field(default_factory=dict)
    whole: Mapping[int, Forecast] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Sequence[Outcome[Forecast]], horizon: int) -> "Forecasts":
        """Return outcomes in arrays; ``horizon``: the steps of their forecasts."""
        if isinstance(outcomes, Forecasts):
            return outcomes
        known = {row: one.result for row, one in enumerate(outcomes) if one.result is not None}
        mean = np.full((len(outcomes), horizon), np.nan)
        bands: dict[float, Interval] = {}
        for row, forecast in known.items():
            mean[row] = forecast.mean
            for level, band in forecast.bands.items():
                into = bands.setdefault(level, _unknown(mean))
                into.lower[row], into.upper[row] = band.lower, band.upper
        return cls(
            [one.unique_id for one in outcomes],
            mean,
            bands,
            [_provenance(one) for one in outcomes],
            {row: one.error for row, one in enumerate(outcomes) if one.error is not None},
            {row: one.notices for row, one in enumerate(outcomes) if one.notices},
            {row: one for row, one in known.items() if not one.is_plain},
        )

    @classmethod
    def in_order(cls, parts: Sequence[tuple[IntArray, "Forecasts"]], horizon: int) -> "Forecasts":
        """Return what was made of groups in the order of all; a part has its rows, (k,), and their forecasts."""
        if not parts:
            return cls.of([], horizon)
        made = [part for _, part in parts]
        joined = made[0] if len(made) == 1 else _joined(made)
        return joined.picked(np.argsort(np.concatenate([rows for rows, _ in parts])))

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, key: int) -> Outcome[Forecast]: ...
    @overload
    def __getitem__(self, key: slice) -> "Forecasts": ...

    def __getitem__(self, key: int | slice) -> "Outcome[Forecast] | Forecasts":
        if isinstance(key, slice):
            return self.picked(np.arange(len(self))[key])
        row = range(len(self))[key]
        provenance, error = self.provenances[row], self.errors.get(row)
        result, model = (
            (None, None) if error is not None else (self._forecast(row), provenance.model)
        )
        told = self.notices.get(row, ())
        return Outcome(
            self.ids[row], result, model, error, told, provenance.fit_ms, provenance.device
        )

    def __iter__(self) -> Iterator[Outcome[Forecast]]:
        return map(self.__getitem__, range(len(self)))

    def _forecast(self, row: int) -> Forecast:
        if row in self.whole:
            return self.whole[row]
        bands = {level: Interval(b.lower[row], b.upper[row]) for level, b in self.bands.items()}
        return Forecast(self.mean[row], bands, self.provenances[row].interval_method)

    def results(self) -> Iterator[Forecast]:
        """Make the forecast of every series, errors aside."""
        return map(self._forecast, range(len(self)))

    def picked(self, rows: IntArray) -> "Forecasts":
        """Return some of the rows, shape (k,), in their order."""
        if np.array_equal(rows, np.arange(len(self))):
            return self
        kept = rows.tolist()
        return Forecasts(
            [self.ids[row] for row in kept],
            self.mean[rows],
            {level: Interval(b.lower[rows], b.upper[rows]) for level, b in self.bands.items()},
            [self.provenances[row] for row in kept],
            _picked(self.errors, kept),
            _picked(self.notices, kept),
            _picked(self.whole, kept),
        )


def _provenance(outcome: Outcome[Forecast]) -> Provenance:
    method = "none" if outcome.result is None else outcome.result.interval_method
    return Provenance(method, outcome.model, outcome.fit_ms, outcome.device)


def _joined(parts: Sequence[Forecasts]) -> Forecasts:
    """Return the rows of all parts, one part behind the other."""
    begins = np.cumsum([0, *map(len, parts)]).tolist()
    levels = dict.fromkeys(level for part in parts for level in part.bands)
    return Forecasts(
        [name for part in parts for name in part.ids],
        np.concatenate([part.mean for part in parts]),
        {level: _band(parts, level) for level in levels},
        [provenance for part in parts for provenance in part.provenances],
        _shifted([part.errors for part in parts], begins),
        _shifted([part.notices for part in parts], begins),
        _shifted([part.whole for part in parts], begins),
    )


def _band(parts: Sequence[Forecasts], level: float) -> Interval:
    bands = [part.bands.get(level) or _unknown(part.mean) for part in parts]
    return Interval(
        np.concatenate([band.lower for band in bands]),
        np.concatenate([band.upper for band in bands]),
    )


def _unknown(mean: FloatArray) -> Interval:
    return Interval(np.full_like(mean, np.nan), np.full_like(mean, np.nan))


def _picked(of_rows: Mapping[int, T], kept: Sequence[int]) -> dict[int, T]:
    return {to: of_rows[row] for to, row in enumerate(kept) if row in of_rows} if of_rows else {}


def _shifted(parts: Sequence[Mapping[int, T]], begins: Sequence[int]) -> dict[int, T]:
    pairs = zip(parts, begins, strict=False)
    return {begin + row: one for part, begin in pairs for row, one in part.items()}
