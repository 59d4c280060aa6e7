"""A sensor that is stuck is seen as points come, and what is the same every night is not."""

import numpy as np
import pytest

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


def test_live_says_what_a_replay_says() -> None:
    series = stamped(stuck(COURSES["noise"], 490, 12), "h")
    task = DetectTask(ModelSpec("auto"), causal=True)
    [outcome] = detect_many(task, [series])
    watch = Watch.begin(task, series.head(480))
    reasons = [watch.observe(series.y[i : i + 1]).reason[0] for i in range(480, 520)]
    assert outcome.result is not None
    assert reasons == outcome.result.reason[480:520]
    assert any("12 in a row are" in (reason or "") for reason in reasons)
