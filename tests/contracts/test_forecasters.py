"""What every forecaster promises, checked over all that the registry finds."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from models.contract.cost import Workload
from models.contract.state import State
from models.data.results import Forecast
from models.data.series import RawSeries, Series
from models.errors import InvalidRequest, SeriesError, SeriesTooShort
from models.forecasters.base import Forecaster
from models.params import SeasonalParams
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec, create, describe, registered, revive
from models.tasks.forecast import ForecastTask, forecast_many
from models.types import FloatArray
from tests.contracts.small import spec_of
from tests.models.build import series_of

pytestmark = pytest.mark.no_cover

HORIZON = 10


def seconds(model: type[Forecaster[Any]], observations: int) -> float:
    return model().cost(Workload.of_one(observations, 12, HORIZON)).seconds


MODELS: dict[str, type[Forecaster[Any]]] = dict(registered("forecaster"))  # type: ignore[arg-type]
NAMES = sorted(MODELS)
UPDATABLE = [name for name in NAMES if MODELS[name].can_update()]
QUICK = [name for name in NAMES if seconds(MODELS[name], 72) < 0.05]
LEVELS = (80.0, 95.0)

NOT_SCALE_EQUIVARIANT: set[str] = set()
"""Models whose forecast of ten times the series is not ten times the forecast."""


def wavy(length: int = 72, season: int = 12, seed: int = 3) -> FloatArray:
    """A trend, a season and noise, all values over 0."""
    t = np.arange(length)
    noise = np.random.default_rng(seed).normal(size=length)
    return np.asarray(50 + 0.3 * t + 8 * np.sin(2 * np.pi * t / season) + noise)


def task(name: str, **options: Any) -> ForecastTask:
    return ForecastTask(spec_of(name), HORIZON, LEVELS, **options)


def forecast(name: str, series: Series, **options: Any) -> Forecast:
    (outcome,) = forecast_many(task(name, **options), [series])
    assert outcome.result is not None, outcome.error
    return outcome.result


def fitted(name: str, y: FloatArray, season: int = 12) -> Forecaster[Any]:
    return create(Forecaster, spec_of(name)).fit_one(series_of(y, season))


def test_enough_models_are_checked() -> None:
    assert len(NAMES) >= 39
    assert len(QUICK) >= 25
    assert len(UPDATABLE) >= 22


@pytest.mark.parametrize("name", NAMES)
def test_a_forecast_has_the_shape_and_order_that_is_promised(name: str) -> None:
    result = forecast(name, series_of(wavy(), 12), add_history=True)
    assert result.mean.shape == (HORIZON,)
    assert np.isfinite(result.mean).all()
    inner, outer = result.bands[80.0], result.bands[95.0]
    for lower, upper in [(inner.lower, inner.upper), (outer.lower, outer.upper)]:
        assert (lower <= result.mean).all()
        assert (result.mean <= upper).all()
        assert (np.diff(upper - lower) >= -1e-9 * np.abs(result.mean).max()).all(), "narrowing"
    assert (outer.lower <= inner.lower).all()
    assert (inner.upper <= outer.upper).all()
    if result.fitted is not None:
        assert result.fitted.shape == (72,)
        assert np.isfinite(result.fitted[-12:]).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_forecast_is_in_the_neighbourhood_of_the_series(name: str) -> None:
    y = wavy(84)
    result = forecast(name, series_of(y[:72], 12))
    assert np.abs(result.mean - y[72:82]).mean() < 15


@pytest.mark.parametrize("method", ["parametric", "conformal", "bootstrap"])
@pytest.mark.parametrize("name", QUICK)
def test_every_method_of_intervals_serves_every_model(name: str, method: str) -> None:
    """Those that take long to refit are left out here: what makes the intervals is the same for all."""
    result = forecast(name, series_of(wavy(72), 12), interval_method=method)
    assert result.interval_method == method
    narrow, wide = (result.bands[level] for level in LEVELS)
    assert (wide.lower <= narrow.lower).all()
    assert (narrow.lower < narrow.upper).all()
    assert (narrow.upper <= wide.upper).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_constant_stays_constant_with_a_band_of_no_width(name: str) -> None:
    result = forecast(name, series_of(np.full(40, 0.1), 12))
    assert (result.mean == 0.1).all()
    for band in result.bands.values():
        assert (band.lower == 0.1).all()
        assert (band.upper == 0.1).all()


@pytest.mark.parametrize("name", NAMES)
def test_too_short_a_series_is_told_with_the_minimum(name: str) -> None:
    model = MODELS[name]()
    needed = model.required_observations(12)
    y = wavy(needed - 1)
    with pytest.raises(SeriesTooShort, match=f"at least {needed} observations, got {needed - 1}"):
        model.fit_one(series_of(y, 12) if needed > 1 else series_of(wavy(2), 12).head(0))


@pytest.mark.parametrize("name", NAMES)
def test_the_catalog_tells_the_least_number_of_points(name: str) -> None:
    least = describe(MODELS[name])["min_observations"]
    (outcome,) = forecast_many(task(name), [series_of(wavy(least))])
    assert outcome.result is not None, outcome.error
    if least > 1:
        (outcome,) = forecast_many(task(name), [series_of(wavy(least - 1))])
        assert isinstance(outcome.error, SeriesTooShort)


@pytest.mark.parametrize("name", NAMES)
def test_a_series_of_the_minimum_is_long_enough(name: str) -> None:
    needed = MODELS[name]().required_observations(4)
    y = wavy(needed, season=4)
    (outcome,) = forecast_many(task(name), [series_of(y, 4)])
    assert outcome.result is not None, outcome.error
    assert np.isfinite(outcome.result.mean).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_answer_and_predicting_changes_nothing(name: str) -> None:
    model = fitted(name, wavy())
    made = model.predict(HORIZON)
    first, band = made.mean[0], made.interval(80.0)
    again = fitted(name, wavy())
    np.testing.assert_array_equal(again.predict(HORIZON).mean[0], first)
    np.testing.assert_array_equal(model.predict(HORIZON).mean[0], first)
    second = again.predict(HORIZON).interval(80.0)
    assert (band is None) == (second is None)
    if band is not None and second is not None:
        np.testing.assert_array_equal(band.lower, second.lower)


@pytest.mark.parametrize("name", NAMES)
def test_intervals_nest_at_any_levels_asked_one_at_a_time(name: str) -> None:
    model = fitted(name, wavy())
    levels = (1.0, 33.3, 50.0, 79.9, 80.0, 95.0, 99.0, 99.9, 99.99)
    made = model.predict(HORIZON)
    bands = [band for level in levels if (band := made.interval(level)) is not None]
    assert len(bands) in (0, len(levels))
    slack = 1e-9 * np.abs(model.predict(HORIZON).mean[0]).max()
    for inner, outer in pairwise(bands):
        assert (outer.lower <= inner.lower + slack).all()
        assert (inner.upper <= outer.upper + slack).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_forecast_is_made_once_whatever_is_read_from_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, calls = MODELS[name], Counter[tuple[str, Any]]()

    def counted(method: str) -> None:
        original = getattr(model, method)

        def count(self: Forecaster[Any], horizon: int) -> Any:
            calls[method, self] += 1
            return original(self, horizon)

        monkeypatch.setattr(model, method, count)

    kinds = (
        "_forecast",
        "_predict",
        "_predict_panel",
        "_error_std",
        "_error_std_panel",
        "_distribution",
    )
    for method in kinds:
        if hasattr(model, method):
            counted(method)
    wide = ForecastTask(spec_of(name), HORIZON, (50.0, 80.0, 95.0))
    (outcome,) = forecast_many(wide, [series_of(wavy(), 12)])
    assert outcome.result is not None
    assert len(outcome.result.bands) == 3
    assert any(method == "_forecast" for method, _ in calls)
    # of each fitted model: those of rolling origins are others
    assert max(calls.values()) == 1, calls


@pytest.mark.parametrize("name", [name for name in NAMES if MODELS[name].horizon_consistent])
def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(name: str) -> None:
    model = fitted(name, wavy())
    np.testing.assert_allclose(
        model.predict(3).mean[0], model.predict(HORIZON).mean[0][:3], rtol=1e-9
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_input_is_not_changed(name: str) -> None:
    y = wavy()
    series = series_of(y, 12)
    kept = series.y.copy()
    forecast(name, series, add_history=True)
    np.testing.assert_array_equal(series.y, kept)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("factor", [8.0, 1000.0])
def test_scaling_the_input_scales_the_forecast(name: str, factor: float) -> None:
    if name in NOT_SCALE_EQUIVARIANT:
        pytest.skip("does not claim it")
    plain = forecast(name, series_of(wavy(), 12))
    scaled = forecast(name, series_of(wavy() * factor, 12))
    np.testing.assert_allclose(scaled.mean / factor, plain.mean, rtol=2e-2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1e-12, 1e-6, 1e6, 1e12])
def test_huge_and_tiny_values_are_forecast_like_others(name: str, size: float) -> None:
    plain = forecast(name, series_of(wavy(), 12))
    scaled = forecast(name, series_of(wavy() * size, 12))
    np.testing.assert_allclose(scaled.mean / size, plain.mean, rtol=5e-2)
    width = plain.bands[95.0].upper - plain.bands[95.0].lower
    scaled_width = (scaled.bands[95.0].upper - scaled.bands[95.0].lower) / size
    assert (scaled_width < 2 * width).all()
    assert (scaled_width > width / 2).all()


PATTERNS = ("noise", "counts", "line", "last differs", "two values", "negative", "holes")


def pattern(kind: str, length: int, season: int) -> FloatArray:
    random = np.random.default_rng(length * 100 + season)
    t = np.arange(length, dtype=np.float64)
    values = {
        "noise": 10 + random.normal(size=length),
        "counts": random.poisson(0.4, size=length).astype(np.float64),
        "line": 2.0 * t,
        "last differs": np.where(t == length - 1, 5.0, 1.0),
        "two values": t % 2,
        "negative": -wavy(length, season),
        "holes": np.where(t % 3 == 1, np.nan, wavy(length, season)),
    }
    return values[kind]


def awkward(model: type[Forecaster[Any]]) -> Iterator[Series]:
    """Every length up to 30 with every season, the patterns in turn; dear models with one season each."""
    seasons = (1, 4, 7, 12)
    dear = seconds(model, 30) > 0.03
    for length in range(31):
        for number, season in enumerate(seasons):
            kind = PATTERNS[(length * len(seasons) + number) % len(PATTERNS)]
            if dear and number != length % len(seasons):
                continue
            y = pattern(kind, max(length, 1), season)
            name = f"{kind}, {length} points, season {season}"
            yield series_of(y, season, name).head(length)


@pytest.mark.parametrize("name", NAMES)
def test_every_length_and_season_has_a_forecast_or_a_named_error(name: str) -> None:
    series = list(awkward(MODELS[name]))
    outcomes = forecast_many(task(name, add_history=True), series)
    assert len(outcomes) == len(series) >= 31
    for one, outcome in zip(series, outcomes, strict=True):
        if outcome.result is None:
            assert isinstance(outcome.error, SeriesError), one.unique_id
            assert not outcome.error.message.startswith(f"{name} could not be fitted"), (
                f"{one.unique_id}: {outcome.error.message}"
            )
        else:
            assert np.isfinite(outcome.result.mean).all(), one.unique_id


@pytest.mark.parametrize("name", NAMES)
def test_the_catalog_entry_is_complete(name: str) -> None:
    model = MODELS[name]
    entry = describe(model)
    for key in ("name", "title", "summary", "reference"):
        assert entry[key], key
    assert entry["summary"].endswith(".")
    for field, about in model.params_type().model_fields.items():
        assert about.title, field
        assert about.description, field
    assert entry["capabilities"]["seasonal"] == issubclass(model.params_type(), SeasonalParams)
    assert set(model.baselines) <= MODELS.keys() - {name}


def test_listing_the_catalog_imports_no_heavy_library() -> None:
    code = "import sys; from models.registry import catalog; catalog(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "statsforecast", "statsmodels", "pmdarima", "prophet", "sklearn", "hdbscan"}
    assert not heavy & set(run.stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_cost_is_a_sane_estimate(name: str) -> None:
    short = seconds(MODELS[name], 100)
    long = seconds(MODELS[name], 10_000)
    assert 0 < short < 30
    assert long >= short


@pytest.mark.parametrize("name", UPDATABLE)
def test_an_update_moves_the_state_on(name: str) -> None:
    y = wavy(90)
    model = fitted(name, y[:72])
    model.update(y[72:80]).update(y[80:])
    at_once = fitted(name, y[:72]).update(y[72:])
    np.testing.assert_allclose(
        model.predict(HORIZON).mean[0], at_once.predict(HORIZON).mean[0], rtol=1e-9
    )
    fresh = fitted(name, y[:72])
    assert not np.allclose(model.predict(HORIZON).mean[0], fresh.predict(HORIZON).mean[0])
    known = model.fitted()
    assert known is None or [len(row) for row in known] == [90]


def dated(length: int = 90) -> Series:
    """Months from 2015 on that follow a regressor, which is known ahead."""
    x = np.random.default_rng(4).normal(size=length + HORIZON)
    y = wavy(length) + 20.0 * x[:length]
    raw = RawSeries("a", y, start="2015-01-01", exog={"x": x[:length]})
    future = RawSeries("a", np.full(HORIZON, np.nan), exog={"x": x[length:]})
    options = PreparationOptions(freq="MS", season_length=12)
    (prepared,) = prepare([raw], options, [future])
    assert prepared.series is not None, prepared.error
    return prepared.series


@pytest.mark.parametrize("name", UPDATABLE)
def test_an_update_takes_the_stamps_and_regressors_of_new_points(name: str) -> None:
    whole, start = dated(), 72
    spec = ModelSpec(name, {"models": ["arima"]}) if name == "ensemble" else spec_of(name)

    def moved_on(*blocks: Series) -> FloatArray:
        model = create(Forecaster, spec).fit_one(whole.head(start))
        for block in blocks:
            model.update(block)
        return model.predict(HORIZON).mean[0]

    at_once = moved_on(whole.tail(18))
    in_blocks = moved_on(whole.head(80).tail(8), whole.tail(10))
    np.testing.assert_allclose(in_blocks, at_once, rtol=1e-9)
    other = replace(whole, exog={"x": whole.exog["x"] + 1.0}, future={"x": whole.future["x"] + 5.0})
    assert np.array_equal(moved_on(other.tail(18)), at_once) is not MODELS[name].takes_exogenous
    if MODELS[name].takes_exogenous:
        with pytest.raises(InvalidRequest, match="was fitted with x, whose new values"):
            create(Forecaster, spec).fit_one(whole.head(start)).update(whole.y[start:])


@pytest.mark.parametrize("name", NAMES)
def test_what_was_learned_continues_other_series(name: str) -> None:
    model = fitted(name, wavy())
    before = model.predict(HORIZON).mean
    same, higher, short = [
        series_of(wavy(), 12, "same"),
        series_of(wavy(100, seed=5) + 500.0, 12, "higher"),
        series_of(wavy(), 12, "short").head(0),
    ]
    found = model.apply([same, higher, short])
    assert [part.rows for part in found.parts] == [[0], [1]]
    assert isinstance(found.errors[2], SeriesTooShort)
    np.testing.assert_allclose(
        found.parts[0].model.predict(HORIZON).mean, before, rtol=3e-2 if name == "stl" else 2e-2
    )
    other = found.parts[1].model.predict(HORIZON)
    kept = State.from_bytes(found.parts[1].model.state().to_bytes())
    np.testing.assert_array_equal(revive(kept).predict(HORIZON).mean, other.mean)  # type: ignore[attr-defined]
    target = 500.0 + wavy(110, seed=5)[100:]
    fresh = fitted(name, wavy(100, seed=5) + 500.0).predict(HORIZON)
    own, learned = (np.abs(one.mean[0] - target).mean() for one in (fresh, other))
    assert learned < max(25.0, 1.2 * own)
    assert other.interval(80.0) is not None or model.predict(HORIZON).interval(80.0) is None
    np.testing.assert_array_equal(model.predict(HORIZON).mean, before)


def test_a_model_that_continues_no_other_series_names_those_that_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = fitted("naive", wavy())
    monkeypatch.setattr(MODELS["naive"], "parameter_free", False)
    with pytest.raises(InvalidRequest, match="what naive has learned cannot be used") as caught:
        model.apply([series_of(wavy(), 12)])
    assert "ets" in str(caught.value.problems[0].hint)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in UPDATABLE])
def test_a_model_that_cannot_be_updated_says_so(name: str) -> None:
    with pytest.raises(InvalidRequest, match=f"{name} cannot be updated"):
        fitted(name, wavy()).update(np.array([1.0]))


@pytest.mark.parametrize("name", [name for name in NAMES if MODELS[name].takes_exogenous])
def test_regressors_may_come_with_the_question(name: str) -> None:
    x = np.random.default_rng(4).normal(size=72 + HORIZON)
    taught = series_of(wavy() + 20.0 * x[:72], 12)
    spec = ModelSpec(name, {"models": ["arima"]}) if name == "ensemble" else spec_of(name)
    model = create(Forecaster, spec).fit_one(
        replace(taught, exog={"x": x[:72]}, future={"x": x[72:]})
    )
    known = model.predict(HORIZON).mean
    np.testing.assert_array_equal(model.predict(HORIZON, {"x": x[None, 72:]}).mean, known)
    other = model.predict(HORIZON, {"x": x[None, 72:] + 3.0}).mean
    assert not np.array_equal(other, known)
    np.testing.assert_array_equal(model.predict(HORIZON).mean, known)
