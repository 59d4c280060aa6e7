import numpy as np

from models.detectors.combination.auto_live import AutoLive, AutoLiveParams
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


def test_with_a_season_a_value_at_the_wrong_time_is_strange():
    y = wave()
    y[1020] = -y[1020]  # usual half a cycle later
    y[1020] = 8.0 if y[1020 - 48] < 0 else -8.0
    raw, flagged = scored(y, season_length=48)
    assert flagged[1020]
    assert raw[1020] == np.nanmax(raw[900:])
    assert not scored(y)[1][1020]


def test_clean_series_give_few_alarms():
    share = [scored(wave(3000, seed), season_length=48)[1].mean() for seed in range(3)]
    assert 0.0 < np.mean(share) < 0.01


def test_without_quiet_all_that_is_outside_counts():
    y = wave()
    y[[1000, 1003]] = [40.0, 45.0]
    raw, _ = scored(y, season_length=48, quiet=False)
    assert raw[1000] > 0.0
    assert raw[1003] > 0.0
