"""What is kept of the training of a network, and what it tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from models.contract.state import kept
from models.forecasters.neural._members import Members
from models.networks.history import details_of
from models.networks.options import TrainingHistory

if TYPE_CHECKING:
    from models.networks.network import Network
    from models.networks.windows import WindowOrigins, Windows

Weights = Mapping[str, NDArray[Any]]
_UNLEARNED = (
    "no epoch of the training made the forecasts of the held-back part better than those of the linear function "
    "of the window that it began with"
)


@kept
@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """Weights by name, how the training went, and where.

    ``judged``: the weights from before the part that was held back was learned from, None where it was not.
    """

    weights: Weights
    judged: Weights | None
    course: TrainingHistory
    device: str

    @property
    def best_loss(self) -> float:
        """The loss on the held-back part with the weights that are used."""
        return self.course.validation[self.course.best_epoch]

    def regressed_anew(
        self,
        members: Members,
        windows: "Windows",
        stride: int,
        build: "Callable[[Weights], Network]",
    ) -> Self:
        """Return what was learned, with regressions on their own past for other series, pulled as before.

        They are like those that the training ended with: of all values, or of the part that is not held back.
        """
        part, _ = members.origins(windows, stride)
        if self.judged is None:
            return replace(self, weights=_regressed(self.weights, windows, part, build))
        whole = members.all_origins(windows, stride)
        return replace(
            self,
            judged=_regressed(self.judged, windows, part, build),
            weights=_regressed(self.weights, windows, whole, build),
        )

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
            **details_of(course, _UNLEARNED),
        }


def _regressed(
    weights: Weights,
    windows: "Windows",
    origins: "WindowOrigins",
    build: "Callable[[Weights], Network]",
) -> Weights:
    """Return weights with the regression of each series on windows."""
    from models.networks.own import refit_own
    from models.networks.weights import arrays_of

    each = np.zeros((windows.members, weights["own.each"].shape[1]), dtype=np.float32)
    network = build({**weights, "own.each": each})
    refit_own(network.own, windows, origins)
    return {**weights, "own.each": arrays_of(network)["own.each"]}
