"""Season lengths that are in the data.

A season of m is kept if the series repeats itself at lag m more than chance allows. The test follows
the M4 competition's SeasonalityTest (autocorrelation at lag m against Bartlett's deviation), with
three changes. The trend is first removed by a centred moving average of length m, without which a
trending or wandering series hides or feigns seasons. The same is done to the first differences and
the two scores are averaged, because levels see smooth cycles better and differences see sharp ones.
And the critical value shrinks with few cycles, where the autocorrelation has fewer terms: simulated
95 % quantiles on white noise, random walks, autoregressions and local levels all follow
1.645 (1 - 1.4 / cycles).

Reference: Makridakis, Spiliotis & Assimakopoulos (2020), The M4 Competition, International Journal of
Forecasting 36, 54-74; Bartlett (1946), Journal of the Royal Statistical Society B 8, 27-41.
"""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import ndtri

from models.frequency import Frequency
from models.types import FloatArray

_ALPHA = 0.05
_MIN_CYCLES = 2.5
_MIN_POINTS = 8
_MOST_SEASONS = 3
_HOPELESS = 0.3
_NEAR = 0.1
_EQUAL = 0.9
_USUAL = (4, 7, 12, 24, 48, 52, 96, 144, 168, 288, 336, 365, 672, 1440)
"""Cycles that data without a calendar often have: quarters, weekdays, months, hours, weeks, ..."""


def detect_seasons(y: FloatArray, freq: Frequency) -> tuple[int, ...]:
    """Return the season lengths found in the data, shortest first; () if there is none.

    ``y``: shape (t,), finite. With a calendar frequency only the calendar's cycles are tested (a yearly
    series is searched for any), with integer time the usual ones and the strongest repetition of any length.
    """
    if len(y) < _MIN_POINTS:
        return ()
    x = y - y.mean()
    calendar = freq.calendar_seasons()
    return tuple(sorted(_in_turn(x, calendar) if calendar else _strongest_first(x)))


def _in_turn(x: FloatArray, calendar: tuple[int, ...]) -> list[int]:
    """Test cycles from the shortest on, each on what the ones before have left."""
    candidates = [m for m in calendar if m * _MIN_CYCLES <= len(x)]
    found: list[int] = []
    for m in candidates:
        if seasonal_score(x, m) > _critical(len(candidates)) and _adds(x, m, found):
            found.append(m)
            x = x - seasonal_pattern(x, m)
    return found


def _strongest_first(x: FloatArray) -> list[int]:
    """Test the usual cycles and the strongest repetition, the clearest first."""
    usual = [m for m in _USUAL if m * _MIN_CYCLES <= len(x)]
    # Half of the permitted error goes to the usual cycles, half to the search over all lengths.
    limits = dict.fromkeys(_peaks(x), _critical(2 * len(x) / _MIN_CYCLES))
    limits |= dict.fromkeys(usual, _critical(2 * len(usual)))
    found: list[int] = []
    while limits and len(found) < _MOST_SEASONS:
        scores = {m: seasonal_score(x, m) / limit for m, limit in limits.items()}
        clearest = max(scores, key=lambda m: scores[m])
        if scores[clearest] <= 1:
            break
        # Two weeks repeat as well as one: of about equals, the shortest is the cycle.
        equals = [m for m in scores if scores[m] >= _EQUAL * scores[clearest]]
        best = min(m for m in equals if clearest % m == 0)
        if _adds(x, best, found):
            found.append(best)
            x = x - seasonal_pattern(x, best)
            # A day makes a week likely: multiples pass as if tested in pairs, like the calendar's.
            limits |= {m: _critical(2) for m in limits if m % best == 0}
        # What shows nothing now will not show more once a clear cycle is gone; testing it costs time.
        limits = {m: limits[m] for m in limits if scores[m] > _HOPELESS and m != best}
    return found


def _critical(tests: float) -> float:
    """Return the one-sided critical value when so many cycles are tested together."""
    return float(-ndtri(_ALPHA / max(tests, 1)))


def seasonal_score(x: FloatArray, m: int) -> float:
    """Return how clearly the series repeats itself every ``m`` points, in standard deviations.

    ``x``: shape (t,), t ≥ 2.5 m. Above 1.645 is a season at the 5 % level, whatever the length.
    """
    x = x[-_enough(m) :]
    shrink = 1 - 1.4 * m / len(x)
    return (_repetition(x, m) + _repetition(np.diff(x), m)) / (2 * shrink)


def _enough(m: int) -> int:
    """Return how many of the last points show whether there is a cycle of ``m``; more only cost time."""
    return max(4_000, 20 * m)


def _repetition(x: FloatArray, m: int) -> float:
    """Return the autocorrelation at lag m of the detrended series, over its standard deviation."""
    rest = detrended(x, m)
    if len(rest) <= m + 1 or _is_flat(rest, x):
        return 0.0
    r = _autocorrelation(rest, m)
    return float(r[m] / np.sqrt((1 + 2 * np.sum(r[1:m] ** 2)) / len(rest)))


def detrended(x: FloatArray, m: int) -> FloatArray:
    """Return the series minus its centred moving average over ``m``; shape (t - 2 * (m // 2),)."""
    total = np.concatenate([[0.0], np.cumsum(x)])
    mean = (total[m:] - total[:-m]) / m
    if m % 2 == 0:
        mean = (mean[1:] + mean[:-1]) / 2
    edge = m // 2
    return np.asarray(x[edge : edge + len(mean)] - mean)


def _is_flat(rest: FloatArray, x: FloatArray) -> bool:
    """Whether nothing but rounding is left of the series."""
    return bool(np.ptp(rest) <= 1e-9 * max(float(np.abs(x).max()), 1e-300))


def _autocorrelation(x: FloatArray, lags: int) -> FloatArray:
    """Return autocorrelations at lags 0 to ``lags``; shape (lags + 1,)."""
    x = x - x.mean()
    size = next_fast_len(len(x) + lags, real=True)
    spectrum = rfft(x, size)
    covariance = irfft(spectrum.real**2 + spectrum.imag**2, size)[: lags + 1]
    return np.asarray(covariance / covariance[0])


def seasonal_pattern(x: FloatArray, m: int) -> FloatArray:
    """Return the mean of each phase of the cycle beside the trend, repeated; shape (t,), t ≥ 2 m."""
    rest = detrended(x, m)
    phase = (np.arange(len(rest)) + m // 2) % m
    mean = np.bincount(phase, weights=rest, minlength=m) / np.bincount(phase, minlength=m)
    return np.asarray(np.resize(mean, len(x)))


def _adds(x: FloatArray, m: int, found: list[int]) -> bool:
    """Whether a cycle is one of its own, not a known one wandering or a near miss of it.

    A cycle that changes slowly repeats best after one round, less after two, and so on; a true
    multiple repeats better than the rounds before and after it.
    """
    for known in found:
        rounds = round(m / known)
        off = abs(m - rounds * known)
        if 0 < off <= max(1, _NEAR * known):
            return False
        if off == 0:
            r = _autocorrelation(detrended(x[-_enough(m) :], m), m + known)
            if r[m] <= max(r[m - known], r[m + known]):
                return False
    return True


def _peaks(x: FloatArray) -> list[int]:
    """Return the lengths at which the levels and the differences repeat themselves most clearly.

    Not 2: what alternates is negative autocorrelation, which needs no season.
    """
    lags = int(len(x) / _MIN_CYCLES)
    found = []
    for values in (x[-20_000:], np.diff(x[-20_000:])):
        rest = detrended(values, min(lags, len(values) // 3))
        if lags < 3 or _is_flat(rest, values):
            continue
        r = _autocorrelation(rest, min(lags, len(rest) - 1))
        clear = r / np.sqrt(1 + 2 * np.cumsum(r**2))
        tops = np.flatnonzero((r[1:-1] > r[:-2]) & (r[1:-1] >= r[2:])) + 1
        tops = tops[tops > 2]
        if tops.size:
            found.append(int(tops[clear[tops].argmax()]))
    return found
