"""Transforms of values before modelling, fitted on the training part and inverted on the way out.

A transform is chosen as a small set of params (``Log()``, ``BoxCox(lmbda=0.3)``). Fitted to the values
of one series it becomes a stage, and the stages of several transforms, in order, become a
``FittedChain``:

    chain = TransformChain.of(["log", "difference"])
    fitted = chain.fit(series.y, series.grid)
    z = fitted.transformed(series)          # what the model sees
    forecast = fitted.restore(forecast)     # from the model's scale to that of the data

**Bias.** What a model expects on a log scale is, transformed back, the median of what to expect, which
lies below the mean. ``restore`` and ``invert_mean`` correct it by the second-order expansion
g(w) + g''(w) σ² / 2, σ being read from the interval at ``BIAS_LEVEL``; without that one the median is what
comes out. Edges of intervals are quantiles and need none, but a limit: an exponential makes figures of any
size of an interval that is merely wide.

Reference: Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §3.1 and §5.6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import takewhile
from typing import Any, Self

import numpy as np

from models.contract.seasons import seasons_of
from models.contract.state import kept
from models.data.parts import inverted
from models.data.results import Forecast, Interval
from models.data.series import Notice, Series
from models.errors import BadValues
from models.stats.distributions import normal_quantile
from models.time.grid import Grid
from models.transforms._fitted import FARTHEST, FittedTransform
from models.transforms.transform import KINDS, TransformParams
from models.types import FloatArray

BIAS_LEVEL = 95.0
"""Level of the interval that tells the standard deviation by which means are corrected."""


@dataclass(frozen=True, slots=True)
class TransformChain:
    """Transforms in the order in which they are applied; small, hashable, not yet fitted."""

    transforms: tuple[TransformParams, ...] = ()

    @classmethod
    def of(cls, option: Any) -> Self:
        """Make a chain of the option ``transform``: None, one or several names or params."""
        several: Iterable[Any] = option if isinstance(option, Sequence) else [option]
        if option is None or isinstance(option, str):
            several = [] if option is None else [option]
        return cls(tuple(KINDS[t]() if isinstance(t, str) else t for t in several))

    def __bool__(self) -> bool:
        return bool(self.transforms)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the transforms, in order."""
        return tuple(getattr(transform, "name", "") for transform in self.transforms)

    @property
    def unfixed(self) -> tuple[str, ...]:
        """The names of those by which a value becomes what it does because of other values."""
        named = zip(self.names, self.transforms, strict=True)
        return tuple(name for name, transform in named if not transform.is_fixed)

    @property
    def is_nonlinear(self) -> bool:
        """Whether means have to be corrected: a transform is not linear."""
        return any(transform.is_nonlinear for transform in self.transforms)

    @property
    def points_lost(self) -> int:
        """How many leading points of a series are taken away."""
        return sum(transform.points_lost for transform in self.transforms)

    def from_difference(self) -> Self:
        """Return the transforms from the first difference on."""
        pointwise = [transform.pointwise for transform in self.transforms]
        first = pointwise.index(False) if False in pointwise else len(pointwise)
        return replace(self, transforms=self.transforms[first:])

    def fit_to(self, series: Series) -> "FittedChain":
        """Learn from a series; a constant that the first can take stays as it is. Raises as ``fit`` does."""
        if not self:
            return NO_CHAIN
        if series.is_constant:
            _check_values(self.transforms[0], series.y, self.names[:1], series.grid, 0)
            return NO_CHAIN
        return self.fit(series.y, series.grid, max(seasons_of(series), default=1))

    def fit(self, y: FloatArray, grid: Grid | None = None, season_length: int = 1) -> "FittedChain":
        """Learn from the training part; ``y``: shape (t,), finite; ``grid`` names rows in messages.

        Raises ``BadValues`` naming the first value that a transform cannot take, ``SeriesTooShort``.
        """
        if not self.transforms:
            return NO_CHAIN
        stages: list[FittedTransform] = []
        scatters: list[float] = []
        points_lost, largest = 0, float(np.abs(y).max(initial=0.0))
        # The inverse of log1p, say, goes on below zero, where there never was a value.
        least = 0.0 if self.is_nonlinear and y.min(initial=0.0) >= 0 else -np.inf
        for position, transform in enumerate(self.transforms):
            names = self.names[: position + 1]
            _check_values(
                transform, y, names, None if grid is None else grid.tail(len(y)), points_lost
            )
            stage = transform.fit(y, season_length)
            with np.errstate(over="ignore"):
                y = stage.apply(y)
            if not np.isfinite(y).all():
                raise BadValues(f"the values are too large for {names[-1]}", "put standard first")
            points_lost += stage.points_lost
            stages.append(stage)
            scatters.append(float(y.std()) if len(y) else 0.0)
        return FittedChain(
            tuple(stages), points_lost, self.is_nonlinear, tuple(scatters), largest, least
        )


def _check_values(
    transform: TransformParams,
    y: FloatArray,
    names: Sequence[str],
    grid: Grid | None,
    points_lost: int,
) -> None:
    """Raise ``BadValues`` for the first value that the transform is not defined for."""
    lowest = transform.lowest()
    if lowest is None or (y > lowest).all():
        return
    row = int((y <= lowest).argmax())
    stamp = str(row + points_lost) if grid is None else grid.stamp(row)
    after = f" after {', '.join(names[:-1])}" if len(names) > 1 else ""
    other = "leave it out" if names[-1] == "log1p" else "use log1p for values from 0 on"
    raise BadValues(
        f"{names[-1]}{after} needs values above {lowest:g}, got {y[row]:g} at {stamp}",
        f"{other}, or difference, standard or robust for values of any sign",
        ds=stamp,
    )


@kept
@dataclass(frozen=True, slots=True, eq=False)
class FittedChain:
    """Transforms that were fitted to one series, in order.

    ``points_lost``: leading points they take away. ``is_nonlinear``: whether means have to be corrected for bias.
    ``scatters``: of the values that each of them made. ``largest``: the size of the largest value there was;
    ``least``: what is transformed back lies no lower.
    """

    stages: tuple[FittedTransform, ...]
    points_lost: int = 0
    is_nonlinear: bool = False
    scatters: tuple[float, ...] = ()
    largest: float = np.inf
    least: float = -np.inf

    def before_difference(self) -> Self:
        """Return the stages before the first difference: those that treat each value by itself."""
        stages = tuple(takewhile(lambda stage: stage.pointwise, self.stages))
        return replace(self, stages=stages, points_lost=0, scatters=self.scatters[: len(stages)])

    def apply(self, y: FloatArray) -> FloatArray:
        """Transform values of the fitted series, shape (..., t); returns (..., t - points_lost)."""
        return reduce(lambda values, stage: stage.apply(values), self.stages, y)

    def transformed(self, series: Series) -> Series:
        """Return the series on the transformed scale, without the points that are lost."""
        if not self.stages:
            return series
        cut = self.points_lost
        values = replace(
            series,
            y=self.apply(series.y),
            grid=series.grid.tail(len(series) - cut),
            observed=None if series.observed is None else series.observed[cut:],
            exog={name: column[cut:] for name, column in series.exog.items()},
        )
        # The seasons of what people see, found once, not those of its differences.
        return replace(values, season_length=seasons_of(series))

    def invert(self, values: FloatArray) -> FloatArray:
        """Transform back values that follow the series' end: quantiles, medians, single paths.

        ``values``: shape (..., horizon), step 1 first; same shape out.
        """
        return self._back(values, inside=False)

    def invert_fitted(self, fitted: FloatArray) -> FloatArray:
        """Transform back one-step fitted values, shape (t - points_lost,); shape (t,), NaN where lost."""
        return _padded(self._back(fitted, inside=True), self.points_lost)

    def invert_fitted_band(self, band: Interval) -> Interval:
        """Transform back an interval around fitted values; shape (t,), NaN where lost."""
        return Interval(self.invert_fitted(band.lower), self.invert_fitted(band.upper))

    def invert_mean(self, values: FloatArray, std: FloatArray) -> FloatArray:
        """Transform back expected values, corrected for bias; both of shape (..., horizon).

        ``std``: standard deviation of each on the transformed scale. No more of it is believed than the
        values that were seen scatter: it grows with the step where a level wanders, and what repeats a
        value of mere noise would climb with it.
        """
        bias = np.zeros_like(std)
        std = np.minimum(std, self.scatters[-1]) if self.scatters else std
        for stage in reversed(self.stages):
            std, bias = stage.invert_std(values, std, bias)
            values = stage.invert(values)
        return np.maximum(values + bias, self.least)

    def invert_band(self, band: Interval) -> Interval:
        """Transform back an interval by stages that treat each value by itself."""
        return Interval(self.invert(band.lower), self.invert(band.upper))

    def restore(self, forecast: Forecast) -> Forecast:
        """Return a forecast on the scale of the series; the stages must treat each value by itself."""
        fitted, inside = forecast.fitted, forecast.fitted_bands
        bands = {level: self.invert_band(band) for level, band in forecast.bands.items()}
        reach = self.reach(forecast)
        return replace(
            forecast,
            mean=self._expected(forecast.mean, forecast.bands),
            bands={
                level: replace(b, upper=np.minimum(b.upper, reach)) for level, b in bands.items()
            },
            fitted=None if fitted is None else self._expected(fitted, inside),
            fitted_bands={level: self.invert_band(band) for level, band in inside.items()},
            paths=None
            if forecast.paths is None
            else np.minimum(self.invert(forecast.paths), reach),
            median=self.invert(forecast.mean) if self.is_nonlinear else None,
            fitted_median=self.invert(fitted) if self.is_nonlinear and fitted is not None else None,
            parts=None if forecast.parts is None else inverted(forecast.parts, self.invert),
        )

    def reach(self, forecast: Forecast) -> FloatArray:
        """Return what no bound of a forecast on the transformed scale may exceed, shape (horizon,).

        That is ten times the largest value, seen or forecast, above the median.
        """
        if not any(stage.is_nonlinear for stage in self.stages):
            return np.full(len(forecast.mean), np.inf)
        median = self.invert(forecast.mean)
        return np.asarray(median + FARTHEST * np.maximum(np.abs(median), self.largest))

    def limited(self, forecast: Forecast, unique_id: str) -> tuple[Notice, ...]:
        """Tell of a forecast on the transformed scale that stops before where it would go."""
        if not self._stops(forecast):
            return ()
        text = (
            f"transformed back, forecast or bounds would lie more than {FARTHEST:g} times the largest"
            " value away: they stop there"
        )
        hint = "shorten the horizon, or leave transform out"
        return (Notice("interval_limited", text, hint, unique_id),)

    def _stops(self, forecast: Forecast) -> bool:
        """Whether a value or bound of a forecast on the transformed scale would go further than it may."""
        reach, edges = self.reach(forecast), [band.upper for band in forecast.bands.values()]
        if any(bool((self.invert(edge) > reach).any()) for edge in edges):
            return True
        values = np.stack([forecast.mean, *edges])
        for stage in reversed(self.stages):
            if stage.stops(values):
                return True
            values = stage.invert(values)
        return False

    def _expected(self, values: FloatArray, bands: Mapping[float, Interval]) -> FloatArray:
        """Return means, or medians where nothing tells the deviation; inside the interval that tells it."""
        band = bands.get(BIAS_LEVEL)
        if band is None or not self.is_nonlinear:
            return self.invert(values)
        std = (band.upper - band.lower) / (2 * normal_quantile(BIAS_LEVEL))
        mean, back = self.invert_mean(values, np.nan_to_num(std)), self.invert_band(band)
        # fmax and fmin pass over edges that are unknown.
        return np.asarray(np.fmin(np.fmax(mean, back.lower), back.upper))

    def _back(self, values: FloatArray, *, inside: bool) -> FloatArray:
        for stage in reversed(self.stages):
            values = stage.invert(values, inside=inside)
        return np.maximum(values, self.least)


NO_CHAIN = FittedChain(())
"""What leaves every series as it is."""


def _padded(values: FloatArray, points_lost: int) -> FloatArray:
    """Put NaN before the values for the points that were lost."""
    return np.concatenate([np.full(points_lost, np.nan), values]) if points_lost else values
