import numpy as np
from sklearn.ensemble import IsolationForest as Original

from models.detectors.outlier.isolation_forest import IsolationForest, IsolationForestParams
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
