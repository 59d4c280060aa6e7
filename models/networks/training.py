"""The loop: minibatches, two losses, early stopping, the best weights, within time and memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic

import numpy as np
import torch
from torch import Tensor, nn

from models.contract.context import Context
from models.networks.beginning import fit_beginning, typical_error
from models.networks.device import give_back, is_out_of_memory
from models.networks.highway import Ridge, refit_highway
from models.networks.losses import Loss, loss_of
from models.networks.modules import Network, State
from models.networks.options import Ending, Plan
from models.networks.own import refit_own
from models.networks.schedules import find_rate, share_of_rate
from models.networks.windows import Origins, Windows, rows_of
from models.types import IntArray

Weights = dict[str, Tensor]

JUDGED = 1024
"""Validation windows that the loss of an epoch is read from."""
_SPARE = 0.25
"""The share of the time that is left for forecasts when a training must end early."""
_STANDSTILL = 3
"""Epochs without improvement after which "plateau" takes smaller steps."""
_AGAIN = 4
"""With what was held back, a training goes on for a part of its rounds, with steps of a part of their size."""
_FINEST = 1e-4
"""The validation loss must fall by this share of itself to count as better."""


@dataclass(slots=True)
class Course:
    """What happened: losses of each epoch, the best of them, how it ended, the rate and the batch size used.

    The first pair of losses is from before the training.
    """

    training: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    naive_loss: float = 0.0
    ridge: Ridge | None = None
    best_epoch: int = 0
    ending: Ending = "all epochs"
    learning_rate: float = 0.0
    batch_size: int = 0


class Trainer:
    """Trains a network on windows; its weights are the best ones afterwards, whatever ended the training."""

    def __init__(self, network: Network, windows: Windows, plan: Plan, seed: int) -> None:
        self.network, self.windows, self.plan = network, windows, plan
        self.loss: Loss = loss_of(plan.loss)
        self.random = np.random.default_rng(seed)
        self.batch_size = plan.batch_size
        self.state: State = ()
        self.optimizer = _optimizer(network, plan)

    def train(self, learned: Origins, judged: Origins, context: Context) -> Course:
        """Train until the validation loss no longer falls, the epochs are over, or the time is.

        Raises ``Cancelled`` between two batches.
        """
        started, judged = monotonic(), judged.spread(JUDGED)
        until = context.over_at(1.0 - _SPARE)
        naive = self._judge(judged)
        judge = partial(typical_error, self.network, self.windows, judged)
        ridge = fit_beginning(self.network, self.windows, learned, judge)
        best = self._judge(judged)
        course = Course([self._judge(learned.spread(JUDGED))], [best], naive, ridge)
        weights, halvings, since = self._copied(), 0, 0
        rate = self.plan.learning_rate or self._found_rate(learned, weights)
        course.learning_rate = rate
        for epoch in range(1, self.plan.epochs + 1):
            share = share_of_rate(self.plan.schedule, (epoch - 1) / self.plan.epochs, halvings)
            for group in self.optimizer.param_groups:
                group["lr"] = rate * share
            trained = self._epoch(learned, context, until)
            valid = self._judge(judged)
            course.training.append(trained)
            course.validation.append(valid)
            if not np.isfinite(valid) or not np.isfinite(trained):
                course.ending = "diverged"
                break
            since += 1
            if valid < best * (1 - _FINEST):
                best, course.best_epoch, since = valid, epoch, 0
                weights = self._copied()
            elif since % _STANDSTILL == 0:
                halvings += 1
            self._tell(context, epoch, course, started)
            if until is not None and monotonic() > until:
                course.ending = "out of time"
                break
            if since >= self.plan.patience:
                course.ending = "early stopping"
                break
        self.network.load_state_dict(weights)
        course.batch_size = self.batch_size
        return course

    def go_on(self, learned: Origins, course: Course, context: Context) -> None:
        """Train on with other windows, of the part that was held back too, for a part of the rounds it took."""
        refit_own(self.network.own, self.windows, learned)
        refit_highway(self.network, self.windows, learned, course.ridge)
        epochs = -(-course.best_epoch // _AGAIN)
        for epoch in range(epochs):
            for group in self.optimizer.param_groups:
                group["lr"] = course.learning_rate / _AGAIN * (1.0 - epoch / epochs)
            self._epoch(learned, context, None)

    def _epoch(self, learned: Origins, context: Context, until: float | None) -> float:
        """Take one step for each minibatch; return the mean loss on the way."""
        total, count = 0.0, 0
        self.network.train()
        for rows, going_on in self._order(learned):
            if context.is_cancelled():
                context.check()
            if until is not None and count and monotonic() > until:
                break
            total += float(self._step(learned, rows, self._kept(rows, going_on))) * len(rows)
            count += len(rows)
        return total / max(1, count)

    def _order(self, learned: Origins) -> Iterator[tuple[IntArray, IntArray | None]]:
        """Yield minibatches, and of which windows of the one before they go on with the state, None for none.

        Batch first: as many rows as there are windows in a minibatch are walked side by side.
        """
        if self.plan.row == 1:
            order = self.random.permutation(len(learned))[: self.plan.epoch_windows]
            yield from ((rows, None) for rows in self._batches(order))
            return
        rows, left = rows_of(learned, self.windows.window, self.plan.row), self.plan.epoch_windows
        order = self.random.permutation(len(rows))
        enough = int(np.searchsorted(np.cumsum([len(rows[one]) for one in order]), left)) + 1
        for group in self._batches(order[:enough]):
            side_by_side = sorted((rows[one] for one in group), key=len, reverse=True)
            for step in range(len(side_by_side[0])):
                here = np.array([row[step] for row in side_by_side if len(row) > step])
                yield here, np.arange(len(here)) if step else None

    def _kept(self, rows: IntArray, going_on: IntArray | None) -> State | None:
        """Return the state that windows begin at: zero, or what those before them in their rows left."""
        if self.plan.row == 1:
            return None
        if going_on is None:
            return self.network.encoder.nothing(len(rows), self.windows.device)
        return tuple(end[:, self._on(going_on)] for end in self.state)

    def _batches(self, order: IntArray) -> Iterator[IntArray]:
        """Yield minibatches, none so small that the next to it might have taken it."""
        size = min(self.batch_size, max(8, len(order) // _STEPS))
        yield from np.array_split(order, max(1, round(len(order) / size)))

    def _step(self, learned: Origins, rows: IntArray, state: State | None = None) -> float:
        """Take a step; where the windows do not fit into memory, one for each half of them."""
        try:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self._loss(learned, rows, state)
            (loss + self._penalty()).backward()  # type: ignore[no-untyped-call]
            if self.plan.clip:
                nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
            self.optimizer.step()
            return float(loss.detach())
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or len(rows) == 1:
                raise
        give_back(self.windows.device)
        self.batch_size = max(1, len(rows) // 2)
        total, ends = 0.0, []
        for half in np.array_split(np.arange(len(rows)), 2):
            begin = None if state is None else tuple(one[:, self._on(half)] for one in state)
            total += self._step(learned, rows[half], begin) * len(half)
            ends.append(self.state)
        self.state = tuple(torch.cat(both, dim=1) for both in zip(*ends, strict=True))
        return total / len(rows)

    def _loss(self, origins: Origins, rows: IntArray, state: State | None = None) -> Tensor:
        batch = self.windows.batch(self._on(origins.places[rows]), self._on(origins.until[rows]))
        if state is None:
            said = self.network(batch)
        else:
            features, ends = self.network.carried(replace(batch, state=state))
            said = self.network.ahead(batch, features)
            self.state = tuple(end.detach() for end in ends)
        return self.loss(said, batch.target, batch.counts)

    def _penalty(self) -> Tensor | float:
        if not self.plan.l1:
            return 0.0
        each = [
            one.abs().sum() for name, one in self.network.named_parameters() if "weight" in name
        ]
        return self.plan.l1 * torch.stack(each).sum()

    def _judge(self, origins: Origins) -> float:
        """Return the mean loss of windows."""
        self.network.eval()
        with torch.no_grad():
            parts = np.array_split(np.arange(len(origins)), -(-len(origins) // 1024))
            each = [float(self._loss(origins, rows)) * len(rows) for rows in parts]
        return sum(each) / len(origins)

    def _found_rate(self, learned: Origins, weights: Weights) -> float:
        """Return the rate that a trial finds, the weights as they were."""

        def step(rate: float) -> float:
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            rows = self.random.permutation(len(learned))[: self.batch_size]
            return self._step(learned, rows)

        self.network.train()
        rate = find_rate(step, 1e-4, 0.3, 40)
        self.network.load_state_dict(weights)
        self.optimizer = _optimizer(self.network, self.plan)
        return rate

    def _tell(self, context: Context, epoch: int, course: Course, started: float) -> None:
        spent = monotonic() - started
        context.report(
            epoch / self.plan.epochs,
            epoch=epoch,
            loss=course.training[-1],
            validation_loss=course.validation[-1],
            eta_s=spent / epoch * (self.plan.epochs - epoch),
        )

    def _copied(self) -> Weights:
        return {name: one.detach().clone() for name, one in self.network.state_dict().items()}

    def _on(self, numbers: IntArray) -> Tensor:
        return torch.as_tensor(numbers, device=self.windows.device)


_STEPS = 8
"""An epoch of few windows has about so many steps: they are small rather than few."""


def _optimizer(network: nn.Module, plan: Plan) -> torch.optim.Optimizer:
    rate, decay = plan.learning_rate or 1e-3, plan.weight_decay
    trained = [one for one in network.parameters() if one.requires_grad]
    if plan.optimizer == "rmsprop":
        return torch.optim.RMSprop(trained, rate, weight_decay=decay)
    if plan.optimizer == "sgd":
        return torch.optim.SGD(trained, rate, momentum=0.9, weight_decay=decay)
    return torch.optim.AdamW(trained, rate, weight_decay=decay)
