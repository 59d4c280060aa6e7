"""Series that are the same nearly all the time, short ones, and those of a coarse sensor."""

import numpy as np
import pytest
from pydantic import ValidationError

from models.decisions.rules import Rules
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def _judged(values, *, causal=False):
    [outcome] = detect_many(DetectTask(ModelSpec("auto"), causal=causal), [series_of(values)])
    return outcome


def _flagged(values, *, causal=False):
    return np.flatnonzero(_judged(values, causal=causal).result.is_anomaly).tolist()


@pytest.mark.parametrize("value", [11.0, 9.5, 100_000.0])
def test_a_later_value_in_a_constant_series_is_an_anomaly(value):
    assert _flagged([10.0] * 6 + [value]) == [6]


def test_a_giant_does_not_hide_a_smaller_one():
    values = np.full(200, 10.0)
    values[[30, 90, 150]] = 17.0, 5000.0, 100_000.0
    assert _flagged(values) == [30, 90, 150]


def test_a_coarse_sensor_is_normal_one_step_off():
    random = np.random.default_rng(3)
    values = np.round(2.0 * (20.0 + random.normal(scale=0.1, size=1000) + 0.2)) / 2.0
    values[600] = 23.0
    assert _flagged(values) == [600]


def test_what_is_too_early_to_judge_is_told():
    outcome = _judged([10.0] * 9 + [99_999.0], causal=True)
    assert [notice.code for notice in outcome.notices] == ["not_judged"]
    assert "10 of 10" in outcome.notices[0].message


@pytest.mark.parametrize("causal", [False, True])
def test_the_first_points_that_nothing_is_known_before_are_told_and_no_later_ones(causal):
    series = series_of(np.random.default_rng(0).normal(size=80))
    for size, told in ((None, ["not_judged"]), (40, [])):
        rules = Rules(detection_size=size)
        [outcome] = detect_many(DetectTask(ModelSpec("rolling_band"), rules, causal), [series])
        assert [notice.code for notice in outcome.notices] == told
    [outcome] = detect_many(DetectTask(ModelSpec("rolling_band"), causal=causal), [series])
    assert outcome.notices[0].message.startswith("10 of 80 points were not judged")
    assert ("causal: false" in outcome.notices[0].hint) == causal


def test_a_level_that_is_meant_as_a_share_is_refused():
    with pytest.raises(ValidationError, match="in percent"):
        Rules(level=0.99)
    assert Rules(level=1.0).level == 1.0
