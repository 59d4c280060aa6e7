import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.cluster import DBSCAN

from models.data.results import Scores
from models.detectors.clustering._clusters import connected, knee
from models.detectors.clustering.dbscan import Dbscan, DbscanParams
from tests.models.build import series_of


def judged(y, **params) -> tuple[Dbscan, Scores]:
    series = series_of(y, None)
    detector = Dbscan(DbscanParams(**params)).fit([series])
    [scores] = detector.score([series], 99.0)
    return detector, scores


@pytest.mark.parametrize("eps", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("features", ["values", "windows"])
def test_with_eps_the_noise_is_that_of_scikit_learn(eps, features):
    random = np.random.default_rng(0)
    y = np.concatenate([random.normal(size=200), random.normal(20, 1, size=100), [5.0, 60.0, 61.0]])
    window = 1 if features == "values" else 3
    z = (y - np.median(y)) / y.std()
    vectors = np.lib.stride_tricks.sliding_window_view(z, window)
    noise = DBSCAN(eps=eps, min_samples=4).fit(vectors).labels_ < 0
    params = {"features": features, "min_samples": 4, "accept_rare": True, "eps": eps}
    if features == "windows":
        params["window"] = window
    detector = Dbscan(DbscanParams(**params)).fit([series := series_of(y, None)])
    strange = detector._strangeness(detector._vectors(series.y), np.arange(len(vectors)))
    np.testing.assert_array_equal(strange > eps, noise)


def test_an_eps_far_too_wide_stays_within_bounds_and_flags_nothing():
    y = np.random.default_rng(1).normal(size=20_000)
    _, scores = judged(y, eps=1e6)
    assert not (scores.raw > scores.threshold).any()


def test_a_repeated_rare_pattern_is_normal_only_if_asked():
    y = np.random.default_rng(2).normal(size=1000)
    y[300:330] = 30.0
    _, strict = judged(y)
    _, kind = judged(y, accept_rare=True)
    assert (strict.raw[300:330] > strict.threshold).all()
    assert not (kind.raw[300:330] > kind.threshold).any()


def test_repeated_values_are_joined_with_what_lies_between_them():
    between = np.random.default_rng(9).uniform(-1.0, 1.0, 25)
    y = np.concatenate([np.repeat([-1.0, 0.0, 1.0], [15, 10, 10]), between])
    detector, scores = judged(y)
    assert detector.eps_ > 0.0
    assert not (scores.raw > scores.threshold).any()


def test_two_levels_are_both_normal():
    random = np.random.default_rng(3)
    y = np.where(np.arange(600) // 60 % 2, 10.0, 0.0) + 0.3 * random.normal(size=600)
    y[333] = 5.0
    detector, scores = judged(y)
    assert detector.clusters_ >= 2
    assert int(np.argmax(scores.raw)) == 333
    assert np.mean(scores.raw > scores.threshold) < 0.03


def test_the_knee_is_where_the_curve_bends():
    assert knee(np.array([1.0, 1.1, 1.2, 1.3, 9.0, 20.0])) == 1.3


def test_chains_of_near_points_are_connected():
    points = np.array([[0.0], [10.0], [1.0], [2.0], [10.5]])
    np.testing.assert_array_equal(connected(points, 1.0), [0, 1, 0, 0, 1])
    flat = np.hstack([points, np.zeros((5, 1))])
    np.testing.assert_array_equal(connected(flat, 1.0), [0, 1, 0, 0, 1])


def test_whole_units_are_not_anomalies_for_being_rare():
    y = np.random.default_rng(4).poisson(6.0, size=2000).astype(float)
    _, scores = judged(y)
    assert np.mean(scores.raw > scores.threshold) < 0.015


@pytest.mark.parametrize("noise", ["normal", "laplace", "lognormal"])
def test_level_99_flags_about_one_percent_of_noise(noise):
    share = []
    for seed in range(4):
        _, scores = judged(getattr(np.random.default_rng(seed), noise)(size=1500))
        share.append(np.mean(scores.raw > scores.threshold))
    assert 0.003 < np.mean(share) < 0.02


def test_a_new_point_is_judged_by_its_distance_from_what_is_dense_alone():
    random = np.random.default_rng(6)
    detector = Dbscan(DbscanParams(eps=0.5)).fit([series_of(random.normal(size=600), None)])
    many = np.concatenate([random.normal(size=50), np.full(50, 9.0)])
    [together] = detector.score([series_of(many, None)], 99.0)
    [alone] = detector.score([series_of([*many[:50], 9.0], None)], 99.0)
    assert (together.raw > together.threshold)[50:].all()
    np.testing.assert_allclose(together.raw[50:], alone.raw[50])


def test_one_point_is_no_density_that_tells_a_distance():
    with pytest.raises(ValidationError, match="min_samples 1"):
        DbscanParams(min_samples=1)
    assert DbscanParams(min_samples=1, eps=0.5).eps == 0.5


def test_what_a_tenth_of_the_points_do_is_no_anomaly_though_the_clusters_are_narrow():
    random = np.random.default_rng(3)
    levels = 10.0 * np.arange(8)[np.arange(800) % 8]
    y = levels + 0.2 * random.normal(size=800)
    between = np.arange(3, 800, 10)
    y[between] = random.uniform(0.0, 70.0, size=80)
    _, scores = judged(y)
    assert np.mean(scores.raw > scores.threshold) < 0.02
