"""What `auto` flags in series of the kinds that people watch: incidents, quiet nights, plateaus, counters."""

import numpy as np
import pytest

from models.data.series import RawSeries
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many


def flagged(y, freq, detector="auto", *, causal=False):
    [prepared] = prepare([RawSeries("a", y, start="2024-01-01", freq=freq)], PreparationOptions())
    [outcome] = detect_many(DetectTask(ModelSpec(detector), causal=causal), [prepared.series])
    return {*np.flatnonzero(outcome.result.is_anomaly).tolist()}


@pytest.mark.parametrize("length", [4, 10, 40])
@pytest.mark.parametrize("season", [0, 24])
def test_every_point_of_an_incident_is_flagged_and_not_its_end(length, season):
    y = 100.0 + np.random.default_rng(length).normal(scale=2.0, size=600)
    y += 20.0 * np.sin(2 * np.pi * np.arange(600) / 24) * bool(season)
    y[250 : 250 + length] = 400.0
    found = flagged(y, "h")
    assert {*range(250, 250 + length)} <= found
    assert len(found) <= length + 12
    assert not found & {250 + length, 251 + length}


@pytest.mark.parametrize("seed", [0, 1])
def test_quiet_nights_are_no_anomalies_and_an_outage_by_day_is_one(seed):
    random = np.random.default_rng(seed)
    hour, day = np.arange(24 * 42) % 24, np.arange(24 * 42) // 24
    is_open = (hour >= 9) & (hour < 17) & (day % 7 < 5)
    y = np.where(is_open, random.integers(160, 240, size=len(hour)), 0).astype(float)
    outage = 24 * 30 + np.arange(11, 14)
    y[outage] = 0.0
    found = flagged(y, "h")
    assert {*outage.tolist()} <= found
    assert len(found) <= 15


def test_a_run_that_is_missing_from_a_daily_job_is_flagged():
    y = np.where(np.arange(360) % 6 == 1, np.random.default_rng(1).integers(90, 111, size=360), 0)
    y[301] = 0
    assert 301 in flagged(y.astype(float), "4h")


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_plateau_has_no_echo(noise):
    y = 100.0 + 50.0 * np.sin(2 * np.pi * np.arange(24 * 30) / 24)
    y += noise * np.random.default_rng(0).normal(size=len(y))
    y[240:252] = 160.0
    found = flagged(y, "h")
    assert len(found & {*range(240, 252)}) >= 10
    assert len(found) <= 12 + 10


def test_a_counter_that_is_reset_has_no_season():
    steps = np.random.default_rng(2).integers(80, 121, size=1200).astype(float)
    y = np.cumsum(steps)
    y[700:] -= y[700]
    assert len([place for place in flagged(y, "15s", causal=True) if not 700 <= place < 710]) < 15


def test_a_week_of_hours_is_learned_from_the_past_alone():
    random = np.random.default_rng(8)
    hour, day = np.arange(1008) % 24, np.arange(1008) // 24
    mean = (500.0 + 400.0 * np.sin(2 * np.pi * (hour - 9) / 24)) * np.where(day % 7 < 5, 1.0, 0.5)
    y = mean + random.normal(scale=20.0, size=1008)
    holiday = 840 + 24 + np.arange(8, 19)
    y[holiday] *= 0.5
    found = flagged(y, "h", causal=True)
    assert len({*holiday.tolist()} & found) >= 7
    assert len({place for place in found if place >= 420} - {*holiday.tolist()}) <= 20


def test_a_giant_first_value_is_forgotten():
    y = np.random.default_rng(1).normal(0.6, 0.3, size=200)
    y[0], y[150] = 9.5e8, 6.0
    found = flagged(y, "D", "prediction_interval", causal=True)
    assert 150 in found
    assert len(found) <= 8


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_skewed_noise_is_no_anomaly(causal, sigma):
    shares = [
        len(flagged(np.random.default_rng(seed).lognormal(3.0, sigma, 800), "D", causal=causal))
        for seed in range(3)
    ]
    assert sum(shares) / 3 / 8.0 <= 2.5
