"""Members: each against a slow way to say the same, and none of them looks ahead."""

from collections.abc import Callable

import numpy as np
import pytest
import statsforecast.ces
import statsforecast.theta

from models.forecasters.combination._aggregated_member import aggregated_member
from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._cycles_member import cycles_member
from models.forecasters.combination._forms_member import forms_member
from models.forecasters.combination._lag_members import naive_anchor, near_member, season_members
from models.forecasters.combination._members import ABOUT, run_members
from models.forecasters.combination._origins import plan, plan_everywhere
from models.forecasters.combination._refitted_members import ces_member, theta_member
from models.forecasters.combination._smoothing_member import (
    GRID,
    SMOOTHING_TAIL,
    smoothed,
    smoothing_member,
)
from models.types import FloatArray


def problem(y: FloatArray, horizon: int = 6, seasons: tuple[int, ...] = (4,)) -> EvaluationContext:
    return EvaluationContext(y, horizon, seasons, plan(len(y), horizon), bool(y.min() > 0))


def wavy(size: int = 120) -> FloatArray:
    t = np.arange(size)
    noise = np.random.default_rng(4).normal(size=size)
    return np.asarray((50 + 0.2 * t + 9 * np.sin(np.pi * t / 2) + noise) / 100)


def test_smoothing_is_the_textbook_recursion() -> None:
    values = np.random.default_rng(0).normal(size=(2, 30)).cumsum(axis=1)
    levels, trends = smoothed(values, GRID)
    assert levels.shape == (30, 2, 91)
    point = 40
    alpha, share, phi = GRID[point]
    level, trend = levels[4, 1, point], trends[4, 1, point]
    for t in range(5, 30):
        before = level + phi * trend
        trend = phi * trend + alpha * share * (values[1, t] - before)
        level = before + alpha * (values[1, t] - before)
    assert level == pytest.approx(levels[-1, 1, point])
    assert trend == pytest.approx(trends[-1, 1, point])


def test_smoothing_follows_a_line_and_a_season() -> None:
    line = np.arange(1.0, 61.0) / 66
    np.testing.assert_allclose(
        smoothing_member(problem(line - 2, seasons=()))[-1] + 2, np.arange(61, 67) / 66, rtol=1e-6
    )
    season = np.tile([1.0, 2.0, 3.0, 4.0], 20) / 4
    np.testing.assert_allclose(
        smoothing_member(problem(season))[-1], np.array([1, 2, 3, 4, 1, 2]) / 4, rtol=0.01
    )


@pytest.mark.parametrize("season", ["A", "M", "N"])
def test_forms_follow_a_line_and_a_season(season: str) -> None:
    t = np.arange(64)
    wave = np.tile([-1.0, 2.0, 0.0, -1.0], 16)
    line = 40.0 + t
    y = {"A": line + 9 * wave, "M": line * (1 + wave / 9), "N": line}[season] / 150
    forecast = forms_member(problem(y[:56], 8, () if season == "N" else (4,)))
    assert forecast is not None
    np.testing.assert_allclose(forecast[-1], y[56:], rtol=0.02)


def test_forms_leave_long_seasons_to_others() -> None:
    assert forms_member(problem(wavy(), seasons=(25,))) is None
    assert forms_member(problem(wavy(), seasons=(4, 12))) is None


@pytest.mark.parametrize(
    "member", [smoothing_member, forms_member, ces_member, theta_member, aggregated_member]
)
def test_what_comes_later_does_not_change_a_forecast(
    member: Callable[[EvaluationContext], FloatArray],
) -> None:
    y = wavy(96)
    before = problem(y)
    changed = y.copy()
    last_cut = before.plan.cuts[-2]
    changed[last_cut:] *= 0.9
    known = before.plan.origins <= last_cut
    np.testing.assert_allclose(
        member(problem(changed))[known], member(before)[known], rtol=1e-6, equal_nan=True
    )


@pytest.mark.parametrize("size", [4, 5, 18, 70])
def test_theta_and_ces_are_the_library_s(size: int) -> None:
    y = wavy(size)
    theta = statsforecast.theta.forecast_theta(statsforecast.theta.auto_theta(y, 1, "DOTM"), 6)
    p = problem(y, seasons=())
    np.testing.assert_allclose(theta_member(p)[-1], theta["mean"], rtol=1e-9)
    if size == 4:  # its likelihood cannot be corrected for so few
        assert np.isnan(ces_member(p)[-1]).all()
        return
    ces = statsforecast.ces.forecast_ces(statsforecast.ces.auto_ces(y, 1, "N"), 6)
    np.testing.assert_allclose(ces_member(p)[-1], ces["mean"], rtol=1e-9)


def test_means_of_cycles_are_smoothed_and_carried_on() -> None:
    p = problem(wavy(42))  # ten cycles and a half
    means = p.adjusted[-1][2:].reshape(10, 4).mean(axis=1)
    level = means[0]
    for mean in means[1:]:
        level += 0.5 * (mean - level)
    slope = np.polyfit(np.arange(10), means, 1)[0]
    behind = 1 - 0.5**9  # in cycles: by what smoothing lags a line
    ahead = (np.arange(1, 7) + 1.5) / 4
    forecast = aggregated_member(p)
    assert forecast is not None
    expected = p.back(level + slope * (behind + ahead) + p.season_ahead[-1])
    np.testing.assert_allclose(forecast[-1], expected, rtol=1e-9)


@pytest.mark.parametrize("seasons", [(), (4, 12), (25,)])
def test_means_of_cycles_need_one_short_season(seasons: tuple[int, ...]) -> None:
    assert aggregated_member(problem(wavy(90), seasons=seasons)) is None


@pytest.mark.parametrize("size", [11, 104, 420])
def test_too_few_or_many_cycles_show_no_trend(size: int) -> None:
    assert aggregated_member(problem(wavy(size))) is None


def test_means_of_cycles_come_too_late_for_values_that_wander() -> None:
    noise = 0.05 * np.random.default_rng(3).normal(size=80)
    swing = 2 + np.sin(np.arange(80) / 8)
    assert aggregated_member(problem((swing + noise) / 4)) is None
    assert aggregated_member(problem((2 + noise) / 4)) is not None


def test_lag_members_hold_to_it_but_for_units() -> None:
    y = wavy(300)
    before = problem(y)
    changed = y.copy()
    last_cut = before.plan.cuts[-2]
    changed[last_cut:] *= 0.98
    known = before.plan.origins <= last_cut
    for one, other in zip(season_members(before), season_members(problem(changed)), strict=True):
        assert one is not None
        assert other is not None
        np.testing.assert_allclose(other[known], one[known], rtol=5e-3)


def test_a_line_is_followed_by_the_near_lags() -> None:
    forecast = near_member(problem(np.arange(1.0, 41.0) / 40 - 2, 3, ()))
    assert forecast is not None
    np.testing.assert_allclose(forecast[-1] + 2, np.array([41, 42, 43]) / 40, rtol=0.01)


def test_the_anchor_is_the_better_naive_forecast() -> None:
    assert naive_anchor(problem(np.tile([1.0, 5.0, 2.0, 9.0], 20) / 9)) == 4
    walk = np.random.default_rng(3).normal(size=200).cumsum()
    assert naive_anchor(problem(walk / np.abs(walk).max())) == 1


def test_a_forecast_that_runs_away_is_left_out() -> None:
    p = problem(wavy())
    wild = np.full((3, 6), 0.5)
    wild[1, 5] = 5.0
    assert np.isnan(p.without_runaways(wild)).all(axis=1).tolist() == [False, True, False]


def test_the_last_two_cycles_are_averaged_where_there_are_several_seasons() -> None:
    y = np.random.default_rng(0).normal(size=90)
    p = problem(y, 26, (4, 12))
    forecast = cycles_member(p)
    assert forecast is not None
    for row, origin in enumerate(p.plan.origins.tolist()):
        for step in range(26):
            one = origin + step % 12 - 12
            assert forecast[row, step] == pytest.approx((y[one] + y[one - 12]) / 2)
    assert cycles_member(problem(y, 26, (12,))) is None
    assert cycles_member(problem(y, 26, (4, 30))) is None


def test_before_there_are_two_cycles_they_say_nothing() -> None:
    y = np.random.default_rng(0).normal(size=50)
    p = EvaluationContext(y, 1, (3, 12), plan_everywhere(50), log=False)
    forecast = cycles_member(p)
    assert forecast is not None
    np.testing.assert_array_equal(np.isnan(forecast[:, 0]), p.plan.origins < 24)


def test_a_day_that_depends_on_the_weekday_is_forecast_as_it_comes() -> None:
    random = np.random.default_rng(1)
    shapes = 10 + random.normal(size=(7, 24))  # each weekday has a shape of its own
    y = np.tile(shapes.ravel(), 6) + 0.3 * random.normal(size=6 * 168)
    members = run_members(problem(y / y.max(), 168, (24, 168)))
    error = {
        name: np.abs(one[-1] * y.max() - shapes.ravel()).mean() for name, one in members.items()
    }
    assert error["cycles"] < 0.3
    assert error["cycles"] < error["smoothing"]


def test_every_member_has_its_words_and_its_shape() -> None:
    p = problem(wavy())
    members = run_members(p)
    assert set(members) == {"ets_forms", "near_lags", "lags", "adjusted_lags", "ces", "theta"}
    assert members.keys() <= ABOUT.keys()
    assert {one.shape for one in members.values()} == {(len(p.plan.origins), 6)}
    long = run_members(problem(wavy(401)))
    assert {"smoothing", "theta"} <= long.keys()
    assert "ets_forms" not in long


@pytest.mark.parametrize("seasons", [(30,), (4, 28)])
def test_theta_has_no_place_beside_long_or_several_seasons_in_a_long_series(
    seasons: tuple[int, ...],
) -> None:
    assert "theta" not in run_members(problem(wavy(401), seasons=seasons))


@pytest.mark.parametrize("member", [theta_member, ces_member])
def test_compiled_members_say_nothing_before_the_part_that_they_learned_from(
    member: Callable[[EvaluationContext], FloatArray],
) -> None:
    y = wavy(395)
    everywhere = plan_everywhere(len(y))
    made = member(EvaluationContext(y, 1, (4,), everywhere, log=True))[:, 0]
    begin = int(everywhere.cuts[0]) - SMOOTHING_TAIL
    assert begin > 0
    np.testing.assert_array_equal(np.isnan(made), everywhere.origins <= begin)
    np.testing.assert_allclose(made[begin + 60 : -1], y[begin + 61 :], rtol=0.2)


def test_theta_needs_three_values() -> None:
    y = np.array([0.5, 1.0])
    assert np.isnan(theta_member(problem(y, 1, ()))).all()
