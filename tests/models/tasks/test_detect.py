"""From a task and series to judgements: what is refused, what fails alone, what is told."""

import numpy as np
import pytest

from models.data.results import Scores
from models.decisions.rules import Rules
from models.detectors.base import Detector
from models.detectors.scores import deviation_scores
from models.errors import InvalidParameter, UnknownName
from models.params import Params
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, cost_of, detect_many
from models.tasks.watch import Watch
from tests.models.build import series_of


class _Blind(Detector[Params]):
    """A detector that expects no value and looks at the whole series."""

    name = title = "blind"
    has_expected = False

    def _score(self, series):
        if series.y[0] < 0.0:
            raise ZeroDivisionError("of all things")
        return Scores(np.abs(series.y))


@pytest.fixture
def blind(monkeypatch):
    monkeypatch.setattr("models.registry.create", lambda *_args: _Blind())


def test_each_series_has_its_outcome_in_order():
    y = [1.0, 2.0, 1.5, 2.5, 90.0]
    task = DetectTask(ModelSpec("band", {"center": "mean"}))
    series = [series_of(y, unique_id="long"), series_of([1.0, 2.0], unique_id="short")]
    long, short = detect_many(task, series)
    assert (long.unique_id, short.unique_id) == ("long", "short")
    assert long.error is None
    assert long.result.score.shape == (5,)
    assert short.result is None
    assert short.error.code == "series_too_short"
    assert short.error.problems[0].unique_id == "short"


def test_an_unknown_detector_is_refused_with_the_nearest():
    with pytest.raises(UnknownName) as caught:
        detect_many(DetectTask(ModelSpec("bnad")), [])
    assert caught.value.hint == "did you mean 'band'?"


def test_a_detector_that_cannot_be_causal_is_refused_with_those_that_can():
    with pytest.raises(InvalidParameter) as caught:
        DetectTask(ModelSpec("band"), causal=True).make()
    assert "rolling_band" in caught.value.hint
    assert caught.value.problems[0].path == ("causal",)


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("rule", [{"direction": "above"}, {"min_dev": 1.0}, {"min_rel_dev": 0.1}])
def test_a_rule_that_needs_an_expected_value_is_refused_where_there_is_none(rule):
    with pytest.raises(InvalidParameter) as caught:
        DetectTask(ModelSpec("blind"), Rules(**rule)).make()
    assert caught.value.problems[0].path == (next(iter(rule)),)


@pytest.mark.usefixtures("blind")
def test_scores_without_an_expected_value():
    (outcome,) = detect_many(DetectTask(ModelSpec("blind")), [series_of([1.0, 9.0])])
    assert outcome.result.expected is None
    assert outcome.result.band is None
    assert outcome.result.is_anomaly.tolist() == [False, True]
    (constant,) = detect_many(DetectTask(ModelSpec("blind")), [series_of([9.0, 9.0])])
    assert not constant.result.is_anomaly.any()
    assert constant.result.expected is None


@pytest.mark.usefixtures("blind")
def test_whatever_a_detector_raises_is_told_of_its_series():
    (outcome,) = detect_many(DetectTask(ModelSpec("blind")), [series_of([-1.0, 9.0])])
    assert outcome.error.code == "fit_failed"
    assert (
        outcome.error.message
        == "blind could not judge this series: ZeroDivisionError: of all things"
    )


def test_a_constant_series_is_told():
    (outcome,) = detect_many(DetectTask(ModelSpec("auto")), [series_of([3.0] * 9)])
    assert outcome.result.score.tolist() == [0.0] * 9
    assert outcome.result.expected.tolist() == [3.0] * 9
    (notice,) = outcome.notices
    assert notice.message == "all 9 values are 3: nothing is anomalous"
    assert notice.unique_id == "a"


def test_a_filled_value_that_knows_the_future_teaches_nothing_when_causal():
    """Interpolation lays a gap's value half way to the next one, which is not known yet."""
    y = np.random.default_rng(0).normal(size=60)
    y[40] = np.nan
    later = y.copy()
    later[41] = 1e6
    task = DetectTask(ModelSpec("rolling_band"), causal=True)
    one, two = (detect_many(task, [series_of(values)])[0].result for values in (y, later))
    np.testing.assert_array_equal(one.score[:41], two.score[:41])
    assert np.isnan(one.score[40])
    assert two.expected[42] == pytest.approx(one.expected[42], abs=0.5)


def test_a_live_point_is_judged_like_a_replayed_one():
    y = np.r_[np.random.default_rng(0).normal(size=50), 30.0]
    rules = Rules(level=99.9)
    (replay,) = detect_many(DetectTask(ModelSpec("rolling_band"), rules, True), [series_of(y)])
    task = DetectTask(ModelSpec("rolling_band"), rules, True)
    watch = Watch.begin(task, series_of(y[:-1]))
    verdict = watch.observe(y[-1:])
    assert verdict.is_anomaly.tolist() == [True]
    assert verdict.reason == replay.result.reason[-1:]
    assert watch.decisions_.seen == 51


def test_what_has_not_begun_cannot_be_observed():
    with pytest.raises(TypeError, match="band is not causal"):
        DetectTask(ModelSpec("band")).make().begin([series_of([1.0])]).observe(
            np.array([1.0]), 99.0
        )


def test_deviations_below_rounding_are_none():
    y = np.array([1.0, 1.0 + 1e-16, 1.1])
    scores = deviation_scores(y, 1.0, 0.0)
    assert scores.raw.tolist() == [0.0, 0.0, 1e9]


def test_a_cost_is_estimated():
    assert cost_of(DetectTask(ModelSpec("band")), series_of([1.0, 2.0])).seconds > 0.0


def test_a_replay_costs_as_many_fits_as_were_asked_for():
    series = series_of(np.arange(300.0), 7)
    spec = ModelSpec("prediction_interval", {"refit_every": 1})
    once, replayed = (
        cost_of(DetectTask(spec, causal=causal), series).seconds for causal in (False, True)
    )
    assert replayed > 250 * once / 2  # of a whole series there are two
    rarely = DetectTask(ModelSpec("prediction_interval", {"refit_every": 100}), causal=True)
    assert cost_of(rarely, series).seconds < replayed / 15  # more often at the start


@pytest.mark.parametrize("detector", ["band", "rolling_band"])
@pytest.mark.parametrize("causal", [False, True])
def test_k_fixes_the_width_of_the_band_whatever_the_level(detector: str, causal: bool) -> None:
    if causal and detector == "band":
        return
    rng = np.random.default_rng(0)
    y = rng.normal(size=400)
    y[350] = 3.5
    spec = ModelSpec(detector, {"k": 4.0, "center": "mean"})
    (four,) = detect_many(DetectTask(spec, Rules(level=90.0), causal), [series_of(y)])
    spec = ModelSpec(detector, {"k": 3.0, "center": "mean"})
    (three,) = detect_many(DetectTask(spec, Rules(level=90.0), causal), [series_of(y)])
    assert four.result is not None
    assert three.result is not None
    assert not four.result.is_anomaly.any()
    assert three.result.is_anomaly[350]
    assert three.result.score[350] == pytest.approx(four.result.score[350] * 4 / 3)
    reason = three.result.reason[350]
    assert reason is not None
    assert "above the band of 3 standard deviations from" in reason
    if detector == "band":
        band = three.result.band
        assert band is not None
        np.testing.assert_allclose(band.upper, y.mean() + 3 * y.std(ddof=1))
