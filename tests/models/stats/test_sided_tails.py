"""What a level promises holds for noise of any shape, on both sides."""

import numpy as np
import pytest

from models.stats.sided_tails import FARTHEST, side_quantile, tails_of

DRAWS = {
    "gaussian": lambda random: random.normal(size=2000),
    "laplace": lambda random: random.laplace(size=2000),
    "student_t3": lambda random: random.standard_t(3, size=2000),
    "lognormal": lambda random: random.lognormal(sigma=1.0, size=2000),
    "gamma": lambda random: random.gamma(2.0, size=2000),
    "pareto": lambda random: random.pareto(2.0, size=2000),
    "exponential": lambda random: random.exponential(size=2000),
    "poisson": lambda random: random.poisson(20.0, size=2000).astype(float),
}
SHAPES = {
    "logistic": lambda random, size: random.logistic(size=size),
    "wave": lambda random, size: (
        28.0 * np.sin(2.0 * np.pi * random.random(size)) + 5.0 * random.normal(size=size)
    ),
    "uniform": lambda random, size: random.uniform(size=size),
    "weibull": lambda random, size: random.weibull(0.7, size=size),
    "beta": lambda random, size: random.beta(2.0, 5.0, size=size),
    "gamma": lambda random, size: random.gamma(2.0, size=size),
    "gamma upside down": lambda random, size: -random.gamma(2.0, size=size),
    "lognormal": lambda random, size: random.lognormal(sigma=0.5, size=size),
    "student_t3": lambda random, size: random.standard_t(3, size=size),
}


def reach_of(side, level):
    return side.scale * float(side_quantile(level, np.array(side.df), np.array(side.inner)))


def edges(values, level, step=0.0):
    tails = tails_of(values, step)
    return tails.center - reach_of(tails.below, level), tails.center + reach_of(tails.above, level)


@pytest.mark.parametrize("name", DRAWS)
def test_about_one_percent_lies_beyond_level_99_and_less_beyond_the_next(name):
    step = 1.0 if name == "poisson" else 0.0
    shares = {99.0: [], 99.9: []}
    for seed in range(8):
        values = DRAWS[name](np.random.default_rng(seed))
        for level, found in shares.items():
            low, high = edges(values, level, step)
            found.append(100.0 * np.mean((values < low) | (values > high)))
    assert 0.25 <= np.mean(shares[99.0]) <= 1.7
    assert np.mean(shares[99.9]) <= 0.4


@pytest.mark.parametrize("name", SHAPES)
def test_five_percent_lie_beyond_level_95_whatever_the_shape(name):
    random = np.random.default_rng(3)
    fresh = SHAPES[name](random, 20_000)
    shares = {95.0: [], 99.9: []}
    for _ in range(20):
        values = SHAPES[name](random, 1000)
        for level, found in shares.items():
            low, high = edges(values, level)
            found.append(100.0 * np.mean((fresh < low) | (fresh > high)))
    assert 3.5 <= np.mean(shares[95.0]) <= 6.5
    assert np.mean(shares[99.9]) <= 0.25


@pytest.mark.parametrize("name", ["gamma", "uniform", "wave"])
def test_levels_mean_what_they_say_where_values_end(name):
    random = np.random.default_rng(3)
    fresh = SHAPES[name](random, 20_000)
    shares = {90.0: [], 99.0: []}
    for _ in range(20):
        values = SHAPES[name](random, 500)
        for level, found in shares.items():
            low, high = edges(values, level)
            found.append(100.0 * np.mean((fresh < low) | (fresh > high)))
    assert 7.5 <= np.mean(shares[90.0]) <= 12.5
    assert 0.5 <= np.mean(shares[99.0]) <= 1.4


def test_a_value_that_often_is_the_least_one_is_not_strange():
    random = np.random.default_rng(95)
    values = random.integers(40, 60, 600).astype(float) + 1e-3 * random.normal(size=600)
    low, high = edges(values, 99.0)
    assert low < values.min()
    assert values.max() < high < 61.0


@pytest.mark.parametrize("name", ["gaussian", "laplace", "gamma"])
def test_five_percent_lie_beyond_level_95_of_few_values(name):
    everything = DRAWS[name](np.random.default_rng(99))
    shares = []
    for seed in range(60):
        low, high = edges(np.random.default_rng(seed).choice(everything, 60), 95.0)
        shares.append(100.0 * np.mean((everything < low) | (everything > high)))
    assert 4.0 <= np.mean(shares) <= 6.0


@pytest.mark.parametrize("name", ["gamma", "lognormal", "uniform"])
def test_edges_lie_farther_out_at_higher_levels(name):
    values = SHAPES[name](np.random.default_rng(4), 500)
    lows, highs = zip(
        *(edges(values, level) for level in (50, 90, 95, 99, 99.9, 99.99)), strict=True
    )
    assert list(lows) == sorted(lows, reverse=True)
    assert list(highs) == sorted(highs)


@pytest.mark.parametrize(
    ("name", "size", "most"),
    [("laplace", 200, 1.3), ("student_t3", 200, 1.9), ("gamma", 60, 1.5), ("gaussian", 60, 1.2)],
)
def test_few_values_tell_their_tails_too(name, size, most):
    everything = DRAWS[name](np.random.default_rng(99))
    shares = []
    for seed in range(40):
        low, high = edges(np.random.default_rng(seed).choice(everything, size), 99.0)
        shares.append(100.0 * np.mean((everything < low) | (everything > high)))
    assert 0.3 <= np.mean(shares) <= most


@pytest.mark.parametrize("name", ["gaussian", "laplace", "student_t3", "gamma"])
def test_what_a_hundredth_of_all_does_hides_nothing(name):
    values = DRAWS[name](np.random.default_rng(1))
    usual = 1.4826 * np.median(np.abs(values - np.median(values)))
    values[::100] = np.median(values) + 6.0 * usual
    assert edges(values, 99.0)[1] < values[0]


def test_what_a_fortieth_of_all_does_makes_no_heavy_tail_of_a_normal_one():
    found = []
    for seed in range(20):
        values = np.random.default_rng(seed).normal(size=400)
        values[::40] = 6.0
        found.append(edges(values, 99.9)[1])
    assert np.median(found) < 8.0


def test_what_is_rare_is_rare_among_all_values_those_of_quiet_times_included():
    values = DRAWS["student_t3"](np.random.default_rng(1))
    values[::40] = 40.0
    reach = [tails_of(values, size=size).above for size in (None, 2 * len(values))]
    far, near = (reach_of(side, 99.0) for side in reach)
    assert near < 6.0 * 1.134 < far


@pytest.mark.parametrize("name", ["gaussian", "laplace", "student_t3", "gamma"])
def test_the_share_of_values_that_never_vary_is_left_to_the_others(name):
    shares = []
    for seed in range(8):
        values = DRAWS[name](np.random.default_rng(seed))
        tails = tails_of(values, size=2 * len(values), still=len(values))
        low, high = (reach_of(side, 99.0) for side in (tails.below, tails.above))
        off = values - tails.center
        shares.append(100.0 * np.sum((off < -low) | (off > high)) / (2 * len(values)))
    assert 0.4 <= np.mean(shares) <= 1.7


def test_too_few_or_nearly_all_the_same_have_no_tails():
    assert tails_of(np.arange(20.0)) is None
    assert tails_of(np.append(np.zeros(500), np.arange(60.0))) is None


def test_a_fifth_far_off_is_beyond_all_tails():
    values = np.random.default_rng(0).normal(size=100)
    values[40:60] = 50.0
    assert edges(values, 99.0)[1] < 50.0


def test_tails_of_what_comes_one_by_one_grow_no_faster_outside_than_inside() -> None:
    values = np.random.default_rng(0).normal(size=800)
    values[::33] = 4.0
    reach = [tails_of(values, farthest=farthest).above for farthest in (FARTHEST, np.inf)]
    whole, live = (reach_of(one, 99.9) for one in reach)
    assert live < whole - 0.1


def test_a_wandering_centre_makes_no_tails_of_coarse_values():
    random = np.random.default_rng(0)
    values = np.round(0.4 * random.normal(size=400))
    wandering = values - 1e-3 * np.cumsum(random.normal(size=400)) / 20.0
    still, moved = edges(values, 99.0, 1.0), edges(wandering, 99.0, 1.0)
    assert np.allclose(still, moved, atol=0.05)
    assert moved[1] < 2.5


def test_what_one_side_never_does_is_left_to_the_other():
    shares = []
    for seed in range(30):
        values, fresh = np.random.default_rng(seed).gamma(2.0, size=(2, 1000))
        low, high = edges(values, 99.0)
        shares.append(100.0 * np.mean((fresh < low) | (fresh > high)))
    assert 0.65 <= np.mean(shares) <= 1.1
