"""The one guard, and work on groups with the way back."""

import numpy as np
import pytest

from models.data.outcomes import guard, guarded, in_groups, named
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


def test_work_in_groups_comes_back_in_order() -> None:
    asked = []

    def halves(odd: int, numbers: list[int]) -> list[float]:
        asked.append((odd, numbers))
        return [number / 2 for number in numbers]

    assert in_groups([5, 2, 3, 4], lambda n: n % 2, halves) == [2.5, 1.0, 1.5, 2.0]
    assert asked == [(1, [5, 3]), (0, [2, 4])]
    assert in_groups([2, 4], lambda n: n % 2, halves) == [1.0, 2.0]
    assert in_groups([], lambda n: n % 2, halves) == []
