import json
from pathlib import Path

import numpy as np

from models.detectors.subsequence.matrix_profile import MatrixProfile, MatrixProfileParams, _profile
from tests.models.build import series_of

GOLDEN = Path(__file__).parents[3] / "golden" / "matrix_profile.json"


def test_the_profile_is_that_of_stumpy():
    golden = json.loads(GOLDEN.read_text())
    y = np.array(golden["y"])
    np.testing.assert_allclose(_profile(y, y, golden["window"], 0), golden["profile"], atol=1e-6)


def test_new_windows_are_compared_with_all_known_ones():
    random = np.random.default_rng(0)
    x, y, w = random.normal(size=120), random.normal(size=60), 8

    def shapes(values):
        runs = np.lib.stride_tricks.sliding_window_view(values, w)
        return (runs - runs.mean(axis=1, keepdims=True)) / runs.std(axis=1, keepdims=True)

    gap = np.linalg.norm(shapes(y)[:, None] - shapes(x), axis=2)
    np.testing.assert_allclose(_profile(y, x, w, None), gap.min(axis=1))


def test_a_shape_that_is_no_other_is_found_at_another_level():
    t = np.arange(800)
    y = np.sin(2 * np.pi * t / 25) + 0.02 * np.random.default_rng(1).normal(size=800)
    y[400:425] = np.abs(y[400:425])
    y += t / 50
    detector = MatrixProfile(MatrixProfileParams(window=25)).fit([series := series_of(y, None)])
    [scores] = detector.score([series], 99.0)
    assert 395 <= int(np.argmax(scores.raw)) <= 430
