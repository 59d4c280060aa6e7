"""The generalised ESD test: critical values of the literature, and many outliers at once."""

import numpy as np
import pytest

from models.detectors.statistical.esd import Esd, EsdParams, critical_values
from tests.models.build import series_of


def test_critical_values_are_those_of_the_handbook():
    """NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.5.17.3: 54 values, 10 outliers, 5 %."""
    published = [
        *(3.158794, 3.151430, 3.143890, 3.136165, 3.128247),
        *(3.120128, 3.111796, 3.103243, 3.094456, 3.085425),
    ]
    np.testing.assert_allclose(critical_values(54, 10, 0.05), published, atol=2e-6)


def test_many_outliers_do_not_hide_each_other():
    y = np.random.default_rng(0).normal(size=200)
    y[20:190:17] += 8.0
    (scores,) = Esd().score([series_of(y)], 99.0)
    assert set(np.flatnonzero(scores.raw > scores.threshold)) >= set(range(20, 190, 17))
    (few,) = Esd(EsdParams(max_share=0.02)).score([series_of(y)], 99.0)
    assert np.sum(few.raw > few.threshold) <= 4


def test_noise_alone_is_not_flagged():
    flagged = 0
    for seed in range(40):
        y = np.random.default_rng(seed).normal(size=200)
        (scores,) = Esd().score([series_of(y)], 99.0)
        flagged += bool(np.any(scores.raw > scores.threshold))
    assert flagged <= 6


@pytest.mark.parametrize("length", [4, 10, 40])
def test_an_incident_beside_a_season_is_found_whole(length):
    steps = np.arange(24 * 28)
    y = 100.0 + 30.0 * np.sin(2 * np.pi * steps / 24)
    y += 5.0 * np.random.default_rng(length).normal(size=len(steps))
    y[347 : 347 + length] += 50.0
    (scores,) = Esd(EsdParams(season_length=24)).score([series_of(y)], 99.0)
    flagged = scores.raw > scores.threshold
    assert flagged[347 : 347 + length].all()  # none where the level followed it
    assert flagged.sum() <= length + 4


def test_values_that_lie_as_far_off_as_an_outlier_lie_beyond_the_band():
    y = np.resize([85.9, 86.0, 86.1], 90) + np.random.default_rng(1).normal(
        scale=3.0, size=90
    ).round(1)
    y[[10, 40, 70]] = 60.1, 60.1, 111.9
    (scores,) = Esd().score([series_of(y)], 99.0)
    reach = scores.threshold * scores.scale
    beyond = scores.raw > scores.threshold
    assert beyond[[10, 40, 70]].all()
    assert (np.abs(y - scores.expected)[beyond] > reach[beyond]).all()


def test_nights_that_never_vary_make_no_day_strange():
    random, hour = np.random.default_rng(0), np.arange(1008) % 24
    by_day = np.maximum(np.sin(np.pi * (hour - 6) / 14), 0.0) * (hour >= 6) * (hour <= 20)
    y = 100.0 * by_day + 5.0 * np.sqrt(by_day) * random.normal(size=1008)
    y[612] += 60.0
    (scores,) = Esd().score([series_of(y, 24)], 99.0)
    flagged = scores.raw > scores.threshold
    assert flagged[612]
    assert flagged.mean() < 0.015


def test_heavy_tails_have_no_more_beyond_their_band_than_the_level_says():
    flagged = []
    for seed in range(5):
        (scores,) = Esd().score([series_of(np.random.default_rng(seed).laplace(size=1000))], 99.0)
        flagged.append(np.mean(scores.raw > scores.threshold))
    assert np.mean(flagged) < 0.012
