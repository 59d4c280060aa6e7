"""JSON that holds a table only nearly: it is refused with a sentence, or read by its next shape."""

import json
from typing import Any

import pytest
from tidecast._reading.errors import DataError
from tidecast._reading.objects import read_json

DAYS = ["2024-01-01", "2024-01-02"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, 2], "b": [1]}, "holds no table"),
        ([{"id": "a", "v": [1, 2]}, {"id": "b", "v": 3}], "holds no table"),
        ([{"ds": DAYS, "v": [1, 2, 3]}], "holds no table"),
        ({"2024-01-01": [1, 2], "2024-01-02": 3}, "holds no table"),
        ({"a": {"x": 1}, "b": {"y": 2}}, "holds no table"),
        ([{"id": "a", "start": "2024-01-01", "y": [1, 2]}], "one start for all the values of 'y'"),
    ],
)
def test_what_is_no_table_is_refused(value: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_json(json.dumps(value))


@pytest.mark.parametrize(
    ("value", "columns"),
    [
        ({"ds": DAYS, "y": [1, 2]}, {"ds": DAYS, "y": [1, 2]}),
        ({DAYS[0]: 1, DAYS[1]: 2}, {"ds": DAYS, "y": [1, 2]}),
        ({DAYS[0]: {"a": 1}, DAYS[1]: {"a": 2}}, {"ds": DAYS, "a": [1, 2]}),
        ({"a": {DAYS[0]: 1, DAYS[1]: 2}}, {"ds": DAYS, "a": [1, 2]}),
        ({"0": {"a": 1}, "1": {"a": 2}}, {"a": [1, 2]}),
        (
            {"a": [[DAYS[0], 1]], "b": [[2, DAYS[1]]]},
            {"unique_id": ["a", "b"], "ds": DAYS, "y": [1, 2]},
        ),
        ([["day", "sold"], [DAYS[0], 1]], {"day": DAYS[:1], "sold": [1]}),
        ([[DAYS[0], 1], [DAYS[1], 2]], {"column_1": DAYS, "column_2": [1, 2]}),
    ],
)
def test_the_first_shape_that_an_object_has_decides(value: Any, columns: Any) -> None:
    assert read_json(json.dumps(value)) == columns
