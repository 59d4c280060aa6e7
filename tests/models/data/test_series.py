"""A series: its beginning, other values at the same stamps, and which of its values were observed."""

import numpy as np

from models.data.series import Series, exogenous_unused
from models.time.frequency import Frequency
from models.time.grid import Grid

OBSERVED = np.array([True, False, True, True])
SERIES = Series(
    "a",
    np.array([1.0, 2.0, 3.0, 4.0]),
    Grid(Frequency.integer(1), np.arange(4)),
    (2,),
    OBSERVED,
    {"x": np.array([10.0, 20.0, 30.0, 40.0])},
    {"x": np.array([50.0])},
)


def test_the_beginning_knows_what_followed_of_its_columns() -> None:
    head = SERIES.head(2)
    assert len(head) == 2
    assert head.season_length == (2,)
    assert head.exog["x"].tolist() == [10.0, 20.0]
    assert head.future["x"].tolist() == [30.0, 40.0, 50.0]


def test_other_values_keep_stamps_and_seasons_unless_told_otherwise() -> None:
    other = SERIES.with_values(np.zeros(4))
    assert other.grid is SERIES.grid
    assert other.season_length == (2,)
    assert SERIES.with_values(np.zeros(4), (3,)).season_length == (3,)
    assert other.is_constant
    assert not SERIES.is_constant


def test_columns_without_effect_are_told_once() -> None:
    (notice,) = exogenous_unused(["x", "z"], "has no effect", "leave it out", "a")
    assert notice.code == "exogenous_unused"
    assert "x, z has no effect" in notice.message
    assert exogenous_unused([], "has no effect", "leave it out", "a") == ()


def test_what_was_filled_in_is_told_from_what_was_observed() -> None:
    assert SERIES.is_observed.tolist() == OBSERVED.tolist()
    np.testing.assert_array_equal(SERIES.y_observed, [1.0, np.nan, 3.0, 4.0])
    whole = Series("a", SERIES.y, SERIES.grid)
    assert whole.is_observed.all()
    assert whole.y_observed is whole.y


def test_the_last_points_keep_the_seasons_that_were_found() -> None:
    series = Series("a", SERIES.y, SERIES.grid)
    series.keep_seasons((2,))
    assert series.tail(2).known_seasons == (2,)
    assert series.tail(2).y.tolist() == SERIES.y[2:].tolist()
    assert series.tail(4) is series
