"""Bounds are data: what a params class declares is what its errors say."""

from typing import Literal

import pytest
from pydantic import Field

from models.errors import InvalidParameter, TidecastError, UnknownName
from models.params import Params, validate


class Window(Params):
    size: int = Field(3, ge=1, le=10)
    center: Literal["mean", "median"] = "mean"
    weights: list[float] | None = Field(None, min_length=1, max_length=3)
    share: float = Field(0.5, gt=0.0, le=1.0)
    floor: float = Field(0.5, ge=0.25)


def problem_of(
    values: dict[str, object],
) -> tuple[type[TidecastError], str, str | None, tuple[str | int, ...]]:
    with pytest.raises(TidecastError) as caught:
        validate(Window, values, ("model", "params"))
    (problem,) = caught.value.problems
    return type(caught.value), problem.message, problem.hint, problem.path


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 0}, "size must be ≥ 1, got 0"),
        ({"size": 11}, "size must be ≤ 10, got 11"),
        ({"share": 1.5}, "share must be ≤ 1, got 1.5"),
        ({"share": 0}, "share must be > 0, got 0"),
        ({"floor": 0}, "floor must be ≥ 0.25, got 0"),
        ({"size": "many"}, "size must be an integer, got 'many'"),
        ({"weights": []}, "weights must be a list of 1 or more, got []"),
        ({"weights": [1, 2, 3, 4]}, "weights must be a list of at most 3, got [1, 2, 3, 4]"),
        ({"center": "mode"}, "center must be one of 'mean' or 'median', got 'mode'"),
    ],
)
def test_a_bad_value_is_told_with_name_bound_and_value(
    values: dict[str, object], message: str
) -> None:
    kind, text, hint, path = problem_of(values)
    assert kind is InvalidParameter
    assert text == message
    assert hint
    assert path == ("model", "params", next(iter(values)))


def test_a_misspelt_name_brings_the_nearest_one() -> None:
    kind, text, hint, path = problem_of({"sise": 3})
    assert kind is UnknownName
    assert text == "unknown parameter 'sise'"
    assert hint == "did you mean 'size'?"
    assert path == ("model", "params", "sise")


def test_an_element_of_a_list_is_pointed_at() -> None:
    _, text, _, path = problem_of({"weights": [1.0, "x"]})
    assert path == ("model", "params", "weights", 1)
    assert "'x'" in text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_are_finite(value: float) -> None:
    kind, *_ = problem_of({"weights": [value]})
    assert kind is InvalidParameter


def test_of_very_many_faults_some_are_told() -> None:
    with pytest.raises(UnknownName) as caught:
        validate(Window, {f"no_{i}": 1 for i in range(5000)})
    assert 1000 <= len(caught.value.problems) < 5000


def test_several_problems_come_together() -> None:
    with pytest.raises(InvalidParameter) as caught:
        validate(Window, {"size": 0, "center": "mode"})
    assert [problem.path for problem in caught.value.problems] == [("size",), ("center",)]


def test_a_misspelt_choice_brings_the_nearest_one() -> None:
    _, _, hint, _ = problem_of({"center": "medain"})
    assert hint == "did you mean 'median'?"
