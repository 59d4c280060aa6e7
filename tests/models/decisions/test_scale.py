"""From raw scores to those whose edge is 1, and on to another edge."""

import numpy as np
import pytest

from models.data.results import NeighbourhoodScores, Scores
from models.decisions.scale import calibrate, moved

Y = np.linspace(-30.0, 30.0, 601)


def scores(*, surrounded: bool) -> Scores:
    around = NeighbourhoodScores(np.zeros(len(Y)), np.zeros(len(Y)), lambda level: 1.0)
    return Scores(
        np.abs(Y) / 2.0,
        expected=np.zeros(len(Y)),
        scale=np.full(len(Y), 2.0),
        threshold=2.5,
        around=around.at(99.0) if surrounded else None,
    )


@pytest.mark.parametrize("surrounded", [False, True])
@pytest.mark.parametrize("threshold", [0.4, 0.9, 1.0, 1.3, 2.0])
def test_a_score_above_one_is_one_outside_the_band_wherever_the_edge_is(threshold, surrounded):
    found = moved(calibrate(scores(surrounded=surrounded)), threshold)
    assert found.band is not None
    outside = (found.band.upper < Y) | (found.band.lower > Y)
    assert 0 < outside.sum() < len(Y)
    near = np.abs(found.score - 1.0) < 1e-9
    np.testing.assert_array_equal((found.score > 1.0)[~near], outside[~near])


def test_an_edge_that_is_moved_twice_is_where_it_is_moved_at_once():
    found = calibrate(scores(surrounded=True))
    twice, once = moved(moved(found, 1.5), 1.2), moved(found, 1.8)
    np.testing.assert_allclose(twice.score, once.score)
    np.testing.assert_allclose(twice.band.upper, once.band.upper)
