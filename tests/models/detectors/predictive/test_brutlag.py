"""Brutlag's bands: Holt-Winters' expectation, and bands as wide as each place of the season is uncertain."""

import numpy as np
import pytest

from models.data.series import RawSeries
from models.detectors.predictive.brutlag import Brutlag, BrutlagParams
from models.detectors.predictive.stl_residual import StlResidual, StlResidualParams
from models.prepare import PreparationOptions, prepare
from tests.models.build import series_of

DAYS = np.arange(60 * 24)
HOUR = DAYS % 24


def judged(y, **params):
    detector = Brutlag(BrutlagParams(season_length=24, **params))
    return detector.begin([series_of(y)]).observe(y, 99.0)


def test_the_season_is_expected_and_a_trend_followed():
    y = 100.0 + 20.0 * np.sin(2 * np.pi * HOUR / 24) + 0.01 * DAYS
    found = judged(y)
    assert np.isnan(found.raw[:48]).all()
    np.testing.assert_allclose(found.expected[240:], y[240:], atol=0.5)


def test_the_band_is_wide_where_the_season_is_uncertain():
    random = np.random.default_rng(0)
    y = 50.0 + np.where(HOUR < 12, 0.5, 5.0) * random.normal(size=len(DAYS))
    scale = judged(y).scale[40 * 24 :]
    by_hour = np.array([np.median(scale[HOUR[40 * 24 :] == hour]) for hour in range(24)])
    assert by_hour[:12].max() < 0.5 * by_hour[12:].min()


@pytest.mark.parametrize("name", ["alpha", "gamma"])
def test_a_larger_share_follows_faster(name):
    steps = np.arange(960)
    random = np.random.default_rng(1)
    y = np.cumsum(random.normal(0, 0.3, 960)) + random.normal(0, 0.3, 960)
    y += (1.0 + steps / 200) * np.sin(2 * np.pi * steps / 24)
    slow, fast = (judged(y, **{name: share}).expected[480:] - y[480:] for share in (0.02, 0.3))
    assert np.abs(fast).mean() < 0.9 * np.abs(slow).mean()


@pytest.mark.parametrize("length", [1, 4, 10, 40])
def test_every_point_of_an_incident_is_flagged_and_hardly_one_after_it(length):
    y = 100.0 + 20.0 * np.sin(2 * np.pi * HOUR / 24) + np.random.default_rng(3).normal(0, 5, 1440)
    y[700 : 700 + length] += 60.0
    found = judged(y)
    beyond = found.raw > found.threshold
    assert beyond[700 : 700 + length].all()
    assert beyond[700 + length : 748 + length].sum() <= 1


def test_a_new_level_is_one_after_forty_points():
    y = 20.0 * np.sin(2 * np.pi * HOUR / 24) + np.random.default_rng(4).normal(0, 2, 1440)
    y[700:] += 50.0
    found = judged(y)
    beyond = found.raw > found.threshold
    assert beyond[700:741].all()
    assert beyond[741:].mean() < 0.02


def test_each_side_has_its_own_tail():
    y = np.random.default_rng(5).gamma(2.0, size=1440)
    found = judged(y)
    assert 0.003 < (found.raw > found.threshold).mean() < 0.02


def test_what_trend_and_season_leave_is_judged():
    y = (
        100.0
        + 20.0 * np.sin(2 * np.pi * HOUR[:480] / 24)
        + np.random.default_rng(2).normal(size=480)
    )
    y[300] += 15.0
    (scores,) = StlResidual(StlResidualParams(season_length=24)).score([series_of(y)], 99.0)
    assert int(np.argmax(scores.raw)) == 300
    assert abs(scores.expected[300] - (y[300] - 15.0)) < 4.0


def test_a_common_value_among_mostly_equal_ones_is_not_strange_nor_are_the_others():
    y = np.where(np.random.default_rng(7).uniform(size=1500) < 0.08, 1.0, 0.0)
    y[1100] = 25.0
    found = judged(y)
    beyond = found.raw > found.threshold
    assert beyond[1100]
    assert beyond[200:].mean() < 0.02


def test_live_a_week_that_nobody_told_is_learned_from_three():
    t = np.arange(365)
    y = np.where(t % 7 == 6, 0.0, 200.0) + np.random.default_rng(3).normal(scale=8.0, size=365)
    y[[301, 321]] = 0.0, 150.0  # closed on a Monday, open on a Sunday
    [prepared] = prepare([RawSeries("a", y, start="2023-01-02", freq="D")], PreparationOptions())
    detector = Brutlag().begin([prepared.series])
    found = detector.observe(y, 99.0)
    beyond = found.raw > found.threshold
    assert detector.info().season_length == (7,)
    assert beyond[[301, 321]].all()
    assert beyond[28:].mean() < 0.03


def test_live_no_week_is_learned_of_noise():
    y = np.random.default_rng(4).normal(size=300)
    [prepared] = prepare([RawSeries("a", y, start="2023-01-02", freq="D")], PreparationOptions())
    detector = Brutlag().begin([prepared.series])
    detector.observe(y, 99.0)
    assert detector.info().season_length == ()


def test_level_trend_and_season_are_those_of_the_paper():
    """Section 3 of Brutlag (2000), written out, from the state after two cycles on."""
    alpha, beta, gamma, m, t = 0.2, 0.05, 0.3, 12, np.arange(240)
    noise = np.random.default_rng(8).uniform(-1, 1, 240) * np.where(t < 2 * m, 1.0, 0.3)
    y = 50 + 0.1 * t + 8 * np.sin(2 * np.pi * t / m) + noise
    params = BrutlagParams(season_length=m, alpha=alpha, beta=beta, gamma=gamma)
    detector = Brutlag(params).begin([series_of(y)])
    detector.observe(y[: 2 * m], 99.0)
    level, trend, season = detector.level_, detector.trend_, detector.season_.copy()
    detector.observe(y[2 * m :], 99.0)
    for place, value in enumerate(y[2 * m :]):
        before, phase = level, place % m
        level = alpha * (value - season[phase]) + (1 - alpha) * (level + trend)
        trend = beta * (level - before) + (1 - beta) * trend
        season[phase] = gamma * (value - level) + (1 - gamma) * season[phase]
    assert (detector.level_, detector.trend_) == pytest.approx((level, trend), abs=1e-9)
    np.testing.assert_allclose(detector.season_, season, atol=1e-9)


def weeks_of_hours(seed: int) -> np.ndarray:
    hour, day = np.arange(1008) % 24, np.arange(1008) // 24 % 7
    course = 100.0 + 30.0 * np.sin(2 * np.pi * (hour - 9) / 24) + np.where(day < 5, 20.0, -30.0)
    return course + np.random.default_rng(seed).normal(scale=5.0, size=1008)


@pytest.mark.parametrize("told", [None, [24, 168]])
def test_days_and_weeks_are_known_both(told):
    y = weeks_of_hours(1)
    spikes = np.arange(350, 1000, 65)
    y[spikes] += np.resize([35.0, -35.0], len(spikes))
    raw = RawSeries("a", y, start="2024-01-01", freq="h")
    [prepared] = prepare([raw], PreparationOptions(season_length=told))
    detector = Brutlag()
    (scores,) = detector.score([prepared.series], 99.0)
    beyond = scores.raw > scores.threshold
    assert detector.info().season_length == (24, 168)
    assert beyond[spikes].mean() >= 0.9
    assert np.delete(beyond, spikes).mean() < 0.02


def test_live_a_week_beside_days_is_learned_from_two_and_weekends_before_are_not_strange():
    y = weeks_of_hours(2)
    [prepared] = prepare([RawSeries("a", y, start="2024-01-01", freq="h")], PreparationOptions())
    detector = Brutlag().begin([prepared.series])
    found = detector.observe(y, 99.0)
    beyond = found.raw > found.threshold
    assert detector.info().season_length == (24, 168)
    assert beyond.mean() < 0.02
    assert beyond[:336].mean() < 0.03


def test_nights_that_never_vary_make_no_first_day_strange():
    loud = np.maximum(np.sin(np.pi * (HOUR - 6) / 14), 0.0)[: 5 * 24]
    flagged = []
    for seed in range(20):
        y = 100.0 * loud + 5.0 * np.sqrt(loud) * np.random.default_rng(seed).normal(size=len(loud))
        found = judged(y)
        flagged.append((found.raw > found.threshold)[48:72].mean())
    assert np.mean(flagged) <= 0.15


@pytest.mark.parametrize("season", [7, 24])
@pytest.mark.parametrize("place", [0, 5])
def test_a_giant_in_the_first_cycles_moves_neither_trend_nor_season_for_good(season, place):
    y = 5.0 + 3.0 * np.sin(2 * np.pi * np.arange(480) / season)
    y += np.random.default_rng(3).normal(scale=0.5, size=480)
    y[place], y[200] = 1e9, y[200] + 7.0
    detector = Brutlag(BrutlagParams(season_length=season)).begin([series_of(y, season)])
    found = detector.observe(y, 99.0)
    beyond = found.raw > found.threshold
    assert beyond[200]
    assert np.delete(beyond, 200).mean() < 0.03
    assert np.nanmax(np.abs(found.expected)) < 20.0


@pytest.mark.parametrize("share", [0.005, 0.02])
def test_what_was_rare_leaves_nothing_in_what_is_usual_without_a_season(share):
    random = np.random.default_rng(0)
    y = np.zeros(1000)
    is_event = random.random(1000) < share
    y[is_event] = 1.0 + random.poisson(5.0, is_event.sum())
    (found,) = Brutlag().score([series_of(y)], 99.0)
    beyond = found.raw > found.threshold
    assert not beyond[~is_event].any()
    assert beyond[is_event][1:].mean() >= 0.75


def test_values_that_mostly_are_one_are_followed_to_others() -> None:
    y = np.append(np.zeros(300), np.full(200, 5.0))
    found = Brutlag().begin([series_of(y)]).observe(y, 99.0)
    np.testing.assert_allclose(found.expected[420:], 5.0, atol=0.2)
