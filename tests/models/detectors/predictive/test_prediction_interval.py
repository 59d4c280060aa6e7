"""What a forecaster expects, with the whole series at hand and one point after another."""

import re

import numpy as np
import pytest

from models import registry
from models.contract.cost import Workload
from models.data.results import Detection
from models.data.series import RawSeries
from models.detectors.base import Detector
from models.detectors.predictive._errors import ErrorScale
from models.detectors.predictive.prediction_interval import (
    PredictionInterval,
    PredictionIntervalParams,
)
from models.errors import InvalidParameter, SeriesTooShort, UnknownName
from models.forecasters.base import Forecaster
from models.params import Params
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec, create
from models.stats.error_distribution import InSampleFit
from models.tasks.detect import DetectTask, detect_many
from tests.datasets import load
from tests.models.build import series_of


def judged(y, season=None, causal=False, level_rules=None, **params) -> Detection:
    task = DetectTask(ModelSpec("prediction_interval", params), causal=causal)
    (outcome,) = detect_many(task, [series_of(y, season)])
    assert outcome.error is None, outcome.error
    return outcome.result


def top(detection: Detection, count: int) -> set[int]:
    return set(np.argsort(-np.nan_to_num(detection.score))[:count].tolist())


def load_of_weeks(seed: int, weeks: int = 6) -> np.ndarray:
    """Hourly load: a day, a week with two quiet days, noise."""
    return course_of_weeks(weeks) + np.random.default_rng(seed).normal(0, 20, weeks * 168)


def course_of_weeks(weeks: int) -> np.ndarray:
    hours = np.arange(weeks * 168)
    day = 200 * np.sin(2 * np.pi * hours / 24) + 30 * np.sin(4 * np.pi * hours / 24)
    return 1000 + day + np.where((hours // 24) % 7 < 5, 150.0, -150.0)


def planted(y: np.ndarray, places: tuple[int, int], size) -> np.ndarray:
    """A spike at the first place, a drop at the second."""
    y = y.copy()
    spike, drop = places
    y[spike], y[drop] = y[spike] + size(y[spike]), y[drop] - size(y[drop])
    return y


def check_sentences(detection: Detection, spike: int, drop: int) -> None:
    """Each names the expected value and the band."""
    for place, side in ((spike, "above"), (drop, "below")):
        reason = detection.reason[place]
        number = r"-?\d+(\.\d+)?"
        pattern = (
            rf"{number} is {side} the 99 % band from {number} to {number}"
            rf", by (?:{number} times|less than a tenth of) its width; {number} was expected\."
        )
        assert re.fullmatch(pattern, reason), reason
        found = [float(m) for m in re.findall(r"-?\d+(?:\.\d+)?", reason)]
        low, high, expected = *found[2:4], found[-1]
        assert low == pytest.approx(detection.band.lower[place], rel=1e-2)
        assert high == pytest.approx(detection.band.upper[place], rel=1e-2)
        assert expected == pytest.approx(detection.expected[place], rel=1e-2)
        assert (
            not low
            <= detection.expected[place] + (high - low) * (1 if side == "above" else -1)
            <= high
        )


@pytest.mark.parametrize("seed", range(6))
def test_a_spike_and_a_drop_in_the_airline_passengers_are_the_top_two(seed):
    _, y = load("airpassengers")
    spike, drop = np.random.default_rng(seed).choice(np.arange(1, len(y) - 1), 2, replace=False)
    detection = judged(planted(y, (spike, drop), lambda value: 0.45 * value))
    assert top(detection, 2) == {spike, drop}
    check_sentences(detection, spike, drop)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("season", [None, [24, 168]])
def test_a_spike_and_a_drop_in_an_hourly_load_are_the_top_two(seed, season):
    y = load_of_weeks(seed)
    spike, drop = np.random.default_rng(seed).choice(np.arange(1, len(y) - 1), 2, replace=False)
    detection = judged(planted(y, (spike, drop), lambda _: 220.0), season)
    assert top(detection, 2) == {spike, drop}
    check_sentences(detection, spike, drop)
    assert detection.is_anomaly.mean() < 0.035


@pytest.mark.parametrize("seed", range(3))
def test_the_same_as_points_come(seed):
    y = load_of_weeks(seed)
    spike, drop = np.random.default_rng(seed).choice(np.arange(500, len(y) - 1), 2, replace=False)
    y = planted(y, (spike, drop), lambda _: 250.0)
    detection = judged(y, [24, 168], causal=True, forecaster="ewma")
    assert top(detection, 2) == {spike, drop}
    check_sentences(detection, spike, drop)
    assert detection.is_anomaly[500:].mean() < 0.035


@pytest.mark.parametrize("forecaster", ["naive", "ewma", "seasonal_naive", "holt_winters"])
def test_any_forecaster_will_do(forecaster):
    y = load_of_weeks(0, weeks=3)
    detection = judged(planted(y, (200, 401), lambda _: 900.0), 24, forecaster=forecaster)
    assert top(detection, 2) == {200, 401}


def test_a_spike_does_not_smear_onto_its_neighbours():
    y = load_of_weeks(1)
    y[500] += 5000.0
    clean, spiked = judged(load_of_weeks(1), [24, 168]), judged(y, [24, 168])
    near = [499, 501, 502, 500 - 24, 500 + 24, 500 - 168, 500 + 168]
    np.testing.assert_allclose(spiked.score[near], clean.score[near], atol=0.5)
    causal = judged(y, [24, 168], causal=True, forecaster="ewma")
    assert causal.score[500] > 20.0
    undisturbed = judged(load_of_weeks(1), [24, 168], causal=True, forecaster="ewma")
    np.testing.assert_allclose(causal.score[501:504], undisturbed.score[501:504], atol=0.7)


def test_a_new_level_is_learned():
    y = np.random.default_rng(0).normal(100.0, 1.0, 400)
    y[200:] += 50.0
    causal = judged(y, 1, causal=True)
    assert causal.is_anomaly[200:206].all()
    assert causal.is_anomaly[240:].mean() < 0.05


def test_a_constant_and_then_another():
    detection = judged([5.0] * 30 + [5.1] + [5.0] * 9, 1, causal=True)
    assert np.flatnonzero(detection.is_anomaly).tolist() == [30]
    assert np.flatnonzero(judged([5.0] * 30 + [5.1] + [5.0] * 9, 1).is_anomaly).tolist() == [30]
    moved = judged([5.0] * 30 + [9.0] * 60, 1, causal=True)
    assert moved.is_anomaly[30:36].all()
    assert not moved.is_anomaly[60:].any()


def test_what_is_perfectly_predictable_has_no_anomalies():
    line = np.arange(100.0) * 3.0 + 7.0
    assert not judged(line, 1, forecaster="holt").is_anomaly.any()
    wave = np.sin(2 * np.pi * np.arange(240) / 12)
    assert not judged(wave, 12, forecaster="seasonal_naive").is_anomaly.any()


@pytest.mark.no_cover
@pytest.mark.parametrize(("slope", "start"), [(3.0, 0.0), (1.0, 0.0), (-2.0, 0.0), (0.7, 1000.0)])
@pytest.mark.parametrize("size", [60, 120])
def test_a_line_has_no_anomalies_as_its_points_come_but_half_a_step_off_it_is_one(
    slope, start, size
):
    """ETS may take a damped trend for it, which is off by a share of each step."""
    line = start + slope * np.arange(float(size))
    assert not judged(line, 1, causal=True).is_anomaly.any()
    line[size - 2] += 0.5 * slope
    assert np.flatnonzero(judged(line, 1, causal=True).is_anomaly)[:1].tolist() == [size - 2]


def test_params_of_the_forecaster_are_passed_on():
    y = np.cumsum(np.random.default_rng(0).choice([-1.0, 1.0], 30))
    choice = {"name": "ewma", "params": {"alpha": 1.0}}
    np.testing.assert_allclose(judged(y, 1, forecaster=choice).expected[1:], y[:-1], atol=1e-9)


def test_a_bad_forecaster_is_named():
    with pytest.raises(UnknownName) as caught:
        create(Detector, ModelSpec("prediction_interval", {"forecaster": "hotl_winters"}))
    assert caught.value.hint == "did you mean 'holt_winters'?"
    assert caught.value.problems[0].path == ("params", "forecaster")
    bad = {"name": "ewma", "params": {"alpha": 7}}
    with pytest.raises(InvalidParameter) as caught:
        create(Detector, ModelSpec("prediction_interval", {"forecaster": bad}))
    assert caught.value.problems[0].path[:2] == ("params", "forecaster")


def test_what_was_fitted_is_told():
    (outcome,) = detect_many(
        DetectTask(ModelSpec("prediction_interval")), [series_of(load("airpassengers")[1], 12)]
    )
    assert outcome.model.title.startswith("Prediction interval of ETS(")
    assert outcome.model.details["forecaster"]["name"] == "ets"
    assert outcome.model.details["usual_deviation"] > 0.0


def test_too_short_a_series_is_named():
    with pytest.raises(SeriesTooShort):
        PredictionInterval(PredictionIntervalParams(forecaster="seasonal_naive")).score(
            [series_of([1.0, 2.0, 3.0], 12)], 99.0
        )


def test_the_state_is_bounded():
    params = PredictionIntervalParams(forecaster="ewma", memory=50, refit_every=5)
    live = PredictionInterval(params).begin([series_of([0.0], 1)])
    for value in np.random.default_rng(0).normal(size=300):
        live.observe(np.array([value]), 99.0)
        assert len(live.memory_.winsorised.values) <= 50
        assert len(live.error_scale_.errors.values) <= 50


def test_refits_happen_at_the_same_points_whenever_the_stream_is_looked_at():
    """Between refits nothing is learned anew: with a long interval the parameters stay."""
    y = np.random.default_rng(0).normal(size=300)
    often = judged(y, 1, causal=True, forecaster="ewma", refit_every=1)
    seldom = judged(y, 1, causal=True, forecaster="ewma", refit_every=1000)
    assert not np.allclose(often.expected[250:], seldom.expected[250:])


class _NoFitted(Forecaster[Params]):
    """A forecaster that knows neither fitted values nor updates nor its own uncertainty."""

    title = name = "no_fitted"

    def _fit(self, series):
        self.mean_ = float(series.y.mean())

    def _predict(self, horizon):
        return np.full(horizon, self.mean_)


def test_a_forecaster_without_fitted_values_judges_each_point_from_its_past(monkeypatch):
    create = registry.create
    monkeypatch.setattr(
        registry,
        "create",
        lambda base, *rest: _NoFitted() if base is Forecaster else create(base, *rest),
    )
    y = np.random.default_rng(0).normal(size=200)
    y[150] = 30.0
    (outcome,) = detect_many(
        DetectTask(ModelSpec("prediction_interval", {"refit_every": 7})), [series_of(y, 1)]
    )
    assert outcome.error is None
    assert [notice.code for notice in outcome.notices] == ["judged_causally", "not_judged"]
    assert top(outcome.result, 1) == {150}
    assert outcome.result.expected[100] == pytest.approx(0.0, abs=0.5)


@pytest.mark.no_cover
@pytest.mark.parametrize("season", [1, 12])
@pytest.mark.parametrize("causal", [False, True])
def test_one_normal_point_in_a_hundred_is_flagged(season, causal):
    shares = []
    for seed in range(12):
        random = np.random.default_rng(seed)
        wave = (
            5 * np.sin(2 * np.pi * np.arange(300) / 12)
            if season > 1
            else np.cumsum(random.normal(size=300))
        )
        detection = judged(
            wave + random.normal(size=300), season, causal, forecaster="ewma", refit_every=20
        )
        judged_points = np.isfinite(detection.score)
        shares.append(detection.is_anomaly[judged_points].mean())
    assert 0.002 < np.mean(shares) < 0.02


def test_a_week_with_quiet_nights_is_a_week():
    hour, day = np.arange(1008) % 24, np.arange(1008) // 24
    by_day = 20.0 + 1900.0 * np.exp(-0.5 * ((hour - 13) / 3.5) ** 2)
    usual = by_day * np.where(day % 7 < 5, 1.0, 0.55)
    y = usual + (2.0 + 0.05 * usual) * np.random.default_rng(5).normal(size=1008)
    y[840:864] *= 0.3  # a holiday on a Monday
    series = series_of(y, season_length=[24, 168])
    for causal in (False, True):
        [outcome] = detect_many(DetectTask(ModelSpec("auto"), causal=causal), [series])
        assert outcome.result is not None
        assert outcome.model is not None
        assert outcome.model.season_length == (24, 168)
        assert outcome.result.is_anomaly[847:859].sum() >= 8


@pytest.mark.parametrize("steps", [2, 7])
@pytest.mark.parametrize("causal", [False, True])
def test_a_point_is_compared_with_what_was_forecast_so_many_steps_before(steps, causal):
    y = 10.0 + np.cumsum(np.random.default_rng(5).uniform(-1, 1, 120))
    detection = judged(y, 1, causal=causal, forecaster="naive", refit_every=1, steps_ahead=steps)
    known = np.isfinite(detection.expected)
    assert np.flatnonzero(known)[0] == 10 + steps - 1
    before = np.flatnonzero(known) - steps
    np.testing.assert_allclose(detection.expected[known], y[before], atol=2.0 * steps)
    assert np.mean(np.isclose(detection.expected[known], y[before], atol=0.3)) > 0.9
    assert detection.is_anomaly.mean() < 0.05


def test_what_sets_in_slowly_is_found_several_steps_ahead():
    random = np.random.default_rng(6)
    y = random.normal(size=400)
    y[300:320] += np.linspace(0.0, 8.0, 20)  # four tenths of a standard deviation a step
    y[320:330] += 8.0
    one, twenty = (
        judged(
            y, 1, causal=True, forecaster={"name": "ewma", "params": {"alpha": 0.5}}, steps_ahead=k
        )
        for k in (1, 20)
    )
    assert one.is_anomaly[300:325].sum() < 2
    assert twenty.is_anomaly[300:325].sum() >= 3
    assert twenty.is_anomaly[50:300].mean() < 0.03


@pytest.mark.parametrize("params", [{"refit_every": 25}, {"refit_every": 25, "steps_ahead": 3}])
def test_the_refit_policy_says_when_it_learns_anew(monkeypatch, params):
    places = []
    learn = PredictionInterval._learn

    def counted(self, points, patience):
        places.append(self.seen_)
        return learn(self, points, patience)

    monkeypatch.setattr(PredictionInterval, "_learn", counted)
    y = 50.0 + np.random.default_rng(7).normal(size=300)
    judged(y, 1, causal=True, forecaster="ewma", warm_up=100, **params)
    assert places == [100, *range(125, 300, 25)]


def test_a_forecaster_that_cannot_move_on_reaches_beyond_its_next_fit():
    y = 50.0 + 0.2 * np.arange(200) + np.random.default_rng(8).normal(size=200)
    detection = judged(
        y, 1, causal=True, forecaster="drift", warm_up=100, refit_every=20, steps_ahead=5
    )
    known = np.isfinite(detection.expected)
    assert np.flatnonzero(known)[0] == 104
    assert known[104:].all()
    np.testing.assert_allclose(detection.expected[104:], 50.0 + 0.2 * np.arange(104, 200), atol=2.5)


def test_what_was_judged_from_the_past_alone_is_told():
    y = 50.0 + np.random.default_rng(9).normal(size=100)
    task = DetectTask(ModelSpec("prediction_interval", {"forecaster": "naive", "steps_ahead": 4}))
    [outcome] = detect_many(task, [series_of(y, 1)])
    assert [one.code for one in outcome.notices] == ["judged_causally", "not_judged"]
    assert "4 steps before" in outcome.notices[0].message
    causal = DetectTask(task.model, causal=True)
    [outcome] = detect_many(causal, [series_of(y, 1)])
    assert [one.code for one in outcome.notices] == ["not_judged"]


@pytest.mark.no_cover
@pytest.mark.parametrize("length", [10, 25, 40])
@pytest.mark.parametrize("season", [1, 24])
def test_every_point_of_an_incident_is_flagged_as_it_comes_and_none_after_it(length, season):
    steps = np.arange(500)
    y = np.random.default_rng(length).normal(100.0, 5.0, 500)
    y += 30.0 * np.sin(2 * np.pi * steps / 24) * (season > 1)
    y[300 : 300 + length] += 60.0
    causal = judged(y, season, causal=True, forecaster="ewma")
    assert causal.is_anomaly[300 : 300 + length].all()
    assert causal.is_anomaly[300 + length :].mean() < 0.03


def test_nearly_half_a_day_may_be_an_incident_as_points_come():
    steps = np.arange(7 * 144)
    y = 100.0 + 30.0 * np.sin(2 * np.pi * steps / 144)
    y += np.random.default_rng(0).normal(scale=5.0, size=len(steps))
    y[800:865] += 60.0
    [prepared] = prepare(
        [RawSeries("a", y, start="2024-01-01", freq="10min")], PreparationOptions(season_length=144)
    )
    task = DetectTask(ModelSpec("prediction_interval", {"forecaster": "ewma"}), causal=True)
    [outcome] = detect_many(task, [prepared.series])
    assert outcome.result.is_anomaly[800:865].all()
    assert outcome.result.is_anomaly[865:].mean() < 0.05


def test_a_jump_of_a_wandering_level_is_no_long_incident():
    y = np.cumsum(np.random.default_rng(0).normal(size=400))
    y[300:] += 12.0
    causal = judged(y, 1, causal=True, forecaster="ewma")
    assert causal.is_anomaly[300]
    assert causal.is_anomaly[300:].sum() < 15


_TRAFFIC = [20, 12, 8, 6, 6, 10, 30, 60, 90, 110, 120, 125]
_TRAFFIC += [130, 125, 120, 118, 115, 110, 100, 90, 80, 60, 45, 30]


@pytest.mark.parametrize("causal", [False, True])
def test_half_of_a_traffic_that_has_grown_is_found_at_any_hour(causal):
    hours, random = np.arange(24 * 35), np.random.default_rng(2)
    y = np.array(_TRAFFIC)[hours % 24] * np.exp(
        0.002 * hours + 0.08 * random.normal(size=len(hours))
    )
    dropped = [24 * 26 + 15, 24 * 30 + 9, 24 * 33 + 12]
    y[dropped] *= 0.5
    detection = judged(np.round(y), 24, causal, forecaster="ewma" if causal else "ets")
    assert detection.is_anomaly[dropped].all()
    assert detection.is_anomaly.sum() <= 0.03 * len(y)
    assert detection.expected is not None
    assert np.nanmin(detection.expected) >= 0.0


def test_a_point_that_is_not_above_zero_ends_what_is_followed_in_shares():
    hours, random = np.arange(24 * 20), np.random.default_rng(2)
    y = np.array(_TRAFFIC)[hours % 24] * np.exp(0.08 * random.normal(size=len(hours)))
    y[24 * 15 + 12 : 24 * 15 + 14] = 0.0, -5.0
    detection = judged(y, 24, True, forecaster="ewma")
    assert detection.is_anomaly[24 * 15 + 12 : 24 * 15 + 14].all()
    assert detection.is_anomaly[24 * 15 + 14 : 24 * 16 + 12].sum() <= 2


def test_others_than_the_usual_value_are_no_news_where_they_come_again_and_again():
    y = np.where(np.random.default_rng(4).random(300) < 0.3, 1.0, 0.0)
    y[120], y[220] = 40.0, 4000.0
    flagged = np.flatnonzero(judged(y, 1, True, forecaster="ewma").is_anomaly).tolist()
    assert [place for place in flagged if place >= 60] == [120, 220]
    assert len(flagged) <= 12


def test_an_incident_on_a_constant_is_no_habit():
    y = np.full(60, 10.0)
    y[30:38] = 400.0
    flagged = np.flatnonzero(judged(y, 1, True, forecaster="ewma").is_anomaly)
    assert flagged.tolist() == [*range(30, 38)]


def test_the_first_days_of_open_hours_are_no_anomalies():
    hours = np.arange(24 * 7)
    y = np.where((hours % 24 >= 9) & (hours % 24 < 17), 100.0, 0.0)
    y += np.where(y > 0.0, np.random.default_rng(0).integers(-20, 21, len(y)), 0)
    grid = {"start": "2024-01-01", "freq": "h"}
    [found] = prepare([RawSeries("x", y, **grid)], PreparationOptions())
    task = DetectTask(ModelSpec("auto"), causal=True)
    [outcome] = detect_many(task, [found.series])
    assert outcome.result.is_anomaly.sum() <= 3


@pytest.mark.no_cover
def test_the_way_back_from_a_spike_is_no_anomaly_where_the_spike_moved_what_is_expected():
    back = []
    for seed in range(20):
        y = 100.0 + 2.0 * np.arange(60) + 4.0 * np.random.default_rng(seed).normal(size=60)
        y[40] -= 50.0
        flagged = judged(y, causal=True, forecaster="ewma").is_anomaly
        assert flagged[40]
        back.append(flagged[41])
    assert sum(back) <= 3  # 13 where the band knew nothing of it


@pytest.mark.parametrize("still", [0, 250])
def test_a_fit_tells_how_far_points_lie_off_unless_many_errors_are_farther(still):
    random, units = np.random.default_rng(0), np.ones(400)
    errors, residuals = random.standard_t(3, size=(2, 400))
    errors[:still], residuals[:still], units[:still] = 0.0, 0.0, 0.01
    fit = InSampleFit(residuals, np.zeros(400), units, np.ones(400, dtype=bool), parameters=0)
    for times in (1.0, 3.0):
        scale = ErrorScale.of(400)
        for error, unit in zip((times * errors).tolist(), units.tolist(), strict=True):
            scale.take(error, 0.0, unit)
        scale.estimate(fit)
        if times == 1.0:
            assert scale.distribution == fit.distribution()
        else:
            assert scale.distribution.scale > 2.0 * fit.distribution().scale


def test_errors_from_before_the_sizes_of_phases_were_known_are_told_in_these():
    units = np.resize([0.25, 1.0, 4.0], 402)
    y, scale = units * np.random.default_rng(0).normal(size=402), ErrorScale.of(402)
    for at, error in enumerate(y.tolist()):
        scale.take(error, 0.0, units[at] if at >= 201 else 0.1)
    scale.estimate(InSampleFit(y, np.zeros(402), units, np.ones(402, dtype=bool), parameters=0))
    assert scale.distribution.scale == pytest.approx(1.0, rel=0.15)


def test_errors_in_quiet_phases_do_not_say_that_a_fit_is_wrong():
    units = np.resize([0.001, 1.0, 1.0], 402)
    y, scale = units * np.random.default_rng(0).normal(size=402), ErrorScale.of(402)
    for at, (error, unit) in enumerate(zip(y.tolist(), units.tolist(), strict=True)):
        scale.take(1.0 if unit < 1.0 and at % 15 == 0 else error, 0.0, unit)
    fit = InSampleFit(y, np.zeros(402), units, np.ones(402, dtype=bool), parameters=0)
    scale.estimate(fit)
    assert scale.distribution == fit.distribution()


@pytest.mark.no_cover
def test_sizes_of_phases_that_few_days_told_do_not_widen_the_band_of_the_next_weeks():
    wide, hour = [], np.arange(28 * 24) % 24
    day = np.maximum(np.sin(np.pi * (hour - 6) / 14), 0.0) * (hour >= 6) * (hour <= 20)
    noon = (hour == 13) & (np.arange(len(hour)) >= 14 * 24)
    for seed in range(4):
        noise = np.sqrt(day) * np.random.default_rng(seed).standard_t(3, len(hour))
        band = judged(100.0 * day + 5.0 * noise, 24, causal=True, forecaster="ewma").band
        wide.append(np.median((band.upper - band.lower)[noon]) / 10.0)
    assert np.mean(wide) < 5.9  # 99 % lie within 5.8; it was 6.3


def test_what_is_followed_in_shares_now_and_then_has_a_band_of_one_size():
    hours = np.arange(6 * 168)
    level = 100 + 30 * np.sin(2 * np.pi * hours / 24) + np.where(hours // 24 % 7 < 5, 20, -30)
    y = np.random.default_rng(1).poisson(level).astype(np.float64)
    band = judged(y, [24, 168], causal=True, forecaster="ewma").band
    assert (band.upper - band.lower)[400:].max() < 250.0


def test_rare_values_of_long_tails_hardly_move_what_is_expected():
    course, misses = course_of_weeks(6), []
    for seed in range(6):
        noise = np.random.default_rng(seed).laplace(0, 20, len(course))
        expected = judged(course + noise, [24, 168]).expected
        misses.append(np.std(expected - course) / 20)
    assert np.mean(misses) < 0.3


def test_a_second_fit_does_not_carry_a_jump_on_to_the_next_point():
    y = np.cumsum(np.random.default_rng(95).integers(40, 60, 600)).astype(float)
    y[300:] -= y[300]
    assert np.flatnonzero(judged(y).is_anomaly)[1:].tolist() == [300]


def test_what_is_common_among_zeros_is_not_strange_nor_are_these():
    random = np.random.default_rng(116)
    y = np.where(random.random(1000) < 0.15, random.exponential(0.002, 1000), 0.0)
    y[700:706] = 0.2
    flagged = judged(y).is_anomaly
    assert flagged[700:706].all()
    assert flagged.mean() < 0.03


def test_the_usual_deviation_is_told_in_units_of_the_values_though_nights_are_loud():
    hour = np.arange(28 * 24) % 24
    noise = np.random.default_rng(0).normal(size=len(hour)) * np.where(hour < 6, 50.0, 5.0)
    y = 100.0 + 30.0 * np.sin(2 * np.pi * hour / 24) + noise
    (outcome,) = detect_many(DetectTask(ModelSpec("prediction_interval")), [series_of(y, 24)])
    usual = 1.4826 * np.median(np.abs(noise))
    assert outcome.model.details["usual_deviation"] == pytest.approx(usual, rel=0.05)


@pytest.mark.parametrize("season", [1, 24])
def test_what_is_as_before_after_a_long_incident_is_no_anomaly_as_it_comes(season):
    steps = np.arange(500)
    y = np.random.default_rng(1).normal(100.0, 5.0, 500)
    y += 30.0 * np.sin(2 * np.pi * steps / 24) * (season > 1)
    y[300:360] += 60.0
    flagged = judged(y, season, causal=True, forecaster="ewma").is_anomaly
    assert flagged[300:340].all()
    assert flagged[360:].sum() <= 6  # 41 and more where it was taken for one more level
    y[360:] += 60.0
    y[450] -= 60.0  # long since a level, and not the former one
    assert judged(y, season, causal=True, forecaster="ewma").is_anomaly[450]


def test_the_fits_near_the_start_are_part_of_the_cost():
    slow, work = (
        PredictionInterval(PredictionIntervalParams(forecaster="gru")),
        Workload.of_one(240),
    )
    assert slow.cost(work, causal=True).seconds > 3.0 * slow.cost(work).seconds


@pytest.mark.parametrize(
    ("params", "is_replayed"),
    [
        ({"forecaster": "gradient_boosting"}, True),
        ({"forecaster": "ets"}, False),
        ({"forecaster": "ets", "steps_ahead": 2}, True),
    ],
)
def test_the_cost_of_a_whole_series_tells_whether_it_is_replayed(params, is_replayed):
    detector, work = PredictionInterval(PredictionIntervalParams(**params)), Workload.of_one(300)
    whole, replay = (detector.cost(work, causal=causal).seconds for causal in (False, True))
    assert (whole >= replay) is is_replayed
