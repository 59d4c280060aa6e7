"""Is there a season of a given length in the data.

A season of m is there if the means of its m phases differ more than chance allows: the F test for
stable seasonality of the X-11 family. It is meant for white noise, so the series is made white first: the
trend is a moving average over whole cycles, which leaves the season as it is, and what trend and season
leave is an autoregression, whose innovations are tested. As the season is no part of that noise, a smooth
cycle does not pass for autocorrelation. Phases have a mean of their own in every span of some six
cycles, since seasons change, and whole numbers drift off the true period.

Measured on 200 series each, a single test at 5 % finds 1 to 9 % in white noise, AR(1) from -0.7 to 0.97,
random walks, local levels, broken trends and intermittent counts of 30 to 600 points, for m from 4 to 168;
AR(1) with -0.9 and m of 4 get 20 %, doubly integrated walks with few long cycles 8 %.

Reference: Lothian and Morry (1978), A test for the presence of identifiable seasonality when using the
X-11 program, Statistics Canada; Ollech and Webel (2020), A random forest-based approach to identifying
the most informative seasonality tests, Deutsche Bundesbank discussion paper 55 (tests of what an
autoregression leaves).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from models.stats.moving import detrended_throughout
from models.stats.robust import KEPT, KEPT_VARIANCE
from models.types import FloatArray, IntArray

MIN_CYCLES = 2.0
"""A season shows in so many cycles at least."""
_SPAN_CYCLES, _SPAN_POINTS = 6, 64
"""Phases have one mean over so many cycles, or points if that is longer."""
_TREND_POINTS = 24
"""The trend is a mean over so many points at least: a shorter one bends the noise."""
_MOST_LAGS, _POINTS_PER_LAG = 4, 20
_FEWEST_FREE = 6
"""With fewer degrees of freedom a season of four deviations is missed in half of all series; not so beside a
straight line."""
_FAR = 3.0
"""Innovations are winsorised at so many deviations: two bursts are no season."""


@dataclass(frozen=True, slots=True)
class SeasonTest:
    """The chance that noise shows a season so clearly; ``gain``: the fall of the BIC, per value."""

    p_value: float
    gain: float


_NOTHING = SeasonTest(1.0, -np.inf)


def season_test(x: FloatArray, m: int) -> SeasonTest:
    """Test for a season of ``m`` points by the F test of its phases' means in the innovations.

    ``x``: shape (t,), t ≥ 2 m. The trend takes a degree of freedom per window, the autoregression two per lag.
    """
    x = x[-recent(m) :]
    if len(x) < MIN_CYCLES * m:
        return _NOTHING
    window = m * max(1, min(-(-_TREND_POINTS // m), len(x) // (3 * m)))
    rest = detrended_throughout(x, window)
    if float(rest @ rest) <= 1e-18 * float(x @ x):
        return _NOTHING
    spans = _spans(len(x), m)
    group = _groups(len(x), m, spans)
    lags = max(1, min(_MOST_LAGS, len(x) // _POINTS_PER_LAG, m // 2))
    innovations = _winsorised(_whitened(rest, rest - _means(rest, group), lags, m))
    group = group[lags:]
    innovations = innovations - _means(innovations, group // m)
    between = _means(innovations, group)
    all_of_it, explained = float(innovations @ innovations), float(between @ between)
    left = max(all_of_it - explained, 1e-12 * all_of_it)
    size, used = len(innovations), spans * (m - 1)
    free = size - spans * m - len(x) / window - 2 * lags
    if free < _FEWEST_FREE:
        return _beside_line(x, m)
    if all_of_it <= 0:
        return _NOTHING
    p_value = float(fdtrc(used, free, explained / used / (left / free)))
    return SeasonTest(p_value, float(np.log(all_of_it / left) - m * np.log(size) / size))


def _beside_line(x: FloatArray, m: int) -> SeasonTest:
    """Test two cycles of a few points, (t,), t < 3 m or so: too few for an autoregression, but not for a line.

    White noise, walks with and without drift and AR(1) pass at 5 % in 1 to 6 % of 2,000 series of 8 to 11 points.
    """
    size, free = len(x), len(x) - m - 1
    if free < 1:
        return _NOTHING
    time = np.arange(size)
    line = np.column_stack([np.ones(size), time - time.mean()])
    phases = np.column_stack([time[:, None] % m == np.arange(m), line[:, 1]])
    alone, beside = (x - one @ np.linalg.lstsq(one, x, rcond=None)[0] for one in (line, phases))
    all_of_it = float(alone @ alone)
    left = max(float(beside @ beside), 1e-12 * all_of_it)
    if left <= 0:
        return _NOTHING
    explained = max(all_of_it - left, 0.0)
    p_value = float(fdtrc(m - 1, free, explained / (m - 1) / (left / free)))
    return SeasonTest(p_value, float(np.log(all_of_it / left) - m * np.log(size) / size))


def recent(m: int) -> int:
    """Return how many of the last points show whether there is a cycle of ``m``; more only cost time."""
    return max(2_500, 20 * m)


def _spans(size: int, m: int) -> int:
    return max(1, round(size / max(_SPAN_CYCLES * m, _SPAN_POINTS)))


def _groups(size: int, m: int, spans: int) -> IntArray:
    """Return the phase of every point, plus m times its span; shape (t,)."""
    position = np.arange(size)
    if spans == 1:
        return position % m
    cycle = position // m
    return np.asarray(position - m * cycle + m * (cycle * spans // (cycle[-1] + 1)))


def _means(x: FloatArray, group: IntArray) -> FloatArray:
    """Return for each point the mean of its group; shape (t,)."""
    count = np.maximum(np.bincount(group), 1)
    return np.asarray((np.bincount(group, x) / count)[group])


def _whitened(x: FloatArray, noise: FloatArray, lags: int, m: int) -> FloatArray:
    """Return the innovations of a series by the autoregression of its noise; (t - lags,).

    The autoregression is fitted within the cycles: from one to the next, the means of the phases jump.
    """
    cycles = noise[: len(noise) // m * m].reshape(-1, m)
    past = np.stack([cycles[:, lags - lag : m - lag].ravel() for lag in range(lags + 1)])
    products = past @ past.T
    if products[0, 0] <= 1e-18 * float(x @ x):
        return x[lags:]
    ridge = 1e-13 * products[0, 0] * np.eye(lags)
    weights = np.linalg.solve(products[1:, 1:] + ridge, products[1:, 0])
    return np.convolve(x, np.concatenate([[1.0], -weights]), "valid")


def _winsorised(x: FloatArray) -> FloatArray:
    """Return the values, spikes winsorised at a few standard deviations."""
    kept = int(KEPT * len(x))
    usual = np.partition(np.abs(x), kept)[:kept]
    far = _FAR * float(np.sqrt(usual @ usual / max(kept, 1) / KEPT_VARIANCE))
    return np.clip(x, -far, far) if far > 0 else x


def without_phase_means(x: FloatArray, m: int) -> FloatArray:
    """Return the series less the means of its phases in each span; shape (t,)."""
    return x - _means(detrended_throughout(x, m), _groups(len(x), m, _spans(len(x), m)))
