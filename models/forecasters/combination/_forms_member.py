"""Exponential smoothing of level, trend and season at once: every form, with all parameters, averaged.

The compiled filter of one set of parameters takes microseconds, so that a grid costs less than a search; and
averaging forms and parameters by what they miss several steps ahead is calmer than choosing among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._origins import SLOW_MEMBER_LIMIT
from models.stats.scaling import safe_exp
from models.stats.smoothing_form import Form
from models.stats.smoothing_state import Filter
from models.stats.weights import inverse_error_weights
from models.types import FloatArray, IntArray

LONGEST_FORM_SEASON = 24
"""A longer season has too many states for its cycles to teach."""
_LEVELS = (0.1, 0.3, 0.6, 0.9)
_TRENDS = ((0.0, 1.0), (0.02, 1.0), (0.05, 0.95), (0.15, 0.9))
"""Rates of the trend as shares of the level's, with their dampings."""
_SEASONS = (0.05, 0.3)
"""Rates of the season as shares of what the level's leaves."""
_POWER = 4.0
"""A point of the grid counts with 1 / error to this power."""
_TRIES = 24
"""Origins from which the points of the grid are compared."""
_FIRST_TRY = 0.3
"""The share of the values after which the comparison begins."""
_START = 10
"""Values, or two cycles, through which a straight line is laid to begin with."""
_SETTLED_CYCLES = 4
"""With fewer before the first cut, the forecast that was asked for starts from what the last cut knows."""


def forms_member(context: EvaluationContext) -> FloatArray | None:
    """Forecast with additive, multiplicative and logarithmic forms, (origins, horizon); None of long seasons.

    Reference: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing; Kolassa
    (2011), Combining exponential smoothing forecasts using Akaike weights, International Journal of
    Forecasting 27, for averages of forms.
    """
    if (
        len(context) > SLOW_MEMBER_LIMIT
        or len(context.seasons) > 1
        or _length(context) > LONGEST_FORM_SEASON
    ):
        return None
    tries = _tries(context)
    origins = np.union1d(tries, context.plan.origins)
    ahead = np.concatenate([_forecasts(context, view, origins) for view in _views(context)])
    weight = _weights(context, ahead[:, np.searchsorted(origins, tries)], tries)
    chosen = ahead[:, np.searchsorted(origins, context.plan.origins)].transpose(1, 0, 2)
    return np.asarray((weight[context.plan.block][:, None] @ chosen)[:, 0])


def _length(context: EvaluationContext) -> int:
    return context.seasons[0] if context.seasons else 1


def _tries(context: EvaluationContext) -> IntArray:
    first = max(int(_FIRST_TRY * len(context)), min(_length(context), len(context) // 2), 2)
    return np.unique(
        np.linspace(min(first, len(context) - 1), len(context) - 1, _TRIES).astype(np.int64)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """One form: the values as it sees them, (t,), and its season as each cut knows it, (cuts, m)."""

    form: Form
    values: FloatArray
    season: FloatArray
    on_log: bool = False

    def start(self, cut: int, known: int) -> tuple[FloatArray, FloatArray]:
        """Return the first states, (size,), with and without a trend, of a cut with so many known values."""
        m = self.form.season_length
        head = self.values[: min(max(_START, 2 * m), known)]
        if self.form.has_season:
            season = np.resize(self.season[cut], len(head))
            head = head / season if self.form.season == "M" else head - season
        time = np.arange(len(head)) - (len(head) - 1) / 2
        slope = time @ head / max(float(time @ time), 1e-12)
        line = head.mean() - slope * (len(head) + 1) / 2, slope
        flat = head[: max(_START // 2, m)].mean(), 0.0
        states = self.season[cut][::-1] if self.form.has_season else np.empty(0)
        return np.append(line, states), np.append(flat, states)


def _views(context: EvaluationContext) -> Iterator[_View]:
    """Yield an additive form, and for positive series one on logarithms and one in proportion."""
    m, cuts = _length(context), len(context.plan.cuts)
    seasonal = "A" if m > 1 else "N"
    season = context.season[:, :m] if m > 1 else np.zeros((cuts, 1))
    season = season - season.mean(axis=1, keepdims=True)
    form = Form("A", "A", seasonal, True, m)
    if not context.log:
        yield _View(form, context.y, season)
        return
    factor = np.exp(season)
    factor /= factor.mean(axis=1, keepdims=True)
    level = context.y[: min(3 * m, int(context.plan.cuts[0]))].mean()
    yield _View(form, context.y, (factor - 1) * level)
    yield _View(form, context.x, season, on_log=True)
    if m > 1:
        yield _View(Form("M", "A", "M", True, m), context.y, factor)


@cache
def _parameters(*, seasonal: bool) -> FloatArray:
    """Return rates of level, trend and season, and the damping, (points, 4)."""
    return np.array(
        [
            (level, trend * level, season * (1 - level), damping)
            for level in _LEVELS
            for trend, damping in _TRENDS
            for season in (_SEASONS if seasonal else (0.0,))
        ]
    )


def _forecasts(context: EvaluationContext, view: _View, origins: IntArray) -> FloatArray:
    """Return forecasts of every point of the grid, (points, origins, horizon), the last origin being the end."""
    cuts = context.plan.cuts
    ahead = _from(context, view, 0, origins)
    if cuts[0] < max(_SETTLED_CYCLES * view.form.season_length, _START):
        ahead[:, -1:] = _from(context, view, len(cuts) - 1, origins[-1:])
    return safe_exp(ahead) if view.on_log else ahead


def _from(context: EvaluationContext, view: _View, cut: int, origins: IntArray) -> FloatArray:
    """Filter from what a cut knows, and forecast from each origin, (points, origins, horizon)."""
    form = view.form
    parameters = _parameters(seasonal=form.has_season)
    run = Filter(form, view.values)
    line, flat = view.start(cut, int(context.plan.cuts[cut]))
    states = np.empty((len(parameters), len(origins), form.size))
    for point, one in enumerate(parameters.tolist()):
        run.run(one, line if one[1] else flat)
        states[point] = run.states[origins]
    reach = np.cumsum(parameters[:, 3:] ** np.arange(1, context.horizon + 1), axis=1)
    ahead = states[:, :, :1] + states[:, :, 1:2] * reach[:, None]
    if not form.has_season:
        return np.asarray(ahead)
    season = states[:, :, form.size - 1 - np.arange(context.horizon) % form.season_length]
    return np.asarray(ahead * season if form.season == "M" else ahead + season)


def _weights(context: EvaluationContext, ahead: FloatArray, origins: IntArray) -> FloatArray:
    """Return what each point counts at each cut, (cuts, points), by its errors before."""
    steps = origins[:, None] + np.arange(context.judged)
    error = np.abs(ahead[..., : context.judged] - context.y[np.minimum(steps, len(context) - 1)])
    known = (steps.ravel() < context.plan.cuts[:, None]).astype(np.float64)
    loss = known @ error.reshape(len(ahead), -1).T / np.maximum(known.sum(axis=1), 1.0)[:, None]
    loss[~np.isfinite(loss)] = np.inf
    least = 1e-9 * float(np.abs(context.y).max())
    return np.stack([inverse_error_weights(one, _POWER, least) for one in loss])
