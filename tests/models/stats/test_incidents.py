"""An incident is told from a new level by what comes after it."""

import numpy as np
import pytest

from models.stats.incidents import usual_course, without_incidents

NOISE = np.random.default_rng(0).normal(scale=2.0, size=730)
WAVE = 50.0 * np.sin(2 * np.pi * np.arange(730) / 100)


@pytest.mark.parametrize("length", [4, 10, 40])
@pytest.mark.parametrize("seasons", [(), (100,)])
def test_an_incident_is_replaced_by_what_is_usual_around_it(length, seasons):
    true = 100.0 + WAVE * bool(seasons)
    y = true + NOISE
    y[250 : 250 + length] = 400.0
    usual = usual_course(y, seasons)
    assert np.flatnonzero(usual.is_incident).tolist() == [*range(250, 250 + length)]
    assert np.abs(usual.y - true).max() < 12.0


def test_a_plateau_leaves_no_echo_in_other_cycles():
    y = 100.0 + WAVE
    y[235:255] = 80.0
    np.testing.assert_allclose(usual_course(y, (100,)).y, 100.0 + WAVE, atol=0.01)


@pytest.mark.parametrize("first", [300, 700])
def test_a_new_level_is_no_incident(first):
    y = 100.0 + NOISE + 50.0 * (np.arange(730) >= first)
    assert not usual_course(y, ()).is_incident.any()


def test_rare_values_on_a_constant_are_taken_out():
    y = np.zeros(200)
    y[[60, 100, 150]] = 7.0, 50.0, 5000.0
    assert not usual_course(y, ()).y.any()


def test_a_series_that_goes_to_and_fro_has_no_incidents():
    y = NOISE + 100.0 * (np.arange(730) // 30 % 2)
    assert not usual_course(y, ()).is_incident.any()


def test_half_a_year_of_a_dip_is_taken_out_of_six_years_of_months() -> None:
    year = np.log([80, 75, 90, 95, 110, 130, 150, 145, 120, 100, 105, 160])
    true = np.resize(year, 72) + 0.003 * np.arange(72) + 0.02 * NOISE[:72] / 2
    y = true.copy()
    y[44:50] -= 1.0
    calm = without_incidents(y, (12,))
    np.testing.assert_allclose(calm, true, atol=0.1)
    np.testing.assert_array_equal(np.flatnonzero(calm != y), np.arange(44, 50))
    np.testing.assert_array_equal(without_incidents(np.full(50, 2.0), ()), np.full(50, 2.0))
