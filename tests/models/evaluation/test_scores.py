"""Scores of whole backtests: a table for the head, nominal coverage, ranks with ties and gaps."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.data.series import Series
from models.evaluation.backtest import Backtest, BacktestTask, RollingOrigins
from models.evaluation.scores import LossSums, actuals, competition_ranks, loss_sums, rank
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask
from models.tasks.task import TaskOptions
from tests.models.build import series_of
from tests.models.evaluation.backtests import backtest_many

NAN = float("nan")


def run(
    name: str, series: list[Series], windows: RollingOrigins, *levels: float
) -> dict[str, LossSums]:
    task = BacktestTask(ForecastTask(ModelSpec(name), windows.horizon, levels), windows)
    backtests = [outcome.result for outcome in backtest_many(task, series)]
    return loss_sums(actuals(task, series), backtests, levels)


def test_naive_on_a_known_table() -> None:
    """y = 1 2 4 8 16 32 in two windows of two: forecasts 2 2 and 8 8, errors 2 6 and 8 24."""
    found = run("naive", [series_of([1, 2, 4, 8, 16, 32])], RollingOrigins(2, 2, 2), 80.0)
    values = {name: tally.pooled() for name, tally in found.items()}
    scale = [1.0, 7 / 3]  # mean |change| of 1 2 and of 1 2 4 8
    assert values["mae"] == pytest.approx((2 + 6 + 8 + 24) / 4)
    assert values["mse"] == pytest.approx((4 + 36 + 64 + 576) / 4)
    assert values["rmse"] == pytest.approx(np.sqrt(170))
    assert values["mape"] == pytest.approx(100 * (2 / 4 + 6 / 8 + 8 / 16 + 24 / 32) / 4)
    assert values["smape"] == pytest.approx(200 * (2 / 6 + 6 / 10 + 8 / 24 + 24 / 40) / 4)
    assert values["mase"] == pytest.approx((2 + 6 + (8 + 24) / scale[1]) / 4)
    squared = [1.0, 21 / 3]
    assert values["rmsse"] == pytest.approx(np.sqrt((4 + 36 + (64 + 576) / squared[1]) / 4))
    half = 1.2815515655446004 * np.sqrt([1, 2, 7, 14])
    assert values["width_80"] == pytest.approx(2 * half.mean())
    assert values["coverage_80"] == 0.0
    errors = np.array([2.0, 6.0, 8.0, 24.0])
    outside = errors - half
    msis = (2 * half + 10 * outside) / [1, 1, scale[1], scale[1]]
    assert values["msis_80"] == pytest.approx(msis.mean())
    assert values["pinball_0.5"] == pytest.approx(values["mae"] / 2)
    assert values["pinball_0.9"] == pytest.approx(0.9 * outside.mean())
    assert values["pinball_0.1"] == pytest.approx(0.1 * np.mean(errors + half))
    weighted = 0.5 * 0.1 * np.mean(errors + half) + 0.5 * 0.9 * outside.mean()
    assert values["crps"] == pytest.approx(weighted + 0.8 * values["mae"] / 2)


def test_scores_over_all_count_every_point_alike() -> None:
    series = [series_of([1, 2, 4, 4], unique_id="a"), series_of([1, 3, 5, np.nan], unique_id="b")]
    found = run("naive", series, RollingOrigins(2))
    np.testing.assert_array_equal(found["mae"].count, [2, 1])  # the missing value is not scored
    np.testing.assert_array_equal(found["mae"].per_series(), [2.0, 2.0])
    np.testing.assert_allclose(found["rmse"].per_series(), [2.0, 2.0])
    np.testing.assert_array_equal(found["mase"].per_series(), [2.0, 1.0])
    assert found["mase"].pooled() == pytest.approx(5 / 3)
    assert found["mase"].pooled(np.array([False, True])) == 1.0


def test_the_median_is_scored_as_such_under_a_transform() -> None:
    y = np.exp(0.5 * np.cumsum(np.random.default_rng(0).normal(size=50)))
    options = TaskOptions(transform="log")
    task = BacktestTask(
        ForecastTask(ModelSpec("naive"), 5, (80.0,), options=options), RollingOrigins(5)
    )
    series = [series_of(y)]
    [outcome] = backtest_many(task, series)
    assert outcome.result is not None
    median = np.repeat(y[44], 5)[None, :]
    np.testing.assert_allclose(outcome.result.center, median)
    assert (outcome.result.mean > median).all()
    found = loss_sums(actuals(task, series), [outcome.result], (80.0,))
    expected = np.abs(y[45:] - median).mean() / 2
    assert found["pinball_0.5"].pooled() == pytest.approx(expected)
    [plain] = backtest_many(replace(task, forecast=replace(task.forecast, levels=())), series)
    assert plain.result is not None
    np.testing.assert_array_equal(plain.result.mean, outcome.result.mean)


def test_naive_intervals_cover_random_walks_as_they_promise() -> None:
    rng = np.random.default_rng(42)
    series = [series_of(np.cumsum(rng.normal(size=200)), 1, str(i)) for i in range(400)]
    found = run("naive", series, RollingOrigins(8, 3, 8), 50.0, 80.0, 95.0)
    for level in (50, 80, 95):
        assert found[f"coverage_{level}"].pooled() == pytest.approx(level / 100, abs=0.02)


def test_the_scale_has_the_season_of_the_series() -> None:
    y = np.tile([1.0, 5.0, 9.0, 5.0], 8) + np.random.default_rng(0).normal(scale=0.1, size=32)
    windows = RollingOrigins(4)
    task = BacktestTask(ForecastTask(ModelSpec("naive"), 4), windows)
    several: list[Any] = [
        series_of(y, 4),
        series_of(y, None),
        series_of(y, 1),
        series_of(y, [8, 4]),
    ]
    found = actuals(task, several)
    assert found.season.tolist() == [4, 4, 1, 4]
    assert found.absolute[2, 0] > 10 * found.absolute[0, 0]


def test_a_failed_series_has_no_score_and_spares_the_rest() -> None:
    series = [series_of(np.arange(n) ** 1.5, 12, str(n)) for n in (30, 10)]
    found = run("seasonal_naive", series, RollingOrigins(3), 80.0)
    for tally in found.values():
        first, second = tally.per_series()
        assert np.isfinite(first)
        assert np.isnan(second)
        assert tally.pooled() == pytest.approx(first)


def test_a_constant_training_part_has_no_scaled_score() -> None:
    found = run("naive", [series_of([3.0, 3.0, 3.0, 3.0, 5.0])], RollingOrigins(1), 80.0)
    values = {name: tally.pooled() for name, tally in found.items()}
    assert values["mae"] == 2.0
    assert np.isnan([values[name] for name in ("mase", "rmsse", "msis_80")]).all()


# --- ranking -------------------------------------------------------------------


def model(*scores: float) -> dict[str, LossSums]:
    """A model whose series have one point each and these losses, NaN for a failed one."""
    losses = np.array(scores)
    tally = LossSums(np.nan_to_num(losses), np.isfinite(losses).astype(np.int64))
    return {"mase": tally, "mae": tally}


def test_the_least_score_wins() -> None:
    found = rank([model(3, 3), model(1, 2), model(2, 1)], "mase")
    assert found.order.tolist() == [1, 2, 0]
    assert found.rank.tolist() == [3, 1, 1]
    assert found.wins.tolist() == [0, 1, 1]
    assert found.per_series.tolist() == [[3, 3], [1, 2], [2, 1]]
    np.testing.assert_array_equal(found.score, [3.0, 1.5, 1.5])


def test_models_are_compared_on_the_series_that_all_could_do() -> None:
    easy_only, all_round = model(2, NAN, NAN), model(1, 9, 9)
    found = rank([easy_only, all_round], "mase")
    assert found.order.tolist() == [1, 0]
    assert found.compared.tolist() == [True, False, False]
    assert found.common
    np.testing.assert_array_equal(found.score, [2.0, 1.0])


def test_a_model_without_any_score_is_last_and_narrows_nothing() -> None:
    found = rank([model(NAN, NAN), model(2, 4), model(1, 1)], "mase")
    assert found.order.tolist() == [2, 1, 0]
    assert found.rank.tolist() == [0, 2, 1]
    assert found.compared.all()


def test_models_with_no_series_in_common_are_compared_on_their_own() -> None:
    found = rank([model(5, NAN), model(NAN, 3)], "mase")
    assert not found.common
    assert found.order.tolist() == [1, 0]


def test_without_the_wanted_score_the_absolute_error_decides() -> None:
    models = [{**model(2), "mase": model(NAN)["mase"]}, {**model(1), "mase": model(NAN)["mase"]}]
    found = rank(models, "mase")
    assert found.by == "mae"
    assert found.order.tolist() == [1, 0]


def test_ranks_are_shared_by_equals_to_rounding() -> None:
    scores = np.array([[1.0, NAN], [1.0 + 1e-12, 2.0], [0.5, 2.0], [3.0, 2.0]])
    assert competition_ranks(scores).tolist() == [[2, 0], [2, 1], [1, 1], [4, 1]]


def test_a_series_that_failed_for_all_counts_for_none() -> None:
    nothing: list[Backtest | None] = [None]
    task = BacktestTask(ForecastTask(ModelSpec("naive"), 1), RollingOrigins(1))
    actual = actuals(task, [series_of([1.0, 2.0, 3.0])])
    found = rank([loss_sums(actual, nothing, ())], "mase")
    assert found.rank.tolist() == [0]
    assert np.isnan(found.score).all()
