"""What holds for every detector that is trained on vectors of values."""

import numpy as np
import pytest

from models import registry
from models.contract.cost import Workload
from models.contract.state import State
from models.detectors import vectors
from models.detectors.base import Detector
from models.detectors.vectors import VectorDetector
from models.registry import ModelSpec
from tests.models.build import series_of

TRAINED = [
    name
    for name, kind in registry.registered("detector").items()
    if issubclass(kind, VectorDetector)
]
trained = pytest.mark.parametrize("name", TRAINED)
CAUSAL = [name for name in TRAINED if registry.find("detector", name).is_causal]
causal = pytest.mark.parametrize("name", CAUSAL)


def wave(size=600, seed=0):
    noise = np.random.default_rng(seed).normal(size=size)
    return 50 + 5 * np.sin(2 * np.pi * np.arange(size) / 24) + 0.5 * noise


def made(name, **params) -> Detector:
    return registry.create(Detector, ModelSpec(name, params), 1)


@trained
def test_what_was_learned_is_kept_and_judges_new_points(name):
    detector = made(name).fit([series_of(wave(), 24)])
    new = wave(200, seed=1)
    new[100] += 20.0
    kept = registry.revive(State.from_bytes(detector.state().to_bytes()))
    [before] = detector.score([series_of(new, 24)], 99.0)
    [after] = kept.score([series_of(new, 24)], 99.0)
    np.testing.assert_array_equal(before.raw, after.raw)
    assert np.mean(after.raw > after.threshold) < 0.4
    if name != "isolation_forest":  # to which all that is outside is the same
        assert int(np.argmax(after.raw)) == 100
        assert after.raw[100] > after.threshold


@trained
def test_it_learns_from_several_series(name):
    several = [series_of(wave(300, seed), 24) for seed in range(3)]
    detector = made(name).fit(several)
    for scores in detector.score(several, 99.0):
        assert np.mean(scores.raw > scores.threshold) < 0.1


@pytest.mark.no_cover
@trained
def test_level_means_what_it_says_in_a_clean_series(name):
    share = []
    for seed in range(4):
        [scores] = (d := made(name)).fit([s := series_of(wave(1500, seed), 24)]).score([s], 99.0)
        assert d.name == name
        share.append(np.mean(scores.raw > scores.threshold))
    assert np.mean(share) < 0.04


@trained
def test_its_cost_tells_of_memory(name):
    cost = made(name).cost(Workload.of_one(100_000))
    assert 0 < cost.memory_bytes < 500e6


@trained
def test_the_series_it_was_given_is_scored_as_the_same_values_again_if_they_are_new(name):
    series = series_of(wave(), 24)
    detector = made(name).fit([series])
    detector.score([series], 99.0)
    [again] = detector.score([series_of(wave(), 24)], 99.0)
    assert np.isfinite(again.raw).all()


@pytest.mark.no_cover
@causal
def test_when_causal_a_strange_stretch_is_told_from_its_past(name):
    y = wave(1200)
    y[900:924] = 50.0 + 3.0 * np.random.default_rng(3).normal(size=24)
    detector = made(name).begin([series_of(y, 24)])
    scores = detector.observe(y, 99.0)
    assert np.isnan(scores.raw[:48]).all()
    assert np.isfinite(scores.raw[48:]).all()
    flagged = scores.raw > scores.threshold
    assert flagged[900:948].any()
    assert np.mean(flagged[200:900]) < 0.06


@causal
@pytest.mark.parametrize("slope", [0.1, 1.0])
def test_when_causal_a_steady_trend_is_no_anomaly(name, slope):
    y = slope * np.arange(400) + np.random.default_rng(0).normal(size=400)
    scores = made(name).begin([series_of(y, None)]).observe(y, 99.0)
    assert np.mean((scores.raw > scores.threshold)[100:]) < 0.05


@causal
def test_when_causal_its_memory_and_time_are_bounded(name, monkeypatch):
    monkeypatch.setattr(vectors, "_MEMORY", 400)
    detector = made(name).begin([series_of(wave(100), 24)])
    sizes = []
    for _ in range(2):
        detector.observe(wave(600), 99.0)
        sizes.append(len(detector.state().to_bytes()))
    assert sizes[1] < 1.1 * sizes[0]
    assert detector.next_fit_ - detector.seen_ <= 100


@causal
def test_when_causal_blocks_do_not_matter(name):
    y = wave(400)
    y[250] += 9.0
    whole = made(name).begin([series_of(y, 24)]).observe(y, 99.0)
    detector = made(name, smoothing=1).begin([series_of(y, 24)])
    parts = [detector.observe(part, 99.0) for part in np.split(y, [1, 50, 51, 250, 251, 390])]
    np.testing.assert_array_equal(np.concatenate([one.raw for one in parts]), whole.raw)
    edges = [np.broadcast_to(one.threshold, one.raw.shape) for one in parts]
    np.testing.assert_array_equal(np.concatenate(edges), whole.threshold)


def test_when_causal_smoothing_is_over_the_windows_so_far():
    y = wave(300)
    plain, smooth = (
        made("knn_windows", window=10, smoothing=s).begin([series_of(y, 24)]).observe(y, 99.0).raw
        for s in (1, 3)
    )
    first = made("knn_windows", window=10).begin([series_of(y, 24)])
    first.observe(y[:48], 99.0)
    assert first.next_fit_ == 48
    np.testing.assert_allclose(smooth[55], plain[48:56].mean())
    assert np.nanstd(smooth) < np.nanstd(plain)


def test_a_forest_is_not_causal_since_all_that_is_new_is_the_same_to_it():
    assert "isolation_forest" not in CAUSAL
    assert {"sub_pca", "kmeans_windows", "knn_windows", "matrix_profile", "lof"} <= {*CAUSAL}
    assert {"dbscan", "hdbscan"} <= {*CAUSAL}
