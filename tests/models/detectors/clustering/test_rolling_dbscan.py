import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from models.detectors.clustering.rolling_dbscan import RollingDbscan, RollingDbscanParams
from tests.models.build import series_of


def noise(size=400, seed=0):
    return np.random.default_rng(seed).normal(size=size)


def scored(y, **params):
    detector = RollingDbscan(RollingDbscanParams(**params)).begin([series_of(y, None)])
    return detector.observe(np.asarray(y, float), 99.0)


@pytest.mark.no_cover
@pytest.mark.parametrize("lags", [1, 3, 8])
@pytest.mark.parametrize("eps", [0.05, 0.3, 2.4])
@pytest.mark.parametrize("least", [1, 2, 5])
def test_flags_are_those_of_a_full_clustering_of_every_window(lags, eps, least):
    y = np.round(noise(150), 1) if lags == 1 else noise(150)
    scores = scored(y, window=50, lags=lags, eps=eps, min_samples=least)
    vectors = np.lib.stride_tricks.sliding_window_view(y, lags)
    for t in range(lags + 30, 150):
        place = t - lags + 1
        label = DBSCAN(eps=eps, min_samples=least).fit(vectors[max(place - 50, 0) : place + 1])
        assert (scores.raw[t] > 1.0) == (label.labels_[-1] < 0), t
    assert np.isfinite(scores.raw[lags + 30 :]).all()


def test_a_spike_is_flagged_where_it_is_strange_and_no_where_else():
    t = np.arange(1500)
    y = 10 * np.sin(2 * np.pi * t / 700) + 0.2 * noise(1500)
    y[1225] = 10.0  # usual in the series, not here
    scores = scored(y)
    assert scores.raw[1225] > 2 * scores.threshold
    assert not (scores.raw[1226:1240] > scores.threshold).any()
    assert np.nanmean(scores.raw > scores.threshold) < 0.04


@pytest.mark.parametrize("draw", ["normal", "laplace", "lognormal", "poisson"])
def test_level_99_flags_about_one_percent_of_noise(draw):
    random = np.random.default_rng(1)
    y = random.poisson(6.0, size=3000) if draw == "poisson" else getattr(random, draw)(size=3000)
    scores = scored(y)
    assert np.nanmean(scores.raw > scores.threshold) < 0.025


def test_a_level_that_was_never_seen_is_flagged_without_a_radius():
    random = np.random.default_rng(2)
    y = np.where(np.arange(300) % 50 < 25, 10.0, 20.0) + random.normal(0, 0.5, 300)
    y[250] = 15.0
    scores = scored(y)
    assert scores.raw[250] > scores.threshold
    assert int(np.nanargmax(scores.raw[100:])) == 150
