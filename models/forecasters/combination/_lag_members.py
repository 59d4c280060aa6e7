"""Members that regress the series on its own past: by near lags, and by lags of its seasons.

The ridge pulls towards a naive forecast instead of zero, so that a short history leaves a naive
forecast with corrections (the spirit of Litterman's prior).

Reference: Litterman (1986), Forecasting with Bayesian vector autoregressions, Journal of Business &
Economic Statistics 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import bottleneck as bn
import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.stats.lag_regression import (
    forgetting,
    lag_set,
    lagged,
    normal_equations,
    recursive,
    regular_seasons,
    solve_ridge,
)
from models.types import BoolArray, FloatArray, IntArray

_LONG_RIDGE, _NEAR_RIDGE = 3.0, 30.0
"""Penalties on standardised values: of the lags of seasons, and of a few near ones."""
_HALF_LIVES = (0.5, 0.125)
"""Slow and fast forgetting, as shares of the length."""
_ROWS_PER_LAG = 10
"""A coefficient of a long regression needs so many rows."""
_SPARE_ROWS = 3
_ANCHOR_ORIGINS = 40
_LEAST_LEFT = 1e-6
"""Where the last cut knows a season so well that only this share is left of what the others leave, there
is nothing but rounding to regress."""


@dataclass(frozen=True, slots=True, eq=False)
class _LagModel:
    """One regression: its lags, the lag whose naive forecast the ridge pulls to, how fast it forgets."""

    lags: IntArray
    anchor: int
    penalty: float
    half_lives: tuple[float, ...]

    @property
    def longest(self) -> int:
        return int(self.lags[-1])


def near_member(context: EvaluationContext) -> FloatArray | None:
    """Forecast with a random walk with drift, corrected by a few near lags of the adjusted series.

    Shape (origins, horizon); None where it runs away.
    """
    form = _LagModel(lag_set(len(context), (), dense=False), 1, _NEAR_RIDGE, (np.inf,))
    fits = []
    for on_log in (True, False) if context.log else (False,):
        forecasts = _rolling(context, _adjusted(context, on_log=on_log), form)
        fits += [context.reseason(one, on_log=on_log) for one in forecasts]
    kept = _without_runaway(context, fits)
    if not kept:
        return None
    seen = np.isfinite(kept)
    total, count = np.where(seen, kept, 0.0).sum(axis=0), seen.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def season_members(context: EvaluationContext) -> tuple[FloatArray | None, FloatArray | None]:
    """Forecast with lags of the seasons, of the series as it is and of the adjusted series.

    Each, (origins, horizon), is the median over levels and logarithms, few and many lags, slow and fast
    forgetting. A season that has too few cycles for lags leaves nothing to the first: it would not know of it.
    """
    if context.seasons and not regular_seasons(len(context), context.seasons):
        return None, None
    raw: list[FloatArray] = []
    adjusted: list[FloatArray] = []
    anchor = naive_anchor(context)
    for on_log in (False, True) if context.log else (False,):
        plain = (context.x if on_log else context.y)[None]
        for lags in _long_sets(context):
            form = _LagModel(lags, anchor if anchor in lags else 1, _LONG_RIDGE, _HALF_LIVES)
            raw += [context.back(one) if on_log else one for one in _rolling(context, plain, form)]
            if regular_seasons(len(context), context.seasons):
                walk = _LagModel(lags, 1, _LONG_RIDGE, _HALF_LIVES)
                fits = _rolling(context, _adjusted(context, on_log=on_log), walk)
                adjusted += [context.reseason(one, on_log=on_log) for one in fits]
    return _median(context, raw), _median(context, adjusted)


def _long_sets(context: EvaluationContext) -> Iterator[IntArray]:
    """Yield the few and the many lags, where the series has enough rows for them."""
    for dense in (False, True):
        lags = lag_set(len(context), regular_seasons(len(context), context.seasons), dense=dense)
        if len(context) - lags[-1] >= _ROWS_PER_LAG * len(lags):
            yield lags


def _adjusted(context: EvaluationContext, *, on_log: bool) -> FloatArray:
    """Return the series without its season as each cut knows it, (cuts, t), or (1, t) where there is none."""
    views = context.adjusted if on_log else context.adjusted_level
    return views if context.seasons else views[:1]


def _rolling(context: EvaluationContext, views: FloatArray, form: _LagModel) -> list[FloatArray]:
    """Return rolling forecasts (origins, horizon), one per half-life; none if the series is too short.

    ``views``: shape (cuts, t), the series as each cut sees it, or (1, t) if they all see the same.
    """
    plan = context.plan
    enough = plan.cuts - form.longest >= len(form.lags) + _SPARE_ROWS
    deviations = views.std(axis=1)
    mean, deviation = views[-1].mean(), deviations[-1]
    if not enough[-1] or not deviation > _LEAST_LEFT * deviations.max():
        return []
    standard = (views - mean) / deviation
    fits = _coefficients(standard, plan.cuts, enough, form)  # (half-lives, cuts, k)
    started = np.flatnonzero(enough[plan.block] & (plan.origins >= form.longest))
    block = plan.block[started]
    history = _before(standard, plan.origins[started], block, form.longest)
    both = np.tile(history, (1, len(fits)))
    coefficients = fits[:, block].reshape(both.shape[1], -1).T
    ahead = recursive(both, form.lags, coefficients, context.horizon) * deviation + mean
    forecasts = np.full((len(fits), len(plan.origins), context.horizon), np.nan)
    forecasts[:, started] = ahead.T.reshape(len(fits), len(started), context.horizon)
    return list(forecasts)


def _before(standard: FloatArray, origins: IntArray, block: IntArray, longest: int) -> FloatArray:
    """Return what each origin has before it, oldest first, (longest, origins)."""
    view = np.minimum(block, len(standard) - 1)
    return np.asarray(standard[view, origins + np.arange(-longest, 0)[:, None]])


def _coefficients(
    standard: FloatArray, cuts: IntArray, enough: BoolArray, form: _LagModel
) -> FloatArray:
    """Return the coefficients as learned at each cut, (half-lives, cuts, lags + 1), NaN if too short."""
    k = len(form.lags) + 1
    used = np.flatnonzero(enough).tolist()
    gram = np.empty((len(form.half_lives), len(used), k, k))
    right = np.empty((len(form.half_lives), len(used), k))
    anchor = int(np.searchsorted(form.lags, form.anchor))
    shared = lagged(standard[0], form.lags) if len(standard) == 1 else None
    for place, cut in enumerate(used):
        view = standard[min(cut, len(standard) - 1)][: int(cuts[cut])]
        design = lagged(view, form.lags) if shared is None else shared
        part = design[:, : len(view) - form.longest]
        target = view[form.longest :] - part[anchor]
        for life, share in enumerate(form.half_lives):
            root = forgetting(len(target), share * len(view))
            gram[life, place], right[life, place] = normal_equations(part, target, root)
    fits = np.full((len(form.half_lives), len(cuts), k), np.nan)
    rows = (cuts[used] - form.longest).astype(np.float64)
    fits[:, used] = solve_ridge(gram, right, form.penalty, rows)
    fits[..., anchor] += 1.0
    return fits


def naive_anchor(context: EvaluationContext) -> int:
    """Return the lag whose naive forecast was best over the horizon, in the second half of the series."""
    errors: dict[int, float] = {}
    seasons = regular_seasons(len(context), context.seasons)
    for lag in (1, *seasons) if seasons else ():
        origins = np.arange(max(len(context) // 2, 2 * lag), len(context) - context.judged + 1)
        if len(origins) == 0:
            continue
        few = origins[:: max(1, len(origins) // _ANCHOR_ORIGINS), None]
        ahead = np.arange(context.judged)
        source = few + ahead - lag * (ahead // lag + 1)
        errors[lag] = float(np.abs(context.y[few + ahead] - context.y[source]).mean())
    return min(errors, key=errors.__getitem__, default=1)


def _median(context: EvaluationContext, fits: list[FloatArray]) -> FloatArray | None:
    kept = _without_runaway(context, fits)
    return np.asarray(bn.median(np.array(kept), axis=0)) if kept else None


def _without_runaway(context: EvaluationContext, fits: list[FloatArray]) -> list[FloatArray]:
    """Return the fits without forecasts that run away, and without those whose last one does."""
    left = [context.without_runaways(one) for one in fits]
    return [one for one in left if np.isfinite(one[-1]).all()]
