"""The loop: minibatches, two losses, early stopping, the best weights, within time and memory."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from time import monotonic

import numpy as np
import torch
from torch import Tensor, nn

from models.contract.context import Context
from models.networks.device import give_back, is_out_of_memory, on_device
from models.networks.graphs import Examples, StepGraphs
from models.networks.options import TrainingHistory, TrainingPlan
from models.networks.schedules import find_rate, share_of_rate
from models.networks.windows import State
from models.types import IntArray

Weights = dict[str, Tensor]
Minibatch = tuple[IntArray, State | None]
"""Which examples, and the state that they begin at, None for none."""

JUDGED = 1024
"""Examples that the loss of an epoch is read from."""
_SPARE = 0.25
"""The share of the time that is left for what follows when a training must end early."""
_STANDSTILL = 3
"""Epochs without improvement after which "plateau" takes smaller steps."""
_SMALLEST = 8
"""A minibatch is not made smaller than this only to have more steps."""
_FINEST = 1e-4
"""The validation loss must fall by this share of itself to count as better."""


class Training(ABC):
    """Trains a network; its weights are the best ones afterwards, whatever ended the training.

    A subclass says how many examples are learned from, what some of them lose, and what is lost on those that
    are held back.
    """

    state: State = ()
    """What the examples of the last step leave to those that follow them, nothing where none do."""

    def __init__(
        self, network: nn.Module, device: torch.device, plan: TrainingPlan, seed: int
    ) -> None:
        self.network: nn.Module = network
        self.device, self.plan = device, plan
        self.random = np.random.default_rng(seed)
        self.batch_size = plan.batch_size
        self.optimizer = _optimizer(network, plan, device)
        self.graphs = StepGraphs(device) if device.type == "cuda" else None

    @property
    @abstractmethod
    def count(self) -> int:
        """How many examples there are to learn from."""

    @abstractmethod
    def _examples(self, rows: IntArray) -> Examples:
        """Return examples to learn from, by their numbers, on the device."""

    @abstractmethod
    def _loss(self, examples: Examples, state: State | None = None) -> Tensor:
        """Return the mean loss of examples, which begin at a state where one is carried to them."""

    @abstractmethod
    def _validation_loss(self) -> float:
        """Return the mean loss of the examples that are held back, without dropout."""

    def _run(self, begun: float, context: Context) -> TrainingHistory:
        """Train until the validation loss no longer falls, the epochs are over, or the time is.

        ``begun``: the training loss as it is. Raises ``Cancelled`` between two batches.
        """
        started, timed = monotonic(), context.until(1.0 - _SPARE)
        best = self._validation_loss()
        course = TrainingHistory([begun], [best])
        weights, halvings, since = self._copied(), 0, 0
        course.learning_rate = self.plan.learning_rate or self._found_rate(weights)
        for epoch in range(1, self.plan.epochs + 1):
            done = (epoch - 1) / self.plan.epochs
            share = share_of_rate(self.plan.schedule, done, halvings)
            trained = self._epoch(course.learning_rate * share, timed)
            valid = self._validated()
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
            if timed.is_late:
                course.ending = "out of time"
                break
            if since >= self.plan.patience:
                course.ending = "early stopping"
                break
        self.network.load_state_dict(weights)
        course.batch_size = self.batch_size
        return course

    def _epoch(self, rate: float, context: Context) -> float:
        """Take a step for each minibatch while there is time, one at least; return the mean loss on the way."""
        # The sum stays on the device, as double: to read it at each step would wait for the step.
        total, count = torch.zeros((), dtype=torch.float64, device=self.device), 0
        self._set_rate(rate)
        self.network.train()
        for rows, state in self._minibatches():
            if context.is_cancelled():
                context.check()
            if count and context.is_late:
                break
            total += self._step(rows, state).double() * len(rows)
            count += len(rows)
        return float(total) / max(1, count)

    def _minibatches(self) -> Iterator[Minibatch]:
        """Yield examples drawn anew, in any order."""
        order = self.random.permutation(self.count)[: self.plan.epoch_windows]
        yield from ((rows, None) for rows in self._cut(order))

    def _cut(self, order: IntArray) -> Iterator[IntArray]:
        """Yield minibatches, none so small that the next to it might have taken it."""
        size = min(self.batch_size, max(_SMALLEST, len(order) // self.plan.least_steps))
        yield from np.array_split(order, max(1, round(len(order) / size)))

    def _step(self, rows: IntArray, state: State | None = None) -> Tensor:
        """Take a step; where the examples do not fit into memory, one for each half of them.

        Return their mean loss before it.
        """
        try:
            examples = self._examples(rows)
            if self.graphs is None or state is not None:
                return self._step_by(examples, state)
            return self.graphs.take(self._step_by, examples)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or len(rows) == 1:
                raise
        self._make_room(len(rows))
        total, ends = torch.zeros((), device=self.device), []
        for half in np.array_split(np.arange(len(rows)), 2):
            begin = (
                None
                if state is None
                else tuple(one[:, on_device(half, self.device)] for one in state)
            )
            total += self._step(rows[half], begin) * len(half)
            ends.append(self.state)
        self.state = tuple(torch.cat(both, dim=1) for both in zip(*ends, strict=True))
        return total / len(rows)

    def _step_by(self, examples: Examples, state: State | None = None) -> Tensor:
        """Move the weights by the loss of examples, and return it."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss(examples, state)
        (loss + self._penalty()).backward()  # type: ignore[no-untyped-call]
        if self.plan.clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
        self.optimizer.step()
        return loss.detach()

    def _validated(self) -> float:
        """Return the validation loss; where what steps keep leaves no room for it, without that."""
        try:
            return self._validation_loss()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or self.graphs is None:
                raise
        self._make_room(self.batch_size)
        return self._validation_loss()

    def _make_room(self, batch_size: int) -> None:
        """Let go of what is not needed any more, and take half as many examples at once from here on."""
        self._forget_graphs()
        give_back(self.device)
        self.batch_size = max(1, batch_size // 2)

    def _forget_graphs(self) -> None:
        if self.graphs is not None:
            self.graphs.clear()

    def _penalty(self) -> Tensor | float:
        if not self.plan.l1:
            return 0.0
        each = [
            one.abs().sum() for name, one in self.network.named_parameters() if "weight" in name
        ]
        return self.plan.l1 * torch.stack(each).sum()

    def _found_rate(self, weights: Weights) -> float:
        """Return the rate that a trial finds, the weights as they were."""

        def step(rate: float) -> float:
            self._set_rate(rate)
            return float(self._step(self.random.permutation(self.count)[: self.batch_size]))

        self.network.train()
        rate = find_rate(step)
        self.network.load_state_dict(weights)
        self.optimizer = _optimizer(self.network, self.plan, self.device)
        self._forget_graphs()  # these move what the optimiser before kept
        return rate

    def _set_rate(self, rate: float) -> None:
        for group in self.optimizer.param_groups:
            if isinstance(group["lr"], Tensor):  # what was captured looks there
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate

    def _tell(self, context: Context, epoch: int, course: TrainingHistory, started: float) -> None:
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


def _optimizer(
    network: nn.Module, plan: TrainingPlan, device: torch.device
) -> torch.optim.Optimizer:
    """Return the optimiser; on a graphics processor it keeps all that it counts there."""
    on_gpu = device.type == "cuda"
    rate: float | Tensor = plan.learning_rate or 1e-3
    if on_gpu:
        rate = torch.tensor(rate, device=device)
    decay = plan.weight_decay
    trained = [one for one in network.parameters() if one.requires_grad]
    if plan.optimizer == "rmsprop":
        return torch.optim.RMSprop(trained, rate, weight_decay=decay, capturable=on_gpu)
    fused = True if on_gpu else None
    if plan.optimizer == "sgd":
        return torch.optim.SGD(trained, rate, momentum=0.9, weight_decay=decay, fused=fused)
    return torch.optim.AdamW(trained, rate, weight_decay=decay, fused=fused, capturable=on_gpu)
