"""Between the units of a series and the scale of its detector."""

import numpy as np
import pytest

from models.data.results import CalibratedScores, Scores
from models.decisions.restoring import BoundedTransform
from models.decisions.scale import calibrate
from models.transforms.bounds import Bounds
from models.transforms.chain import TransformChain
from models.types import FloatArray

Y = np.array([1.0, 2.0, 4.0, 8.0])


def measured(z: FloatArray, expected: float, scale: float) -> CalibratedScores:
    center, spread = np.full(len(z), expected), np.full(len(z), scale)
    return calibrate(Scores(np.abs(z - center) / spread, center, spread, threshold=2.0))


def test_what_was_expected_comes_back_as_the_median_and_the_score_stays() -> None:
    units = BoundedTransform(TransformChain.of("log").fit(Y))
    found = measured(units.chain.apply(Y), np.log(2.0), np.log(2.0) / 2)
    back = units.restored(found, Y)
    np.testing.assert_allclose(back.expected, 2.0)
    assert back.band is not None
    np.testing.assert_allclose(back.band.lower, 1.0)
    np.testing.assert_allclose(back.band.upper, 4.0)
    np.testing.assert_allclose(back.score, [1.0, 0.0, 1.0, 2.0])


def test_a_difference_is_expected_on_top_of_the_value_before() -> None:
    units = BoundedTransform(TransformChain.of("difference").fit(Y))
    back = units.restored(measured(units.chain.apply(Y), 1.0, 0.5), Y)
    np.testing.assert_allclose(back.score, [np.nan, 0.0, 1.0, 3.0])
    np.testing.assert_allclose(back.expected, [np.nan, 2.0, 3.0, 5.0])
    assert back.band is not None
    np.testing.assert_allclose(back.band.upper, [np.nan, 3.0, 4.0, 6.0])


def test_without_an_expected_value_there_is_nothing_to_invert() -> None:
    units = BoundedTransform(TransformChain.of("difference").fit(Y), Bounds(lower=0.0))
    back = units.restored(calibrate(Scores(np.array([1.0, 2.0, 3.0]), threshold=2.0)), Y)
    np.testing.assert_allclose(back.score, [np.nan, 0.5, 1.0, 1.5])
    assert (back.expected, back.band) == (None, None)


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (0.0, 0.0),  # the nearest possible value to what was expected
        (2.0, 0.5),
        (4.0, 1.0),
        (-1.0, 1e9),  # beyond what is possible, however wide the band was
        (np.nan, np.nan),
    ],
)
def test_a_point_is_measured_by_the_band_that_bounds_leave(value: float, score: float) -> None:
    y = np.array([value])
    back = BoundedTransform(bounds=Bounds(lower=0.0)).restored(
        measured(np.nan_to_num(y), -2.0, 3.0), y
    )
    assert back.expected is not None
    assert back.band is not None
    assert (back.expected[0], back.band.lower[0], back.band.upper[0]) == (0.0, 0.0, 4.0)
    np.testing.assert_allclose(back.score, [score])


def test_bounds_that_the_band_keeps_change_nothing() -> None:
    found = measured(Y, 4.0, 1.0)
    back = BoundedTransform(bounds=Bounds(lower=0.0, upper=9.0)).restored(found, Y)
    np.testing.assert_array_equal(back.score, found.score)


def test_what_cannot_be_judged_stays_so() -> None:
    unknown = np.array([np.nan])
    found = CalibratedScores(unknown, np.array([3.0]), measured(unknown, 3.0, np.nan).band)
    back = BoundedTransform(bounds=Bounds(upper=2.0)).restored(found, np.array([1.0]))
    assert np.isnan(back.score[0])
    assert back.expected is not None
    assert back.expected[0] == 2.0
