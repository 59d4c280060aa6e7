import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.chunks import LEAST_SECONDS, PIECES_PER_WORKER, by_length, cut


@given(st.lists(st.floats(0, 100), max_size=60), st.integers(1, 8))
def test_every_series_is_in_one_piece_in_order(costs: list[float], workers: int) -> None:
    pieces = cut(np.array(costs), workers)
    joined = np.concatenate(pieces) if pieces else np.empty(0)
    assert joined.tolist() == list(range(len(costs)))
    assert all(len(piece) for piece in pieces)


def test_cheap_work_is_one_piece() -> None:
    assert len(cut(np.full(100, LEAST_SECONDS / 101), 4)) == 1


def test_much_work_is_spread_over_the_workers() -> None:
    pieces = cut(np.full(1000, 1.0), 2)
    assert len(pieces) == 2 * PIECES_PER_WORKER
    assert max(map(len, pieces)) - min(map(len, pieces)) <= 1


def test_costly_series_stand_alone() -> None:
    pieces = cut(np.array([5.0, 0.1, 0.1, 0.1, 5.0]), 1)
    assert [piece.tolist() for piece in pieces] == [[0], [1, 2, 3], [4]]


def test_pieces_are_worth_handing_over() -> None:
    costs = np.full(1000, 0.01)
    sizes = [costs[piece].sum() for piece in cut(costs, 64)]
    assert min(sizes) == pytest.approx(LEAST_SECONDS, rel=0.2)


def test_equal_lengths_stand_together() -> None:
    assert by_length([5, 3, 5, 3]).tolist() == [1, 3, 0, 2]
