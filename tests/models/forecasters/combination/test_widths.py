"""Intervals: deviations that never shrink, multipliers that nest, coverage that holds."""

from dataclasses import replace

import numpy as np
import pytest

from models.forecasters.combination._combined import TrainingSeries, combination_of
from models.forecasters.combination._error_scale import inverse_of_bound, upper_side
from models.forecasters.combination._growth_curve import WALK, growth_curve, levelled
from models.forecasters.combination._widths import ConformalWidths, level_grid
from models.stats.distributions import student_quantiles
from models.types import FloatArray


def test_the_growth_of_a_walk_and_of_noise() -> None:
    random = np.random.default_rng(0)
    walks = random.normal(size=(4000, 9)).cumsum(axis=1)
    ones = np.ones_like(walks)
    np.testing.assert_allclose(
        growth_curve(walks, ones, WALK), np.sqrt(np.arange(1, 10)), rtol=0.05
    )
    noise = random.normal(size=(4000, 9))
    flat = growth_curve(noise, ones, WALK, windows=1e9)
    assert flat is not None
    np.testing.assert_allclose(flat, 1, atol=0.06)
    assert (np.diff(flat) >= 0).all()
    assert growth_curve(np.full((2, 3), np.nan), np.ones((2, 3)), WALK) is None


def test_beyond_the_judged_steps_growth_ends_where_held_out_errors_level_off() -> None:
    random, root = np.random.default_rng(0), np.sqrt(np.arange(1, 31))
    ones = np.ones((4000, 30))
    walks = random.normal(size=ones.shape).cumsum(axis=1)
    np.testing.assert_allclose(levelled(root, walks, ones, 10), root, rtol=0.05)
    returning = np.minimum(root, root[9]) * random.normal(size=ones.shape)
    flat = levelled(root, returning, ones, 10)
    assert root[9] <= flat[-1] < 0.8 * root[-1]
    nearer = levelled(root[:20], returning[:, :20], ones[:, :20], 10)
    np.testing.assert_allclose(nearer, flat[:20])
    unknown = np.where(np.arange(30) < 10, returning, np.nan)
    np.testing.assert_allclose(levelled(root, unknown, ones, 10), root)


def test_an_error_touches_the_bound_that_is_made_for_it() -> None:
    widths = ConformalWidths(
        *np.ones((2, 1)), student_quantiles(level_grid(), 3), skewed=True, farthest=np.inf
    )
    for level in (50.0, 90.0):
        below, above = widths.sides(level)
        u = np.interp(level, level_grid(), student_quantiles(level_grid(), 3))
        assert inverse_of_bound(np.array([above[0], -below[0]])) == pytest.approx([u, -u])


def walk(seed: int, size: int) -> FloatArray:
    return np.random.default_rng(seed).normal(size=size).cumsum()


@pytest.mark.parametrize("offset", [0.0, 200.0])
def test_random_walks_are_covered_about_as_promised(offset: float) -> None:
    inside: dict[float, list[float]] = {80.0: [], 95.0: []}
    for seed in range(60):
        y = walk(seed, 90) + offset
        made = combination_of(TrainingSeries.of(y[:80], ()), 10)
        for level, found in inside.items():
            band = made.band(level)
            found.append(float(np.mean((band.lower <= y[80:]) & (y[80:] <= band.upper))))
    assert 0.68 < np.mean(inside[80.0]) < 0.88
    assert 0.88 < np.mean(inside[95.0]) < 0.99


def test_of_many_held_out_windows_the_oldest_tell_too() -> None:
    def width(loud: slice) -> float:
        steps = np.random.default_rng(1).normal(size=900)
        steps[loud] *= 5
        band = combination_of(TrainingSeries.of(steps.cumsum(), ()), 12).band(95.0)
        return float((band.upper - band.lower).mean())

    held_out_long_ago, before = slice(660, 720), slice(100, 160)
    assert width(held_out_long_ago) > 1.15 * width(before)


def test_tails_are_heavier_than_normal_where_values_only_scatter() -> None:
    y = 100 + np.random.default_rng(2).normal(size=30)
    made = combination_of(TrainingSeries.of(y, ()), 6)
    widths = [float(np.ptp([made.band(a).lower, made.band(a).upper])) for a in (80.0, 99.5)]
    assert widths[1] > 2.6 * widths[0]  # 2.19 if they were normal


def test_what_wanders_by_a_small_share_of_its_level_is_expected_to_be_missed_by_more() -> None:
    def width(y: FloatArray) -> float:
        band = combination_of(TrainingSeries.of(y, ()), 6).band(80.0)
        return float((band.upper - band.lower).mean())

    walks = [walk(seed, 40) for seed in range(12)]
    wider = [width(400 + y) / width(y - y.mean()) for y in walks]
    assert 1.1 < np.median(wider) < 1.4


@pytest.mark.no_cover
@pytest.mark.parametrize("size", [8, 12, 24, 60])
def test_short_scatter_is_not_taken_for_a_walk(size: int) -> None:
    widths, inside = [], []
    for seed in range(120):
        y = 100 * np.exp(0.25 * np.random.default_rng(seed).normal(size=size + 12))
        band = combination_of(TrainingSeries.of(y[:size], ()), 12).band(95.0)
        widths.append((band.upper - band.lower).mean())
        inside.append(np.mean((band.lower <= y[size:]) & (y[size:] <= band.upper)))
    # 2 · 1.96 standard deviations and a little for the mean
    assert np.mean(widths) < 104 * (2.3 if size == 8 else 1.6)
    assert np.mean(inside) > 0.92


@pytest.mark.parametrize(("level", "most"), [(-100.0, 20.0), (100.0, 28.0)])
def test_a_line_with_noise_is_not_taken_for_a_walk(level: float, most: float) -> None:
    widths = []
    for seed in range(4):
        line = level + 10.0 * np.arange(60) + 3.0 * np.random.default_rng(seed).normal(size=60)
        band = combination_of(TrainingSeries.of(line, ()), 6).band(95.0)
        widths.append((band.upper - band.lower)[2])
    assert 12.0 < np.mean(widths) < most  # 12 is that of the noise


def test_a_few_values_that_climb_are_no_scatter() -> None:
    climbing = np.array([10.0, 11.5, 12.1, 13.8, 14.4, 16.2, 17.1, 18.3, 19.2, 20.9])
    shuffled = climbing[[4, 0, 7, 2, 9, 5, 1, 8, 3, 6]]

    def growth(y: FloatArray) -> float:
        band = combination_of(TrainingSeries.of(y, ()), 6).band(80.0)
        width = band.upper - band.lower
        return float(width[-1] / width[0])

    assert growth(climbing) > 1.3
    assert growth(shuffled) < 1.15


def test_later_steps_leave_the_widths_of_earlier_ones_alone() -> None:
    deviation = np.array([1.0, 3.0, 2.0, 1.0, 0.5, 4.0])
    wide = ConformalWidths(deviation, np.ones(6), level_grid() / 80, False, np.inf, judged=3)
    np.testing.assert_allclose(wide.sides(80.0)[0], [1.0, 2.5, 2.5, 2.5, 2.5, 4.0])
    np.testing.assert_allclose(wide.until(2).sides(80.0)[1], [1.0, 2.5])


def test_levels_nest_one_at_a_time_even_where_errors_have_two_sizes() -> None:
    random = np.random.default_rng(7)
    y = 10 + random.normal(size=120) * np.where(random.random(120) < 0.1, 5, 0.1)
    made = combination_of(TrainingSeries.of(y, ()), 3)
    widths = [made.band(level).upper - made.band(level).lower for level in np.arange(0, 100, 0.05)]
    assert (np.diff(widths, axis=0) >= 0).all()


def swinging(noise_follows: float) -> FloatArray:
    """Return forty days, whose noise follows the level as a power of it."""
    t = np.arange(24 * 40)
    level = 100 * (1.5 + np.sin(2 * np.pi * t / 24))
    noise = np.random.default_rng(3).normal(size=len(t))
    return np.asarray(level + 2 * (level / 100) ** noise_follows * noise)


def changes_of_width(y: FloatArray) -> FloatArray:
    band = combination_of(TrainingSeries.of(y, (24,)), 48).band(80.0)
    return np.diff(band.upper - band.lower)


def test_nights_are_narrower_than_noons_where_the_errors_prove_it() -> None:
    assert (changes_of_width(swinging(1.0)) < 0).any()


def test_widths_never_shrink_where_errors_do_not_follow_the_level() -> None:
    assert (changes_of_width(swinging(0.0)) >= -1e-9).all()


def test_widths_never_shrink_where_there_is_little_to_prove_it_by() -> None:
    assert (changes_of_width(swinging(1.0)[: 24 * 2 + 9]) >= -1e-9).all()


def test_steps_that_would_be_narrower_share_their_mean() -> None:
    deviation, unit = np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4)
    pooled = ConformalWidths(deviation, unit, level_grid() / 80, skewed=False, farthest=np.inf)
    np.testing.assert_allclose(pooled.sides(80.0)[0], [1.0, 2.5, 2.5, 4.0])
    free = replace(pooled, may_narrow=True)
    np.testing.assert_allclose(free.sides(80.0)[1], deviation)


def test_an_upper_bound_far_beyond_the_level_grows_as_the_deviation_does() -> None:
    near = upper_side(np.array([0.1, 1.0, 1.5]))
    np.testing.assert_allclose(near, [0.105, 1.5, 2.625])
    far = upper_side(np.linspace(1.5, 50.0, 20))
    np.testing.assert_allclose(np.diff(far), 2.5 * 48.5 / 19)
    np.testing.assert_allclose(inverse_of_bound(far), np.linspace(1.5, 50.0, 20))
