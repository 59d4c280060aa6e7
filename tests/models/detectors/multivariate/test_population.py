"""One series against its peers: what all do is usual, what one does alone is not."""

from dataclasses import replace

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.data.series import RawSeries, Series
from models.decisions.labels import Label
from models.decisions.rules import Rules
from models.detectors.multivariate.population import Population
from models.errors import FitFailed
from models.evaluation.detector_trials import DetectorTrial, try_many
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of

LEVELS, SCALES = np.geomspace(1.0, 1e4, 8), np.geomspace(0.01, 300.0, 8)


def servers(count: int = 8, size: int = 300, seed: int = 0) -> np.ndarray:
    """Loads that share one course, each with its own level and scale; (count, size)."""
    random = np.random.default_rng(seed)
    course = np.cumsum(random.normal(size=size)) + random.standard_t(3, size=size)
    noise = 0.3 * random.normal(size=(count, size))
    return np.resize(LEVELS, count)[:, None] + np.resize(SCALES, count)[:, None] * (course + noise)


def judged(rows, level: float = 99.99, **options):
    series = [
        one if isinstance(one, Series) else series_of(one, 1, f"s{i}") for i, one in enumerate(rows)
    ]
    return detect_many(DetectTask(ModelSpec("population"), Rules(level=level), **options), series)


def flagged(outcome) -> list[int]:
    assert outcome.error is None, outcome.error
    return np.flatnonzero(outcome.result.is_anomaly).tolist()


def test_what_one_does_alone_is_found_though_it_is_usual_by_itself():
    rows = servers()
    rows[3, 150] = np.median(rows[3]) + 0.2 * SCALES[3]  # the others are elsewhere then
    assert abs(servers()[3, 150] - rows[3, 150]) > 3.0 * SCALES[3]
    found = judged(rows)
    assert flagged(found[3]) == [150]
    assert not any(flagged(one) for place, one in enumerate(found) if place != 3)
    [alone] = detect_many(DetectTask(ModelSpec("band"), Rules(level=99.99)), [series_of(rows[3])])
    assert 150 not in flagged(alone)


def test_what_all_do_together_is_none():
    rows = servers()
    rows[:, 200:210] += 50.0 * SCALES[:, None]
    assert not any(flagged(one) for one in judged(rows))


def test_what_is_expected_is_what_the_peers_do_in_the_units_of_the_series():
    rows = servers()
    rows[5, 100] -= 40.0 * SCALES[5]
    [outcome] = judged(rows)[5:6]
    result = outcome.result
    assert flagged(outcome) == [100]
    assert abs(result.expected[100] - servers()[5, 100]) < 2.0 * SCALES[5]
    assert result.direction[100] == -1
    assert result.band.lower[100] < result.expected[100] < result.band.upper[100]
    reason = result.reason[100]
    assert "is below the 99.99 % band of its peers from" in reason
    assert "was expected." in reason
    assert outcome.model.details["peers"] == 7
    assert outcome.model.details["goes_along"] == pytest.approx(1.0, abs=0.1)


def test_a_series_that_goes_along_by_half_or_not_at_all_is_expected_to():
    rows = servers(size=600)
    random = np.random.default_rng(9)
    course = (rows[0] - LEVELS[0]) / SCALES[0]
    rows[1] = 10.0 + 0.05 * course + random.normal(size=600)
    rows[2] = 5.0 + random.normal(size=600)
    found = judged(rows, 99.0)
    assert found[1].model.details["goes_along"] < 0.9
    assert abs(found[2].model.details["goes_along"]) < 0.1
    for outcome in found[1:3]:
        assert len(flagged(outcome)) < 18


def test_course_and_scatter_are_those_of_a_slow_loop():
    rows = servers(5, 40)
    rows[2, 7], rows[4, 8] = np.nan, np.nan
    series = [series_of(one, 1, f"s{i}") for i, one in enumerate(rows)]
    detector = Population().fit(series)
    z = []
    for one in rows:
        off = one - np.nanmedian(one)
        z.append(off / (1.482602218505602 * np.nanmedian(np.abs(off))))
    for place, one in enumerate(series):
        others = np.delete(np.array(z), place, axis=0)
        course, scatter, peers = detector._course(one)
        np.testing.assert_allclose(course, np.nanmedian(others, axis=0), rtol=1e-12)
        low, high = np.nanquantile(others, [0.25, 0.75], axis=0)
        np.testing.assert_allclose(scatter, (high - low) / 1.3489795, rtol=1e-6)
        np.testing.assert_array_equal(peers, np.isfinite(others).sum(axis=0))


@pytest.mark.parametrize("count", [4, 6, 30])
def test_level_means_what_it_says(count):
    found = [judged(servers(count, 1000, seed), 99.0) for seed in range(2)]
    share = np.mean([one.result.is_anomaly.mean() for several in found for one in several])
    assert 0.004 < share < 0.016


def test_order_names_and_units_do_not_matter():
    rows = servers(6)
    rows[1, 50] += 20.0 * SCALES[1]
    plain = judged(rows)
    turned = judged(1e-3 * rows[::-1] - 7.0)[::-1]
    for one, other in zip(plain, turned, strict=True):
        np.testing.assert_allclose(one.result.score, other.result.score, rtol=1e-6, atol=1e-9)


def dated(rows, starts, freq="D") -> list[Series]:
    raw = [
        RawSeries(f"s{i}", one, start=start, freq=freq)
        for i, (one, start) in enumerate(zip(rows, starts, strict=True))
    ]
    return [one.series for one in prepare(raw, PreparationOptions())]


def test_peers_are_found_by_their_stamps():
    rows = servers(6, 120)
    rows[0, 60] += 30.0 * SCALES[0]
    late = dated([rows[0], *(one[20:] for one in rows[1:])], ["2024-01-01"] + 5 * ["2024-01-21"])
    found = judged(late)
    assert flagged(found[0]) == [60]
    assert np.isnan(found[0].result.score[:20]).all()
    [notice] = found[0].notices
    assert notice.code == "few_peers"
    assert notice.message.startswith("20 points were not judged: fewer than 3 other series")
    assert not found[1].notices


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_three_peers_are_an_error(count):
    for outcome in judged(servers(count)):
        assert isinstance(outcome.error, FitFailed)
        assert "here 0 of 300 points have as many" in outcome.error.problems[0].message
        assert "3 more series" in outcome.error.problems[0].hint


def test_series_of_other_times_are_no_peers():
    rows = servers(5, 60)
    apart = dated(rows, [f"20{year}-01-01" for year in range(20, 25)])
    for outcome in judged(apart):
        assert isinstance(outcome.error, FitFailed)
    mixed = [*dated(rows[:4], 4 * ["2024-01-01"]), series_of(rows[4], 1, "numbers")]
    *along, other = judged(mixed)
    assert all(one.error is None for one in along)
    assert isinstance(other.error, FitFailed)


def test_constant_short_and_gappy_series_do_no_harm():
    rows = [*servers(8, 200)]
    rows[0] = np.full(200, 5.0)
    rows[1] = np.where(np.arange(200) == 77, 6.0, 5.0)
    rows[2][20:60] = np.nan
    rows[3] = rows[3][:5]
    found = judged(rows)
    assert flagged(found[0]) == []
    assert flagged(found[1]) == [77]
    assert np.isnan(found[2].result.score[20:60]).all()
    assert found[3].error.code == "series_too_short"
    assert flagged(found[4]) == []


def test_what_was_learned_is_kept_and_judges_another_series_of_the_same_times():
    rows = servers(9)
    detector = Population().fit([series_of(one, 1, f"s{i}") for i, one in enumerate(rows[:8])])
    again = registry.revive(State.from_bytes(detector.state().to_bytes()))
    new = rows[8].copy()
    new[42] += 30.0 * SCALES[0]
    [before], [after] = (one.score([series_of(new, 1, "new")], 99.99) for one in (detector, again))
    np.testing.assert_array_equal(before.raw, after.raw)
    assert np.flatnonzero(after.raw > after.threshold).tolist() == [42]
    assert after.raw.argmax() == 42


def test_a_backtest_judges_series_beside_each_other():
    rows = servers(5)
    rows[2, 30] += 30.0 * SCALES[2]
    series = [series_of(one, 1, f"s{i}") for i, one in enumerate(rows)]
    broken = replace(series[4], exog={})
    trial = DetectorTrial(DetectTask(ModelSpec("population")), (Label(start=30, unique_id="s2"),))
    tried = try_many(trial, [*series[:4], broken])
    assert [one.unique_id for one in tried] == [f"s{i}" for i in range(5)]
    assert tried[2].result.auc_pr == 1.0


@pytest.mark.parametrize("length", [10, 40])
def test_all_points_of_an_incident_of_one_are_found(length):
    rows = servers()
    rows[3, 200 : 200 + length] += 20.0 * SCALES[3]
    found = judged(rows)
    assert flagged(found[3]) == [*range(200, 200 + length)]
    assert not any(flagged(one) for place, one in enumerate(found) if place != 3)
