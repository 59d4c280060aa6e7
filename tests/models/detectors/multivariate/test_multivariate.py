"""Columns that are judged together: what goes together, what does not, and which column it is."""

import re
from dataclasses import replace

import numpy as np
import pytest
from sklearn.covariance import MinCovDet

from models import registry
from models.contract.state import State
from models.data.series import Series
from models.decisions.rules import Rules
from models.detectors.multivariate.multivariate import Multivariate, MultivariateParams
from models.errors import FitFailed
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.task import TaskOptions
from tests.models.build import series_of


def together(size: int = 600, seed: int = 0, **planted: dict[int, float]) -> Series:
    """A load that falls by two for each degree of temperature, and a wind that has nothing to do with it."""
    random = np.random.default_rng(seed)
    columns = {"temp": random.normal(size=size), "wind": random.normal(size=size)}
    y = 100 - 2 * columns["temp"] + 0.2 * random.normal(size=size)
    columns["y"] = y
    for name, points in planted.items():
        for place, change in points.items():
            columns[name][place] += change
    y = columns.pop("y")
    return replace(series_of(y), exog=columns)


def flagged(series: Series) -> list[int]:
    (outcome,) = detect_many(DetectTask(ModelSpec("multivariate"), Rules(level=99.99)), [series])
    assert outcome.error is None
    assert [one.code for one in outcome.notices] == ([] if series.exog else ["no_columns"])
    return np.flatnonzero(outcome.result.is_anomaly).tolist()


def test_a_value_that_is_usual_by_itself_and_does_not_go_with_the_others_is_found():
    series = together()
    place = int(np.argmin(np.abs(series.exog["temp"])))
    series.y[place] += 3.0
    assert abs(series.y[place] - 100.0) < 2.0 * np.std(series.y)
    assert place in flagged(series)
    alone = replace(series, exog={})
    assert place not in flagged(alone)


def test_the_part_of_each_column_is_told():
    series = together(wind={50: 12.0}, y={400: 9.0})
    (outcome,) = detect_many(DetectTask(ModelSpec("multivariate")), [series])
    details = outcome.model.details
    assert details["columns"] == ["y", "temp", "wind"]
    told = {one["point"]: one["parts"] for one in details["contributions"]}
    assert max(told[50], key=told[50].get) == "wind"
    assert told[50]["wind"] > 0.8
    assert max(told[400], key=told[400].get) == "y"
    for parts in told.values():
        assert sum(parts.values()) == pytest.approx(1.0, abs=1e-3)


def test_the_reason_names_the_column_that_is_off():
    series = together(wind={50: 12.0}, y={400: 9.0})
    (outcome,) = detect_many(DetectTask(ModelSpec("multivariate")), [series])
    wind, y = outcome.result.reason[50], outcome.result.reason[400]
    value = f"{series.exog['wind'][50]:.2f}"
    assert re.search(
        rf"is due to wind, which is {value}\d*: 1\d(\.\d+)? usual deviations above what the others tell of it\.$",
        wind,
    )
    assert re.search(r"is due to the value itself: \d+\.?\d* usual deviations above", y)
    share = {one["point"]: one["parts"] for one in outcome.model.details["contributions"]}
    assert f"the largest part, {100 * share[50]['wind']:.0f} % of it" in wind


def test_the_reason_after_differences_is_of_the_same_point():
    series = together(wind={50: 12.0})
    task = DetectTask(ModelSpec("multivariate"), options=TaskOptions(transform="difference"))
    (outcome,) = detect_many(task, [series])
    assert "is due to wind" in outcome.result.reason[50]


def test_the_distance_is_that_of_scikit_learn():
    series = together(300)
    detector = Multivariate(MultivariateParams(shrinkage=0.0)).fit([series])
    [scores] = detector.score([series], 99.0)
    z = detector._deviations(series)
    expected = MinCovDet(random_state=0, assume_centered=True).fit(z)
    np.testing.assert_allclose(scores.raw**2, expected.mahalanobis(z), rtol=1e-9)


@pytest.mark.no_cover
def test_level_means_what_it_says():
    share = []
    for seed in range(4):
        (outcome,) = detect_many(DetectTask(ModelSpec("multivariate")), [together(1500, seed)])
        share.append(outcome.result.is_anomaly.mean())
    assert 0.003 < np.mean(share) < 0.02


def test_what_was_learned_is_kept_and_judges_other_series():
    detector = Multivariate().fit([together(seed=1), together(200, seed=2)])
    new = together(seed=3, y={123: 8.0})
    again = registry.revive(State.from_bytes(detector.state().to_bytes()))
    [before], [after] = detector.score([new], 99.0), again.score([new], 99.0)
    np.testing.assert_array_equal(before.raw, after.raw)
    assert int(np.argmax(after.raw)) == 123
    assert np.mean(after.raw > after.threshold) < 0.03


def test_other_columns_than_were_learned_are_refused():
    detector = Multivariate().fit([together()])
    with pytest.raises(FitFailed, match="temp, wind"):
        detector.score([replace(together(), exog={})], 99.0)


def test_columns_with_gaps_and_without_any_change_do_no_harm():
    series = together(y={321: 9.0})
    gaps = series.exog["wind"].copy()
    gaps[100:130] = np.nan
    nothing = np.full(len(series), np.nan)
    odd = {"temp": series.exog["temp"], "wind": gaps, "same": np.full(600, 5.0), "none": nothing}
    found = flagged(replace(series, exog=odd))
    assert 321 in found
    assert len(found) < 5


def test_what_leads_is_off_what_the_others_tell_though_usual_by_itself():
    random = np.random.default_rng(601)
    common = random.normal(size=500)
    common[350] = -1.5
    y = 10.0 + 3.0 * common + 0.2 * random.normal(size=500)
    y[350] += 4.5  # back where most values are
    load, temp = (
        common + 0.1 * random.normal(size=500),
        2.0 * common + 0.1 * random.normal(size=500),
    )
    series = replace(series_of(y), exog={"load": load, "temp": temp})
    (outcome,) = detect_many(DetectTask(ModelSpec("multivariate")), [series])
    assert "is due to the value itself" in outcome.result.reason[350]


@pytest.mark.no_cover
@pytest.mark.parametrize("share", [0.02, 0.08])
def test_what_a_mark_explains_of_the_others_is_usual_and_so_is_the_mark(share):
    shares = []
    for seed in range(4):
        random = np.random.default_rng(seed)
        mark = (random.random(672) < share).astype(float)
        temp = random.normal(20.0, 3.0, 672)
        y = 100.0 + 2.0 * temp + 40.0 * mark + random.normal(0.0, 3.0, 672)
        place = int(np.flatnonzero(mark)[5])
        y[place] -= 40.0  # a promotion that did nothing
        series = replace(series_of(y), exog={"promotion": mark, "temp": temp})
        [outcome] = detect_many(DetectTask(ModelSpec("multivariate")), [series])
        assert outcome.result.is_anomaly[place]
        shares.append(outcome.result.is_anomaly.mean())
    assert np.mean(shares) < 0.02  # as many as there are marks


def test_a_week_is_usual_beside_its_days():
    random, hour = np.random.default_rng(0), np.arange(6 * 168)
    course = 30.0 * np.sin(2.0 * np.pi * hour / 24) - 50.0 * (hour // 24 % 7 >= 5)
    y, temp, wind = (course + 5.0 * random.normal(size=len(hour)) for _ in range(3))
    y[[500, 700]] += 35.0
    series = replace(series_of(y), exog={"temp": temp, "wind": wind}, season_length=(24, 168))
    assert flagged(series) == [500, 700]
