"""Resampling: rows gathered into longer, regular steps before anything else is done with them."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from models.data.series import Notice
from models.errors import InvalidParameter
from models.prepare.layout import Layout, check_kind, check_size
from models.prepare.options import Resample
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.time.steps import DAY, Days, MonthDays, Months, Other, Steps
from models.time.zones import to_absolute, to_local
from models.types import IntArray, StampArray

_PARTLY = 0.9


class _Bins(NamedTuple):
    """``labels``: shape (bins,), a stamp for each; ``rows``: shape (rows,), the bin of each row."""

    labels: StampArray
    rows: IntArray


def step_of(option: Resample) -> Frequency:
    """Return the longer step; raises ``InvalidParameter`` for one that is none."""
    try:
        return Frequency.parse(option.freq)
    except InvalidParameter as error:
        path = ("resample", "freq")
        raise InvalidParameter.of(replace(p, path=path) for p in error.problems) from None


def resampled_layout(rows: Layout, option: Resample) -> Layout:
    """Lay out a series in longer steps; ``rows``: its layout on its own timestamps, in order.

    Weeks and months that are marked at their end hold the days up to their mark, as in pandas; all
    others hold the time from their mark on. Raises ``BadStamps`` if the step is not of the
    timestamps' kind, ``FrequencyUnknown`` if it is so short that most steps would be empty.
    """
    freq = step_of(option)
    stamps, tz = rows.grid.stamps, rows.grid.tz
    check_kind(freq, integers=stamps.dtype.kind == "i")
    check_size(_span(stamps) // freq.length, len(stamps), freq)
    if freq.step is not None:
        labels, index = _integer_bins(stamps, freq.step)
    elif freq.follows_clock:
        local, index = _clock_bins(to_local(stamps, tz), freq)
        labels = to_absolute(local, tz).stamps
    else:
        labels, index = _tick_bins(stamps, tz, freq)
    filled = np.bincount(index, minlength=len(labels))
    gaps = int(np.sum(filled == 0))
    notices = (*rows.notices, *_notices(filled, freq, option))
    grid = Grid(freq, labels, tz)
    return Layout(grid, None, index, option.agg, gaps=gaps, notices=notices, before=rows)


def _integer_bins(stamps: StampArray, step: int) -> _Bins:
    index = (stamps - stamps[0]) // step
    return _Bins(stamps[0] + step * np.arange(index[-1] + 1), index)


def _clock_bins(local: StampArray, freq: Frequency) -> _Bins:
    """Bin wall-clock stamps by days, weeks, months, ...; shape (t,) each."""
    steps = freq.steps
    if _marked_at_end(steps):
        day = local.astype("datetime64[D]").astype("datetime64[ns]")
        labels = freq.walk(_first_end(day[0], steps), _enough(day, steps))
        index = np.searchsorted(labels, day, side="left")
    else:
        labels = freq.walk(steps.floor(local[:1])[0], _enough(local, steps))
        index = np.searchsorted(labels, local, side="right") - 1
    return _Bins(labels[: index[-1] + 1], index)


def _tick_bins(stamps: StampArray, tz: str | None, freq: Frequency) -> _Bins:
    """Bin stamps by hours, minutes, ..., counted from the first day's midnight on the wall clock."""
    local = to_local(stamps[:1], tz).astype(np.int64)
    late = np.timedelta64(int(local[0] % DAY % freq.length), "ns")
    labels = freq.walk(stamps[0] - late, _enough(stamps, freq.steps))
    index = np.searchsorted(labels, stamps, side="right") - 1
    return _Bins(labels[: index[-1] + 1], index)


def _marked_at_end(steps: Steps) -> bool:
    if isinstance(steps, Months | MonthDays):
        return steps.at_end
    return isinstance(steps, Days) and steps.weekday is not None


def _first_end(day: np.datetime64, steps: Steps) -> np.datetime64:
    """Return the mark that ends the first step; of several weeks or months, the first is whole."""
    single: Steps
    if isinstance(steps, Months):
        single, count = replace(steps, count=1), steps.count
    elif isinstance(steps, Days):
        single, count = replace(steps, days=7), steps.days // 7
    else:
        single, count = steps, 1
    mark = single.floor(np.array([day]))[0]
    ahead = count - 1 if mark == day else count
    return np.datetime64(single.walk(mark, ahead + 1)[-1], "ns")


def _enough(stamps: StampArray, steps: Steps) -> int:
    """Return a number of steps that reaches beyond the last stamp, wherever the first step is."""
    count = _span(stamps) // steps.length
    # The average length is exact but for the rare kinds of steps.
    return count + 3 + (count // 12 if isinstance(steps, Other) else 0)


def _span(stamps: StampArray) -> int:
    """Return units or nanoseconds from the first to the last stamp; 64 bits may not hold them."""
    return int(stamps[-1].astype(np.int64)) - int(stamps[0].astype(np.int64))


def _notices(filled: IntArray, freq: Frequency, option: Resample) -> list[Notice]:
    text = f"{filled.sum()} timestamps became {len(filled)} steps of {freq.alias} by {option.agg}"
    notices = [Notice("resampled", text)]
    empty = int(np.sum(filled == 0))
    if empty:
        text = f"{empty} steps of {freq.alias} had no row and are missing values"
        notices.append(Notice("gaps_filled", text))
    usual = np.median(filled[1:-1]) if len(filled) > 2 else filled.max()
    short = [name for name, i in (("first", 0), ("last", -1)) if filled[i] < _PARTLY * usual]
    if short and option.agg in ("sum", "count"):
        text = f"the {' and the '.join(short)} step of {freq.alias} has fewer rows than the others"
        notices.append(
            Notice("resample_partial", f"{text}, so its {option.agg} is low", "send whole steps")
        )
    return notices
