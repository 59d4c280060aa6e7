import numpy as np

from models.features.windows import lag_windows, of_points, window_features, window_length


def test_a_window_reaches_from_one_peak_to_the_next():
    t = np.arange(1000)
    y = np.sin(2 * np.pi * t / 40) + 0.2 * np.random.default_rng(0).normal(size=1000)
    assert abs(window_length(y) - 40) <= 1


def test_noise_has_the_usual_window_and_short_series_an_eighth():
    y = np.random.default_rng(1).normal(size=4000)
    assert window_length(y) == 125
    assert window_length(y[:80]) <= 10
    assert window_length(y[:4]) == 3
    assert window_length(np.full(2000, 5.0)) == 125


def test_points_have_the_mean_of_the_windows_that_hold_them():
    scores = np.array([1.0, 3.0, 5.0])
    np.testing.assert_allclose(of_points(scores, 2), [1.0, 2.0, 4.0, 5.0])
    assert len(of_points(scores, 2, length=2)) == 4


def test_features_are_those_of_each_window():
    y = np.array([1.0, 2.0, 3.0, 10.0])
    found = window_features(y, 3)
    np.testing.assert_allclose(found[0, :4], [2.0, np.std([1, 2, 3]), 1.0, 3.0])
    assert found.shape == (2, 6)
    assert lag_windows(y, 3).shape == (2, 3)
