"""The runner: groups, constants, bounds, history, and errors that stay with their series."""

import numpy as np
import pytest

from models.bounds import Bounds
from models.errors import InvalidParameter, SeriesTooShort, UnknownName
from models.forecasting import ForecastTask, forecast_many
from models.registry import ModelSpec
from models.results import Forecast, Outcome
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
    task = ForecastTask(NAIVE, 3, (95.0,), add_history=True, bounds=Bounds(lower=2.0, upper=4.5))
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


def test_a_series_too_short_is_told_by_name_and_spares_the_others() -> None:
    short, long = series_of([1.0, 2.0], unique_id="short"), series_of(np.arange(9.0) ** 2)
    outcomes = forecast_many(ForecastTask(ModelSpec("drift"), 1), [series_of([1.0]), short, long])
    assert isinstance(outcomes[0].error, SeriesTooShort)
    assert outcomes[0].error.problems[0].unique_id == "a"
    assert outcomes[2].result is not None


def test_an_overflow_is_an_error_of_that_series() -> None:
    huge = series_of([1e308, -1e308, 1e308, -1e308])
    (outcome,) = forecast_many(ForecastTask(ModelSpec("drift"), 2), [huge])
    assert (outcome.result is None) != (outcome.error is None)


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
