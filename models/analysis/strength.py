"""How strong trend and seasons are, whether seasons grow with the level, and what lies far off."""

from dataclasses import dataclass

import numpy as np

from models.stats.hodrick_prescott import hp_filter
from models.stats.loess import LoessOptions, jumps, seasonal_trend
from models.types import FloatArray

_LEAST = 8
"""Fewer observations have no strengths to speak of."""
_LONG = 500_000
"""From so many points times season on, loess takes seconds, and is interpolated."""
_FENCES = 3.0
_FEW_CYCLES = 3
"""With fewer, a season by loess follows every value: it would be as strong in noise."""
_LEAST_RISE = 1.5
_LEAST_SLOPE, _LEAST_CORRELATION = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class SeasonStrength:
    """A season and its strength, 0 to 1."""

    season_length: int
    strength: float


@dataclass(frozen=True, slots=True)
class Strengths:
    """Strength of trend and seasons, 0 to 1, whether the seasons grow with the level, and outliers.

    ``trend`` is None where a series is too short; ``outliers``: how many values lie more than three
    interquartile ranges off what trend and seasons leave, ``outlier_share`` of all.
    """

    trend: float | None
    seasons: tuple[SeasonStrength, ...]
    multiplicative: bool
    outliers: int
    outlier_share: float

    @property
    def seasonal(self) -> float:
        """The strength of the strongest season, 0 without any."""
        return max((one.strength for one in self.seasons), default=0.0)


def strengths(y: FloatArray, seasons: tuple[int, ...]) -> Strengths:
    """Measure a series, shape (t,), not constant, by its (M)STL; without seasons by a smooth trend.

    A strength is one less the variance of what is left over that of it and the part together.

    Reference: Wang, Smith and Hyndman (2006), Data Mining and Knowledge Discovery 13, 335-364; Hyndman
    and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), §4.3, and §13.9 for outliers.
    """
    if len(y) < _LEAST:
        return Strengths(None, (), False, 0, 0.0)
    whole = tuple(m for m in seasons if 2 * m <= len(y))
    trend, parts = _taken_apart(y, whole)
    rest = y - trend - parts.sum(axis=0)
    measured = tuple(
        SeasonStrength(m, _strength(part, rest)) for m, part in zip(whole, parts, strict=True)
    )
    low, high = np.quantile(rest, (0.25, 0.75))
    edge = _FENCES * (high - low)
    varies = high - low > 1e-9 * float(np.ptp(y))  # without one, as of zeros, nothing is usual
    far = int(((rest < low - edge) | (rest > high + edge)).sum()) if varies else 0
    strongest = max(measured, key=lambda one: one.strength, default=None)
    grows = strongest is not None and is_multiplicative(y, trend, strongest.season_length)
    return Strengths(_strength(trend, rest), measured, grows, far, far / len(y))


def _strength(part: FloatArray, rest: FloatArray) -> float:
    together = float(np.var(part + rest))
    return 0.0 if together <= 0 else max(0.0, 1.0 - float(np.var(rest)) / together)


def _taken_apart(y: FloatArray, seasons: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Return the trend, (t,), and each season, (seasons, t)."""
    if not seasons:
        return hp_filter(y, _half_as_slow(len(y)))[0], np.zeros((0, len(y)))
    if len(y) < _FEW_CYCLES * seasons[-1]:
        shorter = _taken_apart(y, seasons[:-1])[1]
        trend, longest = _of_few_cycles(y - shorter.sum(axis=0), seasons[-1])
        return trend, np.concatenate([shorter, longest[None]])
    pace = jumps(seasons[-1]) if len(y) * seasons[-1] > _LONG else LoessOptions()
    found = seasonal_trend(y, seasons, **pace)
    return found.trend, found.seasonal


def _of_few_cycles(y: FloatArray, season_length: int) -> tuple[FloatArray, FloatArray]:
    """Return a straight trend and the means of the phases beside it, (t,) each: curves would leave nothing."""
    times = np.arange(len(y))
    phase = times % season_length
    count = np.bincount(phase)

    def beside(values: FloatArray) -> FloatArray:
        """Return what the means of the phases leave."""
        return values - (np.bincount(phase, values) / count)[phase]

    apart = beside(times.astype(np.float64))
    trend = y.mean() + float(apart @ y / (apart @ apart)) * (times - times.mean())
    return trend, y - trend - beside(y - trend)


def _half_as_slow(size: int) -> float:
    """Return the lambda of the HP filter that halves a cycle of half the series' length."""
    return float((2.0 * np.sin(2.0 * np.pi / max(size, 8))) ** -4)


def is_multiplicative(y: FloatArray, trend: FloatArray, season_length: int) -> bool:
    """Whether the swings of positive values, (t,), grow at least like the root of their level.

    The logarithm of each cycle's deviation is regressed on that of its mean; a slope of 0 is an additive
    season, of 1 a multiplicative one. Fewer than three cycles, or levels alike, show nothing.

    Reference: Guerrero (1993), Time-series analysis supported by power transformations, Journal of
    Forecasting 12, 37-48, of which the slope is one less lambda.
    """
    cycles = len(y) // season_length
    if cycles < 3 or y.min() <= 0:
        return False
    table = y[-cycles * season_length :].reshape(cycles, season_length)
    swings = (y - trend)[-cycles * season_length :].reshape(cycles, season_length).std(axis=1)
    levels = table.mean(axis=1)
    if levels.max() < _LEAST_RISE * levels.min() or swings.min() <= 0:
        return False
    x, z = np.log(levels) - np.log(levels).mean(), np.log(swings) - np.log(swings).mean()
    slope = float(x @ z / (x @ x))
    correlation = float(x @ z / np.sqrt((x @ x) * (z @ z) + 1e-300))
    return slope >= _LEAST_SLOPE and correlation >= _LEAST_CORRELATION
