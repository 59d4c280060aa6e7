"""An incident is told from a new level by what comes after it."""

import numpy as np
import pytest

from models.stats.incidents import usual_course

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
