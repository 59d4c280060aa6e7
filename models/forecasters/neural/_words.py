"""What a network tells of its training, in words."""

from collections.abc import Sequence

from models.data.series import Notice
from models.forecasters.neural._params import NetworkParams
from models.networks.options import TrainingHistory

_OVER = 1.5
"""A validation loss so many times the training loss is that of a network that learned by heart."""
_MOVING = 0.02
"""A loss that still fell by this share in the last tenth of the rounds had not arrived."""


def rounded(losses: Sequence[float]) -> list[float]:
    """Return losses with the digits that a curve needs."""
    return [float(f"{loss:.4g}") for loss in losses]


def training_summary(course: TrainingHistory) -> str:
    """Say how the training went, and whether the network fits too closely or not closely enough."""
    training, validation = course.training, course.validation
    best, ending = course.best_epoch, course.ending
    if best == 0:
        return (
            "no round of the training made the forecasts of the held-back part better than those of the linear "
            "function of the window that it began with"
        )
    gained = (
        f"the loss on the held-back part fell from {validation[0]:.3g} to {validation[best]:.3g}"
    )
    at_end = f"{gained} in {best} rounds"
    if ending == "diverged":
        return f"{at_end}, then the training diverged: the learning rate is too large"
    if ending == "out of time":
        return f"{at_end}, then the time was over: underfitting, more time may help"
    after = len(validation) - 1 - best
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


def notices(name: str, course: TrainingHistory, params: NetworkParams) -> tuple[Notice, ...]:
    """Tell of a training that was cut, diverged, found nothing beyond a linear function, or took less at once."""
    is_linear = params.highway and course.best_epoch == 0
    is_cut = course.ending == "out of time"
    told = (
        (is_cut, _cut(name, course, params, is_linear=is_linear)),
        (course.ending == "diverged", _diverged(name)),
        (is_linear and not is_cut, _of_no_use(name)),
        (course.batch_size < params.batch_size, _of_batch(params.batch_size, course.batch_size)),
    )
    return tuple(notice for holds, notice in told if holds)


def _cut(name: str, course: TrainingHistory, params: NetworkParams, *, is_linear: bool) -> Notice:
    rounds = len(course.training) - 1
    text = f"the time was over after {rounds} of {params.epochs} rounds of the training of {name}: "
    if is_linear:
        text += "the linear function that it began with is used"
    elif params.use_all:
        text += (
            "the best weights so far are used, which did not learn from the part that was held back"
        )
    else:
        text += "the best weights so far are used"
    return Notice("training_cut", text, "raise timeout_s, or choose fewer epochs")


def _diverged(name: str) -> Notice:
    text = f"the training of {name} diverged: the best weights before that are used"
    return Notice("training_diverged", text, "choose a smaller learning_rate")


def _of_no_use(name: str) -> Notice:
    text = (
        f"{name} did not forecast the held-back part better than the linear function of the window that it began "
        "with, which is what it answers with"
    )
    return Notice("network_not_worth_it", text, "use 'auto', which takes far less time")


def _of_batch(asked: int, taken: int) -> Notice:
    text = (
        f"minibatches of {asked} windows take more memory than there is: the training took {taken}"
    )
    return Notice("batch_reduced", text, "choose a smaller network, or a shorter window")
