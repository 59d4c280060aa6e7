"""What regressors add that are at work on few steps."""

from dataclasses import replace

import numpy as np

from models.data.series import Series
from models.features.rare_effects import rare_effects
from models.types import FloatArray
from tests.models.build import series_of

WEEK = np.tile([0.0, 1.0, 3.0, 2.0, 5.0, 9.0, 8.0], 60)


def with_days(y: FloatArray, **days: FloatArray) -> Series:
    """A series with columns, of which what goes beyond the series is their future."""
    size = len(y)
    return replace(
        series_of(y, 7),
        exog={name: one[:size] for name, one in days.items()},
        future={name: one[size:] for name, one in days.items()},
    )


def marks(size: int, *places: int) -> FloatArray:
    return np.isin(np.arange(size), places).astype(np.float64)


def test_effects_of_their_own_are_told_apart_and_put_on_the_days_ahead() -> None:
    up, down = marks(420, 30, 130, 230, 405), marks(420, 61, 161, 261, 410)
    y = WEEK + 60.0 * up - 40.0 * down + np.random.default_rng(0).normal(0, 1, 420)
    found = rare_effects(with_days(y[:400], up=up, down=down), 20, (7, 365), 10)
    assert found.shape == (420,)
    assert 45.0 < found[405] < 62.0
    assert -42.0 < found[410] < -30.0
    assert not found[(up == 0) & (down == 0)].any()


def test_what_came_once_or_often_or_after_the_cut_is_none() -> None:
    once, often = marks(420, 30, 405), marks(420, *range(0, 420, 9))
    y = WEEK + 60.0 * once + 60.0 * often
    assert not rare_effects(with_days(y[:400], once=once, often=often), 20, (7,), 10).any()
    late = marks(420, 350, 380, 405)
    series = with_days((WEEK + 60.0 * late)[:400], late=late)
    assert rare_effects(series, 20, (7,), 10)[405] > 30.0
    assert not rare_effects(series, 20, (7,), 10, cut=320).any()


def test_a_column_counts_as_it_is_in_any_unit() -> None:
    days = marks(420, 30, 130, 230, 405)
    y = WEEK + 60.0 * days
    usual, large = (
        rare_effects(with_days(y[:400], days=unit * days), 20, (7,), 10) for unit in (1.0, 1e6)
    )
    np.testing.assert_allclose(usual, large)
