"""The level of the last cycles."""

import numpy as np
import pytest

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._level_member import level_member
from models.forecasters.combination._origins import plan

_WEEK = np.array([3.0, 3.2, 3.1, 3.3, 4.0, 5.0, 2.0]) / 10


def context(y: np.ndarray, seasons: tuple[int, ...] = (7,), horizon: int = 56) -> EvaluationContext:
    return EvaluationContext(y, horizon, seasons, plan(len(y), 12), log=False)


def test_from_where_it_stands_a_series_goes_back_to_its_level() -> None:
    noise = np.random.default_rng(0).normal(size=570)
    rest = np.zeros(560)
    for at in range(1, 560):
        rest[at] = 0.5 * rest[at - 1] + 0.01 * noise[at]
    rest[-1] = 0.2
    y = np.tile(_WEEK, 80) + rest
    forecast = level_member(context(y))
    assert forecast is not None
    left = forecast[-1] - np.tile(_WEEK, 8)
    np.testing.assert_allclose(left[:4], 0.2 * 0.5 ** np.arange(1, 5), atol=0.02)
    np.testing.assert_allclose(left[20:], 0.0, atol=0.02)


def test_the_level_is_the_median_of_the_last_four_cycles() -> None:
    y = np.tile(_WEEK, 80)
    y[-28:] += 0.1
    forecast = level_member(context(y))
    assert forecast is not None
    np.testing.assert_allclose(forecast[-1], np.tile(_WEEK, 8) + 0.1, atol=0.02)


def test_no_forecast_knows_what_follows() -> None:
    y = np.random.default_rng(0).normal(size=560) + np.tile(_WEEK, 80)
    p = context(y)
    forecast = level_member(p)
    later = y.copy()
    row = int(np.flatnonzero(p.plan.at_cut)[0])
    later[p.plan.origins[row] :] += 9.0
    same = level_member(context(later))
    assert forecast is not None
    assert same is not None
    np.testing.assert_array_equal(forecast[row], same[row])


@pytest.mark.parametrize(("size", "seasons"), [(400, (7,)), (560, ()), (560, (30,))])
def test_short_series_and_those_without_a_short_season_have_none(
    size: int, seasons: tuple[int, ...]
) -> None:
    assert level_member(context(np.random.default_rng(0).normal(size=size), seasons)) is None
