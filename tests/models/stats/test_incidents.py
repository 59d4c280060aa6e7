"""An incident is told from a new level by what comes after it."""

import numpy as np
import pytest

from models.stats.incidents import baseline_of, without_incidents, without_last_days

NOISE = np.random.default_rng(0).normal(scale=2.0, size=730)
WAVE = 50.0 * np.sin(2 * np.pi * np.arange(730) / 100)


@pytest.mark.parametrize("length", [4, 10, 40, 60])
@pytest.mark.parametrize("seasons", [(), (100,)])
def test_an_incident_is_replaced_by_what_is_usual_around_it(length, seasons):
    true = 100.0 + WAVE * bool(seasons)
    y = true + NOISE
    y[250 : 250 + length] = 400.0
    usual = baseline_of(y, seasons)
    assert np.flatnonzero(usual.is_incident).tolist() == [*range(250, 250 + length)]
    assert np.abs(usual.y - true).max() < 12.0


@pytest.mark.parametrize("seed", range(6))
def test_an_incident_that_lets_up_for_some_points_is_one(seed: int) -> None:
    y = 100.0 + np.random.default_rng(seed).normal(scale=2.0, size=730)
    y[250:290] += 14.0
    y[262:266] = 109.0
    found = np.flatnonzero(baseline_of(y, ()).is_incident)
    assert len(found) > 37
    assert found.tolist() == [*range(found[0], found[-1] + 1)]


@pytest.mark.parametrize("length", [110, 200])
def test_an_incident_may_last_as_long_as_a_cycle(length):
    time = np.arange(10 * 288)
    true = 100.0 + 50.0 * np.sin(2 * np.pi * time / 288)
    y = true + np.random.default_rng(1).normal(scale=2.0, size=len(time))
    y[1500 : 1500 + length] = 40.0
    usual = baseline_of(y, (288,))
    assert np.abs(usual.y - true).max() < 12.0
    far = np.abs(true - 40.0) > 20.0
    assert usual.is_incident[far & (time >= 1500) & (time < 1500 + length)].mean() > 0.9


def test_a_plateau_leaves_no_echo_in_other_cycles():
    y = 100.0 + WAVE
    y[235:255] = 80.0
    np.testing.assert_allclose(baseline_of(y, (100,)).y, 100.0 + WAVE, atol=0.01)


@pytest.mark.parametrize("length", [30, 45, 60])
@pytest.mark.parametrize("seed", [201, 202])
def test_an_outage_of_many_weeks_is_no_part_of_the_week(length, seed):
    random = np.random.default_rng(seed)
    y = 100.0 + 20.0 * np.sin(2 * np.pi * np.arange(400) / 7) + random.normal(scale=3.0, size=400)
    y[100 : 100 + length] = 5.0 + random.normal(size=length)
    incident = baseline_of(y, (7,), may_be_cycle=False).is_incident
    assert np.flatnonzero(incident).tolist() == [*range(100, 100 + length)]


@pytest.mark.parametrize("first", [300, 700])
def test_a_new_level_is_no_incident(first):
    y = 100.0 + NOISE + 50.0 * (np.arange(730) >= first)
    assert not baseline_of(y, ()).is_incident.any()


def test_rare_values_on_a_constant_are_taken_out():
    y = np.zeros(200)
    y[[60, 100, 150]] = 7.0, 50.0, 5000.0
    assert not baseline_of(y, ()).y.any()


def test_a_series_that_goes_to_and_fro_has_no_incidents():
    y = NOISE + 100.0 * (np.arange(730) // 30 % 2)
    assert not baseline_of(y, ()).is_incident.any()


def test_half_a_year_of_a_dip_is_taken_out_of_six_years_of_months() -> None:
    year = np.log([80, 75, 90, 95, 110, 130, 150, 145, 120, 100, 105, 160])
    true = np.resize(year, 72) + 0.003 * np.arange(72) + 0.02 * NOISE[:72] / 2
    y = true.copy()
    y[44:50] -= 1.0
    calm = without_incidents(y, (12,))
    np.testing.assert_allclose(calm, true, atol=0.1)
    np.testing.assert_array_equal(np.flatnonzero(calm != y), np.arange(44, 50))
    np.testing.assert_array_equal(without_incidents(np.full(50, 2.0), ()), np.full(50, 2.0))


def hours(days: int) -> np.ndarray:
    """Return so many days of hours, weekends at half the level, with noise."""
    hour = np.arange(24 * days)
    level = np.where(hour // 24 % 7 > 4, 0.5, 1.0)
    noise = np.random.default_rng(1).normal(scale=3.0, size=len(hour))
    return np.asarray(level * (100.0 + 40.0 * np.sin(2 * np.pi * hour / 24)) + noise)


def test_a_holiday_at_the_end_of_hours_is_replaced_by_a_usual_day() -> None:
    y = hours(121)  # it ends with a Tuesday, which is like a Sunday
    closed = y.copy()
    closed[-24:] *= 0.5
    calm = without_last_days(closed, 24, 7)
    np.testing.assert_array_equal(calm[:-24], closed[:-24])
    np.testing.assert_allclose(calm[-24:], y[-24:], atol=12.0)
    np.testing.assert_array_equal(without_last_days(y, 24, 7), y)


def test_a_holiday_at_the_end_of_opening_hours_is_replaced() -> None:
    y = hours(121).reshape(121, 24)[np.arange(121) % 7 < 5, 9:17].ravel()
    closed = y.copy()
    closed[-8:] *= 0.5
    np.testing.assert_allclose(without_last_days(closed, 8, 5)[-8:], y[-8:], atol=12.0)


def test_two_days_at_the_end_are_an_incident_only_where_two_came_and_went_before() -> None:
    y = hours(121)
    y[-48:] *= 0.5
    np.testing.assert_array_equal(without_last_days(y, 24, 7), y)
    for day in (22, 64):
        y[24 * day : 24 * (day + 2)] *= 0.5
    assert without_last_days(y, 24, 7)[-48:].mean() > 90.0


def test_days_at_the_end_stay_where_there_was_a_new_level_or_days_wander() -> None:
    shifted = hours(121)
    shifted[24 * 60 :] += 60.0
    shifted[-24:] -= 50.0
    np.testing.assert_array_equal(without_last_days(shifted, 24, 7), shifted)
    weather = np.zeros(121)
    for day, change in enumerate(np.random.default_rng(0).normal(scale=4.0, size=120)):
        weather[day + 1] = 0.8 * weather[day] + change
    cold = hours(121) + np.repeat(weather, 24)
    cold[-24:] += 60.0
    np.testing.assert_array_equal(without_last_days(cold, 24, 7), cold)


@pytest.mark.parametrize("seasons", [(), (24,)])
def test_what_happens_once_may_be_long_unless_it_may_be_a_cycle(seasons) -> None:
    y = 100.0 + 15.0 * np.sin(2 * np.pi * np.arange(300) / 24) * bool(seasons) + NOISE[:300]
    y[157:197] += 40.0
    once = baseline_of(y, seasons, may_be_cycle=False).is_incident
    assert np.flatnonzero(once).tolist() == [*range(157, 197)]
    assert not baseline_of(y, seasons).is_incident.any()


def test_long_times_far_off_are_how_the_series_is_where_they_come_again() -> None:
    y = 100.0 + NOISE[:300]
    y[60:95] += 40.0
    y[180:215] += 40.0
    assert not baseline_of(y, (), may_be_cycle=False).is_incident.any()


def test_what_a_season_tells_to_the_last_digit_is_exact_but_for_rare_values() -> None:
    y = np.resize([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 240)
    true = y.copy()
    y[182] = 0.0
    usual = baseline_of(y, (6,), may_be_cycle=False)
    assert usual.is_exact
    np.testing.assert_array_equal(usual.y, true)
    assert not baseline_of(y + NOISE[:240], (6,), may_be_cycle=False).is_exact
    assert not baseline_of(y, (6,)).is_exact


@pytest.mark.parametrize("length", [10, 20, 40])
def test_counts_that_are_often_their_median_hide_no_incident(length):
    for seed in range(4):
        y = np.random.default_rng(seed).poisson(3.0, 672).astype(float)
        y[500 : 500 + length] += 12.0
        incident = baseline_of(y, (), may_be_cycle=False).is_incident
        assert incident[500 : 500 + length].all()  # of every other series none
        assert incident.sum() <= length + 2


@pytest.mark.parametrize("length", [10, 20])
def test_an_incident_among_zeros_is_told_by_how_long_it_lasts(length):
    for seed in (0, 1, 2, 4):
        random = np.random.default_rng(seed)
        y = np.where(random.random(672) < 0.1, random.integers(1, 5, 672), 0).astype(float)
        y[500 : 500 + length] += 8.0
        incident = baseline_of(y, (), may_be_cycle=False).is_incident
        assert incident[500 : 500 + length].all()  # none where single values told what is far
        assert incident.sum() <= length + 3
