"""The error tree: stable codes, and nothing lost between processes."""

import pickle

import pytest

from models import errors
from models.errors import (
    Problem,
    SeriesTooShort,
    TidecastError,
    counted,
    meant,
    nearest,
    unknown_name,
)


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


@pytest.mark.parametrize(
    ("received", "known", "near"),
    [
        ("AutoETS", ["ets", "ses"], "ets"),
        ("knn", ["kmeans_windows", "knn_windows"], "knn_windows"),
        ("sevel", ["level"], "level"),
        ("online", ["min_dev", "causal"], None),
    ],
)
def test_the_nearest_name_is_an_ending_a_beginning_or_alike(
    received: str, known: list[str], near: str | None
) -> None:
    assert nearest(received, known) == near


def test_words_of_other_libraries_are_understood_where_what_they_mean_is_known() -> None:
    assert meant("timezone", ["timeout_s", "tz"]) == "tz"
    assert meant("Prediction_Length", ["season_length", "h"]) == "h"
    assert meant("method", ["interval_method", "model"]) == "model"
    assert meant("method", ["detector"]) == "detector"
    assert meant("seed", ["ensemble"]) is None


def test_a_count_goes_with_its_noun() -> None:
    assert [counted(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert counted(1, "row is", "rows are") == "1 row is"
