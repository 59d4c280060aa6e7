"""The means of whole cycles, carried on: a year tells more of a trend than its months do.

Of values that keep to their trend, the mean of a cycle leaves little but the trend. Where they wander instead,
the last of them tells more than all before it, and means come too late.
"""

import numpy as np
from scipy.signal import detrend

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._forms_member import LONGEST_FORM_SEASON
from models.forecasters.combination._origins import SLOW_MEMBER_LIMIT
from models.types import FloatArray

_RATE = 0.5
"""How much of a step between two cycles is taken for one of their level."""
_LEAST_CYCLES, _MOST_CYCLES = 3, 25
"""Fewer show no trend, and more no single one."""
_OF_A_WALK = 1 / 15
"""The variance of a random walk about a line through it, for each step and of the variance of steps."""


def aggregated_member(context: EvaluationContext) -> FloatArray | None:
    """Forecast by simple smoothing, with drift, of the means of whole cycles; (origins, horizon).

    None of values that wander, that have not exactly one season, or too few or too many cycles of it.

    Reference: Kourentzes, Petropoulos and Trapero (2014), Improving forecasting by estimating time series
    structures across multiple frequencies, International Journal of Forecasting 30; Hyndman and Billah (2003),
    Unmasking the Theta method, the same journal 19, for the drift.
    """
    if (
        len(context) > SLOW_MEMBER_LIMIT
        or len(context.seasons) != 1
        or context.seasons[0] > LONGEST_FORM_SEASON
    ):
        return None
    (season,), plan = context.seasons, context.plan
    cycles = plan.origins // season
    if not _LEAST_CYCLES <= cycles[-1] <= _MOST_CYCLES or not _keeps_to_line(context.adjusted[-1]):
        return None
    sums = np.pad(np.cumsum(context.adjusted, axis=1), ((0, 0), (1, 0)))
    to_middle = (season - 1) / 2
    ahead = (np.arange(1, context.horizon + 1) + to_middle) / season
    forecasts = np.full((len(plan.origins), context.horizon), np.nan)
    for count in np.unique(cycles[cycles >= _LEAST_CYCLES]).tolist():
        mine = np.flatnonzero(cycles == count)
        ends = plan.origins[mine, None] - season * np.arange(count, -1, -1)
        means = np.diff(sums[plan.block[mine, None], ends], axis=1) / season
        forecasts[mine] = _carried_on(means, ahead)
    return context.reseason(forecasts, on_log=True)


def _keeps_to_line(x: FloatArray) -> bool:
    """Whether values (t,) stay nearer to a line than a random walk of such steps would.

    Reference: Kwiatkowski, Phillips, Schmidt and Shin (1992), Testing the null hypothesis of stationarity
    against the alternative of a unit root, Journal of Econometrics 54.
    """
    about = detrend(x)
    return bool(np.mean(about**2) < _OF_A_WALK * len(x) * np.mean(np.diff(about) ** 2))


def _carried_on(means: FloatArray, ahead: FloatArray) -> FloatArray:
    """Return the smoothed level of means (rows, cycles) and a line of their slope through it, (rows, horizon).

    ``ahead``: shape (horizon,), in cycles after the last one.
    """
    age = np.arange(means.shape[1])[::-1]
    weight = _RATE * (1 - _RATE) ** age
    weight[0] = 1 - weight[1:].sum()  # smoothing begins with the first
    time = age.mean() - age
    slope = means @ time / (time @ time)
    return np.asarray((means @ weight)[:, None] + slope[:, None] * (ahead + weight @ age))
