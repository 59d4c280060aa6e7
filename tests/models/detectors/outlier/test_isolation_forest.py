import numpy as np
import pytest
from sklearn.ensemble import IsolationForest as Original

from models.detectors.outlier.isolation_forest import IsolationForest, IsolationForestParams
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of


def test_scores_are_those_of_scikit_learn():
    y = np.sin(np.arange(400) / 5) + 0.1 * np.random.default_rng(0).normal(size=400)
    y[200] = 3.0
    detector = IsolationForest(IsolationForestParams(window=8, trees=30), random_state=3)
    detector.fit([series := series_of(y, None)])
    vectors = detector._vectors(series.y)
    forest = Original(n_estimators=30, max_samples=256, random_state=3).fit(vectors)
    np.testing.assert_allclose(
        detector._strangeness(vectors, None), -forest.score_samples(vectors), rtol=1e-9
    )


def test_a_strange_stretch_is_found():
    t = np.arange(1200)
    y = np.sin(2 * np.pi * t / 24) + 0.1 * np.random.default_rng(1).normal(size=1200)
    y[600:630] += 1.5
    detector = IsolationForest(IsolationForestParams(window=12))
    [scores] = detector.fit([series := series_of(y, None)]).score([series], 99.0)
    assert 595 <= int(np.argmax(scores.raw)) <= 635


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_lone_value_is_found_with_a_short_window(seed):
    y = np.random.default_rng(seed).uniform(80.0, 120.0, 500).round()
    y[300] = 0.0
    spec = ModelSpec("isolation_forest", {"window": 2})
    [outcome] = detect_many(DetectTask(spec), [series_of(y)])
    assert int(np.argmax(outcome.result.score)) in (299, 300, 301)
    assert outcome.result.is_anomaly[300]
