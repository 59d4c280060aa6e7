"""The one guard, and work on groups with the way back."""

import numpy as np
import pytest

from models.data.outcomes import grouped, guard, guarded, in_order, named
from models.data.results import Outcome
from models.data.series import Series
from models.errors import BadValues, Cancelled, FitFailed, InvalidRequest, Problem
from tests.models.build import series_of

TWO = BadValues.of([Problem("first", "one", ds="1"), Problem("second", "two", ds="2")])


def test_an_error_keeps_all_its_problems_when_it_gets_the_name_of_its_series() -> None:
    error = named(TWO, "b")
    assert isinstance(error, BadValues)
    assert [(one.message, one.hint, one.ds) for one in error.problems] == [
        ("first", "one", "1"),
        ("second", "two", "2"),
    ]
    assert {one.unique_id for one in error.problems} == {"b"}


def work(series: Series) -> Outcome[float]:
    if series.unique_id == "two":
        raise TWO
    if series.unique_id == "library":
        raise ZeroDivisionError("of all things")
    return Outcome(series.unique_id, float(np.log(series.y - 1.0)[0]))


def test_what_is_raised_is_told_of_its_series_and_the_others_go_on() -> None:
    series = [series_of([1.0], unique_id=name) for name in ("a", "two", "library", "b")]
    none = series[0].head(0)
    a, two, library, b, empty = guarded("the work failed", [*series, none], work, "wait")
    assert a.result == b.result == -np.inf  # and numpy's warning is silent
    assert a.fit_ms > 0
    assert two.error is not None
    assert [one.message for one in two.error.problems] == ["first", "second"]
    assert isinstance(library.error, FitFailed)
    assert library.error.message == "the work failed: ZeroDivisionError: of all things"
    assert library.error.problems[0].unique_id == "library"
    assert library.error.hint == "wait"
    assert empty.error is not None
    assert empty.error.code == "no_observations"


@pytest.mark.parametrize("error", [InvalidRequest("no"), Cancelled("gone"), KeyboardInterrupt()])
def test_what_concerns_no_series_is_raised(error: BaseException) -> None:
    with pytest.raises(type(error)), guard("the work failed", "wait"):
        raise error


def test_what_is_made_of_groups_comes_back_in_order() -> None:
    numbers = [5, 2, 3, 4]
    groups = grouped(numbers, lambda number: number % 2)
    assert groups == {1: [0, 2], 0: [1, 3]}
    parts = [(rows, [numbers[row] / 2 for row in rows]) for rows in groups.values()]
    assert in_order(parts) == [2.5, 1.0, 1.5, 2.0]
    assert in_order([]) == []
