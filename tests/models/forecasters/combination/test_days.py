"""``auto`` with days of the month that are something else."""

import numpy as np
import pytest

from models.contract.context import QUIET
from models.data.series import RawSeries, Series
from models.features.calendar import with_calendar
from models.features.holiday_calendar import HolidayCalendar
from models.features.working_days import working_days
from models.forecasters.combination._days import CustomDays, WorkingDays
from models.forecasters.combination.auto import Auto
from models.prepare import PreparationOptions, prepare
from models.time.grid import Grid
from tests.models.detectors.combination.months import noisy, on, stamped


def with_pay_days(size: int, pay: float = 300.0, base: float = 1.0) -> Series:
    series = stamped(base * noisy("D", size), "D")
    return stamped(series.y + pay * (on(series.grid, "first") | on(series.grid, "last")), "D")


def ahead(series: Series, horizon: int) -> Grid:
    return Grid(series.grid.freq, series.grid.future(horizon))


def test_pay_days_are_forecast_on_their_days_and_nowhere_else() -> None:
    series = with_pay_days(400)
    model = Auto().fit_one(series, QUIET)
    made = model.predict(60)
    grid = ahead(series, 60)
    pay = on(grid, "first") | on(grid, "last")
    assert pay.sum() == 4
    np.testing.assert_allclose(made.mean[0, pay], 400.0, atol=15.0)
    np.testing.assert_allclose(made.mean[0, ~pay], 100.0, atol=5.0)
    band = made.interval(95.0)
    assert band is not None
    assert (band.upper - band.lower)[0].max() < 60.0
    told = ["day 1 from the end of the month", "day 1 of the month"]
    assert sorted(model.info().details["days"]) == told
    assert not model.notices()  # they are not told as wild


def test_what_is_paid_on_one_day_a_month_is_zero_on_the_others() -> None:
    series = with_pay_days(400, base=0.0)
    made = Auto().fit_one(series, QUIET).predict(40).mean[0]
    pay = on(ahead(series, 40), "first") | on(ahead(series, 40), "last")
    np.testing.assert_allclose(made, np.where(pay, 300.0, 0.0), atol=1.0)


def test_another_series_keeps_its_customs_on_its_own_days() -> None:
    model = Auto().fit_one(with_pay_days(400), QUIET)
    other = with_pay_days(390)
    made = model.apply_one(other).predict(35)
    pay = on(ahead(other, 35), "first") | on(ahead(other, 35), "last")
    assert made.mean[0, pay].min() > 380.0
    assert made.mean[0, ~pay].max() < 110.0


def test_fitted_values_have_the_days() -> None:
    series = with_pay_days(400)
    fitted = Auto().fit_one(series, QUIET).fitted()
    assert fitted is not None
    late = np.arange(300, 400)
    np.testing.assert_allclose(fitted[0][late], series.y[late], atol=40.0)


@pytest.mark.parametrize("told", [True, False])
def test_a_friday_of_sales_seen_twice_is_forecast_beside_the_holidays_that_are_told(
    told: bool,
) -> None:
    size, sales = 700, np.array(["2019-11-29", "2020-11-27"], dtype="datetime64[D]")
    start = np.datetime64("2019-01-07")
    y = noisy("D", size) + 250.0 * np.isin(start + np.arange(size), sales)
    ds = [str(day) for day in start + np.arange(size)]
    [ready] = prepare([RawSeries("a", y, ds)], PreparationOptions())
    assert ready.series is not None
    series = ready.series
    if told:
        series, _ = with_calendar(series, 390, holidays=HolidayCalendar(country="US"))
    made = Auto().fit_one(series, QUIET).predict(390)
    days = series.grid.future(390).astype("datetime64[D]")
    assert days[made.mean[0].argmax()] == np.datetime64("2021-11-26")
    assert made.mean[0].max() > 250.0


def test_several_days_that_came_twice_are_expected_but_were_not_known_before() -> None:
    series = stamped(noisy("D", 2 * 365 + 1), "D")
    dates = [str(day)[5:10] for day in series.grid.local()[[14, 50, 128, 214]]]
    here = [str(day)[5:10] in dates for day in series.grid.local()]
    y = series.y + 30.0 * np.array(here)
    days = CustomDays.of(stamped(y, "D"))
    assert days is not None
    assert len(days.names()) == len(dates)
    assert days.without(y).max() < 120.0
    np.testing.assert_array_equal(days.often().without(y), y)
    made = Auto().fit_one(stamped(y, "D"), QUIET).predict(60).mean[0]
    told = [str(day)[5:10] in dates for day in ahead(series, 60).local()]
    assert (made > 115.0).tolist() == told


@pytest.mark.parametrize("freq", ["D", "h"])
def test_noise_and_hours_have_none(freq: str) -> None:
    assert CustomDays.of(stamped(noisy(freq, 200), freq)) is None


def busy_months(size: int, effect: float = 0.02) -> Series:
    """Months that rise by a share with their working days, of a year with a summer."""
    series = stamped(np.ones(size), "MS")
    noise = 0.005 * np.random.default_rng(3).normal(size=size)
    summer = 0.1 * np.sin(np.pi * np.arange(size) / 6)
    x = 5 + 0.003 * np.arange(size) + summer + effect * working_days(series.grid.local()) + noise
    return stamped(np.exp(x), "MS")


def test_months_have_the_working_days_that_they_will_have() -> None:
    every, known = busy_months(120), busy_months(96)
    model = Auto().fit_one(known, QUIET)
    made = model.predict(24)
    missed = np.abs(np.log(made.mean[0] / every.y[96:]))
    assert missed.mean() < 0.02  # 0.05 without
    band = made.interval(95.0)
    assert band is not None
    inside = (band.lower[0] < every.y[96:]) & (every.y[96:] < band.upper[0])
    assert inside.mean() > 0.7
    assert np.log(band.upper / band.lower).max() < 0.2
    assert model.info().details["days"] == ["working days of the month"]
    fitted = model.fitted()
    assert fitted is not None
    assert np.abs(np.log(fitted[0][60:] / known.y[60:])).mean() < 0.02


def test_working_days_are_those_of_the_series_that_is_continued() -> None:
    model = Auto().fit_one(busy_months(96), QUIET)
    other = model.apply_one(busy_months(110))
    actual = busy_months(122).y[110:]
    assert np.abs(np.log(other.predict(12).mean[0] / actual)).mean() < 0.02
    days = model.apply_one(stamped(noisy("D", 200), "D"))
    assert "days" not in days.info().details


@pytest.mark.parametrize("effect", [0.0, 0.02])
def test_other_series_have_no_working_days(effect: float) -> None:
    months = busy_months(96, effect)
    assert (WorkingDays.of(months) is None) == (effect == 0.0)
    assert WorkingDays.of(stamped(months.y - 150.0, "MS")) is None
    assert WorkingDays.of(stamped(months.y, "QS")) is None
    assert WorkingDays.of(stamped(np.exp(0.01 * np.arange(96)), "MS")) is None
