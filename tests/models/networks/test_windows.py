import numpy as np
import pytest
import torch

from models.networks.windows import (
    Member,
    WindowOrigins,
    Windows,
    training_origins,
    validation_origins,
)

CPU = torch.device("cpu")


def member(length: int, first: float = 0.0) -> Member:
    y = first + np.arange(float(length))
    return Member(y, np.ones(length, dtype=bool), np.empty((length, 0)))


def test_a_window_is_what_comes_before_its_origin_and_its_target_what_follows() -> None:
    windows = Windows([member(10), member(8, 100.0)], 3, 2, CPU)
    places = np.concatenate([windows.places(0, np.array([3])), windows.places(1, np.array([5]))])
    batch = windows.batch(places)
    assert batch.past.tolist() == [[0, 1, 2], [102, 103, 104]]
    assert batch.target.tolist() == [[3, 4], [105, 106]]
    assert batch.counts.tolist() == [[1, 1], [1, 1]]


def test_what_lies_outside_of_a_series_never_counts() -> None:
    windows = Windows([member(4), member(4, 50.0)], 3, 2, CPU)
    places = np.concatenate([windows.places(0, np.array([1, 3])), windows.places(1, np.array([4]))])
    batch = windows.batch(places)
    assert batch.past.tolist() == [[0, 0, 0], [0, 1, 2], [51, 52, 53]]
    assert batch.counts.tolist() == [[1, 1], [1, 0], [0, 0]]


def test_a_value_that_was_filled_in_is_no_target() -> None:
    one = member(8)
    one.observed[5] = False
    windows = Windows([one], 3, 2, CPU)
    batch = windows.batch(windows.places(0, np.array([4, 6])))
    assert batch.counts.tolist() == [[1, 0], [1, 1]]


def test_windows_to_learn_from_end_with_the_training_part() -> None:
    windows = Windows([member(40)], 6, 3, CPU)
    learned = training_origins(windows, 0, 30, 1)
    judged = validation_origins(windows, 0, 30, 40)
    assert (learned.places - windows.places(0, np.array([0]))).tolist() == list(range(6, 28))
    assert (judged.places - windows.places(0, np.array([0]))).tolist() == list(range(30, 40))
    batch = windows.batch(judged.places, judged.until)
    assert batch.counts[-2:].tolist() == [[1, 1, 0], [1, 0, 0]]


def test_a_short_series_is_learned_from_as_far_as_it_goes() -> None:
    windows = Windows([member(12)], 10, 6, CPU)
    learned = training_origins(windows, 0, 8, 1)
    batch = windows.batch(learned.places, learned.until)
    assert len(learned) == 4
    assert batch.target[batch.counts == 1].max() == 7.0


def test_some_of_many_are_spread_evenly() -> None:
    whole = WindowOrigins(np.arange(100), np.full(100, 2))
    assert whole.subsample(3).places.tolist() == [0, 49, 99]
    assert whole.subsample(200) is whole


def test_a_stride_leaves_windows_out() -> None:
    windows = Windows([member(60)], 6, 3, CPU)
    assert np.diff(training_origins(windows, 0, 50, 4).places).tolist() == [4] * 10


@pytest.mark.parametrize("most", [1, 3, 7, 20])
def test_parts_are_all_of_the_windows_and_none_is_too_large(most: int) -> None:
    whole = WindowOrigins(np.arange(7), np.arange(7) * 10)
    parts = list(whole.parts(most))
    joined = WindowOrigins.joined(parts)
    np.testing.assert_array_equal(joined.places, whole.places)
    np.testing.assert_array_equal(joined.until, whole.until)
    assert max(map(len, parts)) <= most
