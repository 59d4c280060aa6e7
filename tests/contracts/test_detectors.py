"""What holds for every detector, whatever it computes."""

import json
from itertools import pairwise

import numpy as np
import pytest

from models import registry
from models.contract.cost import Workload
from models.contract.state import State
from models.decisions.rules import Rules
from models.errors import SeriesError
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.task import TaskOptions
from models.tasks.watch import Watch
from tests.models.build import series_of

pytestmark = pytest.mark.no_cover

DETECTORS = registry.registered("detector")
CAUSAL = [name for name, kind in DETECTORS.items() if kind.is_causal]
FOR_POINTS = [name for name, kind in DETECTORS.items() if kind.judges in ("points", "stretches")]
SEASON = 12

every = pytest.mark.parametrize("name", DETECTORS)
every_causal = pytest.mark.parametrize("name", CAUSAL)


def test_there_is_something_to_check():
    assert len(DETECTORS) >= 29
    assert len(CAUSAL) >= 19


def clean(size: int = 120, seed: int = 0, scale: float = 1.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return scale * (
        50.0 + 5.0 * np.sin(2 * np.pi * np.arange(size) / SEASON) + random.normal(size=size)
    )


def run(name, y, *, causal=False, season=SEASON, random_state=0, **rules):
    task = DetectTask(
        ModelSpec(name), Rules(**rules), causal, options=TaskOptions(random_state=random_state)
    )
    return detect_many(task, [series_of(y, season), *peers(name, len(y), season)])[0]


def peers(name, size, season=SEASON):
    """The series beside which another one is judged, where the detector needs any."""
    seeds = range(101, 106) if DETECTORS[name].judges_together else ()
    return [series_of(clean(size, seed), season, str(seed)) for seed in seeds]


def modes(name: str) -> list[bool]:
    return [False, True] if DETECTORS[name].is_causal else [False]


def ends_of_windows(name, place, *, causal):
    """The points that may rank first for a spike: itself, or the end of a window that holds it."""
    window = 15 if causal and DETECTORS[name].judges == "stretches" else 1
    return range(place, min(place + window, 120))


def about(name, flagged):
    """The points that are flagged, those that share a window with a flagged one at 50 left out."""
    near = 15 if DETECTORS[name].judges == "stretches" else 0
    return [50] if 50 in flagged and max(abs(flagged - 50), default=0) <= near else list(flagged)


def result(name, y, **options):
    outcome = run(name, y, **options)
    assert outcome.error is None, outcome.error
    return outcome.result


@every
def test_the_catalog_tells_all_of_it(name):
    entry = registry.describe(DETECTORS[name])
    for key in ("name", "title", "summary", "reference"):
        assert entry[key].strip(), key
    assert entry["summary"].endswith(".")
    assert entry["min_observations"] >= 1
    for field, schema in entry["params"].get("properties", {}).items():
        assert schema.get("description", "").endswith((".", ").")), field
        assert schema.get("title"), field
        assert "default" in schema, field
    assert {"causal", "expected_value", "seasonal", "gpu"} <= entry["capabilities"].keys()
    json.dumps(entry)
    doc = DETECTORS[name].__doc__
    assert doc
    assert "Reference:" in doc


@every
def test_one_verdict_per_point_finite_but_for_the_warm_up(name):
    y = clean()
    for causal in modes(name):
        detection = result(name, y, causal=causal)
        for values in (
            detection.score,
            detection.is_anomaly,
            detection.severity,
            detection.direction,
        ):
            assert values.shape == y.shape
        assert len(detection.reason) == len(y)
        judged = np.flatnonzero(np.isfinite(detection.score))
        assert len(judged) >= len(y) // 2
        assert np.isfinite(detection.score[judged[0] :]).all()
        assert (detection.score[judged] >= 0.0).all()
        if DETECTORS[name].has_expected:
            assert np.isfinite(detection.expected[judged]).all()
            assert (detection.band.lower[judged] <= detection.band.upper[judged]).all()


@pytest.mark.parametrize("name", FOR_POINTS)
@pytest.mark.parametrize("place", [70, 96, 119])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_planted_spike_ranks_first(name, place, sign):
    y = clean()
    y[place] += sign * 30.0
    for causal in modes(name):
        detection = result(name, y, causal=causal)
        ends = ends_of_windows(name, place, causal=causal)
        assert int(np.nanargmax(detection.score)) in ends
        first = next((end for end in ends if detection.is_anomaly[end]), None)
        assert first is not None
        assert detection.reason[first]
        if DETECTORS[name].has_expected:
            assert detection.direction[place] == sign


@every
def test_a_stricter_level_never_flags_more(name):
    y = clean(seed=3)
    y[[40, 80]] += [9.0, -5.0]
    for causal in modes(name):
        flagged = [
            set(np.flatnonzero(result(name, y, causal=causal, level=level).is_anomaly))
            for level in (60.0, 90.0, 99.0, 99.9, 99.9999)
        ]
        for loose, strict in pairwise(flagged):
            assert strict <= loose


@every_causal
def test_later_points_never_change_an_earlier_verdict(name):
    y = clean(seed=1)
    y[60] += 20.0
    whole = result(name, y, causal=True, min_consecutive=1, max_anomaly_ratio=0.1)
    for size in (1, 13, 30, 61, 100):
        part = result(name, y[:size], causal=True, max_anomaly_ratio=0.1)
        np.testing.assert_array_equal(part.score, whole.score[:size])
        np.testing.assert_array_equal(part.is_anomaly, whole.is_anomaly[:size])
        assert part.reason == whole.reason[:size]


@every_causal
@pytest.mark.parametrize("season", [None, SEASON])
def test_a_live_point_gets_the_verdict_of_a_replay(name, season):
    y = clean(seed=2)
    y[[33, 34, 90]] += [20.0, 25.0, -20.0]
    y[50] = np.nan
    rules = Rules(min_consecutive=2, max_anomaly_ratio=0.2)
    series = series_of(y, season)
    task = DetectTask(ModelSpec(name), rules, causal=True)
    (replay,) = detect_many(task, [series])
    for cuts in (range(1, len(y)), (7, 8, 50, 51, 77)):
        first, *blocks = np.split(y, list(cuts))
        watch = Watch.begin(task, series.head(len(first)))
        live = []
        for block in blocks:
            watch = Watch.revive(State.from_bytes(watch.state().to_bytes()))
            live.append(watch.observe(block))
        arrays = ["score", "is_anomaly", "severity"]
        arrays += ["expected"] if DETECTORS[name].has_expected else []
        for name_of in arrays:
            found = np.concatenate([getattr(one, name_of) for one in live])
            np.testing.assert_array_equal(found, getattr(replay.result, name_of)[len(first) :])
        reasons = [reason for one in live for reason in one.reason]
        assert reasons == replay.result.reason[len(first) :]


@every
def test_the_input_is_left_alone(name):
    y = clean()
    y[30] = np.nan
    series = series_of(y, SEASON)
    series.y.flags.writeable = False
    before = series.y.copy()
    for causal in modes(name):
        task = DetectTask(ModelSpec(name), causal=causal)
        outcome = detect_many(task, [series, *peers(name, len(y))])[0]
        assert outcome.error is None, outcome.error
        np.testing.assert_array_equal(series.y, before)


@every
def test_what_was_missing_is_not_judged(name):
    y = clean()
    y[[0, 30, 31]] = np.nan
    for causal in modes(name):
        detection = result(name, y, causal=causal)
        assert np.isnan(detection.score[[30, 31]]).all()
        assert not detection.is_anomaly[[0, 30, 31]].any()


@every
def test_the_same_seed_gives_the_same_answer(name):
    y = clean(seed=5)
    for causal in modes(name):
        one = result(name, y, causal=causal, random_state=7)
        two = result(name, y, causal=causal, random_state=7)
        np.testing.assert_array_equal(one.score, two.score)


@every
@pytest.mark.parametrize("value", [0.0, 5.0, -1e12, 1e-12])
@pytest.mark.parametrize("season", [1, SEASON])
def test_a_constant_has_no_anomalies(name, value, season):
    for causal in modes(name):
        outcome = run(name, np.full(40, value), causal=causal, season=season)
        assert outcome.error is None
        assert not outcome.result.is_anomaly.any()
        assert [notice.code for notice in outcome.notices] == ["constant_series"]


@pytest.mark.parametrize("name", FOR_POINTS)
@pytest.mark.parametrize("change", [1.0, -1e-3, 1e6])
def test_a_later_different_value_in_a_constant_is_one(name, change):
    y = np.full(60, 5.0)
    y[50] += change
    for causal in modes(name):
        found = result(name, y, causal=causal, season=1).is_anomaly
        assert about(name, np.flatnonzero(found)) == [50]


@every
@pytest.mark.parametrize("size", range(1, 31))
def test_every_length_has_an_answer_or_a_named_error(name, size):
    for season in (1, 4, SEASON):
        y = clean(size, seed=size)
        for causal in modes(name):
            outcome = run(name, y, causal=causal, season=season)
            if outcome.error is None:
                assert outcome.result.score.shape == (size,)
                assert not np.isinf(outcome.result.score).any()
            else:
                assert isinstance(outcome.error, SeriesError)
                assert outcome.error.code == "series_too_short"
                assert outcome.error.problems[0].unique_id == "a"


@every
@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_the_unit_of_the_values_does_not_matter(name, scale):
    y = clean()
    y[70] += 30.0
    for causal in modes(name):
        plain, scaled = result(name, y, causal=causal), result(name, scale * y, causal=causal)
        if name in FOR_POINTS:
            assert int(np.nanargmax(scaled.score)) in ends_of_windows(name, 70, causal=causal)
            assert scaled.is_anomaly[70]
        assert abs(int(scaled.is_anomaly.sum()) - int(plain.is_anomaly.sum())) <= 1


@every
def test_what_it_tells_of_itself_can_be_sent(name):
    for causal in modes(name):
        info = run(name, clean(), causal=causal).model
        json.dumps({"params": dict(info.params), "details": dict(info.details)}, allow_nan=False)
        assert info.title
        assert info.name == name


@every
def test_its_cost_is_a_positive_number_that_grows(name):
    work = [Workload.of_one(size, SEASON) for size in (10, 1000, 100_000)]
    costs = [DETECTORS[name]().cost(one).seconds for one in work]
    assert 0.0 < costs[0] <= costs[1] <= costs[2]
    assert DETECTORS[name]().cost(work[1], causal=True).seconds >= costs[1]


@every_causal
def test_its_cost_tells_of_going_from_point_to_point(name):
    """In Python that takes tens of microseconds a point; only a moving window has a library's loop."""
    for_each = DETECTORS[name]().cost(Workload.of_one(1_000_000, SEASON), causal=True).seconds
    assert for_each > 10.0 or name == "rolling_band"


@every
def test_the_catalog_tells_the_least_number_of_points(name):
    least = registry.describe(DETECTORS[name])["min_observations"]
    assert run(name, clean(least), season=1).error is None
    if least > 1:
        error = run(name, clean(least - 1), season=1).error
        assert isinstance(error, SeriesError)
        assert error.code == "series_too_short"
