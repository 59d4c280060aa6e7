"""The mean of the last cycles: of a day within a week, or of any season within a longer one.

Sums of a day and a week are not what a Monday morning is; the last two Mondays are. What has no shape to
estimate cannot run away either, over as many steps as a week of hours has.
"""

import numpy as np

from models.forecasters.combination._context import EvaluationContext
from models.types import FloatArray

_CYCLES = 2
"""So many of the last cycles are averaged: a third is more often out of date than it calms."""
_LEAST_CYCLES = 4
"""So many there have to be, or held-out parts would be too near the beginning to judge by."""


def cycles_member(context: EvaluationContext) -> FloatArray | None:
    """Forecast the mean of the last two cycles of the longest of several seasons, (origins, horizon).

    None of fewer seasons or cycles.
    """
    if len(context.seasons) < 2 or len(context) < _LEAST_CYCLES * context.seasons[-1]:
        return None
    length = context.seasons[-1]
    whole = np.arange(context.horizon) // length + 1
    last = context.steps - length * whole
    sources = last[None] - length * np.arange(_CYCLES)[:, None, None]
    mean = context.y[np.maximum(sources, 0)].mean(axis=0)
    return np.where(sources[-1] >= 0, mean, np.nan)
