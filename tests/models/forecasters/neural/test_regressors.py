"""Networks that are told of what is known ahead: temperatures, prices, the calendar."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.data.series import RawSeries, Series
from models.errors import InvalidRequest, MissingValues
from models.evaluation.backtest import BacktestTask, RollingOrigins
from models.forecasters.base import Forecaster
from models.forecasters.neural._regressors import Regressors
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.task import TaskOptions
from models.types import FloatArray
from tests.models.build import series_of
from tests.models.evaluation.backtests import backtest_many

SIZE, AHEAD = 240, 12
NETWORKS = ["lstm", "gru", "rnn", "tcn", "mlp", "linear", "nhits", "patch_transformer"]
SMALL: dict[str, Any] = {"epochs": 25, "learning_rate": 0.02, "window": 24}


def heated(seed: int = 0, name: str = "a") -> tuple[Series, FloatArray]:
    """Return a series that follows a temperature which nobody could guess, and what came after it."""
    random = np.random.default_rng(seed)
    t = np.arange(SIZE + AHEAD)
    temperature = 10 + 8 * random.normal(size=len(t))
    y = 50 + 5 * np.sin(t * 2 * np.pi / 12) + 0.8 * temperature + 0.3 * random.normal(size=len(t))
    series = replace(
        series_of(y[:SIZE], 12, name),
        exog={"temperature": temperature[:SIZE]},
        future={"temperature": temperature[SIZE:]},
    )
    return series, y[SIZE:]


def bare(series: Series) -> Series:
    return replace(series, exog={}, future={})


def made(name: str, **params: Any) -> Any:
    return create(Forecaster, registry.ModelSpec(name, {**SMALL, **params})).aimed_at(AHEAD)


def missed(said: FloatArray, actual: FloatArray) -> float:
    return float(np.abs(said - actual).mean())


@pytest.mark.no_cover
@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_known_ahead_makes_the_forecast_better(name: str) -> None:
    series, actual = heated()
    told = made(name).fit_one(series)
    assert told.info().details["exogenous"] == ["temperature"]
    # All of the temperature but its mean is a miss where it is not known, however good the forecast.
    unknown = np.abs(0.8 * (series.future["temperature"] - 10.0)).mean()
    assert missed(told.predict(AHEAD).mean[0], actual) < 0.5 * unknown


def test_so_it_does_in_a_backtest() -> None:
    series, _ = heated()

    def errors(one: Series) -> float:
        windows = RollingOrigins(6, 2, 6)
        task = BacktestTask(ForecastTask(ModelSpec("mlp", SMALL), 6, ()), windows)
        (outcome,) = backtest_many(task, [one])
        assert outcome.result is not None, outcome.error
        return missed(outcome.result.mean, one.y[windows.spans(SIZE)])

    assert errors(series) < 0.6 * errors(bare(series))


def test_other_values_ahead_give_another_forecast_and_the_model_stays() -> None:
    series, _ = heated()
    model = made("mlp").fit_one(series)
    before = model.predict(AHEAD).mean
    warmer = {"temperature": series.future["temperature"][None] + 10.0}
    assert (model.predict(AHEAD, warmer).mean > before + 2.0).mean() > 0.8
    np.testing.assert_array_equal(model.predict(AHEAD).mean, before)
    with pytest.raises(InvalidRequest, match="fitted with temperature"):
        model.predict(AHEAD, {"price": warmer["temperature"]})


@pytest.mark.parametrize("name", ["lstm", "linear"])
def test_a_kept_model_moves_on_as_if_the_longer_series_had_been_there(name: str) -> None:
    series, _ = heated()
    model = made(name, epochs=3).fit_one(series.head(SIZE - 20))
    kept = registry.revive(State.from_bytes(model.state().to_bytes()))
    rest = replace(
        series,
        y=series.y[-20:],
        exog={key: values[-20:] for key, values in series.exog.items()},
    )
    moved = kept.update(rest)  # type: ignore[attr-defined]
    applied = model.apply_one(series)
    # The scale is that of the values that were there at the fit.
    scale = {"center": model.members_.center, "unit": model.members_.unit}
    applied.members_ = replace(applied.members_, **scale)
    np.testing.assert_array_equal(moved.predict(AHEAD).mean, applied.predict(AHEAD).mean)
    other = model.update(rest.head(8)).update(rest.tail(12))
    np.testing.assert_array_equal(moved.predict(AHEAD).mean, other.predict(AHEAD).mean)


def test_new_values_without_their_regressors_are_refused() -> None:
    model = made("mlp", epochs=1).fit_one(heated()[0])
    with pytest.raises(InvalidRequest, match="fitted with temperature, whose new values"):
        model.update(np.array([50.0]))


def test_only_the_series_of_which_too_little_is_known_ahead_has_an_error() -> None:
    series, _ = heated()
    short, _ = heated(1, "short")
    short = replace(short, future={"temperature": short.future["temperature"][:5]})
    for params in ({}, {"horizon": 3}):
        spec = ModelSpec("mlp", {**SMALL, "epochs": 1, **params})
        whole, lacking = forecast_many(ForecastTask(spec, AHEAD, (80.0,)), [series, short])
        assert whole.result is not None, whole.error
        assert isinstance(lacking.error, MissingValues)
        assert "known for 5 steps ahead, 12 are needed" in lacking.error.message
    model = made("mlp", epochs=1).fit_one(series)
    with pytest.raises(MissingValues, match="known for 12 steps ahead, 13 are needed"):
        model.predict(13)


def test_series_without_the_column_learn_along() -> None:
    series, actual = heated()
    plain = series_of(heated(4)[0].y, 12, "plain")
    (part,) = made("mlp").fit([series, plain]).parts
    assert part.rows == [0, 1]
    said = part.model.predict(AHEAD).mean
    assert np.isfinite(said).all()
    alone = missed(made("mlp").fit_one(bare(series)).predict(AHEAD).mean[0], actual)
    assert missed(said[0], actual) < 0.75 * alone


def test_steps_beyond_those_that_it_learned_are_told_too() -> None:
    series, actual = heated()
    far = made("mlp", horizon=4).fit_one(series).predict(AHEAD).mean[0]
    without = made("mlp", horizon=4).fit_one(bare(series)).predict(AHEAD).mean[0]
    assert missed(far, actual) < 0.6 * missed(without, actual)


@pytest.mark.no_cover
@pytest.mark.parametrize("method", ["conformal", "mc_dropout"])
def test_intervals_are_narrower_by_what_is_known(method: Any) -> None:
    series, _ = heated()

    def width(one: Series) -> float:
        spec = ModelSpec("mlp", {**SMALL, "n_passes": 20})
        (outcome,) = forecast_many(ForecastTask(spec, AHEAD, (80.0,), method), [one])
        assert outcome.result is not None, outcome.error
        band = outcome.result.bands[80.0]
        return float((band.upper - band.lower).mean())

    assert width(series) < 0.7 * width(bare(series))


@pytest.mark.no_cover
def test_a_holiday_of_the_calendar_is_learned() -> None:
    t = np.arange(6 * 365)
    days = np.datetime64("2014-01-01") + t
    off = np.isin([str(day)[5:] for day in days], ["12-25", "01-01", "07-04", "11-11"])
    noise = 0.2 * np.random.default_rng(0).normal(size=len(t))
    y = 100 + 3 * np.sin(t * 2 * np.pi / 7) - 30 * off + noise
    cut = int(np.flatnonzero(days == np.datetime64("2019-12-22"))[0])
    raw = RawSeries("a", y[:cut], start="2014-01-01", freq="D")
    (prepared,) = prepare([raw], PreparationOptions(season_length=7))
    assert prepared.series is not None
    own = days[off].astype(object).tolist()
    spec = ModelSpec("mlp", {"epochs": 30, "learning_rate": 0.02, "window": 21})
    for holidays, at_most in ((own, 12.0), (None, None)):
        task = ForecastTask(spec, 7, (), options=TaskOptions(holidays=holidays))
        (outcome,) = forecast_many(task, [prepared.series])
        assert outcome.result is not None, outcome.error
        error = abs(float(outcome.result.mean[3]) - y[cut + 3])
        assert error > 20.0 if at_most is None else error < at_most


def test_a_regressor_with_many_values_is_seen_smoothed_and_all_on_one_scale() -> None:
    series, _ = heated()
    switch = (np.arange(SIZE) % 7 == 0).astype(float)
    series = replace(
        series,
        exog={**series.exog, "switch": switch},
        future={**series.future, "switch": np.ones(AHEAD)},
    )
    found = Regressors.of([series], [SIZE])
    assert (found.names, found.smooth) == (("switch", "temperature"), (False, True))
    seen = found.seen(found.rows(series))
    assert seen.shape == (SIZE + AHEAD, found.count) == (SIZE + AHEAD, 5)
    np.testing.assert_allclose(seen[:SIZE].mean(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(seen[:SIZE].std(axis=0), 1.0)
    none = found.rows(bare(series))
    assert none.shape == (SIZE, 2)
    assert (found.seen(none) == 0.0).all()
