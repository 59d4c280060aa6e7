"""Where warnings point, and how they read."""

import warnings

import tidecast
from tidecast._warnings import sentences, warn_of


def test_remarks_are_grouped_by_code_in_order() -> None:
    remarks = [
        {"code": "gaps", "unique_id": "b", "message": "filled"},
        {"code": "slow", "message": "took long", "hint": "use sma"},
        {"code": "gaps", "unique_id": "a", "message": "filled"},
        {"code": "gaps", "unique_id": "a", "message": "filled again"},
        {"code": "slow", "message": "took long"},
        {},
    ]
    assert sentences(remarks) == [
        "gaps [b, a]: filled",
        "slow [2 times]: took long (hint: use sma)",
        "remark: no message",
    ]


def test_partial_answers_can_be_filtered_apart() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", tidecast.PartialAnswerWarning)
        warn_of([{"code": "x", "message": "m"}], tidecast.PartialAnswerWarning)
        warn_of([{"code": "x", "message": "m"}], tidecast.TidecastWarning)
    assert [(w.category, w.filename) for w in caught] == [(tidecast.TidecastWarning, __file__)]
