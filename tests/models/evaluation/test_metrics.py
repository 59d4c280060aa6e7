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
from models.types import FloatArray

NAN = float("nan")
Y = np.array([10.0, 20.0, 0.0, 40.0])
YHAT = np.array([12.0, 16.0, 3.0, 40.0])
BAND = Interval(YHAT - 3.0, YHAT + 3.0)
SCALE, SQUARED = np.asarray(2.0), np.asarray(4.0)

TABLE: dict[str, tuple[FloatArray, float]] = {
    # name: (value, what anyone can check): errors are 2, 4, 3, 0
    "mae": (metrics.mae(Y, YHAT), 9 / 4),
    "mse": (metrics.mse(Y, YHAT), 29 / 4),
    "rmse": (metrics.rmse(Y, YHAT), math.sqrt(29 / 4)),
    "mape": (metrics.mape(Y, YHAT), (20 + 20 + 0) / 3),  # the actual 0 does not count
    "smape": (metrics.smape(Y, YHAT), (200 * 2 / 22 + 200 * 4 / 36 + 200 + 0) / 4),
    "mase": (metrics.mase(Y, YHAT, SCALE), 9 / 8),
    "rmsse": (metrics.rmsse(Y, YHAT, SQUARED), math.sqrt(29 / 16)),
    "pinball": (metrics.pinball(Y, YHAT, 0.9), (0.1 * 2 + 0.9 * 4 + 0.1 * 3) / 4),
    "coverage": (metrics.coverage(Y, BAND), 3 / 4),
    "width": (metrics.interval_width(BAND), 6.0),
    "msis": (metrics.msis(Y, BAND, 80.0, SCALE), (6 + 10 * 1 / 4) / 2),
    "crps": (metrics.crps(Y, {0.5: YHAT}), 9 / 8),  # with the median alone, half the absolute error
}


@pytest.mark.parametrize("name", TABLE)
def test_values_for_the_head(name: str) -> None:
    value, expected = TABLE[name]
    np.testing.assert_allclose(value, expected, rtol=1e-12)


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


LOOPS: dict[str, tuple[Callable[..., FloatArray], Callable[[float, float], float]]] = {
    "mae": (metrics.mae, lambda a, f: abs(a - f)),
    "mse": (metrics.mse, lambda a, f: (a - f) ** 2),
    "mape": (metrics.mape, lambda a, f: 100 * abs(a - f) / abs(a) if a else NAN),
    "smape": (metrics.smape, smape_of),
    "mase": (lambda y, f: metrics.mase(y, f, SCALE), lambda a, f: abs(a - f) / 2),
    "pinball": (lambda y, f: metrics.pinball(y, f, 0.3), pinball_of(0.3)),
    "coverage": (
        lambda y, f: metrics.coverage(y, Interval(f - 1, f + 2)),
        lambda a, f: NAN if math.isnan(a) else float(f - 1 <= a <= f + 2),
    ),
    "msis": (
        lambda y, f: metrics.msis(y, Interval(f - 1, f + 2), 90.0, SCALE),
        lambda a, f: (
            (3 + 20 * max(f - 1 - a, 0) + 20 * max(a - f - 2, 0)) / 2 if not math.isnan(a) else NAN
        ),
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
    vectorised, loss = LOOPS[name]
    np.testing.assert_allclose(vectorised(y, yhat), loop(y, yhat, loss), rtol=1e-9, atol=1e-300)


@given(arrays(float, (3, 2, 4), elements=values), arrays(float, (3, 2, 4), elements=finite))
def test_axes_are_means_of_the_same_points(y: FloatArray, yhat: FloatArray) -> None:
    per_series = metrics.mae(y, yhat, axis=(1, 2))
    one_by_one = [metrics.mae(a.ravel(), f.ravel()) for a, f in zip(y, yhat, strict=True)]
    np.testing.assert_allclose(per_series, one_by_one)
    np.testing.assert_allclose(
        metrics.mae(y, yhat, axis=None), metrics.mae(y.ravel(), yhat.ravel())
    )


# --- properties ----------------------------------------------------------------

POINTS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "mae": metrics.mae,
    "mse": metrics.mse,
    "rmse": metrics.rmse,
    "mape": metrics.mape,
    "smape": metrics.smape,
    "pinball": lambda y, f: metrics.pinball(y, f, 0.2),
    "crps": lambda y, f: metrics.crps(y, {0.1: f - 1, 0.5: f, 0.9: f + 1}),
    "coverage": lambda y, f: metrics.coverage(y, Interval(f - 1, f + 1)),
    "msis": lambda y, f: metrics.msis(y, Interval(f - 1, f + 1), 80.0, SCALE),
}
GROWS_WITH = {"mae": 1, "mse": 2, "rmse": 1, "mape": 0, "smape": 0, "pinball": 1}


@pytest.mark.parametrize("name", POINTS)
@given(st.permutations(range(6)), arrays(float, 6, elements=finite))
def test_the_order_of_the_points_does_not_matter(
    name: str, order: list[int], yhat: FloatArray
) -> None:
    y = np.array([1.0, 0.0, NAN, -3.0, 5.0, 8.0])
    metric = POINTS[name]
    np.testing.assert_allclose(metric(y[order], yhat[order]), metric(y, yhat), rtol=1e-9)


@pytest.mark.parametrize("name", GROWS_WITH)
@given(arrays(float, 5, elements=finite), st.sampled_from([1e-9, 0.1, 3.0, 1e9]))
def test_scaling_does_what_the_metric_says(name: str, yhat: FloatArray, factor: float) -> None:
    y = np.array([1.0, -2.0, NAN, 30.0, 4.0])
    once, scaled = POINTS[name](y, yhat), POINTS[name](factor * y, factor * yhat)
    np.testing.assert_allclose(scaled, factor ** GROWS_WITH[name] * once, rtol=1e-6, atol=1e-300)


@pytest.mark.parametrize("name", POINTS)
@given(arrays(float, 4, elements=st.floats(width=64)), arrays(float, 4, elements=st.floats()))
def test_nothing_is_ever_infinite(name: str, y: FloatArray, yhat: FloatArray) -> None:
    with np.errstate(all="ignore"):
        value = POINTS[name](y, yhat)
    assert not np.isinf(value)


@pytest.mark.parametrize("name", POINTS)
def test_no_known_point_is_no_score(name: str) -> None:
    assert np.isnan(POINTS[name](np.full(3, NAN), np.ones(3)))


@given(arrays(float, 5, elements=finite), arrays(float, 5, elements=finite))
def test_smape_stays_between_0_and_200(y: FloatArray, yhat: FloatArray) -> None:
    assert 0.0 <= metrics.smape(y, yhat) <= 200.0 + 1e-9


def test_zeros_have_defined_answers() -> None:
    zeros, ones = np.zeros(3), np.ones(3)
    assert np.isnan(metrics.mape(zeros, ones))
    assert metrics.smape(zeros, zeros) == 0.0
    assert metrics.smape(zeros, ones) == 200.0
    assert np.isnan(metrics.mase(ones, zeros, np.asarray(NAN)))
    assert np.isnan(metrics.mase(ones, zeros, np.asarray(0.0)))
    assert np.isnan(metrics.mape(np.array([5e-324]), ones[:1]))  # the quotient is beyond a float


# --- probability forecasts -----------------------------------------------------


def normal_quantiles(levels: list[float], spread: float) -> dict[float, FloatArray]:
    points = {0.5, *(0.5 - one / 200 for one in levels), *(0.5 + one / 200 for one in levels)}
    return {q: np.full(20_000, spread * norm.ppf(q)) for q in points}


def test_crps_approaches_that_of_the_distribution_from_below() -> None:
    """That of the standard normal distribution against itself is 1/√π on average."""
    y = np.random.default_rng(0).normal(size=20_000)
    few = metrics.crps(y, normal_quantiles([80, 95], 1.0))
    many = metrics.crps(y, normal_quantiles(list(range(2, 100, 2)), 1.0))
    truth = 1 / np.sqrt(np.pi)
    assert 0.85 * truth < few < many < 1.01 * truth
    np.testing.assert_allclose(many, truth, rtol=0.01)


@pytest.mark.parametrize("wrong", [0.5, 2.0])
def test_crps_and_msis_are_least_for_the_true_spread(wrong: float) -> None:
    y = np.random.default_rng(1).normal(size=20_000)
    assert metrics.crps(y, normal_quantiles([80, 95], 1.0)) < metrics.crps(
        y, normal_quantiles([80, 95], wrong)
    )

    def score(spread: float) -> FloatArray:
        half = np.full(20_000, spread * norm.ppf(0.975))
        return metrics.msis(y, Interval(-half, half), 95.0, np.asarray(1.0))

    assert score(1.0) < score(wrong)


def test_the_mean_pinball_loss_is_least_at_the_quantile() -> None:
    y = np.random.default_rng(2).normal(size=5_000)
    losses = {
        z: float(metrics.pinball(y, np.full(5_000, z), 0.9)) for z in (0.8, norm.ppf(0.9), 1.8)
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
