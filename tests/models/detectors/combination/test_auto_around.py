"""What `auto` makes of the values around a point, and of bands that are left too often."""

import numpy as np
import pytest

from models.data.results import SCORE_CAP, Scores
from models.data.series import RawSeries
from models.decisions.events import events_of
from models.detectors.combination._around import cycle
from models.detectors.combination._exceedances import limit_exceedances
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def dated(y, freq):
    [found] = prepare([RawSeries("x", y, start="2024-01-01", freq=freq)], PreparationOptions())
    return found.series


def judged(y, season=None):
    [outcome] = detect_many(DetectTask(ModelSpec("auto")), [series_of(y, season)])
    assert outcome.error is None, outcome.error
    return outcome.result


def wave(size=2000, seed=0):
    noise = np.random.default_rng(seed).normal(size=size)
    return 50.0 + 10.0 * np.sin(2.0 * np.pi * np.arange(size) / 48) + noise


def test_a_stretch_that_no_point_tells_is_flagged_and_told():
    y = np.random.default_rng(0).normal(size=2000)
    # no value is far, all of them together are
    y[1000:1100] = np.minimum(0.5 * y[1000:1100] + 1.7, 2.2)
    detection = judged(y, 1)
    inside = np.flatnonzero(detection.is_anomaly & (detection.direction == 0))
    assert len(set(inside) & set(range(1000, 1100))) > 50
    assert "values around this one" in detection.reason[inside[0]]
    assert detection.band.lower[inside[0]] < y[inside[0]] < detection.band.upper[inside[0]]


@pytest.mark.parametrize(("period", "size"), [(24, 1000), (144, 1500), (48, 1100)])
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_the_last_cycle_is_as_usual_as_all_others(period, size, noise):
    y = 10.0 * np.sin(2.0 * np.pi * np.arange(size) / period)
    y += noise * np.random.default_rng(0).normal(size=size)
    flagged = judged(y, period).is_anomaly
    assert flagged[-period:].mean() < 0.1
    assert flagged.mean() < 0.02


@pytest.mark.parametrize("resets", [[900], [400, 1100, 1800]])
@pytest.mark.parametrize(("low", "high"), [(40, 60), (0, 3)])
def test_a_counter_that_begins_anew_is_strange_there_alone(resets, low, high):
    y = np.cumsum(np.random.default_rng(95).integers(low, high, 2000)).astype(float)
    for place in resets:
        y[place:] -= y[place]
    flagged = judged(y).is_anomaly
    assert flagged[resets].all()
    assert np.count_nonzero(flagged) <= len(resets) + 10


@pytest.mark.parametrize(("freq", "season"), [("min", 1440), ("15min", 672)])
def test_what_comes_once_in_a_season_longer_than_windows_is_as_usual_as_the_rest(freq, season):
    step = np.arange(8 * season)
    y = 10.0 + np.random.default_rng(season).normal(size=len(step))
    y[(step % season >= 120) & (step % season < 150)] += 80.0
    y[7 * season + 150 : 7 * season + 180] += 80.0  # once it lasts twice as long
    [outcome] = detect_many(DetectTask(ModelSpec("auto")), [dated(y, freq)])
    flagged = outcome.result.is_anomaly
    assert flagged[7 * season + 150 : 7 * season + 180].all()
    assert flagged.mean() < 0.02


@pytest.mark.parametrize("season", [None, 24])
def test_an_incident_of_sixty_points_makes_nothing_strange_around_it(season):
    y = 200.0 + 4.0 * np.random.default_rng(74).normal(size=1200)
    y += 40.0 * np.sin(2.0 * np.pi * np.arange(1200) / 24) * (season is not None)
    y[600:660] += 280.0
    flagged = judged(y, season).is_anomaly
    assert flagged[600:660].all()
    assert np.count_nonzero(flagged) < 60 + 15


@pytest.mark.parametrize("at_end", [True, False])
@pytest.mark.parametrize("size", [8, 25])
def test_an_incident_at_an_end_makes_nothing_strange_beside_it(at_end, size):
    y = 1000.0 + 30.0 * np.random.default_rng(size).normal(size=300)
    strange = slice(300 - size, 300) if at_end else slice(0, size)
    y[strange] -= 800.0
    flagged = judged(y, 1).is_anomaly
    assert flagged[strange].all()
    beside = slice(240 - size, 300 - size) if at_end else slice(size, size + 60)
    assert np.count_nonzero(flagged[beside]) <= 3


def test_values_that_were_filled_in_beside_an_incident_make_nothing_strange_around_it():
    y = wave(720)
    y[396:400] = np.nan
    y[400:408] += 60.0
    [outcome] = detect_many(DetectTask(ModelSpec("auto")), [dated(y, "30min")])
    flagged = outcome.result.is_anomaly
    assert flagged[400:408].all()
    assert np.count_nonzero(flagged[370:440]) <= 8 + 2


def test_one_incident_on_a_constant_is_strange_and_nothing_else():
    y = np.full(1500, 3.0)
    y[600:630] = 2.0
    y[1200] = 0.0
    assert np.flatnonzero(judged(y).is_anomaly).tolist() == [*range(600, 630), 1200]


@pytest.mark.parametrize("season", [None, 24])
@pytest.mark.parametrize("size", [400, 700])
def test_a_new_level_is_strange_where_it_begins_alone(season, size):
    y = 100.0 + 1.5 * np.random.default_rng(size).normal(size=size)
    y += 12.0 * np.sin(2.0 * np.pi * np.arange(size) / 24) * (season is not None)
    y[size // 2 :] += 30.0
    flagged = judged(y, season).is_anomaly
    assert flagged[size // 2 - 1 : size // 2 + 2].any()
    assert np.count_nonzero(flagged) <= 0.025 * size


@pytest.mark.parametrize("cycles", [20, 50])
def test_the_ends_of_growth_are_no_stranger_than_its_middle(cycles):
    size = 24 * cycles
    noise = np.random.default_rng(cycles).normal(0.0, 0.04, size)
    y = np.linspace(40.0, 160.0, size) * np.exp(noise)
    y *= 1.0 + 0.4 * np.sin(2.0 * np.pi * np.arange(size) / 24)
    flagged = judged(y, 24).is_anomaly
    assert np.count_nonzero(flagged[:48]) + np.count_nonzero(flagged[-48:]) <= 4


@pytest.mark.parametrize("noise", [0.01, 0.1])
def test_the_ends_of_a_slope_steeper_than_its_noise_are_as_usual_as_its_middle(noise):
    y = 1.0 * np.arange(2500) + noise * np.random.default_rng(1).normal(size=2500)
    flagged = judged(y, 1).is_anomaly
    assert flagged[:60].sum() + flagged[-60:].sum() <= 4
    assert flagged.mean() < 0.015


def test_an_outage_of_exact_growth_makes_nothing_behind_it_strange():
    y = np.arange(1.0, 1501.0)
    y[1400:1411] = 900.0
    assert np.flatnonzero(judged(y, 1).is_anomaly).tolist() == [*range(1400, 1411)]


@pytest.mark.parametrize("length", [1, 4, 10, 40])
def test_what_stands_out_by_itself_makes_no_neighbour_strange(length):
    y = wave()
    before = judged(y, 48).is_anomaly
    y[1010 : 1010 + length] += 60.0
    flagged = judged(y, 48).is_anomaly
    assert flagged[1010 : 1010 + length].all()
    new = flagged & ~before
    assert np.sum(new[960:1010]) + np.sum(new[1010 + length : 1100]) <= 1


def test_clean_series_are_flagged_no_more_often_than_promised():
    shares = [judged(wave(1000, seed), 48).is_anomaly.mean() for seed in range(6)]
    assert 0.003 < np.mean(shares) < 0.015


def test_an_incident_that_crosses_what_is_usual_is_strange_all_along():
    y = np.random.default_rng(7).normal(size=600)
    y[300:330] += 10.0 * np.resize([1.0, 1.0, -1.0, -1.0, 0.0], 30)
    y[450], y[456] = 10.0, 10.0  # two spikes are two
    flagged = judged(y, 1).is_anomaly
    assert flagged[300:329].all()
    assert flagged[[450, 456]].all()
    assert not flagged[451:456].any()


def test_a_long_anomaly_ranks_above_noise():
    y = wave()
    y[1000:1100] = y[1000:1100][::-1]
    label = np.zeros(len(y), dtype=bool)
    label[1000:1100] = True
    score = judged(y, 48).score
    assert np.median(score[label]) > np.quantile(score[~label], 0.95)


@pytest.mark.parametrize("seed", range(3))
def test_what_one_window_sees_ranks_high_though_others_see_it_nowhere(seed):
    random, time = np.random.default_rng(seed), np.arange(4000)
    y = 0.05 * random.normal(size=4000)
    # sharp beats at no exact times, which half a cycle and centres of clusters take for strange, each with a wave
    for beat in range(41):
        at = 100 * beat + random.integers(-8, 9)
        y += 3.0 * np.exp(-0.5 * ((time - at - 20) / 2.0) ** 2)
        if beat != 23:
            y += 0.6 * np.exp(-0.5 * ((time - at - 55) / 8.0) ** 2)
    score = judged(y).score
    lacking, elsewhere = score[2335:2375], np.delete(score, np.s_[2285:2425])
    assert (elsewhere > np.median(lacking)).mean() < 0.15


def test_windows_are_a_season_or_a_cycle_of_the_calendar():
    y = np.random.default_rng(0).normal(size=4000)
    assert cycle(dated(y, "h"), (24, 168)) == 168
    assert cycle(dated(y, "h"), (24,)) == 24
    assert cycle(dated(y, "h"), ()) == 168
    assert cycle(dated(y, "5min"), ()) == 288
    assert cycle(dated(y, "D"), ()) == 125
    assert cycle(series_of(y), ()) == 125
    assert cycle(series_of(y[:400]), ()) == 50
    assert cycle(series_of(y[:400]), (100,)) == 50


def test_a_band_that_is_left_in_many_places_is_widened():
    random = np.random.default_rng(0)
    raw = np.abs(random.normal(size=2000))
    scores = Scores(raw, np.zeros(2000), np.ones(2000))
    kept = limit_exceedances(scores, 2.58)
    assert kept is scores
    wider = limit_exceedances(scores, 1.0)
    assert np.sum(wider.raw > 1.0) < 0.02 * 2000
    assert wider.scale[0] > 1.0
    assert np.allclose(wider.raw * wider.scale, raw)


def test_one_long_run_outside_is_no_reason_to_widen():
    raw = np.zeros(1000)
    raw[300:500] = 9.0
    scores = Scores(raw, np.zeros(1000), np.ones(1000))
    assert limit_exceedances(scores, 2.58) is scores


def test_what_cannot_be_stays_so():
    raw = np.zeros(1000)
    raw[::20] = SCORE_CAP
    scores = Scores(raw, np.zeros(1000), np.zeros(1000))
    assert limit_exceedances(scores, 2.58) is scores


def test_a_stuck_sensor_in_noise_is_strange_and_said_to_be_stuck():
    y = 5.0 * np.random.default_rng(0).normal(size=1500)
    y[900:960] = 1.5
    result = judged(y, 1)
    assert result.is_anomaly[900:960].all()
    assert (
        result.reason[930]
        == "The values around this one are unlike all others: 60 in a row are 1.5."
    )


@pytest.mark.parametrize("step", [0.5, 1.0])
def test_values_that_are_the_same_by_their_resolution_are_not_stuck(step):
    shares = []
    for seed in range(5):
        y = np.round(np.random.default_rng(seed).normal(size=1000) / step) * step
        shares.append(judged(y, 1).is_anomaly.mean())
    assert np.mean(shares) < 0.015


def test_windows_that_are_all_alike_make_no_stretch_of_what_is_nearly_so():
    y = np.full(210, 3.0)
    y[::7] = 4.0
    y[101] = 30.0
    assert np.flatnonzero(judged(y).is_anomaly).tolist() == [101]


@pytest.mark.parametrize(("first", "after"), [(700, 760), (1940, 2000)])
def test_a_stuck_sensor_is_one_flat_line_from_its_first_value_to_its_last(first, after):
    y = 10.0 + 0.5 * wave()
    y[first:after] = y[first]
    detection = judged(np.round(y, 3), 48)
    assert detection.is_anomaly[first:after].all()
    beside = np.r_[first - 48 : first, after : min(after + 48, len(y))]
    assert detection.is_anomaly[beside].sum() <= 3
    events = events_of(y, detection)
    [place] = np.flatnonzero((events.first <= first) & (events.last >= after - 1))
    assert events.kinds()[place] == "flat_line"
    assert events.first[place] >= first - 1
    assert events.last[place] <= after


def test_a_stuck_sensor_is_found_in_a_short_series_too():
    y = np.round(5.0 + np.random.default_rng(0).normal(size=90), 2)
    y[60:75] = y[59]
    detection = judged(y, 1)
    assert detection.is_anomaly[59:75].all()
    assert detection.is_anomaly.sum() <= 17
    assert "16 in a row are" in detection.reason[70]


def test_a_line_at_zero_bends_nothing_around_it():
    random = np.random.default_rng(7000)
    y = np.round(random.normal(30.0, 3.0, 600), 2)
    y[300:320] = 0.0
    detection = judged(y)
    assert detection.is_anomaly[300:320].all()
    assert detection.is_anomaly.mean() < 0.06
    assert np.abs(detection.expected[300:320] - 30.0).max() < 3.0


def test_a_season_that_grows_is_not_strange_where_it_ends():
    random, hours = np.random.default_rng(1), np.arange(960)
    y = 200.0 + np.linspace(10.0, 80.0, 960) * np.sin(2.0 * np.pi * hours / 24)
    y += 3.0 * random.normal(size=960)
    assert judged(y, 24).is_anomaly.mean() < 0.015


@pytest.mark.parametrize("season", [1, 24])
def test_what_a_series_begins_with_before_it_is_in_use_is_its_old_level(season):
    in_use = 50.0 + 3.0 * np.random.default_rng(0).normal(size=600)
    in_use += 10.0 * (season > 1) * np.sin(2.0 * np.pi * np.arange(600) / 24)
    flagged = judged(np.round([*np.zeros(300), *in_use], 1), season).is_anomaly
    assert flagged[300]
    assert not flagged[:290].any()
    assert flagged.sum() <= 18
