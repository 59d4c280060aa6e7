"""The spectral residual, by values of ``alibi-detect`` 0.13.0 (``SpectralResidual.saliency_map``)."""

import numpy as np
import pytest

from models.detectors.subsequence.spectral_residual import SpectralResidual, saliency_of
from tests.models.build import series_of

BY_ALIBI = {
    (3, 24): [
        *(0.09980788, 0.16084382, 0.12000406, 0.19092835, 0.13581516, 0.23082509, 0.10731629),
        *(0.15001597, 0.07555039, 0.01671064, 0.18414752, 0.16506399, 0.08236100, 0.09998828),
        *(0.21797342, 0.92349259, 0.25367714, 0.06532821, 0.06221375, 0.14780365, 0.16492010),
        *(0.04518430, 0.25206846, 0.08820456),
    ],
    (5, 23): [
        *(0.09421074, 0.23188395, 0.09933653, 0.11148360, 0.15369861, 0.24936876, 0.10067169),
        *(0.15781513, 0.03769051, 0.11370629, 0.18293522, 0.24956127, 0.10630732, 0.11202136),
        *(0.19988797, 0.93429900, 0.32228746, 0.04757447, 0.05194810, 0.08326613, 0.25691407),
        *(0.01775950, 0.31535460),
    ],
}


def bumpy(size: int) -> np.ndarray:
    t = np.arange(24.0)
    y = 10 + np.sin(2 * np.pi * t / 6) + 0.1 * ((7 * t) % 11)
    y[15] += 4.0
    return y[:size]


@pytest.mark.parametrize(("smoothing", "size"), BY_ALIBI)
def test_the_saliency_is_that_of_alibi_detect(smoothing, size):
    """It gives the mean the amplitude 1, here it has none: that is 1 / t at every point."""
    found = saliency_of(bumpy(size), smoothing)
    np.testing.assert_allclose(np.abs(found + 1.0 / size), BY_ALIBI[smoothing, size], atol=2e-8)


def test_level_means_what_it_says_in_noise_with_a_season():
    share = []
    for seed in range(6):
        noise = np.random.default_rng(seed).normal(size=2000)
        y = 50 + 5 * np.sin(2 * np.pi * np.arange(2000) / 24) + noise
        [scores] = SpectralResidual().score([series_of(y, 24)], 99.0)
        share.append(np.mean(scores.raw > scores.threshold))
    assert 0.003 < np.mean(share) < 0.015


@pytest.mark.parametrize("place", [0, 1, 997, 998, 999])
def test_a_spike_at_either_end_stands_out(place):
    y = np.sin(2 * np.pi * np.arange(1000) / 24) + 0.1 * np.random.default_rng(0).normal(size=1000)
    y[place] += 2.0
    [scores] = SpectralResidual().score([series_of(y, 24)], 99.0)
    assert int(np.argmax(scores.raw)) == place
    assert (scores.raw > scores.threshold)[place]


@pytest.mark.parametrize("amplitude", [0.0, 5.0])
def test_when_causal_the_last_point_is_judged_by_how_far_last_points_stood_out(amplitude):
    found, false_alarms = 0, []
    for seed in range(3):
        noise = np.random.default_rng(seed).normal(size=1100)
        y = noise + amplitude * np.sin(2 * np.pi * np.arange(1100) / 24)
        y[1050] += 8.0
        scores = SpectralResidual().begin([series_of(y, 24)]).observe(y, 99.0)
        flagged = scores.raw > scores.threshold
        found += int(flagged[1050])
        false_alarms.append(flagged[150:1050].mean())
    assert found == 3
    assert np.mean(false_alarms) < 0.02


def test_a_spike_does_not_hide_behind_a_giant():
    y = np.random.default_rng(6).normal(10.0, 1.0, 300)
    y[80], y[200] = 1e6, 60.0
    (scores,) = SpectralResidual().score([series_of(y)], 99.0)
    assert (scores.raw > scores.threshold)[[80, 200]].all()


NOISE = {
    "normal": lambda random: random.normal(size=1000),
    "laplace": lambda random: random.laplace(size=1000),
    "gamma": lambda random: random.gamma(2.0, size=1000),
    "lognormal": lambda random: random.lognormal(sigma=0.5, size=1000),
}


@pytest.mark.parametrize("noise", NOISE)
def test_level_means_what_it_says_whatever_the_noise(noise):
    random = np.random.default_rng(0)
    shares = []
    for _ in range(6):
        [scores] = SpectralResidual().score([series_of(NOISE[noise](random))], 99.0)
        shares.append(np.mean(scores.raw > scores.threshold))
    assert 0.003 < np.mean(shares) < 0.015
