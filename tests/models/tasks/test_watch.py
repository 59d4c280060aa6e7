"""A stream that is watched point by point gets the verdicts of a replay, whatever stands around the detector."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from models.contract.state import State
from models.data.results import Detection
from models.data.series import RawSeries, Series
from models.decisions.labels import Label
from models.decisions.rules import Rules
from models.detectors.predictive.prediction_interval import PredictionInterval
from models.detectors.statistical.rolling_band import RollingBand
from models.errors import BadValues, InvalidParameter, StateUnreadable
from models.features.holiday_calendar import HolidayCalendar
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.task import TaskOptions
from models.tasks.watch import Watch
from models.transforms.bounds import Bounds
from models.transforms.transform import BoxCox
from tests.models.build import series_of
from tests.models.prepare.build import prepared, raw, ready

EWMA = ModelSpec("prediction_interval", {"forecaster": "ewma", "refit_every": 30})
ROLLING = ModelSpec("rolling_band", {"window": 20})


def replayed(task: DetectTask, series: Series) -> Detection:
    [outcome] = detect_many(task, [series])
    assert outcome.result is not None, outcome.error
    return outcome.result


def kept(watch: Watch) -> Watch:
    """The watch after its way through bytes."""
    return Watch.revive(State.from_bytes(watch.state().to_bytes()))


def assert_live_is(whole: Detection, task: DetectTask, series: Series, cuts: list[int]) -> None:
    """Points that come in blocks, the first of them as history, get the verdicts of the whole.

    Between any two blocks the watch is kept as bytes and made again.
    """
    y = series.y_observed
    watch = Watch.begin(task, series.head(cuts[0]))
    for begin, end in pairwise([*cuts, len(y)]):
        watch = kept(watch)
        live = watch.observe(y[begin:end])
        for one, other in ((live.score, whole.score), (live.is_anomaly, whole.is_anomaly)):
            np.testing.assert_array_equal(one, other[begin:end])
        assert live.reason == whole.reason[begin:end]
        assert live.band is not None
        assert whole.band is not None
        np.testing.assert_array_equal(live.expected, whole.expected[begin:end])
        np.testing.assert_array_equal(live.band.upper, whole.band.upper[begin:end])


def around(tz: str, day: str, alias: str, per_day: int) -> Series:
    """Five days of a daily wave on the wall clock, the clock changing on the third."""
    first = pd.Timestamp(day).tz_localize(tz, nonexistent="shift_forward") - pd.Timedelta(days=2)
    index = pd.date_range(first, periods=5 * per_day, freq=alias)
    hour = np.asarray(index.hour + index.minute / 60)
    noise = np.random.default_rng(0).normal(size=len(index))
    y = 100.0 + 20.0 * np.sin(2 * np.pi * hour / 24) + noise
    y[[per_day, 2 * per_day + 2, 3 * per_day]] += 40.0
    y[[5, 2 * per_day + 3]] = np.nan
    rows = raw(y, [stamp.isoformat() for stamp in index])
    return ready(prepared(rows, tz=tz, season_length=per_day))


@pytest.mark.parametrize(
    ("tz", "day", "alias", "per_day"),
    [
        ("Europe/Berlin", "2024-03-31", "h", 24),
        ("Europe/Berlin", "2024-10-27", "h", 24),
        ("Europe/Berlin", "2024-10-27", "15min", 96),
        ("Australia/Lord_Howe", "2024-04-07", "30min", 48),
        ("America/Santiago", "2024-04-07", "h", 24),
        ("UTC", "2024-10-27", "h", 24),
    ],
)
def test_the_place_on_the_wall_clock_goes_on(tz: str, day: str, alias: str, per_day: int) -> None:
    series = around(tz, day, alias, per_day)
    task = DetectTask(
        EWMA,
        Rules(min_consecutive=1),
        causal=True,
        options=TaskOptions(transform="log", bounds=Bounds(upper=125.0)),
    )
    whole = replayed(task, series)
    assert whole.is_anomaly.any()
    assert_live_is(whole, task, series, list(range(1, len(series))))
    assert_live_is(whole, task, series, [per_day, 2 * per_day + 1, 2 * per_day + 3, 4 * per_day])


def test_the_silence_after_an_event_goes_on_and_is_as_long_as_it_was_said_to_be() -> None:
    series = around("Europe/Berlin", "2024-03-31", "h", 24)
    task = DetectTask(EWMA, Rules(suppress_for="P1D", level=90.0), causal=True)
    whole = replayed(task, series)
    loud = replayed(replace(task, rules=Rules(level=90.0)), series)
    assert 0 < whole.is_anomaly.sum() < loud.is_anomaly.sum()
    assert_live_is(whole, task, series, list(range(1, len(series), 3)))
    watch = Watch.begin(task, series.head(30))
    assert kept(watch).task.rules.suppress_for == 24


def test_feedback_goes_on_and_moves_the_edge_from_its_point_on() -> None:
    y = np.random.default_rng(3).normal(size=200)
    y[[80, 120, 160]] = 12.0, 8.0, 8.0
    series = series_of(y)
    labels = (Label(start=80, is_anomaly=False), Label(start=30, is_anomaly=False))
    task = DetectTask(ROLLING, causal=True, feedback=labels)
    whole, without = replayed(task, series), replayed(replace(task, feedback=()), series)
    assert without.is_anomaly[[80, 120, 160]].all()
    assert not whole.is_anomaly[80:].any()
    np.testing.assert_array_equal(whole.is_anomaly[:30], without.is_anomaly[:30])
    assert_live_is(whole, task, series, [100, 101, 130, 199])
    future = replayed(task, series_of(np.append(y[:90], y[90:] + 50.0)))
    np.testing.assert_array_equal(whole.score[:90], future.score[:90])


def test_a_watch_learns_what_is_said_of_a_point() -> None:
    y = np.random.default_rng(3).normal(size=100)
    watch = Watch.begin(DetectTask(ROLLING, causal=True), series_of(y))
    found = watch.observe(np.array([8.0]))
    assert found.is_anomaly.all()
    watch.learn(float(found.score[0]), is_anomaly=False)
    watch = kept(watch)
    assert watch.threshold == pytest.approx(1.01 * found.score[0])
    assert not watch.observe(np.array([7.9])).is_anomaly.any()
    low = watch.observe(np.array([2.5]))
    watch.learn(float(low.score[0]), is_anomaly=True)
    assert watch.threshold < 1.0 < found.score[0]  # one is contradicted, whatever the edge
    assert watch.observe(np.array([6.0])).is_anomaly.all()


def test_a_watch_of_a_short_history_warms_up_with_its_points() -> None:
    y = np.random.default_rng(1).normal(size=80)
    task = DetectTask(ROLLING, causal=True)
    assert_live_is(replayed(task, series_of(y)), task, series_of(y), [1, 2, 3, 40])


def test_what_was_asked_for_is_kept() -> None:
    task = DetectTask(
        EWMA,
        Rules(data_range=(None, 9.0), direction="above"),
        causal=True,
        options=TaskOptions(
            random_state=3,
            transform=["log1p", BoxCox(lmbda=0.5)],
            bounds=Bounds(lower=0.0),
            holidays=HolidayCalendar(country="DE", dates=[date(2024, 3, 30)]),
            calendar=["weekday"],
        ),
    )
    again = kept(Watch.begin(task, series_of(np.arange(1.0, 41.0)))).task
    params = task.make().params.model_dump(mode="json")
    assert again == replace(task, model=ModelSpec("prediction_interval", params))


def test_what_is_no_watch_is_not_revived() -> None:
    watch = Watch.begin(DetectTask(ROLLING, causal=True), series_of([1.0, 2.0]))
    for state in (
        watch.detector_.state(),
        replace(watch.state(), params={"detector": {"name": "rolling_band"}}),
        replace(watch.state(), values={}),
    ):
        with pytest.raises(StateUnreadable):
            Watch.revive(state)


def test_a_watch_is_small() -> None:
    y = np.random.default_rng(6).normal(size=900)
    for detector, most in ((ModelSpec("rolling_band"), 20), (ModelSpec("auto"), 40)):
        size = len(Watch.begin(DetectTask(detector, causal=True), series_of(y)).state().to_bytes())
        print(f"{detector.name}: {size / 1024:.1f} kB")
        assert size < most * 1024


def test_what_the_transforms_do_not_take_is_refused() -> None:
    task = DetectTask(ROLLING, causal=True, options=TaskOptions(transform="log"))
    watch = Watch.begin(task, series_of([1.0, 2.0]))
    with pytest.raises(BadValues, match="log needs values above 0, got -1"):
        watch.observe(np.array([-1.0]))


def test_what_looks_at_the_whole_series_watches_nothing() -> None:
    with pytest.raises(InvalidParameter, match="cannot be causal"):
        Watch.begin(DetectTask(ModelSpec("band")), series_of([1.0, 2.0]))


EXACT = [
    ModelSpec("rolling_band", {"window": 15}),
    ModelSpec("rolling_band", {"window": 15, "center": "mean"}),
    ModelSpec("rolling_band", {"window": "15h"}),
    ModelSpec("rolling_band", {"window": 15, "same_phase_of": 3, "warm_up": 3}),
    ModelSpec("rolling_band", {"window": "4D", "same_phase_of": "8h", "warm_up": 2}),
]


def hourly_with_gaps_and_repeats(size: int = 700) -> Series:
    random = np.random.default_rng(2)
    y = np.round(random.standard_t(2, size=size), 1)
    y[random.random(size) < 0.1] = np.nan
    y[-60:-45] = y[-61] = 1.5
    y[-6:-2] = 30.0 * 8.0 ** np.arange(4)
    raw = RawSeries("a", y, start="2024-01-01", freq="h")
    [found] = prepare([raw], PreparationOptions())
    assert found.series is not None
    return found.series


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("detector", EXACT, ids=lambda one: f"{one.name} {one.params}")
@pytest.mark.parametrize(
    "rules", [{}, {"min_consecutive": 3}, {"direction": "above", "data_range": (-9.0, 20.0)}]
)
def test_judging_the_last_points_only_changes_no_verdict(detector, causal, rules) -> None:
    series = hourly_with_gaps_and_repeats()
    whole = replayed(DetectTask(detector, Rules(**rules), causal), series)
    assert whole.is_anomaly[-40:].any()
    for size in (1, 5, 40, 60):
        short = replayed(DetectTask(detector, Rules(detection_size=size, **rules), causal), series)
        last = short.in_full()
        assert size <= len(short.score) <= size + rules.get("min_consecutive", 1) - 1
        for name in ("score", "is_anomaly", "severity", "direction", "expected"):
            all_of_it, asked = getattr(whole, name), getattr(last, name)
            assert len(asked) == len(series)
            np.testing.assert_array_equal(asked[-size:], all_of_it[-size:], name)
        np.testing.assert_array_equal(last.band.lower[-size:], whole.band.lower[-size:])
        np.testing.assert_array_equal(last.band.upper[-size:], whole.band.upper[-size:])
        assert last.reason[-size:] == whole.reason[-size:]
        assert not last.is_anomaly[:-size].any()
        assert not last.direction[:-size].any()
        assert last.reason[:-size] == [None] * (len(series) - size)


REMEMBERING = [
    *(
        ModelSpec(name)
        for name in (
            *("dbscan", "hdbscan", "kmeans_windows", "knn_windows", "lof", "matrix_profile"),
            *("rolling_dbscan", "spectral_residual", "sub_pca", "differences"),
        )
    ),
    ModelSpec("rolling_dbscan", {"lags": 3, "min_samples": 2}),
    ModelSpec("differences", {"lag": 24}),
]


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("detector", REMEMBERING, ids=lambda one: f"{one.name} {one.params}")
def test_what_is_only_remembered_leaves_behind_what_is_followed(detector, gaps) -> None:
    random = np.random.default_rng(3)
    y = 10 + 3 * np.sin(2 * np.pi * np.arange(1900) / 24) + random.normal(size=1900)
    y[-4] += 9.0
    y[900] += 20.0
    if gaps:
        y[random.random(1900) < 0.05] = np.nan
        y[-5:] = 8.0, 20.0, 11.0, 10.5, 9.0
    series = series_of(y, 24)
    whole, last = (
        replayed(DetectTask(detector, Rules(detection_size=size), True), series)
        for size in (None, 5)
    )
    assert len(last.score) < 1400
    assert np.isfinite(last.score[-5:]).all()
    np.testing.assert_array_equal(last.score[-5:], whole.score[-5:])
    np.testing.assert_array_equal(last.is_anomaly[-5:], whole.is_anomaly[-5:])
    assert last.reason[-5:] == whole.reason[-5:]


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, of Python or of a library, a piece of work calls: the same on any machine."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_a_pushed_point_costs_few_calls() -> None:
    """Before there was a way without arrays of length one, it were 340; two sides with tails take 60."""
    y = np.random.default_rng(3).normal(size=400)
    watch = Watch.begin(DetectTask(ModelSpec("rolling_band"), causal=True), series_of(y))
    watch.observe(y[:1])
    assert calls_of(lambda: watch.observe(y[1:2])) < 265


@pytest.mark.parametrize("causal", [False, True])
def test_of_many_points_only_those_are_scored_that_the_last_verdict_needs(causal, monkeypatch):
    taken = {"_observe": 0, "_remember": 0}

    def count(name):
        work = getattr(RollingBand, name)

        def counted(self, points):
            taken[name] += len(points.y)
            return work(self, points)

        monkeypatch.setattr(RollingBand, name, counted)

    for name in taken:
        count(name)
    y = np.random.default_rng(4).normal(size=20_000)
    last = replayed(
        DetectTask(ModelSpec("rolling_band"), Rules(detection_size=1), causal), series_of(y)
    )
    assert taken == {"_observe": 1, "_remember": 19_999}
    assert (len(last.score), last.unjudged) == (1, 19_999)


def quarter_hours(count: int, start: str = "2024-01-01", tz: str | None = None) -> Series:
    random = np.random.default_rng(6)
    day = 20.0 * np.sin(2 * np.pi * np.arange(count) / 96)
    y = 50.0 + day + random.normal(size=count)
    raw = RawSeries("a", y, start=start, freq="15min")
    [found] = prepare([raw], PreparationOptions(tz=tz))
    assert found.series is not None
    return found.series


@pytest.mark.parametrize("name", ["auto", "prediction_interval"])
@pytest.mark.parametrize("tz", [None, "Europe/Berlin"])
def test_points_that_nobody_asks_about_are_remembered_and_not_followed(name, tz, monkeypatch):
    followed = []
    observe = PredictionInterval._observe

    def counted(self, points):
        followed.append(len(points.y))
        return observe(self, points)

    monkeypatch.setattr(PredictionInterval, "_observe", counted)
    series = quarter_hours(3_000, "2024-10-10", tz)  # over the end of summer time
    y = series.y.copy()
    y[-3] += 9.0
    series = replace(series, y=y)
    all_of_it, last = (
        replayed(DetectTask(ModelSpec(name), Rules(detection_size=size), True), series)
        for size in (None, 24)
    )
    assert followed[0] > 2_600
    assert followed[1] < 1_200
    assert not last.is_anomaly[:-24].any()
    assert last.is_anomaly[-3]
    np.testing.assert_allclose(last.expected[-24:], all_of_it.expected[-24:], atol=0.5)
    np.testing.assert_allclose(last.score[-24:], all_of_it.score[-24:], atol=0.3, rtol=0.3)
