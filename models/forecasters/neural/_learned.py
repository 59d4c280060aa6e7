"""What is kept of the training of a network, and what it tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from models.contract.state import kept
from models.forecasters.neural import _words
from models.networks.options import Course

Weights = Mapping[str, NDArray[Any]]


@kept
@dataclass(frozen=True, eq=False)
class Learned:
    """Weights by name, how the training went, and where.

    ``judged``: the weights from before the part that was held back was learned from, None where it was not.
    """

    weights: Weights
    judged: Weights | None
    course: Course
    device: str

    @property
    def best_loss(self) -> float:
        """The loss on the held-back part with the weights that are used."""
        return self.course.validation[self.course.best_epoch]

    def details(self) -> dict[str, Any]:
        """Return what an answer tells of the training."""
        course = self.course
        return {
            "device": self.device,
            "weights": sum(one.size for one in self.weights.values()),
            "epochs": len(course.training) - 1,
            "best_epoch": course.best_epoch,
            "ending": course.ending,
            "learning_rate": course.learning_rate,
            "batch_size": course.batch_size,
            "training_loss": _words.rounded(course.training),
            "validation_loss": _words.rounded(course.validation),
            "why": _words.course_in_words(course),
        }
