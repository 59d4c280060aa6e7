"""What was said of points, and where the threshold is after it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.decisions.feedback import (
    ScoredLabel,
    contradicted,
    scored_labels,
    threshold_of,
    thresholds_so_far,
)
from models.decisions.labels import Label, LabelSpan, flags_of, marked
from models.errors import BadStamps
from tests.models.build import series_of

NAN = float("nan")


def normal(score: float) -> ScoredLabel:
    return ScoredLabel(False, score)


def strange(score: float) -> ScoredLabel:
    return ScoredLabel(True, score)


@pytest.mark.parametrize(
    ("remarks", "threshold"),
    [
        ([], 1.0),
        ([normal(0.5), strange(2.0)], 1.0),  # the threshold agrees already
        ([normal(3.0)], 3.03),
        ([strange(0.5)], 0.5 / 1.01),
        ([normal(3.0), normal(2.0)], 3.03),
        ([normal(3.0), strange(4.0)], 3.03),
        ([normal(0.2), strange(0.5)], 0.5 / 1.01),
        ([normal(3.0), strange(2.0), strange(2.5)], 1.0),  # one is contradicted, whatever is done
        ([strange(0.0)], 1.0),  # nothing is below
    ],
)
def test_the_threshold_contradicts_the_fewest_and_is_the_nearest(remarks, threshold):
    assert threshold_of(remarks) == pytest.approx(threshold)


@given(
    st.lists(
        st.builds(ScoredLabel, st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.5, 4.0, 1e9])),
        max_size=12,
    )
)
def test_no_other_edge_contradicts_fewer(remarks):
    threshold = threshold_of(remarks)
    others = [1.0, *(one.score * factor for one in remarks for factor in (0.9, 0.999, 1.0, 1.1))]
    assert threshold > 0.0
    fewest = min(contradicted(remarks, other) for other in others if other > 0.0)
    assert contradicted(remarks, threshold) <= fewest


def test_a_remark_has_the_greatest_score_of_its_stretch_and_none_without():
    score = np.array([0.1, 0.9, 0.4, NAN])
    marks = [LabelSpan(3, 4, True), LabelSpan(0, 3, True), LabelSpan(2, 3, False)]
    assert scored_labels(marks, score) == [(2, strange(0.9)), (2, normal(0.4))]


def test_a_remark_counts_from_its_last_point_on():
    score = np.array([0.5, 2.0, 0.5, 4.0, 0.5])
    thresholds, remarks = thresholds_so_far(
        [LabelSpan(3, 4, False), LabelSpan(1, 2, False)], score, ()
    )
    np.testing.assert_allclose(thresholds, [1.0, 2.02, 2.02, 4.04, 4.04])
    assert remarks == (normal(2.0), normal(4.0))
    again, same = thresholds_so_far([], score, remarks)
    assert (again, same) == (pytest.approx(4.04), remarks)


def test_labels_find_their_places():
    series = series_of(np.arange(6.0))
    labels = [
        Label(start=1, end=3),
        Label(start=2, is_anomaly=False),
        Label(unique_id="b", start=5),
        Label(start=90),
    ]
    assert [*marked(labels, series)] == [(1, 4, True), (2, 3, False), (6, 6, True)]
    assert flags_of(labels, series).tolist() == [False, True, False, True, False, False]
    with pytest.raises(BadStamps):
        flags_of([Label(start="2024-01-01")], series)
