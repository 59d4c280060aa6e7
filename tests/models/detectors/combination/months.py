"""Series with days of the month that are something else."""

import numpy as np

from models.data.series import RawSeries, Series
from models.prepare import PreparationOptions, prepare
from models.time.grid import Grid
from models.types import BoolArray, FloatArray

DAYS = {
    "first": "day 1 of the month",
    "last": "day 1 from the end of the month",
    "first working": "working day 1 of the month",
    "third Friday": "third Friday of the month",
    "last Monday": "last Monday of the month",
}
"""What the days are called."""


def stamped(y: FloatArray, freq: str) -> Series:
    """Return a series from the beginning of 2023 on."""
    [found] = prepare([RawSeries("a", y, start="2023-01-02", freq=freq)], PreparationOptions())
    assert found.series is not None
    return found.series


def noisy(freq: str, days: int, seed: int = 0) -> FloatArray:
    """Return noise around 100 for so many days."""
    return 100.0 + 5.0 * np.random.default_rng(seed).normal(size=days * (24 if freq == "h" else 1))


def on(grid: Grid, which: str) -> BoolArray:
    """Return which stamps are on such a day, from 2 to 5 o'clock where steps are hours."""
    local = grid.local()
    day = local.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    first = month.astype("datetime64[D]")
    if which == "first":
        here = day == first
    elif which == "last":
        here = day + 1 == (month + 1).astype("datetime64[D]")
    elif which == "third Friday":
        here = day == np.busday_offset(month, 2, roll="forward", weekmask="Fri")
    elif which == "last Monday":
        here = day == np.busday_offset(month + 1, -1, roll="forward", weekmask="Mon")
    else:
        here = np.is_busday(day) & (np.busday_count(first, day) == 0)
    hour = (local - day).astype("timedelta64[h]").astype(np.int64)
    return here & ((hour >= 2) & (hour < 5) if grid.freq.alias == "h" else True)
