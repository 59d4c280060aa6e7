from dataclasses import replace

import numpy as np
import pytest

from models.decisions.rules import Rules
from models.detectors.statistical.flat_line import FlatLine
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def flagged(y, causal=False, **params):
    task = DetectTask(ModelSpec("flat_line", params), Rules(), causal)
    [outcome] = detect_many(task, [series_of(y)])
    assert outcome.error is None
    return np.flatnonzero(outcome.result.is_anomaly)


def periodic(size=960):
    noise = np.random.default_rng(2).normal(0, 0.4, size)
    return np.round(10 + 5 * np.sin(2 * np.pi * np.arange(size) / 48) + noise, 3)


def test_a_stuck_sensor_is_flagged_from_its_first_value_to_its_last():
    y = periodic()
    y[700:760] = y[699]
    np.testing.assert_array_equal(flagged(y), np.arange(699, 760))


def test_live_it_is_flagged_once_it_is_long_enough():
    y = periodic()
    y[700:760] = y[699]
    np.testing.assert_array_equal(flagged(y, causal=True), np.arange(703, 760))


@pytest.mark.parametrize("causal", [False, True])
def test_values_that_often_repeat_need_longer_runs(causal):
    y = np.random.default_rng(0).poisson(0.5, size=2000).astype(float)
    assert len(flagged(y, causal)) < 30
    y[1000:1060] = 1.0
    assert {*range(1020, 1060)} <= {*flagged(y, causal)}


@pytest.mark.parametrize("causal", [False, True])
def test_zeros_of_every_night_are_no_news(causal):
    t = np.arange(24 * 40)
    sun = np.maximum(np.sin(2 * np.pi * t / 24), 0.0)
    y = np.round(sun * np.random.default_rng(1).uniform(50, 100, len(t)), 2)
    assert not (flagged(y, causal) > 24 * 4).any()
    y[500:560] = 31.5
    assert {*range(525, 560)} <= {*flagged(y, causal)}


def test_nearly_flat_is_flat_within_the_tolerance():
    y = periodic()
    y[300:340] = 12.0 + 0.001 * np.arange(40)
    assert len(flagged(y)) == 0
    assert {*range(300, 340)} <= {*flagged(y, tolerance=0.002)}


def test_a_value_that_most_readings_have_makes_long_runs_of_its_own():
    rare = 100.0 - 100.0 * 0.01 / 500.0  # once in a hundred series of 500 points
    task = DetectTask(ModelSpec("flat_line"), Rules(level=rare))
    false = 0
    for seed in range(30):
        y = np.round(2.0 * np.random.default_rng(seed).normal(20.0, 0.3, 500)) / 2.0
        [outcome] = detect_many(task, [series_of(y)])
        false += outcome.result.is_anomaly.any()
    assert false <= 1


def test_values_that_were_filled_in_are_no_part_of_a_line():
    y = np.random.default_rng(0).normal(size=200)
    y[:20] = y[20]
    seen = np.arange(200) >= 20
    series = replace(series_of(y), observed=seen)
    [scores] = FlatLine().score([series], 99.0)
    assert not (scores.raw > scores.threshold).any()


@pytest.mark.parametrize("causal", [False, True])
def test_where_no_step_is_beyond_the_tolerance_nothing_is_stuck(causal):
    assert not len(flagged(periodic(), causal, tolerance=50.0))
