"""Encoders: from windows to features, by a recurrence, fully connected layers or convolutions."""

import torch
from torch import Tensor, nn

from models.networks.device import knows_bfloat16
from models.networks.options import Merge, Recurrence
from models.networks.windows import State


class Encoder(nn.Module):
    """Turns windows (n, window, d) into features (n, ``size``)."""

    size: int
    repeatable: bool = True
    """Whether it gives the same each time, so that passes with dropout need it once."""

    def encode_from(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Return the features of windows that begin at a state, and the state at their end, here none."""
        return self(x), ()

    def zero_state(self, count: int, device: torch.device) -> State:
        """Return the state of so many windows with nothing before them."""
        return ()


class RecurrentEncoder(Encoder):
    """A stack of recurrent layers over the window: its last states, and these pooled where that is asked for.

    Reference: Hochreiter and Schmidhuber (1997), Long short-term memory; Cho et al. (2014), Learning phrase
    representations; Schuster and Paliwal (1997), Bidirectional recurrent neural networks; Howard and Ruder
    (2018), Universal language model fine-tuning for text classification, for last and pooled states together.
    """

    def __init__(self, inputs: int, plan: Recurrence) -> None:
        super().__init__()
        self.plan = plan
        kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[plan.cell]
        self.cells = kind(
            inputs * plan.patch,
            plan.hidden,
            plan.layers,
            batch_first=True,
            dropout=plan.dropout if plan.layers > 1 else 0.0,
            bidirectional=plan.bidirectional,
        )
        joined = plan.bidirectional and plan.merge == "concat"
        self.size = plan.hidden * (2 if joined else 1) * (1 if plan.pooling == "last" else 2)
        self.repeatable = plan.layers == 1 or plan.dropout == 0.0
        if plan.cell == "lstm":
            self._remember()

    def _remember(self) -> None:
        """Let the forget gates begin open: the second quarter of the input's biases is 1, of the state's 0."""
        for name, bias in self.cells.named_parameters():
            if "bias" in name:
                with torch.no_grad():
                    forget = bias[self.plan.hidden : 2 * self.plan.hidden]
                    forget.fill_(1.0 if "bias_ih" in name else 0.0)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled states of windows."""
        return self.encode_from(x, None)[0]

    def encode_from(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Return the pooled states of windows that begin at a state, zero if None, and the state at their end.

        Only the direction that reads forwards goes on from window to window.
        """
        begin = state if state is None or len(state) > 1 else state[0]
        with self._computing(x.device):
            states, last = self.cells(_patched(x, self.plan.patch), begin)
        ends = last if isinstance(last, tuple) else (last,)
        if self.plan.bidirectional:
            forwards = torch.arange(2 * self.plan.layers, device=x.device) % 2 == 0
            ends = tuple(end * forwards[:, None, None] for end in ends)
        return self._pooled(states.float()), tuple(end.float() for end in ends)

    def _computing(self, device: torch.device) -> torch.autocast:
        """Let the recurrence compute with 16 bits within, where these were asked for and known, and it learns.

        Its weights stay float32, and so do forecasts.

        Reference: Micikevicius et al. (2018), Mixed precision training, ICLR.
        """
        mixed = self.training and self.plan.precision == "bfloat16"
        enabled = mixed and knows_bfloat16(device)
        return torch.autocast(device.type, torch.bfloat16, enabled=enabled)

    def zero_state(self, count: int, device: torch.device) -> State:
        """Return the state of so many windows with nothing before them."""
        layers = self.plan.layers * (2 if self.plan.bidirectional else 1)
        zeros = torch.zeros(layers, count, self.plan.hidden, device=device)
        return (zeros, zeros) if self.plan.cell == "lstm" else (zeros,)

    def _pooled(self, states: Tensor) -> Tensor:
        both = states.reshape(*states.shape[:2], -1, self.plan.hidden)  # the third: directions
        # Each direction where it has seen the whole window: what was pooled does not tell the order.
        ends = torch.stack([both[:, -1, 0], both[:, 0, -1]][: both.shape[2]], dim=1)
        last = merged(ends, self.plan.merge)
        if self.plan.pooling == "last":
            return last
        pooled = both.amax(dim=1) if self.plan.pooling == "max" else both.mean(dim=1)
        return torch.cat([last, merged(pooled, self.plan.merge)], dim=1)


def _patched(x: Tensor, size: int) -> Tensor:
    """Return windows (n, steps, d) as patches of so many steps, (n, steps / size, size d), without the oldest."""
    if size == 1:
        return x
    n, steps, inputs = x.shape
    return x[:, steps % size :].reshape(n, steps // size, size * inputs)


def merged(both: Tensor, how: Merge) -> Tensor:
    """Return the features of both directions (n, directions, hidden) as one, (n, size)."""
    if how == "sum":
        return both.sum(dim=1)
    if how == "mul":
        return both.prod(dim=1)
    if how == "mean":
        return both.mean(dim=1)
    return both.flatten(1)


class DenseEncoder(Encoder):
    """Fully connected layers that see the window as a whole."""

    def __init__(self, inputs: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.size = hidden
        self.repeatable = layers == 1 or dropout == 0.0
        parts: list[nn.Module] = [nn.Flatten(), nn.Linear(inputs, hidden), nn.ReLU()]
        for _ in range(layers - 1):
            parts += [nn.Dropout(dropout), nn.Linear(hidden, hidden), nn.ReLU()]
        self.layers = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:
        """Return the last hidden layer."""
        return self.layers(x)  # type: ignore[no-any-return]


class ConvolutionalEncoder(Encoder):
    """Residual blocks of causal convolutions; the dilation doubles until they reach over the window."""

    def __init__(
        self, inputs: int, channels: int, kernel: int, window: int, dropout: float
    ) -> None:
        super().__init__()
        self.size = channels
        self.repeatable = dropout == 0.0
        self.inlet = nn.Conv1d(inputs, channels, 1)
        blocks, reach, dilation = [], 1, 1
        while reach < window:
            blocks.append(_ResidualBlock(channels, kernel, dilation, dropout))
            reach += (kernel - 1) * dilation
            dilation *= 2
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels at the last value of windows."""
        inner: Tensor = self.inlet(x.transpose(1, 2))
        for block in self.blocks:
            inner = block(inner)
        return inner[:, :, -1]


class _ResidualBlock(nn.Module):
    """A convolution that sees nothing of later values, added to what it saw."""

    def __init__(self, channels: int, kernel: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.before = (kernel - 1) * dilation
        self.convolution = nn.Conv1d(channels, channels, kernel, dilation=dilation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels at every value, (n, channels, steps)."""
        seen: Tensor = self.convolution(nn.functional.pad(x, (self.before, 0)))
        dropped: Tensor = self.dropout(torch.relu(seen))
        return x + dropped
