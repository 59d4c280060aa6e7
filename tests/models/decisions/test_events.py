"""Flags as events, with values that can be checked in the head."""

import numpy as np
import pytest

from models.data.results import Detection
from models.decisions.events import Events, events_of

NAN = float("nan")


def found(y, flags, *, score=None, expected=10.0, side=None, **options) -> Events:
    """The events of values of which some are flagged; what was expected is 10 unless said otherwise."""
    y = np.asarray(y, dtype=np.float64)
    flagged = np.zeros(len(y), dtype=bool)
    flagged[list(flags)] = True
    strange = np.abs(y - 10.0) if score is None else np.asarray(score, dtype=np.float64)
    direction = np.zeros(len(y), dtype=np.int64)
    if expected is not None:
        direction = np.where(flagged, np.sign(np.nan_to_num(y - expected)).astype(np.int64), 0)
    judged = Detection(
        strange,
        flagged,
        np.where(flagged, 1.0 - 1.0 / np.fmax(strange, 1.0), 0.0),
        direction,
        dict.fromkeys(flags, "so"),
        None if expected is None else np.full(len(y), expected),
    )
    return events_of(y, judged, **options)


def kinds(*args, **options) -> list[str]:
    return found(*args, **options).kinds()


def test_flags_side_by_side_are_one_event_with_its_peak():
    events = found([10, 10, 30, 50, 40, 10, 0, 10], [2, 3, 4, 6])
    assert events.first.tolist() == [2, 6]
    assert events.last.tolist() == [4, 6]
    assert events.peak.tolist() == [3, 6]
    assert events.count.tolist() == [3, 1]
    assert events.score.tolist() == [40.0, 10.0]
    np.testing.assert_allclose(events.severity, [1 - 1 / 40, 0.9])


def test_a_missing_value_does_not_end_an_event_and_a_normal_one_does():
    assert len(found([10, 30, NAN, 30, 10], [1, 3])) == 1
    assert len(found([10, 30, 10, 30, 10], [1, 3])) == 2


def test_what_is_filled_in_begins_no_event():
    assert len(found([10, NAN, 10], [1])) == 0


def test_without_flags_there_is_no_event():
    assert len(found([10, 11, 9], [])) == 0
    assert len(found([], [])) == 0


def test_of_equal_scores_the_first_is_the_peak():
    assert found([10, 30, 30, 30], [1, 2, 3]).peak.tolist() == [1]


def test_an_impossible_value_without_a_score_is_the_peak():
    events = found([10, 30, -5, 10], [1, 2], score=[0, 20, NAN, 0])
    assert events.peak.tolist() == [2]
    assert np.isnan(events.score[0])


@pytest.mark.parametrize(
    ("y", "flags", "kind"),
    [
        ([9, 11, 50, 10], [2], "spike"),
        ([9, 11, -50, 10], [2], "dip"),
        ([9, 11, 50, 51, 49, 52], [2, 3, 4, 5], "level_shift"),
        ([9, 11, -50, -51, -49, -52], [2, 3, 4, 5], "level_shift"),
        ([9, 11, 20, 90, 30, 20, 15], [2, 3, 4, 5, 6], "spike"),
        ([9, 11, 50, -50, 50, -50], [2, 3, 4, 5], "unusual_shape"),
        ([8, 12, 9, 9, 9, 9, 11], [2, 3, 4, 5], "flat_line"),
        ([0, 12, 0, 0, 0, 11], [2, 3, 4], "dip"),
        ([8, 12, 50, 50, 50, 50, 11], [2, 3, 4, 5], "level_shift"),
        ([9, 11, 50, NAN, NAN, 50, 10], [2, 5], "missing_data"),
        ([9, 11, 50, NAN, 50, 10], [2, 4], "spike"),
    ],
)
def test_the_kind_follows_from_what_is_flagged(y, flags, kind):
    assert kinds(y, flags) == [kind]


def test_zeros_that_stand_for_rows_that_are_missing_are_missing_data():
    assert kinds([9, 11, 0, 0, 10], [2, 3], zero_is_missing=True) == ["missing_data"]
    assert kinds([9, 11, 0, 0, 10], [2, 3]) == ["dip"]


def test_without_an_expected_value_the_usual_values_tell():
    assert kinds([9, 11, 50, 10], [2], expected=None) == ["spike"]
    assert kinds([9, 11, 1, 10], [2], expected=None) == ["dip"]
    assert kinds([9, 11, 10, 10], [2], expected=None) == ["unusual_shape"]


def test_a_causal_kind_knows_the_past_alone():
    y = [9, 11, 50, 10, 60]
    assert kinds(y, [2], expected=None) == ["unusual_shape"]  # 60 is usual, too
    assert kinds(y, [2], expected=None, causal=True) == ["spike"]
    assert kinds([50, 9, 11], [0], expected=None, causal=True) == ["unusual_shape"]
