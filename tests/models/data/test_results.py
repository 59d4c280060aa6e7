"""What comes out of models."""

from dataclasses import replace

import numpy as np

from models.data.results import CalibratedScores, Detection, Interval, left_padded


def test_what_stands_before_is_filled_and_the_values_are_the_last() -> None:
    np.testing.assert_array_equal(
        left_padded(2, np.array([3.0, 4.0, 5.0])), [np.nan] * 2 + [3, 4, 5]
    )
    flags = left_padded(1, np.array([True]), False)
    assert (flags.dtype, flags.tolist()) == (np.dtype(bool), [False, True])
    assert left_padded(0, np.array([1, 2]), 0).tolist() == [1, 2]


def test_scores_of_last_points_are_told_of_all() -> None:
    two = np.array([1.0, 2.0])
    found = CalibratedScores(two, two, Interval(two - 1.0, two + 1.0), threshold=3.0)
    assert found.after(0) is found
    whole = found.after(1)
    assert whole.expected is not None
    assert whole.band is not None
    for one in (whole.score, whole.expected, whole.band.lower + 1.0, whole.band.upper - 1.0):
        np.testing.assert_array_equal(one, [np.nan, 1.0, 2.0])
    assert whole.threshold == 3.0


def test_a_judgement_of_last_points_is_told_of_all() -> None:
    score, flagged = np.array([2.0, 0.5]), np.array([True, False])
    zeros = np.zeros(2)
    found = Detection(score, flagged, zeros, zeros.astype(np.int64), {0: "why"}, unjudged=1)
    whole = found.in_full()
    assert (whole.is_anomaly.tolist(), whole.reasons) == ([False, True, False], {1: "why"})
    np.testing.assert_array_equal(whole.score, [np.nan, 2.0, 0.5])
    assert (whole.expected, whole.band, whole.unjudged) == (None, None, 0)
    assert replace(found, unjudged=0).in_full().reasons == {0: "why"}
    expected = replace(found, expected=score).in_full().expected
    assert expected is not None
    np.testing.assert_array_equal(expected, [np.nan, 2.0, 0.5])
