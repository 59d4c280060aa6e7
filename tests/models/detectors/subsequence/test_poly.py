import numpy as np

from models.detectors.subsequence.poly import Poly, PolyParams, _from_neighbours
from tests.models.build import series_of


def test_each_point_is_expected_where_the_polynomial_through_the_others_goes():
    y = np.random.default_rng(0).normal(size=30)
    found = _from_neighbours(y, 9, 2)
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
