"""Counts with their nouns, and which known name a received one stands for."""

import pytest

from models.wording import counted, meant, nearest


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
