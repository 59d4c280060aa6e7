"""A swing told from a walk that turns."""

import numpy as np
import pytest

from models.stats.swing import swing_gain
from models.types import FloatArray

_ENOUGH = 13.0
_ANGLE = 2 * np.pi * np.arange(24) / 12


def noise(seed: int) -> FloatArray:
    return np.random.default_rng(seed).normal(size=24)


@pytest.mark.parametrize("phase", [0.0, 1.0, 4.0])
def test_a_swing_of_any_phase_is_seen_in_noise(phase: float) -> None:
    gains = [swing_gain(2.5 * np.cos(_ANGLE + phase) + noise(seed), 12) for seed in range(20)]
    assert np.mean(np.array(gains) > _ENOUGH) > 0.8


def test_walks_seldom_show_one_and_noise_hardly_ever() -> None:
    walks = [swing_gain(np.cumsum(noise(seed)), 12) for seed in range(300)]
    assert np.mean(np.array(walks) > _ENOUGH) < 0.04
    assert np.mean([swing_gain(noise(seed), 12) > _ENOUGH for seed in range(300)]) < 0.01


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_units_do_not_matter_and_what_never_varies_has_none(unit: float) -> None:
    x = np.cos(_ANGLE) + noise(0)
    assert swing_gain(unit * x, 12) == pytest.approx(swing_gain(x, 12))
    assert swing_gain(np.full(24, unit), 12) == 0.0
