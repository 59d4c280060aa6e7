"""What a network tells of its training: its losses, and what they say in words."""

from collections.abc import Sequence
from typing import Any

from models.networks.options import TrainingHistory

_OVER = 1.5
"""A validation loss so many times the training loss is that of a network that overfits."""
_MOVING = 0.02
"""A loss that still fell by this share in the last tenth of the epochs had not converged."""


def details_of(course: TrainingHistory, unlearned: str) -> dict[str, Any]:
    """Return the losses of a training and what these say in words.

    ``unlearned``: what is said of one of which no epoch made anything better.
    """
    return {
        "training_loss": _rounded(course.training),
        "validation_loss": _rounded(course.validation),
        "why": _summary(course, unlearned),
    }


def _rounded(losses: Sequence[float]) -> list[float]:
    """Return losses with the digits that a curve needs."""
    return [float(f"{loss:.4g}") for loss in losses]


def _summary(course: TrainingHistory, unlearned: str) -> str:
    """Say how the training went, and whether the network fits too closely or not closely enough."""
    training, validation = course.training, course.validation
    best, ending = course.best_epoch, course.ending
    if best == 0:
        return unlearned
    gained = (
        f"the loss on the held-back part fell from {validation[0]:.3g} to {validation[best]:.3g}"
    )
    at_end = f"{gained} in {best} epochs"
    if ending == "diverged":
        return f"{at_end}, then the training diverged: the learning rate is too large"
    if ending == "out of time":
        return f"{at_end}, then time ran out: underfitting, more time may help"
    after = course.epochs - best
    if (
        after
        and training[-1] < training[best]
        and validation[-1] > validation[best] * (1 + _MOVING)
    ):
        return (
            f"{at_end} and rose afterwards while the loss of what was learned from still fell: overfitting began "
            "there, and the weights from before it are used"
        )
    if validation[best] > _OVER * training[best]:
        return (
            f"{at_end}, where it is {validation[best] / training[best]:.1f} times that of what was learned from: "
            "overfitting, or the last part is harder than the rest"
        )
    before = validation[max(0, best - max(1, len(validation) // 10))]
    if after == 0 and validation[best] < before * (1 - _MOVING):
        return f"{at_end} and was still falling: underfitting, more epochs may help"
    return f"{at_end}, close to that of what was learned from: neither overfitting nor underfitting"
