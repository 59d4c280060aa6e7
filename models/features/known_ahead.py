"""What is known of steps ahead: places in calendar and seasons, regressors, and the past so far back."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from scipy.signal import lfilter

from models.data.parts import CALENDAR, HOLIDAYS
from models.data.series import Series
from models.features.calendar import part_of
from models.time.steps import DAY, weekdays
from models.types import FloatArray

HALF_LIVES = (3, 12, 48)
"""Steps after which what a regressor was counts half: a house stays warm for a while."""
LEAST_VALUES = 10
"""A regressor with fewer different values is a switch, which is not smoothed."""
_DELAYS = (1, 2, 3)
"""Steps after which a regressor may act: an advertisement is read today, and sells the day after tomorrow."""
_MONTH = 28 * DAY
"""Steps as long as this have a place in the year, which leap years do not move, and no weekday of their own."""


def places(
    series: Series,
    horizon: int,
    seasons: Sequence[int],
    first: int = 0,
    wanted: Collection[str] | None = None,
) -> dict[str, FloatArray]:
    """Return the place of each step, history and horizon, in day, week and year, or in the seasons; (t + h,).

    By the calendar where there is one, and by the place in each season that is not the calendar's, or that is one
    of months or quarters, the series beginning at step ``first`` of it. ``wanted``: names of what is told; by
    default what changes in the history.
    """
    size, freq = len(series), series.grid.freq
    named, by_date = freq.calendar_seasons(), freq.step is None and freq.length < _MONTH
    counted = [m for m in seasons if m not in named] if by_date else {*seasons, *named}
    found = {
        f"place in {m}": (np.arange(first, first + size + horizon) % m).astype(np.float64)
        for m in sorted(counted)
    }
    if by_date:
        stamps = np.concatenate([series.grid.stamps, series.grid.future(horizon)])
        local = series.grid.local(stamps)
        day = local.astype("datetime64[D]")
        hours = (local - day).astype("timedelta64[ns]").astype(np.int64) / (DAY / 24)
        of_year = (day - local.astype("datetime64[Y]")).astype(np.int64)
        found |= {
            "hour": np.asarray(hours, dtype=np.float64),
            "weekday": weekdays(local).astype(np.float64),
            "day of year": of_year.astype(np.float64),
        }
    if wanted is None:
        wanted = [name for name, values in found.items() if np.ptp(values[:size]) > 0.0]
    return {name: values for name, values in found.items() if name in wanted}


def informative_columns(series: Series) -> list[str]:
    """Return the names of the exogenous columns that varied and of which the future is known, in order.

    One that never varied would be taken for the level, and move it where its future differs.
    """
    known = [name for name in series.exog if name in series.future]
    return sorted(name for name in known if np.ptp(series.exog[name]) > 0)


def regressors(
    series: Series, horizon: int, wanted: Collection[str] | None = None
) -> dict[str, FloatArray]:
    """Return the regressors of which the future is known, as they are, smoothed and delayed; (t + h,).

    ``wanted``: names of what is told; by default all, but those smoothed ones that have few values.
    """
    found: dict[str, FloatArray] = {}
    for name in sorted(set(series.exog) & set(series.future)):
        values = np.concatenate([series.exog[name], series.future[name][:horizon]])
        lasting = {f"{name}, smoothed over {n}": n for n in HALF_LIVES}
        if wanted is None and len(np.unique(series.exog[name])) < LEAST_VALUES:
            lasting = {}
        late = zip(delayed(name), _DELAYS, strict=False)
        told = {name: values}
        told |= {one: smoothed(values, n) for one, n in lasting.items()}
        told |= {one: _before(values, n) for one, n in late}
        found |= {one: x for one, x in told.items() if wanted is None or one in wanted}
    return found


def delayed(name: str) -> tuple[str, ...]:
    """Return the names of a regressor of some steps before; none of a holiday or what the calendar tells."""
    is_callers = part_of(name) not in (HOLIDAYS, CALENDAR)
    return tuple(f"{name}, {n} before" for n in _DELAYS if is_callers)


def smoothed(x: FloatArray, half_life: float) -> FloatArray:
    """Return the exponentially weighted mean of values so far, shape (t,)."""
    keep = 0.5 ** (1.0 / half_life)
    mean, _ = lfilter([1.0 - keep], [1.0, -keep], x, zi=np.array([keep * x[0]]))
    return np.asarray(mean)


def _before(x: FloatArray, steps: int) -> FloatArray:
    """Return the values of so many steps before, shape (t,); before the first, as that was."""
    return x[np.maximum(np.arange(len(x)) - steps, 0)]


def past(y: FloatArray, horizon: int, lead: int, seasons: Sequence[int]) -> dict[str, FloatArray]:
    """Return lags and means of what lies at least ``lead`` steps before, (t + horizon,); NaN before the first.

    Lags of whole seasons, where there are any, beside the nearest value; the mean is that of the longest season.
    """
    ahead = np.concatenate([y, np.full(horizon, np.nan)])
    found = {f"lag {lead}": _shifted(ahead, lead)}
    for m in seasons:
        nearest = -(-lead // m) * m
        found |= {f"lag {lag}": _shifted(ahead, lag) for lag in (nearest, nearest + m)}
    return found


def level(y: FloatArray, horizon: int, lead: int, width: int) -> FloatArray:
    """Return the mean of ``width`` values up to ``lead`` steps before, or of those there are, (t + horizon,)."""
    total = np.concatenate([[0.0], np.cumsum(y)])
    last = np.clip(np.arange(len(y) + horizon) - lead + 1, 1, len(y))
    first = np.maximum(last - width, 0)
    return np.asarray((total[last] - total[first]) / (last - first))


def table(columns: Mapping[str, FloatArray]) -> FloatArray:
    """Return columns side by side, (t, k)."""
    return np.column_stack([*columns.values()])


def _shifted(x: FloatArray, lag: int) -> FloatArray:
    return np.concatenate([np.full(min(lag, len(x)), np.nan), x[: max(len(x) - lag, 0)]])
