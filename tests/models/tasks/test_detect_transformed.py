"""Detections of transformed series, within bounds, and told of the calendar."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.data.results import Detection
from models.data.series import RawSeries, Series
from models.decisions.rules import Rules
from models.errors import InvalidParameter
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.stats.cleaning import cleaned, explained
from models.tasks.detect import DetectTask, detect_many
from models.tasks.task import TaskOptions
from models.tasks.watch import Watch
from models.transforms.bounds import Bounds
from models.transforms.transform import BoxCox
from models.types import FloatArray
from tests.models.build import series_of

LOG = TaskOptions(transform="log")
FIXED: list[Any] = ["log", "log1p", BoxCox(lmbda=0.3), ["log1p", BoxCox(lmbda=0.5)]]
CAUSAL = [
    ModelSpec("rolling_band"),
    ModelSpec("prediction_interval", {"forecaster": "ses", "refit_every": 10}),
    ModelSpec("auto"),
]
WHOLE = [ModelSpec("band"), ModelSpec("band", {"center": "mean"}), *CAUSAL]


def positive(size: int = 80, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.asarray(np.exp(3 + rng.normal(0, 0.3, size)))


def detected(series: Series | FloatArray, spec: ModelSpec, **task: Any) -> Detection:
    one = series if isinstance(series, Series) else series_of(series)
    (outcome,) = detect_many(DetectTask(spec, **task), [one])
    assert outcome.result is not None, outcome.error
    return outcome.result


@pytest.mark.parametrize("spec", WHOLE, ids=str)
def test_a_logarithm_judges_as_if_logarithms_were_sent(spec: ModelSpec) -> None:
    y = positive()
    y[50] *= 30
    ours, logs = detected(y, spec, options=LOG), detected(np.log(y), spec)
    np.testing.assert_allclose(ours.score, logs.score, rtol=1e-9)
    assert ours.is_anomaly[50]
    assert (ours.is_anomaly == logs.is_anomaly).all()
    assert ours.expected is not None
    assert logs.expected is not None
    assert ours.band is not None
    assert logs.band is not None
    np.testing.assert_allclose(ours.expected, np.exp(logs.expected), rtol=1e-9)
    np.testing.assert_allclose(ours.band.lower, np.exp(logs.band.lower), rtol=1e-9)
    np.testing.assert_allclose(ours.band.upper, np.exp(logs.band.upper), rtol=1e-9)


@pytest.mark.parametrize("transform", ["standard", "minmax", "robust"])
def test_a_shift_and_a_scale_change_nothing(transform: str) -> None:
    y = positive()
    plain = detected(y, ModelSpec("band"))
    ours = detected(y, ModelSpec("band"), options=TaskOptions(transform=transform))
    np.testing.assert_allclose(ours.score, plain.score, rtol=1e-9)
    np.testing.assert_allclose(ours.expected, plain.expected)


def test_a_point_is_judged_by_its_difference_from_the_one_before() -> None:
    y = np.cumsum(np.random.default_rng(0).normal(size=100)) + 50
    y[60:] += 20
    found = detected(y, ModelSpec("band"), options=TaskOptions(transform="difference"))
    plain = detected(np.diff(y), ModelSpec("band"))
    assert np.isnan(found.score[0])
    np.testing.assert_allclose(found.score[1:], plain.score)
    assert np.flatnonzero(found.is_anomaly).tolist() == [60]
    assert found.expected is not None
    assert plain.expected is not None
    np.testing.assert_allclose(found.expected[1:], y[:-1] + plain.expected)


def test_rules_stay_in_the_units_of_the_series() -> None:
    y = positive()
    y[50], y[60] = 1.0, 900.0
    base = detected(y, ModelSpec("band"), options=LOG)
    assert np.flatnonzero(base.is_anomaly).tolist() == [50, 60]
    for rules, left in (
        (Rules(min_dev=100.0), [60]),
        (Rules(direction="below"), [50]),
        (Rules(min_rel_dev=5.0), [60]),
        (Rules(min_dev=1000.0, data_range=(None, 500.0)), [60]),
    ):
        found = detected(y, ModelSpec("band"), options=LOG, rules=rules)
        assert np.flatnonzero(found.is_anomaly).tolist() == left
    assert base.reason[60] is not None
    assert base.reason[60].startswith("900 is above the 99 % band from")
    assert base.expected is not None
    assert f"{base.expected[60]:.1f} was expected" in base.reason[60]


@pytest.mark.parametrize("causal", [False, True])
def test_a_value_that_a_logarithm_cannot_take_is_named(causal: bool) -> None:
    y = positive()
    y[30] = -2.0
    task = DetectTask(ModelSpec("rolling_band"), causal=causal, options=LOG)
    (outcome,) = detect_many(task, [series_of(y)])
    assert outcome.error is not None
    assert outcome.error.code == "bad_values"
    assert outcome.error.message == "log needs values above 0, got -2 at 30"
    assert outcome.error.problems[0].unique_id == "a"


@pytest.mark.parametrize(
    "transform",
    [*("standard", "minmax", "robust", "boxcox", "difference"), BoxCox(lmbda=-1.0)],
    ids=str,
)
def test_what_knows_later_values_is_refused_when_causal(transform: Any) -> None:
    options = TaskOptions(transform=["log1p", transform])
    with pytest.raises(InvalidParameter, match="needs more than the value itself") as caught:
        DetectTask(ModelSpec("rolling_band"), causal=True, options=options).make()
    assert caught.value.problems[0].path == ("transform",)
    assert "log1p" in str(caught.value.hint)
    DetectTask(ModelSpec("rolling_band"), options=options).make()


@pytest.mark.no_cover
@pytest.mark.parametrize("spec", CAUSAL, ids=str)
@pytest.mark.parametrize("transform", FIXED, ids=str)
@settings(max_examples=8)
@given(st.integers(15, 70), st.sampled_from([1e-3, 1.0, 1e6]), st.integers(0, 9))
def test_later_values_never_change_an_earlier_verdict(
    spec: ModelSpec, transform: Any, size: int, later: float, seed: int
) -> None:
    y = positive(80, seed)
    y[5] = np.nan
    other = np.r_[y[:size], later * positive(80 - size, seed + 1)]
    task = {"causal": True, "options": TaskOptions(transform=transform, bounds=Bounds(upper=40.0))}
    one, two = detected(y, spec, **task), detected(other, spec, **task)
    np.testing.assert_array_equal(one.score[:size], two.score[:size])
    np.testing.assert_array_equal(one.is_anomaly[:size], two.is_anomaly[:size])
    assert one.expected is not None
    assert two.expected is not None
    np.testing.assert_array_equal(one.expected[:size], two.expected[:size])
    assert one.reason[:size] == two.reason[:size]


def test_a_live_point_is_transformed_like_a_replayed_one() -> None:
    y = np.r_[positive(60), 900.0]
    task = DetectTask(ModelSpec("rolling_band"), causal=True, options=LOG)
    replay = detected(y, task.model, causal=True, options=LOG)
    verdict = Watch.begin(task, series_of(y[:-1])).observe(y[-1:])
    assert verdict.is_anomaly.tolist() == [True]
    assert verdict.reason == replay.reason[-1:]


@pytest.mark.parametrize("spec", WHOLE, ids=str)
@pytest.mark.parametrize("transform", [None, "log"])
def test_what_is_expected_stays_within_the_bounds(spec: ModelSpec, transform: Any) -> None:
    y = positive()
    y[50] = 300.0
    found = detected(
        y, spec, options=TaskOptions(transform=transform, bounds=Bounds(lower=15.0, upper=25.0))
    )
    assert found.expected is not None
    assert found.band is not None
    for values in (found.expected, found.band.lower, found.band.upper):
        known = values[np.isfinite(values)]
        assert known.min() >= 15.0
        assert known.max() <= 25.0
    judged = np.isfinite(found.score)
    outside = (y > found.band.upper) | (y < found.band.lower)
    assert (outside[judged] == (found.score[judged] > 1.0)).all()


def test_a_constant_is_no_anomaly_whatever_the_transform() -> None:
    found = detected(np.full(30, 5.0), ModelSpec("band"), options=LOG)
    assert not found.is_anomaly.any()
    assert found.expected is not None
    assert found.expected.tolist() == [5.0] * 30


def test_a_constant_outside_of_what_is_possible_is_not_called_normal() -> None:
    task = DetectTask(ModelSpec("band"), Rules(data_range=(0.0, None)))
    (outcome,) = detect_many(task, [series_of([-5.0] * 30)])
    assert outcome.result is not None
    assert outcome.result.is_anomaly.all()
    assert outcome.notices == ()


# --- the calendar --------------------------------------------------------------

DAYS = np.arange("2021-01-01", "2023-01-01", dtype="datetime64[D]")
FREE = np.array([str(day)[5:] in ("12-25", "12-26", "01-01", "10-03", "05-01") for day in DAYS])
SPIKE = 500
ARIMA = ModelSpec(
    "prediction_interval", {"forecaster": {"name": "arima", "params": {"order": [0, 0, 0]}}}
)


def daily(lift: float) -> Series:
    y = 10 + np.random.default_rng(0).normal(size=len(DAYS)) + lift * FREE
    y[SPIKE] += 15
    raw = RawSeries("a", y, [str(day) for day in DAYS])
    (prepared,) = prepare([raw], PreparationOptions(season_length=1))
    assert prepared.series is not None
    return prepared.series


def own_days() -> list[date]:
    found: list[date] = [day.item() for day in DAYS[FREE]]
    return found


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("lift", [6.0, 40.0])
def test_a_holiday_is_no_anomaly_to_a_forecaster_that_knows_it(causal: bool, lift: float) -> None:
    series, rules = daily(lift), Rules(level=99.999)
    told = detected(
        series, ARIMA, rules=rules, causal=causal, options=TaskOptions(holidays=own_days())
    )
    plain = detected(series, ARIMA, rules=rules, causal=causal)
    assert np.flatnonzero(told.is_anomaly).tolist() == [SPIKE]
    assert plain.is_anomaly[FREE].sum() >= 7


def test_a_calendar_does_not_look_ahead_when_causal() -> None:
    series = daily(40.0)
    task = {"causal": True, "options": TaskOptions(holidays=own_days(), calendar=["weekend"])}
    whole, head = detected(series, ARIMA, **task), detected(series.head(300), ARIMA, **task)
    np.testing.assert_array_equal(whole.score[:300], head.score)


def test_holidays_would_be_miscounted_where_points_were_dropped() -> None:
    y = np.random.default_rng(0).normal(size=len(DAYS))
    y[50] = np.nan
    raw = RawSeries("a", y, [str(day) for day in DAYS])
    (prepared,) = prepare([raw], PreparationOptions(season_length=1, missing="drop"))
    assert prepared.series is not None
    series, options = prepared.series, TaskOptions(holidays=own_days())
    (outcome,) = detect_many(DetectTask(ARIMA, causal=True, options=options), [series])
    assert outcome.error is not None
    assert outcome.error.code == "bad_timestamps"
    assert "missing" in (outcome.error.hint or "")
    detected(series, ARIMA, options=options)
    detected(series.head(50), ARIMA, causal=True, options=options)
    detected(series, ModelSpec("ewma_band"), causal=True, options=options)


def test_a_detector_says_whether_it_takes_the_calendar() -> None:
    assert DetectTask(ARIMA).make().takes_calendar
    assert DetectTask(ModelSpec("auto")).make().takes_calendar
    for spec in WHOLE[:-1]:
        assert not DetectTask(spec).make().takes_calendar


def test_what_regressors_explain_is_no_outlier() -> None:
    rng = np.random.default_rng(0)
    flag = np.zeros((200, 1))
    flag[20::40] = 1.0
    y = rng.normal(size=200) + 50 * flag[:, 0]
    y[111] = 80.0
    assert (cleaned(y, ())[20::40] < 10).all()
    base = cleaned(y, (), flag)
    assert np.flatnonzero(base != y).tolist() == [111]


def test_one_outlier_does_not_bend_what_is_explained() -> None:
    flag = np.zeros((100, 1))
    flag[:5] = 1.0
    deviation = 40.0 * flag[:, 0]
    deviation[2] = 1000.0
    part = explained(deviation, flag)
    np.testing.assert_allclose(part[:5], 40.0, atol=0.5)
    np.testing.assert_allclose(part[5:], 0.0, atol=0.5)
    assert explained(np.zeros(100), flag).tolist() == [0.0] * 100


@pytest.mark.parametrize("name", ["auto", "poly", "prediction_interval"])
def test_of_what_a_transform_makes_constant_is_told_what_was_asked_for(name: str) -> None:
    task = DetectTask(ModelSpec(name), options=TaskOptions(transform="difference"))
    (outcome,) = detect_many(task, [series_of(np.arange(40.0), 1)])
    assert outcome.error is None, outcome.error
    asked = task.make().unfitted_info()
    assert outcome.model == asked
    assert not outcome.result.is_anomaly.any()
