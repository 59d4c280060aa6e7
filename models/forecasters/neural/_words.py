"""What a network remarks on its training."""

from models.data.series import Notice
from models.forecasters.neural._params import NetworkParams
from models.networks.options import TrainingHistory


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
    text = (
        f"time ran out after {course.epochs} of {params.epochs} epochs of the training of {name}: "
    )
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
