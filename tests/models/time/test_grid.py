import numpy as np
import pandas as pd
import pytest

from models.time.frequency import Frequency
from models.time.grid import Grid, regular_stamps


def stamps(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]")


def test_equal_regular_series_share_one_array() -> None:
    freq = Frequency.parse("h")
    start = np.datetime64("2024-01-01", "ns")
    assert regular_stamps(freq, start, 48) is regular_stamps(freq, start, 48)
    assert not regular_stamps(freq, start, 48).flags.writeable


def test_future_of_integer_time_continues_by_its_step() -> None:
    grid = Grid(Frequency.integer(5), np.array([10, 15, 20]))
    np.testing.assert_array_equal(grid.future(2), [25, 30])
    assert grid.text(grid.future(2)).tolist() == [25, 30]


def berlin(alias: str, *local: str) -> Grid:
    absolute = pd.DatetimeIndex(local).tz_localize("Europe/Berlin").tz_convert("UTC")
    return Grid(Frequency.parse(alias), absolute.tz_localize(None).to_numpy(), "Europe/Berlin")


@pytest.mark.parametrize(
    ("alias", "last", "future"),
    [
        # Clocks go forward on 2024-03-31 at 02:00, back on 2024-10-27 at 03:00.
        ("D", "2024-03-30", ["2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00"]),
        ("D", "2024-10-26", ["2024-10-27T00:00:00+02:00", "2024-10-28T00:00:00+01:00"]),
        ("D", "2024-03-30T02:30", ["2024-03-31T03:00:00+02:00", "2024-04-01T02:30:00+02:00"]),
        ("h", "2024-03-31T01:00", ["2024-03-31T03:00:00+02:00", "2024-03-31T04:00:00+02:00"]),
        ("h", "2024-10-27T01:00", ["2024-10-27T02:00:00+02:00", "2024-10-27T02:00:00+01:00"]),
        ("15min", "2024-03-31T01:45", ["2024-03-31T03:00:00+02:00", "2024-03-31T03:15:00+02:00"]),
        ("MS", "2024-03-01", ["2024-04-01T00:00:00+02:00", "2024-05-01T00:00:00+02:00"]),
        ("W-SUN", "2024-03-24", ["2024-03-31T00:00:00+01:00", "2024-04-07T00:00:00+02:00"]),
    ],
)
def test_future_follows_the_wall_clock_of_the_zone(
    alias: str, last: str, future: list[str]
) -> None:
    grid = berlin(alias, last)
    assert grid.text(grid.future(2)) == future


def test_quarter_hours_count_the_repeated_hour_twice() -> None:
    grid = berlin("15min", "2024-10-27T01:45")
    text = grid.text(grid.future(8))
    assert text[0] == "2024-10-27T02:00:00+02:00"
    assert text[3] == "2024-10-27T02:45:00+02:00"
    assert text[4] == "2024-10-27T02:00:00+01:00"
    assert text[7] == "2024-10-27T02:45:00+01:00"


@pytest.mark.parametrize(
    ("alias", "tz", "stamp", "text"),
    [
        ("D", None, "2024-03-01", "2024-03-01"),
        ("D", None, "2024-03-01T06:00", "2024-03-01T06:00:00"),
        ("h", None, "2024-03-01", "2024-03-01T00:00:00"),
        ("h", "UTC", "2024-03-01", "2024-03-01T00:00:00Z"),
        ("h", "-03:30", "2024-03-01", "2024-02-29T20:30:00-03:30"),
        ("D", "America/New_York", "2024-03-01T05:00", "2024-03-01T00:00:00-05:00"),
        ("250ms", None, "2024-03-01T00:00:00.25", "2024-03-01T00:00:00.250"),
        ("us", None, "2024-03-01T00:00:00.000001", "2024-03-01T00:00:00.000001"),
    ],
)
def test_text_is_iso(alias: str, tz: str | None, stamp: str, text: str) -> None:
    grid = Grid(Frequency.parse(alias), stamps(stamp), tz)
    assert grid.text(grid.stamps) == [text]


def test_head_and_tail_keep_frequency_and_zone() -> None:
    grid = berlin("D", "2024-01-01", "2024-01-02", "2024-01-03")
    assert grid.head(2).text(grid.head(2).stamps) == grid.text(grid.stamps)[:2]
    assert grid.tail(1).text(grid.tail(1).stamps) == grid.text(grid.stamps)[2:]
    assert len(grid.tail(0)) == 0


def test_one_stamp_is_written_for_a_message() -> None:
    grid = berlin("D", "2024-01-01", "2024-01-02", "2024-01-03")
    assert grid.stamp(0) == "2024-01-01T00:00:00+01:00"
    assert grid.stamp(-1) == "2024-01-03T00:00:00+01:00"
    assert Grid(Frequency.integer(5), np.array([10, 15])).stamp(1) == "15"


@pytest.mark.parametrize(
    ("alias", "first", "later"),
    [
        ("MS", "2011-03-01", 161),
        ("B", "2024-02-01", 77),
        ("D", "2024-03-30", 40),
        ("h", "2024-03-30T05:00", 900),
        ("3D", "2024-01-02", 0),
    ],
)
def test_the_steps_to_another_grid_are_those_that_lie_between(
    alias: str, first: str, later: int
) -> None:
    freq, tz = Frequency.parse(alias), "Europe/Berlin"
    whole = berlin(alias, first)
    other = Grid(freq, whole.future(max(later, 1))[later - 1 :] if later else whole.stamps, tz)
    assert whole.steps_to(other) == later
    assert other.steps_to(whole) == -later


def test_the_steps_to_another_grid_of_integers_are_counted_by_its_step() -> None:
    grids = [Grid(Frequency.integer(5), np.array([at, at + 5])) for at in (10, 45)]
    assert grids[0].steps_to(grids[1]) == 7
