"""Seasons as peaks of the spectrum."""

import numpy as np
import pytest

from models.stats.spectrum import LEAST, spectral_seasons
from tests.models.build import noise


@pytest.mark.parametrize("m", [4, 7, 12, 24])
def test_a_cycle_in_noise_is_found_in_the_spectrum(m: int) -> None:
    t = np.arange(240)
    found = [spectral_seasons(noise(240, s) + 1.2 * np.sin(2 * np.pi * t / m)) for s in range(10)]
    assert all(peaks and peaks[0].period == pytest.approx(m, rel=0.05) for peaks in found)


def test_harmonics_are_no_seasons_of_their_own() -> None:
    pulse = np.tile([10.0, 5.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 20)
    found = spectral_seasons(pulse + 0.1 * noise(240))
    assert [peak.season_length for peak in found] == [12]


def test_noise_seldom_has_a_cycle() -> None:
    for make in (noise, lambda size, seed: noise(size, seed).cumsum()):
        assert sum(bool(spectral_seasons(make(200, seed))) for seed in range(50)) <= 5


def test_few_values_and_straight_lines_have_no_spectrum() -> None:
    assert spectral_seasons(noise(LEAST - 1)) == ()
    assert spectral_seasons(np.arange(100.0)) == ()


def test_a_peak_tells_its_share_and_that_it_is_no_chance() -> None:
    wave = np.sin(2 * np.pi * np.arange(240) / 12)
    (peak,) = spectral_seasons(wave + 0.1 * noise(240))
    assert peak.share > 0.9
    assert peak.p_value < 1e-6
