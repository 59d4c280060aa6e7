"""A head that goes ahead step by step: a second recurrence, which is told the value before each step."""

import torch
from torch import Tensor, nn

from models.networks.heads import Head, HeadInputs
from models.networks.options import CellName, Shape

_CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}


class Decoder(Head):
    """A cell that begins at what the encoder saw, and gives each step by its state.

    It is told what the output is added to, the regressors of the step, and the value before it: in training, at
    a share of the steps, the actual one, its own forecast otherwise.

    Reference: Sutskever, Vinyals and Le (2014), Sequence to sequence learning, NIPS; Williams and Zipser (1989),
    A learning algorithm for continually running fully recurrent neural networks; Bengio et al. (2015), Scheduled
    sampling, NIPS.
    """

    def __init__(self, size: int, shape: Shape, dropout: float, cell: CellName) -> None:
        super().__init__(shape, dropout)
        self.hidden = size
        self.begin = nn.Linear(size, 2 * size if cell == "lstm" else size)
        self.cell = _CELLS[cell](2 + 2 * shape.regressors, size)
        self.outer = nn.Linear(size, shape.outputs)
        self.forcing = 0.0
        for parameter in self.outer.parameters():
            nn.init.zeros_(parameter)

    def forward(self, features: Tensor, inputs: HeadInputs) -> Tensor:
        """Return the steps ahead, (n, ahead, outputs)."""
        features = self.dropout.parted(features)  # the value before a step is that of its pass
        inputs = inputs.repeated(len(features))
        state = self._first(features)
        before, made = inputs.last, []
        for step in range(self.shape.ahead):
            base = inputs.base[:, step]
            seen = torch.cat([before[:, None], base[:, None], inputs.told[:, step]], dim=1)
            state = self.cell(seen, state)
            inner = state[0] if isinstance(state, tuple) else state
            said: Tensor = self.outer(self.dropout(inner))
            made.append(said)
            before = self._before(base + said[:, 0], inputs, step)
        return torch.stack(made, dim=1)

    def _first(self, features: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        begun = self.begin(features)
        if begun.shape[1] == self.hidden:
            return torch.tanh(begun)
        inner, cell = begun.chunk(2, dim=1)
        return torch.tanh(inner), cell.contiguous()

    def _before(self, own: Tensor, inputs: HeadInputs, step: int) -> Tensor:
        """Return what the next step is told of this one: in training, the truth of some windows that have it."""
        if not self.training or not self.forcing:
            return own
        forced = torch.rand(len(own), device=own.device) < self.forcing
        return torch.where(forced & (inputs.counts[:, step] > 0), inputs.truth[:, step], own)
