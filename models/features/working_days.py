"""What its working days do to a month: some have four weekends, others five.

Reference: Findley, Monsell, Bell, Otto and Chen (1998), New capabilities and methods of the X-12-ARIMA
seasonal-adjustment program, Journal of Business & Economic Statistics 16, for the contrast.
"""

import numpy as np

from models.stats.robust import NORMAL_MAD
from models.types import FloatArray, StampArray

_LEAST_MONTHS = 48
"""In fewer, weekends have not been in many places of a month."""
_YEAR = 12
_CHANCE = 2.0
"""An effect of so many standard errors may well be chance; one of more is shrunken by as much."""
_USUAL = 2.0
"""Steps of more standard deviations than this count for less."""
_TINY = 1e-12


def working_days(stamps: StampArray) -> FloatArray:
    """Return the weekdays less 5 / 2 times the other days of the months of stamps, (t,): zero on average."""
    month = stamps.astype("datetime64[M]")
    first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    days = (after - first).astype(np.int64)
    return np.asarray(3.5 * np.busday_count(first, after) - 2.5 * days)


def working_day_effect(x: FloatArray, stamps: StampArray) -> float:
    """Return by how much months (t,), NaN where unknown, rise with ``working_days``; 0 if that may be chance.

    From the steps between months, beside what is usual between these two of the year.
    """
    steps, moved = np.diff(x), np.diff(working_days(stamps))
    known = np.isfinite(steps)
    if known.sum() < _LEAST_MONTHS:
        return 0.0
    month = np.flatnonzero(known) % _YEAR
    steps, moved = steps[known], moved[known]
    for one in np.unique(month):
        mine = month == one
        steps[mine] -= np.median(steps[mine])
        moved[mine] -= moved[mine].mean()
    size = np.abs(steps) / (_USUAL * NORMAL_MAD * np.median(np.abs(steps)) + _TINY)
    weight = 1 / np.maximum(size, 1.0) ** 2
    told = float(weight @ moved**2)
    effect = float(weight @ (moved * steps)) / told
    variance = float(weight @ (steps - effect * moved) ** 2) / max(len(steps) - _YEAR, 1) / told
    return effect * max(0.0, 1 - _CHANCE**2 * variance / max(effect**2, _TINY**2))
