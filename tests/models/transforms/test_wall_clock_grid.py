"""The grid of local time: places, values and columns on it, and the way back."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.data.results import Forecast, Interval
from models.data.series import Series
from models.transforms.wall_clock import WallClock, clock_of, wall_clock
from tests.models.prepare.build import NAN, prepared, raw, ready

BERLIN = "Europe/Berlin"
SPRING, AUTUMN = "2024-03-31", "2024-10-27"


def hours(
    start: str, size: int, alias: str = "h", tz: str | None = BERLIN, **options: Any
) -> Series:
    """A series that shows the hour of the wall clock."""
    first = pd.Timestamp(start).tz_localize(tz, ambiguous=True)
    index = pd.date_range(first, periods=size, freq=alias)
    y = options.pop("y", index.hour + index.minute / 60)
    columns = options.pop("exog", {})
    rows = raw(y, start=index[0].tz_localize(None).isoformat(), freq=alias, exog=columns)
    return ready(prepared(rows, tz=tz, **options))


def clock(series: Series, horizon: int = 0) -> WallClock:
    found = wall_clock(series, None, horizon)
    assert found is not None
    return found


def test_what_the_clock_never_showed_is_a_place_without_a_row() -> None:
    series = hours(SPRING, 5)
    assert clock(series).places.tolist() == [0, 1, 3, 4, 5]
    laid = clock(series).laid(series)
    assert laid.observed is not None
    assert laid.observed.tolist() == [True, True, False, True, True, True]
    assert laid.grid.tz is None
    assert str(laid.grid.stamps[2]) == "2024-03-31T02:00:00.000000000"
    assert clock(series).back(laid.y).tolist() == series.y.tolist()


@pytest.mark.parametrize(("first", "value"), [(False, 5.0), (True, 2.0)])
def test_what_the_clock_showed_twice_is_a_place_with_two_rows(first: bool, value: float) -> None:
    series = hours(AUTUMN, 5, y=[0.0, 1.0, 2.0, 8.0, 3.0])
    found = clock(series)
    assert (found.places.tolist(), found.again.tolist()) == (
        [0, 1, 2, 2, 3],
        [False, False, False, True, False],
    )
    laid = found.laid(series, first=first)
    assert (laid.y.tolist(), laid.observed) == ([0.0, 1.0, value, 3.0], None)
    assert found.back(laid.y).tolist() == [0.0, 1.0, value, value, 3.0]


def test_of_what_was_shown_twice_only_what_was_observed_counts() -> None:
    series = hours(AUTUMN, 5, y=[0.0, 1.0, NAN, 8.0, 3.0])
    assert clock(series).laid(series).y.tolist() == [0.0, 1.0, 8.0, 3.0]
    neither = hours(AUTUMN, 5, y=[0.0, 1.0, NAN, NAN, 4.0])
    laid = clock(neither).laid(neither)
    assert (laid.y.tolist(), laid.observed is None) == ([0.0, 1.0, 2.5, 4.0], False)


@pytest.mark.parametrize(("alias", "per_hour"), [("h", 1), ("15min", 4)])
def test_a_filled_hour_goes_on_as_the_day_before_and_knows_nothing_of_later(
    alias: str, per_hour: int
) -> None:
    known = 26 * per_hour
    series = hours("2024-03-30", 2 * known, alias)
    later = np.where(np.arange(len(series)) < known, series.y, 1e6)
    filled = slice(known, known + per_hour)
    for one in (series, series.with_values(later)):
        laid = clock(one).laid(one)
        np.testing.assert_allclose(laid.y[filled], 2 + np.arange(per_hour) / per_hour)


def test_a_filled_hour_stays_within_what_was_seen() -> None:
    y = np.zeros(40)
    y[1:4] = [5, 0, 1]  # the day before fell from 5 to 0 where the clock is to jump
    series = hours("2024-03-30", 40, y=y)
    assert clock(series).laid(series).y.min() == 0
    early = hours(f"{SPRING}T01:00", 4, y=[7.0, 1.0, 2.0, 3.0])
    assert clock(early).laid(early).y.tolist() == [7.0, 7.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize(("alias", "per_hour"), [("h", 1), ("15min", 4)])
def test_the_steps_ahead_may_be_more_or_fewer(day: str, alias: str, per_hour: int) -> None:
    start = pd.Timestamp(day) - pd.Timedelta("2D")
    series, horizon = hours(str(start), 48 * per_hour, alias), 24 * per_hour
    found = clock(series, horizon)
    sign = 1 if day == SPRING else -1
    assert (found.known, found.steps) == (48 * per_hour, horizon + sign * per_hour)
    shown = (found.known + found.ahead) % (24 * per_hour) / per_hour
    later = pd.date_range(start, periods=72 * per_hour, freq=alias, tz=BERLIN)[len(series) :]
    np.testing.assert_allclose(shown, later.hour + later.minute / 60)


def test_a_history_that_ends_within_the_hour_that_comes_twice_is_cut_before_it() -> None:
    quarter = hours("2024-10-26", 4 * 26 + 3, "15min")
    assert (clock(quarter, 1).known, clock(quarter, 1).ahead.tolist()) == (104, [3])
    assert clock(quarter, 6).ahead.tolist() == [3, 0, 1, 2, 3, 4]
    laid = clock(quarter, 6).laid(quarter)
    assert laid.y[-1] == 1.75
    fitted = clock(quarter, 6).back(laid.y)
    assert np.isnan(fitted).tolist() == [False] * 104 + [True] * 3


def test_one_row_within_the_hour_that_comes_twice_is_enough() -> None:
    y = [1.0, 2.0]
    series = hours(f"{AUTUMN}T02:00", 2, "30min", y=y)
    found = clock(series, 3)
    assert (found.known, found.laid(series).y.tolist()) == (1, [1.0])
    assert found.ahead.min() == 0


def test_a_series_may_begin_within_the_hour_that_comes_twice() -> None:
    series = hours(f"{AUTUMN}T02:30", 8, "15min", y=np.arange(8.0))
    assert clock(series).places.tolist() == [0, 1, 0, 0, 0, 1, 2, 3]


def test_columns_are_laid_out_with_their_future() -> None:
    columns = {"x": np.arange(25.0), "past": np.arange(25.0)}
    series = replace(hours("2024-03-30", 25, exog=columns), future={"x": np.arange(25.0, 35.0)})
    laid = clock(series, 4).laid(series)
    assert laid.exog["x"].tolist() == laid.exog["past"].tolist() == list(range(25))
    # 01:00, what never was as 01:00, 03:00 and so on.
    assert {name: values.tolist() for name, values in laid.future.items()} == {
        "x": [25.0, 25.0, 26.0, 27.0, 28.0]
    }


def test_a_forecast_comes_back_to_the_stamps() -> None:
    series = hours("2024-10-26", 25)
    found = clock(series, 4)  # 01:00, 02:00 twice, 03:00
    mean, fitted = np.array([1.0, 2.0, 3.0]), np.arange(25.0)
    bands, inside = {80.0: Interval(mean - 1, mean + 1)}, {80.0: Interval(fitted - 1, fitted + 1)}
    paths = np.stack([mean, mean])
    made = Forecast(mean, bands, "parametric", fitted, inside, paths, mean, fitted)
    real = found.forecast(made)
    assert real.mean.tolist() == real.center.tolist() == [1, 2, 2, 3]
    assert real.bands[80.0].upper.tolist() == [2, 3, 3, 4]
    assert real.fitted is not None
    assert real.fitted_center is not None
    assert real.fitted.tolist() == real.fitted_center.tolist() == fitted.tolist()
    assert real.fitted_bands[80.0].lower.tolist() == (fitted - 1).tolist()
    assert real.paths is not None
    assert real.paths.shape == (2, 4)


@pytest.mark.parametrize(
    "series",
    [
        hours("2024-03-30", 60, tz=None),
        hours("2024-03-30", 60, tz="UTC"),
        hours("2024-03-30", 60, tz="Asia/Kolkata"),
        hours("2024-05-30", 60),
        hours("2024-03-25", 10, "D"),
        hours("2024-03-30", 60, "6h"),
        hours("2024-03-30", 60, y=[NAN if i == 7 else i for i in range(60)], missing="drop"),
    ],
)
def test_without_a_change_of_clocks_within_steps_below_a_day_there_is_nothing_to_do(
    series: Series,
) -> None:
    assert wall_clock(series, None, 2) is None


def test_without_a_season_there_is_nothing_to_do() -> None:
    series = hours("2024-03-30", 60)
    assert [wall_clock(series, seasons) for seasons in ((), (1,))] == [None, None]
    assert wall_clock(series, (24,)) is not None


def test_a_change_ahead_counts_only_within_the_horizon() -> None:
    series = hours("2024-03-30", 24)
    assert wall_clock(series, None, 2) is None
    assert wall_clock(series, None, 3) is not None


@pytest.mark.parametrize(
    ("tz", "start", "alias", "places"),
    [
        ("Australia/Lord_Howe", "2024-04-07T01:00", "30min", [0, 1, 1, 2, 3]),
        ("Australia/Lord_Howe", "2024-10-06T01:30", "30min", [0, 2, 3, 4, 5]),
        ("Australia/Sydney", "2024-04-07T02:00", "h", [0, 0, 1, 2, 3]),
        ("Australia/Sydney", "2024-10-06T01:00", "h", [0, 2, 3, 4, 5]),
        ("Pacific/Apia", "2011-12-29T23:00", "h", [0, 25, 26, 27, 28]),
    ],
)
def test_other_changes_of_clocks(tz: str, start: str, alias: str, places: list[int]) -> None:
    series = hours(start, 5, alias, tz, y=np.arange(5.0))
    assert clock(series).places.tolist() == places
    laid = clock(series).laid(series)
    assert np.isfinite(laid.y).all()
    assert len(laid) == len(laid.grid) == places[-1] + 1


def test_half_an_hour_is_too_little_for_hours() -> None:
    assert clock_of(hours("2024-04-06", 60, tz="Australia/Lord_Howe").grid, 3) is None


def test_the_end_of_time_is_no_error() -> None:
    assert clock_of(hours("2261-12-30", 24).grid, 24 * 365) is None
