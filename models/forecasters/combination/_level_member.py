"""The level of the last cycles, to which a long series of days or hours goes back from where it stands.

Trends and corrections by the last few values are judged by a few cycles, and carried on for many more.
"""

import bottleneck as bn
import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._forms_member import LONGEST_FORM_SEASON
from models.forecasters.combination._origins import SLOW_MEMBER_LIMIT
from models.types import FloatArray

_CYCLES = 4
"""So many of the last cycles tell the level: four weeks, or four days."""
_TINY = 1e-300


def level_member(context: EvaluationContext) -> FloatArray | None:
    """Forecast a return from the last value to the median of the last cycles, of the adjusted series.

    By an autoregression of the first order about that median, (origins, horizon). None of a short series, in
    which too few cycles are known, or a long season.

    Reference: Hampel (1974), The influence curve and its role in robust estimation, JASA 69.
    """
    if (
        len(context) <= SLOW_MEMBER_LIMIT
        or not context.seasons
        or context.seasons[0] > LONGEST_FORM_SEASON
    ):
        return None
    x, plan = context.adjusted, context.plan
    level = bn.move_median(x, _CYCLES * context.seasons[0], min_count=1, axis=1)
    rates = [_rate(x[row, :cut], level[row, :cut]) for row, cut in enumerate(plan.cuts.tolist())]
    last = (plan.block, plan.origins - 1)
    goal, apart = level[last][:, None], (x - level)[last][:, None]
    left = np.array(rates)[plan.block, None] ** np.arange(1, context.horizon + 1)
    return context.reseason(goal + apart * left, on_log=True)


def _rate(x: FloatArray, level: FloatArray) -> float:
    """Return the share of a distance from the level, both (t,), that is left a step later, from 0 to 1."""
    apart, after = (x - level)[:-1], x[1:] - level[:-1]
    return float(np.clip(apart @ after / (apart @ apart + _TINY), 0.0, 1.0))
