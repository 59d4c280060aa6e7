"""Times of each cycle that are always zero."""

import numpy as np
import pytest

from models.forecasters.combination._closed import ClosedPhases
from models.forecasters.combination._combined import TrainingSeries, combination_of


def test_closed_days_are_forecast_as_exactly_zero_with_bounds_of_zero() -> None:
    random = np.random.default_rng(0)
    week = np.array([0.0, 0.0, 50.0, 0.0, 90.0, 120.0, 0.0])
    y = np.tile(week, 13) * random.normal(1, 0.1, 91)
    made = combination_of(TrainingSeries.of(y, (7,)), 14)
    closed = np.resize(week, 14) == 0
    assert (made.mean[closed] == 0).all()
    assert (made.mean[~closed] > 40).all()
    for level in (80, 95):
        assert (made.band(level).upper[closed] == 0).all()
    assert (made.band(99.5).upper[closed] > 0).all()  # 52 zeros do not say as much


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_rare_demand_is_not_closed_by_chance(share: float) -> None:
    random = np.random.default_rng(1)
    found = 0
    for _ in range(100):
        y = (random.random(70) < share) * random.integers(1, 9, 70).astype(float)
        found += ClosedPhases.of(y, (7,)) is not None
    assert found <= 2


def test_what_is_never_or_not_always_zero_is_not_closed() -> None:
    y = np.tile([0.0, 5.0, 9.0], 10)
    assert ClosedPhases.of(y + 1, (3,)) is None
    assert ClosedPhases.of(y, ()) is None
    assert ClosedPhases.of(y[:8], (3,)) is None
    y[12] = 1.0
    assert ClosedPhases.of(y, (3,)) is None
