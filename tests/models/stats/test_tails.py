import numpy as np
import pytest

from models.stats.tails import BoxCoxTail, LognormalTail

tails = pytest.mark.parametrize("kind", [BoxCoxTail, LognormalTail])

NOISE = {
    "normal": lambda r, n: np.abs(10 + r.normal(size=n)),
    "half normal": lambda r, n: np.abs(r.normal(size=n)),
    "lognormal": lambda r, n: np.exp(r.normal(size=n)),
    "gamma": lambda r, n: r.gamma(2.0, size=n),
    "chi": lambda r, n: np.sqrt(r.chisquare(5, size=n)),
}


@tails
@pytest.mark.parametrize("name", NOISE)
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_one_percent_lies_beyond_level_99(kind, name, unit):
    x = unit * NOISE[name](np.random.default_rng(0), 50_000)
    few = kind is LognormalTail and name == "half normal"  # which ends before any lognormal tail
    assert 0.003 + 0.001 * (not few) < np.mean(x > kind.of(x).threshold(99.0)) < 0.02


@tails
def test_a_quarter_of_strange_points_has_no_say(kind):
    x = np.random.default_rng(1).gamma(2.0, size=2000)
    clean = kind.of(x, clean=0.75).threshold(99.0)
    x[:300] += 1000.0
    assert kind.of(x, clean=0.75).threshold(99.0) < 3.0 * clean


@tails
def test_where_nearly_all_are_zero_any_other_is_strange(kind):
    x = np.zeros(100)
    x[3] = 1e-6
    tail = kind.of(x)
    assert 0.0 < tail.threshold(50.0) == tail.threshold(99.0) < 1e-6


@tails
def test_it_grows_with_the_level(kind):
    tail = kind.of(np.random.default_rng(2).gamma(1.0, size=200))
    edges = [tail.threshold(level) for level in (1.0, 50.0, 90.0, 99.0, 99.99)]
    assert edges == sorted(edges)
    assert edges[0] > 0.0


@tails
def test_nothing_known_has_a_threshold_all_the_same(kind):
    assert kind.of(np.array([np.nan])).threshold(99.0) > 0.0


@tails
@pytest.mark.parametrize("clean", [0.75, 0.9])
def test_scores_that_differ_by_rounding_are_alike(kind, clean):
    scores = 0.3 * (1.0 + 1e-15 * np.random.default_rng(3).integers(-9, 10, 200))
    scores[100] = 3.0
    assert (scores > kind.of(scores, clean=clean).threshold(99.0)).sum() == 1


@pytest.mark.parametrize("name", ["normal", "half normal", "gamma", "chi"])
def test_of_few_scores_too_about_one_percent_of_others_lies_beyond(name):
    random = np.random.default_rng(4)
    others = NOISE[name](random, 20_000)
    few = [NOISE[name](random, 20) for _ in range(300)]
    beyond = [np.mean(others > LognormalTail.of(x, clean=0.75).threshold(99.0)) for x in few]
    assert 0.003 < np.mean(beyond) < 0.02
