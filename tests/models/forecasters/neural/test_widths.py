"""Widths from held-out errors and those before: how much they hold, and what they are where little is known."""

from dataclasses import replace

import numpy as np
import pytest

from models.forecasters.neural._widths import ForecastErrors, NetworkWidths
from models.stats.distributions import normal_quantile, student_quantile
from models.types import FloatArray

HELD = 4


def missed(held_out: FloatArray, learned: FloatArray, held: int = HELD) -> ForecastErrors:
    count, _, horizon = held_out.shape
    unit = np.ones((count, horizon))
    held_of_each, free = np.full(count, held), np.ones(count, dtype=bool)
    return ForecastErrors(held_out, learned, held_of_each, np.full(count, 10_000), unit, free)


def noise(count: int, origins: int, seed: int = 0, size: float = 1.0) -> FloatArray:
    """Return errors one step ahead, (count, origins, 1)."""
    return np.asarray(size * np.random.default_rng(seed).normal(size=(count, origins, 1)))


def half(widths: NetworkWidths, level: float) -> FloatArray:
    return np.asarray((widths.multiple(level) * widths.scale)[:, 0])


@pytest.mark.parametrize("held", [2, 4, 40])
def test_few_held_out_errors_hold_what_is_promised(held: int) -> None:
    widths = NetworkWidths.of(missed(noise(4000, held), noise(4000, 20, 1, 0.5), held))
    came = np.abs(noise(4000, 1, 2)[:, 0, 0])
    for level, low, high in ((80.0, 72.0, 83.0), (95.0, 93.0, 97.5)):
        held_share = 100 * np.mean(came <= half(widths, level))
        assert low < held_share < high, (level, held_share)


def test_the_series_tell_together_how_much_more_is_missed_than_in_what_was_learned_from() -> None:
    learned = noise(300, 20, 1)
    half_known = NetworkWidths.of(missed(2.0 * noise(300, HELD), learned))
    one = NetworkWidths.of(missed(np.full((1, HELD, 1), np.nan), learned[:1]))
    assert np.median(half_known.scale) == pytest.approx(2.0, rel=0.1)
    assert one.scale[0, 0] == pytest.approx(np.sqrt(np.mean(learned[0] ** 2)), rel=1e-3)


def test_many_held_out_errors_of_a_series_outweigh_those_of_others() -> None:
    held_out = noise(50, 400)
    held_out[0] *= 3.0
    widths = NetworkWidths.of(missed(held_out, noise(50, 20, 1), held=400))
    assert widths.scale[0, 0] == pytest.approx(3.0, rel=0.1)
    assert np.median(widths.scale[1:]) == pytest.approx(1.0, rel=0.1)


def test_few_errors_that_happen_to_be_small_do_not_make_an_interval_narrow() -> None:
    held_out, learned = noise(50, HELD), noise(50, 20, 1)
    held_out[0] *= 0.01
    widths = NetworkWidths.of(missed(held_out, learned))
    # Three horizons of what is expected beside four that were held out.
    expected = np.sqrt(3 / 7) * np.sqrt(np.mean(learned[0] ** 2))
    assert widths.scale[0, 0] == pytest.approx(expected, rel=0.25)


def test_drift_widens_far_steps_of_short_series() -> None:
    held_out, learned = np.ones((1, 20, 6)), np.ones((1, 20, 6))
    scale = NetworkWidths.of(
        replace(missed(held_out, learned, held=6), lengths=np.array([18]))
    ).scale[0]
    growth = np.sqrt(1 + np.arange(1, 7) / 18)
    np.testing.assert_allclose(scale / scale[0], growth / growth[0])


def test_a_network_that_misses_nothing_has_no_width() -> None:
    none = np.zeros((2, 20, 3))
    widths = NetworkWidths.of(missed(none, none))
    band = widths.around(np.ones((2, 3)), widths.scale).interval(np.ones((2, 3)), 95.0)
    np.testing.assert_array_equal(band.lower, np.ones((2, 3)))
    np.testing.assert_array_equal(band.upper, np.ones((2, 3)))


def test_without_ratios_the_multiple_is_that_of_heavy_tails() -> None:
    widths = NetworkWidths(np.ones((1, 1)), np.array([np.inf]), np.empty(0), np.array([False]))
    expected = student_quantile(80.0, np.array(3.2)) * np.sqrt(1.0 - 2.0 / 3.2)
    assert widths.multiple(80.0)[0, 0] == pytest.approx(float(expected))
    assert widths.multiple(80.0)[0, 0] < normal_quantile(80.0)


def test_steps_that_would_be_narrower_share_their_mean_unless_they_may() -> None:
    unit = np.array([[1.0, 3.0, 2.0, 4.0]] * 2)
    errors = missed(np.ones((2, 20, 4)), np.ones((2, 20, 4)))
    widths = NetworkWidths.of(replace(errors, unit=unit, may_narrow=np.array([False, True])))
    band = widths.around(np.zeros((2, 4)), unit).interval(np.zeros((2, 4)), 80.0)
    half = band.upper / widths.multiple(80.0)
    np.testing.assert_allclose(half, [[1.0, 2.5, 2.5, 4.0], [1.0, 3.0, 2.0, 4.0]])
