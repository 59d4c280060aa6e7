"""Weights by held-out errors."""

import numpy as np
import pytest

from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._origins import plan
from models.forecasters.combination._weights import combine, convincing, relative_errors, weights_of


def problem(horizon: int) -> EvaluationContext:
    y = np.random.default_rng(0).normal(size=80)
    return EvaluationContext(y, horizon, (), plan(80, horizon), log=False)


def test_errors_are_compared_on_steps_that_both_forecast() -> None:
    p = problem(4)
    good, bad = p.actual + 1.0, p.actual + 3.0
    bad[: len(bad) // 2] = np.nan
    assert relative_errors(p, {"a": good, "b": bad}) == pytest.approx({"a": 1.0, "b": 3.0})
    assert relative_errors(p, {"a": p.actual, "b": bad})["b"] == 1.0


def test_more_windows_sharpen_the_weights() -> None:
    errors = {"a": 1.0, "b": 2.0}
    assert weights_of(problem(30), errors) == pytest.approx([2 / 3, 1 / 3])  # one window
    assert weights_of(problem(15), errors) == pytest.approx([4 / 5, 1 / 5])  # two
    # as sharp as it gets
    assert weights_of(problem(1), errors)[1] == pytest.approx(1 / (1 + 2**10))


def test_a_prior_counts_until_errors_are_known() -> None:
    alike = {"ets_forms": 1.0, "near_lags": 1.0}
    few, many = weights_of(problem(30), alike), weights_of(problem(1), alike)
    assert few[0] > 2 * few[1]
    assert many == pytest.approx(few)
    apart = {"ets_forms": 5.0, "near_lags": 1.0}
    assert weights_of(problem(1), apart) == pytest.approx(weights_of(problem(10), apart))
    assert 0.8 < weights_of(problem(1), apart)[1] < 0.98  # three windows, not eighty
    assert weights_of(problem(30), {"lags": 1.0, "near_lags": 1.0}) == pytest.approx([0.5, 0.5])


def test_what_missing_lags_would_count_goes_to_ces() -> None:
    alike = {"ets_forms": 1.0, "ces": 1.0}
    without, beside = (
        weights_of(problem(30), alike),
        weights_of(problem(30), {**alike, "lags": 1.0}),
    )
    assert without[1] / without[0] == pytest.approx((beside[1] + beside[2]) / beside[0])


def test_small_differences_of_a_short_series_are_left_to_chance() -> None:
    alike, near, far = (
        weights_of(problem(10), {"ets_forms": 1.0, "near_lags": error}) for error in (1.0, 0.8, 0.2)
    )
    assert near[1] < 1.4 * alike[1]  # in proportion to the cube it would be nearly twice as much
    assert far[1] > 3 * alike[1]


def test_members_that_know_several_seasons_count_more_among_them() -> None:
    alike = {"smoothing": 1.0, "cycles": 1.0, "near_lags": 1.0}
    smoothing, cycles, near = weights_of(problem(30), alike)
    assert cycles > smoothing > near


def test_who_says_nothing_has_no_weight() -> None:
    silent = np.array([[1.0, np.nan], [np.nan, np.nan]])
    made = combine({"a": silent, "b": np.full((2, 2), 3.0)}, np.array([0.5, 0.5]))
    np.testing.assert_array_equal(made, [[2.0, 3.0], [3.0, 3.0]])
    assert np.isnan(combine({"a": silent}, np.array([1.0]))[1]).all()


def test_a_doubted_member_has_to_convince() -> None:
    assert convincing({"ets_forms": 1.0, "theta": 2.0, "saturation": 0.6}) == ["ets_forms", "theta"]
    assert convincing({"ets_forms": 1.0, "saturation": 0.4}) == ["ets_forms", "saturation"]
