"""Exponential smoothing with all parameters at once: one pass, no search."""

from collections.abc import Iterator

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.stats.weights import inverse_error_weights
from models.types import FloatArray, IntArray

SMOOTHING_TAIL = 250
"""Smoothing forgets: older values than this are not given to it."""
_LEVELS = (0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0)
_TREND_SHARES = (0.03, 0.1, 0.25)
_DAMPINGS = (0.8, 0.9, 0.97, 1.0)
_POWER = 8.0
"""A point of the grid counts with 1 / error to this power."""
_TRIES = 24
"""Origins from which the points of the grid are compared."""
_FIRST_TRY = 0.4
"""The share of the values after which the comparison begins: before, the start would be judged."""
_START = 12
"""Values through which a straight line is laid to begin with."""


def _grid() -> Iterator[tuple[float, float, float]]:
    for level in _LEVELS:
        yield level, 0.0, 0.0
        for trend in _TREND_SHARES:
            for damping in _DAMPINGS:
                yield level, trend, damping


GRID: FloatArray = np.array(list(_grid()))
"""Rates of the level, rates of the trend as a share of them, dampings; (points, 3)."""


def smoothing_member(context: EvaluationContext) -> FloatArray:
    """Forecast with damped trends of every rate, averaged by their errors some steps ahead; (origins, horizon).

    One pass through the adjusted series gives the states of every point of the grid at every time,
    hence all rolling forecasts. Averaging parameters is as good as estimating them, and calmer.

    Reference: Gardner and McKenzie (1985), Forecasting trends in time series, Management Science 31;
    Kourentzes, Petropoulos and Trapero (2014), Improving forecasting by estimating time series structures
    across multiple frequencies, International Journal of Forecasting 30, for averages of states.
    """
    plan = context.plan
    states = _States(context)
    forecasts = np.full((len(plan.origins), context.horizon), np.nan)
    for block in range(len(plan.cuts)):
        weight = states.weights(block)
        mine = np.flatnonzero((plan.block == block) & (plan.origins > states.start[block]))
        forecasts[mine] = states.forecasts(block, plan.origins[mine]) @ weight
    return forecasts


class _States:
    """Level and trend after every value, for each cut and each point of the grid."""

    def __init__(self, context: EvaluationContext) -> None:
        self.context = context
        cuts = context.plan.cuts
        self.start = np.maximum(0, cuts - SMOOTHING_TAIL)
        last = np.append(cuts[1:], len(context))
        values = np.zeros((len(cuts), int((last - self.start).max())))
        for block, (first, end) in enumerate(zip(self.start, last, strict=True)):
            values[block, : end - first] = context.adjusted[block, first:end]
        self.levels, self.trends = smoothed(values, GRID)
        steps = np.arange(1, context.horizon + 1)[:, None]
        self.reach = np.cumsum(GRID[:, 2] ** steps, axis=0)

    def forecasts(self, block: int, origins: IntArray) -> FloatArray:
        """Return forecasts from origins behind the block's start, (origins, horizon, points)."""
        at = origins - self.start[block] - 1
        steps = origins[:, None] + np.arange(self.context.horizon)
        season = self.context.season[block][np.minimum(steps, self.context.season.shape[1] - 1)]
        ahead = self.reach * self.trends[at, block][:, None]
        ahead += self.levels[at, block][:, None]
        ahead += season[:, :, None]
        return self.context.back(ahead)

    def weights(self, block: int) -> FloatArray:
        """Return what each point of the grid counts, (points,), by its errors before the cut."""
        y, cut = self.context.y, int(self.context.plan.cuts[block])
        start = int(self.start[block])
        length = cut - start
        first = max(int(_FIRST_TRY * length), 2)
        origins = start + np.unique(np.linspace(first, length - 1, _TRIES).astype(np.int64))
        steps = origins[:, None] + np.arange(self.context.judged)
        known = steps < cut
        error = self.forecasts(block, origins)[:, : self.context.judged]
        error -= y[np.minimum(steps, len(y) - 1)][:, :, None]
        np.abs(error, out=error)
        loss = np.einsum("oh,ohp->p", known.astype(np.float64), error) / known.sum()
        return inverse_error_weights(loss, _POWER, 1e-9 * float(np.abs(y).max()))


def smoothed(values: FloatArray, grid: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return level and trend after each value, (t, rows, points), of the rows of values (rows, t)."""
    rows, n = values.shape
    level_rate, share, damping = grid.T
    trend_rate = level_rate * share
    levels, trends = np.empty((2, n + 1, rows, len(grid)))
    first, slope = _first_line(values)
    levels[0] = first[:, None]
    trends[0] = np.where(damping > 0, slope[:, None], 0.0)
    step, before, error = np.empty((3, rows, len(grid)))
    for t in range(n):
        np.multiply(damping, trends[t], out=step)
        np.add(levels[t], step, out=before)
        np.subtract(values[:, t, None], before, out=error)
        np.add(before, level_rate * error, out=levels[t + 1])
        np.add(step, np.multiply(trend_rate, error, out=error), out=trends[t + 1])
    return levels[1:], trends[1:]


def _first_line(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where a line through the first values was one step before them, and its slope; (rows,)."""
    n = values.shape[1]
    size = min(n, _START if n >= 2 * _START else max(_START // 2, n // 2))
    time = np.arange(size) - (size - 1) / 2
    slope = values[:, :size] @ time / max(time @ time, 1e-12)
    return values[:, :size].mean(axis=1) - slope * (size + 1) / 2, slope
