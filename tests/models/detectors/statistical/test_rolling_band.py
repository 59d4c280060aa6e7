"""The band around the centre of the points before."""

from time import process_time

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.data.series import Series
from models.detectors.statistical.rolling_band import RollingBand, RollingBandParams
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.time.frequency import Frequency
from models.time.grid import Grid
from tests.models.build import series_of


def scores_of(y, **params):
    [scores] = RollingBand(RollingBandParams(**params)).score([series_of(y)], 99.0)
    return scores


def test_mean_and_standard_deviation_of_the_window_before():
    y = np.array([4.0, 1.0, 2.0, 6.0, 100.0, 0.0])
    scores = scores_of(y, window=3, center="mean", warm_up=3)
    assert np.isnan(scores.raw[:3]).all()
    np.testing.assert_allclose(scores.expected[3:], [7 / 3, 3.0, 36.0])
    deviation = [np.std(y[i - 3 : i], ddof=1) * np.sqrt(1 + 1 / 3) for i in (3, 4, 5)]
    np.testing.assert_allclose(scores.scale[3:], deviation)
    assert scores.degrees_of_freedom[3:].tolist() == [2.0, 2.0, 2.0]


def test_median_of_the_window_before_and_the_usual_distance_from_it():
    y = np.array([1.0, 2.0, 4.0, 3.0, 9.0, 5.0])
    scores = scores_of(y, window=3, warm_up=3)
    np.testing.assert_array_equal(scores.expected[3:], [2.0, 3.0, 4.0])
    # Distances: 2-1 = 1, 4-1.5 = 2.5, 3-2 = 1, 9-3 = 6, and before each point the last three of them.
    np.testing.assert_allclose(scores.scale[3:], 1.482602218505602 * np.array([1.75, 1.0, 2.5]))


@pytest.mark.parametrize("center", ["mean", "median"])
def test_the_judged_point_is_not_in_its_own_window(center):
    y = np.random.default_rng(0).normal(size=50)
    spiked = y.copy()
    spiked[-1] = 1e9
    before, after = scores_of(y, center=center), scores_of(spiked, center=center)
    assert before.expected[-1] == after.expected[-1]
    assert before.scale[-1] == after.scale[-1]


def test_the_median_recovers_at_once_where_the_mean_is_blinded():
    y = np.random.default_rng(0).normal(size=200)
    y[100], y[110] = 1e6, 20.0
    mean, median = scores_of(y, center="mean").raw, scores_of(y).raw
    assert mean[110] < 1.0
    assert median[110] > 5.0


def test_a_later_different_value_in_a_constant_series():
    for center in ("mean", "median"):
        task = DetectTask(ModelSpec("rolling_band", {"center": center}), causal=True)
        (outcome,) = detect_many(task, [series_of([5.0] * 30 + [5.5] + [5.0] * 5)])
        assert np.flatnonzero(outcome.result.is_anomaly).tolist() == [30]
        assert outcome.result.reason[30] == "5.5 is above 5, the only value that is usual here."


@pytest.mark.parametrize("center", ["mean", "median"])
@pytest.mark.parametrize("window", [20, 100])
@pytest.mark.parametrize("offset", [0.0, 1e12])
def test_one_normal_value_in_a_hundred_is_flagged_at_any_level(center, window, offset):
    y = offset + np.random.default_rng(0).normal(size=20_000)
    task = DetectTask(ModelSpec("rolling_band", {"center": center, "window": window}))
    (outcome,) = detect_many(task, [series_of(y)])
    assert 0.003 < outcome.result.is_anomaly.mean() < 0.015


def test_the_warm_up_is_not_judged_and_never_longer_than_the_window():
    y = np.random.default_rng(0).normal(size=40)
    assert np.isnan(scores_of(y, warm_up=15).raw).sum() == 15
    assert np.isnan(scores_of(y, window=5, warm_up=15).raw).sum() == 5


def test_the_state_is_bounded_by_the_window():
    detector = RollingBand(RollingBandParams(window=20)).begin([series_of([0.0])])
    for block in np.split(np.random.default_rng(0).normal(size=1000), 10):
        detector.observe(block, 99.0)
        [window] = detector.windows_
        assert len(window.tail.values) <= 20
        assert len(window.distances.values) <= 20
        assert len(detector.recent_.known.values) <= 500


@pytest.mark.parametrize("center", ["mean", "median"])
def test_a_window_of_any_length_takes_about_as_long(center):
    series = series_of(np.random.default_rng(0).normal(size=300_000))

    def seconds(window: int) -> float:
        begin = process_time()
        RollingBand(RollingBandParams(center=center, window=window)).score([series], 99.0)
        return process_time() - begin

    # shifting whole windows would take a hundred times as long
    assert seconds(3000) < 20.0 * seconds(30)


def hourly(y: np.ndarray) -> Series:
    stamps = np.datetime64("2024-01-01T00", "ns") + np.arange(len(y)) * np.timedelta64(1, "h")
    return Series("a", y, Grid(Frequency.parse("h"), stamps), season_length=())


def days(count: int) -> np.ndarray:
    """Hours that are loud by day, quiet by night, and quieter still on the last two days of a week."""
    t = np.arange(24 * count)
    day = np.where((t % 24 >= 8) & (t % 24 < 18), 20.0, 1.0)
    weekend = np.where(t // 24 % 7 >= 5, 0.25, 1.0)
    return day * weekend * (10.0 + np.random.default_rng(0).normal(size=len(t)))


@pytest.mark.parametrize("center", ["mean", "median"])
def test_a_duration_is_the_points_that_lie_within_it(center):
    y = hourly(days(20))
    by_time, by_points = (
        RollingBand(RollingBandParams(window=window, center=center)).score([y], 99.0)[0]
        for window in ("2D", 48)
    )
    np.testing.assert_array_equal(by_time.raw, by_points.raw)


@pytest.mark.parametrize("center", ["mean", "median"])
@pytest.mark.parametrize(("cycle", "hours"), [("1D", 24), ("P7D", 168)])
def test_a_phase_has_a_window_of_its_own_and_the_tails_of_all(center, cycle, hours):
    y = days(70)
    params = {"center": center, "window": 8, "warm_up": 4}
    [found] = RollingBand(RollingBandParams(same_phase_of=cycle, **params)).score([hourly(y)], 99.0)
    for phase in (0, 9, 23):
        alone = scores_of(y[phase::hours], **params)
        first = slice(phase, 5 * hours, hours)  # before the tails are known
        np.testing.assert_array_equal(found.raw[first], alone.raw[:5])
        np.testing.assert_array_equal(found.expected[first], alone.expected[:5])
        np.testing.assert_array_equal(found.threshold[first], alone.threshold[:5])
        if center == "mean":  # which has no tails
            np.testing.assert_array_equal(found.raw[phase::hours], alone.raw)
            np.testing.assert_array_equal(found.expected[phase::hours], alone.expected)
            np.testing.assert_array_equal(found.threshold[phase::hours], alone.threshold)
    if center == "mean":
        return
    late = slice(20 * hours if hours == 24 else 6 * hours, None)
    by_day = np.nanmean((found.raw > found.threshold)[late].reshape(-1, 24), axis=0)
    assert by_day.max() < 0.08
    assert 0.003 < by_day.mean() < 0.02


@pytest.mark.parametrize("noise", ["laplace", "student_t3", "lognormal", "gamma"])
def test_a_level_means_what_it_says_whatever_the_noise(noise):
    random = np.random.default_rng(11)
    draw = {
        "laplace": lambda size: random.laplace(size=size),
        "student_t3": lambda size: random.standard_t(3, size=size),
        "lognormal": lambda size: random.lognormal(sigma=0.5, size=size),
        "gamma": lambda size: random.gamma(2.0, size=size),
    }[noise]
    task = DetectTask(ModelSpec("rolling_band"))
    outcomes = detect_many(task, [series_of(draw(1500)) for _ in range(8)])
    assert 0.005 < np.mean([one.result.is_anomaly.mean() for one in outcomes]) < 0.018


def test_what_comes_later_changes_no_score():
    random = np.random.default_rng(5)
    y = random.lognormal(size=4000)
    changed = np.append(y[:2500], 50.0 * random.standard_t(2, size=1500))
    before, after = scores_of(y), scores_of(changed)
    np.testing.assert_array_equal(before.raw[:2500], after.raw[:2500])
    np.testing.assert_array_equal(before.band.upper[:2500], after.band.upper[:2500])


@pytest.mark.parametrize("center", ["mean", "median"])
def test_tails_are_the_same_however_points_come(center):
    y = np.random.default_rng(6).standard_t(3, size=900)
    teaches = np.arange(900) % 7 != 3
    told = RollingBandParams(center=center, window=30)
    whole = RollingBand(told).begin([series_of(y)]).observe(y, 99.0, teaches=teaches)
    detector, parts = RollingBand(told).begin([series_of(y)]), []
    for here in np.split(np.arange(900), [1, 2, 40, 41, 48, 300, 301, 302, 700]):
        detector = registry.revive(State.from_bytes(detector.state().to_bytes()))
        parts.append(detector.observe(y[here], 99.0, teaches=teaches[here]))
    np.testing.assert_array_equal(np.concatenate([one.raw for one in parts]), whole.raw)
    upper = np.concatenate([one.band.upper for one in parts])
    np.testing.assert_array_equal(upper, whole.band.upper)


def test_a_width_that_was_told_counts_standard_deviations():
    y = np.random.default_rng(8).lognormal(size=400)
    found = scores_of(y, k=3.0, window=20)
    np.testing.assert_allclose(found.band.upper[50:] - found.expected[50:], 3.0 * found.scale[50:])
    assert found.expected[-1] == np.median(y[379:399])


def test_a_night_as_loud_as_the_day_is_seen_at_the_same_hour_only():
    y = days(70)
    night = 24 * 60 + 3
    y[night] = 150.0
    flagged = []
    for same in (None, "7D"):
        params = {"window": 8 if same else 168, "warm_up": 4, "center": "mean"}
        task = DetectTask(
            ModelSpec("rolling_band", {"same_phase_of": same, **params}), causal=bool(same)
        )
        (outcome,) = detect_many(task, [hourly(y)])
        flagged.append(bool(outcome.result.is_anomaly[night]))
    assert flagged == [False, True]


def test_phases_are_the_same_however_points_come():
    y = days(40)
    told = RollingBandParams(same_phase_of=24, window=10, warm_up=3)
    whole = RollingBand(told).begin([hourly(y)]).observe(y, 99.0)
    detector, parts = RollingBand(told).begin([hourly(y)]), []
    for block in np.split(y, [1, 5, 30, 31, 100, 400]):
        detector = registry.revive(State.from_bytes(detector.state().to_bytes()))
        parts.append(detector.observe(block, 99.0).raw)
    np.testing.assert_array_equal(np.concatenate(parts), whole.raw)


@pytest.mark.parametrize(
    ("params", "named"),
    [({"window": "1h"}, "window"), ({"same_phase_of": "1h"}, "same_phase_of")],
)
def test_what_holds_too_few_points_is_refused_by_name(params, named):
    (outcome,) = detect_many(DetectTask(ModelSpec("rolling_band", params)), [hourly(days(9))])
    assert outcome.error is not None
    assert outcome.error.problems[0].message.startswith(named)


def test_a_duration_needs_dates():
    task = DetectTask(ModelSpec("rolling_band", {"window": "2D"}))
    (outcome,) = detect_many(task, [series_of(days(9))])
    assert outcome.error is not None
    assert outcome.error.code == "bad_timestamps"


@pytest.mark.parametrize("share", [0.08, 0.15])
def test_a_common_value_among_mostly_equal_ones_is_not_strange(share):
    y = np.where(np.random.default_rng(7).uniform(size=1500) < share, 1.0, 0.0)
    y[1100] = 25.0
    detector = RollingBand().begin([series_of(y)])
    found = detector.observe(y, 99.0)
    beyond = found.raw > found.threshold
    assert beyond[1100]
    assert beyond.mean() < 0.02
    point_by_point = RollingBand().begin([series_of(y)])
    raw = [point_by_point.observe(y[i : i + 1], 99.0).raw[0] for i in range(400)]
    np.testing.assert_allclose(raw, found.raw[:400])
