"""How much memory a training takes, and how large its minibatches may be."""

from models.networks.sizes import JUDGED_AT_ONCE, ROOM, Size, bytes_of_regression

SMALL, LARGE = Size(1_000, 1_000, 8), Size(1_000, 50_000_000, 4096)


def test_a_minibatch_is_as_large_as_was_asked_for_where_there_is_room() -> None:
    assert SMALL.batch_within(128) == 128
    assert LARGE.batch_within(128) == ROOM // (4 * 50_000_000) == 5
    assert LARGE.batch_within(128, 1) == 1


def test_what_is_looked_at_together_stays_within_the_room() -> None:
    assert SMALL.at_once == JUDGED_AT_ONCE
    assert 1 <= LARGE.at_once < JUDGED_AT_ONCE
    assert Size(1_000, 10**12, 8).at_once == 1
    assert LARGE.bytes_of_windows(128, JUDGED_AT_ONCE) <= ROOM
    assert SMALL.bytes_of_passes(10**9, 12) == SMALL.bytes_of_passes(10**6, 12)


def test_without_a_regression_it_takes_nothing() -> None:
    assert bytes_of_regression(0, 100) == 0
    assert bytes_of_regression(10, 100) < bytes_of_regression(5000, 100)
