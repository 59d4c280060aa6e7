"""The error tree: stable codes, and nothing lost between processes."""

import pickle

from models import errors
from models.errors import Problem, SeriesTooShort, TidecastError, unknown_name


def tree() -> list[type[TidecastError]]:
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, TidecastError)
    ]


def test_codes_are_distinct_and_drawn_in_the_docstring() -> None:
    codes = [kind.code for kind in tree()]
    assert len(set(codes)) == len(codes) >= 15
    for kind in tree():
        assert kind.__name__ in (errors.__doc__ or "")


def test_an_error_survives_the_way_from_a_worker() -> None:
    error = SeriesTooShort("needs 4", "send more", unique_id="a", path=("series", 0))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is SeriesTooShort
    assert (
        again.problems == error.problems == (Problem("needs 4", "send more", ("series", 0), "a"),)
    )


def test_an_unknown_name_that_is_like_none_lists_the_known() -> None:
    error = unknown_name("model", "zzzzzz", ["ets", "arima"])
    assert error.hint == "known: arima, ets"
