import numpy as np
import pytest
from hdbscan import HDBSCAN

from models.detectors.clustering.hdbscan import Hdbscan, HdbscanParams
from tests.models.build import series_of


def test_its_members_are_those_of_the_original():
    random = np.random.default_rng(0)
    y = np.concatenate([random.normal(size=200), random.normal(20, 1, size=150), [60.0, -30.0]])
    detector = Hdbscan(HdbscanParams(min_cluster_size=20)).fit([series_of(y, None)])
    z = (y - np.median(y)) / y.std()
    model = HDBSCAN(min_cluster_size=20, min_samples=5, allow_single_cluster=True).fit(z[:, None])
    np.testing.assert_array_equal(detector.place_, np.flatnonzero(model.labels_ >= 0))
    assert detector.info().details["clusters"] == 2


def test_it_finds_a_strange_shape_among_windows():
    t = np.arange(1200)
    y = np.sin(2 * np.pi * t / 24) + 0.05 * np.random.default_rng(1).normal(size=1200)
    y[600:624] = 0.0
    series = series_of(y, None)
    detector = Hdbscan(HdbscanParams(features="windows", window=24)).fit([series])
    [scores] = detector.score([series], 99.0)
    assert 590 <= int(np.argmax(scores.raw)) <= 634
    assert (scores.raw[604:620] > scores.threshold).all()


def test_a_repeated_rare_value_is_normal_only_if_asked():
    y = np.random.default_rng(4).normal(size=900)
    y[20:900:45] = 12.0 + 0.1 * np.random.default_rng(5).normal(size=20)
    rare = np.arange(20, 900, 45)
    share = []
    for params in (HdbscanParams(), HdbscanParams(min_cluster_size=8)):
        detector = Hdbscan(params).fit([series := series_of(y, None)])
        [scores] = detector.score([series], 99.0)
        share.append(np.mean((scores.raw > scores.threshold)[rare]))
    assert share == [1.0, 0.0]


def test_a_new_point_is_judged_by_its_distance_from_the_clusters_alone():
    random = np.random.default_rng(6)
    detector = Hdbscan().fit([series_of(random.normal(size=600), None)])
    # fifty strange points side by side do not make each other usual, nor do they when one comes alone
    many = np.concatenate([random.normal(size=50), np.full(50, 9.0)])
    [together] = detector.score([series_of(many, None)], 99.0)
    [alone] = detector.score([series_of([*many[:50], 9.0], None)], 99.0)
    assert (together.raw > together.threshold)[50:].all()
    np.testing.assert_allclose(together.raw[50:], alone.raw[50])


def test_one_value_between_two_clusters_is_in_neither():
    t = np.arange(600)
    y = np.where(t // 20 % 2, 10.0, 50.0) + 0.5 * np.random.default_rng(1).normal(size=600)
    y[300], y[450] = 30.0, 90.0
    series = series_of(y, None)
    detector = Hdbscan(HdbscanParams(features="values")).fit([series])
    [scores] = detector.score([series], 99.0)
    flagged = np.flatnonzero(scores.raw > scores.threshold).tolist()
    assert {300, 450} <= set(flagged)
    assert len(flagged) <= 6


DRAWS = {
    "heavy": lambda random: random.standard_t(3, size=1000),
    "long": lambda random: random.lognormal(size=1000),
    "skewed": lambda random: random.exponential(size=1000),
}


@pytest.mark.parametrize("noise", DRAWS)
def test_few_normal_points_are_flagged_though_a_cluster_is_cut_to_splinters(noise):
    shares = []
    for seed in range(4):
        series = series_of(DRAWS[noise](np.random.default_rng(seed)), None)
        [scores] = Hdbscan().fit([series]).score([series], 99.0)
        shares.append(np.mean(scores.raw > scores.threshold))
    assert 0.002 < np.mean(shares) < 0.025


@pytest.mark.parametrize("noise", DRAWS)
def test_neither_spikes_nor_an_incident_pass_for_the_tail_of_a_cluster(noise):
    y = DRAWS[noise](np.random.default_rng(5))
    strange = [*range(50, 950, 100), *range(500, 530)]
    y[strange] += 20.0 * 1.483 * np.median(np.abs(y - np.median(y)))
    series = series_of(y, None)
    [scores] = Hdbscan().fit([series]).score([series], 99.0)
    assert (scores.raw > scores.threshold)[strange].all()
