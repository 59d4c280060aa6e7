import numpy as np

from models.detectors.statistical.differences import Differences, DifferencesParams
from tests.models.build import series_of


def scored(y, **params):
    detector = Differences(DifferencesParams(**params)).begin([series_of(y)])
    return detector.observe(np.asarray(y, float), 99.0)


def walk(size=1000, seed=0):
    return np.cumsum(np.random.default_rng(seed).normal(size=size))


def test_there_and_back_again_is_one_anomaly():
    y = walk()
    y[500] += 15.0
    scores = scored(y)
    assert scores.raw[500] > scores.threshold[500]
    assert not (scores.raw[501:506] > scores.threshold[501:506]).any()


def test_a_new_level_is_believed_after_eight():
    y = walk() * 0.1
    y[500:] += 50.0
    flagged = (s := scored(y)).raw > s.threshold
    assert flagged[500:508].all()
    assert np.mean(flagged[510:]) < 0.03


def test_one_percent_of_a_random_walk_is_flagged():
    flagged = [np.nanmean((s := scored(walk(3000, seed))).raw > s.threshold) for seed in range(3)]
    assert 0.003 < np.mean(flagged) < 0.02


def test_with_the_lag_of_a_season_like_is_compared_with_like():
    t = np.arange(600)
    y = 10 * np.sin(2 * np.pi * t / 24) + 0.2 * np.random.default_rng(1).normal(size=600)
    y[400] = 0.0
    scores = scored(y, lag=24)
    assert int(np.nanargmax(scores.raw)) == 400


def test_nothing_is_expected_of_what_has_nothing_a_lag_before():
    expected = scored(100.0 + walk(60), lag=3).expected
    assert np.isnan(expected[:3]).all()  # zeros are no expectation
    assert expected[3] == 100.0 + walk(60)[0]
