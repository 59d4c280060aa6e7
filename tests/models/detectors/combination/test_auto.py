"""What `auto` chooses, and that it tells why."""

import numpy as np
import pytest
from scipy.signal import lfilter

from models.analysis.profile import profile
from models.contract.cost import Workload
from models.data.results import SCORE_CAP, Scores
from models.data.series import RawSeries
from models.detectors.combination._exceedances import ExceedanceRuns
from models.detectors.combination.auto import Auto
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.datasets import load
from tests.models.build import series_of


def outcome_of(y, season=None, causal=False):
    (outcome,) = detect_many(DetectTask(ModelSpec("auto"), causal=causal), [series_of(y, season)])
    assert outcome.error is None, outcome.error
    return outcome


def dated_outcome(y, freq):
    [found] = prepare([RawSeries("x", y, start="2024-01-01", freq=freq)], PreparationOptions())
    (outcome,) = detect_many(DetectTask(ModelSpec("auto")), [found.series])
    assert outcome.error is None, outcome.error
    return outcome


@pytest.mark.parametrize(
    ("y", "chosen", "why"),
    [
        (np.array([1.0, 5.0, 2.0]), "band", "3 points are too few"),
        (np.random.default_rng(0).normal(size=200), "band", "noise around a level"),
        (
            np.random.default_rng(0).normal(size=200).cumsum(),
            "prediction_interval",
            "no season, but a memory",
        ),
        (load("airpassengers")[1], "prediction_interval", "a season of 12"),
    ],
)
def test_the_choice_follows_the_data_and_is_told(y, chosen, why):
    details = outcome_of(y).model.details
    assert details["chosen"]["name"] == chosen
    assert why in details["why"]


def test_long_series_are_followed_by_an_average():
    y = 10 * np.sin(2 * np.pi * np.arange(4000) / 24) + np.random.default_rng(0).normal(size=4000)
    y[1234] += 12.0
    outcome = outcome_of(y, 24)
    assert outcome.model.details["chosen"]["params"]["forecaster"] == "ewma"
    assert np.nanargmax(outcome.result.score) == 1234


def test_as_points_come_it_is_always_the_same():
    details = outcome_of(load("airpassengers")[1], 12, causal=True).model.details
    assert details["chosen"]["params"]["forecaster"] == "ewma"
    assert "past alone" in details["why"]


def test_the_planted_anomalies_of_the_example_are_on_top():
    _, y = load("spiky_hourly")
    y = np.where(np.isfinite(y), y, np.nanmedian(y))
    detection = outcome_of(y).result
    assert detection.is_anomaly.sum() >= 2
    assert detection.is_anomaly.mean() < 0.05


@pytest.mark.parametrize("phi", [0.0, 0.1, 0.2, 0.4])
def test_it_takes_for_white_noise_what_the_profile_does(phi):
    for seed in range(15):
        series = series_of(
            lfilter([1.0], [1.0, -phi], np.random.default_rng(seed).normal(size=120)), 1
        )
        took_band = outcome_of(series.y, 1).model.details["chosen"]["name"] == "band"
        assert took_band == profile(series).noise.is_white_noise


@pytest.mark.no_cover
@pytest.mark.parametrize("causal", [False, True])
def test_one_point_in_a_hundred_is_flagged_where_nothing_is_strange(causal):
    shares = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        noise = random.normal(size=250)
        for y, season in ((noise, 1), (noise.cumsum(), 1)):
            detection = outcome_of(y, season, causal).result
            shares.append(detection.is_anomaly[np.isfinite(detection.score)].mean())
    assert 0.003 < np.mean(shares) < 0.02


@pytest.mark.no_cover
@pytest.mark.parametrize("draw", ["pareto", "lognormal"])
def test_what_is_rare_on_one_side_does_not_make_the_other_side_strange(draw):
    shares = []
    for seed in range(6):
        random = np.random.default_rng(seed)
        y = random.pareto(2.0, 800) if draw == "pareto" else random.lognormal(sigma=1.0, size=800)
        flagged = outcome_of(y, 1, causal=True).result.is_anomaly[200:]
        shares.append(flagged.mean())
    assert np.mean(shares) < 0.02


def test_what_is_beyond_all_measure_widens_no_band():
    raw = np.where(np.arange(300) % 20 == 0, SCORE_CAP, 0.0)
    widened = ExceedanceRuns.of(500).widened(Scores(raw), lambda scores: 2.5758)
    assert widened.raw.tolist() == raw.tolist()


def test_as_points_come_chance_and_a_spike_in_a_hundred_widen_no_band():
    wider = []
    for apart in (27, 20):
        so_far, at = ExceedanceRuns.of(500), np.arange(1, 2001)
        so_far.widened(Scores(np.where(at % apart == 0, 4.0, 1.0)), lambda scores: 2.5758)
        wider.append(so_far.wider)
    assert wider == [1.0, pytest.approx(4.0 / 2.5758)]


def test_as_points_come_a_band_left_in_many_places_is_widened():
    so_far, flagged = ExceedanceRuns.of(500), []
    random = np.random.default_rng(0)
    raw = np.abs(random.normal(size=1500)) * np.where(random.random(1500) < 0.1, 4.0, 1.0)
    for block in np.split(raw, 30):
        widened = so_far.widened(Scores(block), lambda scores: 2.5758)
        flagged.append(widened.raw > 2.5758)
    flagged = np.concatenate(flagged)
    assert (raw > 2.5758).mean() > 0.05
    assert flagged[750:].mean() < 0.025
    at_once = ExceedanceRuns.of(500).widened(Scores(raw), lambda scores: 2.5758)
    np.testing.assert_array_equal(at_once.raw > 2.5758, flagged)


@pytest.mark.parametrize("y", [[10.0] * 5 + [100_000.0], [10.0] * 6 + [11.0], [9.99] * 4 + [20.0]])
def test_another_value_after_a_few_that_are_the_same_is_one(y):
    [outcome] = detect_many(DetectTask(ModelSpec("auto")), [series_of(y, 1)])
    assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [len(y) - 1]


@pytest.mark.parametrize("giant", [90.0, 90_000.0])
def test_a_giant_among_a_few_equal_values_does_not_hide_behind_a_small_one(giant):
    [outcome] = detect_many(
        DetectTask(ModelSpec("auto")), [series_of([3.0, 3.0, 4.0, 3.0, giant, 3.0], 1)]
    )
    assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [4]


def test_what_most_values_are_is_no_flat_line():
    y = np.array([1.0, 1e4, 1.0, *[1e4] * 10, 1.0])
    outcome = outcome_of(y)
    assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [0, 2, 13]
    assert outcome.result.reason[0] == "1 is below 10000, the only value that is usual here."


def test_a_run_that_is_left_out_of_a_schedule_is_found_and_nothing_else():
    y = np.resize([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 240)
    y[182] = 0.0
    outcome = outcome_of(y, 6)
    assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [182]
    assert outcome.result.reason[182] == "0 is below 1, the only value that is usual here."


@pytest.mark.parametrize("seed", range(3))
def test_values_without_a_season_may_scatter_by_the_hour(seed):
    random, hour = np.random.default_rng(seed), np.arange(28 * 24) % 24
    y = 1200.0 + random.normal(size=len(hour)) * np.where(hour < 6, 520.0, 52.0)
    y[20 * 24 + 14] += 600.0
    (series,) = [
        one.series
        for one in prepare(
            [RawSeries("latency", y, start="2024-01-01", freq="h")], PreparationOptions()
        )
    ]
    (outcome,) = detect_many(DetectTask(ModelSpec("auto")), [series])
    flagged = outcome.result.is_anomaly
    assert flagged[20 * 24 + 14]
    assert flagged.sum() <= 14
    assert "a season of 24 in how far values scatter" in outcome.model.details["why"]


def test_a_dip_of_what_grows_is_no_reset_of_a_counter():
    y = np.arange(1.0, 2001.0)
    y[1700:1711] = 1000.0
    detection = outcome_of(y).result
    assert np.flatnonzero(detection.is_anomaly).tolist() == [*range(1700, 1711)]


def test_values_that_lack_at_both_ends_make_no_observed_one_strange():
    y = 100.0 + 3.0 * np.random.default_rng(1).normal(size=300)
    y[:25] = y[-20:] = np.nan
    y[150] = 140.0
    flagged = np.flatnonzero(dated_outcome(y, "h").result.is_anomaly)
    assert 150 in flagged
    assert not {25, 279} & set(flagged)


def test_nights_without_values_do_not_widen_the_band_of_the_days():
    hours, random = np.arange(30 * 24), np.random.default_rng(0)
    hour = hours % 24
    y = 50.0 + 10.0 * np.sin(np.pi * (hour - 8) / 10.0) + random.normal(size=len(hours))
    y[(hour < 8) | (hour > 18)] = np.nan
    y[20 * 24 + 12] = 90.0
    detection = dated_outcome(y, "h").result
    assert detection.is_anomaly[20 * 24 + 12]
    assert detection.is_anomaly.sum() <= 5
    assert detection.band.upper[20 * 24 + 12] < 70.0


def test_what_comes_every_other_friday_is_on_no_day_of_the_month():
    y = 100.0 + 4.0 * np.random.default_rng(0).normal(size=210)
    y[4::14] += 80.0
    y[4 + 14 * 9] -= 80.0
    outcome = dated_outcome(y, "D")
    assert outcome.result.is_anomaly[4 + 14 * 9]
    assert outcome.result.is_anomaly.sum() <= 4
    assert outcome.model.season_length == (14,)
    assert "days" not in outcome.model.details


def test_hours_half_of_which_are_open_are_expected_so_at_both_ends():
    hours = np.arange(35 * 24)
    open_hours = (hours % 24 >= 8) & (hours % 24 < 20)
    noise = np.random.default_rng(8).normal(0.0, 0.04, size=len(hours))
    y = np.where(open_hours, 1000.0, 60.0) * np.where(hours // 24 % 7 > 4, 0.4, 1.0)
    y = np.round(y * np.exp(noise))
    lost = np.arange(29 * 24 + 9, 29 * 24 + 17)
    y[lost] *= 0.7
    flagged = dated_outcome(y, "h").result.is_anomaly
    assert flagged[lost].all()
    assert flagged.sum() <= len(lost) + 17


def test_common_values_are_none_of_few():
    y = np.array([0.0, 0.5, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    assert not outcome_of(y).result.is_anomaly.any()


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 5, 6])
@pytest.mark.parametrize("at_ends", [False, True])
def test_six_of_sixty_that_stand_apart_are_strange_wherever_they_are(seed, at_ends):
    random = np.random.default_rng(seed)
    y = 100.0 + random.normal(size=60)
    places = random.choice(np.arange(2, 58), 6, replace=False)
    if at_ends:
        places[:2] = 0, 59
    y[places] += 30.0
    assert outcome_of(y).result.is_anomaly[places].all()


def test_when_causal_each_point_costs():
    few, many = (
        Auto().cost(Workload.of_one(size), causal=True).seconds for size in (4_000, 40_000)
    )
    assert many > 8.0 * few


def test_few_whole_numbers_are_usual_as_they_come():
    y = np.random.default_rng(3).choice([4.0, 5.0, 6.0], 40)
    y[35] = 60.0
    flagged = np.flatnonzero(outcome_of(y, causal=True).result.is_anomaly)
    assert flagged.tolist() == [35]


@pytest.mark.parametrize(("size", "first", "stop"), [(90, 30, 60), (120, 30, 70), (300, 100, 200)])
def test_of_a_short_series_a_third_may_be_an_incident(size, first, stop):
    y = 800.0 + 20.0 * np.random.default_rng(size).normal(size=size)
    y[first:stop] += 400.0
    found = dated_outcome(y, "D").result.is_anomaly
    assert found[first:stop].all()
    assert np.delete(found, np.s_[first:stop]).sum() <= size / 50
