"""Which point of a regular grid each timestamp belongs to: the nearest, with what is usually late allowed for."""

import numpy as np

from models.errors import BadStamps, FrequencyUnknown
from models.time.frequency import Frequency
from models.time.grid import Grid, regular_stamps
from models.time.phases import around, middle
from models.time.steps import DAY, MINUTE, Days, MonthDays, Months, OpenDays, OpeningHours, Ticks
from models.time.zones import to_absolute, to_local
from models.types import BoolArray, IntArray, StampArray

_SPARSE_FACTOR, _SPARSE_ROWS = 10, 10_000


def grid_points(
    unique: StampArray, freq: Frequency, tz: str | None
) -> tuple[Grid, IntArray | None, int]:
    """Return the grid of distinct stamps in order, (t,), the slot of each in it, and how many are moved there.

    The slots, (t,), are -1 at closed times, and None where each stamp is a grid point of its own. Raises
    ``BadStamps`` where all are at closed times, ``FrequencyUnknown`` for a grid out of proportion.
    """
    on_clock = tz is not None and freq.follows_clock
    work = to_local(unique, tz) if on_clock else unique
    first = work[0]
    exact = regular_stamps(freq, int(first) if freq.step else first, len(work))
    if np.array_equal(exact, work):
        return Grid(freq, unique if on_clock else exact, tz), None, 0
    marks = _marks(work, freq)
    slots = _nearest(_aligned(work, freq), marks)
    is_open = _is_open(work, marks[slots], freq)
    if not is_open.any():
        raise BadStamps(
            f"none of the timestamps is within the opening hours {freq.alias!r}",
            "correct the hours in freq, or leave freq out",
        )
    first, last = slots[is_open][[0, -1]]
    marks = marks[first : last + 1]
    stamps = to_absolute(marks, tz).stamps if on_clock else marks
    slots = np.where(is_open, slots - first, -1)
    moved = int(np.sum(stamps[slots[is_open]] != unique[is_open]))
    return Grid(freq, stamps, tz), slots, moved


def _is_open(work: StampArray, marks: StampArray, freq: Frequency) -> BoolArray:
    """Return which stamps, shape (t,), are at open times, given the nearest mark of each.

    A row on a closed day is that of a day beside it that has none: a week may have its Monday on Tuesday.
    """
    if freq.step is None and isinstance(freq.steps, OpeningHours):
        return np.asarray(np.abs(work - marks) < np.timedelta64(freq.steps.step, "ns"))
    if freq.step is None and isinstance(freq.steps, OpenDays):
        moved = work.astype("datetime64[D]") != marks.astype("datetime64[D]")
        return np.asarray(~(moved & np.isin(marks, marks[~moved])))
    return freq.is_open(work)


def _marks(work: StampArray, freq: Frequency) -> StampArray:
    """Return all grid points from before the first stamp until after the last."""
    span = int(work[-1].astype(np.int64)) - int(work[0].astype(np.int64))
    size = freq.most_within(span) + 3
    check_size(span // freq.length + 1, len(work), freq)
    if freq.step is not None:
        phase = _common_phase(work % freq.step)
        return freq.walk((work[0] - phase) // freq.step * freq.step + phase - freq.step, size)
    phase = _phase(work, freq)
    before = freq.steps.floor(freq.steps.floor(work[:1]) - np.timedelta64(1, "ns"))[0]
    return freq.walk(before + np.timedelta64(phase, "ns"), size + 1)


def _phase(work: StampArray, freq: Frequency) -> int:
    """Return how far behind the marks of a calendar step the grid of a series stands."""
    steps = freq.steps
    phases = (work - steps.floor(work)).astype(np.int64)
    if isinstance(steps, Months) and not (steps.at_end or steps.business):
        cycle = 30 * steps.unit * DAY
        phase = _common_phase(phases) or middle(phases, cycle) // DAY * DAY
        return min(phase, (28 * steps.unit - 1) * DAY)
    if isinstance(steps, Ticks):
        return _common_phase(phases) or _middle_tick(phases, steps.length)
    if isinstance(steps, OpeningHours):
        return 0
    by_day = isinstance(steps, Days | OpenDays)
    return _common_phase(phases) or (_middle_phase(phases % DAY) if by_day else 0)


def _aligned(work: StampArray, freq: Frequency) -> StampArray:
    """Return the stamps as far from the grid as they are early or late beyond what is usual.

    A month that has one reading has it on whatever day: it is taken for the month's.
    """
    if freq.step is not None:
        return work
    steps = freq.steps
    if isinstance(steps, MonthDays) and steps.days == (1,):
        mark = steps.floor(work)
        return mark if len(np.unique(mark)) == len(work) else work
    if isinstance(steps, Months) and not steps.business:
        mark, phase = steps.floor(work), _phase(work, freq)
        if steps.at_end and not phase:  # the month's own end is ahead, but on its last day
            mark = np.where(mark == work.astype("datetime64[D]"), mark, steps.shift(mark, 1))
        own = len(np.unique(mark)) == len(work)
        return mark + np.timedelta64(phase, "ns") if own else work
    if not isinstance(steps, Ticks):
        return work
    phases = (work - steps.floor(work)).astype(np.int64)
    late = middle(phases, steps.length) - _phase(work, freq)
    late = (late + steps.length // 2) % steps.length - steps.length // 2
    return work - np.timedelta64(0 if _common_phase(phases) else late, "ns")


def _common_phase(phases: IntArray) -> int:
    """Return the distance from the marks that at least half of the stamps share, else 0."""
    found, counts = np.unique(phases, return_counts=True)
    best = int(counts.argmax())
    return int(found[best]) if counts[best] * 2 >= len(phases) else 0


def _middle_phase(phases: IntArray) -> int:
    """Return the time of day in whole minutes about which stamps jitter, of which no half share one."""
    found, counts = np.unique(phases, return_counts=True)
    if counts.max() * 2 >= len(phases):
        return int(found[counts.argmax()])
    return round(middle(phases, DAY) / MINUTE) * MINUTE % DAY


def _middle_tick(phases: IntArray, length: int) -> int:
    """Return the distance from the marks about which stamps jitter, 0 if jitter alone may have made it."""
    phase = middle(phases, length)
    places = np.sort(around(phases, length))
    scatter = int(places[3 * len(places) // 4] - places[len(places) // 4])
    if min(phase, length - phase) <= scatter:
        return 0
    unit = next((unit for unit in (MINUTE, MINUTE // 60) if 10 * unit <= length), 1)
    return round(phase / unit) * unit % length


def _nearest(work: StampArray, marks: StampArray) -> IntArray:
    """Return the index of the mark nearest to each stamp; shape (t,)."""
    right = np.clip(np.searchsorted(marks, work), 1, len(marks) - 1)
    nearer_left = (work - marks[right - 1]) <= (marks[right] - work)
    return np.asarray(right - nearer_left)


def check_size(size: int, rows: int, freq: Frequency) -> None:
    """Raise ``FrequencyUnknown`` if a grid would be out of proportion to the rows it holds."""
    limit = max(_SPARSE_FACTOR * rows, rows + _SPARSE_ROWS)
    if size > limit:
        raise FrequencyUnknown(
            f"{rows} timestamps on a grid of step {freq.alias} need {size} points;"
            f" at most {limit} are made",
            "set freq to a longer step, resample, or split the series at its long gap",
        )
