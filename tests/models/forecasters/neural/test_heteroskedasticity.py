"""Units of errors: the root of the level of series seen in logarithms, and a factor for each phase."""

import numpy as np

from models.forecasters.neural._heteroskedasticity import ErrorUnits, RollingForecasts
from models.forecasters.neural._members import Members
from models.forecasters.neural._params import NetworkParams
from models.types import FloatArray
from tests.models.build import series_of

SIZE, SEASON, HORIZON = 480, 4, 8
ORIGINS = np.arange(100, 460, 18)[None]


def members(values: FloatArray) -> Members:
    return Members.of([series_of(values, SEASON)], NetworkParams(), HORIZON, companions=False)


def rolling(mean: FloatArray, size: FloatArray, seed: int) -> RollingForecasts:
    """Return forecasts (1, origins, horizon) whose errors have a size."""
    errors = size * np.random.default_rng(seed).normal(size=mean.shape)
    return RollingForecasts(ORIGINS, mean, errors)


def units_of(values: FloatArray, mean: FloatArray, size: FloatArray) -> ErrorUnits:
    parts = [rolling(mean, part * size, seed) for seed, part in enumerate((1.0, 0.5))]
    return ErrorUnits.of(parts, members(values), SEASON)


STEPS = ORIGINS[:, :, None] + np.arange(HORIZON)
POSITIVE = 100.0 + np.arange(SIZE)
ONES = np.ones(STEPS.shape)


def test_positive_series_are_missed_by_the_root_of_their_level() -> None:
    units = units_of(POSITIVE, 200.0 * ONES, ONES)
    one, four = (units.at(level * ONES, STEPS) for level in (200.0, 800.0))
    np.testing.assert_allclose(four / one, 2.0)


def test_a_forecast_below_all_that_was_seen_is_not_missed_by_less() -> None:
    units = units_of(POSITIVE, 200.0 * ONES, ONES)
    np.testing.assert_array_equal(units.at(1e-9 * ONES, STEPS), units.at(100.0 * ONES, STEPS))


def test_series_that_are_not_positive_are_missed_by_as_much_at_any_level() -> None:
    units = units_of(POSITIVE - 150.0, 200.0 * ONES, ONES)
    np.testing.assert_array_equal(units.at(-9.0 * ONES, STEPS), units.at(800.0 * ONES, STEPS))


def test_a_phase_that_is_missed_by_more_has_a_larger_unit_whatever_each_part_is_missed_by() -> None:
    units = units_of(POSITIVE, 200.0 * ONES, np.where(STEPS % SEASON == 3, 4.0, 1.0))
    row = np.arange(SEASON)[None, None]
    at_each = units.at(200.0 * np.ones(row.shape), row)[0, 0]
    assert at_each.argmax() == 3
    assert 2.5 < at_each[3] / at_each[:3].mean() < 4.5


def test_a_network_that_misses_nothing_has_the_same_unit_at_each_phase() -> None:
    units = units_of(POSITIVE, 200.0 * ONES, 0.0 * ONES)
    np.testing.assert_array_equal(units.phases, np.ones((1, SEASON)))
