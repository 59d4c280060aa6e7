"""What a fitted forecaster says of the steps ahead: one expected value each, and how it is spread around it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from models.data.results import Interval
from models.stats.distributions import normal_quantile
from models.types import FloatArray


class Distribution(ABC):
    """How values are spread around their mean, of n series and any steps ahead."""

    @abstractmethod
    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return the central interval at a level in percent, around a mean; both of shape (n, horizon)."""


Way = Callable[[], Distribution | None]
"""Makes a distribution when it is needed; None if nothing is known after all."""


class Prediction:
    """A forecast of n series: made once, every level and every quantile is read from it.

    ``mean``: shape (n, horizon). ``ways``: how the model can tell what is spread around it, the best first:
    "parametric", from its own distribution; "conformal", from its held-out errors; "mc_dropout", from passes
    of a network. Each is gone when it is first needed, so before the model is updated. ``least``: no
    interval reaches below it.
    """

    def __init__(
        self,
        mean: FloatArray,
        ways: Mapping[str, Way] = MappingProxyType({}),
        least: float = -np.inf,
    ) -> None:
        self.mean, self._ways, self.least = mean, ways, least

    @cached_property
    def distribution(self) -> Distribution | None:
        """The best that is known of the spread around the mean; None if there is nothing."""
        return next((way() for way in self._ways.values()), None)

    @property
    def method(self) -> str:
        """How the distribution came about, "none" where there is none."""
        return next(iter(self._ways), "none") if self.distribution is not None else "none"

    def by(self, method: str) -> "Prediction | None":
        """Return the same with the distribution of one method; None if the model has none of it."""
        if method == self.method:
            return self
        way = self._ways.get(method)
        made = None if way is None else Prediction(self.mean, {method: way}, self.least)
        return None if made is None or made.distribution is None else made

    def interval(self, level: float) -> Interval | None:
        """Return the central interval at a level in percent, (n, horizon); None without distribution.

        The mean is inside: a narrow interval of a skewed distribution might leave it out.
        """
        if self.distribution is None:
            return None
        band = self.distribution.interval(self.mean, level)
        lower = np.maximum(band.lower, self.least)
        return Interval(np.minimum(lower, self.mean), np.maximum(band.upper, self.mean))

    def quantile(self, q: float) -> FloatArray | None:
        """Return the quantile, 0 < q < 1, (n, horizon): an edge of the interval around the mean.

        The middle one is the mean, about which intervals are made. None without distribution.
        """
        if q == 0.5:
            return self.mean
        band = self.interval(abs(2.0 * q - 1.0) * 100.0)
        return None if band is None else band.lower if q < 0.5 else band.upper


@dataclass(frozen=True, slots=True, eq=False)
class Normal(Distribution):
    """Normal, with a standard deviation of shape (n, horizon)."""

    std: FloatArray

    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return mean and so many standard deviations to each side."""
        return normal_band(mean, self.std, level)


@dataclass(frozen=True, slots=True, eq=False)
class Samples(Distribution):
    """Values that were drawn or simulated, shape (n, draws, horizon)."""

    values: FloatArray

    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return two quantiles of what was drawn."""
        lower, upper = np.quantile(self.values, [0.5 - level / 200.0, 0.5 + level / 200.0], axis=1)
        return Interval(lower, upper)


@dataclass(frozen=True, slots=True, eq=False)
class Quantiles(Distribution):
    """Values of some quantiles q, (k,) ascending, as a model with several heads gives them: (n, k, horizon).

    Between them they are joined by straight lines; beyond the outermost nothing is known but these.
    """

    q: FloatArray
    values: FloatArray

    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return two quantiles, between those that are known."""
        return Interval(self._at(0.5 - level / 200.0), self._at(0.5 + level / 200.0))

    def _at(self, q: float) -> FloatArray:
        place = float(np.interp(q, self.q, np.arange(len(self.q))))
        below = min(int(place), len(self.q) - 2)
        share = place - below
        return np.asarray((1.0 - share) * self.values[:, below] + share * self.values[:, below + 1])


@dataclass(frozen=True, slots=True, eq=False)
class Curve(Distribution):
    """Intervals that a function of the level makes when one is asked for."""

    at: Callable[[float], Interval]

    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return what the function makes."""
        return self.at(level)


@dataclass(frozen=True, slots=True, eq=False)
class Shifted(Distribution):
    """Another one around its own mean, (n, horizon), moved by values that are known, (horizon,)."""

    inner: Distribution
    around: FloatArray
    by: FloatArray

    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return that of the other one, moved."""
        band = self.inner.interval(self.around, level)
        return Interval(band.lower + self.by, band.upper + self.by)


@dataclass(frozen=True, slots=True, eq=False)
class NeverNarrowing(Distribution):
    """Another distribution, whose intervals are kept from coming nearer to the mean at later steps."""

    inner: Distribution

    def interval(self, mean: FloatArray, level: float) -> Interval:
        """Return that of the other one, no nearer at a later step."""
        return _never_narrowing(mean, self.inner.interval(mean, level))


def normal_band(mean: FloatArray, std: FloatArray, level: float) -> Interval:
    """Return the central interval of a normal distribution at a level in percent; all of one shape."""
    half = normal_quantile(level) * std
    return Interval(mean - half, mean + half)


def _never_narrowing(mean: FloatArray, band: Interval) -> Interval:
    """Return the interval with no step nearer to its mean than an earlier one: (..., horizon).

    Simulation noise and seasonal factors below one would else make a later step look surer.
    """
    below = np.maximum.accumulate(np.maximum(mean - band.lower, 0.0), axis=-1)
    above = np.maximum.accumulate(np.maximum(band.upper - mean, 0.0), axis=-1)
    return Interval(mean - below, mean + above)
