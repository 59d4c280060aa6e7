"""Differences as a part of the model: intervals of the level that hold what they promise."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.data.results import Forecast
from models.data.series import Series
from models.errors import InvalidRequest
from models.forecasters.transformed import TransformedForecaster
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.task import TaskOptions
from models.transforms.chain import TransformChain
from models.transforms.transform import Difference
from tests.models.build import series_of

MEAN = ModelSpec("mean")
Many = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def walks(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return 100 + rng.normal(size=shape).cumsum(axis=1)


def twice_summed(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return 100 + rng.normal(size=shape).cumsum(axis=1).cumsum(axis=1)


def noise(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return 20 + rng.normal(size=shape)


def yearly(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    y = rng.normal(size=shape).cumsum(axis=1)
    for step in range(12, shape[1]):
        y[:, step] += y[:, step - 12]
    return y


def geometric(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return np.exp(4 + 0.1 * rng.normal(size=shape).cumsum(axis=1))


def forecasts(y: np.ndarray, horizon: int, option: Any, **task: Any) -> list[Forecast]:
    asked = ForecastTask(
        task.pop("model", MEAN),
        horizon,
        (80.0, 95.0),
        options=TaskOptions(transform=option),
        **task,
    )
    series = [series_of(row, unique_id=str(i), season_length=1) for i, row in enumerate(y)]
    found = [outcome.result for outcome in forecast_many(asked, series)]
    assert all(found)
    return [one for one in found if one is not None]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("many", "option"),
    [
        (walks, "difference"),
        (twice_summed, ["difference", "difference"]),
        (yearly, [Difference(lag=12), "difference"]),
        (geometric, ["log", "difference"]),
        (walks, ["difference", "standard"]),
    ],
)
@pytest.mark.parametrize("method", ["auto", "parametric", "bootstrap"])
def test_intervals_cover_what_they_promise(many: Many, option: Any, method: Any) -> None:
    y, horizon = many(np.random.default_rng(1), (150, 132)), 12
    made = forecasts(y[:, :-horizon], horizon, option, interval_method=method)
    expected = "conformal" if method == "auto" else method
    assert {one.interval_method for one in made} == {expected}
    for level, near in ((80.0, 8), (95.0, 6)):
        inside = [
            (one.bands[level].lower <= row) & (row <= one.bands[level].upper)
            for one, row in zip(made, y[:, -horizon:], strict=True)
        ]
        assert 100 * np.mean(inside) == pytest.approx(level, abs=near)


def test_errors_that_cancel_out_do_not_widen_the_interval() -> None:
    arma = ModelSpec("arima", {"order": [0, 0, 1], "trend": "none"})
    (made,) = forecasts(noise(np.random.default_rng(0), (1, 60)), 6, "difference", model=arma)
    width = made.bands[95.0].upper - made.bands[95.0].lower
    assert width[-1] == pytest.approx(2 * 1.96, rel=0.2)
    assert width[-1] < 1.2 * width[0]


def test_means_under_a_logarithm_are_corrected_by_the_spread_of_the_level() -> None:
    y = geometric(np.random.default_rng(2), (40, 120))
    for row, one in zip(y, forecasts(y, 12, ["log", "difference"]), strict=True):
        middle = np.sqrt(one.bands[95.0].lower * one.bands[95.0].upper)
        spread = np.log(one.bands[95.0].upper / middle) / 1.96
        spread = np.minimum(spread, np.log(row).std())
        np.testing.assert_allclose(one.mean, middle * (1 + spread**2 / 2), rtol=1e-4)


def test_paths_and_history_are_those_of_the_level() -> None:
    y = twice_summed(np.random.default_rng(3), (1, 120))
    option = ["difference", "difference"]
    (made,) = forecasts(y, 12, option, n_paths=1000, add_history=True)
    assert made.paths is not None
    inside = (made.paths >= made.bands[80.0].lower) & (made.paths <= made.bands[80.0].upper)
    assert inside.mean() == pytest.approx(0.8, abs=0.02)
    assert made.fitted is not None
    assert np.isnan(made.fitted[:2]).all()
    assert (y[0] - made.fitted)[5:].std() == pytest.approx(1.0, abs=0.2)
    assert np.isfinite(made.fitted_bands[80.0].lower[5:]).all()


def test_means_of_logarithms_of_changes_are_corrected_too() -> None:
    changes = np.exp(0.5 * np.random.default_rng(4).normal(size=(1, 400)))
    (made,) = forecasts(changes.cumsum(axis=1), 5, ["difference", "log"])
    np.testing.assert_allclose(np.diff(made.mean), np.exp(0.5**2 / 2), rtol=0.1)


def test_that_correction_is_by_what_the_model_is_unsure_of() -> None:
    t, rng = np.arange(81), np.random.default_rng(5)
    logs = (np.sin(t * np.pi / 2) + 0.2 * rng.normal(size=81))[None]
    seasonal = ModelSpec("seasonal_naive", {"season_length": 4})
    (alone,) = forecasts(logs[:, 1:], 4, [], model=seasonal)
    band = alone.bands[80.0]
    std = (band.upper - band.lower) / (2 * 1.2816)
    (made,) = forecasts(np.exp(logs).cumsum(axis=1), 4, ["difference", "log"], model=seasonal)
    ahead = np.diff(made.mean, prepend=np.exp(logs).sum())
    np.testing.assert_allclose(ahead, np.exp(alone.mean) * (1 + std**2 / 2), rtol=1e-2)


def test_one_whose_changes_are_constant_needs_no_fit_and_spares_the_others() -> None:
    line, walk = 3.0 + 2.0 * np.arange(30), walks(np.random.default_rng(5), (1, 30))[0]
    task = ForecastTask(MEAN, 2, (80.0,), options=TaskOptions(transform="difference"))
    series = [series_of(walk, unique_id="walk"), series_of(line, unique_id="line")]
    wandering, straight = forecast_many(task, series)
    assert straight.result is not None
    np.testing.assert_allclose(straight.result.mean, [63.0, 65.0])
    np.testing.assert_allclose(straight.result.bands[80.0].upper, [63.0, 65.0])
    (notice,) = straight.notices
    assert notice.code == "constant_series"
    assert "after difference all 29 values are 2" in notice.message
    assert wandering.result is not None
    assert (wandering.result.bands[80.0].upper > wandering.result.mean).all()
    assert not wandering.notices


def test_too_short_for_refits_is_told() -> None:
    task = ForecastTask(ModelSpec("ets"), 2, (80.0,), options=TaskOptions(transform="difference"))
    (outcome,) = forecast_many(task, [series_of([5.0, 7.0, 4.0, 9.0, 6.0, 8.0])])
    assert outcome.result is not None
    assert [notice.code for notice in outcome.notices] == ["interval_unavailable"]


def driven(size: int, seed: int) -> Series:
    """Return a walk whose steps follow a regressor, known 6 steps ahead."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=size + 6)
    y = 100.0 + np.cumsum(3.0 * x[:size] + 0.1 * rng.normal(size=size))
    return replace(series_of(y), exog={"x": x[:size]}, future={"x": x[size:]})


def differenced(name: str, **params: Any) -> TransformedForecaster:
    chain = TransformChain.of("difference")
    return TransformedForecaster.of(ModelSpec(name, params), chain)


def test_regressors_ahead_can_be_told_anew() -> None:
    model = differenced("arima", order=[0, 0, 0]).fit_one(series := driven(120, 1))
    ahead = {name: values[None] for name, values in series.future.items()}
    np.testing.assert_allclose(model.predict(6, ahead).mean, model.predict(6).mean)
    steeper = model.predict(6, {"x": ahead["x"] + 1.0}).mean - model.predict(6).mean
    np.testing.assert_allclose(steeper[0], 3.0 * np.arange(1, 7), rtol=0.05)


def test_a_model_without_regressors_takes_none_ahead() -> None:
    model = differenced("ses").fit_one(series_of(np.random.default_rng(2).normal(size=40)))
    with pytest.raises(InvalidRequest, match="ses takes no regressors"):
        model.predict(6, {"x": np.ones((1, 6))})


def test_what_was_learned_of_changes_continues_another_series() -> None:
    model = differenced("ses").fit_one(series_of(walks(np.random.default_rng(3), (1, 90))[0]))
    other = series_of(walks(np.random.default_rng(4), (1, 60))[0] + 1000.0)
    (part,) = model.apply([other]).parts
    assert abs(part.model.predict(1).mean[0, 0] - other.y[-1]) < 3.0
    straight = series_of(np.arange(30.0))
    (still,) = model.apply([straight]).parts
    np.testing.assert_allclose(still.model.predict(3).mean[0], [30.0, 31.0, 32.0])
    with pytest.raises(InvalidRequest, match="has learned nothing"):
        still.model.apply([other])


@pytest.mark.parametrize("name", ["ensemble", "gradient_boosting", "linear_ar"])
@pytest.mark.parametrize("y", [[6.0], [6.0, 7.0], [*map(float, range(20))]])
def test_a_model_that_was_not_needed_is_asked_nothing(name: str, y: list[float]) -> None:
    asked = ForecastTask(ModelSpec(name), 2, options=TaskOptions(transform="difference"))
    series = replace(series_of(y), exog={"x": np.arange(len(y))})
    [outcome] = forecast_many(asked, [series])
    assert outcome.result is not None
