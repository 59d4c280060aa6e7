"""The band around the centre of the points before."""

from time import process_time

import numpy as np
import pytest

from models.detectors.statistical.rolling_band import RollingBand, RollingBandParams
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def scores_of(y, **params):
    [scores] = RollingBand(RollingBandParams(**params)).score([series_of(y)], 99.0)
    return scores


def test_mean_and_standard_deviation_of_the_window_before():
    y = np.array([4.0, 1.0, 2.0, 6.0, 100.0, 0.0])
    scores = scores_of(y, window=3, center="mean", warm_up=3)
    assert np.isnan(scores.raw[:3]).all()
    np.testing.assert_allclose(scores.expected[3:], [7 / 3, 3.0, 36.0])
    deviation = [np.std(y[i - 3 : i], ddof=1) * np.sqrt(1 + 1 / 3) for i in (3, 4, 5)]
    np.testing.assert_allclose(scores.scale[3:], deviation)
    assert scores.degrees_of_freedom[3:].tolist() == [2.0, 2.0, 2.0]


def test_median_of_the_window_before_and_the_usual_distance_from_it():
    y = np.array([1.0, 2.0, 4.0, 3.0, 9.0, 5.0])
    scores = scores_of(y, window=3, warm_up=3)
    np.testing.assert_array_equal(scores.expected[3:], [2.0, 3.0, 4.0])
    # Distances: 2-1 = 1, 4-1.5 = 2.5, 3-2 = 1, 9-3 = 6, and before each point the last three of them.
    np.testing.assert_allclose(scores.scale[3:], 1.482602218505602 * np.array([1.75, 1.0, 2.5]))


@pytest.mark.parametrize("center", ["mean", "median"])
def test_the_judged_point_is_not_in_its_own_window(center):
    y = np.random.default_rng(0).normal(size=50)
    spiked = y.copy()
    spiked[-1] = 1e9
    before, after = scores_of(y, center=center), scores_of(spiked, center=center)
    assert before.expected[-1] == after.expected[-1]
    assert before.scale[-1] == after.scale[-1]


def test_the_median_recovers_at_once_where_the_mean_is_blinded():
    y = np.random.default_rng(0).normal(size=200)
    y[100], y[110] = 1e6, 20.0
    mean, median = scores_of(y, center="mean").raw, scores_of(y).raw
    assert mean[110] < 1.0
    assert median[110] > 5.0


def test_a_later_different_value_in_a_constant_series():
    for center in ("mean", "median"):
        task = DetectTask(ModelSpec("rolling_band", {"center": center}), causal=True)
        (outcome,) = detect_many(task, [series_of([5.0] * 30 + [5.5] + [5.0] * 5)])
        assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [30]
        assert outcome.result.reason[30] == "5.5 is above 5, the only value that is usual here."


@pytest.mark.parametrize("center", ["mean", "median"])
@pytest.mark.parametrize("window", [20, 100])
@pytest.mark.parametrize("offset", [0.0, 1e12])
def test_one_normal_value_in_a_hundred_is_flagged_at_any_level(center, window, offset):
    y = offset + np.random.default_rng(0).normal(size=20_000)
    task = DetectTask(ModelSpec("rolling_band", {"center": center, "window": window}))
    (outcome,) = detect_many(task, [series_of(y)])
    assert 0.003 < outcome.result.is_anomaly.mean() < 0.015


def test_the_warm_up_is_not_judged_and_never_longer_than_the_window():
    y = np.random.default_rng(0).normal(size=40)
    assert np.isnan(scores_of(y, warm_up=15).raw).sum() == 15
    assert np.isnan(scores_of(y, window=5, warm_up=15).raw).sum() == 5


def test_the_state_is_bounded_by_the_window():
    detector = RollingBand(RollingBandParams(window=20)).begin([series_of([0.0])])
    for block in np.split(np.random.default_rng(0).normal(size=1000), 10):
        detector.observe(block, 99.0)
        assert len(detector.tail_.values) <= 20
        assert len(detector.distances_.values) <= 20


@pytest.mark.parametrize("center", ["mean", "median"])
def test_a_window_of_any_length_takes_about_as_long(center):
    series = series_of(np.random.default_rng(0).normal(size=300_000))

    def seconds(window: int) -> float:
        begin = process_time()
        RollingBand(RollingBandParams(center=center, window=window)).score([series], 99.0)
        return process_time() - begin

    assert seconds(3000) < 20.0 * seconds(
        30
    )  # shifting whole windows would take a hundred times as long
