"""Every rule with values that can be checked in the head, then what holds for all of them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data.results import Detection, Scores
from models.decisions.alarms import DecisionState
from models.decisions.rules import Rules
from models.decisions.scale import calibrate
from models.decisions.verdicts import decide, decide_next, only_last, unjudged_so_far

NAN = float("nan")


def scores_of(raw, expected=None, scale=None, threshold=2.0) -> Scores:
    """Scores as given; with an expected value but no scale, 1 per unit of deviation."""
    raw = np.asarray(raw, dtype=np.float64)
    if expected is None:
        return Scores(raw, threshold=threshold)
    expected = np.broadcast_to(np.asarray(expected, dtype=np.float64), raw.shape)
    scale = np.ones_like(raw) if scale is None else np.asarray(scale)
    return Scores(raw, expected, scale, threshold=threshold)


def judged(y, *, threshold=2.0, expected=0.0, **rules) -> Detection:
    """Judge values that lie ``|y - expected|`` standard deviations off."""
    y = np.asarray(y, dtype=np.float64)
    raw = np.abs(y - np.asarray(expected))
    return decide(y, calibrate(scores_of(raw, expected, threshold=threshold)), Rules(**rules))


def replayed(y, *, threshold=2.0, expected=0.0, cuts=(), **rules) -> Detection:
    """The same, one block after another."""
    y = np.asarray(y, dtype=np.float64)
    state, parts = DecisionState(), []
    for block in np.split(y, sorted(cuts)):
        raw = np.abs(block - expected)
        part, state = decide_next(
            block, calibrate(scores_of(raw, expected, threshold=threshold)), Rules(**rules), state
        )
        parts.append(part)
    assert state.seen == len(y)
    reasons = [reason for part in parts for reason in part.reason]
    told = [(place, reason) for place, reason in enumerate(reasons) if reason is not None]
    return Detection(
        score=np.concatenate([part.score for part in parts]),
        is_anomaly=np.concatenate([part.is_anomaly for part in parts]),
        severity=np.concatenate([part.severity for part in parts]),
        direction=np.concatenate([part.direction for part in parts]),
        reasons=dict(told),
    )


def flags(detection: Detection) -> list[int]:
    return np.flatnonzero(detection.is_anomaly).tolist()


def test_the_edge_is_one_on_the_common_scale_and_not_yet_an_anomaly():
    detection = judged([0.0, 1.0, 2.0, 2.5, 20.0])
    np.testing.assert_allclose(detection.score, [0.0, 0.5, 1.0, 1.25, 10.0])
    assert flags(detection) == [3, 4]


def test_severity_grows_from_zero_at_the_edge_towards_one():
    detection = judged([2.0, 2.5, 4.0, 20.0])
    np.testing.assert_allclose(detection.severity, [0.0, 0.2, 0.5, 0.9])


def test_an_edge_may_differ_from_point_to_point():
    assert flags(judged([3.0, 3.0], threshold=np.array([2.0, 4.0]))) == [0]


def test_what_could_not_be_judged_is_no_anomaly():
    detection = decide(np.array([9.0, 9.0]), calibrate(scores_of([NAN, 9.0], [NAN, 0.0])), Rules())
    assert flags(detection) == [1]
    assert np.isnan(detection.score[0])
    assert detection.reason[0] is None
    assert detection.direction[0] == 0


def test_direction_is_that_of_the_points_outside_of_the_band():
    detection = judged([1.0, 3.0, -3.0])
    assert detection.direction.tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("direction", "expected"), [("both", [0, 2]), ("above", [0]), ("below", [2])]
)
def test_direction_chooses_a_side(direction, expected):
    assert flags(judged([5.0, 0.0, -5.0], direction=direction)) == expected


def test_the_band_reaches_as_far_as_the_edge():
    detection = judged([0.0, 9.0], threshold=2.5, expected=10.0)
    assert detection.band is not None
    assert detection.band.lower.tolist() == [7.5, 7.5]
    assert detection.band.upper.tolist() == [12.5, 12.5]


def test_least_deviation_in_units_of_the_series():
    assert flags(judged([3.0, -4.0, 5.0], min_dev=4.0)) == [1, 2]


def test_without_a_least_deviation_points_of_which_nothing_was_expected_count():
    detection = decide(np.array([9.0, 9.0]), calibrate(scores_of([9.0, 9.0], [NAN, 0.0])), Rules())
    assert flags(detection) == [0, 1]


def test_least_deviation_as_a_share_of_what_was_expected():
    detection = judged([104.0, 106.0, -94.0], expected=[100.0, 100.0, -100.0], min_rel_dev=0.05)
    assert flags(detection) == [1, 2]


def test_impossible_values_are_anomalies_whatever_the_score():
    detection = judged(
        [1.0, 0.5, -1.0, 9.0],
        data_range=(0.0, 8.0),
        direction="below",
        min_dev=100.0,
        max_anomaly_ratio=0.0,
    )
    assert flags(detection) == [2, 3]
    assert detection.severity.tolist() == [0.0, 0.0, 1.0, 1.0]
    assert detection.direction.tolist() == [0, 0, -1, 1]
    assert detection.reason[2] == "-1 is below 0, the least possible value."
    assert detection.reason[3] == "9 is above 8, the greatest possible value."


def test_impossible_values_need_no_score():
    y = np.array([5.0, 50.0])
    assert flags(decide(y, calibrate(scores_of([NAN, NAN])), Rules(data_range=(None, 10.0)))) == [1]
    assert flags(decide(y, calibrate(scores_of([NAN, NAN])), Rules(data_range=(10.0, None)))) == [0]


def test_impossible_values_take_no_place_among_the_strangest():
    detection = judged([90.0, 5.0, 4.0, 0.0], data_range=(None, 80.0), max_anomaly_ratio=0.25)
    assert flags(detection) == [0, 1]


def test_runs_that_are_too_short_do_not_count():
    y = [5, 5, 0, 5, 0, 5, 5, 5]
    assert flags(judged(y, min_consecutive=2)) == [0, 1, 5, 6, 7]
    assert flags(judged(y, min_consecutive=3)) == [5, 6, 7]


def test_a_run_is_broken_by_a_point_that_does_not_matter():
    assert flags(judged([5, -5, 5], min_consecutive=2, direction="above")) == []


def test_as_they_come_a_run_counts_from_its_least_point_on():
    y = [5, 5, 0, 5, 0, 5, 5, 5]
    assert flags(replayed(y, min_consecutive=2)) == [1, 6, 7]


def test_at_most_a_share_of_the_points_the_strangest_the_earlier_in_a_tie():
    y = [3, 9, 0, 4, 9, 0, 0, 0, 0, 0]
    assert flags(judged(y, max_anomaly_ratio=0.2)) == [1, 4]
    assert flags(judged(y, max_anomaly_ratio=0.1)) == [1]
    assert flags(judged(y, max_anomaly_ratio=0.0)) == []


def test_a_share_is_not_a_hair_less_than_it_says():
    y = np.full(100, 5.0)
    assert len(flags(judged(y, max_anomaly_ratio=0.29))) == 29
    assert len(flags(replayed(y, max_anomaly_ratio=0.29))) == 29


def test_as_they_come_the_share_is_that_of_the_points_so_far():
    assert flags(replayed([5, 5, 0, 5, 5, 5], max_anomaly_ratio=0.5)) == [1, 3, 5]


def test_only_the_last_points_are_judged_and_the_share_is_theirs():
    y = [9, 0, 0, 0, 0, 0, 5, 6, 7, 0]
    assert flags(judged(y, detection_size=4)) == [6, 7, 8]
    assert flags(judged(y, detection_size=4, max_anomaly_ratio=0.5)) == [7, 8]
    assert flags(judged(y, detection_size=100)) == [0, 6, 7, 8]


def test_a_run_that_began_before_the_judged_points_counts_in_them():
    assert flags(judged([0, 5, 5, 5], detection_size=1, min_consecutive=3)) == [3]


def test_only_the_last_points_of_a_replay():
    y = [9, 0, 0, 7]
    detection = only_last(replayed(y), 2)
    assert flags(detection) == [3]
    assert detection.severity[0] == 0.0
    assert detection.direction.tolist() == [0, 0, 0, 1]
    assert detection.reason[0] is None
    assert only_last(detection, None) is detection


def test_after_an_event_none_begins_for_as_long_as_is_said():
    y = [5, 5, 0, 5, 0, 5, 5, 0]
    for judge_with in (judged, replayed):
        assert flags(judge_with(y, suppress_for=1)) == [0, 1, 3, 5, 6]
        assert flags(judge_with(y, suppress_for=2)) == [0, 1, 5, 6]
        # the silence is over within the run
        assert flags(judge_with(y, suppress_for=4)) == [
            0,
            1,
            6,
        ]
        assert flags(judge_with(y, suppress_for=100)) == [0, 1]


def test_an_event_goes_on_over_a_missing_value_however_long_the_silence():
    assert flags(judged([5, NAN, 5, 0, 5], suppress_for=9)) == [0, 2]
    assert flags(replayed([5, NAN, 5, 0, 5], suppress_for=9, cuts=(1, 2))) == [0, 2]


def test_impossible_values_break_the_silence_and_begin_another():
    y = [5, 0, 99, 0, 5, 0, 5]
    options = {"suppress_for": 3, "data_range": (None, 50.0)}
    assert flags(judged(y, **options)) == [0, 2, 6]
    assert flags(replayed(y, **options)) == [0, 2, 6]


def test_a_silence_may_have_begun_before_the_judged_points():
    assert flags(judged([5, 0, 5, 0, 5], suppress_for=2, detection_size=3)) == [4]


def test_what_is_kept_silent_takes_no_share():
    assert flags(judged([5, 0, 9, 0, 5, 0, 0, 0, 0, 0], suppress_for=2, max_anomaly_ratio=0.2)) == [
        *(0, 4),
    ]


def test_a_sentence_for_each_flagged_point_and_for_no_other():
    detection = judged([9.0, 0.0, -9.0], expected=1.0)
    assert detection.reason == [
        "9 is above the 99 % band from -1 to 3, by 1.5 times its width; 1 was expected.",
        None,
        "-9 is below the 99 % band from -1 to 3, by 2 times its width; 1 was expected.",
    ]


def test_a_sentence_without_an_expected_value():
    detection = decide(np.array([5.0, 7.0]), calibrate(scores_of([1.0, 5.0])), Rules(level=95.0))
    assert detection.reason == [
        None,
        "7 is 2.5 times as strange as the edge of normal at level 95 %.",
    ]
    assert detection.band is None
    assert detection.direction.tolist() == [0, 0]


VALUES = st.lists(st.sampled_from([*map(float, range(-9, 10)), NAN]), max_size=30)
RULES = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["both", "above", "below"]),
        "max_anomaly_ratio": st.sampled_from([0.0, 0.1, 0.3, 1.0]),
        "min_dev": st.sampled_from([0.0, 4.0]),
        "min_rel_dev": st.sampled_from([0.0, 3.0]),
        "data_range": st.sampled_from([(None, None), (-8.0, 8.0)]),
        "min_consecutive": st.integers(1, 3),
        "suppress_for": st.sampled_from([0, 0, 1, 3]),
    }
)


@given(VALUES, RULES, st.none() | st.integers(1, 40))
def test_a_stricter_level_never_flags_more(values, rules, size):
    rules = {**rules, "suppress_for": 0}  # a weak event keeps a stronger one after it silent
    for judge_with in (judged, replayed):
        counts = [
            len(
                flags(
                    judge_with(
                        values, threshold=threshold, expected=1.0, detection_size=size, **rules
                    )
                )
            )
            for threshold in (1.0, 2.0, 3.5, 7.0)
        ]
        assert counts == sorted(counts, reverse=True)


@given(VALUES, RULES, st.lists(st.integers(0, 30), max_size=4))
def test_verdicts_as_they_come_do_not_depend_on_the_blocks(values, rules, cuts):
    cuts = [cut for cut in cuts if cut <= len(values)]
    whole = replayed(values, expected=1.0, **rules)
    blocks = replayed(values, expected=1.0, cuts=cuts, **rules)
    assert flags(whole) == flags(blocks)
    assert whole.reason == blocks.reason
    np.testing.assert_array_equal(whole.severity, blocks.severity)


@given(VALUES, RULES, st.integers(0, 30))
def test_verdicts_as_they_come_are_never_taken_back(values, rules, size):
    whole, part = (
        replayed(values, expected=1.0, **rules),
        replayed(values[:size], expected=1.0, **rules),
    )
    np.testing.assert_array_equal(whole.is_anomaly[:size], part.is_anomaly)


@given(VALUES, RULES)
def test_a_sentence_and_a_severity_go_with_a_flag(values, rules):
    for detection in (judged(values, **rules), replayed(values, **rules)):
        for flag, reason, severity in zip(
            detection.is_anomaly, detection.reason, detection.severity, strict=True
        ):
            assert (reason is not None) == flag
            assert severity == 0.0 or flag
            assert 0.0 <= severity <= 1.0


def test_without_rules_all_outside_of_the_band_is_flagged():
    for level, y in itertools.product((80.0, 99.0), ([], [3.0], [0.0, 5.0, -5.0])):
        assert flags(judged(y, level=level)) == [i for i, value in enumerate(y) if abs(value) > 2.0]


@pytest.mark.parametrize(
    ("y", "same"), [([], 0), ([3], 1), ([3, 3], 2), ([1, 3], 1), ([1, *[3] * 9], 9), ([3] * 9, 9)]
)
def test_how_often_the_last_of_the_points_before_is_repeated(y, same):
    assert unjudged_so_far(np.array(y, dtype=np.float64)).same == same
