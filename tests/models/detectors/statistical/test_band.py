"""The band around the centre of all values."""

import numpy as np
import pytest

from models.detectors.statistical.band import Band, BandParams
from models.errors import SeriesTooShort
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def test_mean_and_standard_deviation():
    [scores] = Band(BandParams(center="mean")).score([series_of([1.0, 2.0, 3.0, 6.0])], 95.0)
    assert scores.expected[0] == 3.0
    np.testing.assert_allclose(scores.scale, np.std([1, 2, 3, 6], ddof=1))
    np.testing.assert_allclose(scores.raw, np.abs(np.array([-2, -1, 0, 3])) / scores.scale[0])


def test_median_and_median_absolute_deviation():
    [scores] = Band().score([series_of([1.0, 2.0, 3.0, 6.0, 90.0])], 95.0)
    assert scores.expected[0] == 3.0
    np.testing.assert_allclose(scores.scale, 1.482602218505602 * 2.0)


@pytest.mark.parametrize("skewed", [False, True])
def test_quartiles_make_the_fences_of_tukeys_box_plot(skewed):
    """With k = 2.698 they lie one and a half distances of the quartiles off these."""
    y = np.random.default_rng(1).normal(size=200)
    y = np.exp(y) if skewed else y
    k = 0.5 + 1.5
    detector = Band(BandParams(center="quartiles", k=k * 2 * 0.6744897501960817))
    [scores] = detector.score([series_of(y)], 95.0)
    low, high = np.quantile(y, (0.25, 0.75))
    reach = 1.5 * (high - low)
    outside = (y < low - reach) | (y > high + reach)
    assert 0 < outside.sum() < 30
    np.testing.assert_array_equal(scores.raw > scores.threshold, outside)


def test_other_quantiles_tell_the_same_spread_of_normal_values():
    y = np.random.default_rng(2).normal(size=20_000)
    for quantile in (0.05, 0.25, 0.4):
        [scores] = Band(BandParams(center="quartiles", quantile=quantile)).score(
            [series_of(y)], 99.0
        )
        assert scores.scale[0] == pytest.approx(1.0, abs=0.03)
        assert scores.expected[0] == pytest.approx(0.0, abs=0.03)


def test_the_threshold_of_the_mean_is_thompsons_tau():
    """Values of the modified tau at 95 %: Wheeler & Ganji, Introduction to Engineering Experimentation."""
    detector = Band(BandParams(center="mean"))
    for size, tau in ((3, 1.1511), (5, 1.5712), (10, 1.7984)):
        [scores] = detector.score([series_of(np.arange(float(size)))], 95.0)
        assert scores.threshold == pytest.approx(tau, abs=1e-3)


@pytest.mark.parametrize("center", ["mean", "median", "quartiles"])
@pytest.mark.parametrize("size", [10, 30, 300])
def test_one_normal_value_in_a_hundred_is_flagged(center, size):
    task = DetectTask(ModelSpec("band", {"center": center}))
    series = [
        series_of(np.random.default_rng(seed).normal(size=size)) for seed in range(6000 // size)
    ]
    share = np.mean([outcome.result.is_anomaly.mean() for outcome in detect_many(task, series)])
    assert 0.004 < share < 0.018


def test_with_the_median_outliers_do_not_mask_each_other():
    y = np.random.default_rng(0).normal(size=100)
    y[40:60] = 50.0
    (robust,) = detect_many(DetectTask(ModelSpec("band")), [series_of(y)])
    (masked,) = detect_many(DetectTask(ModelSpec("band", {"center": "mean"})), [series_of(y)])
    assert robust.result.is_anomaly[40:60].all()
    assert not masked.result.is_anomaly.any()


def test_one_value_off_a_constant():
    (outcome,) = detect_many(DetectTask(ModelSpec("band")), [series_of([5.0] * 20 + [9.0])])
    assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [20]


def test_one_point_is_its_own_centre():
    [scores] = Band().score([series_of([7.0])], 95.0)
    assert scores.raw.tolist() == [0.0]


def test_two_points_are_too_few_for_a_mean_with_a_band():
    with pytest.raises(SeriesTooShort, match="at least 3"):
        Band(BandParams(center="mean")).score([series_of([1.0, 2.0])], 95.0)
