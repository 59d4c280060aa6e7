"""Each metric against a naive loop, its value on a table for the head, and what it promises of any input."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from models.data.results import Interval
from models.evaluation import metrics
from models.evaluation.backtest import Backtest
from models.evaluation.scores import Actuals, loss_sums
from models.types import FloatArray

NAN = float("nan")
Y = np.array([10.0, 20.0, 0.0, 40.0])
YHAT = np.array([12.0, 16.0, 3.0, 40.0])
LEVEL = 80.0


def scored(
    y: FloatArray,
    yhat: FloatArray,
    edges: tuple[FloatArray, FloatArray] | None = None,
    scale: float = 2.0,
) -> dict[str, float]:
    """The scores of a backtest of one cutoff with an 80 % interval, 1 below to 2 above if not said otherwise."""
    lower, upper = edges or (yhat - 1.0, yhat + 2.0)
    actual = Actuals(
        y[None, None], np.full((1, 1), scale), np.full((1, 1), scale**2), np.array([1])
    )
    bands = {LEVEL: Interval(lower[None], upper[None])}
    backtest = Backtest(np.array([1]), yhat[None], bands, "parametric")
    return {name: sums.pooled() for name, sums in loss_sums(actual, [backtest], (LEVEL,)).items()}


TABLE: dict[str, float] = {
    # name: what anyone can check, as errors are -2, 4, -3, 0
    "mae": 9 / 4,
    "mse": 29 / 4,
    "rmse": math.sqrt(29 / 4),
    "mape": (20 + 20 + 0) / 3,  # the actual 0 does not count
    "smape": (200 * 2 / 22 + 200 * 4 / 36 + 200 + 0) / 4,
    "mase": 9 / 8,
    "rmsse": math.sqrt(29 / 16),
    "pinball_0.1": (0.9 * 1 + 0.1 * 5 + 0.9 * 2 + 0.1 * 1) / 4,
    "pinball_0.5": 9 / 8,
    "pinball_0.9": (0.1 * 4 + 0.9 * 2 + 0.1 * 5 + 0.1 * 2) / 4,
    "crps": 0.5 * 3.3 / 4 + 0.8 * 9 / 8 + 0.5 * 2.9 / 4,
    "coverage_80": 1 / 4,
    "width_80": 3.0,
    "msis_80": (3 + 10 * (1 + 2 + 2) / 4) / 2,
}


@pytest.mark.parametrize("name", TABLE)
def test_values_for_the_head(name: str) -> None:
    assert scored(Y, YHAT)[name] == pytest.approx(TABLE[name], rel=1e-12)


# --- against a loop ------------------------------------------------------------


def loop(y: FloatArray, yhat: FloatArray, loss: Callable[[float, float], float]) -> float:
    """The mean of a loss over points that have one, as anybody would write it first."""
    found = [loss(a, f) for a, f in zip(y.tolist(), yhat.tolist(), strict=True)]
    known = [value for value in found if math.isfinite(value)]
    return sum(known) / len(known) if known else NAN


def smape_of(a: float, f: float) -> float:
    if math.isnan(a):
        return NAN
    return 0.0 if a == f else 200 * abs(a - f) / (abs(a) + abs(f))


def pinball_of(q: float) -> Callable[[float, float], float]:
    return lambda a, f: (a - f) * q if a >= f else (f - a) * (1 - q)


LOOPS: dict[str, Callable[[float, float], float]] = {
    "mae": lambda a, f: abs(a - f),
    "mse": lambda a, f: (a - f) ** 2,
    "mape": lambda a, f: 100 * abs(a - f) / abs(a) if a else NAN,
    "smape": smape_of,
    "mase": lambda a, f: abs(a - f) / 2,
    "pinball_0.1": lambda a, f: pinball_of(0.1)(a, f - 1),
    "pinball_0.9": lambda a, f: pinball_of(0.9)(a, f + 2),
    "coverage_80": lambda a, f: NAN if math.isnan(a) else float(f - 1 <= a <= f + 2),
    "msis_80": lambda a, f: (
        (3 + 10 * max(f - 1 - a, 0) + 10 * max(a - f - 2, 0)) / 2 if not math.isnan(a) else NAN
    ),
}
finite = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))
values = st.sampled_from([0.0, 1.0, -1.0, 7.5, NAN]) | finite


@pytest.mark.parametrize("name", LOOPS)
@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(arrays(float, n, elements=values), arrays(float, n, elements=finite))
    )
)
def test_a_metric_is_its_loop(name: str, pair: tuple[FloatArray, FloatArray]) -> None:
    y, yhat = pair
    expected = loop(y, yhat, LOOPS[name])
    np.testing.assert_allclose(scored(y, yhat)[name], expected, rtol=1e-9, atol=1e-300)


# --- properties ----------------------------------------------------------------

GROWS_WITH = {"mae": 1, "mse": 2, "rmse": 1, "mape": 0, "smape": 0, "pinball_0.5": 1}


@given(st.permutations(range(6)), arrays(float, 6, elements=finite))
def test_the_order_of_the_points_does_not_matter(order: list[int], yhat: FloatArray) -> None:
    y = np.array([1.0, 0.0, NAN, -3.0, 5.0, 8.0])
    turned, plain = scored(y[order], yhat[order]), scored(y, yhat)
    np.testing.assert_allclose([*turned.values()], [*plain.values()], rtol=1e-9)


@given(arrays(float, 5, elements=finite), st.sampled_from([1e-9, 0.1, 3.0, 1e9]))
def test_scaling_does_what_the_metric_says(yhat: FloatArray, factor: float) -> None:
    y = np.array([1.0, -2.0, NAN, 30.0, 4.0])
    once, scaled = scored(y, yhat), scored(factor * y, factor * yhat)
    for name, power in GROWS_WITH.items():
        np.testing.assert_allclose(scaled[name], factor**power * once[name], rtol=1e-6, atol=1e-300)


@given(arrays(float, 4, elements=st.floats(width=64)), arrays(float, 4, elements=st.floats()))
def test_nothing_is_ever_infinite(y: FloatArray, yhat: FloatArray) -> None:
    with np.errstate(all="ignore"):
        found = scored(y, yhat)
    assert {*TABLE} == {*found}
    assert not np.isinf([*found.values()]).any()


def test_no_known_point_is_no_score() -> None:
    found = scored(np.full(3, NAN), np.ones(3))
    assert found.pop("width_80") == 3.0
    assert np.isnan([*found.values()]).all()


@given(arrays(float, 5, elements=finite), arrays(float, 5, elements=finite))
def test_smape_stays_between_0_and_200(y: FloatArray, yhat: FloatArray) -> None:
    assert 0.0 <= scored(y, yhat)["smape"] <= 200.0 + 1e-9


def test_zeros_have_defined_answers() -> None:
    zeros, ones = np.zeros(3), np.ones(3)
    assert np.isnan(scored(zeros, ones)["mape"])
    assert scored(zeros, zeros)["smape"] == 0.0
    assert scored(zeros, ones)["smape"] == 200.0
    assert np.isnan(scored(ones, zeros, scale=NAN)["mase"])
    assert np.isnan(scored(ones, zeros, scale=0.0)["mase"])
    assert np.isnan(scored(np.array([5e-324]), ones[:1])["mape"])  # the quotient is beyond a float


# --- probability forecasts -----------------------------------------------------


def normal_quantiles(levels: list[float], spread: float) -> dict[float, FloatArray]:
    points = {0.5, *(0.5 - one / 200 for one in levels), *(0.5 + one / 200 for one in levels)}
    return {q: np.full(20_000, spread * norm.ppf(q)) for q in points}


def crps(y: FloatArray, quantiles: dict[float, FloatArray]) -> float:
    return float(metrics.ranked_probability_score(y, quantiles).mean())


def test_crps_approaches_that_of_the_distribution_from_below() -> None:
    """That of the standard normal distribution against itself is 1/√π on average."""
    y = np.random.default_rng(0).normal(size=20_000)
    few = crps(y, normal_quantiles([80, 95], 1.0))
    many = crps(y, normal_quantiles(list(range(2, 100, 2)), 1.0))
    truth = 1 / np.sqrt(np.pi)
    assert 0.85 * truth < few < many < 1.01 * truth
    np.testing.assert_allclose(many, truth, rtol=0.01)


@pytest.mark.parametrize("wrong", [0.5, 2.0])
def test_crps_and_msis_are_least_for_the_true_spread(wrong: float) -> None:
    y = np.random.default_rng(1).normal(size=20_000)

    def of(spread: float) -> dict[str, float]:
        half = np.full(20_000, spread * norm.ppf(0.9))
        return scored(y, np.zeros(20_000), (-half, half))

    true, other = of(1.0), of(wrong)
    assert true["crps"] < other["crps"]
    assert true["msis_80"] < other["msis_80"]


def test_the_mean_pinball_loss_is_least_at_the_quantile() -> None:
    y = np.random.default_rng(2).normal(size=5_000)
    losses = {
        z: float(metrics.quantile_loss(y, np.full(5_000, z), 0.9).mean())
        for z in (0.8, norm.ppf(0.9), 1.8)
    }
    assert min(losses, key=losses.__getitem__) == norm.ppf(0.9)


# --- scales --------------------------------------------------------------------


def scale_by_loop(y: list[float], season: int, cutoff: int) -> tuple[float, float]:
    season = season if cutoff > season else 1
    changes = [y[t] - y[t - season] for t in range(season, cutoff)]
    known = [change for change in changes if math.isfinite(change)]
    if not known or not any(known):
        return NAN, NAN
    return sum(map(abs, known)) / len(known), sum(c * c for c in known) / len(known)


@given(st.lists(values, min_size=1, max_size=15), st.integers(1, 6))
def test_scales_are_those_of_the_training_part_alone(y: list[float], season: int) -> None:
    cutoffs = np.arange(1, len(y) + 1)
    absolute, squared = metrics.naive_scale(np.array(y), season, cutoffs)
    expected = [scale_by_loop(y, season, int(cutoff)) for cutoff in cutoffs]
    np.testing.assert_allclose(np.stack([absolute, squared], axis=1), expected, rtol=1e-9)


def test_a_constant_part_has_no_scale() -> None:
    absolute, squared = metrics.naive_scale(np.array([3.0, 3.0, 3.0, 5.0]), 1, np.array([1, 3, 4]))
    np.testing.assert_array_equal(absolute, [NAN, NAN, 2 / 3])
    np.testing.assert_array_equal(squared, [NAN, NAN, 4 / 3])
