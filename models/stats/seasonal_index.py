"""The season of a series as one index per phase."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import lfilter

from models.stats.moving import (
    centred_mean,
    centred_mean_throughout,
    detrended,
    detrended_throughout,
)
from models.stats.robust import robust_scale
from models.types import FloatArray, IntArray

_CYCLE_DECAY, _SLOW_DECAYS = 0.7, (0.9, 0.97)
"""The weight of a cycle against the next younger one, and others for a season that changes less."""
_TELLING_CYCLES = 12
"""With fewer, cycles do not tell how fast their season changes."""
_CYCLES = (63, 31, 15, 7)
"""Over how many neighbouring cycles the mean may be taken that is the season, the steadiest first."""
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How much may be taken of what a long season has beyond a shorter one and a level of each of its cycles."""
_ERRORS = 2.0
"""So many standard errors by which what is more than chance foretells values better."""
_ENDS_COUNT = 3
_LEAST_WAVES, _MANY_CYCLES, _NOISE_WAVES = 7, 6, 32
"""Cycles so long, of which there are fewer than so many, are shrunken wave by wave; noise is a mean over m / 32
waves to each side."""
_SLOW_WAVES, _DOUBT = 13, 4.0
"""Of the waves of two cycles those beyond the thirteenth, months of a year of days, count where they exceed so
many times their noise."""
_WINSORISED = 1.5
"""So many standard deviations off is as far as a value counts."""
_TINY = 1e-12


def phase_means(
    x: FloatArray, phase: IntArray, m: int, weight: FloatArray | None = None
) -> FloatArray:
    """Return the mean of the values of each phase, (m,), weighted if so asked; all others of shape (t,)."""
    mass = np.maximum(np.bincount(phase, weight, m), _TINY)
    return np.asarray(np.bincount(phase, x if weight is None else weight * x, m) / mass)


def classical_index(y: FloatArray, m: int, multiplicative: bool) -> FloatArray:
    """Return the mean season of a classical decomposition, (m,), summing to 0 or averaging 1.

    With too few cycles for a centred moving average, one wave around a straight line.
    """
    n = len(y)
    half = m // 2
    if n - 2 * half >= m:
        inner = slice(half, n - half)
        trend = centred_mean(y, m)
        rest = without_season(y[inner], trend, multiplicative)
        index = phase_means(rest, np.arange(n)[inner] % m, m)
    else:
        index = _wave(y, m, multiplicative)
    if multiplicative:
        index = np.maximum(index, 1e-2)
        return np.asarray(index / index.mean())
    return np.asarray(index - index.mean())


def without_season(y: FloatArray, part: FloatArray, multiplicative: bool) -> FloatArray:
    """Return values with a part of their shape taken off or divided out."""
    return np.asarray(y / part if multiplicative else y - part)


def _wave(y: FloatArray, m: int, multiplicative: bool) -> FloatArray:
    t = np.arange(len(y))
    line = np.polynomial.Polynomial.fit(t, y, 1)(t)
    if multiplicative:
        line = np.maximum(line, 1e-3 * np.abs(y).mean())
    angle = 2.0 * np.pi * t / m
    waves = np.column_stack([np.ones(len(t)), np.cos(angle), np.sin(angle)])
    weights = np.linalg.lstsq(waves, without_season(y, line, multiplicative), rcond=None)[0]
    angle = 2.0 * np.pi * np.arange(m) / m
    return np.asarray(weights[0] + weights[1] * np.cos(angle) + weights[2] * np.sin(angle))


def seasonal_pattern(x: FloatArray, m: int) -> FloatArray:
    """Return the mean of each phase of the cycle beside the trend, repeated; shape (t,), t ≥ 2 m."""
    rest = detrended_throughout(x, m)
    mean = phase_means(rest, np.arange(len(x)) % m, m)
    return np.asarray(np.resize(mean - mean.mean(), len(x)))


def shrunken_index(x: FloatArray, m: int) -> FloatArray:
    """Return one additive index per phase, (m,), mean zero, phase 0 being that of ``x[0]``; t ≥ 2 m.

    Younger cycles count more. The index is multiplied by the share of its variance that the noise of
    its own means does not explain: a season that is not there shrinks to nothing, and no test decides. Of few
    cycles each of its waves is shrunken by itself, by the noise of waves about as long: what is left of two
    noisy years is their slow part.

    Reference: James and Stein (1961), Estimation with quadratic loss, Proc. 4th Berkeley Symposium 1;
    Miller and Williams (2003), Shrinkage estimators of time series seasonal factors, International
    Journal of Forecasting 19; Wiener (1949), Extrapolation, Interpolation, and Smoothing of Stationary Time
    Series, MIT Press.
    """
    # where the trend is known all around there is a single cycle, or two
    few = len(x) < _ENDS_COUNT * m
    rest = detrended_throughout(x, m) if few else detrended(x, m)
    first = 0 if few else m // 2
    position = np.arange(first, first + len(rest))
    phase = position % m
    weight = np.asarray(_decay(rest, m) ** ((len(x) - 1 - position) // m), np.float64)
    index = phase_means(rest, phase, m, weight)
    index -= index.mean()
    signal = index @ index / (m - 1)
    if signal <= 0:
        return np.zeros(m)
    residual = rest - index[phase]
    support = np.bincount(phase, weight, m) ** 2 / np.maximum(
        np.bincount(phase, weight**2, m), _TINY
    )
    if m >= _LEAST_WAVES and len(x) < _MANY_CYCLES * m:
        return _by_waves(index, residual, max(float(support.mean()), 1.0), few=few)
    noise = residual @ residual / max(len(rest) - m, 1) * np.mean(1 / np.maximum(support, 1))
    return np.asarray(index * max(0.0, 1 - float(noise / signal)))


def _decay(rest: FloatArray, m: int) -> float:
    """Return the decay with which the cycles of values without trend (t,) tell most of the cycle that follows."""
    cycles = rest[len(rest) % m :].reshape(-1, m)
    if len(cycles) < _TELLING_CYCLES:
        return _CYCLE_DECAY
    misses = {
        decay: float(
            np.sum((cycles[1:] - _means_so_far(cycles, decay)[:-1])[len(cycles) // 3 :] ** 2)
        )
        for decay in (_CYCLE_DECAY, *_SLOW_DECAYS)
    }
    return min(misses, key=misses.__getitem__)


def _means_so_far(cycles: FloatArray, decay: float) -> FloatArray:
    """Return the weighted mean of each cycle and those before it, (cycles, m)."""
    total = lfilter([1.0], [1.0, -decay], cycles, axis=0)
    mass = (1 - decay ** np.arange(1, len(cycles) + 1)) / (1 - decay)
    return np.asarray(total / mass[:, None])


def _by_waves(index: FloatArray, residual: FloatArray, support: float, *, few: bool) -> FloatArray:
    """Return an index, (m,), of which every wave is multiplied by the share of its power that is no noise.

    ``residual``: what the index leaves, (t,), t ≥ m; ``support``: how many cycles its means are worth;
    ``few``: whether there are hardly more than two, of which a week at other days looks like fast waves.
    """
    m = len(index)
    cycles = residual[len(residual) % m :].reshape(-1, m)
    free = max(len(residual) - m, 1) / len(residual)
    noise = np.mean(np.abs(np.fft.rfft(cycles, axis=1)) ** 2, axis=0) / free / support
    waves = np.fft.rfft(index)
    power = _around(np.abs(waves) ** 2, 1)
    usual = _around(noise, max(1, m // _NOISE_WAVES))
    if few:
        usual = np.maximum(usual, _around(noise, 1))
        usual[_SLOW_WAVES + 1 :] *= _DOUBT
    share = 1 - usual / np.maximum(power, _TINY**2)
    return np.fft.irfft(waves * np.clip(share, 0, 1), m)


def _around(values: FloatArray, reach: int) -> FloatArray:
    """Return the mean of each value and its neighbours as far as ``reach``, reflected at the ends."""
    padded = np.pad(values, reach, mode="reflect")
    return np.convolve(padded, np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid")


@dataclass(frozen=True, slots=True, eq=False)
class EvolvingSeason:
    """A season: its part of each known point, shape (t,), and of the next cycle, shape (length,)."""

    length: int
    part: FloatArray
    next_cycle: FloatArray


def evolving_season(y: FloatArray, length: int) -> EvolvingSeason:
    """Return the season of a series without gross outliers, shape (t,), t ≥ two cycles.

    The part of a point is the mean of its phase in the cycles around it, without its own, after the level
    (a centred mean over one cycle) is taken away. Of how many cycles is what foretells the points best, of more
    where that is no worse but by chance: the more there are, the less noise is in the mean, as long as the season
    stays.
    """
    return evolving_profile(y - centred_mean_throughout(y, length), length)


def nested_season(y: FloatArray, length: int, within: int) -> EvolvingSeason:
    """Return the season of a series, (t,), as ``evolving_season``, if it goes on beside a shorter one within it.

    A week of hours is a day of hours and a level of each weekday, which many values tell, and what these leave,
    which few do: of that as much is taken as foretells the points better than chance. ``length``: a multiple
    of ``within``. It is told twice, then by values none of which lies farther off than most.

    Reference: Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35.
    """
    rest = y - centred_mean_throughout(y, length)
    off = rest - _nested(rest, length, within).part
    most = _WINSORISED * robust_scale(off)
    near = y - off + np.clip(off, -most, most)
    return _nested(near - centred_mean_throughout(near, length), length, within)


def _nested(rest: FloatArray, length: int, within: int) -> EvolvingSeason:
    """Return a season as ``nested_season`` once, of values beside their level, shape (t,)."""
    whole, simple = evolving_profile(rest, length), _day_and_week(rest, length, within)
    misses = [np.abs(rest - simple.part - share * (whole.part - simple.part)) for share in _SHARES]
    share = _SHARES[_first_as_good(misses)]
    return EvolvingSeason(
        length,
        simple.part + share * (whole.part - simple.part),
        simple.next_cycle + share * (whole.next_cycle - simple.next_cycle),
    )


def _day_and_week(y: FloatArray, length: int, within: int) -> EvolvingSeason:
    """Return the sum of a short season and of the mean of each of its cycles in the long one.

    These begin where their means differ most: a series need not begin with a day.
    """
    phase = np.arange(len(y)) % within
    hours_alone = phase_means(y, phase, within)
    rest = y - hours_alone[phase]
    ahead = np.arange(len(y) + length) + -_begin(rest, length, within) % within
    block, coming = np.split(ahead // within, [len(y)])
    blocks = int(block[-1]) + 1
    days = evolving_profile(phase_means(rest, block, blocks), length // within)
    hours = evolving_profile(y - days.part[block], within)
    next_days = days.next_cycle[(coming - blocks) % len(days.next_cycle)]
    return EvolvingSeason(
        length, days.part[block] + hours.part, next_days + np.resize(hours.next_cycle, length)
    )


def _begin(rest: FloatArray, length: int, within: int) -> int:
    """Return from which phase on, 0 to ``within`` - 1, the short cycles in a long one differ most."""
    profile = phase_means(rest, np.arange(len(rest)) % length, length)
    around = sliding_window_view(np.resize(profile, length + within - 1), within)
    levels = around.mean(axis=1).reshape(-1, within)
    return int(np.argmax(np.sum(levels**2, axis=0)))


def evolving_profile(y: FloatArray, length: int) -> EvolvingSeason:
    """Return the season of a series without gross outliers, shape (t,), t ≥ two cycles, its level included."""
    cycles = -(-len(y) // length)
    table = np.full(cycles * length, np.nan)
    table[: len(y)] = y
    table = np.ascontiguousarray(table.reshape(cycles, length).T)
    tried = [around for around in _CYCLES if around == _CYCLES[-1] or 2 * around <= 3 * cycles]
    parts = [_of_others(table, around).T.ravel()[: len(y)] for around in tried]
    best = _first_as_good([np.abs(y - part) for part in parts])
    last = np.nanmean(table[:, -tried[best] :], axis=1)
    return EvolvingSeason(length, parts[best], np.roll(last, -(len(y) % length)))


def _first_as_good(misses: Sequence[FloatArray]) -> int:
    """Return the place of the first of several ways that misses values, each by (t,), by no more than the best.

    No more is what two standard errors of the difference are: the steadiest comes first, and what moves with the
    noise is taken where it foretells more than that.

    Reference: Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees, §3.4.3, for the
    rule, with one standard error.
    """
    best = min(misses, key=np.mean)
    worse = [one - best for one in misses]
    doubts = [_ERRORS * float(one.std()) / np.sqrt(len(one)) for one in worse]
    return next(i for i, doubt in enumerate(doubts) if worse[i].mean() <= doubt)


def _of_others(table: FloatArray, around: int) -> FloatArray:
    """Return the mean over up to so many cycles around each value, without its own, along the last axis."""
    known = np.isfinite(table)
    values = np.where(known, table, 0.0)
    total, count = _moving_sum(values, around), _moving_sum(known * 1.0, around)
    return np.asarray((total - values) / (count - known))


def _moving_sum(table: FloatArray, around: int) -> FloatArray:
    """Return the sum over up to so many columns around each."""
    half, size = around // 2, table.shape[1]
    padded = np.pad(table, ((0, 0), (half + 1, half)))
    total = np.cumsum(padded, axis=1)
    return np.asarray(total[:, 2 * half + 1 :] - total[:, :size])
