import numpy as np
import pytest
from sklearn.decomposition import PCA

from models import registry
from models.detectors.base import Detector
from models.detectors.subsequence.knn_windows import KnnWindows, KnnWindowsParams
from models.detectors.subsequence.sub_pca import SubPca, SubPcaParams
from models.registry import ModelSpec
from tests.models.build import series_of


def wave(size=1200, seed=0):
    noise = np.random.default_rng(seed).normal(size=size)
    return np.sin(2 * np.pi * np.arange(size) / 24) + 0.1 * noise


@pytest.mark.parametrize("name", ["knn_windows", "kmeans_windows", "sub_pca"])
def test_a_shape_that_is_no_other_is_found_though_no_value_is_strange(name):
    y = wave()
    y[600:624] = np.random.default_rng(9).permutation(y[600:624])
    series = series_of(y, 24)
    detector = registry.create(Detector, ModelSpec(name, {"window": 24}))
    [scores] = detector.fit([series]).score([series], 99.0)
    assert 590 <= int(np.argmax(scores.raw)) <= 634
    assert scores.raw[612] > scores.threshold


def test_neighbours_are_the_nearest_windows_that_do_not_overlap_by_half():
    y = wave(60)
    detector = KnnWindows(KnnWindowsParams(window=6, neighbors=3)).fit([series_of(y, None)])
    z = np.lib.stride_tricks.sliding_window_view((y - np.median(y)) / y.std(), 6)
    gap = np.linalg.norm(z[:, None] - z, axis=2)
    gap[np.abs(np.subtract.outer(np.arange(55), np.arange(55))) < 3] = np.inf
    found = detector._strangeness(z, np.arange(55))
    np.testing.assert_allclose(found, np.sort(gap, axis=1)[:, :3].mean(axis=1), rtol=1e-9)


def test_the_distance_along_components_is_that_of_scikit_learn():
    detector = SubPca(SubPcaParams(window=12, components=5)).fit([series := series_of(wave(), 24)])
    vectors = detector._vectors(series.y)
    along = PCA(5, whiten=True).fit(vectors).transform(vectors)
    found = detector._strangeness(vectors, None)
    np.testing.assert_allclose(found, np.linalg.norm(along, axis=1), rtol=1e-6)


def test_a_long_series_is_judged_by_some_of_its_windows():
    y = wave(9000)
    y[5000] += 4.0
    series = series_of(y, None)
    [scores] = KnnWindows().fit([series]).score([series], 99.0)
    assert abs(int(np.argmax(scores.raw)) - 5000) <= 24
    assert np.mean(scores.raw > scores.threshold) < 0.03
