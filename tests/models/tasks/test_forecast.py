"""The runner: groups, constants, bounds, history, and errors that stay with their series."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from models.data.results import Forecast, Outcome
from models.data.series import RawSeries, Series
from models.errors import BadValues, FitFailed, InvalidParameter, SeriesTooShort, UnknownName
from models.intervals.methods import IntervalMethod
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.forecast import SUBSTITUTE, ForecastTask, cost_of, forecast_many
from models.tasks.task import TaskOptions
from models.transforms.bounds import Bounds
from tests.models.build import series_of

NAIVE = ModelSpec("naive")


def result_of(outcome: Outcome[Forecast]) -> Forecast:
    assert outcome.result is not None, outcome.error
    return outcome.result


def test_outcomes_keep_the_order_whatever_the_lengths() -> None:
    lengths = [3, 5, 3, 4, 5]
    series = [
        series_of(np.arange(size) + 10.0 * row, unique_id=str(row))
        for row, size in enumerate(lengths)
    ]
    outcomes = forecast_many(ForecastTask(NAIVE, 1), series)
    assert [outcome.unique_id for outcome in outcomes] == ["0", "1", "2", "3", "4"]
    last = [size - 1 + 10.0 * row for row, size in enumerate(lengths)]
    assert [result_of(outcome).mean[0] for outcome in outcomes] == last


def test_a_season_that_two_cycles_do_not_show_is_told() -> None:
    noise = np.random.default_rng(0).normal(size=40)
    task = ForecastTask(ModelSpec("ses"), 2)
    for model, size, told in (
        ("seasonal_naive", 26, True),
        ("seasonal_naive", 40, False),
        ("ses", 26, False),
    ):
        raw = RawSeries("a", noise[:size], start="2022-01-01", freq="MS")
        (one,) = prepare([raw], PreparationOptions())
        assert one.series is not None
        (outcome,) = forecast_many(replace(task, model=ModelSpec(model)), [one.series])
        assert ("season_undecided" in [n.code for n in outcome.notices]) is told


def test_named_seasons_of_which_there_are_no_two_cycles_are_told() -> None:
    y = 50 + 9 * np.sin(np.arange(60) * 2 * np.pi / 7) + np.random.default_rng(1).normal(size=60)
    for model, seasons, untold in (
        ("auto", (52,), [52]),
        ("auto", (7, 52), [52]),
        ("auto", (7, 90), [90]),
        ("auto", (7,), []),
        ("fourier_arima", (52,), [52]),
        ("seasonal_naive", (52,), []),
    ):
        task = ForecastTask(ModelSpec(model), 2)
        (outcome,) = forecast_many(task, [series_of(y, [*seasons])])
        told = [n for n in outcome.notices if n.code == "season_undecided"]
        assert [int(n.message.split("season of ")[1].split()[0]) for n in told] == untold
        assert all(("seasonal_naive" in str(n.hint)) is (untold == [52]) for n in told)


def test_a_named_season_that_is_left_out_is_told() -> None:
    y = np.tile([10.0, 20, 35, 15], 2) + np.arange(8) / 10
    (outcome,) = forecast_many(ForecastTask(ModelSpec("ets"), 4), [series_of(y, 4)])
    assert outcome.model is not None
    used = outcome.model.season_length
    assert ("season_undecided" in [n.code for n in outcome.notices]) is (used == ())


def test_a_constant_among_others_is_told_and_has_no_width() -> None:
    outcomes = forecast_many(
        ForecastTask(NAIVE, 2, (95.0,)), [series_of([1.0, 2.0, 4.0]), series_of([7.0, 7.0, 7.0])]
    )
    constant = result_of(outcomes[1])
    assert constant.interval_method == "constant"
    np.testing.assert_array_equal(constant.bands[95.0].lower, [7.0, 7.0])
    np.testing.assert_array_equal(constant.bands[95.0].upper, [7.0, 7.0])
    assert [notice.code for notice in outcomes[1].notices] == ["constant_series"]
    assert not outcomes[0].notices


def test_one_point_has_a_forecast_but_no_interval() -> None:
    (outcome,) = forecast_many(ForecastTask(NAIVE, 2, (80.0,)), [series_of([3.0])])
    assert list(result_of(outcome).mean) == [3.0, 3.0]
    assert np.isnan(result_of(outcome).bands[80.0].lower).all()
    assert [notice.code for notice in outcome.notices] == ["interval_unavailable"]


def test_forecast_history_and_intervals_stay_inside_the_bounds() -> None:
    task = ForecastTask(
        NAIVE,
        3,
        (95.0,),
        add_history=True,
        options=TaskOptions(bounds=Bounds(lower=2.0, upper=4.5)),
    )
    (outcome,) = forecast_many(task, [series_of([1.0, 5.0, 2.0, 4.0])])
    result = result_of(outcome)
    assert list(result.mean) == [4.0, 4.0, 4.0]
    assert result.fitted is not None
    np.testing.assert_array_equal(result.fitted, [np.nan, 2.0, 4.5, 2.0])
    for band in (result.bands[95.0], result.fitted_bands[95.0]):
        assert np.nanmin(band.lower) >= 2.0
        assert np.nanmax(band.upper) <= 4.5


def test_the_method_of_the_interval_is_the_one_asked_for() -> None:
    series = [series_of(np.sin(np.arange(40.0)))]
    made = {
        method: result_of(forecast_many(ForecastTask(NAIVE, 2, (80.0,), method), series)[0])
        for method in ("auto", "parametric", "conformal", "none")
    }
    assert {name: forecast.interval_method for name, forecast in made.items()} == {
        "auto": "parametric",
        "parametric": "parametric",
        "conformal": "conformal",
        "none": "none",
    }
    assert not made["none"].bands
    assert made["conformal"].bands[80.0].upper[1] != made["parametric"].bands[80.0].upper[1]


@pytest.mark.parametrize("method", ["auto", "none"])
def test_paths_need_no_refits_where_the_model_has_intervals(method: IntervalMethod) -> None:
    y = np.array([5.0, 7.0, 4.0, 9.0, 6.0])  # too short to refit ETS on a part of it
    task = ForecastTask(ModelSpec("ets"), 3, (95.0,), method, n_paths=500)
    (outcome,) = forecast_many(task, [series_of(y)])
    paths = result_of(outcome).paths
    assert paths is not None
    (banded,) = forecast_many(replace(task, interval_method="auto"), [series_of(y)])
    band = result_of(banded).bands[95.0]
    inside = (paths >= band.lower) & (paths <= band.upper)
    assert inside.mean() == pytest.approx(0.95, abs=0.03)
    assert result_of(outcome).bands.keys() == (set() if method == "none" else {95.0})
    assert result_of(outcome).interval_method == ("none" if method == "none" else "parametric")


def test_paths_that_nothing_can_be_told_of_are_missing_with_a_notice() -> None:
    (outcome,) = forecast_many(ForecastTask(NAIVE, 2, n_paths=3), [series_of([3.0])])
    paths = result_of(outcome).paths
    assert paths is not None
    assert np.isnan(paths).all()
    assert [notice.code for notice in outcome.notices] == ["interval_unavailable"]


def test_paths_are_the_same_whatever_intervals_are_asked_for() -> None:
    y = np.cumsum(np.random.default_rng(1).normal(size=60))
    for model in ("naive", "auto"):
        task = ForecastTask(ModelSpec(model), 4, n_paths=5)
        made = [
            result_of(forecast_many(replace(task, levels=levels), [series_of(y)])[0]).paths
            for levels in ((), (80.0,), (50.0, 99.0))
        ]
        for paths in made[1:]:
            np.testing.assert_array_equal(paths, made[0])


def test_a_series_too_short_is_told_by_name_and_spares_the_others() -> None:
    short, long = series_of([1.0, 2.0], unique_id="short"), series_of(np.arange(9.0) ** 2)
    outcomes = forecast_many(ForecastTask(ModelSpec("drift"), 1), [series_of([1.0]), short, long])
    assert isinstance(outcomes[0].error, SeriesTooShort)
    assert outcomes[0].error.problems[0].unique_id == "a"
    assert outcomes[2].result is not None


def test_a_forecast_that_is_not_finite_is_an_error_of_that_series() -> None:
    grid = series_of([1.0, 2.0, 3.0, 4.0]).grid
    huge = Series("huge", np.array([1e308, -1e308, 1e308, -1e308]), grid, ())
    with np.errstate(over="ignore", invalid="ignore"):
        outcomes = forecast_many(ForecastTask(ModelSpec("drift"), 9), [huge, series_of([1.0, 2.0])])
    assert isinstance(outcomes[0].error, FitFailed)
    assert outcomes[1].result is not None


def test_values_beyond_the_bounds_are_told() -> None:
    task = ForecastTask(NAIVE, 2, options=TaskOptions(bounds=Bounds(lower=0.0, upper=55.0)))
    (made,) = forecast_many(task, [series_of([50.0, 60.0, 70.0, 80.0])])
    np.testing.assert_array_equal(result_of(made).mean, 55.0)
    [notice] = [one for one in made.notices if one.code == "bounds_exceeded"]
    assert notice.message.startswith("3 of 4 values lie outside the bounds")
    (inside,) = forecast_many(task, [series_of([50.0, 52.0, 51.0, 54.0])])
    assert "bounds_exceeded" not in {one.code for one in inside.notices}


def test_transforms_are_inverted_and_bounds_come_last() -> None:
    y = np.exp(0.1 * np.arange(30.0))
    task = ForecastTask(
        ModelSpec("drift"),
        2,
        (80.0,),
        add_history=True,
        options=TaskOptions(transform="log", bounds=Bounds(upper=20.5)),
    )
    (outcome,) = forecast_many(task, [series_of(y)])
    result = result_of(outcome)
    np.testing.assert_allclose(result.mean, [np.exp(3.0), 20.5], rtol=1e-9)
    assert result.fitted is not None
    np.testing.assert_allclose(result.fitted[1:], y[1:], rtol=1e-6)


@pytest.mark.parametrize("option", [None, "log", "boxcox", ["log", "difference"]])
@pytest.mark.parametrize("method", ["auto", "parametric", "conformal", "bootstrap"])
@pytest.mark.parametrize("model", ["naive", "auto", "theta"])
def test_quantiles_never_cross_and_the_median_lies_in_the_middle(
    model: str, method: IntervalMethod, option: Any
) -> None:
    levels = (0.5, 20.0, 80.0, 99.0)
    y = np.exp(0.3 * np.random.default_rng(3).normal(size=40).cumsum())
    options = TaskOptions(transform=option)
    task = ForecastTask(ModelSpec(model), 4, levels, method, add_history=True, options=options)
    made = result_of(forecast_many(task, [series_of(y, season_length=1)])[0])
    for bands, center in ((made.bands, made.center), (made.fitted_bands, made.fitted_center)):
        if center is not None:
            lower, upper = (
                [getattr(bands[n], side) for n in levels] for side in ("lower", "upper")
            )
            steps = np.diff([*reversed(lower), center, *upper], axis=0)
            assert (steps[np.isfinite(steps)] >= 0).all()


@pytest.mark.parametrize("option", ["log", ["log", "difference"]])
@pytest.mark.parametrize("model", ["naive", "auto"])
def test_what_is_expected_does_not_depend_on_the_intervals_asked_for(
    model: str, option: Any
) -> None:
    y = np.exp(0.3 * np.random.default_rng(3).normal(size=60).cumsum())
    task = ForecastTask(
        ModelSpec(model), 4, add_history=True, options=TaskOptions(transform=option)
    )
    asked: list[tuple[tuple[float, ...], IntervalMethod]] = [
        *(((80.0, 95.0), "auto"), ((), "auto"), ((50.0,), "auto"), ((80.0,), "none"))
    ]
    made = [
        result_of(
            forecast_many(replace(task, levels=levels, interval_method=method), [series_of(y)])[0]
        )
        for levels, method in asked
    ]
    assert (made[0].mean > made[0].center).all()
    for one, (levels, method) in zip(made, asked, strict=True):
        np.testing.assert_array_equal(one.mean, made[0].mean)
        np.testing.assert_array_equal(one.fitted, made[0].fitted)
        shown = levels if method == "auto" else ()
        assert tuple(one.bands) == shown
        assert (one.interval_method == "none") == (not shown)


def test_the_median_is_not_corrected_for_bias() -> None:
    y = np.exp(np.random.default_rng(3).normal(size=40).cumsum())
    options = TaskOptions(transform="log", bounds=Bounds(upper=y[-1] * 1.01))
    task = ForecastTask(NAIVE, 2, (95.0,), add_history=True, options=options)
    made = result_of(forecast_many(task, [series_of(y)])[0])
    np.testing.assert_allclose(made.center, y[-1])
    np.testing.assert_allclose(made.mean, y[-1] * 1.01)
    assert made.fitted_center is not None
    np.testing.assert_allclose(made.fitted_center[1:], np.minimum(y[:-1], y[-1] * 1.01))


def test_a_value_that_a_transform_cannot_take_is_named_and_spares_the_others() -> None:
    task = ForecastTask(NAIVE, 1, options=TaskOptions(transform="log"))
    bad, good = series_of([1.0, -2.0, 3.0], unique_id="bad"), series_of([1.0, 2.0, 4.0])
    outcomes = forecast_many(task, [bad, good])
    assert isinstance(outcomes[0].error, BadValues)
    assert outcomes[0].error.problems[0].unique_id == "bad"
    assert "-2" in outcomes[0].error.message
    assert result_of(outcomes[1]).center[0] == pytest.approx(4.0)


def test_a_model_too_dear_for_the_budget_is_replaced_and_that_is_told() -> None:
    task = ForecastTask(ModelSpec("auto_arima"), 3, budget_s=0.01)
    series = series_of(np.sin(np.arange(200.0)), season_length=7)
    (outcome,) = forecast_many(task, [series])
    assert outcome.model is not None
    assert outcome.model.name == SUBSTITUTE
    notice = outcome.notices[0]
    assert notice.code == "model_replaced"
    assert "auto_arima would take about" in notice.message
    assert "more than the budget of 0.01 s" in notice.message
    assert SUBSTITUTE in notice.message
    others = notice.hint.partition(" such as ")[2].split(", ")
    assert len(others) == 3
    for name in others:
        assert cost_of(replace(task, model=ModelSpec(name)), series).seconds <= 0.01


def test_regressors_count_for_the_budget_sent_or_of_the_calendar() -> None:
    x = np.sin(np.arange(60.0))
    plain = series_of(x, season_length=7)
    told = replace(plain, exog={"price": x}, future={"price": x[:3]})
    task = ForecastTask(ModelSpec("auto"), 3)
    costs = [cost_of(task, plain).seconds, cost_of(task, told).seconds]
    calendar = TaskOptions(holidays=[date(2024, 12, 24)])
    costs.append(cost_of(replace(task, options=calendar), plain).seconds)
    assert min(costs[1:]) > 10.0 * costs[0]
    tight = replace(task, budget_s=2.0 * costs[0])
    names = [one.model.name for one in forecast_many(tight, [plain, told]) if one.model]
    assert names == ["auto", SUBSTITUTE]


def test_the_replacement_may_be_named_and_is_held_to_the_budget_itself() -> None:
    series = series_of(np.sin(np.arange(200.0)), season_length=7)
    task = ForecastTask(ModelSpec("auto_arima"), 3, budget_s=0.01, substitute=ModelSpec("drift"))
    (outcome,) = forecast_many(task, [series])
    assert outcome.model is not None
    assert outcome.model.name == "drift"
    (outcome,) = forecast_many(replace(task, substitute=ModelSpec("prophet")), [series])
    assert outcome.model is not None
    assert outcome.model.name == SUBSTITUTE
    assert [notice.code for notice in outcome.notices[:2]] == ["model_replaced"] * 2


def test_an_exogenous_column_that_is_not_used_is_told() -> None:
    raw = RawSeries("a", np.arange(9.0) ** 1.5, exog={"price": np.arange(9.0)})
    (prepared,) = prepare([raw], PreparationOptions(season_length=1))
    assert prepared.series is not None
    for model, words in (("naive", "is not taken by naive"), ("arima", "has no known future")):
        (outcome,) = forecast_many(ForecastTask(ModelSpec(model), 1), [prepared.series])
        assert outcome.result is not None, outcome.error
        (notice,) = [one for one in outcome.notices if one.code == "exogenous_unused"]
        assert words in notice.message


@pytest.mark.parametrize("model", ["arima", "spline_regression", "auto"])
def test_an_exogenous_column_that_never_varies_is_told(model: str) -> None:
    raw = RawSeries("a", np.arange(30.0) ** 1.5, exog={"price": np.ones(30)})
    (prepared,) = prepare([raw], PreparationOptions(season_length=1))
    assert prepared.series is not None
    series = replace(prepared.series, future={"price": np.ones(2)})
    (outcome,) = forecast_many(ForecastTask(ModelSpec(model), 2), [series])
    assert outcome.result is not None, outcome.error
    (notice,) = [one for one in outcome.notices if one.code.startswith("exogenous")]
    assert notice.code == "exogenous_constant"
    assert "price" in notice.message


@pytest.mark.parametrize(
    ("model", "ahead", "beyond"),
    [
        ("arima", 1000.0, ["1000"]),
        ("prophet", -40.0, ["-40"]),
        ("arima", 12.0, []),
        ("naive", 1e3, []),
    ],
)
def test_a_column_that_leaves_its_history_far_behind_is_told(
    model: str, ahead: float, beyond: list[str]
) -> None:
    x = np.tile(np.arange(1.0, 11.0), 6)
    raw = RawSeries("a", 3.0 * x + np.arange(60) % 7, exog={"price": x})
    (prepared,) = prepare([raw], PreparationOptions(season_length=1))
    assert prepared.series is not None
    series = replace(prepared.series, future={"price": np.array([5.0, ahead, 1e6])})
    (outcome,) = forecast_many(ForecastTask(ModelSpec(model), 2), [series])
    told = [one for one in outcome.notices if one.code == "exogenous_beyond_history"]
    assert len(told) == len(beyond)
    assert all(f"goes to {beyond[0]}, far outside" in one.message for one in told)


def test_holidays_lift_the_days_they_fall_on() -> None:
    ds = [str(day) for day in np.arange("2021-01-01", "2023-12-20", dtype="datetime64[D]")]
    rng = np.random.default_rng(0)
    lift = np.array([day[5:] in ("12-25", "01-01", "05-01") for day in ds])
    y = 10 + rng.normal(size=len(ds)) + 50 * lift
    (prepared,) = prepare([RawSeries("a", y, ds)], PreparationOptions(season_length=1))
    assert prepared.series is not None
    days = [
        date(year, *day) for year in (2021, 2022, 2023, 2024) for day in ((12, 25), (1, 1), (5, 1))
    ]
    spec = ModelSpec("arima", {"order": [0, 0, 0]})
    (outcome,) = forecast_many(
        ForecastTask(spec, 14, options=TaskOptions(holidays=days)), [prepared.series]
    )
    mean = result_of(outcome).mean
    assert mean[[5, 12]] == pytest.approx([60, 60], abs=2)  # 25 December and 1 January
    assert np.delete(mean, [5, 12]) == pytest.approx(np.full(12, 10), abs=1)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        (ModelSpec("niave"), UnknownName),
        (ModelSpec("naive", {"window": 3}), UnknownName),
        (ModelSpec("sma", {"window": 0}), InvalidParameter),
    ],
)
def test_a_wrong_task_is_refused_before_any_series(spec: ModelSpec, error: type[Exception]) -> None:
    with pytest.raises(error):
        forecast_many(ForecastTask(spec, 1), [])


@pytest.mark.parametrize("model", ["holt", "drift"])
def test_what_is_expected_below_zero_of_a_series_that_never_was_is_told(model: str) -> None:
    falling = series_of(10.0 - np.arange(10.0) + np.tile([0.0, 0.01], 5), 1)
    task = ForecastTask(ModelSpec(model), 4, (80.0,))
    (outcome,) = forecast_many(task, [falling])
    assert outcome.result is not None
    assert outcome.result.mean.min() < 0.0
    (notice,) = [one for one in outcome.notices if one.code == "below_zero"]
    assert model in notice.message
    assert notice.hint is not None
    assert "bounds" in notice.hint
    for told in (
        replace(task, options=TaskOptions(bounds=Bounds(lower=0.0))),
        replace(task, model=ModelSpec("auto")),
    ):
        (outcome,) = forecast_many(told, [falling])
        assert outcome.result is not None
        assert outcome.result.mean.min() >= 0.0
        assert outcome.result.bands[80.0].lower.min() >= 0.0
        assert "below_zero" not in {one.code for one in outcome.notices}
    (outcome,) = forecast_many(task, [series_of(-(np.arange(10.0) ** 2), 1)])
    assert "below_zero" not in {one.code for one in outcome.notices}


@pytest.mark.parametrize("method", ["auto", "parametric", "bootstrap"])
def test_no_interval_and_no_path_of_auto_goes_below_zero_where_the_series_never_did(
    method: IntervalMethod,
) -> None:
    y = np.maximum(np.random.default_rng(5).normal(1.0, 2.0, size=60), 0.0)
    task = ForecastTask(ModelSpec("auto"), 6, (80.0, 99.0), interval_method=method, n_paths=50)
    (outcome,) = forecast_many(task, [series_of(y, 1)])
    assert outcome.result is not None
    assert outcome.result.bands[99.0].lower.min() == 0.0
    assert outcome.result.paths is not None
    assert outcome.result.paths.min() >= 0.0


def with_ends(y: list[float], first: int = 2, late: int = 0, **options: Any) -> Series:
    """Return values between so many that are missing."""
    raw = RawSeries("a", np.array([np.nan] * first + y + [np.nan] * late), start="2024-01-01")
    (one,) = prepare([raw], PreparationOptions(season_length=1, freq="D", **options))
    assert one.series is not None
    return one.series


@pytest.mark.parametrize("model", ["auto", "holt", "ets", "linear_ar", "mean"])
def test_what_is_missing_at_the_ends_is_not_learned_from_and_told(model: str) -> None:
    y = [3.0, 4, 5, 6, 7, 8, 9, 10, 11]
    task = ForecastTask(ModelSpec(model), 2, (80.0,), add_history=True, n_paths=2)
    (whole,) = forecast_many(replace(task, horizon=5), [series_of(y)])
    (outcome,) = forecast_many(task, [with_ends(y, 2, 3)])
    expected, found = result_of(whole), result_of(outcome)
    np.testing.assert_allclose(found.mean, expected.mean[3:])
    np.testing.assert_allclose(found.bands[80.0].upper, expected.bands[80.0].upper[3:])
    assert expected.fitted is not None
    assert found.fitted is not None
    np.testing.assert_allclose(found.fitted, [np.nan, np.nan, *expected.fitted, *expected.mean[:3]])
    assert len(found.fitted_bands[80.0].lower) == 14
    assert found.paths is not None
    assert found.paths.shape == (2, 2)
    told = {notice.code: notice.message for notice in outcome.notices}
    assert "first 2" in told["missing_at_start"]
    assert "last 3" in told["missing_at_end"]


def test_a_column_is_known_where_the_last_values_are_missing() -> None:
    x = np.random.default_rng(0).normal(size=64)
    y = (10 + 5 * x[:60]).tolist()
    y[-4:] = [np.nan] * 4
    ahead = RawSeries("a", np.full(4, np.nan), exog={"x": x[60:]}, start="2024-03-01")
    raw = RawSeries("a", np.array(y), start="2024-01-01", freq="D", exog={"x": x[:60]})
    (one,) = prepare([raw], PreparationOptions(season_length=1), [ahead])
    assert one.series is not None
    task = ForecastTask(ModelSpec("spline_regression"), 4)
    (outcome,) = forecast_many(task, [one.series])
    np.testing.assert_allclose(result_of(outcome).mean, 10 + 5 * x[60:], atol=1.0)
    (outcome,) = forecast_many(task, [replace(one.series, future={})])
    assert "exogenous_unused" in [notice.code for notice in outcome.notices]


def test_zeros_that_stand_for_missing_values_are_learned_from() -> None:
    (outcome,) = forecast_many(
        ForecastTask(ModelSpec("mean"), 1), [with_ends([3.0, 4, 5], missing="zero")]
    )
    assert list(result_of(outcome).mean) == [2.4]
    assert not outcome.notices


def test_of_one_value_among_missing_ones_no_width_is_told() -> None:
    (outcome,) = forecast_many(ForecastTask(NAIVE, 1, (80.0,)), [with_ends([3.0], 2, 2)])
    assert np.isnan(result_of(outcome).bands[80.0].upper).all()
