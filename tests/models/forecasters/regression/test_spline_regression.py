"""Ridge regression on splines: effects that bend, told apart by column."""

from dataclasses import replace

import numpy as np
import pytest

from models.data.series import RawSeries, Series
from models.errors import BadValues, InvalidRequest
from models.forecasters.regression._splines import spline
from models.forecasters.regression.spline_regression import SplineRegression, SplineRegressionParams
from models.prepare import PreparationOptions, prepare
from tests.models.build import series_of


def with_regressor(y: np.ndarray, name: str, values: np.ndarray) -> Series:
    """A series with a regressor, of which the values beyond the series are its future."""
    size = len(y)
    return replace(series_of(y, 1), exog={name: values[:size]}, future={name: values[size:]})


def heated(rng: int = 2) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(rng)
    heat = 20.0 + 10.0 * np.sin(np.arange(430) / 9.0) + random.normal(0, 2, 430)
    return heat, 100.0 + (heat - 20.0) ** 2 + random.normal(0, 3, 430)


def test_an_effect_that_bends_is_found_and_told():
    heat, load = heated()
    series = with_regressor(load[:400], "heat", heat)
    model = SplineRegression().aimed_at(30).fit_one(series)
    made = model.predict(30)
    assert np.abs(made.mean[0] - load[400:]).mean() < 5.0
    told = model.info().details["contributions"]
    assert next(iter(told)) == "heat"
    assert told["heat"] > 0.9
    band = made.interval(95.0)
    assert band is not None
    assert np.mean((band.lower[0] < load[400:]) & (load[400:] < band.upper[0])) > 0.8


def test_pieces_of_splines_that_had_hardly_begun_are_no_reason_for_wide_intervals():
    random = np.random.default_rng(3)
    month = np.arange(72) % 12
    heat = 12.0 - 10.0 * np.cos(2 * np.pi * month / 12) + random.normal(0, 2, 72)
    load = 100.0 + 2.0 * np.maximum(14.0 - heat, 0) + 3.0 * np.maximum(heat - 18.0, 0)
    load += random.normal(0, 3, 72)
    series = with_regressor(load[:60], "heat", heat)
    band = SplineRegression().fit_one(series).predict(12).interval(95.0)
    assert band is not None
    assert (band.upper - band.lower).max() < 40.0


def test_other_futures_give_other_forecasts():
    heat, load = heated()
    model = SplineRegression().fit_one(with_regressor(load[:400], "heat", heat))
    warm = model.predict(4, {"heat": np.full((1, 4), 20.0)}).mean
    hot = model.predict(4, {"heat": np.full((1, 4), 30.0)}).mean
    np.testing.assert_allclose(hot - warm, 100.0, atol=15.0)


def test_weekdays_are_told_by_the_calendar():
    weekday = np.arange(140) % 7
    y = 50.0 + 10.0 * (weekday == 2) + np.random.default_rng(0).normal(0, 0.3, 140)
    raw = RawSeries("a", y[:126], start="2024-01-01", freq="D")
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    made = SplineRegression().fit_one(prepared.series).predict(14)
    np.testing.assert_allclose(made.mean[0], y[126:], atol=1.5)


def test_two_years_of_months_tell_what_each_month_adds():
    month = 20 * np.random.default_rng(1).normal(size=12)
    true = 200.0 + month[np.arange(36) % 12]
    y = true[:24] + np.random.default_rng(2).normal(size=24)
    # one of them has a 29th of February
    raw = RawSeries("months", y, start="2019-03-01", freq="MS")
    (prepared,) = prepare([raw], PreparationOptions(season_length=12))
    assert prepared.series is not None
    model = SplineRegression().aimed_at(12).fit_one(prepared.series)
    assert np.abs(model.predict(12).mean[0] - true[24:]).mean() < 2.0
    assert "seasonal_12" in model.parts(12)


@pytest.mark.parametrize("size", [14, 15, 17])
def test_days_of_two_weeks_tell_weekdays_and_no_day_of_the_year(size: int):
    week = np.tile([10.0, 12, 11, 13, 20, 30, 25], 4)
    raw = RawSeries("a", week[:size], start="2024-01-01", freq="D")
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    model = SplineRegression().fit_one(prepared.series)
    np.testing.assert_allclose(model.predict(7).mean[0], week[size : size + 7], atol=0.1)
    assert "day of year" not in model.info().details["contributions"]


@pytest.mark.parametrize("size", [10, 12, 15, 20])
def test_a_line_of_less_than_two_years_of_months_goes_on(size: int):
    raw = RawSeries("a", 10.0 + 2.0 * np.arange(size), start="2023-01-01", freq="MS")
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    made = SplineRegression().fit_one(prepared.series).predict(4)
    np.testing.assert_allclose(made.mean[0], 10.0 + 2.0 * np.arange(size, size + 4), atol=0.1)


def test_what_was_missed_of_late_fades():
    y = np.random.default_rng(4).normal(0, 0.1, 300)
    for at in range(1, 300):
        y[at] += 0.9 * y[at - 1]
    y[-1] += 5.0
    made = SplineRegression().fit_one(series_of(y, 1)).predict(12).mean[0]
    assert made[0] > made[-1]


def test_beyond_what_was_seen_an_effect_goes_straight_on():
    x = np.concatenate([np.linspace(0.0, 1.0, 100), [2.0, 3.0, 4.0]])
    columns = spline(x, 100, 5)
    assert columns.shape == (103, 7)
    np.testing.assert_allclose(np.diff(columns[100:], n=2, axis=0), 0.0, atol=1e-12)


def test_an_effect_that_is_straight_is_learned_as_a_line_that_no_smoothing_shares():
    random = np.random.default_rng(20)
    index = 50.0 + np.cumsum(random.normal(0, 1, 220))
    y = 2.0 * index + random.normal(0, 0.3, 220)
    series = with_regressor(y[:210], "index", index)
    assert index[210:].min() < index[:210].min()
    made = SplineRegression().aimed_at(10).fit_one(series).predict(10)
    np.testing.assert_allclose(made.mean[0], y[210:], atol=1.0)


@pytest.mark.no_cover
@pytest.mark.parametrize("delay", [1, 2, 3])
@pytest.mark.parametrize("is_switch", [False, True])
def test_a_regressor_may_act_some_steps_later(is_switch: bool, delay: int):
    random = np.random.default_rng(30 + delay)
    x = random.random(170)
    x = np.where(x < 0.2, 1.0, 0.0) if is_switch else x
    y = 100.0 + 50.0 * np.roll(x, delay) + random.normal(0, 1, 170)
    made = SplineRegression().aimed_at(20).fit_one(with_regressor(y[:150], "x", x)).predict(20)
    np.testing.assert_allclose(made.mean[0], y[150:], atol=5.0)


def test_a_line_and_a_regressor_of_two_years_of_months():
    sold = np.random.default_rng(21).random(30)
    y = 10.0 + np.arange(30.0) + 20.0 * sold
    made = SplineRegression().fit_one(with_regressor(y[:24], "sold", sold)).predict(6)
    np.testing.assert_allclose(made.mean[0], y[24:], atol=0.1)


def test_logarithms_of_what_is_not_positive_are_refused():
    with pytest.raises(BadValues, match="over 0"):
        SplineRegression(SplineRegressionParams(log=True)).fit_one(series_of(np.arange(20.0), 1))


@pytest.mark.parametrize("size", [10, 11, 25])
def test_short_series_and_a_regressor_that_never_varies(size: int):
    y = np.random.default_rng(size).normal(size=size)
    made = SplineRegression().fit_one(with_regressor(y, "on", np.ones(size + 12))).predict(12)
    assert np.isfinite(made.mean).all()


def hourly(start: str, size: int, *, unit: float = 1.0, seed: int = 0) -> Series:
    """Hours of loads that follow the hour and the weekday, the weekday by its date."""
    random = np.random.default_rng(seed)
    (prepared,) = prepare(
        [RawSeries("a", np.zeros(size), start=start, freq="h")], PreparationOptions()
    )
    assert prepared.series is not None
    stamps = prepared.series.grid.stamps.astype("datetime64[h]").astype(np.int64)
    shape = np.sin(2 * np.pi * (stamps % 24) / 24) + 1.5 * ((stamps // 24 + 3) % 7 >= 5)
    return prepared.series.with_values(unit * (10.0 + shape + random.normal(0, 0.05, size)))


@pytest.mark.parametrize("log", [True, False])
def test_what_was_learned_of_hours_and_weekdays_continues_another_series(log: bool):
    model = SplineRegression(SplineRegressionParams(log=log)).aimed_at(48)
    model.fit_one(hourly("2024-01-01T00:00", 24 * 28))
    other = hourly("2024-05-15T07:00", 24 * 12, unit=40.0, seed=1)
    applied = model.apply_one(other.head(24 * 10))
    made = applied.predict(48)
    np.testing.assert_allclose(made.mean[0], other.y[-48:], atol=20.0)
    band, fitted = made.interval(95.0), applied.fitted()
    assert band is not None
    assert np.mean((band.lower[0] < other.y[-48:]) & (other.y[-48:] < band.upper[0])) > 0.8
    assert np.mean(band.upper - band.lower) < 40.0
    assert fitted is not None
    assert np.abs(fitted[0] - other.y[:240]).mean() < 5.0
    again = applied.apply_one(hourly("2024-01-01T00:00", 24 * 28)).predict(48)
    np.testing.assert_allclose(again.mean, model.predict(48).mean, rtol=1e-9)


def test_the_effect_of_a_regressor_is_that_of_the_series_that_was_learned():
    heat, load = heated()
    model = SplineRegression().aimed_at(30).fit_one(with_regressor(load[:400], "heat", heat))
    warmer, more = heated(7)
    other = with_regressor(3.0 * more[:60] + 50.0, "heat", warmer[:90])
    made = model.apply_one(other).predict(30)
    assert np.abs(made.mean[0] - (3.0 * more[60:90] + 50.0)).mean() < 45.0
    with pytest.raises(InvalidRequest, match="fitted with heat, which another series lacks"):
        model.apply_one(series_of(load[:60], 1))


def test_a_series_that_what_was_learned_cannot_continue_is_refused():
    model = SplineRegression(SplineRegressionParams(log=True)).fit_one(hourly("2024-01-01", 200))
    with pytest.raises(BadValues, match="fitted to logarithms"):
        model.apply_one(hourly("2024-01-01", 200, unit=-1.0))
    with pytest.raises(InvalidRequest, match="fitted to steps of h, another series has steps of 1"):
        model.apply_one(series_of(np.arange(1.0, 60.0), 1))
