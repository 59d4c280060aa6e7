"""The rolling window against a DBSCAN of each window."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from models.detectors.clustering.rolling_dbscan import RollingDbscan, RollingDbscanParams
from tests.models.build import series_of


@pytest.mark.parametrize("lags", [1, 3])
@pytest.mark.parametrize("eps", [0.1, 0.5, 2.0])
def test_a_rolling_window_flags_what_a_dbscan_of_each_window_does(lags, eps):
    y = np.random.default_rng(1).normal(size=160)
    y[[60, 120]] = [6.0, -5.0]
    params = RollingDbscanParams(window=40, lags=lags, eps=eps, min_samples=4)
    found = RollingDbscan(params).begin([series_of(y)]).observe(y, 99.0)
    points = np.lib.stride_tricks.sliding_window_view(y, lags)
    for place in range(60, 160):
        end = place - lags + 1
        window = points[end - 40 : end + 1]
        is_noise = DBSCAN(eps=eps, min_samples=4).fit(window).labels_[-1] < 0
        assert (found.raw[place] > eps) == is_noise, place


def test_a_level_that_was_never_seen_is_flagged_without_a_radius():
    y = np.where(np.arange(300) % 50 < 25, 10.0, 20.0) + np.random.default_rng(2).normal(
        0, 0.5, 300
    )
    y[250] = 15.0
    found = RollingDbscan().begin([series_of(y)]).observe(y, 99.0)
    assert found.raw[250] > found.threshold
    assert int(np.nanargmax(found.raw[100:])) == 150
