"""The exponentially weighted band: its recursion, and what it forgets."""

import numpy as np
import pandas as pd

from models.detectors.statistical.ewma_band import EwmaBand, EwmaBandParams
from tests.models.build import series_of


def judged(y, **params):
    detector = EwmaBand(EwmaBandParams(**params)).begin([series_of(y)])
    return detector.observe(np.asarray(y, dtype=float), 99.0)


def test_the_average_is_that_of_pandas_once_it_has_settled():
    y = np.random.default_rng(0).normal(10.0, 1.0, size=400)
    mean = pd.Series(y).ewm(alpha=0.05, adjust=False).mean().to_numpy()
    found = judged(y, alpha=0.05, k=1000.0)
    np.testing.assert_allclose(found.expected[300:], mean[299:-1], atol=0.2)


def test_a_new_level_is_believed_in_the_end():
    y = np.concatenate([np.random.default_rng(1).normal(0, 1, 100), np.full(200, 30.0)])
    found = judged(y, alpha=0.2)
    assert found.raw[100] > found.threshold[100]
    assert found.raw[-1] < found.threshold[-1]


def test_warm_up_and_weight_are_as_asked_for():
    y = np.arange(40.0)
    assert np.isnan(judged(y, warm_up=25).raw[:25]).all()
    assert np.isfinite(judged(y, warm_up=25).raw[25:]).all()
    step = np.concatenate([np.random.default_rng(2).normal(size=60), np.full(5, 2.0)])
    assert judged(step, alpha=0.5).expected[-1] > judged(step, alpha=0.05).expected[-1] + 0.5
