"""Where each row of a series goes on its regular grid; depends on the timestamps alone."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from models.data.series import DataReport, Notice
from models.errors import BadStamps, FrequencyUnknown
from models.prepare.grid_points import grid_points
from models.prepare.messages import (
    adapted_notices,
    assumed_notice,
    closed_notices,
    duplicate_error,
    gap_notices,
    grid_notices,
    nonexistent_error,
    reading_notices,
    repeats,
)
from models.prepare.options import Aggregate, Duplicates
from models.time.frequency import Frequency
from models.time.grid import SHARED_SIZE, Grid, regular_stamps
from models.time.inference import anchored, infer
from models.time.stamps import Meaning, read_stamps
from models.time.steps import Months
from models.time.zones import to_absolute, to_local
from models.types import FloatArray, IntArray, StampArray

_CROWDED = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A grid, and the way of the rows onto it.

    ``before``: a layout that the rows go through first. ``order``: shape (rows,), the rows in time
    order; None if they were. ``slots``: shape (rows,), grid index of each row in time order; None if
    row i is grid point i, -1 for a row that is left out. ``merge``: what becomes of rows that share a slot;
    None if none do. ``until``: shape (rows,), from each row to the end of its slot; None unless resampled.
    """

    grid: Grid
    order: IntArray | None = None
    slots: IntArray | None = None
    merge: Aggregate | None = None
    duplicates: int = 0
    gaps: int = 0
    snapped: int = 0
    notices: tuple[Notice, ...] = ()
    before: "Layout | None" = None
    until: IntArray | None = None

    @property
    def leaves_rows(self) -> bool:
        """Whether row i is grid point i, and there is nothing to tell."""
        return self.slots is None and not self.notices

    def place(self, column: FloatArray, *, beside: bool = False) -> FloatArray:
        """Return a column on the grid, NaN where no row is; shape (len(grid),).

        ``beside``: an exogenous column, a price say, for which totals make no sense.
        """
        if self.before is not None:
            column = self.before.place(column, beside=beside)
        if self.order is not None:
            column = column[self.order]
        if self.slots is None:
            return column
        if self.merge is not None:
            how = "mean" if beside and self.merge in ("sum", "count") else self.merge
            return _merged(column, self.slots, len(self.grid), how)
        placed = np.full(len(self.grid), np.nan)
        kept = self.slots >= 0
        placed[self.slots[kept]] = column[kept]
        return placed

    def report(self, rows: int) -> DataReport:
        """Return the report so far."""
        report = DataReport() if self.before is None else self.before.report(rows)
        report.rows = rows
        report.used = len(self.grid)
        report.duplicates += self.duplicates
        report.gaps = self.gaps
        report.snapped += self.snapped
        report.sorted |= self.order is not None
        return report

    def positions(self) -> IntArray | None:
        """Return the grid index of each row in the order sent, (rows,); None if row i is grid point i."""
        found = self.slots
        if self.order is not None:
            found = np.empty(len(self.order), dtype=np.int64)
            found[self.order] = np.arange(len(found)) if self.slots is None else self.slots
        earlier = None if self.before is None else self.before.positions()
        if earlier is None or found is None:
            return found if earlier is None else earlier
        return np.asarray(found[earlier])


def _merged(column: FloatArray, slots: IntArray, size: int, how: Aggregate) -> FloatArray:
    """Gather the observed values of each slot; NaN where there is none (a count of 0 is none)."""
    seen = ~np.isnan(column)
    groups = pd.Series(column[seen]).groupby(slots[seen])
    return np.asarray(groups.agg(how).reindex(range(size)), dtype=np.float64)


def regular_layout(
    start: str | int | None, freq: Frequency | None, size: int, tz: str | None
) -> Layout:
    """Lay out a series without timestamps: regular steps from ``start`` on; equal calls share one.

    Raises ``BadStamps`` or ``FrequencyUnknown`` if start and frequency do not go together.
    """
    # Long series are few; keeping them would only hold their memory.
    lay = _regular if size <= SHARED_SIZE else _regular.__wrapped__
    return lay(start, freq, size, tz, None if freq is None else freq.spelled)


@lru_cache(maxsize=64)
def _regular(
    start: str | int | None, freq: Frequency | None, size: int, tz: str | None, spelled: str | None
) -> Layout:
    """Lay out a regular series; ``spelled`` tells equal frequencies apart, since notices quote it."""
    if start is None:
        return _counted(freq, size, tz)
    # A text of four digits, from which steps of a calendar go on, is the year with which they begin.
    year: Meaning | None = "years" if freq is not None and isinstance(start, str) else None
    first = read_stamps([start], tz, meant=meaning_of(freq) or year)
    check_kind(freq, integers=first.values.dtype.kind == "i")
    if first.values.dtype.kind == "i":
        step = freq or Frequency.integer(1)
        return Layout(Grid(step, regular_stamps(step, int(first.values[0]), size)))
    if freq is None:
        raise FrequencyUnknown(
            f"the series has a start ({start}) but no frequency",
            "set freq, for example 'D', 'MS' or '15min'"
            + (", or 1 if the start is a number and no date" if first.digits else ""),
        )
    local = to_local(first.values, first.tz)
    suited = anchored(freq, local, first.tz)
    stamps = regular_stamps(suited, (local if suited.follows_clock else first.values)[0], size)
    if suited.follows_clock and first.tz:
        stamps = to_absolute(stamps, first.tz).stamps
    notices = [*reading_notices(first), *adapted_notices(freq, suited)]
    if stamps[0] != first.values[0]:
        notices.append(
            Notice("snapped", f"start is no {suited.alias}; the first one after it is used")
        )
    return Layout(Grid(suited, stamps, first.tz), notices=tuple(notices))


def _counted(freq: Frequency | None, size: int, tz: str | None) -> Layout:
    """Lay out a series that has neither timestamps nor a start: integer time from 0 on."""
    calendar = freq is not None and freq.step is None
    step = Frequency.integer(1) if freq is None or calendar else freq
    notices = []
    if freq is not None and calendar:
        notices.append(
            Notice(
                "start_missing",
                f"freq {freq.alias!r} needs a start or timestamps to become dates; integer time is used",
                "add start, for example '2024-01-01'",
            )
        )
    if tz is not None:
        notices.append(Notice("tz_unused", f"tz {tz!r} has no effect on integer time", "add start"))
    return Layout(Grid(step, regular_stamps(step, 0, size)), notices=tuple(notices))


def distinct_layout(
    ds: Any, freq: Frequency | None, tz: str | None, own_zone: str | None, duplicates: Duplicates
) -> Layout:
    """Lay out a series on its own distinct timestamps, in order, gaps or not.

    The grid's frequency is only a name until one is found. Raises ``BadStamps`` or ``DuplicateStamps``.
    """
    read = read_stamps(ds, tz, own_zone, meant=meaning_of(freq))
    values, notices, order = read.values, list(reading_notices(read)), None
    if np.any(values[1:] < values[:-1]):
        order = np.argsort(values, kind="stable")
        values = values[order]
        notices.append(Notice("sorted", "the rows were not in time order; they were sorted"))
    integers = values.dtype.kind == "i"
    check_kind(freq, integers=integers)
    _check_distances(values)
    named = freq or (Frequency.integer(1) if integers else Frequency("D"))
    fresh = np.ones(len(values), dtype=np.bool_)
    fresh[1:] = values[1:] != values[:-1]
    repeated = len(values) - int(fresh.sum())
    if not repeated:
        return Layout(Grid(named, values, read.tz), order, notices=tuple(notices))
    if duplicates == "error":
        grid, at = Grid(named, values, read.tz), int((~fresh).argmax())
        raise nonexistent_error(grid, at, read.never) or duplicate_error(grid, at, repeated)
    text = f"{repeated} {repeats(repeated)} an earlier timestamp; policy: {duplicates}"
    notices.append(Notice("duplicates_merged", text))
    slots = np.cumsum(fresh) - 1
    grid = Grid(named, values[fresh], read.tz)
    return Layout(grid, order, slots, duplicates, repeated, notices=tuple(notices))


def meaning_of(freq: Frequency | None) -> Meaning | None:
    """Return what numbers are where the caller asks for integer time, or for steps of years."""
    if freq is None:
        return None
    if freq.step is not None:
        return "counts"
    steps = freq.steps
    return "years" if isinstance(steps, Months) and not steps.count * steps.unit % 12 else None


def _check_distances(values: StampArray) -> None:
    """Raise ``BadStamps`` if neighbours are so far apart that their distance wraps around 64 bits."""
    number = values.astype(np.int64)
    if (number[1:] - number[:-1] < 0).any():
        raise BadStamps(
            "two neighbouring timestamps are more than 292 years apart",
            "check the timestamps, or use integer time",
        )


def explicit_layout(rows: Layout, freq: Frequency | None, duplicates: Duplicates) -> Layout:
    """Lay out a series on the regular grid behind its distinct timestamps.

    Raises ``FrequencyUnknown`` if there is none, or if the one asked for does not go with them.
    """
    unique, tz, notices = rows.grid.stamps, rows.grid.tz, list(rows.notices)
    found = _settle(freq, unique, tz, notices)
    grid, slots, snapped = grid_points(unique, found, tz)
    if slots is None:
        return replace(rows, grid=grid, notices=tuple(notices))
    kept = slots[slots >= 0]
    crowded = len(kept) - len(np.unique(kept))
    _check_crowding(found, crowded, len(kept))
    # Rows that meet on a grid point only after snapping are no duplicates; none is thrown away.
    how: Aggregate = "mean" if duplicates == "error" else duplicates
    gaps = len(grid) - (len(kept) - crowded)
    own = Grid(found, unique, tz)
    notices += closed_notices(slots, own)
    notices += grid_notices(snapped, crowded, how, found)
    notices += gap_notices(gaps, own)
    merge = how if crowded else None
    return Layout(grid, None, slots, merge, crowded, gaps, snapped, tuple(notices), rows)


def _settle(
    freq: Frequency | None, unique: StampArray, tz: str | None, notices: list[Notice]
) -> Frequency:
    """Return the frequency to lay the stamps on, inferred if none was asked for."""
    if freq is None:
        if len(unique) == 1:
            notices.append(assumed_notice(unique))
        return infer(unique, tz)
    if freq.step is not None:
        return freq
    found = anchored(freq, to_local(unique, tz), tz)
    notices += adapted_notices(freq, found)
    return found


def check_kind(freq: Frequency | None, *, integers: bool) -> None:
    """Raise ``BadStamps`` if a calendar step is asked for on integer time, or the reverse."""
    if freq is None or (freq.step is not None) == integers:
        return
    seen, meant = (
        ("integers", "an integer step such as 1") if integers else ("dates", "an alias such as 'D'")
    )
    raise BadStamps(
        f"freq {freq.wire!r} does not go with timestamps that are {seen}",
        f"set freq, or that of resample, to {meant}",
    )


def _check_crowding(freq: Frequency, crowded: int, rows: int) -> None:
    if crowded > _CROWDED * rows:
        raise FrequencyUnknown(
            f"step {freq.alias} is too long for the timestamps: {crowded} of {rows} share a step with another",
            "set freq to a shorter step, or resample to this one",
        )
