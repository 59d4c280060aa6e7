"""What a caller may say of which points matter."""

import pytest
from pydantic import ValidationError

from models.decisions.rules import Rules
from models.decisions.scale import level_of_sensitivity
from models.errors import BadStamps
from models.time.frequency import Frequency

NAN = float("nan")


def test_a_duration_counts_the_points_within_it():
    rules = Rules(suppress_for="PT1H")
    assert rules.in_points(Frequency.parse("10min")).suppress_for == 6
    assert rules.in_points(Frequency.parse("7min")).suppress_for == 8
    assert rules.in_points(Frequency.parse("D")).suppress_for == 0
    assert Rules(suppress_for="P1D").in_points(Frequency.parse("h")).suppress_for == 24
    assert Rules(suppress_for="3").in_points(Frequency.parse("h")).suppress_for == 3
    assert Rules(suppress_for=3).in_points(Frequency.parse(5)).suppress_for == 3
    with pytest.raises(BadStamps, match="integers"):
        rules.in_points(Frequency.parse(1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", 0.0),
        ("level", 100.0),
        ("level", NAN),
        ("direction", "up"),
        ("max_anomaly_ratio", 1.1),
        ("max_anomaly_ratio", -0.1),
        ("min_dev", -1.0),
        ("min_rel_dev", -1.0),
        ("data_range", (2.0, 1.0)),
        ("min_consecutive", 0),
        ("detection_size", 0),
        ("suppress_for", -1),
        ("suppress_for", "a while"),
    ],
)
def test_rules_out_of_their_bounds_are_refused(field, value):
    with pytest.raises(ValidationError):
        Rules(**{field: value})


def test_which_rules_need_an_expected_value():
    assert Rules(level=90.0, min_consecutive=3, data_range=(0.0, 1.0)).needs_expected == ()
    wanted = Rules(direction="above", min_dev=1.0, min_rel_dev=0.1).needs_expected
    assert wanted == ("direction", "min_dev", "min_rel_dev")


def test_sensitivity_is_a_level_in_other_words():
    assert level_of_sensitivity(50.0) == 99.0
    assert level_of_sensitivity(75.0) == 90.0
    assert level_of_sensitivity(0.0) == pytest.approx(99.99)
    levels = [level_of_sensitivity(float(s)) for s in range(101)]
    assert levels == sorted(levels, reverse=True)
    assert all(Rules(level=level) for level in levels)
