"""What is told of trainings that did not go as they should."""

import pytest

from models.forecasters.neural._params import NetworkParams
from models.forecasters.neural._words import notices
from models.networks.options import Ending, TrainingHistory


def codes(params: NetworkParams, best_epoch: int, ending: Ending, batch_size: int) -> list[str]:
    course = TrainingHistory([1.0, 0.9], [1.0, 0.9], best_epoch, ending, 0.005, batch_size)
    return [one.code for one in notices("lstm", course, params)]


@pytest.mark.parametrize(
    ("best_epoch", "ending", "batch_size", "told"),
    [
        (1, "early stopping", 128, []),
        (0, "early stopping", 128, ["network_not_worth_it"]),
        (0, "out of time", 128, ["training_cut"]),
        (0, "diverged", 128, ["training_diverged", "network_not_worth_it"]),
        (1, "all epochs", 64, ["batch_reduced"]),
    ],
)
def test_what_is_told(best_epoch: int, ending: Ending, batch_size: int, told: list[str]) -> None:
    assert codes(NetworkParams(), best_epoch, ending, batch_size) == told


def test_without_a_linear_beginning_there_is_none_to_lose_to() -> None:
    assert codes(NetworkParams(highway=False), 0, "early stopping", 128) == []


def test_a_cut_training_says_how_far_it_came_and_what_it_did_not_learn() -> None:
    course = TrainingHistory([1.0] * 13, [1.0] * 13, 9, "out of time", 0.005, 128)
    (cut,) = notices("lstm", course, NetworkParams())
    assert "after 12 of 40 epochs" in cut.message
    assert "did not learn from the part that was held back" in cut.message
    (cut,) = notices("lstm", course, NetworkParams(use_all=False))
    assert "held back" not in cut.message
    course.best_epoch = 0
    (cut,) = notices("lstm", course, NetworkParams())
    assert "the linear function that it began with is used" in cut.message
