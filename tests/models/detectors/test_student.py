"""The edge of what is learned from few points."""

import numpy as np
import pytest
from scipy.stats import norm, t

from models.detectors.base import student_quantile

FREEDOM = np.array([1.0, 1.3, 2.0, 4.4, 10.0, 1000.0, 1e9])


@pytest.mark.parametrize("level", [1.0, 80.0, 99.0, 99.99, 99.999999])
def test_it_is_the_quantile_of_students_t(level):
    expected = t.ppf(0.5 + level / 200.0, FREEDOM)
    np.testing.assert_allclose(student_quantile(level, FREEDOM), expected, rtol=2e-6)
    assert student_quantile(level, np.array(np.inf)) == pytest.approx(norm.ppf(0.5 + level / 200.0))


def test_it_grows_with_the_level():
    edges = np.stack([student_quantile(level, FREEDOM) for level in np.linspace(1.0, 99.9999, 200)])
    assert (np.diff(edges, axis=0) > 0.0).all()
