"""What other days had at the time of a point."""

import numpy as np
import pandas as pd
import pytest

from models.decisions.same_time import SameTime
from models.time.frequency import Frequency
from models.time.grid import Grid


def sentence(freq: str, start: str, y, place: int, *, flagged=(), before=None, tz=None):
    stamps = pd.date_range(start, periods=len(y), freq=freq, tz=tz)
    if tz is not None:
        stamps = stamps.tz_convert("UTC").tz_localize(None)
    grid = Grid(Frequency.parse(freq), stamps.to_numpy().astype("datetime64[ns]"), tz)
    usual = np.isfinite(y)
    usual[list(flagged)] = False
    found = SameTime.of(grid, np.asarray(y, dtype=np.float64), usual)
    return None if found is None else found.sentence(place, before)


def test_the_same_hour_of_other_days():
    y = np.tile(np.arange(24.0), 5) + np.repeat(np.arange(5.0), 24)
    expected = "without an anomaly then it was 14 to 17, 15.5 in the middle."
    asked = 4 * 24 + 14
    assert sentence("h", "2024-01-01", y, asked) == f"At 14:00 on the 4 other days {expected}"
    earlier = sentence("h", "2024-01-01", y, 2 * 24 + 14, before=2 * 24 + 14)
    assert earlier == (
        "At 14:00 on the 2 earlier days without an anomaly then it was 14 to 15, 14.5 in the middle."
    )


def test_neither_missing_nor_flagged_points_are_usual():
    y = np.tile(np.arange(24.0), 5)
    y[3], y[27] = 1000.0, np.nan
    assert sentence("h", "2024-01-01", y, 4 * 24 + 3, flagged=[3]) == (
        "At 03:00 on the 2 other days without an anomaly then it was 3."
    )
    assert sentence("h", "2024-01-01", y, 4 * 24 + 3, flagged=[3, 51]) is None


def test_hours_are_those_of_the_wall_clock():
    y = np.repeat(np.arange(4.0), 24)
    told = sentence("h", "2024-03-29", y, 0, tz="Europe/Berlin")
    assert told.startswith("At 00:00 on the 4 other days")  # one has 23 hours


@pytest.mark.parametrize(
    ("freq", "start", "size", "place", "begin"),
    [
        ("D", "2024-01-01", 28, 7, "On the 3 other Mondays without"),
        ("B", "2024-01-01", 20, 4, "On the 3 other Fridays without"),
        ("MS", "2020-01-01", 60, 13, "In February of the 4 other years without"),
        ("15min", "2024-01-01", 400, 1, "At 00:15 on the 4 other days without"),
        ("10s", "2024-01-01", 30000, 1, "At 00:00:10 on the 3 other days without"),
    ],
)
def test_what_comes_again_depends_on_the_step(freq, start, size, place, begin):
    told = sentence(freq, start, np.arange(float(size)), place)
    assert told is not None
    assert told.startswith(begin)


@pytest.mark.parametrize("freq", ["W", "QS", "7h", "500ms"])
def test_other_steps_have_no_such_time(freq):
    assert sentence(freq, "2024-01-01", np.arange(200.0), 3) is None


def test_counted_times_have_none():
    grid = Grid(Frequency.parse(1), np.arange(5))
    assert SameTime.of(grid, np.arange(5.0), np.ones(5, dtype=bool)) is None
