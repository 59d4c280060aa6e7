"""Statistics of the points around and before each point, against the plain way to compute them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.stats.moving import (
    centred_mean,
    detrended,
    median_before,
    moments_before,
    share_before,
    trailing_mean,
)

NOTHING = np.empty(0)


def plainly(values, window, statistic):
    """The statistic of the up to ``window`` points before each point."""
    return np.array(
        [statistic(values[max(0, i - window) : i]) if i else np.nan for i in range(len(values))]
    )


@pytest.mark.parametrize("window", [1, 2, 3, 7, 64, 100, 127, 1000])
@pytest.mark.parametrize("size", [0, 1, 2, 50, 400])
def test_they_are_what_they_say(window, size):
    values = np.random.default_rng(size).normal(size=size)
    mean, squares = moments_before(NOTHING, values, window)
    np.testing.assert_allclose(mean, plainly(values, window, np.mean), atol=1e-14)
    expected = plainly(values, window, lambda part: np.var(part) * len(part))
    np.testing.assert_allclose(squares, expected, atol=1e-13)
    median = median_before(NOTHING, values, window)
    np.testing.assert_array_equal(median, plainly(values, window, np.median))


@given(st.integers(1, 40), st.lists(st.integers(0, 120), max_size=5), st.integers(0, 9))
def test_the_blocks_make_no_difference_to_the_last_bit(window, cuts, seed):
    values = np.random.default_rng(seed).normal(size=120)
    whole = (*moments_before(NOTHING, values, window), median_before(NOTHING, values, window))
    parts, past = [], NOTHING
    for block in np.split(values, sorted(cuts)):
        parts.append((*moments_before(past, block, window), median_before(past, block, window)))
        past = np.concatenate([past, block])[-window:]
    for position, expected in enumerate(whole):
        np.testing.assert_array_equal(np.concatenate([part[position] for part in parts]), expected)


def test_a_high_level_does_not_drown_a_small_noise():
    noise = np.random.default_rng(0).normal(size=2000)
    values = noise + 1e12
    _, squares = moments_before(NOTHING, values, 100)
    expected = plainly(values - 1e12, 100, lambda part: np.var(part) * len(part))
    np.testing.assert_allclose(squares[10:], expected[10:], rtol=1e-3)


def test_a_spike_leaves_no_trace_behind_it():
    values = np.random.default_rng(0).normal(size=400)
    values[100] = 1e12
    mean, squares = moments_before(NOTHING, values, 50)
    np.testing.assert_allclose(
        squares[151:], [np.var(values[i - 50 : i]) * 50 for i in range(151, 400)]
    )
    assert np.abs(mean[151:]).max() < 1.0


def test_long_windows_and_many_chunks():
    values = np.random.default_rng(0).normal(size=60_000)
    for window in (100, 20_000):
        mean, squares = moments_before(NOTHING, values, window)
        for i in (1, 99, 16_384, 16_484, 40_001, 59_999):
            part = values[max(0, i - window) : i]
            assert mean[i] == pytest.approx(part.mean(), abs=1e-12)
            assert squares[i] == pytest.approx(np.var(part) * len(part), rel=1e-10, abs=1e-12)


def test_the_share_of_ones_among_what_is_known():
    share, count = share_before(NOTHING, np.array([1.0, np.nan, 0.0, 1.0, 1.0]), 3)
    np.testing.assert_array_equal(share, [np.nan, 1.0, 1.0, 0.5, 0.5])
    assert count.tolist() == [0.0, 1.0, 1.0, 2.0, 2.0]


def test_a_trailing_mean_begins_where_its_window_is_full():
    np.testing.assert_allclose(
        trailing_mean(np.array([1e12, 1e12 + 1, 1e12 + 5]), 2)[1:] - 1e12, [0.5, 3.0]
    )
    assert np.isnan(trailing_mean(np.arange(3.0), 2)[0])


@pytest.mark.parametrize("m", [3, 4])
def test_a_centred_mean_takes_half_of_the_outermost_of_an_even_window(m):
    x = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0])
    weights = np.ones(3) / 3 if m == 3 else np.array([0.125, 0.25, 0.25, 0.25, 0.125])
    expected = np.convolve(x, weights, "valid")
    np.testing.assert_allclose(centred_mean(x, m), expected)
    np.testing.assert_allclose(detrended(x, m), x[m // 2 : len(x) - m // 2] - expected)


def test_a_trailing_mean_keeps_its_digits_on_a_large_offset():
    y = 1e12 + np.random.default_rng(0).normal(size=(1, 2000))
    y[0, 5] = 3e12
    exact = np.array([y[0, i : i + 5].mean() for i in range(100, 1996)])
    assert np.abs(trailing_mean(y, 5)[0, 104:] - exact).max() < 1e-3
    np.testing.assert_array_equal(trailing_mean(y, 5)[0], trailing_mean(y[0], 5))


def test_fewer_values_are_enough_for_a_trailing_mean_if_so_asked():
    y = np.array([1.0, 3.0, 5.0, 7.0])
    np.testing.assert_allclose(trailing_mean(y, 3), [np.nan, np.nan, 3.0, 5.0])
    np.testing.assert_allclose(trailing_mean(y, 3, least=1), [1.0, 2.0, 3.0, 5.0])
