"""Ridge regression on splines: effects that bend, told apart by column."""

from dataclasses import replace

import numpy as np
import pytest

from models.data.series import RawSeries, Series
from models.errors import BadValues
from models.forecasters.regression._splines import spline
from models.forecasters.regression.spline_regression import (
    SplineRegression,
    SplineRegressionParams,
)
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


def test_logarithms_of_what_is_not_positive_are_refused():
    with pytest.raises(BadValues, match="over 0"):
        SplineRegression(SplineRegressionParams(log=True)).fit_one(series_of(np.arange(20.0), 1))


@pytest.mark.parametrize("size", [10, 11, 25])
def test_short_series_and_a_regressor_that_never_varies(size: int):
    y = np.random.default_rng(size).normal(size=size)
    made = SplineRegression().fit_one(with_regressor(y, "on", np.ones(size + 12))).predict(12)
    assert np.isfinite(made.mean).all()
