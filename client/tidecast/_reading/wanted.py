"""What the user says of a file, instead of having it guessed."""

from __future__ import annotations

from dataclasses import dataclass

NONE = ""
"""Named instead of a column: there is none."""


@dataclass(frozen=True)
class Wanted:
    """What the user said; None where it is left to us.

    Attributes:
        id: Column of the series' names, or NONE.
        time: Column of the times, or NONE.
        target: Column of the values.
        exog: Columns of exogenous variables.
        time_format: How times are written, as for `strptime`.
        repeats: Whether stamps may come twice, so that they are no sign of several series.
        wide: Whether each column of numbers is a series.
        decimal: The sign that begins a fraction.
        dates: What dates such as 1/2/2024 begin with, "day" or "month".
        sheet: Which sheet of an Excel file is read, by its name or its number from 1.
        encoding: What its letters are written in, such as cp1251.
        keep_nines: Whether numbers such as -9999 are values, however far from all others.
    """

    id: str | None = None
    time: str | None = None
    target: str | None = None
    exog: tuple[str, ...] = ()
    time_format: str | None = None
    repeats: bool = False
    wide: bool = False
    decimal: str | None = None
    dates: str | None = None
    sheet: str | None = None
    keep_nines: bool = False
    encoding: str | None = None


NOTHING = Wanted()
"""All is left to us."""
