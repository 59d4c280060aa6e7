"""The forecasts of a backtest as the answer tells them: a row for each series, cutoff and step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.codecs.frame import Column, SharedStamps, Span
from app.schemas.backtest import BacktestOptions
from app.services.plans import columns_of
from app.services.scoring import Comparison
from models.evaluation.backtest import Backtest, RollingOrigins
from models.time.grid import Grid
from models.types import FloatArray, IntArray


def forecast_table(comparison: Comparison, options: BacktestOptions) -> dict[str, Column]:
    """Return the columns: series, time, cutoff, what came, and what each model said."""
    windows, actual = comparison.task.windows, comparison.actual.y
    grids = [one.grid for one in comparison.series]
    stamps, cutoffs = (SharedStamps(partial(of, windows)) for of in (_stamps, _cutoffs))
    table: dict[str, Column] = {
        **stamps.index([one.unique_id for one in comparison.series], grids),
        "cutoff": cutoffs.column(grids),
        "y": actual.ravel(),
    }
    for one in comparison.models:
        rows = _BacktestRows(one.backtests, np.full(actual.shape[1:], np.nan))
        table.update(columns_of(one.planned.prefix, options, rows))
    return table


def _stamps(windows: RollingOrigins, grid: Grid) -> tuple[Span]:
    """Return the timestamps of all windows, one behind the other."""
    last = windows.cutoffs(len(grid)) - 1
    places: IntArray = windows.spans(len(grid)).ravel() - last[0]
    return (Span(grid.tail(len(grid) - int(last[0])), places),)


def _cutoffs(windows: RollingOrigins, grid: Grid) -> tuple[Span]:
    """Return the last timestamp before each window, for every row of it."""
    last = windows.cutoffs(len(grid)) - 1
    places = np.repeat(last - last[0], windows.horizon)
    return (Span(grid.tail(len(grid) - int(last[0])), places),)


@dataclass(frozen=True, slots=True)
class _BacktestRows:
    """The backtests of one model, as columns over all series; ``nothing``: that of a failed one."""

    backtests: Sequence[Backtest | None]
    nothing: FloatArray

    def mean(self) -> FloatArray:
        """Return the expected values."""
        parts = [self.nothing if one is None else one.mean for one in self.backtests]
        return np.concatenate(parts, axis=None)

    def median(self) -> FloatArray:
        """Return the medians."""
        parts = [self.nothing if one is None else one.center for one in self.backtests]
        return np.concatenate(parts, axis=None)

    def edges(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper edge at a level."""
        bands = [None if one is None else one.bands.get(level) for one in self.backtests]
        lower = [self.nothing if band is None else band.lower for band in bands]
        upper = [self.nothing if band is None else band.upper for band in bands]
        return np.concatenate(lower, axis=None), np.concatenate(upper, axis=None)
