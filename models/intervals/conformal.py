"""Intervals and paths for any forecaster, from errors that it made at rolling origins."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from models.data.prediction import Curve, Normal, Prediction
from models.data.results import Interval
from models.stats.distributions import normal_quantile
from models.types import FloatArray, IntArray

_STEEPEST = 1.5
"""Errors grow as those of a sum of sums of white noise do, at most."""
MAX_ORIGINS = 20
"""Rolling origins to forecast from: the price of an interval is this many fits."""

ForecastFrom = Callable[[int, int], FloatArray]
"""``(origin, horizon)`` to the forecast of a panel that knows its first ``origin`` points, (n, horizon)."""


def rolling_origins(observations: int, required: int, horizon: int) -> IntArray:
    """Return the sizes of the training parts, ascending, shape (k,); empty if the series is too short.

    They lie in the later half of the series, where a fit has most of the data, and end one point
    before the last, so that even a short series has errors of the first steps.
    """
    first = max(required, observations // 2, observations - 1 - MAX_ORIGINS * max(1, horizon // 2))
    if first >= observations:
        return np.empty(0, dtype=np.int64)
    count = min(MAX_ORIGINS, observations - first)
    return np.unique(np.linspace(first, observations - 1, count).astype(np.int64))


def rolling_errors(
    y: FloatArray, origins: Sequence[int] | IntArray, horizon: int, forecast_from: ForecastFrom
) -> FloatArray:
    """Return actual minus forecast, shape (n, k, horizon), NaN behind the end of the series (n, t)."""
    observations = y.shape[1]
    errors = np.full((y.shape[0], len(origins), horizon), np.nan)
    for k, origin in enumerate(origins):
        steps = min(horizon, observations - int(origin))
        errors[:, k, :steps] = y[:, origin : origin + steps] - forecast_from(int(origin), steps)
    return errors


def conformal(mean: FloatArray, errors: FloatArray) -> Prediction:
    """Return a prediction whose intervals would have covered the rolling errors, each level's share of them.

    ``mean``: (n, horizon); ``errors``: (n, k, horizon). The errors are put on one scale by their
    growth with the step, pooled over origins and steps, and their empirical quantile (with the
    finite-sample correction of split conformal prediction) widens with that growth.

    Reference: Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World;
    Stankevičiūtė, Alaa and van der Schaar (2021), Conformal time-series forecasting, NeurIPS.
    """
    growth = error_growth(errors)
    ratios = (np.abs(errors) / growth[:, None, :]).reshape(len(mean), -1)

    def at(level: float) -> Interval:
        width = error_quantile(ratios, level)[:, None] * growth
        return Interval(mean - width, mean + width)

    return Prediction(mean, {"conformal": lambda: Curve(at)})


def normal(mean: FloatArray, errors: FloatArray) -> Prediction:
    """Return a normal prediction with the deviation of the rolling errors, for models that know none.

    ``mean``: (n, horizon); ``errors``: (n, k, horizon). It grows with the step as the errors did.
    """
    return Prediction(mean, {"parametric": lambda: Normal(_error_std(errors))})


def _error_std(errors: FloatArray) -> FloatArray:
    """Return the standard deviation of errors (n, k, horizon) around zero, (n, horizon), NaN without any.

    It is pooled over origins and steps, and grows with the step as the errors did.
    """
    growth = error_growth(errors)
    return np.asarray(root_mean_square(errors, growth)[:, None] * growth)


def root_mean_square(errors: FloatArray, growth: FloatArray) -> FloatArray:
    """Return that of errors (n, k, horizon) over their growth (n, horizon), as (n,); NaN without any."""
    known = np.isfinite(errors)
    squares = np.where(known, errors / growth[:, None, :], 0.0) ** 2
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(squares.sum(axis=(1, 2)) / known.sum(axis=(1, 2))))


def error_growth(errors: FloatArray) -> FloatArray:
    """Return how errors grow with the step as ``step ** b``, 0 ≤ b ≤ 1.5, shape (n, horizon)."""
    steps = np.arange(1, errors.shape[2] + 1, dtype=np.float64)
    known = np.isfinite(errors)
    count = np.sum(known, axis=1)
    squares = np.sum(np.where(known, errors, 0.0) ** 2, axis=1) / np.maximum(count, 1)
    usable = squares > 0.0
    weight = np.where(usable, count, 0.0)
    log_size = 0.5 * np.log(np.where(usable, squares, 1.0))
    log_step = np.log(steps)[None, :]
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1.0)
    step_off = log_step - (weight * log_step).sum(axis=1, keepdims=True) / total
    size_off = log_size - (weight * log_size).sum(axis=1, keepdims=True) / total
    variance = (weight * step_off**2).sum(axis=1, keepdims=True)
    slope = (weight * step_off * size_off).sum(axis=1, keepdims=True)
    exponent = np.clip(
        np.divide(slope, variance, out=np.full_like(slope, 0.5), where=variance > 0), 0.0, _STEEPEST
    )
    return np.asarray(steps[None, :] ** exponent)


def error_quantile(ratios: FloatArray, level: float) -> FloatArray:
    """Return the size that a share of errors (n, k) does not exceed, with split conformal's correction, (n,).

    With too few errors to reach the level, the largest is not far enough out: the normal tail of the
    errors' spread takes over where it is wider; also where most errors are none at all.
    """
    ordered = np.sort(ratios, axis=1)
    count = np.sum(np.isfinite(ratios), axis=1)
    rank = np.ceil((count + 1) * level / 100.0).astype(np.int64)
    inside = np.minimum(rank, count) - 1
    if ratios.shape[1] == 0:
        return np.full(len(ratios), np.nan)
    factor = ordered[np.arange(len(ratios)), np.maximum(inside, 0)]
    std = np.sqrt(np.nansum(ratios**2, axis=1) / np.maximum(count, 1))
    beyond = np.maximum(factor, normal_quantile(level) * std)
    told = (rank <= count) & (factor > 0.0)
    return np.where(count == 0, np.nan, np.where(told, factor, beyond))


_SMOOTHING = 1.06
"""Bandwidth of the smoothed bootstrap in standard deviations, times the sample size to -1/5."""
_FEWEST_PATHS = 5
"""Below this many whole error paths, paths are drawn from the normal distribution of the errors."""
_DRAWS = 2000
"""Paths that an interval is read from, or fitted to one."""
REFERENCE_LEVEL = 80.0
"""Level of the interval that simulated paths are fitted to."""


def paths_within(
    band: Interval, mean: FloatArray, errors: FloatArray, count: int, random_state: int
) -> FloatArray:
    """Return simulated futures with the errors' shape and the width of an interval, (n, count, horizon).

    Whole error paths are drawn with a random sign and smoothed by a normal kernel of the covariance that
    the paths have, so that the errors of one path stay related over its steps as they were.

    ``band``: the interval around ``mean`` (n, horizon) at ``REFERENCE_LEVEL``; ``errors``: (n, k,
    horizon). Each side of each step is stretched to where the interval ends. Where whole error paths are
    few, the growth of the interval tells their shape as well. A row whose interval is NaN keeps the width
    of its errors, NaN without any.

    Reference: Silverman (1986), Density Estimation for Statistics and Data Analysis, §4.2, §6.4.
    """
    half = (band.upper - band.lower) / (2.0 * normal_quantile(REFERENCE_LEVEL))
    known = np.asarray(np.isfinite(half).all(axis=1))
    std = np.where(known[:, None], half, _error_std(errors))
    drawn = _drawn(errors, std, max(_DRAWS, count), random_state)
    below, above = mean - band.lower, band.upper - mean
    return np.stack(
        [
            mean[i] + (_stretched(paths, below[i], above[i]) if known[i] else paths)[:count]
            for i, paths in enumerate(drawn)
        ]
    )


def _stretched(paths: FloatArray, below: FloatArray, above: FloatArray) -> FloatArray:
    """Stretch paths around zero (count, horizon), each side to its own reach (horizon,)."""
    reach = np.quantile(np.abs(paths), REFERENCE_LEVEL / 100.0, axis=0)
    factors = [
        np.divide(side, reach, out=np.ones_like(reach), where=reach > 0) for side in (below, above)
    ]
    return np.asarray(paths * np.where(paths < 0.0, *factors))


def _drawn(
    errors: FloatArray, std: FloatArray, count: int, random_state: int
) -> Iterator[FloatArray]:
    """Draw error paths for one series after the other, (count, horizon) each."""
    for row, sizes in zip(errors, std, strict=True):
        yield _paths_of_one(row[np.isfinite(row).all(axis=1)], sizes, count, random_state)


def _paths_of_one(whole: FloatArray, std: FloatArray, count: int, random_state: int) -> FloatArray:
    """Draw paths for one series from its whole error paths (k, horizon) and its standard deviation per step."""
    rng = np.random.default_rng(random_state)
    if len(whole) < _FEWEST_PATHS:
        return _filtered_paths(rng.normal(size=(count, len(std))), std)
    bandwidth = _SMOOTHING * len(whole) ** -0.2
    sign = rng.choice([-1.0, 1.0], size=(count, 1))
    paths = sign * whole[rng.integers(len(whole), size=count)]
    # A normal mixture of all error paths has their covariance, so that sums over steps keep their spread.
    noise = rng.normal(size=(count, len(whole))) @ whole / np.sqrt(len(whole))
    smooth: FloatArray = (paths + bandwidth * noise) / np.sqrt(1.0 + bandwidth**2)
    return smooth


def _filtered_paths(noise: FloatArray, std: FloatArray) -> FloatArray:
    """Turn standard normal noise (count, horizon) into paths of a given standard deviation per step, (horizon,).

    The error of a linear model is a sum of the shocks since its origin, and the growth of the spread tells
    how much of a shock is left so many steps later: all of it in a random walk, none where the spread is
    flat.

    Reference: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, ch. 6.
    """
    horizon = len(std)
    left = np.sqrt(np.maximum(np.diff(std**2, prepend=0.0), 0.0))
    size = 2 * horizon  # a convolution that does not wrap around
    product = np.fft.rfft(noise, size) * np.fft.rfft(left, size)
    return np.asarray(np.fft.irfft(product, size)[:, :horizon])


def bootstrap(mean: FloatArray, errors: FloatArray, random_state: int) -> Prediction:
    """Return intervals between quantiles of errors drawn with replacement, so of the errors' own shape.

    ``mean``: (n, horizon); ``errors``: (n, k, horizon). The errors are put on one scale by their growth
    with the step, pooled over origins and steps, and smoothed by a normal kernel.

    Reference: Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 13; Silverman (1986),
    Density Estimation for Statistics and Data Analysis, §3.4, §6.4.
    """
    growth = error_growth(errors)
    ratios = (errors / growth[:, None, :]).reshape(len(mean), -1)
    drawn = np.stack([_redrawn(row[np.isfinite(row)], random_state) for row in ratios])

    def at(level: float) -> Interval:
        tail = 0.5 - level / 200.0
        lower, upper = np.quantile(drawn, [tail, 1.0 - tail], axis=1)[..., None]
        either = np.quantile(np.abs(drawn), level / 100.0, axis=1)[:, None]
        # Few windows tell little of the skewness: half way to an interval that knows none. The forecast
        # stays inside, even if all errors lie on one side of it.
        lower, upper = 0.5 * (lower - either), 0.5 * (upper + either)
        below, above = np.minimum(lower, 0.0) * growth, np.maximum(upper, 0.0) * growth
        return Interval(mean + below, mean + above)

    return Prediction(mean, {"bootstrap": lambda: Curve(at)})


def _redrawn(values: FloatArray, random_state: int) -> FloatArray:
    """Draw values with replacement and smooth them, mean and spread kept; (draws,), NaN from none."""
    if not len(values):
        return np.full(_DRAWS, np.nan)
    rng = np.random.default_rng(random_state)
    low, high = np.quantile(values, [0.25, 0.75])
    std = min(values.std(), (high - low) / 1.34)
    bandwidth = 0.9 * std * len(values) ** -0.2  # Silverman (3.31)
    drawn = values[rng.integers(len(values), size=_DRAWS)] - values.mean()
    smooth = drawn + bandwidth * rng.normal(size=_DRAWS)
    kept = np.sqrt(1.0 + (bandwidth / max(values.std(), np.finfo(float).tiny)) ** 2)
    return np.asarray(values.mean() + smooth / kept)


def half_width(errors: FloatArray, level: float) -> float:
    """Return the distance from the mean that so many of a hundred errors, and a next one, stay within.

    ``errors``: shape (n,), held out, as multiples of their root mean square; normal ones if there are none.

    Reference: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018), Distribution-free predictive inference for
    regression, Journal of the American Statistical Association 113.
    """
    if not len(errors):
        return normal_quantile(level)
    return float(error_quantile(np.abs(errors)[None], level)[0])
