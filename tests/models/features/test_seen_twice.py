"""Days that came twice, told from chance by how many there are."""

import numpy as np
import pytest

from models.features.seen_twice import seen_twice
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
    found = seen_twice(side * strange(6.0, 8.0), dates(), LIMIT)
    assert sorted(one.label for one in found) == list(PLACES)
    assert {one.effect for one in found} == {7.0 * side}
    assert {one.times for one in found} == {2}
    np.testing.assert_allclose([one.scale for one in found], np.sqrt(2.0))


def test_how_far_apart_they_are_is_learned_from_all() -> None:
    rest = strange(6.0, 6.0)
    rest[PLACES[0]] = 10.0
    scales = [one.scale for one in seen_twice(rest, dates(), LIMIT)]
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
    assert not seen_twice(rest, dates(), LIMIT)


def test_where_much_is_strange_pairs_are_chance() -> None:
    rest = strange(6.0, 6.0)
    assert seen_twice(rest, dates(), LIMIT)
    rest[np.random.default_rng(1).choice(SIZE, 60, replace=False)] += 9.0
    assert not seen_twice(rest, dates(), LIMIT)


def test_a_value_counts_for_one_day_alone() -> None:
    labels = np.hstack([dates(), 1000 + dates()])
    found = seen_twice(strange(6.0, 8.0), labels, LIMIT)
    assert sorted(one.label for one in found) == list(PLACES)
