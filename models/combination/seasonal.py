"""Seasons: which there are, and what each adds, shrunken to what can be told from noise."""

from collections.abc import Iterable, Sequence

import numpy as np

from models.series import Series
from models.types import FloatArray

Seasons = tuple[int, ...]

_CALENDAR: Seasons = (4, 5, 7, 12, 24, 48, 52, 96, 144, 168, 288, 336, 365)
"""Cycles of calendars and clocks, looked for where nobody names one."""
_DAYS: Seasons = (24, 48, 96, 144, 288)
"""Those of them that are a day: of hours, half hours, quarters, ten and five minutes."""
_EVIDENCE = 1.5
"""A season that was not named must explain more than this over the root of the length."""
_CYCLE_DECAY = 0.7
"""The weight of a cycle against the next younger one."""
_LEAST_CYCLES = 3
"""A season that was not named needs as many; one that was, more than two."""
_WEEKS = 3
"""Who lives by the day lives by the week, once there are so many weeks."""
_LONGEST_PEAK = 400
"""Repetitions of no known cycle are looked for up to this lag: longer ones cost and seldom hold."""
_TINY = 1e-12


def seasons_of(series: Series) -> Seasons | None:
    """Return the seasons that are known before the values are looked at; None if there is no saying.

    Those that were given, else the cycles of the calendar, of which the two longest with more than two
    rounds count: the others are too short to have a shape, or too long to have been seen.
    """
    if series.season_length is not None:
        return tuple(sorted({m for m in series.season_length if m > 1}))
    cycles = series.grid.freq.calendar_seasons()
    if not cycles:
        return () if series.grid.freq.step is None else None
    return tuple(m for m in cycles if len(series) > 2 * m)[-2:]


def find_seasons(x: FloatArray) -> Seasons:
    """Return at most two seasons of the values (t,): the clearest, and the longer one it is part of.

    Known cycles come first. Repetitions of any length, picked from hundreds of lags, are asked only when
    none of these holds, and must show twice as much.
    """
    if len(x) < 12 or np.ptp(x) <= 0:
        return ()
    enough = _EVIDENCE / np.sqrt(len(x))
    best = _clearest(_CALENDAR, x, enough)
    if best is None:
        best = _clearest(_peaks(x), x, 2 * enough)
        return () if best is None else (best,)
    if best in _DAYS and len(x) >= _WEEKS * 7 * best:
        return best, 7 * best
    if best > 48:
        day = _clearest([m for m in _DAYS if m < best and best % m == 0], x, enough)
        if day is not None:
            return day, best
    rest = x - seasonal_component(x, (best,), 0)
    longer = _clearest([m for m in _CALENDAR if m > best and m % best == 0], rest, enough)
    return (best,) if longer is None else (best, longer)


def _clearest(candidates: Iterable[int], x: FloatArray, enough: float) -> int | None:
    """Return the candidate with the most evidence, or its shortest divisor with four fifths of it."""
    score = {m: seasonal_evidence(x, m) for m in candidates if len(x) >= _LEAST_CYCLES * m}
    best = max(score, key=score.__getitem__, default=None)
    if best is None or score[best] <= enough:
        return None
    return min(m for m, found in score.items() if best % m == 0 and found >= 0.8 * score[best])


def seasonal_evidence(x: FloatArray, m: int) -> float:
    """Return the share of the variance that the means of each phase explain in other cycles.

    Every value is forecast by the mean of its phase in the other cycles, so that noise and random
    walks give zero or less.
    """
    rest = _detrended(x, m)
    phase = np.arange(len(rest)) % m
    count = np.bincount(phase, minlength=m)[phase]
    total = np.bincount(phase, rest, m)[phase]
    repeated = count > 1
    power = rest[repeated] @ rest[repeated]
    if power <= 0:
        return 0.0
    others = (total[repeated] - rest[repeated]) / (count[repeated] - 1)
    error = rest[repeated] - others
    return float(1 - error @ error / power)


def _peaks(x: FloatArray, most: int = 3) -> list[int]:
    """Return the lags at which the differences repeat themselves most, the clearest first."""
    change = np.diff(x)
    change = change - change.mean()
    n = len(change)
    size = 1 << (2 * n - 1).bit_length()
    r = np.fft.irfft(np.abs(np.fft.rfft(change, size)) ** 2)[: min(_LONGEST_PEAK, n // 3) + 2]
    if len(r) < 4 or r[0] <= 0:
        return []
    r = r / r[0]
    tops = np.flatnonzero((r[1:-1] > r[:-2]) & (r[1:-1] >= r[2:])) + 1
    tops = tops[(tops >= 3) & (r[tops] > 2 / np.sqrt(n))]
    return [int(lag) for lag in tops[np.argsort(-r[tops])][:most]]


def seasonal_profile(x: FloatArray, m: int) -> FloatArray:
    """Return one additive index per phase, (m,), mean zero, phase 0 being that of ``x[0]``; t > 2 m.

    Younger cycles count more. The profile is multiplied by the share of its variance that the noise of
    its own means does not explain: a season that is not there shrinks to nothing, and no test decides.

    Reference: James and Stein (1961), Estimation with quadratic loss, Proc. 4th Berkeley Symposium 1;
    Miller and Williams (2003), Shrinkage estimators of time series seasonal factors, International
    Journal of Forecasting 19.
    """
    rest = _detrended(x, m)
    position = np.arange(m // 2, m // 2 + len(rest))
    phase = position % m
    weight = _CYCLE_DECAY ** ((len(x) - 1 - position) // m)
    mass = np.maximum(np.bincount(phase, weight, m), _TINY)
    index = np.bincount(phase, weight * rest, m) / mass
    index -= index.mean()
    signal = index @ index / (m - 1)
    if signal <= 0:
        return np.zeros(m)
    residual = rest - index[phase]
    support = mass**2 / np.maximum(np.bincount(phase, weight**2, m), _TINY)
    noise = residual @ residual / max(len(rest) - m, 1) * np.mean(1 / np.maximum(support, 1))
    return np.asarray(index * max(0.0, 1 - float(noise / signal)))


def seasonal_component(x: FloatArray, seasons: Sequence[int], ahead: int) -> FloatArray:
    """Return the sum of the profiles, over the values (t,) and ``ahead`` steps more; (t + ahead,)."""
    total = np.zeros(len(x) + ahead)
    position = np.arange(len(x) + ahead)
    for m in seasons:
        if len(x) > 2 * m:
            total += seasonal_profile(x - total[: len(x)], m)[position % m]
    return total


def _detrended(x: FloatArray, m: int) -> FloatArray:
    """Return the values less their centred moving average over ``m``, from ``m // 2`` on."""
    total = np.concatenate([[0.0], np.cumsum(x - x[0])])
    trend = (total[m:] - total[:-m]) / m
    if m % 2 == 0:
        trend = 0.5 * (trend[1:] + trend[:-1])
    edge = m // 2
    return np.asarray(x[edge : len(x) - edge] - trend - x[0])
