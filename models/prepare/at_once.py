"""Grids of all series of a table at once, for those that need nothing done to them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from models.data.table import SentStamps, Table, offsets_of
from models.errors import TidecastError
from models.prepare.layout import Layout, meaning_of, regular_layout
from models.stats.missing_codes import LEAST_TIMES, might_be_code
from models.time.frequency import Frequency, weekly
from models.time.grid import Grid
from models.time.spelling import tick_alias
from models.time.stamps import Stamps, read_alike
from models.time.steps import DAY, WEEK, Days, Ticks
from models.types import BoolArray, IntArray, StampArray

_SHORTEST_DAY = 23 * DAY // 24
_MONTH = 28 * DAY
_REACH = 2.0**63 - 100 * DAY
"""Grids that end this close to the end of time are looked at one by one."""
_TELLING = 12
"""So many marks of months cannot be those of something else, too."""

Grids = Sequence[Grid | None]
"""For each series the grid that its rows are on, one after the other; None if it takes a closer look."""


def grids_of(
    table: Table,
    freq: Frequency | None,
    tz: str | None,
    layout_of: Callable[[int], Layout],
    check: Callable[[], None],
) -> Grids:
    """Return the grids of series that are complete, regular and in order.

    ``freq``: the step asked for, None to find it; ``layout_of``: lays out one series by itself;
    ``check``: raises where the work is no longer wanted.
    """
    if table.stamps is None:
        return _of_starts(table, freq, tz, check)
    if table.shares_stamps or _all_equal(table.stamps, table.lengths):
        return [_plain(lambda: layout_of(0))] * len(table)
    read = read_alike(table.stamps, tz, table.tz, meant=meaning_of(freq))
    if read is None or table.freqs is not None:
        return [None] * len(table)
    read.values.flags.writeable = False
    grids = _of_stamps(table, read.values, freq, read.tz)
    return _of_patterns(table, read, grids, layout_of, check)


def _plain(lay: Callable[[], Layout]) -> Grid | None:
    """Return the grid of a layout that leaves the rows as they are; errors are told series by series."""
    try:
        layout = lay()
    except TidecastError:
        return None
    return layout.grid if layout.leaves_rows else None


def _all_equal(stamps: SentStamps, lengths: IntArray) -> bool:
    """Whether all series have the same timestamps, one after the other in an array."""
    if not isinstance(stamps, np.ndarray) or not (lengths == lengths[0]).all():
        return False
    of_each = stamps.reshape(len(lengths), -1)
    return bool((of_each == of_each[0]).all())


def _of_starts(
    table: Table, freq: Frequency | None, tz: str | None, check: Callable[[], None]
) -> Grids:
    """Return the grids of series without timestamps."""

    @cache
    def made(start: int | str | None, own: int | str | None, size: int) -> Grid | None:
        check()
        if not size:
            return None
        return _plain(
            lambda: regular_layout(
                start, freq if own in (None, "auto") else Frequency.parse(own), size, tz
            )
        )

    nothing = [None] * len(table)
    keys = zip(table.starts or nothing, table.freqs or nothing, table.lengths.tolist(), strict=True)
    return [made(*key) for key in keys]


def _of_stamps(table: Table, values: StampArray, freq: Frequency | None, tz: str | None) -> Grids:
    """Return the grids of series whose neighbouring timestamps are all equally far apart."""
    number = values.view(np.int64)
    steps = _common_steps(number, table.offsets)
    regular = np.flatnonzero(steps)
    firsts = number[table.offsets[regular]]
    frequencies = _frequencies(firsts, steps[regular], freq, tz, dates=values.dtype.kind == "M")
    starts, ends = (offsets[regular].tolist() for offsets in (table.offsets, table.offsets[1:]))
    known: dict[tuple[int, int, int], Grid] = {}
    grids: list[Grid | None] = [None] * len(table)
    rows = zip(
        regular.tolist(),
        frequencies,
        firsts.tolist(),
        steps[regular].tolist(),
        starts,
        ends,
        strict=True,
    )
    for i, found, first, step, start, end in rows:
        if found is None:
            continue
        key = (first, step, end - start)
        grid = known.get(key)
        if grid is None:
            grid = known[key] = Grid(found, values[start:end], tz)
        grids[i] = grid
    return grids


def _of_patterns(
    table: Table,
    read: Stamps,
    grids: Sequence[Grid | None],
    layout_of: Callable[[int], Layout],
    check: Callable[[], None],
) -> Grids:
    """Return the grids with those of months and the like, laid out once for each pattern of timestamps.

    Of patterns that are marks of the same months, one is laid out for all.
    """
    values, found, patterns = read.values, list(grids), defaultdict[bytes, list[int]](list)
    for i in [i for i, grid in enumerate(grids) if grid is None]:
        patterns[values[table.offsets[i] : table.offsets[i + 1]].tobytes()].append(i)
    firsts = [rows[0] for rows in patterns.values()]
    kinds = _month_marks(values, table.offsets, firsts) if read.tz is None else [None] * len(firsts)
    known: dict[_MonthMarks, Frequency] = {}
    for rows, kind in zip(patterns.values(), kinds, strict=True):
        check()
        stamps = values[table.offsets[rows[0]] : table.offsets[rows[0] + 1]]
        if kind in known:
            grid: Grid | None = Grid(known[kind], stamps)
        else:
            grid = _plain(partial(layout_of, rows[0]))
            if kind is not None and grid is not None and np.array_equal(grid.stamps, stamps):
                known[kind] = grid.freq
        for i in rows:
            found[i] = grid
    return found


class _MonthMarks(NamedTuple):
    """Every so many months, at the start or the end of them, from which month of the year on."""

    months: int
    at_end: bool
    anchor: int


def _month_marks(
    values: StampArray, offsets: IntArray, rows: Sequence[int]
) -> Sequence[_MonthMarks | None]:
    """Return what some series are marks of, None for those of nothing, or too few to tell."""
    lengths = np.diff(offsets)[rows]
    begins = offsets_of(lengths)
    stamps = values[np.repeat(offsets[rows] - begins[:-1], lengths) + np.arange(begins[-1])]
    found: list[_MonthMarks | None] = [None] * len(rows)
    if values.dtype.kind != "M" or not len(stamps):
        return found
    for at_end in (False, True):
        after = stamps + np.timedelta64(DAY * at_end, "ns")
        months = after.astype("datetime64[M]")
        steps = _common_steps(months.astype(np.int64), begins)
        off = np.flatnonzero(months.astype("datetime64[ns]") != after)
        steps[np.searchsorted(begins, off, side="right") - 1] = 0
        for row in np.flatnonzero((steps > 0) & (lengths >= _TELLING)).tolist():
            number = int(months[begins[row]].astype(np.int64))
            anchor = (number - at_end) % 12 if steps[row] % 3 == 0 else 0
            found[row] = _MonthMarks(int(steps[row]), at_end, anchor)
    return found


def _frequencies(
    firsts: IntArray, steps: IntArray, freq: Frequency | None, tz: str | None, *, dates: bool
) -> list[Frequency | None]:
    """Return the frequency behind a first stamp and a step, None if it takes a closer look."""
    # 1970-01-01 was a Thursday. Only weeks are told apart by their day.
    weekday = np.where(dates & (steps % WEEK == 0), (firsts // DAY + 3) % 7, -1)
    lengths, of_length = np.unique(steps, return_inverse=True)
    kinds, which = np.unique(of_length * 8 + weekday + 1, return_inverse=True)
    described = [(int(lengths[kind // 8]), kind % 8 - 1) for kind in kinds.tolist()]
    found = [
        _of_dates(step, day, freq, tz) if dates else _of_integers(step, freq)
        for step, day in described
    ]
    return [found[kind] for kind in which.tolist()]


def _common_steps(number: IntArray, offsets: IntArray) -> IntArray:
    """Return the distance between the neighbours of each series, 0 if it has several; shape (n,)."""
    lengths, begins = np.diff(offsets), offsets[:-1]
    steps = np.zeros(len(lengths), dtype=np.int64)
    several = lengths > 1
    if not several.any():
        return steps
    distances = np.diff(number)
    steps[several] = distances[begins[several]]
    inner = np.ones(len(number), dtype=np.bool_)
    inner[offsets[1:][lengths > 0] - 1] = False
    wrong = np.flatnonzero((distances != np.repeat(steps, lengths)[:-1]) & inner[:-1])
    steps[np.searchsorted(offsets, wrong, side="right") - 1] = 0
    first = np.where(several, number[np.minimum(begins, len(number) - 1)], 0)
    far = np.abs(first.astype(np.float64)) + steps.astype(np.float64) * lengths > _REACH
    steps[(steps < 0) | far] = 0
    return steps


def _of_integers(step: int, freq: Frequency | None) -> Frequency | None:
    if freq is None:
        return Frequency.integer(step)
    return freq if freq.step == step else None


def _of_dates(step: int, weekday: int, freq: Frequency | None, tz: str | None) -> Frequency | None:
    """Return the frequency of a step in nanoseconds.

    Of days in a zone, which are not equally long, and of what may be months it tells nothing.
    """
    if step >= _SHORTEST_DAY and (tz is not None or step % DAY or step >= _MONTH):
        return None
    if freq is not None:
        steps = None if freq.step is not None else freq.steps
        plain = isinstance(steps, Ticks) or (isinstance(steps, Days) and steps.weekday is None)
        return freq if plain and freq.length == step else None
    if weekday >= 0:
        return weekly(step // WEEK, weekday)
    return Frequency.parse(f"{step // DAY}D" if step >= DAY else tick_alias(step))


def usable(table: Table, largest: float) -> BoolArray:
    """Return for each series whether none of its values is missing, out of range or likely a code; shape (n,)."""
    fine = table.lengths > 0
    wrong = np.flatnonzero(~(np.abs(table.y) <= largest))
    fine[np.searchsorted(table.offsets, wrong, side="right") - 1] = False
    return np.asarray(fine & ~_has_code(table))


def _has_code(table: Table) -> BoolArray:
    """Return for each series whether its least or largest value may be a code for missing ones; shape (n,)."""
    found = np.zeros(len(table), dtype=bool)
    there = np.flatnonzero(table.lengths > 0)
    if len(there):
        starts, lengths = table.offsets[there], table.lengths[there]
        for extreme in (np.minimum.reduceat(table.y, starts), np.maximum.reduceat(table.y, starts)):
            suspect = might_be_code(extreme)
            if suspect.any():
                times = np.add.reduceat(
                    table.y == np.repeat(extreme, lengths), starts, dtype=np.int64
                )
                found[there] |= suspect & (times >= LEAST_TIMES)
    return found
