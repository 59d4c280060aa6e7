"""A forecaster that follows a stream: what it learns from, and what it expects of the next point."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from typing import Any, Self

import numpy as np

from models.contract.state import kept
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.stats.ring_buffer import RingBuffer
from models.time.grid import Grid
from models.types import BoolArray, FloatArray

_LEAST_SHARE = 0.1
"""Of what is expected, where logarithms are followed, a value teaches so much at least."""
_LONGEST_HELD = 50
"""Steps of which the doubt is known, while none is learned from."""


@kept
@dataclass(eq=False)
class Memory:
    """The last points as they are believed, with what was cut off of them.

    ``series``: name, frequency, given season and the stamp of the first of ``size`` points; holds no values.
    ``known``: 1 for a point that teaches, 0 for one that was missing.
    """

    series: Series
    winsorised: RingBuffer
    cut_off: RingBuffer
    known: RingBuffer
    size: int = 0

    @classmethod
    def of(cls, series: Series, capacity: int) -> Self:
        """Return an empty memory for points like those of a series."""
        return cls(series, RingBuffer(capacity), RingBuffer(capacity), RingBuffer(capacity))

    @property
    def is_known(self) -> BoolArray:
        """Which of the points teach, shape (t,)."""
        return self.known.values > 0.0

    def take(self, winsorised: float, cut_off: float, known: bool) -> None:
        """Remember one more point."""
        self.winsorised.append(winsorised)
        self.cut_off.append(cut_off)
        self.known.append(float(known))
        self.size += 1

    def is_held(self, doubtful: int) -> BoolArray:
        """Return which of so many last points are believed to be other than they were, shape (t,)."""
        cut: BoolArray = self.cut_off.values != 0.0
        cut[: len(cut) - doubtful] = False
        return cut

    def as_sent(self) -> FloatArray:
        """Return the points as they were, shape (t,)."""
        return np.asarray(self.winsorised.values + self.cut_off.values)

    def cycles_ago(self, length: int) -> FloatArray:
        """Return the points as they were one cycle ago, two and so on, those that teach; (k,)."""
        there = slice(-length, None, -length)
        y = self.winsorised.values[there] + self.cut_off.values[there]
        return np.asarray(y[self.known.values[there] > 0.0])

    def recalled(self, doubtful: int) -> Series:
        """Return the points as a series, so many of the last as they were believed, the others as they were."""
        y = self.as_sent()
        y[len(y) - doubtful :] = self.winsorised.values[len(y) - doubtful :]
        grid = _grid_from(self.series.grid, self.size - len(y), len(y))
        self.series, self.size = replace(self.series, grid=grid.head(1)), len(y)
        return replace(self.series, y=y, grid=grid)


@dataclass(frozen=True, slots=True, eq=False)
class NextCycle:
    """What follows the points of a fit, each for the phases of a cycle or of shape (1,).

    ``season``: what is taken off, ``scales``: by what the rest is divided, ``units``: the size of deviations,
    which are shares of what is expected if the fit was to logarithms.
    """

    season: FloatArray
    scales: FloatArray
    units: FloatArray
    in_logs: bool = False


@kept
@dataclass(eq=False)
class RollingForecaster:
    """A fitted forecaster, its path ahead and the season that was taken out before it.

    ``moves_on``: whether its state takes in each point; if not, its path reaches to the next fit and beyond.
    ``reach``: how many steps ahead of each point it is asked, 1 for the next point.
    ``growth``: how much less sure each step is than the first. ``doubt``: the same of the steps after a point,
    while none is learned from. ``season`` and ``scales``: the next cycle of what is taken off before it, and by
    what the rest is divided.
    """

    forecaster: Forecaster[Any] | None = None
    moves_on: bool = False
    reach: int = 1
    path: FloatArray = field(default_factory=lambda: np.empty(0))
    growth: FloatArray = field(default_factory=lambda: np.empty(0))
    doubt: FloatArray = field(default_factory=lambda: np.ones(1))
    step: int = 0
    season: FloatArray = field(default_factory=lambda: np.zeros(1))
    scales: FloatArray = field(default_factory=lambda: np.ones(1))
    units: FloatArray = field(default_factory=lambda: np.ones(1))
    phase: int = 0
    in_logs: bool = False

    @classmethod
    def constant(cls, value: float, steps: int, reach: int = 1) -> Self:
        """Return what expects one value for so many steps."""
        size = steps + reach - 1
        return cls(reach=reach, path=np.full(size, value), growth=np.ones(size))

    @classmethod
    def following(
        cls,
        forecaster: Forecaster[Any],
        ahead: NextCycle,
        steps: int,
        *,
        moves_on: bool,
        reach: int = 1,
    ) -> Self:
        """Return what follows a stream with a forecaster that was fitted to its last points."""
        rolling = cls(
            *(forecaster, moves_on, reach),
            season=ahead.season,
            scales=ahead.scales,
            units=ahead.units,
            in_logs=ahead.in_logs,
        )
        rolling._look_ahead(forecaster, reach if moves_on else steps + reach - 1)
        rolling.growth = _growth(forecaster, len(rolling.path))
        if moves_on and reach == 1:
            rolling.doubt = _growth(forecaster, _LONGEST_HELD)
        return rolling

    def expect(self) -> tuple[float, float, float]:
        """Return what is expected ``reach`` steps ahead, how much less sure it is than one step, and its unit."""
        step, phase = self.step + self.reach - 1, self.phase + self.reach - 1
        if step >= len(self.path):
            return float("nan"), 1.0, 1.0
        scale = self.scales[phase % len(self.scales)]
        expected = float(self.path[step] * scale + self.season[phase % len(self.season)])
        unit = float(self.units[phase % len(self.units)])
        if self.in_logs:
            expected = exp(expected)
            unit *= expected
        return expected, float(self.growth[step]), unit

    def doubt_after(self, held: int) -> float:
        """Return how much less sure the next point is, after so many that were not learned from."""
        return float(self.doubt[min(held, len(self.doubt) - 1)])

    def move(self, winsorised: float) -> float:
        """Move on by one point; return by what share of its distance from what was expected that has moved."""
        moved = 0.0
        if self.forecaster is not None and self.moves_on:
            if self.in_logs:  # of the next point, not of one that is asked for earlier
                least = _LEAST_SHARE * exp(
                    float(self.path[0] + self.season[self.phase % len(self.season)])
                )
                winsorised = log(max(winsorised, least))
            rest = winsorised - self.season[self.phase % len(self.season)]
            rest /= self.scales[self.phase % len(self.scales)]
            before = float(self.path[0])
            self.forecaster.update(np.array([rest]))
            self._look_ahead(self.forecaster, self.reach)
            if self.reach == 1 and rest != before:
                moved = min(max((float(self.path[0]) - before) / (rest - before), 0.0), 1.0)
        else:
            self.step += 1
        self.phase += 1
        return moved

    def _look_ahead(self, forecaster: Forecaster[Any], steps: int) -> None:
        """Forecast the next points."""
        self.path, self.step = forecaster.predict(steps).mean[0], 0


def _growth(forecaster: Forecaster[Any], steps: int) -> FloatArray:
    """Return how the doubt about points grows with the distance, shape (steps,)."""
    band = forecaster.predict(steps).interval(80.0) if steps > 1 else None
    if band is not None:
        width = (band.upper - band.lower)[0]
        if np.isfinite(width).all() and width[0] > 0.0:
            return np.asarray(width / width[0])
    return np.ones(steps)


def regressors_of(series: Series) -> FloatArray | None:
    """Return the columns whose future is known, shape (t, k), by name; None without any."""
    known: Sequence[FloatArray] = [
        series.exog[name] for name in sorted(series.exog) if name in series.future
    ]
    return np.column_stack(known) if known else None


def _grid_from(grid: Grid, dropped: int, size: int) -> Grid:
    """Return the grid of ``size`` points that begins ``dropped`` steps after the first of ``grid``."""
    following = grid.future(dropped + size)
    stamps = np.concatenate([grid.stamps[:1], following])[dropped : dropped + size]
    return Grid(grid.freq, stamps, grid.tz)
