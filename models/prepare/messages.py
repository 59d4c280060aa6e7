"""What rows and their grid have to tell a caller: notices, and errors of timestamps that meet."""

import numpy as np

from models.data.series import Notice
from models.errors import DuplicateStamps
from models.prepare.options import Aggregate
from models.time.frequency import Frequency
from models.time.grid import Grid
from models.time.stamps import Stamps
from models.time.steps import OpeningHours, Ticks
from models.time.zones import to_absolute
from models.types import IntArray, StampArray
from models.wording import counted


def duplicate_error(rows: Grid, at: int, repeated: int) -> DuplicateStamps:
    """Return the error of the row at which a timestamp is met again, one of so many."""
    stamp = rows.stamp(at)
    return DuplicateStamps(
        f"the timestamp {stamp} occurs more than once"
        f" ({repeated} {repeats(repeated)} an earlier timestamp)",
        "set duplicates to first, last, mean or sum"
        + ("" if rows.tz else "; if these are local times at a clock change, set tz"),
        ds=stamp,
    )


def nonexistent_error(rows: Grid, at: int, never: StampArray) -> DuplicateStamps | None:
    """Return the error if a timestamp meets another because its local time never was; ``never``: such, (n,)."""
    met = never[to_absolute(never, rows.tz).stamps == rows.stamps[at]] if len(never) else never
    if not len(met):
        return None
    sent, read = Grid(rows.freq, met).stamp(0), rows.stamp(at)
    return DuplicateStamps(
        f"{sent} does not exist in {rows.tz}, where the clocks went forward: it is read as {read},"
        " and so is another row",
        "correct the timestamps, or set duplicates to first, last, mean or sum; if they are from a clock that"
        " is never changed, set tz to its offset, such as '+01:00'",
        ds=sent,
    )


def repeats(count: int) -> str:
    """Return "row repeats" or "rows repeat"."""
    return "row repeats" if count == 1 else "rows repeat"


def assumed_notice(values: StampArray) -> Notice:
    """Tell which step one timestamp, (1,), is given."""
    step = "1" if values.dtype.kind == "i" else "a day"
    return Notice(
        "frequency_assumed",
        f"one timestamp shows no frequency; a step of {step} is assumed",
        "set freq",
    )


def adapted_notices(asked: Frequency, suited: Frequency) -> list[Notice]:
    """Tell that the timestamps follow another frequency than the one that was asked for."""
    # A week without a weekday is spelled as one that ends on Sunday: nobody asked for Sundays.
    if asked == suited or asked.alias.endswith("W-SUN"):
        return []
    return [
        Notice(
            "freq_adapted",
            f"freq {asked.spelled or asked.alias!r} was asked for, but the timestamps follow {suited.alias!r},"
            " which is used",
            f"set freq to {suited.alias!r}",
        )
    ]


def reading_notices(read: Stamps) -> list[Notice]:
    """Tell what timestamps were taken for that could be something else."""
    notices = []
    if read.digits:
        text = (
            f"the timestamps are numbers that are dates throughout and were read as {read.digits}"
        )
        hint = "if they count steps, set freq to an integer, such as 1"
        notices.append(Notice("digits_as_dates", text, hint))
    if read.periods:
        text = (
            f"the timestamps are {read.periods} and were read as the days with which they begin,"
            f" the first as {str(read.values[0])[:10]}"
        )
        hint = "to have other days of them in the answer, send dates"
        notices.append(Notice("periods_as_days", text, hint))
    if read.maybe:
        text = (
            f"the timestamps, such as {read.values[0]}, are taken for numbers that count,"
            f" but could be {read.maybe}"
        )
        hint = "send dates such as '2024-01-31', or set freq to an integer, such as 1"
        notices.append(Notice("integers_like_dates", text, hint))
    if len(read.never):
        notices.append(
            Notice(
                "nonexistent_times",
                f"{len(read.never)} of the local times never were in {read.tz} (clocks went forward);"
                " they were moved to the first time after the change",
                "send the offset with each timestamp",
            )
        )
    if read.assumed:
        notices.append(
            Notice(
                "ambiguous_times",
                f"{read.assumed} of the local times were twice in {read.tz} (clocks went back);"
                " the first was taken",
                "send the offset with each timestamp",
            )
        )
    return notices


def closed_notices(slots: IntArray, rows: Grid) -> list[Notice]:
    """Tell of rows at closed times, whose slots, (rows,), are below zero."""
    closed = np.flatnonzero(slots < 0)
    if not len(closed):
        return []
    text = (
        f"{len(closed)} of the rows, first {rows.stamp(int(closed[0]))}, are at times at which the others"
        f" have it closed ({rows.freq.alias}), and were left out"
    )
    hint = "to keep them, set freq to a step that has them, such as 'D' or 'h'"
    return [Notice("closed_times_left_out", text, hint)]


def grid_notices(snapped: int, crowded: int, merge: Aggregate, freq: Frequency) -> list[Notice]:
    """Tell how many rows were moved to the grid, and how many met another there."""
    notices = []
    if snapped:
        off = counted(snapped, "timestamp was", "timestamps were")
        text = f"{off} off the grid of step {freq.alias} and moved to its nearest point"
        notices.append(Notice("snapped", text))
    if crowded:
        text = f"{crowded} of the rows met another on the same grid point; policy: {merge}"
        notices.append(Notice("snapped_merged", text, "set resample to choose how rows are merged"))
    return notices


def gap_notices(gaps: int, rows: Grid) -> list[Notice]:
    """Tell of points without a row, and what to say if they are none."""
    if not gaps:
        return []
    alias, steps = rows.freq.alias, None if rows.freq.step is not None else rows.freq.steps
    hint = None
    if isinstance(steps, Ticks) and gaps > len(rows):
        hint = f"if these are closed times, set freq to the hours, such as '{alias} Mon-Fri 09:00-17:00'"
    elif isinstance(steps, OpeningHours) and rows.tz == "UTC":
        hint = "if clocks change where the hours are from, set tz, for example 'Europe/Berlin'"
    text = f"{counted(gaps, 'point')} of the grid of step {alias} had no row and got one"
    return [Notice("gaps_filled", text, hint)]
