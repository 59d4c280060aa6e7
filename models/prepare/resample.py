"""Resampling: rows gathered into longer, regular steps before anything else is done with them."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from models.data.series import Notice
from models.errors import FrequencyUnknown, InvalidParameter
from models.prepare.grid_points import check_size
from models.prepare.layout import Layout, check_kind
from models.prepare.options import Resample
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.time.inference import infer
from models.time.steps import (
    ALL_MONTHS,
    DAY,
    Days,
    MonthDays,
    Months,
    OpenDays,
    OpeningHours,
    Steps,
    Ticks,
)
from models.time.zones import to_absolute, to_local
from models.types import FloatArray, IntArray, StampArray
from models.wording import counted

_PARTLY = 0.9
"""A total of fewer rows than this share of the usual number is low."""
_MOST_STEPS, _USUAL_GAP = 0.9, 0.75
"""Quantiles: of what is left of a step behind its last row, and of the time between rows."""


class _Bins(NamedTuple):
    """``labels``: shape (bins,), a stamp for each; ``rows``: shape (rows,), the bin of each row.

    ``until``: shape (rows,), from each row to the end of its bin, in units or nanoseconds.
    """

    labels: StampArray
    rows: IntArray
    until: IntArray


def step_of(option: Resample) -> Frequency:
    """Return the longer step; raises ``InvalidParameter`` for one that is none."""
    path = ("resample", "freq")
    try:
        freq = Frequency.parse(option.freq)
    except InvalidParameter as error:
        raise InvalidParameter.of(replace(p, path=path) for p in error.problems) from None
    if freq.step is None and isinstance(freq.steps, OpeningHours):
        text = f"resample.freq must be a step alone, got the opening hours {option.freq!r:.60}"
        hint = (
            f"use {freq.alias.split()[0]!r}: closed times, of which there are no rows, are left out"
        )
        raise InvalidParameter(text, hint, path=path)
    if freq.step is None and isinstance(freq.steps, MonthDays) and freq.steps.months != ALL_MONTHS:
        text = f"resample.freq must be a step alone, got the months {option.freq!r:.60}"
        raise InvalidParameter(text, "use 'MS': months without any rows are left out", path=path)
    return freq


def resampled_layout(rows: Layout, option: Resample, known: Frequency | None = None) -> Layout:
    """Lay out a series in longer steps; ``rows``: its layout on its own timestamps, in order.

    Where rows keep to days or hours of business, or to some months, steps are of these alone: of those found, or
    of ``known``, the frequency of the rows before.

    Weeks and months that are marked at their end hold the days up to their mark, as in pandas; all
    others hold the time from their mark on. Raises ``BadStamps`` if the step is not of the
    timestamps' kind, ``FrequencyUnknown`` if it is so short that most steps would be empty.
    """
    freq = step_of(option)
    stamps, tz = rows.grid.stamps, rows.grid.tz
    check_kind(freq, integers=stamps.dtype.kind == "i")
    check_size(_span(stamps) // freq.length, len(stamps), freq)
    if freq.step is not None:
        bins = _integer_bins(stamps, freq.step)
    elif freq.follows_clock:
        bins = _clock_bins(to_local(stamps, tz), freq)
        bins = bins._replace(labels=to_absolute(bins.labels, tz).stamps)
    else:
        bins = _tick_bins(stamps, tz, freq)
    freq, bins = _open_bins(freq, bins, tz, known)
    filled = np.unique(bins.rows[bins.rows >= 0])
    gaps = len(bins.labels) - len(filled)
    notices = (*rows.notices, *_notices(bins, gaps, freq, option))
    return Layout(
        Grid(freq, bins.labels, tz),
        None,
        bins.rows,
        option.agg,
        gaps=gaps,
        notices=notices,
        before=rows,
        until=bins.until,
    )


def whole_steps(layout: Layout, y: FloatArray) -> Layout:
    """Leave out a last step that is not over, and where totals are made a first one with few rows.

    ``y``: the values (rows,) as they were sent; a missing one has not come yet. One step stays at least.
    """
    if layout.before is None or layout.slots is None or layout.until is None:
        return layout
    seen = ~np.isnan(layout.before.place(y)) & (layout.slots >= 0)
    slots, until = layout.slots[seen], layout.until[seen]
    if not len(slots):
        return layout
    first, end, told = 0, len(layout.grid), []
    if slots[-1] > slots[0] and not _is_over(slots, until, layout.before.grid.stamps[seen]):
        end = int(slots[-1])
        told.append(
            f"{_named('last', layout, end)} is not over: it is left out, to be forecast first"
        )
    if layout.merge in ("sum", "count") and _is_low(slots, end):
        first = int(slots[0]) + 1
        few = f"has fewer rows than the others: its {layout.merge} is low, it is left out"
        told.append(f"{_named('first', layout, first - 1)} {few}")
    return _between(layout, (first, end), told) if told else layout


def _between(layout: Layout, kept: tuple[int, int], told: list[str]) -> Layout:
    """Return the layout without the rows of steps before the first and from the end on."""
    hint = "send whole steps to have all of them used"
    (first, end), slots = kept, np.asarray(layout.slots)
    return replace(
        layout,
        grid=layout.grid.head(end).tail(end - first),
        slots=np.where((slots >= first) & (slots < end), slots - first, -1),
        notices=(*layout.notices, *(Notice("resample_partial", text, hint) for text in told)),
    )


def _named(which: str, layout: Layout, at: int) -> str:
    return f"the {which} step of {layout.grid.freq.alias}, {layout.grid.stamp(at)},"


def _is_over(slots: IntArray, until: IntArray, stamps: StampArray) -> bool:
    """Whether rows reach as near to the end of the last step as to that of most steps before.

    ``slots``, ``until``, ``stamps``: of rows with a value, shape (rows,).
    """
    last = np.flatnonzero(np.diff(slots))
    apart = np.quantile(np.diff(stamps).astype(np.int64), _USUAL_GAP, method="higher")
    before = np.quantile(until[last], _MOST_STEPS, method="higher")
    return bool(until[-1] <= before + apart / 2)


def _is_low(slots: IntArray, end: int) -> bool:
    """Whether the first step has clearly fewer rows than those after it, of which there are two at least."""
    filled = np.bincount(slots)[int(slots[0]) : end]
    return len(filled) > 2 and bool(filled[0] < _PARTLY * np.median(filled[1:]))


def _open_bins(
    freq: Frequency, bins: _Bins, tz: str | None, known: Frequency | None
) -> tuple[Frequency, _Bins]:
    """Return the days, hours or months that the rows keep to, and the bins at these; else all as they are."""
    found = known
    if known is None:
        filled = np.unique(bins.rows)
        found = freq if len(filled) == len(bins.labels) else _found(bins.labels[filled], tz)
    if found is None or not _is_business_of(found, freq):
        return freq, bins
    kept = found.is_open(to_local(bins.labels, tz))
    rows = np.where(kept[bins.rows], np.cumsum(kept)[bins.rows] - 1, -1)
    return found, bins._replace(labels=bins.labels[kept], rows=rows)


def _found(labels: StampArray, tz: str | None) -> Frequency | None:
    try:
        return infer(labels, tz)
    except FrequencyUnknown:
        return None


def _is_business_of(found: Frequency, freq: Frequency) -> bool:
    """Whether steps are single days or months, or as long, at open times only."""
    if found.step is not None or freq.step is not None:
        return False
    if isinstance(found.steps, OpeningHours):
        return freq.steps == Ticks(found.steps.step)
    if isinstance(found.steps, MonthDays):
        return found.alias.startswith(f"{freq.alias}-") and freq.alias in ("MS", "ME")
    return isinstance(found.steps, OpenDays) and found.steps.days == 1 and freq.steps == Days(1)


def _integer_bins(stamps: StampArray, step: int) -> _Bins:
    index, into = np.divmod(stamps - stamps[0], step)
    return _Bins(stamps[0] + step * np.arange(index[-1] + 1), index, step - into)


def _clock_bins(local: StampArray, freq: Frequency) -> _Bins:
    """Bin wall-clock stamps by days, weeks, months, ...; shape (t,) each."""
    steps = freq.steps
    if _marked_at_end(steps):
        day = local.astype("datetime64[D]").astype("datetime64[ns]")
        labels = _beyond(day, freq, _first_end(day[0], steps))
        index = np.searchsorted(labels, day, side="left")
        until = (labels[index] - local).astype(np.int64) + DAY
        return _Bins(labels[: index[-1] + 1], index, until)
    return _marked_bins(_beyond(local, freq, steps.floor(local[:1])[0]), local)


def _tick_bins(stamps: StampArray, tz: str | None, freq: Frequency) -> _Bins:
    """Bin stamps by hours, minutes, ..., counted from the first day's midnight on the wall clock."""
    local = to_local(stamps[:1], tz).astype(np.int64)
    late = np.timedelta64(int(local[0] % DAY) % freq.length, "ns")
    return _marked_bins(_beyond(stamps, freq, stamps[0] - late), stamps)


def _marked_bins(labels: StampArray, stamps: StampArray) -> _Bins:
    """Bin stamps (t,) by labels at the beginnings of steps, which reach beyond the last stamp."""
    index = np.searchsorted(labels, stamps, side="right") - 1
    until = (labels[index + 1] - stamps).astype(np.int64)
    return _Bins(labels[: index[-1] + 1], index, until)


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


def _beyond(stamps: StampArray, freq: Frequency, start: np.datetime64) -> StampArray:
    """Return the marks of steps from the first one on that reach beyond the last stamp."""
    size = freq.most_within(_span(stamps)) + 2
    labels = freq.walk(start, size)
    while labels[-1] <= stamps[-1]:  # steps are shorter here than they are on average
        size *= 2
        labels = freq.walk(start, size)
    return labels


def _span(stamps: StampArray) -> int:
    """Return units or nanoseconds from the first to the last stamp; 64 bits may not hold them."""
    return int(stamps[-1].astype(np.int64)) - int(stamps[0].astype(np.int64))


def _notices(bins: _Bins, empty: int, freq: Frequency, option: Resample) -> list[Notice]:
    became = f"{counted(len(bins.rows), 'timestamp')} became {counted(len(bins.labels), 'step')}"
    notices = [Notice("resampled", f"{became} of {freq.alias} by {option.agg}")]
    if empty:
        text = f"{counted(empty, 'step')} of {freq.alias} had no row, which is a missing value each"
        notices.append(Notice("gaps_filled", text))
    closed = int((bins.rows < 0).sum())
    if closed:
        text = f"{counted(closed, 'row')} at times at which the others have it closed ({freq.alias}): left out"
        notices.append(Notice("closed_times_left_out", text))
    return notices
