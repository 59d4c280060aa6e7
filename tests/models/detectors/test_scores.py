import numpy as np
import pytest

from models.data.results import Interval, Scores
from models.detectors.scores import merged, scores_by_tails
from models.stats.sided_tails import Side, Tails

Y = np.array([4.0, 1.0, 5.0, 2.0])
USUAL = [Tails(Side(2.0, 5.0), Side(0.5, 6.0), 3.0), Tails(Side(2.0, 5.0), Side(0.5), 3.0), None]
USUAL.append(Tails(Side(0.0), Side(0.0), 2.0))


def test_points_are_judged_by_the_tail_of_their_side() -> None:
    scores = scores_by_tails(Y, USUAL)
    np.testing.assert_allclose(scores.raw, [2.0, 1.0, np.nan, 0.0])
    np.testing.assert_allclose(scores.expected, [3.0, 3.0, np.nan, 2.0])
    np.testing.assert_allclose(scores.degrees_of_freedom, [6.0, 5.0, np.nan, np.inf])


@pytest.mark.parametrize("place", range(len(Y)))
def test_one_point_alone_is_judged_as_among_others(place: int) -> None:
    alone = scores_by_tails(Y[place : place + 1], USUAL[place : place + 1])
    among = scores_by_tails(Y, USUAL)
    for name in ("raw", "expected", "scale", "degrees_of_freedom"):
        np.testing.assert_array_equal(getattr(alone, name)[0], getattr(among, name)[place])
    assert alone.sides is not None
    assert among.sides is not None
    for own, other in zip(alone.sides.rows, among.sides.rows, strict=True):
        np.testing.assert_array_equal(own[0], other[place])


def test_no_points_have_no_scores() -> None:
    assert scores_by_tails(np.empty(0), []).raw.shape == (0,)


def scored(where: slice) -> Scores:
    scores = scores_by_tails(Y[where], USUAL[where])
    scores.threshold, scores.band = 2.5, Interval(Y[where] - 1.0, Y[where] + 1.0)
    return scores


def test_scores_of_pieces_are_those_of_the_whole() -> None:
    whole, found = (
        scored(slice(None)),
        merged([scored(slice(3)), scored(slice(3, 4))], np.concatenate),
    )
    for name in ("raw", "expected", "scale", "degrees_of_freedom", "inner"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    assert found.threshold.tolist() == [2.5] * len(Y)
    np.testing.assert_array_equal(found.sides.rows, whole.sides.rows)
    np.testing.assert_array_equal(found.band.lower, Y - 1.0)
    np.testing.assert_array_equal(found.band.upper, Y + 1.0)


def test_a_band_that_one_piece_lacks_is_none_of_the_whole() -> None:
    first, second = scored(slice(3)), scored(slice(3, 4))
    second.band = second.sides = None
    found = merged([first, second], np.concatenate)
    assert found.band is None
    assert found.sides is None
