"""A sensor that is stuck is seen as points come, and what is the same every night is not."""

import numpy as np
import pytest

from models.detectors.combination._stuck import StuckValueRuns
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.watch import Watch
from models.types import FloatArray
from tests.models.detectors.combination.months import stamped

HOUR = np.arange(24 * 28) % 24


def noise(seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=len(HOUR))


def stuck(y: FloatArray, first: int, count: int) -> FloatArray:
    return np.where((np.arange(len(y)) >= first) & (np.arange(len(y)) < first + count), y[first], y)


COURSES = {
    "noise": 100.0 + noise(),
    "whole numbers": np.round(100.0 + 5.0 * noise()),
    "day": 100.0 + 30.0 * np.sin(HOUR * np.pi / 12) + 5.0 * noise(),
    "quiet nights": np.where(HOUR < 7, 0.0, 50.0 + 5.0 * noise()),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ["auto", "auto_live"])
@pytest.mark.parametrize("course", COURSES)
def test_a_stuck_sensor_is_seen_before_long(name: str, course: str) -> None:
    series = stamped(stuck(COURSES[course], 20 * 24 + 10, 12), "h")
    [outcome] = detect_many(DetectTask(ModelSpec(name), causal=True), [series])
    assert outcome.result is not None
    found = outcome.result.is_anomaly[490:502]
    assert found.any()
    if name == "auto":
        assert found[8:].all()


def test_closed_nights_and_weekends_are_not_stuck() -> None:
    is_open = (np.arange(24 * 28) // 24 % 7 < 5) & (HOUR > 8) & (HOUR < 18)
    y = np.where(is_open, np.random.default_rng(0).poisson(12, size=len(HOUR)), 0).astype(float)
    [outcome] = detect_many(DetectTask(ModelSpec("auto"), causal=True), [stamped(y, "h")])
    assert outcome.result is not None
    assert not any("in a row" in (reason or "") for reason in outcome.result.reason)


def strange(y: FloatArray) -> FloatArray:
    so_far = StuckValueRuns()
    return np.array([so_far.take(float(value)) for value in y]) > 1.0


COARSE = {
    "noise about whole numbers": lambda random: np.round(random.normal(0.0, 0.5, 600)),
    "mostly zeros": lambda random: np.where(random.random(600) < 0.9, 0.0, random.random(600)),
    "half degrees of a day": lambda random: (
        np.round(40 + 4 * np.sin(np.arange(600) * np.pi / 72) + random.normal(0.0, 0.2, 600)) / 2
    ),
    "a slow level in whole percent": lambda random: np.floor(
        40 + 0.01 * np.arange(600) + random.normal(0.0, 0.05, 600)
    ),
}


@pytest.mark.parametrize("course", COARSE)
def test_coarse_values_that_repeat_are_not_stuck(course: str) -> None:
    shares = [strange(COARSE[course](np.random.default_rng(seed))).mean() for seed in range(20)]
    assert np.mean(shares) < 0.06
    assert np.mean(np.array(shares) > 0.0) < 0.45


def test_the_second_time_that_a_sensor_is_stuck_is_seen_too() -> None:
    for seed in range(10):
        y = stuck(stuck(noise(seed), 200, 30), 400, 30)
        found = strange(y)
        assert found[210:230].all()
        assert found[410:430].all()
        assert found.sum() < 60


def test_a_long_first_night_is_none_of_the_others() -> None:
    night = np.arange(480) % 48
    y = np.where((night > 14) & (night < 38), np.random.default_rng(0).uniform(100, 900, 480), 0.0)
    assert not strange(y).any()


def test_live_says_what_a_replay_says() -> None:
    series = stamped(stuck(COURSES["noise"], 490, 12), "h")
    task = DetectTask(ModelSpec("auto"), causal=True)
    [outcome] = detect_many(task, [series])
    watch = Watch.begin(task, series.head(480))
    reasons = [watch.observe(series.y[i : i + 1]).reason[0] for i in range(480, 520)]
    assert outcome.result is not None
    assert reasons == outcome.result.reason[480:520]
    assert any("12 in a row are" in (reason or "") for reason in reasons)
