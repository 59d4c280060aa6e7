"""Cutoffs, training parts that know nothing of what comes later, refits and updates."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract.seasons import seasons_of
from models.data.results import Outcome
from models.data.series import RawSeries, Series
from models.errors import NoObservations, SeriesTooShort, UnknownName
from models.evaluation.backtest import Backtest, BacktestTask, RollingOrigins, training_part
from models.evaluation.fitted_once import refit_reason, rolls
from models.forecasters.arima.arima import ARIMA
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.task import TaskOptions
from models.transforms.bounds import Bounds
from models.types import FloatArray
from tests.models.build import series_of
from tests.models.evaluation.backtests import backtest_many


def task_of(
    name: str,
    windows: RollingOrigins,
    *,
    refit: bool = True,
    missing: str = "interpolate",
    **options: Any,
) -> BacktestTask:
    params = options.pop("params", {})
    task = ForecastTask(ModelSpec(name, params), windows.horizon, (80.0,), **options)
    return BacktestTask(task, windows, refit, missing)


def result_of(outcome: Outcome[Backtest]) -> Backtest:
    assert outcome.result is not None, outcome.error
    return outcome.result


def backtest(
    name: str, y: Any, windows: RollingOrigins, season: Any = 1, **options: Any
) -> Backtest:
    (outcome,) = backtest_many(task_of(name, windows, **options), [series_of(y, season)])
    return result_of(outcome)


def wavy(length: int = 60, seed: int = 0) -> FloatArray:
    t = np.arange(length)
    noise = np.random.default_rng(seed).normal(size=length)
    return np.asarray(50 + 0.2 * t + 5 * np.sin(2 * np.pi * t / 12) + noise)


# --- cutoffs -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("windows", "cutoffs"),
    [
        (RollingOrigins(3), [7]),
        (RollingOrigins(3, 2, 3), [4, 7]),
        (RollingOrigins(3, 3, 1), [5, 6, 7]),
        (RollingOrigins(1, 3, 4), [1, 5, 9]),
    ],
)
def test_the_last_window_ends_with_the_series(windows: RollingOrigins, cutoffs: list[int]) -> None:
    assert windows.cutoffs(10).tolist() == cutoffs
    assert windows.spans(10)[-1].tolist() == list(range(10 - windows.horizon, 10))


def test_the_naive_forecast_repeats_the_last_value_before_each_cutoff() -> None:
    found = backtest("naive", [1, 2, 4, 8, 16, 32], RollingOrigins(2, 2, 2))
    assert found.cutoffs.tolist() == [2, 4]
    np.testing.assert_array_equal(found.mean, [[2, 2], [8, 8]])
    # One-step errors in sample: 1; then 1, 2, 4.
    normal_80 = 1.2815515655446004
    half = normal_80 * np.sqrt([[1, 2], [7, 14]])
    np.testing.assert_allclose(found.bands[80.0].upper - found.mean, half)
    assert found.interval_method == "parametric"


@pytest.mark.parametrize("name", ["naive", "seasonal_naive", "ets", "theta", "drift"])
def test_each_window_is_the_forecast_of_the_series_up_to_there(name: str) -> None:
    windows = RollingOrigins(4, 3, 5)
    found = backtest(name, wavy(), windows, None)
    for row, cutoff in enumerate(windows.cutoffs(60)):
        head = series_of(wavy()[:cutoff], None)
        (alone,) = forecast_many(task_of(name, windows).forecast, [head])
        assert alone.result is not None
        np.testing.assert_array_equal(found.mean[row], alone.result.mean)
        np.testing.assert_array_equal(found.bands[80.0].lower[row], alone.result.bands[80.0].lower)


def test_many_series_are_as_each_alone_in_order() -> None:
    series = [series_of(wavy(20 + 3 * (i % 2), i), 1, str(i)) for i in range(5)]
    task = task_of("sma", RollingOrigins(2, 2, 1), params={"window": 3})
    together = backtest_many(task, series)
    assert [one.unique_id for one in together] == ["0", "1", "2", "3", "4"]
    for one, outcome in zip(series, together, strict=True):
        (alone,) = backtest_many(task, [one])
        np.testing.assert_array_equal(result_of(alone).mean, result_of(outcome).mean)


def test_bounds_transforms_and_intervals_go_the_way_of_any_forecast() -> None:
    y = np.exp(wavy() / 10)
    options: dict[str, Any] = {
        "options": TaskOptions(transform="log", bounds=Bounds(lower=0.0, upper=500.0)),
        "interval_method": "conformal",
    }
    found = backtest("drift", y, RollingOrigins(6), 1, **options)
    task = ForecastTask(ModelSpec("drift"), 6, (80.0,), **options)
    (alone,) = forecast_many(task, [series_of(y[:54], 1)])
    assert alone.result is not None
    np.testing.assert_array_equal(found.mean[0], alone.result.mean)
    assert found.bands[80.0].upper.max() <= 500.0
    assert found.interval_method == "conformal"


# --- nothing from behind the cutoff --------------------------------------------

FAST = ["naive", "seasonal_naive", "ewma", "ses", "holt", "theta"]
gaps = st.sets(st.integers(0, 35), max_size=12)
POLICIES = ["interpolate", "ffill", "zero", "mean", "seasonal"]


@settings(max_examples=40)
@given(
    st.sampled_from(FAST),
    st.booleans(),
    st.sampled_from(POLICIES),
    gaps,
    gaps,
    st.sampled_from([None, 4]),
    st.integers(0, 99),
)
def test_what_comes_after_a_cutoff_changes_no_forecast(
    name: str,
    refit: bool,
    policy: Any,
    missing_before: set[int],
    missing_after: set[int],
    season: int | None,
    seed: int,
) -> None:
    """Values, seasons and gaps of the last window are exchanged; the first window's forecast stays."""
    windows = RollingOrigins(4, 3, 4)
    cutoff = int(windows.cutoffs(36)[0])
    rng = np.random.default_rng(seed)
    first, other = wavy(36, seed), rng.normal(scale=40, size=36)
    other[:cutoff] = first[:cutoff]
    first[list(missing_before)] = np.nan
    other[[i for i in missing_before if i < cutoff]] = np.nan
    other[[i for i in missing_after if i >= cutoff]] = np.nan
    first[0] = other[0] = 50.0
    options = PreparationOptions(season_length=season, missing=policy)
    prepared = prepare([RawSeries("a", first), RawSeries("b", other)], options)
    series = [one.series for one in prepared if one.series is not None]
    outcomes = backtest_many(task_of(name, windows, refit=refit, missing=policy), series)
    one, two = (result_of(outcome) for outcome in outcomes)
    np.testing.assert_array_equal(one.mean[0], two.mean[0])
    np.testing.assert_array_equal(one.bands[80.0].upper[0], two.bands[80.0].upper[0])


def test_a_gap_across_the_cutoff_is_filled_from_the_left() -> None:
    y = np.array([1.0, 2.0, 3.0, np.nan, np.nan, 60.0, 70.0])
    series = series_of(y)
    assert series.y.tolist()[3:5] == [22.0, 41.0]
    assert training_part(series, 5, "interpolate").y.tolist() == [1.0, 2.0, 3.0, 3.0, 3.0]
    assert training_part(series, 5, "zero").y.tolist() == [1.0, 2.0, 3.0, 0.0, 0.0]
    assert training_part(series, 5, "mean").y.tolist() == [1.0, 2.0, 3.0, 2.0, 2.0]
    assert training_part(series, 6, "interpolate").y.tolist() == [1, 2, 3, 22, 41, 60]


def test_seasons_are_those_of_the_training_part() -> None:
    rng = np.random.default_rng(5)
    y = np.concatenate([rng.normal(size=60), 20 * np.sin(np.arange(60) * np.pi / 6)])
    series = series_of(y, None)
    assert 12 in seasons_of(series)
    assert seasons_of(training_part(series, 60, "interpolate")) == ()


# --- fitted once ---------------------------------------------------------------

UPDATABLE = ["ets", "holt", "holt_winters", "sarima"]


@pytest.mark.parametrize("name", UPDATABLE)
def test_without_refit_the_first_window_is_the_same_and_later_ones_follow(name: str) -> None:
    windows, params = RollingOrigins(4, 3, 4), {}
    if name == "sarima":
        params = {"order": [1, 1, 1], "seasonal_order": [0, 1, 1]}
    anew = backtest(name, wavy(72), windows, 12, params=params)
    once = backtest(name, wavy(72), windows, 12, params=params, refit=False)
    np.testing.assert_allclose(once.mean[0], anew.mean[0], rtol=1e-9)
    assert np.abs(once.mean - anew.mean).max() > 0
    assert np.abs(once.mean - anew.mean).max() < 5
    assert not np.array_equal(once.mean[0], once.mean[1])


def test_without_refit_a_model_that_learns_nothing_but_its_state_is_the_same() -> None:
    windows, params = RollingOrigins(2, 3, 5), {"alpha": 0.3}
    once = backtest("ewma", wavy(40), windows, refit=False, params=params)
    anew = backtest("ewma", wavy(40), windows, params=params)
    np.testing.assert_allclose(once.mean, anew.mean, rtol=1e-12)


def test_without_refit_conformal_intervals_keep_their_width_and_bounds_hold() -> None:
    windows = RollingOrigins(3, 3, 3)
    options: dict[str, Any] = {"interval_method": "conformal", "refit": False}
    found = backtest("ses", wavy(), windows, 1, **options)
    width = found.bands[80.0].upper - found.bands[80.0].lower
    np.testing.assert_allclose(width, np.broadcast_to(width[0], width.shape))
    inside = backtest(
        "ses", wavy(), windows, 1, **options, options=TaskOptions(bounds=Bounds(upper=55.0))
    )
    assert inside.bands[80.0].upper.max() == 55.0
    assert inside.mean.max() <= 55.0


def driven(size: int = 80) -> Series:
    """A series that follows a regressor, whose values are known."""
    x = np.random.default_rng(4).normal(size=size + 5)
    y = 50.0 + 9.0 * x[:size] + np.random.default_rng(5).normal(0.0, 0.1, size)
    return replace(series_of(y), exog={"x": x[:size]}, future={"x": x[size:]})


@pytest.mark.parametrize("name", ["arima", "ensemble"])
def test_a_model_with_regressors_is_fitted_once_too(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = {"models": ["arima"]} if name == "ensemble" else {"order": [1, 0, 0]}
    task, fits = task_of(name, RollingOrigins(4, 3, 4), refit=False, params=params), []
    learn = ARIMA._fit
    monkeypatch.setattr(ARIMA, "_fit", lambda self, one: (fits.append(len(one)), learn(self, one)))
    assert rolls(task, driven())
    (outcome,) = backtest_many(task, [driven()])
    found = result_of(outcome)
    assert fits == [int(found.cutoffs[0])]
    actual = np.stack([driven().y[cutoff : cutoff + 4] for cutoff in found.cutoffs])
    np.testing.assert_allclose(found.mean, actual, atol=1.0)


def test_a_model_that_is_told_of_the_calendar_is_fitted_once_too() -> None:
    weekday = np.arange(140) % 7
    y = 20.0 + 8.0 * (weekday == 3) + np.random.default_rng(6).normal(0.0, 0.1, 140)
    (prepared,) = prepare([RawSeries("a", y, start="2024-01-01", freq="D")], PreparationOptions())
    assert prepared.series is not None
    told = TaskOptions(calendar=["weekday"])
    task = task_of(
        *("arima", RollingOrigins(7, 3, 7)), refit=False, params={"order": [0, 0, 0]}, options=told
    )
    assert refit_reason(task) is None
    (outcome,) = backtest_many(task, [prepared.series])
    found = result_of(outcome)
    actual = np.stack([y[cutoff : cutoff + 7] for cutoff in found.cutoffs])
    assert np.abs(found.mean - actual).mean() < 4.0
    anew = result_of(backtest_many(replace(task, refit=True), [prepared.series])[0])
    np.testing.assert_allclose(found.mean, anew.mean, atol=0.5)


def test_what_cannot_be_updated_is_refitted_and_says_why() -> None:
    windows = RollingOrigins(2, 2, 2)
    task = task_of("naive", windows, refit=False)
    assert refit_reason(task) == "naive has no state that new observations could move on"
    assert refit_reason(task_of("ets", windows, refit=False)) is None
    logged = task_of("ets", windows, refit=False, options=TaskOptions(transform="log"))
    assert refit_reason(logged) is not None
    np.testing.assert_array_equal(
        backtest("naive", wavy(), windows, refit=False).mean,
        backtest("naive", wavy(), windows).mean,
    )


def test_an_ensemble_with_a_member_that_cannot_be_updated_is_refitted() -> None:
    windows, params = RollingOrigins(2, 2, 2), {"models": ["naive", "ses"]}
    task = task_of("ensemble", windows, refit=False, params=params)
    (outcome,) = backtest_many(task, [series_of(wavy())])
    assert [notice.code for notice in outcome.notices] == ["refitted"]
    np.testing.assert_array_equal(
        result_of(outcome).mean, backtest("ensemble", wavy(), windows, params=params).mean
    )


def test_a_constant_beginning_needs_no_model_and_no_update() -> None:
    y = [5.0] * 10 + [6.0, 4.0, 7.0, 5.0, 6.0, 3.0]
    task = task_of("ses", RollingOrigins(2, 3, 2), refit=False)
    assert not rolls(task, series_of(y))
    found = backtest("ses", y, RollingOrigins(2, 3, 2), refit=False)
    np.testing.assert_array_equal(found.mean[0], [5.0, 5.0])
    np.testing.assert_array_equal(found.bands[80.0].lower[0], [5.0, 5.0])
    assert found.mean[2, 0] != 5.0


# --- what cannot be ------------------------------------------------------------


def error_of(name: str, series: Series, windows: RollingOrigins) -> Any:
    (outcome,) = backtest_many(task_of(name, windows), [series])
    assert outcome.error is not None
    return outcome.error.problems[0]


@pytest.mark.parametrize(
    ("length", "windows", "least", "hint"),
    [
        (8, RollingOrigins(4, 3, 2), 9, "send a longer series, or use n_windows 2"),
        (3, RollingOrigins(4), 5, "send a longer series, or use h 2"),
        (1, RollingOrigins(1), 2, "send a longer series"),
    ],
)
def test_a_series_too_short_for_its_windows_is_told_the_least_length(
    length: int, windows: RollingOrigins, least: int, hint: str
) -> None:
    y = np.arange(least) ** 2.0
    problem = error_of("naive", series_of(y[:length]), windows)
    assert problem.message.startswith(f"a backtest with {windows} needs at least {least}")
    assert problem.message.endswith(f"got {length}")
    assert (problem.hint, problem.unique_id) == (hint, "a")
    assert backtest("naive", y, windows).mean.shape == (windows.count, windows.horizon)


def test_a_model_that_needs_more_says_how_long_the_whole_series_must_be() -> None:
    windows = RollingOrigins(3, 2, 3)
    problem = error_of("seasonal_naive", series_of(wavy(17), 12), windows)
    assert problem.message == (
        "at the cutoff 10: seasonal_naive needs at least 12 observations, got 11; "
        "with h 3, n_windows 2 and step_size 3, the series needs at least 18"
    )
    assert problem.ds == "10"
    assert backtest("seasonal_naive", wavy(18), windows, 12).mean.shape == (2, 3)


def test_one_series_that_fails_spares_the_others() -> None:
    series = [series_of(wavy(n), 12, str(n)) for n in (30, 5, 14, 40)]
    outcomes = backtest_many(task_of("seasonal_naive", RollingOrigins(3)), series)
    assert [type(one.error) for one in outcomes] == [
        type(None),
        SeriesTooShort,
        SeriesTooShort,
        type(None),
    ]
    assert result_of(outcomes[3]).cutoffs.tolist() == [37]


def test_nothing_observed_before_the_cutoff_is_told() -> None:
    series = series_of([np.nan, np.nan, 1.0, 2.0, 3.0])
    (outcome,) = backtest_many(task_of("naive", RollingOrigins(3)), [series])
    assert isinstance(outcome.error, NoObservations)


@pytest.mark.parametrize("refit", [True, False])
def test_no_cutoff_learns_from_what_is_missing_at_the_start(refit: bool) -> None:
    line = 2.0 * np.arange(12.0)
    found = backtest("holt", [np.nan] * 4 + line.tolist(), RollingOrigins(2, 3), refit=refit)
    np.testing.assert_allclose(found.mean, [[16, 18], [18, 20], [20, 22]], atol=1e-6)


def test_notices_of_all_windows_are_told_once() -> None:
    (outcome,) = backtest_many(task_of("naive", RollingOrigins(1, 4, 1)), [series_of([3.0] * 9)])
    assert [notice.code for notice in outcome.notices] == ["constant_series"]


def test_a_wrong_task_is_refused() -> None:
    with pytest.raises(UnknownName):
        backtest_many(task_of("niave", RollingOrigins(1)), [series_of(wavy())])
