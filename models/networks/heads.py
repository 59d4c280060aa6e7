"""Heads: from the features of windows to the steps ahead, and the dropout before them."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.networks.options import Shape

_PER_STEP = 4
"""Features of the window that meet the regressors of a step."""
_STEP_HIDDEN = 16


class HeadInputs(NamedTuple):
    """What a head may look at beside the features, values relative to the level of their window.

    ``told``: regressors of the steps ahead and what they were before, (n, ahead, 2 d). ``last``: the last value,
    (n,). ``base``: what the output is added to, ``truth``: what came, ``counts``: whether that is known; each
    (n, ahead), the truth for training only.
    """

    told: Tensor
    last: Tensor
    base: Tensor
    truth: Tensor
    counts: Tensor

    def repeated(self, rows: int) -> "HeadInputs":
        """Return those of as many passes as ``rows`` of features are, one after the other."""
        return HeadInputs(*(of_passes(one, rows) for one in self))


def of_passes(x: Tensor, rows: int) -> Tensor:
    """Return what is known of windows, (n, ...), once for each pass, (rows, ...)."""
    return x if len(x) == rows else x.repeat(rows // len(x), *[1] * (x.ndim - 1))


class Dropout(nn.Dropout):
    """Leaves features out at random: in training those of each window, in ``passes`` the same of all windows.

    A pass is then a draw of the weights behind it, and its choice is made once. Passes lie one after the other,
    of so many ``windows`` each. What is the same in all of them comes once and parts at the first dropout.
    """

    passes = 0
    windows = 0

    @property
    def _parts(self) -> bool:
        return self.training and self.passes > 0

    def forward(self, x: Tensor) -> Tensor:
        """Return features (n, ..., size) without those that are left out, (passes n, ..., size) in passes."""
        if not self._parts:
            return super().forward(x)
        by_pass = x.reshape(-1, self.windows, *x.shape[1:])
        kept = x.new_ones(self.passes, *[1] * (x.ndim - 1), x.shape[-1])
        return (by_pass * super().forward(kept)).reshape(-1, *x.shape[1:])

    def parted(self, x: Tensor) -> Tensor:
        """Return features once for each pass, where there are passes."""
        return of_passes(x, self.passes * self.windows) if self._parts else x


class Head(nn.Module):
    """Turns features (n, size) into (n, ahead, outputs); what is known of each step ahead comes in there."""

    dropout: Dropout

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = Dropout(dropout)


class DirectHead(Head):
    """A hidden layer, then all steps ahead at once."""

    def __init__(self, size: int, shape: Shape, dropout: float) -> None:
        super().__init__(shape, dropout)
        outputs = shape.ahead * (shape.outputs + (_PER_STEP if shape.regressors else 0))
        self.inner = nn.Linear(size, size)
        self.outer = nn.Linear(size, outputs)
        self.step: nn.Module | None = None
        if shape.regressors:
            self.step = layers_of_step(_PER_STEP + 2 * shape.regressors, shape.outputs)
        with torch.no_grad():
            by_step = self.outer.weight.view(shape.ahead, -1, size)
            by_step[:, : shape.outputs].zero_()
            self.outer.bias.zero_()

    def forward(self, features: Tensor, inputs: HeadInputs) -> Tensor:
        """Return the steps ahead, (n, ahead, outputs)."""
        inner = self.dropout(torch.relu(self.inner(features)))
        each = self.outer(inner).reshape(len(inner), self.shape.ahead, -1)
        if self.step is None:
            return each  # type: ignore[no-any-return]
        own, of_window = each[..., : self.shape.outputs], each[..., self.shape.outputs :]
        told = of_passes(inputs.told, len(each))
        return own + self.step(torch.cat([of_window, told], dim=-1))  # type: ignore[no-any-return]


def layers_of_step(inputs: int, outputs: int) -> nn.Sequential:
    """Return layers for what is known of a step ahead, (..., inputs) to (..., outputs): nothing at first."""
    last = nn.Linear(_STEP_HIDDEN, outputs)
    for parameter in last.parameters():
        nn.init.zeros_(parameter)
    return nn.Sequential(nn.Linear(inputs, _STEP_HIDDEN), nn.ReLU(), last)
