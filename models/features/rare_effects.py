"""What regressors add that are at work on few steps, as holidays are, too few to be told apart by trees."""

from collections.abc import Sequence

import numpy as np

from models.data.series import Series
from models.stats.cleaning import robust_smooth
from models.types import FloatArray

_LEAST_SEEN = 2
"""What was seen once may have been anything."""
_MANY_CYCLES = 8
"""A median over as many cycles, such as weeks, leaves out what comes once a year; over years it would not."""
_RIDGE = 0.5
"""An effect that so many steps would tell is shrunken to its half."""


def rare_effects(
    series: Series, horizon: int, seasons: Sequence[int], fewest: int, cut: int | None = None
) -> FloatArray:
    """Return what regressors add that differ from nought on fewer than ``fewest`` steps, (t + horizon,).

    By a ridge regression of what medians of neighbours leave, in the first ``cut`` steps (all if None).

    Reference: Hoerl and Kennard (1970), Ridge regression, Technometrics 12.
    """
    size = len(series)
    names = sorted(set(series.exog) & set(series.future))
    counts = {name: np.count_nonzero(series.exog[name][:cut]) for name in names}
    rare = [name for name in names if _LEAST_SEEN <= counts[name] < fewest]
    if not rare:
        return np.zeros(size + horizon)
    x = np.column_stack(
        [np.concatenate([series.exog[name], series.future[name][:horizon]]) for name in rare]
    )
    known = x[:size][:cut]
    unit = np.abs(known).max(axis=0)
    y = series.y[:cut]
    many = [m for m in seasons if m * _MANY_CYCLES <= len(y)]
    z, rest = known / unit, y - robust_smooth(y, many)
    effects = np.linalg.solve(z.T @ z + _RIDGE * np.eye(len(rare)), z.T @ rest)
    return np.asarray(x / unit @ effects)
