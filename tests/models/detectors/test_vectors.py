"""What holds for every detector that is trained on vectors of values."""

import numpy as np
import pytest

from models import registry
from models.contract.cost import Workload
from models.contract.state import State
from models.detectors.base import Detector
from models.detectors.vectors import VectorDetector, nearest
from models.registry import ModelSpec
from tests.models.build import series_of

TRAINED = [
    name
    for name, kind in registry.registered("detector").items()
    if issubclass(kind, VectorDetector)
]
trained = pytest.mark.parametrize("name", TRAINED)


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


def test_nearest_is_what_a_full_search_finds():
    random = np.random.default_rng(0)
    queries, known = random.normal(size=(20, 5)), random.normal(size=(50, 5))
    full = np.sort(np.linalg.norm(queries[:, None] - known, axis=2), axis=1)
    distance, place = nearest(queries, known, 4)
    np.testing.assert_allclose(distance, full[:, :4])
    np.testing.assert_allclose(np.linalg.norm(queries - known[place[:, 2]], axis=1), distance[:, 2])
