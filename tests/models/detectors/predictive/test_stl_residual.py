"""What trend and season leave, beside statsmodels' STL."""

import numpy as np
import pytest
from statsmodels.tsa.seasonal import STL

from models.detectors.predictive.stl_residual import StlResidual, StlResidualParams
from tests.models.build import series_of


def wave(size: int = 240, seed: int = 0) -> np.ndarray:
    t = np.arange(size)
    noise = np.random.default_rng(seed).normal(size=size)
    return 100.0 + 0.1 * t + 8.0 * np.sin(2 * np.pi * t / 12) + noise


def test_what_is_expected_is_what_robust_stl_draws():
    y = wave()
    y[[50, 130]] += [25.0, -25.0]
    [scores] = StlResidual(StlResidualParams(season_length=12)).score([series_of(y, 12)], 99.0)
    theirs = STL(y, period=12, seasonal=35, seasonal_deg=0, robust=True).fit()
    inner = slice(12, -12)
    drawn = (theirs.trend + theirs.seasonal)[inner]
    off = np.abs(scores.expected[inner] - drawn)
    assert np.median(off) < 0.25  # a quarter of the noise: knots lie farther apart here
    assert off.max() < 1.0
    assert set(np.argsort(-scores.raw)[:2].tolist()) == {50, 130}


@pytest.mark.parametrize("season", [None, 12])
def test_clean_series_are_flagged_as_often_as_the_level_says(season):
    share = []
    for seed in range(4):
        y = wave(720, seed)
        if season is None:
            y = y - 8.0 * np.sin(2 * np.pi * np.arange(720) / 12)
        params = StlResidualParams(season_length=season)
        [scores] = StlResidual(params).score([series_of(y, season or 1)], 99.0)
        share.append(np.mean(scores.raw > scores.threshold))
    assert 0.005 < np.mean(share) < 0.02


def test_the_width_of_the_band_may_be_given():
    y = wave()
    y[100] += 5.0
    flagged = []
    for k in (2.0, 10.0):
        [scores] = StlResidual(StlResidualParams(season_length=12, k=k)).score(
            [series_of(y, 12)], 99.0
        )
        flagged.append(bool(scores.raw[100] > scores.threshold))
    assert flagged == [True, False]


def test_without_a_season_every_point_of_an_incident_is_flagged_and_none_after_it():
    y = np.random.default_rng(3).normal(50.0, 1.0, 400)
    y[260:272] += 30.0
    [scores] = StlResidual(StlResidualParams()).score([series_of(y)], 99.0)
    beyond = scores.raw > scores.threshold
    assert beyond[260:272].all()
    assert beyond[:260].sum() + beyond[272:].sum() <= 10


def test_a_quiet_phase_has_a_band_of_its_own():
    t = np.arange(24 * 40)
    by_day = np.maximum(np.sin(np.pi * (t % 24 - 6) / 14), 0.0)
    y = 80.0 * by_day + 15.0 * by_day * np.random.default_rng(4).normal(size=len(t))
    y[24 * 30 + 2] = 30.0
    [scores] = StlResidual(StlResidualParams(season_length=24)).score([series_of(y, 24)], 99.0)
    beyond = scores.raw > scores.threshold
    assert beyond[24 * 30 + 2]
    assert beyond.mean() < 0.03


def test_a_spike_on_steps_of_the_resolution_that_repeat_exactly_is_flagged_alone():
    y = np.round(20.0 + 0.2 * np.arange(200.0))
    y[150] += 9.0
    [scores] = StlResidual(StlResidualParams(season_length=5)).score([series_of(y, 5)], 99.0)
    assert np.flatnonzero(scores.raw > scores.threshold).tolist() == [150]


@pytest.mark.parametrize(("season", "length"), [(None, 4), (None, 40), (12, 4), (12, 20)])
def test_an_incident_is_found_from_its_first_point_to_its_last(season, length):
    y = wave(480) - 0.1 * np.arange(480)
    if season is None:
        y = y - 8.0 * np.sin(2 * np.pi * np.arange(480) / 12)
    y[250 : 250 + length] += 20.0
    [scores] = StlResidual(StlResidualParams(season_length=season)).score(
        [series_of(y, season or 1)], 99.0
    )
    found = np.flatnonzero(scores.raw > scores.threshold)
    assert set(range(250, 250 + length)) <= set(found.tolist())
    assert len(found) <= length + 12


def test_what_smoothing_leaves_of_days_in_nights_that_never_vary_is_not_strange():
    random, hour = np.random.default_rng(0), np.arange(1008) % 24
    by_day = np.maximum(np.sin(np.pi * (hour - 6) / 14), 0.0) * (hour >= 6) * (hour <= 20)
    drawn = random.lognormal(sigma=0.5, size=1008) - 1.0
    y = 100.0 * by_day + 10.0 * np.sqrt(by_day) * drawn
    (scores,) = StlResidual().score([series_of(y, 24)], 99.0)
    assert np.mean(scores.raw > scores.threshold) < 0.05


@pytest.mark.parametrize("draw", [np.random.Generator.normal, np.random.Generator.laplace])
def test_days_and_weeks_are_known_both(draw):
    hour, day = np.arange(1008) % 24, np.arange(1008) // 24 % 7
    course = 100.0 + 30.0 * np.sin(2 * np.pi * (hour - 9) / 24) + np.where(day < 5, 20.0, -30.0)
    flagged, spikes = [], np.arange(350, 1000, 65)
    for seed in range(3):
        y = course + 5.0 * draw(np.random.default_rng(seed), size=1008)
        y[spikes] = course[spikes] + np.resize([35.0, -35.0], len(spikes))
        detector = StlResidual()
        (scores,) = detector.score([series_of(y, [24, 168])], 99.0)
        beyond = scores.raw > scores.threshold
        assert detector.info().season_length == (24, 168)
        assert beyond[spikes].mean() >= 0.9
        flagged.append(np.delete(beyond, spikes).mean())
    assert np.mean(flagged) < 0.015
