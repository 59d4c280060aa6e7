import numpy as np
import pytest

from models.data.series import RawSeries
from models.detectors.combination.auto_live import AutoLive, AutoLiveParams, View
from models.prepare import PreparationOptions, prepare
from models.stats.ring_buffer import RingBuffer
from tests.models.build import series_of


def scored(y, **params):
    detector = AutoLive(AutoLiveParams(**params)).begin([series_of(y)])
    scores = detector.observe(np.asarray(y, float), 99.0)
    return scores.raw, scores.raw > scores.threshold


def wave(size=1500, seed=0):
    noise = np.random.default_rng(seed).normal(size=size)
    return 10 * np.sin(2 * np.pi * np.arange(size) / 48) + noise


def test_an_incident_gives_one_alarm_at_its_first_point():
    y = wave()
    y[1000:1020] = 40.0
    _, flagged = scored(y, season_length=48)
    assert flagged[1000]
    assert not flagged[1001:1020].any()


@pytest.mark.parametrize("season", [None, 7])
def test_what_grows_or_climbs_steps_gives_few_alarms(season):
    random = np.random.default_rng(3)
    growing = random.poisson(5.0 * np.exp(np.arange(240) / 60.0)).astype(float)
    stairs = np.repeat([0.0, 0.25, 0.75, 1.5, 2.25, 3.0, 3.75, 4.25, 4.5], 40)
    shares = [scored(y, season_length=season)[1].mean() for y in (growing, stairs)]
    assert shares[0] < 0.08
    assert shares[1] < 0.03


def test_with_a_season_values_at_the_wrong_time_are_strange():
    y = wave()
    y[1056:1080] *= -1.0  # half a cycle, which comes half a cycle later
    raw, flagged = scored(y, season_length=48)
    assert flagged[1056:1080].any()
    assert np.nanmax(raw[1056:1080]) == np.nanmax(raw[900:])
    assert not scored(y)[1][1056:1080].any()


def test_a_value_beside_those_before_it_is_seen_though_neither_it_nor_its_jump_is_a_record():
    noise = 0.1 * np.random.default_rng(0).normal(size=1500)
    y = 10 * np.sin(2 * np.pi * np.arange(1500) / 48) + noise
    y[1020] += 3.0 if y[1020] < 0 else -3.0
    _, flagged = scored(y)
    assert flagged[1020]
    assert not flagged[900:1020].any()


def test_what_rounding_leaves_of_a_line_is_off_no_line():
    steps = np.arange(300.0)
    np.testing.assert_allclose(scored(0.1 * steps)[0], scored(steps)[0], rtol=1e-6)


def test_clean_series_give_few_alarms():
    share = [scored(wave(3000, seed), season_length=48)[1].mean() for seed in range(3)]
    assert 0.0 < np.mean(share) < 0.01


def test_without_quiet_all_that_is_outside_counts():
    y = wave()
    y[[1000, 1003]] = [40.0, 45.0]
    raw, _ = scored(y, season_length=48, quiet=False)
    assert raw[1000] > 0.0
    assert raw[1003] > 0.0


def test_the_day_is_the_season_unless_another_is_given():
    y = np.zeros(10)
    for freq, given, expected in (
        ("5min", None, 288),
        ("h", None, 24),
        ("D", None, 7),
        ("h", 48, 48),
        ("h", 1, 1),
    ):
        asked = PreparationOptions(season_length=given)
        [found] = prepare([RawSeries("x", y, start="2024-01-01", freq=freq)], asked)
        assert AutoLive().begin([found.series]).cycle_ == expected


def test_what_lasts_is_seen_though_no_value_is_a_record():
    y = np.random.default_rng(0).normal(size=1500)
    y[1200:1240] = np.minimum(y[1200:1240] + 2.0, y[:1200].max())
    assert scored(y, season_length=48)[1][1200:1240].any()


def test_a_jump_from_a_new_level_is_seen_within_the_range_of_the_old_one():
    y = np.random.default_rng(0).normal(size=1800)
    y[1000:] += 50.0
    y[1400] -= 20.0
    assert scored(y, season_length=1)[1][1400]


@pytest.mark.parametrize("given", [None, 12])
def test_the_level_that_values_jump_from_is_that_of_half_a_day_where_this_is_short(given):
    for freq, points in (("5min", 64), ("15min", 48), ("30min", 24), ("h", 24), ("D", 24)):
        raw = RawSeries("x", np.arange(200.0), start="2024-01-01", freq=freq)
        [found] = prepare([raw], PreparationOptions(season_length=given))
        detector = AutoLive().begin([found.series])
        detector.observe(np.arange(200.0), 99.0)
        assert len(detector.recent_.values) == points


def test_what_lasts_beside_a_new_level_is_seen_though_no_jump_is_a_record():
    y = np.random.default_rng(0).normal(size=1800)
    y[1000:] -= 50.0
    y[1400:1416] += 2.5
    raw, flagged = scored(y, season_length=1)
    assert flagged[1400:1416].any()
    assert (raw[1300:1400] == 0.0).all()


def test_a_second_incident_like_the_first_is_told_again_only_if_it_is_worse():
    y = wave()
    y[1000], y[1005], y[1006] = 40.0, 38.0, 80.0
    raw, _ = scored(y, season_length=48)
    assert raw[1000] > 0.0
    assert raw[1005] == 0.0
    assert raw[1006] > 0.0


def test_where_values_are_often_far_out_a_new_one_has_to_be_farther():
    random = np.random.default_rng(0)
    y = random.normal(size=1500)
    rare = y.copy()
    rare[::100] += 15.0
    y[1250] = 2.0 * y[:1250].max()
    rare[1250] = rare[:1250].max() + y[:1250].max()
    assert scored(rare)[0][1250] < 0.7 * scored(y)[0][1250]


def test_the_first_cycle_makes_no_alarm_of_the_second():
    y = np.random.default_rng(0).normal(size=120)
    raw, _ = scored(y, season_length=48)
    assert np.nanmax(raw) < 10.0


def test_a_giant_first_value_hides_no_later_one():
    y = 50.0 + np.random.default_rng(0).normal(size=200)
    y[0], y[120] = 1e9, 80.0
    assert scored(y, season_length=1)[1][120]


def test_three_giant_first_values_blind_no_view_and_have_no_echo():
    for season in (1, 24, 288):
        y = 50.0 + np.random.default_rng(0).normal(size=1500)
        y[:3] = 1e6
        y[800:840] += 2.5
        y[1200] = 90.0
        raw, flagged = scored(y, season_length=season)
        assert flagged[800:840].any()
        assert flagged[1200]
        assert np.nanmax(raw[:800]) < 1.0


def test_ranges_are_those_of_the_last_points_however_they_came():
    y = np.random.default_rng(0).integers(0, 5, size=400).astype(float)
    view = View(RingBuffer(60))
    for i, value in enumerate(y, 1):
        view.learn(value)
        known = y[max(i - 60, 0) : i]
        assert (view.low, view.high) == (known.min(), known.max())
