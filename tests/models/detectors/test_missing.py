"""What was filled in says nothing of how far values usually lie off."""

from dataclasses import replace

import numpy as np
import pytest

from models.data.results import Detection
from models.data.series import Series
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of

DETECTORS = ["auto", "band", "rolling_band", "prediction_interval"]
MEANS = [("band", {"center": "mean"}), ("rolling_band", {"center": "mean"})]
EVERY = [*((name, {}) for name in DETECTORS), *MEANS]
CAUSAL = [(name, params) for name, params in EVERY if name != "band"]


def noise(every: int, size: int = 600, seed: int = 5) -> np.ndarray:
    """White noise of which each ``every``-th value was sent; of every second, which is up to chance."""
    random = np.random.default_rng(seed)
    y = random.normal(50.0, 5.0, size)
    sent = random.random(size) < 0.5 if every == 2 else np.arange(size) % every == 0
    sent[0] = True
    return np.where(sent, y, np.nan)


def filled(y: np.ndarray, how: str) -> Series:
    seen, place = np.isfinite(y), np.arange(len(y))
    values = {
        "mean": np.where(seen, y, np.nanmean(y)),
        "ffill": y[np.maximum.accumulate(np.where(seen, place, 0))],
        "interpolate": np.interp(place, place[seen], y[seen]),
    }[how]
    return replace(series_of(values, 1), observed=seen)


def judged(series: Series, name: str, params: dict, causal: bool = False) -> Detection:
    (outcome,) = detect_many(DetectTask(ModelSpec(name, params), causal=causal), [series])
    assert outcome.error is None, outcome.error
    return outcome.result


def share(detection: Detection, seen: np.ndarray) -> float:
    assert np.isnan(detection.score[~seen]).all()
    return float(np.mean(detection.is_anomaly[seen]))


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "params"), CAUSAL)
@pytest.mark.parametrize("every", [2, 3])
def test_points_as_they_come_are_ordinary_with_most_of_them_missing(name, params, every):
    y = noise(every)
    assert share(judged(series_of(y, 1), name, params, causal=True), np.isfinite(y)) < 0.03
    spiked = y.copy()
    spiked[300] = 100.0
    detection = judged(series_of(spiked, 1), name, params, causal=True)
    assert np.nanargmax(detection.score) == 300
    assert detection.is_anomaly[300]


@pytest.mark.parametrize(("name", "params"), EVERY)
@pytest.mark.parametrize("how", ["mean", "ffill", "interpolate"])
@pytest.mark.parametrize("every", [2, 3])
def test_a_whole_series_is_ordinary_however_it_was_filled(name, params, how, every):
    y = noise(every)
    assert share(judged(filled(y, how), name, params), np.isfinite(y)) < 0.05
    spiked = y.copy()
    spiked[300] = 120.0
    detection = judged(filled(spiked, how), name, params)
    assert np.nanargmax(detection.score) == 300
    assert detection.is_anomaly[300]


@pytest.mark.parametrize(("name", "params"), [("band", {}), *MEANS, ("rolling_band", {})])
def test_a_band_is_that_of_the_values_that_were_sent(name, params):
    y = noise(3)
    seen = np.isfinite(y)
    whole, sent = judged(filled(y, "mean"), name, params), judged(series_of(y[seen]), name, params)
    np.testing.assert_array_equal(whole.score[seen], sent.score)
    np.testing.assert_array_equal(whole.band.lower[seen], sent.band.lower)


@pytest.mark.parametrize("sent", [1, 2, 3])
@pytest.mark.parametrize(("name", "params"), EVERY)
def test_next_to_nothing_was_sent(name, params, sent):
    y = np.zeros(40)
    y[[5, 20, 30][:sent]] = [1.0, 2.0, 4.0][:sent]
    detection = judged(replace(series_of(y, 1), observed=y > 0.0), name, params)
    assert not detection.is_anomaly.any()


@pytest.mark.parametrize("name", ["auto", "prediction_interval"])
def test_a_spike_before_a_gap_is_not_what_is_expected_after_it(name):
    y = noise(1, 200)
    y[100] = 150.0
    y[101:110] = np.nan
    expected = judged(series_of(y, 1), name, {}, causal=True).expected[101:111]
    assert np.all(np.abs(expected - 50.0) < 10.0)
