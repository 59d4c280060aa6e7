"""How a network learns to look ahead: where it begins, minibatches of windows, and their loss."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from models.contract.context import Context
from models.networks.beginning import fit_beginning, geometric_mean_error
from models.networks.device import on_device
from models.networks.graphs import Examples
from models.networks.highway import Ridge, refit_highway
from models.networks.losses import Loss, loss_of
from models.networks.network import Network
from models.networks.options import TrainingHistory, TrainingPlan
from models.networks.own import refit_own
from models.networks.training import JUDGED, Minibatch, Training
from models.networks.windows import State, WindowOrigins, Windows, rows_of
from models.types import IntArray

_AGAIN = 4
"""With what was held back, a training goes on for a part of its epochs, at a part of its learning rate."""


class ForecastTraining(Training):
    """Trains a network on some of the windows of series, and judges it by others."""

    network: Network
    learned: WindowOrigins
    judged: WindowOrigins

    def __init__(self, network: Network, windows: Windows, plan: TrainingPlan, seed: int) -> None:
        super().__init__(network, windows.device, plan, seed)
        self.windows = windows
        self.loss: Loss = loss_of(plan.loss, self.device)
        self.ridge: Ridge | None = None

    @property
    def count(self) -> int:
        """How many windows there are to learn from."""
        return len(self.learned)

    def train(
        self, learned: WindowOrigins, judged: WindowOrigins, context: Context
    ) -> TrainingHistory:
        """Give the network the linear function that it begins with, then train it."""
        self.learned, self.judged = learned, judged.subsample(JUDGED)
        validation_loss = partial(geometric_mean_error, self.network, self.windows, self.judged)
        self.ridge = fit_beginning(self.network, self.windows, learned, validation_loss)
        return self._run(self._mean_loss(learned.subsample(JUDGED)), context)

    def go_on(self, learned: WindowOrigins, course: TrainingHistory, context: Context) -> None:
        """Train on with other windows, of the part that was held back too, for a part of the epochs it took."""
        self.learned = learned
        refit_own(self.network.own, self.windows, learned)
        refit_highway(self.network, self.windows, learned, self.ridge)
        epochs = -(-course.best_epoch // _AGAIN)
        for epoch in range(epochs):
            rate = course.learning_rate / _AGAIN * (1.0 - epoch / epochs)
            self._epoch(rate, replace(context, deadline=None))

    def _minibatches(self) -> Iterator[Minibatch]:
        """Yield windows in any order, or, batch first, in rows that carry a state from window to window.

        As many rows as there are windows in a minibatch are walked side by side then.
        """
        if self.plan.row == 1:
            yield from super()._minibatches()
            return
        rows = rows_of(self.learned, self.windows.window, self.plan.row)
        order, left = self.random.permutation(len(rows)), self.plan.epoch_windows
        enough = int(np.searchsorted(np.cumsum([len(rows[one]) for one in order]), left)) + 1
        for group in self._cut(order[:enough]):
            side_by_side = sorted((rows[one] for one in group), key=len, reverse=True)
            for step in range(len(side_by_side[0])):
                here = np.array([row[step] for row in side_by_side if len(row) > step])
                yield here, self._carried(len(here), is_first=step == 0)

    def _carried(self, count: int, *, is_first: bool) -> State:
        """Return the state that windows begin at: zero, or what those before them in their rows left."""
        if is_first:
            return self.network.encoder.zero_state(count, self.device)
        return tuple(end[:, :count] for end in self.state)

    def _examples(self, rows: IntArray) -> Examples:
        return self._placed(self.learned.at(rows))

    def _placed(self, origins: WindowOrigins) -> Examples:
        return tuple(on_device(one, self.device) for one in (origins.places, origins.until))

    def _loss(self, examples: Examples, state: State | None = None) -> Tensor:
        batch = self.windows.batch(*examples)
        features, ends = self.network.encoded(replace(batch, state=state))
        self.state = tuple(end.detach() for end in ends)
        return self.loss(self.network.ahead(batch, features), batch.target, batch.counts)

    def _validation_loss(self) -> float:
        return self._mean_loss(self.judged)

    def _mean_loss(self, origins: WindowOrigins) -> float:
        """Return the mean loss of windows, without dropout."""
        self.network.eval()
        with torch.no_grad():
            parts = origins.parts(self.network.at_once)
            each = [float(self._loss(self._placed(part))) * len(part) for part in parts]
        return sum(each) / len(origins)
