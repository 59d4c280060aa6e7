"""A series as the members of the combination see it: values, seasons, origins, and views of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.forecasters.combination._origins import OriginPlan
from models.forecasters.combination._seasonal import Seasons, seasonal_component
from models.stats.scaling import safe_exp
from models.types import FloatArray, IntArray

FARTHEST = 3.0
"""A forecast that leaves the history by more of its ranges than this has run away."""
_FASTER = 1.5
"""It has not if it grows by less than so many times what the series grew within as many steps at least."""


@dataclass(frozen=True, eq=False)
class EvaluationContext:
    """What there is to forecast, and from where.

    ``y``: shape (t,), the largest value being 1 in size, its outliers replaced. ``log``: whether members may
    take logarithms. ``came``: shape (t,), the values as they came, outliers included; ``y`` if None.
    ``horizon``: at least as many steps as members are judged by, so that nothing depends on how many are wanted.

    Every member keeps one promise: it returns forecasts of shape (origins, horizon), NaN where it has
    nothing to say; the forecast from origin ``o`` uses ``y[:o]`` only, and what it has learned it has
    from the part up to a cut at or before ``o``. Only units, limits and the lag that a ridge pulls to are
    chosen by the whole series.
    """

    y: FloatArray
    horizon: int
    seasons: Seasons
    plan: OriginPlan
    log: bool
    came: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.y)

    @property
    def judged(self) -> int:
        """The steps ahead by which members are judged, and errors are measured."""
        return self.plan.judged

    @property
    def free(self) -> int:
        """What is left of the values after the indices of the first season, or a mean."""
        return max(len(self) - (self.seasons[0] if self.seasons else 1), 1)

    @cached_property
    def x(self) -> FloatArray:
        """The values on the scale on which their season is additive, (t,)."""
        return np.log(self.y) if self.log else self.y

    def back(self, x: FloatArray) -> FloatArray:
        """Return values on that scale, of any shape, as values of the series."""
        return safe_exp(x) if self.log else x

    @cached_property
    def season(self) -> FloatArray:
        """The seasonal component as each cut knows it, (cuts, t + horizon)."""
        beyond = len(self) + self.horizon
        cuts = self.plan.cuts.tolist()
        return np.stack([seasonal_component(self.x[:c], self.seasons, beyond - c) for c in cuts])

    @cached_property
    def adjusted(self) -> FloatArray:
        """``x`` without its season as each cut knows it, (cuts, t)."""
        return np.asarray(self.x - self.season[:, : len(self)])

    @cached_property
    def adjusted_level(self) -> FloatArray:
        """The series itself without its season, (cuts, t)."""
        return np.exp(self.adjusted) if self.log else self.adjusted

    @cached_property
    def steps(self) -> IntArray:
        """The positions that are forecast, (origins, horizon)."""
        return np.asarray(self.plan.origins[:, None] + np.arange(self.horizon))

    @cached_property
    def season_ahead(self) -> FloatArray:
        """The seasonal component at ``steps``, (origins, horizon)."""
        return np.asarray(self.season[self.plan.block[:, None], self.steps])

    @cached_property
    def actual(self) -> FloatArray:
        """What was to be forecast at ``steps``, (origins, horizon); NaN where unknown or not judged."""
        return self.of_judged(self._at_steps(self.y))

    @cached_property
    def outcome(self) -> FloatArray:
        """What came at ``steps``, (origins, horizon), outliers included; NaN where unknown or not held out."""
        return self._at_steps(self.y if self.came is None else self.came)

    def of_judged(self, values: FloatArray) -> FloatArray:
        """Return values (..., horizon) at the steps that are judged, NaN at those beyond."""
        return np.where(np.arange(self.horizon) < self.judged, values, np.nan)

    def _at_steps(self, values: FloatArray) -> FloatArray:
        known = self.steps < len(self)
        known &= (self.plan.origins >= self.plan.cuts[0])[:, None]
        return np.where(known, values[np.minimum(self.steps, len(self) - 1)], np.nan)

    def reseason(self, forecast: FloatArray, *, on_log: bool) -> FloatArray:
        """Put the season back on forecasts of the adjusted series, (origins, horizon)."""
        if self.log and not on_log:
            return np.asarray(forecast * np.exp(self.season_ahead))
        return self.back(forecast + self.season_ahead)

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Below and above what a forecast has run away."""
        low, high = float(self.y.min()), float(self.y.max())
        reach = FARTHEST * (high - low)
        if not self.log or len(self) <= self.judged:
            return low - reach, high + reach
        # What grew by a third a step all along is out of these ranges within a few more.
        grown = float(np.min(self.y[self.judged :] / self.y[: -self.judged]))
        return low - reach, max(high + reach, _FASTER * grown * high)

    def without_runaways(self, forecasts: FloatArray) -> FloatArray:
        """Return forecasts (..., origins, horizon) with those that have run away made NaN.

        Those that do so beyond the steps that are judged stay at the limit.
        """
        low, high = self.limits
        near = forecasts[..., : self.judged]
        with np.errstate(invalid="ignore"):
            inside = ((near >= low) & (near <= high)).all(axis=-1, keepdims=True)
            return np.where(inside, np.clip(forecasts, low, high), np.nan)
