"""Days that came twice, and several of which are told from chance by how many there are."""

import numpy as np
import pytest

from models.features.seen_twice import alone_seen_twice, together_seen_twice
from models.types import FloatArray, IntArray

SIZE, YEAR, LIMIT = 730, 365, 3.0
PLACES = (10, 100, 200, 300)


def dates() -> IntArray:
    """Return one label for each day of two years, (t, 1)."""
    return (np.arange(SIZE) % YEAR)[:, None]


def strange(first: float, second: float, places: tuple[int, ...] = PLACES) -> FloatArray:
    rest = np.random.default_rng(0).uniform(-2.0, 2.0, size=SIZE)
    rest[list(places)] = first
    rest[[place + YEAR for place in places]] = second
    return rest


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_several_days_that_are_strange_twice_are_found(side: float) -> None:
    found = together_seen_twice(side * strange(6.0, 8.0), dates(), LIMIT)
    assert sorted(one.label for one in found) == list(PLACES)
    assert {one.effect for one in found} == {7.0 * side}
    assert {one.times for one in found} == {2}
    np.testing.assert_allclose([one.scale for one in found], np.sqrt(2.0))


def test_how_far_apart_they_are_is_learned_from_all() -> None:
    rest = strange(6.0, 6.0)
    rest[PLACES[0]] = 10.0
    scales = [one.scale for one in together_seen_twice(rest, dates(), LIMIT)]
    np.testing.assert_allclose(scales, np.sqrt(8.0 / 4))


@pytest.mark.parametrize(
    "rest",
    [
        strange(6.0, 1.0),  # once
        strange(6.0, -6.0),  # to two sides
        strange(4.0, 12.0),  # not alike
        strange(6.0, 6.0, PLACES[:2]),  # too few to be told from chance
    ],
)
def test_other_days_are_not_found(rest: FloatArray) -> None:
    assert not together_seen_twice(rest, dates(), LIMIT)


def test_where_much_is_strange_pairs_are_chance() -> None:
    rest = strange(6.0, 6.0)
    assert together_seen_twice(rest, dates(), LIMIT)
    rest[np.random.default_rng(1).choice(SIZE, 60, replace=False)] += 9.0
    assert not together_seen_twice(rest, dates(), LIMIT)


def test_a_value_counts_for_one_day_alone() -> None:
    labels = np.hstack([dates(), 1000 + dates()])
    found = together_seen_twice(strange(6.0, 8.0), labels, LIMIT)
    assert sorted(one.label for one in found) == list(PLACES)


SECOND_FAMILY = 400
"""A label beyond those of dates, which are the first 372."""


def alone(first: float, second: float, *labels: int) -> list[int]:
    """Return which of the labels of a day of two years are found; nothing else is beyond 2."""
    rest = strange(first, second, PLACES[:1])
    every = np.concatenate([np.arange(SIZE) % YEAR, *(np.full(2, label) for label in labels)])
    values = np.concatenate([rest, *(rest[[PLACES[0], PLACES[0] + YEAR]] for _ in labels)])
    return [one.label for one in alone_seen_twice(values, every, 1.0, rest)]


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_one_day_is_enough_if_it_was_very_strange_both_times_and_alike(side: float) -> None:
    assert alone(side * 11.0, side * 14.0) == [PLACES[0]]
    assert not alone(side * 9.0, side * 14.0)
    assert not alone(side * 11.0, side * 30.0)


def test_a_day_goes_by_its_date_if_that_tells_as_much() -> None:
    assert alone(11.0, 14.0, SECOND_FAMILY) == [PLACES[0]]
