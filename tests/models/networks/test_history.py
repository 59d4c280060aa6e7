"""What losses say in words."""

import pytest

from models.networks.history import details_of
from models.networks.options import Ending, TrainingHistory


def words(training: list[float], validation: list[float], ending: Ending = "all epochs") -> str:
    best = validation.index(min(validation))
    told: str = details_of(
        TrainingHistory(training, validation, best, ending), "nothing was learned"
    )["why"]
    return told


@pytest.mark.parametrize(
    ("training", "validation", "ending", "said"),
    [
        ([1.0, 0.9], [1.0, 1.1], "all epochs", "nothing was learned"),
        ([1.0, 0.5], [1.0, 0.5], "diverged", "the learning rate is too large"),
        ([1.0, 0.5], [1.0, 0.5], "out of time", "underfitting, more time may help"),
        ([1.0, 0.5, 0.2], [1.0, 0.5, 0.9], "early stopping", "overfitting began there"),
        ([1.0, 0.3, 0.3], [1.0, 0.6, 0.6], "early stopping", "2.0 times that"),
        ([1.0, 0.6, 0.3], [1.0, 0.6, 0.3], "all epochs", "underfitting, more epochs may help"),
        ([1.0, 0.5, 0.5], [1.0, 0.5, 0.5], "early stopping", "neither"),
    ],
)
def test_a_course_is_told(
    training: list[float], validation: list[float], ending: Ending, said: str
) -> None:
    assert said in words(training, validation, ending)


def test_losses_have_the_digits_of_a_curve() -> None:
    told = details_of(TrainingHistory([0.123456], [12345.6]), "")
    assert (told["training_loss"], told["validation_loss"]) == ([0.1235], [12350.0])
