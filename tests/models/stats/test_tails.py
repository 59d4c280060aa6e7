import numpy as np
import pytest

from models.stats.tails import SkewedTail

NOISE = {
    "normal": lambda r, n: np.abs(10 + r.normal(size=n)),
    "half normal": lambda r, n: np.abs(r.normal(size=n)),
    "lognormal": lambda r, n: np.exp(r.normal(size=n)),
    "gamma": lambda r, n: r.gamma(2.0, size=n),
    "chi": lambda r, n: np.sqrt(r.chisquare(5, size=n)),
}


@pytest.mark.parametrize("name", NOISE)
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_one_percent_lies_beyond_level_99(name, unit):
    x = unit * NOISE[name](np.random.default_rng(0), 50_000)
    assert 0.004 < np.mean(x > SkewedTail.of(x).threshold(99.0)) < 0.02


def test_a_quarter_of_strange_points_has_no_say():
    x = np.random.default_rng(1).gamma(2.0, size=2000)
    clean = SkewedTail.of(x, clean=0.75).threshold(99.0)
    x[:300] += 1000.0
    assert SkewedTail.of(x, clean=0.75).threshold(99.0) < 3.0 * clean


def test_where_nearly_all_are_zero_any_other_is_strange():
    x = np.zeros(100)
    x[3] = 1e-6
    tail = SkewedTail.of(x)
    assert 0.0 < tail.threshold(50.0) == tail.threshold(99.0) < 1e-6


def test_it_grows_with_the_level():
    tail = SkewedTail.of(np.random.default_rng(2).gamma(1.0, size=200))
    edges = [tail.threshold(level) for level in (1.0, 50.0, 90.0, 99.0, 99.99)]
    assert edges == sorted(edges)
    assert edges[0] > 0.0


def test_nothing_known_has_a_threshold_all_the_same():
    assert SkewedTail.of(np.array([np.nan])).threshold(99.0) > 0.0


@pytest.mark.parametrize("clean", [0.75, 0.9])
def test_scores_that_differ_by_rounding_are_alike(clean):
    scores = 0.3 * (1.0 + 1e-15 * np.random.default_rng(3).integers(-9, 10, 200))
    scores[100] = 3.0
    assert (scores > SkewedTail.of(scores, clean=clean).threshold(99.0)).sum() == 1
