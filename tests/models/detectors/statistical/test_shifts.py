import tracemalloc

import numpy as np
import pytest

from models import registry
from models.contract.cost import Workload
from models.data.series import RawSeries
from models.decisions.events import events_of
from models.decisions.rules import Rules
from models.detectors.base import Detector
from models.detectors.statistical.level_shift import LevelShift
from models.detectors.statistical.volatility_shift import VolatilityShift
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def flagged(name, y, causal=False, season=1):
    [outcome] = detect_many(DetectTask(ModelSpec(name), Rules(), causal), [series_of(y, season)])
    assert outcome.error is None
    return np.flatnonzero(outcome.result.is_anomaly)


def noise(size=600, seed=0):
    return np.random.default_rng(seed).normal(size=size)


def test_a_shift_is_one_point_and_a_spike_none():
    y = noise()
    y[100] += 50.0
    y[300:] += 10.0
    [place] = flagged("level_shift", y)
    assert abs(place - 300) <= 5


@pytest.mark.parametrize("causal", [False, True])
def test_the_event_of_a_shift_is_one(causal):
    y = noise()
    y[300:] += 10.0
    task = DetectTask(ModelSpec("level_shift"), Rules(), causal)
    [outcome] = detect_many(task, [series_of(y, 1)])
    assert set(events_of(y, outcome.result, causal=causal).kinds()) == {"level_shift"}


def test_live_a_shift_is_told_soon_after_it():
    y = noise()
    y[300:] += 10.0
    found = flagged("level_shift", y, causal=True)
    assert 300 < found[0] <= 304
    assert found[-1] < 330


def test_the_season_is_no_shift():
    t = np.arange(960)
    y = 20 * np.sin(2 * np.pi * t / 48) + noise(960)
    assert len(flagged("level_shift", y, season=48)) == 0
    y[500:] += 15.0
    assert abs(flagged("level_shift", y, season=48) - 500).min() <= 3


@pytest.mark.parametrize("factor", [6.0, 1 / 6.0])
def test_a_change_of_scatter_is_one_point(factor):
    y = noise(800, 1)
    y[400:] *= factor
    found = flagged("volatility_shift", y)
    assert len(found) >= 1
    assert abs(found - 400).min() <= 6
    assert len(flagged("volatility_shift", noise(800, 1))) == 0


@pytest.mark.parametrize("factor", [5.0, 0.2])
def test_five_times_the_scatter_is_found_in_nearly_every_series(factor):
    whole, live = 0, 0
    for seed in range(8):
        y = noise(600, seed)
        y[300:] *= factor
        found = flagged("volatility_shift", y)
        whole += len(found) > 0 and abs(found - 300).min() <= 10
        found = flagged("volatility_shift", y, causal=True)
        live += len(found) > 0 and 300 < found[0] <= 330
    assert whole == 8
    assert live >= 7


def test_spikes_and_a_jump_are_no_change_of_scatter():
    y = noise(600, 3)
    y[[200, 204]] += 40.0
    y[400:] += 25.0
    assert len(flagged("volatility_shift", y)) == 0


@pytest.mark.parametrize("name", ["level_shift", "volatility_shift"])
def test_clean_noise_has_few_changes(name):
    assert sum(len(flagged(name, noise(1000, seed))) for seed in range(8)) <= 5


@pytest.mark.parametrize("share", [0.03, 0.08])
def test_scatter_on_the_resolution_of_mostly_equal_values_is_usual(share):
    y = np.where(np.random.default_rng(2).uniform(size=1500) < share, 1.0, 0.0)
    detector = VolatilityShift().begin([series_of(y)])
    found = detector.observe(y, 99.0)
    assert (found.raw > found.threshold).mean() < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_a_shift_is_told_where_it_is(seed):
    y = np.repeat([0.0, 12.0], 150) + np.random.default_rng(seed).normal(size=300)
    [scores] = LevelShift().score([series_of(y)], 99.0)
    [place] = np.flatnonzero(scores.raw > scores.threshold)
    assert abs(place - 150) <= 2


def test_a_shift_beside_a_day_that_nobody_told_is_seen_live():
    t = np.arange(800)
    y = 20.0 + 5.0 * np.sin(2 * np.pi * t / 24) + np.random.default_rng(1).normal(size=800)
    y[480:] += 12.0
    raw = RawSeries("a", y, start="2024-01-01", freq="h")
    [prepared] = prepare([raw], PreparationOptions())
    detector = LevelShift().begin([prepared.series])
    found = detector.observe(y, 99.0)
    beyond = np.flatnonzero(found.raw > found.threshold)
    assert 480 <= beyond[0] < 504
    assert beyond[-1] < 540


@pytest.mark.parametrize(("window", "size"), [(200, 30_000), (2000, 12_000), (10_000, 21_000)])
def test_memory_does_not_grow_with_the_window(window, size):
    detector, series = (
        registry.create(Detector, ModelSpec("level_shift", {"window": window})),
        series_of(noise(size)),
    )
    tracemalloc.start()
    detector.score([series], 99.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < detector.cost(Workload.of_one(size)).memory_bytes < 150e6


def test_what_is_too_short_for_a_long_window_is_told_so():
    task = DetectTask(ModelSpec("level_shift", {"window": 10_000}), Rules())
    [outcome] = detect_many(task, [series_of(noise(200), 1)])
    assert outcome.error.code == "series_too_short"
