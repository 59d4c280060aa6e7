"""Conformal intervals: widths that can be checked by hand, coverage that can be counted."""

import numpy as np
import pytest

from models.data.prediction import Prediction
from models.data.results import Interval
from models.intervals.conformal import (
    MAX_ORIGINS,
    REFERENCE_LEVEL,
    bootstrap,
    conformal,
    error_growth,
    normal,
    paths_within,
    rolling_errors,
    rolling_origins,
)


def interval(made: Prediction, level: float) -> Interval:
    band = made.interval(level)
    assert band is not None
    return band


def test_origins_lie_in_the_later_half_and_end_before_the_last_point() -> None:
    origins = rolling_origins(100, required=3, horizon=4)
    assert len(origins) == MAX_ORIGINS
    assert origins[0] >= 50
    assert origins[-1] == 99
    assert (np.diff(origins) > 0).all()


def test_too_short_a_series_has_no_origin() -> None:
    assert len(rolling_origins(5, required=5, horizon=3)) == 0


def test_errors_are_actual_minus_forecast_and_end_with_the_series() -> None:
    y = np.array([[1.0, 2.0, 4.0, 8.0]])
    errors = rolling_errors(
        y, [2, 3], 2, lambda origin, steps: np.repeat(y[:, origin - 1 : origin], steps, 1)
    )
    np.testing.assert_array_equal(errors, [[[2.0, 6.0], [4.0, np.nan]]])


def test_growth_is_the_power_of_the_step_that_errors_follow() -> None:
    rng = np.random.default_rng(1)
    walks = np.cumsum(rng.normal(size=(3, 4000, 6)), axis=2)
    np.testing.assert_allclose(
        error_growth(walks), np.tile(np.arange(1, 7) ** 0.5, (3, 1)), rtol=0.06
    )
    flat = rng.normal(size=(1, 4000, 6))
    np.testing.assert_allclose(error_growth(flat), np.ones((1, 6)), rtol=0.05)


def test_the_width_is_the_corrected_quantile_of_the_errors() -> None:
    errors = np.arange(1.0, 10.0).reshape(1, 9, 1)  # nine errors: 1 … 9
    band = interval(conformal(np.zeros((1, 1)), errors), 80.0)
    assert band.upper[0, 0] == 8.0  # ceil((9 + 1) · 0.8) = the 8th smallest


@pytest.mark.parametrize("method", ["conformal", "bootstrap", "normal"])
@pytest.mark.parametrize("level", [80.0, 95.0])
def test_random_walks_are_covered_as_promised(level: float, method: str) -> None:
    rng = np.random.default_rng(7)
    n, t, horizon = 400, 120, 5
    y = np.cumsum(rng.normal(size=(n, t + horizon)), axis=1)

    def naive(origin: int, steps: int) -> np.ndarray:
        return np.repeat(y[:, origin - 1 : origin], steps, axis=1)

    errors = rolling_errors(y[:, :t], rolling_origins(t, 2, horizon), horizon, naive)
    if method == "conformal":
        made = conformal(naive(t, horizon), errors)
    elif method == "normal":
        made = normal(naive(t, horizon), errors)
    else:
        made = bootstrap(naive(t, horizon), errors, 0)
    band = interval(made, level)
    inside = (y[:, t:] >= band.lower) & (y[:, t:] <= band.upper)
    assert abs(inside.mean() * 100 - level) < 6


@pytest.mark.parametrize("method", ["conformal", "bootstrap"])
def test_levels_nest_and_widths_grow(method: str) -> None:
    rng = np.random.default_rng(3)
    errors = np.cumsum(rng.normal(size=(5, 12, 8)), axis=2)
    levels = [50.0, 80.0, 95.0, 99.9]
    mean = np.zeros((5, 8))
    made = conformal(mean, errors) if method == "conformal" else bootstrap(mean, errors, 0)
    bands = {level: interval(made, level) for level in levels}
    for narrow, wide in [(50.0, 80.0), (80.0, 95.0), (95.0, 99.9)]:
        assert (bands[narrow].upper <= bands[wide].upper).all()
    assert (np.diff(bands[80.0].upper, axis=1) >= 0).all()


def test_no_error_at_all_gives_no_interval() -> None:
    band = interval(conformal(np.zeros((1, 2)), np.empty((1, 0, 2))), 80.0)
    assert np.isnan(band.upper).all()


def paths_of(errors: np.ndarray, count: int, random_state: int) -> np.ndarray:
    """Return paths around zero that are as wide as the errors, since no interval is known."""
    zeros = np.zeros((len(errors), errors.shape[2]))
    return paths_within(
        Interval(zeros - np.nan, zeros + np.nan), zeros, errors, count, random_state
    )


def test_paths_wander_like_the_errors_did() -> None:
    rng = np.random.default_rng(5)
    walks = np.cumsum(rng.normal(size=(1, 60, 6)), axis=2)
    paths = paths_of(walks, 4000, random_state=1)[0]
    assert paths.shape == (4000, 6)
    np.testing.assert_allclose(paths.std(axis=0), walks[0].std(axis=0), rtol=0.25)
    assert np.corrcoef(paths[:, 4], paths[:, 5])[0, 1] > 0.8
    again = paths_of(walks, 4000, random_state=1)[0]
    np.testing.assert_array_equal(paths, again)
    assert not np.array_equal(paths, paths_of(walks, 4000, random_state=2)[0])


def test_few_whole_error_paths_still_give_paths_of_their_size() -> None:
    errors = np.full((1, 3, 4), np.nan)
    errors[0, :, 0] = [1.0, -1.0, 1.0]
    paths = paths_of(errors, 3000, random_state=0)[0]
    assert abs(paths[:, 0].std() - 1.0) < 0.1
    assert np.isfinite(paths).all()


@pytest.mark.parametrize("kind", ["noise", "walk", "seasonal"])
def test_sums_over_a_path_spread_as_those_over_errors_do(kind: str) -> None:
    shocks = np.random.default_rng(8).normal(size=(60, 20, 12))
    errors = np.cumsum(shocks, axis=2) if kind == "walk" else shocks
    if kind == "seasonal":
        errors[:, :, 6:] += errors[:, :, :6]
    left = {"noise": np.ones(12), "walk": np.arange(1, 13), "seasonal": np.repeat([2, 1], 6)}[kind]
    sums = paths_of(errors, 500, random_state=0).sum(axis=2)
    assert np.sqrt(sums.var(axis=1).mean()) == pytest.approx(np.sqrt((left**2).sum()), rel=0.1)


@pytest.mark.parametrize(("growth", "left"), [(0.0, np.ones(12)), (0.5, np.arange(1, 13))])
def test_so_do_sums_where_the_errors_tell_no_more_than_their_size(
    growth: float, left: np.ndarray
) -> None:
    errors = np.arange(1, 13) ** growth * np.ones((1, 4, 12))
    sums = paths_of(errors, 4000, random_state=0)[0].sum(axis=1)
    assert sums.std() == pytest.approx(np.sqrt((left**2).sum()), rel=0.05)


@pytest.mark.parametrize("origins", [0, 3, 20])
def test_paths_fill_the_interval_whatever_the_errors(origins: int) -> None:
    errors = np.cumsum(np.random.default_rng(2).normal(size=(2, origins, 5)), axis=2)
    mean, below, above = np.full((2, 5), 9.0), np.arange(1.0, 6.0), np.full(5, 7.0)
    band = Interval(mean - below, mean + above)
    paths = paths_within(band, mean, errors, 2000, random_state=0)
    inside = (paths >= band.lower[:, None, :]) & (paths <= band.upper[:, None, :])
    np.testing.assert_allclose(inside.mean(axis=1), REFERENCE_LEVEL / 100, atol=0.01)
    few = paths_within(band, mean, errors, 3, random_state=0)
    np.testing.assert_array_equal(few, paths[:, :3])


def test_paths_without_an_interval_keep_the_width_of_their_errors() -> None:
    errors = np.random.default_rng(2).normal(size=(1, 20, 2)) * [1.0, 3.0]
    unknown = np.full((1, 2), np.nan)
    band = Interval(unknown, unknown)
    paths = paths_within(band, np.zeros((1, 2)), errors, 2000, random_state=0)[0]
    np.testing.assert_allclose(paths.std(axis=0), np.sqrt((errors[0] ** 2).mean(axis=0)), rtol=0.05)
    none = paths_within(band, np.zeros((1, 2)), errors[:, :0], 5, random_state=0)
    assert np.isnan(none).all()


def test_the_normal_interval_is_the_quantile_times_the_spread_of_the_errors() -> None:
    errors = np.array([[[1.0], [-2.0], [2.0], [-1.0]]])
    band = interval(normal(np.array([[5.0]]), errors), 95.0)
    assert band.upper[0, 0] == pytest.approx(5.0 + 1.959964 * np.sqrt(10.0 / 4.0))


def test_bootstrapped_intervals_have_the_shape_of_the_errors() -> None:
    errors = np.random.default_rng(5).exponential(size=(1, 20, 30)) - 1.0
    band = interval(bootstrap(np.zeros((1, 30)), errors, 0), 95.0)
    assert (band.upper > 1.3 * -band.lower).all()
    even = interval(bootstrap(np.zeros((1, 30)), errors - errors[:, ::-1], 0), 95.0)
    np.testing.assert_allclose(even.upper, -even.lower, rtol=0.1)


def test_errors_that_mostly_are_none_leave_a_width() -> None:
    errors = np.zeros((1, 20, 3))
    errors[0, -1, 0] = 1.0
    band = interval(conformal(np.zeros((1, 3)), errors), 80.0)
    assert (band.upper > 0).all()
    exact = interval(conformal(np.zeros((1, 3)), np.zeros((1, 20, 3))), 80.0)
    assert (exact.upper == 0).all()
