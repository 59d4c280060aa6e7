"""Months on days that not every month has, and on days that vary."""

import numpy as np
import pytest

from models.data.series import RawSeries
from models.prepare import PreparationOptions, prepare

MONTHS = np.arange("2018-01", "2022-05", dtype="datetime64[M]")


def on_day(day: int) -> list[str]:
    """The day of each month, its last where it has none so late."""
    last = (MONTHS + 1).astype("datetime64[D]") - 1
    days = np.minimum(MONTHS.astype("datetime64[D]") + (day - 1), last)
    return [str(one) for one in days]


@pytest.mark.parametrize("day", [15, 28, 29, 30])
@pytest.mark.parametrize("size", [25, 26, 27])
def test_a_month_that_is_too_short_has_its_last_day(day: int, size: int) -> None:
    """Of 26 months the last is a February, which does not show the day."""
    stamps = on_day(day)
    raw = RawSeries("a", np.arange(float(size)), ds=stamps[:size])
    (found,) = prepare([raw], PreparationOptions())
    assert found.series is not None
    assert (found.report.snapped, found.report.duplicates, found.report.gaps) == (0, 0, 0)
    grid = found.series.grid
    assert list(grid.text(grid.future(14))) == stamps[size : size + 14]


@pytest.mark.parametrize("days", [range(12, 19), range(15, 22), range(9, 16)])
def test_readings_on_a_varying_day_stay_in_their_month(days: range) -> None:
    random = np.random.default_rng(3)
    first = MONTHS[:30].astype("datetime64[D]")
    stamps = [str(one + int(random.choice(days)) - 1) for one in first]
    (found,) = prepare([RawSeries("a", np.arange(30.0), ds=stamps)], PreparationOptions())
    assert found.series is not None
    np.testing.assert_array_equal(found.series.y, np.arange(30.0))
    assert (found.report.duplicates, found.report.gaps) == (0, 0)
    months = found.series.grid.stamps.astype("datetime64[M]")
    np.testing.assert_array_equal(months, MONTHS[:30])
