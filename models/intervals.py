"""Conformal intervals for any forecaster, from errors that it made at rolling origins."""

from collections.abc import Callable, Sequence

import numpy as np

from models.forecasters.base import normal_quantile
from models.results import Band
from models.types import FloatArray, IntArray

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


def conformal_bands(
    mean: FloatArray, errors: FloatArray, levels: Sequence[float]
) -> dict[float, Band]:
    """Return intervals that would have covered the rolling errors, each level's share of them.

    ``mean``: (n, horizon); ``errors``: (n, k, horizon). The errors are put on one scale by their
    growth with the step, pooled over origins and steps, and their empirical quantile (with the
    finite-sample correction of split conformal prediction) widens with that growth.

    Reference: Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World;
    Stankevičiūtė, Alaa and van der Schaar (2021), Conformal time-series forecasting, NeurIPS.
    """
    growth = error_growth(errors)
    ratios = (np.abs(errors) / growth[:, None, :]).reshape(len(mean), -1)
    widths = {level: _factor(ratios, level)[:, None] * growth for level in levels}
    return {level: Band(mean - width, mean + width) for level, width in widths.items()}


def error_growth(errors: FloatArray) -> FloatArray:
    """Return how errors grow with the step as ``step ** b``, 0 ≤ b ≤ 1, shape (n, horizon)."""
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
        np.divide(slope, variance, out=np.full_like(slope, 0.5), where=variance > 0), 0.0, 1.0
    )
    return np.asarray(steps[None, :] ** exponent)


def _factor(ratios: FloatArray, level: float) -> FloatArray:
    """Return the corrected quantile of each row, shape (n,).

    With too few errors to reach the level, the largest is not far enough out: the normal tail of the
    errors' spread takes over where it is wider.
    """
    ordered = np.sort(ratios, axis=1)
    count = np.sum(np.isfinite(ratios), axis=1)
    rank = np.ceil((count + 1) * level / 100.0).astype(np.int64)
    inside = np.minimum(rank, count) - 1
    if ratios.shape[1] == 0:
        return np.full(len(ratios), np.nan)
    factor = ordered[np.arange(len(ratios)), np.maximum(inside, 0)]
    spread = np.sqrt(np.nansum(ratios**2, axis=1) / np.maximum(count, 1))
    beyond = np.maximum(factor, normal_quantile(level) * spread)
    return np.where(count == 0, np.nan, np.where(rank > count, beyond, factor))
