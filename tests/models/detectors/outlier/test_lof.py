import numpy as np
from sklearn.neighbors import LocalOutlierFactor

from models.detectors.outlier.lof import Lof, LofParams
from tests.models.build import series_of


def test_factors_are_those_of_scikit_learn_for_known_and_for_new_windows():
    y = np.random.default_rng(0).normal(size=300).cumsum()
    # windows of three lie apart from all others but themselves
    detector = Lof(LofParams(window=3, neighbors=10)).fit([series := series_of(y, None)])
    vectors = detector._vectors(series.y)
    original = LocalOutlierFactor(10, novelty=True).fit(vectors)
    known = detector._strangeness(vectors, np.arange(len(vectors)))
    np.testing.assert_allclose(known, -original.negative_outlier_factor_, rtol=1e-6)
    new = vectors + 0.1
    np.testing.assert_allclose(
        detector._strangeness(new, None), -original.score_samples(new), rtol=1e-6
    )


def test_windows_of_an_outage_are_not_each_others_neighbours():
    y = np.round(200.0 + 14.0 * np.random.default_rng(124).normal(size=900))
    y[600:630] = 0.0
    [scores] = Lof().fit([series := series_of(y)]).score([series], 99.0)
    assert (scores.raw > scores.threshold)[600:630].all()
