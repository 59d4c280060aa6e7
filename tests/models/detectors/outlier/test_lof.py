import numpy as np
from sklearn.neighbors import LocalOutlierFactor

from models.detectors.outlier.lof import Lof, LofParams
from tests.models.build import series_of


def test_factors_are_those_of_scikit_learn_for_known_and_for_new_windows():
    y = np.random.default_rng(0).normal(size=300).cumsum()
    detector = Lof(LofParams(window=5, neighbors=10)).fit([series := series_of(y, None)])
    vectors = detector._vectors(series.y)
    original = LocalOutlierFactor(10, novelty=True).fit(vectors)
    known = detector._strangeness(vectors, np.arange(len(vectors)))
    np.testing.assert_allclose(known, -original.negative_outlier_factor_, rtol=1e-6)
    new = vectors + 0.1
    np.testing.assert_allclose(
        detector._strangeness(new, None), -original.score_samples(new), rtol=1e-6
    )
