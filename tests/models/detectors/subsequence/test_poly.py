import numpy as np
import pytest

from models.detectors.subsequence.poly import Poly, PolyParams, _from_neighbours
from tests.models.build import series_of


def flagged(y):
    [scores] = Poly().score([series_of(y)], 99.0)
    return np.flatnonzero(scores.raw > scores.threshold)


def test_each_point_is_expected_where_the_polynomial_through_the_others_goes():
    y = np.random.default_rng(0).normal(size=30)
    found, _ = _from_neighbours(y, 9, 2)
    for place, first in ((0, 0), (2, 0), (15, 11), (29, 21)):
        t = np.array([i for i in range(first, first + 9) if i != place])
        line = np.polynomial.Polynomial.fit(t, y[t], 2)
        np.testing.assert_allclose(found[place], line(place), rtol=1e-6)


def test_a_small_spike_on_a_steep_course_is_found():
    t = np.arange(500)
    y = 100 * np.sin(t / 20) + np.random.default_rng(1).normal(size=500)
    y[250] += 9.0
    [scores] = Poly(PolyParams()).score([series_of(y)], 99.0)
    assert int(np.argmax(scores.raw)) == 250
    assert np.mean(scores.raw > scores.threshold) < 0.03


@pytest.mark.parametrize("height", [30.0, 3000.0])
def test_a_giant_makes_none_of_its_neighbours_strange(height):
    y = np.random.default_rng(3).normal(size=800)
    y[400] += height
    assert {400} == {*flagged(y)} & {*range(385, 416)}
    zeros = np.zeros(500)
    zeros[400] = height
    assert flagged(zeros).tolist() == [400]


def test_each_side_has_the_tails_of_its_deviations():
    y = np.random.default_rng(3).exponential(10.0, 3000)
    assert len(flagged(y)) < 0.02 * len(y)
